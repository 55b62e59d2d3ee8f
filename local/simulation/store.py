"""Everything that a simulation works on, in memory: nothing is read from a stack, and nothing is left anywhere."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from local.simulation.payments import Paid
from upominek.adapters.formats.known import KnownFormats
from upominek.adapters.memory.rates import MemoryRateRepository
from upominek.adapters.memory.world import World
from upominek.adapters.reference_data.prices import load_prices
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.application.intake.apply_events import ApplyEvents
from upominek.application.intake.source_file import SourceFile
from upominek.application.planning.find_unreached import FindUnreached
from upominek.application.planning.preview_plan import DayPlan, PreviewPlan
from upominek.application.planning.simulate import Simulate
from upominek.domain.law.rates import RateTables
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.unreached_sums import Unreached
from upominek.domain.receivables.asks import NO_ANSWERS, Answers, Ask
from upominek.domain.receivables.events import PaymentReceived, Statement
from upominek.domain.receivables.rejects import Reject, Rejected
from upominek.domain.receivables.remarks import Remark
from upominek.domain.texts.overrides import NO_OVERRIDES, Overrides
from upominek.settings import load

if TYPE_CHECKING:
    from upominek.application.ports.formats import Accepted

INTAKE_ROWS: Final = 1000


class _Clock:
    """Shows what it is told to; waiting takes no time."""

    def __init__(self) -> None:
        self._now = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Nobody else works on the store, so there is nothing to wait for."""

    def set(self, day: date, clock: time, zone_of: Creditor) -> None:
        """Show this local time of the creditor's."""
        self._now = zone_of.hours.at_local(day, clock)


@dataclass(slots=True)
class TakenIn:
    """What became of the rows of a file; nothing is taken of one that leaves something to ask."""

    rows: int = 0
    accepted: int = 0
    rejects: list[Reject] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    asks: tuple[Ask, ...] = ()

    @property
    def rejected(self) -> int:
        """Rows, not cells."""
        return self.rows - self.accepted


class Simulation:
    """One creditor with its campaigns and the invoices of a file."""

    def __init__(
        self,
        creditor: Creditor,
        campaigns: Sequence[Campaign],
        *,
        overrides: Overrides | None = None,
        rates: RateTables | None = None,
    ) -> None:
        """Args: overrides: the creditor's own texts. rates: instead of the packaged ones."""
        self.creditor, self.campaigns = creditor, tuple(campaigns)
        self.world = World()
        for override in (overrides or NO_OVERRIDES).texts.values():
            self.world.texts.save(creditor.id, replace(override, version=1))
        self._rates = MemoryRateRepository(rates)
        self.world.creditors.save(creditor)
        for campaign in campaigns:
            self.world.creditors.save_campaign(creditor.id, campaign)
        self.clock = _Clock()
        world = self.world
        wake = WakeDebtors(world.creditors, world.cases, world.progress, self.clock)
        self._take_in = ApplyEvents(world.cases, world.invoices, world.unmatched_payments, wake, self.clock)
        self.prices = load_prices(load().prices_file)

    def apply_events(self, file: Path, first: date, answers: Answers = NO_ANSWERS) -> TakenIn:
        """Take the good rows in, as an import would, as they stand on the morning of the first day.

        Args:
            answers: what a person has said of the file's columns.

        Raises:
            TableUnreadable: it is no table of invoices.
            Refused: `answer_stray`.
        """
        at = self.start(first)
        taken = TakenIn()
        good: list[Accepted] = []
        with file.open("rb") as stream:
            source = SourceFile(KnownFormats(), stream, tempfile.TemporaryFile, answers)
            for one in source.statements():
                taken.rows += 1
                if isinstance(one, Rejected):
                    taken.rejects.extend(one.rejects)
                else:
                    good.append(one)
        against = {reject.where.row: reject for _, rejects in source.repeated() for reject in rejects}
        taken.rejects = sorted([*taken.rejects, *against.values()], key=lambda one: one.where.row)
        taken.asks = tuple(source.asks())
        accepted = [] if taken.asks else [one for one in good if one.row not in against]
        taken.remarks = [remark for one in accepted for remark in one.remarks]
        taken.accepted = len(accepted)
        for start in range(0, len(accepted), INTAKE_ROWS):
            some = accepted[start : start + INTAKE_ROWS]
            self.take_in([said for one in some for said in (one.stated(at), *one.holds(at))])
        return taken

    def start(self, first: date) -> datetime:
        """Set the clock to the morning of the first day."""
        self.clock.set(first, time(0), self.creditor)
        return self.clock.now()

    def take_in(self, statements: Sequence[Statement]) -> None:
        """Take statements in as any intake would."""
        self._take_in.apply(self.creditor, statements)

    def days(self, first: date, last: date, payments: Sequence[Paid]) -> tuple[Iterator[DayPlan], list[Paid]]:
        """The days one after the other, and the payments that belong to no open invoice."""
        known, unknown = self._assigned(payments)
        world = self.world
        preview = PreviewPlan(
            creditors=world.creditors,
            texts=world.texts,
            cases=world.cases,
            invoices=world.invoices,
            progress=world.progress,
            renderer=TemplateRenderer(),
            rates=self._rates,
            clock=self.clock,
            prices=self.prices,
        )
        walk = Simulate(
            creditors=world.creditors,
            cases=world.cases,
            invoices=world.invoices,
            progress=world.progress,
            preview=preview,
            apply_events=self._take_in,
            clock=self.clock,
        )
        return walk(self.creditor.id, first, last, known), unknown

    def unreached(self) -> list[Unreached]:
        """What no step to come will reach, as things stand after the last day that was played."""
        world = self.world
        return list(FindUnreached(world.creditors, world.cases, world.invoices, self.clock)(self.creditor.id))

    def name_of(self, debtor: str) -> str:
        """What the debtor is called, or the id where the file has no name."""
        return self.world.cases.get(self.creditor.id, debtor).debtor.name or debtor

    def _assigned(self, payments: Sequence[Paid]) -> tuple[Mapping[date, list[PaymentReceived]], list[Paid]]:
        # A file has each number once; rows that contradict each other were not taken in.
        open_invoices = self.world.invoices.all_open(self.creditor.id, self.creditor.shards)
        owners = {one.number: one.debtor for one in open_invoices}
        known: dict[date, list[PaymentReceived]] = defaultdict(list)
        unknown = []
        for paid in payments:
            debtor = owners.get(paid.number)
            if debtor is None or paid.debtor not in {None, debtor}:
                unknown.append(paid)
                continue
            at = self.creditor.hours.at_local(paid.day, time(0))
            event = PaymentReceived(
                id=f"row-{paid.row}", number=paid.number, debtor_id=debtor, amount=paid.amount, at=at
            )
            known[paid.day].append(event)
        return known, unknown
