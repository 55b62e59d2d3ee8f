"""What would go out on a day, to whom, in which words and at which cost; and who would hear nothing, and why."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any, assert_never

from upominek.application.planning.shard_run import (
    BATCH,
    ShardRun,
    cases_of,
    knowing_suppressed,
    planned_through,
    shard_run,
)
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.invoices import InvoiceRepository
from upominek.application.ports.planning import ProgressRepository
from upominek.application.ports.rates import RateRepository
from upominek.application.ports.texts import Rendered, Renderer, TextRepository
from upominek.application.ports.world import Clock
from upominek.application.texts.compose_message import compose_with_letter
from upominek.domain.cases.case import Case, Contact
from upominek.domain.errors import InvalidValue
from upominek.domain.messages.prices import Prices
from upominek.domain.messages.reminder import channel_traits
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign, in_force, running_order
from upominek.domain.planning.decision import Decision, contact_hours
from upominek.domain.planning.ladder import weight_of
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.receivables.open_invoice import due_invoice
from upominek.domain.texts.overrides import Overrides
from upominek.domain.values.batches import batched
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.money import Money
from upominek.domain.values.span import ONE_DAY
from upominek.domain.values.unknown import Unknown

if TYPE_CHECKING:
    from upominek.domain.planning.letter_kind import LetterKind

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReminder:
    """A message that would go.

    Attributes:
        id: which its record would have.
        template, tone: those used: the step's neutral text where something that it claims is withheld.
        withheld: why, as codes such as `register-amount`; empty where nothing is.
        letter: kind of the letter that is posted, or attached; None without one.
        parts: SMS parts; 0 for an e-mail.
        cost, currency: as expected; carriers bill in their own currency.
    """

    creditor: str
    debtor: str
    campaign: str
    step: str
    channel: Channel
    template: str
    tone: Tone | Unknown
    withheld: tuple[str, ...]
    letter: str | None
    address: str
    invoices: tuple[str, ...]
    totals: tuple[Money, ...]
    parts: int
    cost: Decimal
    currency: str
    rendered: Rendered
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedDebtor:
    """Somebody whose step has come and who would hear nothing.

    Attributes:
        reason: a `SkipReason`, or the code of what is wrong with the template.
        detail: more about it, such as the kind of hold.
    """

    creditor: str
    debtor: str
    campaign: str
    step: str
    invoices: tuple[str, ...]
    reason: str
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """A day as it would go, in the order in which the campaigns start.

    Attributes:
        currency: of the general list of prices.
    """

    day: date
    currency: str
    reminders: tuple[PlannedReminder, ...]
    skipped: tuple[SkippedDebtor, ...]

    @property
    def parts(self) -> int:
        """SMS parts in all."""
        return sum(one.parts for one in self.reminders)

    @property
    def costs(self) -> dict[str, Decimal]:
        """What all of it would cost, by currency, that of the general list first."""
        sums = {self.currency: Decimal()}
        for one in self.reminders:
            sums[one.currency] = sums.get(one.currency, Decimal()) + one.cost
        return sums

    @property
    def cost(self) -> Decimal:
        """What would be paid by the general list."""
        return self.costs[self.currency]

    def to_dict(self) -> dict[str, Any]:
        """The shape of `upominek plan --json`: money as text with two digits, the exact cost beside it."""
        return {
            "date": self.day.isoformat(),
            "reminders": [
                {
                    "creditor": one.creditor,
                    "debtor": one.debtor,
                    "campaign": one.campaign,
                    "step": one.step,
                    "channel": one.channel.value,
                    "template": one.template,
                    "tone": one.tone.value,
                    "withheld": list(one.withheld),
                    "letter": one.letter,
                    "address": one.address,
                    "invoices": list(one.invoices),
                    "totals": [{"amount": total.plain(), "currency": total.currency} for total in one.totals],
                    "parts": one.parts,
                    "cost": _rounded(one.cost),
                    "cost_exact": str(one.cost),
                    "cost_currency": one.currency,
                    "subject": one.rendered.subject,
                    "text": one.rendered.text,
                }
                for one in self.reminders
            ],
            "skipped": [
                {
                    "creditor": one.creditor,
                    "debtor": one.debtor,
                    "reason": one.reason,
                    "detail": one.detail,
                    "campaign": one.campaign,
                    "step": one.step,
                    "invoices": list(one.invoices),
                }
                for one in self.skipped
            ],
            "parts": self.parts,
            "cost": _rounded(self.cost),
            "cost_currency": self.currency,
            "costs": {currency: _rounded(cost) for currency, cost in self.costs.items()},
        }


@dataclass(slots=True)
class _Day:
    """The preview as it grows; `places` are those taken within the caps by what would go before."""

    day: date
    reminders: list[PlannedReminder] = field(default_factory=list)
    skipped: list[SkippedDebtor] = field(default_factory=list)
    overrides: dict[str, Overrides] = field(default_factory=dict)
    places: dict[tuple[str, str], set[Contact]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPlan:
    """Decide everything that a day would decide, and do none of it.

    Invoices, holds and addresses are taken as they stand now. For today, what missed runs left is included unless today
    was planned already, in which case the plan is the same as before. For a later day every run until then is taken to
    have happened, and the places that its messages will take in the weekly cap are not foreseen.
    """

    creditors: CreditorRepository
    texts: TextRepository
    cases: CaseRepository
    invoices: InvoiceRepository
    progress: ProgressRepository
    renderer: Renderer
    rates: RateRepository
    clock: Clock
    prices: Prices
    carrier_prices: Callable[[Carrier], Prices | None] = lambda _: None

    def __call__(self, day: date, creditor: str | None = None) -> DayPlan:
        """The plan of a local day, for one creditor or all.

        Raises:
            NotFound: there is no such creditor.
        """
        found = _Day(day)
        for one in self.creditors.ids() if creditor is None else [creditor]:
            owner = self.creditors.get(one)
            found.overrides[owner.id] = self.texts.current(owner.id)
            campaigns = self.creditors.campaigns(owner.id)
            for campaign in running_order(campaigns):
                for shard in range(owner.shards[-1]):
                    if (run := self._run(owner, in_force(campaigns), campaign, shard, day)) is not None:
                        self._look_at(run, found)
        return DayPlan(
            day=day,
            currency=self.prices.currency,
            reminders=tuple(found.reminders),
            skipped=tuple(found.skipped),
        )

    def _run(
        self, creditor: Creditor, campaigns: tuple[Campaign, ...], campaign: Campaign, shard: int, day: date
    ) -> ShardRun | None:
        hours = contact_hours(creditor, campaign)
        if not hours.is_contact_day(day):
            return None
        through = None
        if day == hours.local_day(self.clock.now()):
            through = planned_through(self.progress, creditor, campaign, shard)
        is_planned = through is not None and through >= day
        return shard_run(creditor, campaigns, campaign, shard, day, None if is_planned else through)

    def _look_at(self, run: ShardRun, found: _Day) -> None:
        for debtors in batched(self._concerned(run), BATCH):
            open_ = {debtor: self.invoices.open_of(run.creditor.id, debtor) for debtor in debtors}
            batch = {
                debtor: [due for one in invoices if (due := due_invoice(one)) is not None]
                for debtor, invoices in open_.items()
            }
            cases = self._as_they_will_be(run, cases_of(self.cases, run.creditor.id, batch), found)
            for case, decision in run.decide(batch, cases, as_before=True):
                if decision.reason is None:
                    details = {one.number: one for one in open_[decision.debtor]}
                    self._add(run, case, decision, details, found)
                else:
                    found.skipped.append(_skipped(run, decision, decision.reason.value, decision.detail))

    def _concerned(self, run: ShardRun) -> Iterator[str]:
        """The debtors of whom a step lands on the day by its due date, then those on the agenda, each once."""
        seen: set[str] = set()
        landing = (debtor for batch in run.batches(self.invoices) for debtor in batch)
        for debtor in chain(landing, self._on_agenda(run)):
            if debtor not in seen:
                seen.add(debtor)
                yield debtor

    def _on_agenda(self, run: ShardRun) -> Iterator[str]:
        hours = contact_hours(run.creditor, run.campaign)
        is_today = run.day == hours.local_day(self.clock.now())
        before = hours.last_contact_day(run.day - ONE_DAY)
        for debtor, agenda in run.agenda(self.cases, run.day):
            # What is noted for an earlier day is taken to be said by then.
            if run.concerns(agenda) and (is_today or agenda.on > before):
                yield debtor

    def _as_they_will_be(self, run: ShardRun, cases: Mapping[str, Case], found: _Day) -> dict[str, Case]:
        """The cases with the places that are taken before this run, and all that is known of their addresses."""
        creditor = run.creditor.id
        return {
            debtor: replace(case, contacts=(*found.places.get((creditor, debtor), ()), *case.contacts))
            for debtor, case in knowing_suppressed(self.cases, creditor, cases).items()
        }

    def _add(self, run: ShardRun, case: Case, decision: Decision, details: Mapping[str, Invoice], found: _Day) -> None:
        decision, context, letter = compose_with_letter(
            run.creditor, run.campaign, case, decision, details, run.day, rates=self.rates
        )
        assert decision.channel is not None  # noqa: S101 - it goes
        is_letter = channel_traits(decision.channel).is_letter
        text = letter.value if letter and is_letter else decision.template
        assert decision.address is not None  # noqa: S101 - it goes
        try:
            overrides = found.overrides[run.creditor.id]
            rendered = self.renderer.render(decision.channel, text, context, overrides, with_images=False)
        except InvalidValue as invalid:
            found.skipped.append(_skipped(run, decision, invalid.code, invalid.en))
            return
        parts = rendered.parts.parts if rendered.parts else 0
        prices = self.carrier_prices(run.creditor.carriers.of(decision.channel)) or self.prices
        place = Contact(run.day, run.key_of(decision.debtor).id, weight=weight_of(decision.step.tone))
        found.reminders.append(
            PlannedReminder(
                creditor=run.creditor.id,
                debtor=decision.debtor,
                campaign=run.campaign.id,
                step=decision.step.name,
                channel=decision.channel,
                template=text,
                tone=decision.tone,
                withheld=decision.withheld,
                letter=letter and letter.value,
                address=decision.address,
                invoices=tuple(invoice.number for invoice in decision.invoices),
                totals=decision.totals,
                parts=parts,
                cost=self._cost(prices, decision.channel, decision, parts, letter),
                currency=prices.currency,
                rendered=rendered,
                id=place.reminder_id,
            )
        )
        found.places.setdefault((run.creditor.id, decision.debtor), set()).add(place)

    @staticmethod
    def _cost(prices: Prices, channel: Channel, decision: Decision, parts: int, letter: "LetterKind | None") -> Decimal:
        """What the message is expected to cost; a letter is not set for that, its pages are guessed."""
        match channel:
            case Channel.SMS:
                return prices.of_sms(decision.address or "", parts)
            case Channel.EMAIL:
                return prices.email
            case Channel.LETTER:
                from upominek.domain.letters.letter import expected_pages  # noqa: PLC0415 - most campaigns post none

                is_registered = letter is not None and letter.traits.is_registered
                return prices.of_letter(expected_pages(len(decision.invoices)), is_registered=is_registered)
            case _:
                assert_never(channel)


def _skipped(run: ShardRun, decision: Decision, reason: str, detail: str | None) -> SkippedDebtor:
    return SkippedDebtor(
        creditor=run.creditor.id,
        debtor=decision.debtor,
        campaign=run.campaign.id,
        step=decision.step.name,
        invoices=tuple(invoice.number for invoice in decision.invoices),
        reason=reason,
        detail=detail,
    )


def _rounded(cost: Decimal) -> str:
    return str(cost.quantize(CENT, ROUND_HALF_UP))
