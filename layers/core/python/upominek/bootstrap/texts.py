"""Creditors' own texts."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.bootstrap.table import Table

if TYPE_CHECKING:
    from upominek.application.texts.manage_texts import ManageTexts
    from upominek.application.texts.preview_text import PreviewText


class Texts(Table):
    """Creditors' own texts."""

    @cached_property
    def manage_texts(self) -> "ManageTexts":
        """Creditors' own texts saved and given up."""
        from upominek.adapters.texts.wording import refusals
        from upominek.application.texts.manage_texts import ManageTexts

        return ManageTexts(creditors=self.creditors, texts=self.texts, clock=self.clock, check=refusals)

    @cached_property
    def preview_text(self) -> "PreviewText":
        """What a text would say in a case."""
        from upominek.application.texts.preview_text import PreviewText

        return PreviewText(self.creditors, self.cases, self.rates, self.clock)
