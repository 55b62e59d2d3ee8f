"""The stage with what makes letters: both workers of the lanes, the printer, and a typesetter that takes no time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from tests.worlds.stage import CAMPAIGN, CREDITOR, ISSUED_AT, ITEM, Stage
from upominek.adapters.carriers.print.sender import PostLetter
from upominek.adapters.formats.csv.writing import csv_blocks
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.application.jobs import OutboxItem
from upominek.application.letters.attach_letter import AttachLetter
from upominek.application.letters.make_letters import MakeLetters
from upominek.application.letters.print_letters import PrintLetters
from upominek.application.letters.store_letter import StoreLetter
from upominek.application.sending.prepare_reminder import PrepareReminder
from upominek.application.sending.rate_limit import RateLimit
from upominek.application.sending.send_reminder import SendOutcome, SendReminder
from upominek.domain.letters.content import LetterContent
from upominek.domain.letters.letter import Letter
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.planning.campaign import Campaign, Step
from upominek.domain.texts.overrides import NO_OVERRIDES, Overrides
from upominek.domain.values.carrier import PRINT
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import Email

ADDRESS = ("ul. Długa 5 m. 3", "00-000 Lipowa")
POSTED = Step(offset_days=5, channels=(Channel.LETTER,), template="demand", tone=Tone.FORMAL, letter="demand")
ATTACHED = Step(offset_days=5, channels=(Channel.EMAIL,), template="demand", tone=Tone.FORMAL, letter="demand")
BY_POST_THEN = replace(ATTACHED, channels=(Channel.EMAIL, Channel.LETTER))
TO_POST = replace(ITEM, channel=Channel.LETTER)
TO_ATTACH = replace(ITEM, channel=Channel.EMAIL, awaits_letter=True)


class PlainTypesetter:
    """Makes 'letters' of what they say: the same content gives the same bytes, and another content others."""

    def letter(self, content: LetterContent, overrides: Overrides = NO_OVERRIDES) -> Letter:
        said = (content.kind.value, content.context.as_of, content.context.grand_totals, content.context.invoices)
        pdf = repr((said, sorted(overrides.texts))).encode()
        return Letter(
            kind=content.kind,
            language="pl",
            pdf=pdf,
            sha256=sha256(pdf).hexdigest(),
            pages=1 + len(content.context.invoices) // 10,
            file_name=f"wezwanie-{content.context.as_of}.pdf",
        )


def join(letters: Sequence[bytes], made_on: date) -> tuple[bytes, int]:
    return made_on.isoformat().encode() + b"\f".join(letters), len(letters)


class LetterStage(Stage):
    """The stage on which a step produces a letter."""

    def __init__(self, step: Step = POSTED) -> None:
        super().__init__()
        self.step(step)
        self.lives_at()

    def step(self, step: Step) -> None:
        self.creditors.save_campaign("rura", replace(CAMPAIGN, ladder=(step,)))

    def lives_at(
        self, *address: str, kind: DebtorKind = DebtorKind.CONSUMER, email: str | None = "anna@firma.example"
    ) -> None:
        """State the debtor anew, with a postal address."""
        details = DebtorDetails(
            id="D-1",
            name="Anna Kowalska",
            first_name="Anna",
            kind=kind,
            emails=(Email(email),) if email else (),
            address=address or ADDRESS,
        )
        self._stated_at = max(self._stated_at, ISSUED_AT)
        self._stated_at = self._stated_at.replace(microsecond=self._stated_at.microsecond + 1)
        self.cases.open_case("rura", details, self._stated_at)

    def homeless(self) -> None:
        """A debtor of whom no postal address was ever told."""
        self.table.cases.clear()
        self.debtor()

    def preparer(self, **ports: object) -> PrepareReminder:
        given: dict[str, Any] = {name: ports.get(name, getattr(self, name)) for name in (*self.ports(), "files")}
        return PrepareReminder(
            given["cases"],
            given["invoices"],
            given["reminders"],
            TemplateRenderer(),
            self.rates,
            typesetter=PlainTypesetter(),
            files=lambda: given["files"],
        )

    def sender(self, *, per_second: float = 1000, **ports: object) -> SendReminder:
        sender = super().sender(per_second=per_second, **ports)
        return replace(sender, prepare=self.preparer(**ports))

    def maker(self, **ports: object) -> MakeLetters:
        """What `functions/make_letters` runs."""
        given: dict[str, Any] = {
            name: ports.get(name, getattr(self, name)) for name in (*self.ports(), "files", "letters")
        }
        prepare = self.preparer(**ports)
        keep = StoreLetter(given["files"], given["letters"])
        shared = {name: given[name] for name in ("clock", "creditors", "texts", "queues")}
        return MakeLetters(
            queues=given["queues"],
            attach=AttachLetter(**shared, prepare=prepare, typesetter=PlainTypesetter(), keep=keep),
            post=SendReminder(
                **shared,
                cases=given["cases"],
                reminders=given["reminders"],
                progress=given["progress"],
                prepare=prepare,
                post={PRINT: PostLetter(keep)},
                paces={PRINT: RateLimit(given["clock"], 1000)},
            ),
        )

    def make(self, item: OutboxItem = TO_POST) -> SendOutcome:
        return self.maker()(item)

    def printer(self) -> PrintLetters:
        return PrintLetters(
            creditors=self.creditors,
            letters=self.letters,
            files=self.files,
            clock=self.clock,
            join=join,
            write_table=csv_blocks,
        )

    def run(self, *items: OutboxItem) -> list[SendOutcome]:
        """Let both functions work on the items, and on what they put on the queues, until nothing is left."""
        waiting, outcomes = list(items), []
        for _ in range(40):
            for item in waiting:
                work = self.maker() if item.lane is Channel.LETTER else self.sender()
                outcomes.append(work(item))
            waiting = self.queues.take_outbox()
            if not waiting:
                return outcomes
        raise AssertionError(f"the queues never come to rest: {waiting}")


__all__ = ["CREDITOR", "Campaign", "LetterStage"]
