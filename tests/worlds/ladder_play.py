"""One debtor and the days that go by: planner and sender at work together, with the case and its invoices in hand.

What the planner does by the due index and by the agenda is done here in the same order; who goes to the outbox is
looked at by the sender in the same moment. There is no store, so a hundred days take little time.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from upominek.application.planning.reservation import agenda_without, reservation_of
from upominek.domain.cases.case import Agenda, Case, Contact, Hold
from upominek.domain.messages.reminder import reminder_key
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor
from upominek.domain.planning.agenda import awaits_address, look_at_once, next_look
from upominek.domain.planning.campaign import Campaign, in_force, running_order
from upominek.domain.planning.decision import Asked, Decision, contact_hours, due_spans, landing_span, plan_debtor
from upominek.domain.planning.ladder import begins_on
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.money import Money

PHONE = Phone("+48512345678", may_receive_sms=True)
EMAIL = Email("biuro@example.com")
MORNING, NOON, ROUND = time(7), time(17), time(17, 15)


@dataclass(frozen=True)
class Said:
    """A message that went.

    Attributes:
        open_then: all that was open at that moment, the campaigns aside.
        drivers: numbers of those whose own step it was.
        case: as it was before.
    """

    day: date
    campaign: Campaign
    decision: Decision
    open_then: tuple[DueInvoice, ...]
    drivers: frozenset[str]
    case: Case

    @property
    def numbers(self) -> frozenset[str]:
        """Of the invoices that it names."""
        return frozenset(one.number for one in self.decision.invoices)

    @property
    def offset(self) -> int:
        """Its stage."""
        return self.decision.step.offset_days

    @property
    def driven(self) -> frozenset[tuple[object, ...]]:
        """Those whose own step it was, as they were owed then."""
        return frozenset(identity(one) for one in self.decision.invoices if one.number in self.drivers)


@dataclass
class LadderPlay:
    """The days of one debtor.

    Attributes:
        check: called after each run, while nothing else has happened.
    """

    creditor: Creditor
    campaigns: tuple[Campaign, ...]
    case: Case
    invoices: dict[str, DueInvoice] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    skipped: list[tuple[date, Decision]] = field(default_factory=list)
    through: dict[str, date] = field(default_factory=dict)
    claimed: set[str] = field(default_factory=set)
    is_woken: bool = False
    check: Callable[[date], None] = lambda _: None

    @property
    def open(self) -> tuple[DueInvoice, ...]:
        """All open invoices, credit notes among them."""
        return tuple(sorted(self.invoices.values(), key=lambda one: (one.due_on, one.number)))

    # --- what happens to the debtor

    def owes(self, number: str, due_on: date, grosze: int, at: datetime) -> None:
        """An invoice becomes known, or a credit note, whose sum is negative."""
        amount = Money(grosze)
        self.invoices[number] = DueInvoice("K-1", number, due_on, amount, amount=amount, known_at=at)
        if grosze < 0:
            self.case = replace(self.case, credits={**self.case.credits, number: Money(-grosze)})
        found = look_at_once(self.creditor, in_force(self.campaigns), due_on, at)
        if found is not None:
            self.wake(found)

    def pays(self, number: str, grosze: int | None = None) -> None:
        """Some of it, or all."""
        if (one := self.invoices.get(number)) is None or one.outstanding.grosze <= 0:
            return
        left = 0 if grosze is None else one.outstanding.grosze - grosze
        if left > 0:
            self.invoices[number] = replace(one, outstanding=Money(left))
        else:
            del self.invoices[number]

    def hold(self, hold: Hold) -> None:
        """Nothing is said while it lasts; one that stands is made longer only."""
        standing = self.case.holds.get(hold.key)
        if standing is not None and (standing.until or hold.until) > hold.until:
            return
        self.case = replace(self.case, holds={**self.case.holds, hold.key: hold})

    def release(self, key: str, day: date) -> None:
        """End a hold, as a person does."""
        if key in self.case.holds:
            self.case = replace(self.case, holds={name: one for name, one in self.case.holds.items() if name != key})
            self.wake(Agenda(day))

    def addresses(self, day: date, *, some: bool) -> None:
        """There is an address to write to, or none."""
        changed = replace(self.case.debtor, phones=(PHONE,) if some else (), emails=(EMAIL,) if some else ())
        is_news = changed != self.case.debtor and self.case.awaits_address
        self.case = replace(self.case, debtor=changed)
        if is_news:
            self.case = replace(self.case, agenda=Agenda(day), awaits_address=False)

    def wake(self, agenda: Agenda) -> None:
        """Have the case looked at, unless it is to be looked at as early already."""
        self.is_woken = True
        if self.case.agenda is None or self.case.agenda.on > agenda.on:
            self.case = replace(self.case, agenda=agenda)

    # --- what the product does

    def at(self, day: date, clock: time) -> datetime:
        """An instant by the creditor's clock."""
        return self.creditor.hours.at_local(day, clock)

    def live(
        self, day: date, *, before: Iterable[Callable[[], None]] = (), after: Iterable[Callable[[], None]] = ()
    ) -> None:
        """A day: what happens in the morning, the runs, what happens at noon, and what is looked at because of it."""
        self.is_woken = False
        for happens in before:
            happens()
        self._run(day)
        self._round(day)
        self.check(day)
        for happens in after:
            happens()
        self._round(day)

    def _round(self, day: date) -> None:
        if self.is_woken:
            self.is_woken = False
            self._run(day, agenda_only=True)

    def runs(self, day: date) -> list[Campaign]:
        """The campaigns that run on the day, in order."""
        return [one for one in running_order(self.campaigns) if contact_hours(self.creditor, one).is_contact_day(day)]

    def plan(self, campaign: Campaign, day: date, due: Iterable[DueInvoice] | None = None) -> Decision | None:
        """What the campaign says on the day."""
        open_ = self.open if due is None else tuple(due)
        return plan_debtor(self.creditor, in_force(self.campaigns), campaign, self.case, open_, today=day)

    def _run(self, day: date, *, agenda_only: bool = False) -> None:
        for campaign in self.runs(day):
            if self._is_planned(campaign, day, agenda_only=agenda_only):
                self._send(campaign, day, self.at(day, ROUND if agenda_only else campaign.at))

    def _is_planned(self, campaign: Campaign, day: date, *, agenda_only: bool) -> bool:
        """Whether the debtor goes to the outbox."""
        if not agenda_only and self._by_due_date(campaign, day):
            return True
        agenda = self.case.agenda
        if agenda is None or agenda.on > day or agenda.campaign not in {"", campaign.id}:
            return False
        if agenda_only and agenda.is_entry and campaign.most_per_day is not None:
            return False
        if agenda.campaign or self.plan(campaign, day) is not None:
            return True
        if agenda.on < day and not any(self.plan(one, day) for one in self.runs(day)):
            later = next_look(self.creditor, in_force(self.campaigns), self.case, self.open, day)
            awaits = self.case.awaits_address or awaits_address(in_force(self.campaigns), self.case)
            self.case = replace(self.case, agenda=later, awaits_address=awaits)
        return False

    def _by_due_date(self, campaign: Campaign, day: date) -> bool:
        landing = landing_span(contact_hours(self.creditor, campaign), self.through.get(campaign.id), day)
        spans = due_spans(campaign, landing)
        self.through[campaign.id] = landing.last
        landed = [one for one in self.open if any(one.due_on in span for span in spans)]
        if not landed:
            return False
        decision = self.plan(campaign, day, landed)
        if decision is None:
            return False
        word = self.case.words_of(campaign.id).overdue
        if word is not None and word.offset_days >= decision.step.offset_days:
            return self.plan(campaign, day) is not None
        return True

    def _send(self, campaign: Campaign, day: date, now: datetime) -> None:
        campaigns = in_force(self.campaigns)
        reminder_id = reminder_key(self.creditor.id, campaign.id, "K-1", day).id
        if reminder_id in self.claimed:
            return  # as the sender finds it: said, or skipped already today
        self.claimed.add(reminder_id)
        asked = Asked(besides=frozenset({reminder_id}))
        decision = plan_debtor(self.creditor, campaigns, campaign, self.case, self.open, today=day, asked=asked)
        if decision is None or decision.reason is not None:
            reason = None if decision is None else decision.reason
            if decision is not None:
                self.skipped.append((day, decision))
            agenda = agenda_without(self.creditor, campaigns, campaign, self.case, self.open, Contact(day, reminder_id))
            self.case = replace(self.case, agenda=agenda, awaits_address=awaits_address(campaigns, self.case, reason))
            return
        place = Contact(day, reminder_id)
        reservation = reservation_of(
            self.creditor, campaigns, campaign, self.case, decision, self.open, place=place, read_at=now
        )
        self.said.append(Said(day, campaign, decision, self.open, self._drivers(campaign, decision, day), self.case))
        self.case = replace(
            self.case,
            contacts=(reservation.contact, *self.case.contacts)[: reservation.places],
            words={**self.case.words, campaign.id: reservation.words},  # type: ignore[dict-item]
            agenda=reservation.agenda,
        )

    def _drivers(self, campaign: Campaign, decision: Decision, day: date) -> frozenset[str]:
        hours, offset = contact_hours(self.creditor, campaign), timedelta(days=decision.step.offset_days)
        begun = {one.number: begins_on(campaign, hours, one) for one in decision.invoices}
        return frozenset(number for number, begins in begun.items() if begins is not None and begins + offset <= day)


def nobody(creditor: Creditor) -> Case:
    """The case of a debtor who has an address, and of whom nothing else is known."""
    return Case(creditor=creditor.id, debtor=Debtor(id="K-1", phones=(PHONE,), emails=(EMAIL,)))


def identity(one: DueInvoice) -> tuple[object, ...]:
    """What makes an invoice another one to a ladder; a part payment does not."""
    return one.number, one.due_on, one.known_at
