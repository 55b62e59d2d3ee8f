"""The two faces of an e-mail, HTML and plain text: what a text says, put into layouts that know nothing of law."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from minijinja import Environment

from upominek.adapters.texts.engine import CONTEXT_NAMES, Sources, not_rendered
from upominek.adapters.texts.sources import labels
from upominek.adapters.texts.values import FAULTS, clean, context_values, filters
from upominek.application.ports.carriers import Attachment
from upominek.domain.errors import InvalidValue
from upominek.domain.language.language import Language
from upominek.domain.language.languages import language_of
from upominek.domain.messages.transfer_code import transfer_code, whole_numbers
from upominek.domain.texts.message_context import MessageContext

HTML: Final = "email/layout.html"
TEXT: Final = "email/layout.txt"

_EMPTY_LINES: Final = re.compile(r"\n{3,}")


class Layouts:
    """`templates/email/layout.html` and `layout.txt`.

    They are given `sections` (paragraphs by name; subject and preheader as text), `labels` (the language's words),
    `language`, and the whole context. HTML is escaped.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._environments: dict[str, Environment] = {}
        self._names: dict[str, frozenset[str]] = {}

    def email(
        self, written: Mapping[str, str | Sequence[str]], context: MessageContext, language: str
    ) -> tuple[str, str]:
        """Plain text and HTML. Raises: InvalidValue."""
        given = {"sections": written, "labels": labels(language), "language": language}
        environment = self._environment(language_of(language))
        text = self._rendered(environment, TEXT, given, context)
        html = self._rendered(environment, HTML, given, context)
        # minijinja escapes slashes too; in quoted attributes and text they are harmless, and numbers stay searchable.
        return _EMPTY_LINES.sub("\n\n", text).strip() + "\n", html.replace("&#x2f;", "/")

    def _environment(self, language: Language) -> Environment:
        """Where layouts are rendered whose amounts and days the language writes."""
        known = self._environments.get(language.code)
        if known is None:
            known = self._environments[language.code] = Environment(
                loader=self._sources,
                filters=dict(filters(language)),
                undefined_behavior="strict",
                trim_blocks=True,
                lstrip_blocks=True,
                debug=False,
            )
        return known

    def _rendered(
        self, environment: Environment, layout: str, given: Mapping[str, object], context: MessageContext
    ) -> str:
        try:
            names = self._names.get(layout)
            if names is None:
                declared = environment.undeclared_variables_in_template(layout)
                names = self._names[layout] = frozenset(declared) & CONTEXT_NAMES
            return environment.render_template(layout, **given, **context_values(context, names))
        except FAULTS as error:
            raise not_rendered(layout, error) from None


def transfer_payload(context: MessageContext) -> str | None:
    """What the QR code says that pays what the message asks for; None where there can be none."""
    if not context.has_code or context.account is None or len(context.grand_totals) != 1:
        return None
    try:
        return transfer_code(
            context.creditor.nip,
            context.account,
            context.grand_totals[0],
            clean(context.creditor.name),
            whole_numbers(clean(context.transfer_title)),
        )
    except InvalidValue:
        return None


def transfer_image(payload: str) -> Attachment:
    """The code as the image that the layout shows."""
    from upominek.adapters.texts.qr import inline_image  # noqa: PLC0415 - 37 ms that an SMS need not pay

    return inline_image(payload)
