"""Creditors' own texts: saved only when they can go out, given up again, and every version kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.texts import TextRepository
from upominek.application.ports.world import Clock
from upominek.domain.errors import Refused
from upominek.domain.parties.creditor import Creditor
from upominek.domain.texts.overrides import TextInvalid, TextKey, TextOverride, fingerprint
from upominek.domain.values.problem import FilePlace, Problem

CheckText = Callable[[TextKey, str, Creditor | None], Sequence[Problem[FilePlace]]]
"""Everything that is wrong with a source, told for the creditor whose text it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageTexts:
    """What a person does with the texts of a creditor. Raises: NotFound, when there is no such creditor."""

    creditors: CreditorRepository
    texts: TextRepository
    clock: Clock
    check: CheckText

    def save(self, creditor: str, key: TextKey, source: str, *, by: str) -> TextOverride:
        """Put the creditor's own text in force; what stands there already makes no new version.

        Raises:
            TextInvalid: it cannot go out; nothing was stored.
            Conflict: somebody else saved at the same moment.
        """
        if problems := self.check(key, source, self.creditors.get(creditor)):
            raise TextInvalid(key, problems)
        before = self.history(creditor, key)
        if before and before[-1].source == source:
            return before[-1]
        return self._store(creditor, key, source, before, by)

    def remove(self, creditor: str, key: TextKey, *, by: str) -> TextOverride:
        """Bring the shipped text back.

        Raises:
            Refused: it stands there already.
            Conflict: somebody else saved at the same moment.
        """
        before = self.history(creditor, key)
        if not before or before[-1].source is None:
            raise Refused(
                "text_not_overridden",
                pl=f"Wierzyciel nie ma własnego tekstu {key.path}; obowiązuje tekst z produktu.",
                en=f"The creditor has no text {key.path} of its own; the shipped one is in force.",
            )
        return self._store(creditor, key, None, before, by)

    def history(self, creditor: str, key: TextKey) -> Sequence[TextOverride]:
        """All versions of a text, oldest first."""
        self.creditors.get(creditor)
        return self.texts.history(creditor, key)

    def _store(
        self, creditor: str, key: TextKey, source: str | None, before: Sequence[TextOverride], by: str
    ) -> TextOverride:
        override = TextOverride(
            key=key,
            source=source,
            version=len(before) + 1,
            sha256="" if source is None else fingerprint(source),
            by=by,
            at=self.clock.now(),
        )
        self.texts.save(creditor, override)
        return override
