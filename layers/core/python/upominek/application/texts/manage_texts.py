"""Creditors' own texts: saved only when they can go out, given up again, and every version kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.texts import TextRepository
from upominek.application.ports.world import Clock
from upominek.domain.errors import Refused
from upominek.domain.parties.actor import Actor
from upominek.domain.parties.creditor import Creditor
from upominek.domain.texts.overrides import Overrides, TextInvalid, TextKey, TextOverride, fingerprint
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

    def save_all(self, actor: Actor, creditor: str, sources: Sequence[tuple[TextKey, str]]) -> Sequence[TextOverride]:
        """Put texts of the creditor's own in force, as `save` does; where one cannot go out, none is stored."""
        actor.require(creditor)
        owner = self.creditors.get(creditor)
        for key, source in sources:
            self._check(key, source, owner)
        return [self.save(actor, creditor, key, source) for key, source in sources]

    def save(self, actor: Actor, creditor: str, key: TextKey, source: str) -> TextOverride:
        """Put the creditor's own text in force; what stands there already makes no new version.

        Raises:
            TextInvalid: it cannot go out; nothing was stored.
            Conflict: somebody else saved at the same moment.
        """
        actor.require(creditor)
        self._check(key, source, self.creditors.get(creditor))
        before = self.history(creditor, key)
        if before and before[-1].source == source:
            return before[-1]
        return self._store(creditor, key, source, before, actor.name)

    def remove(self, actor: Actor, creditor: str, key: TextKey) -> TextOverride:
        """Bring the shipped text back.

        Raises:
            Refused: it stands there already.
            Conflict: somebody else saved at the same moment.
        """
        actor.require(creditor)
        before = self.history(creditor, key)
        if not before or before[-1].source is None:
            raise Refused(
                "text_not_overridden",
                pl=f"Wierzyciel nie ma własnego tekstu {key.path}; obowiązuje tekst z produktu.",
                en=f"The creditor has no text {key.path} of its own; the shipped one is in force.",
            )
        return self._store(creditor, key, None, before, actor.name)

    def current(self, creditor: str) -> Overrides:
        """Those in force."""
        self.creditors.get(creditor)
        return self.texts.current(creditor)

    def source(self, creditor: str, key: TextKey, version: int) -> str | None:
        """What an older version said; None where there is no such version, or where the shipped text was back."""
        return next((one.source for one in self.history(creditor, key) if one.version == version), None)

    def history(self, creditor: str, key: TextKey) -> Sequence[TextOverride]:
        """All versions of a text, oldest first."""
        self.creditors.get(creditor)
        return self.texts.history(creditor, key)

    def _check(self, key: TextKey, source: str, owner: Creditor) -> None:
        if problems := self.check(key, source, owner):
            raise TextInvalid(key, problems)

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
