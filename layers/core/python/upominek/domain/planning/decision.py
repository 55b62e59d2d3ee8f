"""Planning: who hears what on a day, over which channel, or why not. Pure functions.

The planner, the sender and the preview ask the same `decide`, the planner with what the index says, the sender with
what a consistent read says a moment before the provider is called. So 'what would go out tomorrow?' has one answer.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

from upominek.domain.cases.balance import owed
from upominek.domain.cases.case import Case
from upominek.domain.law.due_date import is_overdue
from upominek.domain.law.limitation import is_barred
from upominek.domain.messages.occasion import OF_A_STEP, OccasionTraits
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.planning.campaign import (
    INTEREST_NOTE,
    NO_CLAIMS,
    REGISTER_WARNING,
    Campaign,
    Claims,
    Step,
    Use,
    campaign_of,
)
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import address_hash
from upominek.domain.values.kinds import ClaimKind, HoldKind
from upominek.domain.values.money import Money
from upominek.domain.values.span import ONE_DAY, Span
from upominek.domain.values.unknown import Unknown, read_word

LIMITATION = "limitation"
"""Detail of what is held because it is time-barred."""


class SkipReason(StrEnum):
    """Why somebody whose step has come hears nothing."""

    PAID = "paid"
    CANCELLED = "cancelled"
    CHANGED = "changed"  # the due date moved, or the invoices went to another campaign, since planning
    COVERED_BY_CREDIT = "covered-by-credit"
    HELD = "held"
    OPTED_OUT = "opted-out"
    NO_ADDRESS = "no-address"
    CAP_DAY = "cap-day"
    CAP_WEEK = "cap-week"
    ALREADY_REMINDED = "already-reminded"
    EXPIRED = "expired"
    CAMPAIGN_ENDED = "campaign-ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to happen for one debtor in one campaign on one day; `reason` None means that the message goes.

    Attributes:
        totals: one per currency, credits taken off, all above zero; none only where nothing is asked for.
        detail: more about the reason, such as the kind of hold.
        claims: what is said beyond asking for payment: as much of the step's claims as the case allows.
        withheld: why some of the step's claims are left out, as `interest-rate-missing`; empty when none is.
        is_timely: the step comes after the due dates, but they fell on free days, so there is still time to pay.
    """

    debtor: str
    step: Step
    invoices: tuple[DueInvoice, ...]
    totals: tuple[Money, ...] = ()
    channel: Channel | None = None
    address: str | None = None
    reason: SkipReason | None = None
    detail: str | None = None
    claims: Claims = NO_CLAIMS
    withheld: tuple[str, ...] = ()
    is_timely: bool = False

    @property
    def template(self) -> str:
        """Name of the text: the step's own, or another one where the case does not allow what that one says."""
        if self.is_timely:
            return self.step.timely_text
        return self.step.neutral_text if self.withheld else self.step.template

    @property
    def tone(self) -> Tone | Unknown:
        """How it speaks."""
        return Tone.NEUTRAL if self.withheld and not self.is_timely else self.step.tone

    @property
    def letter(self) -> str | None:
        """Kind of the letter that goes with it: the step's own, unless it claims what is withheld."""
        letter = self.step.letter
        if (
            self.is_timely
            or (letter == REGISTER_WARNING and not self.claims.register)
            or (letter == INTEREST_NOTE and self.claims.interest is Use.NONE)
        ):
            return None
        return letter


def contact_hours(creditor: Creditor, campaign: Campaign) -> ContactHours:
    """The days and hours in force: the campaign's own or the creditor's, on the days that the campaign runs."""
    hours = campaign.hours or creditor.hours
    if hours.weekdays <= campaign.weekdays:
        return hours
    return replace(hours, weekdays=hours.weekdays & campaign.weekdays)


def landing_span(hours: ContactHours, planned_through: date | None, today: date) -> Span:
    """The calendar days of steps whose turn it is today: those that land today, and those that a missed run left.

    A step on a closed day lands on the next contact day, so on a Monday the span reaches back over the weekend; after a
    missed run it reaches back to the last day that was planned.

    Args:
        planned_through: the last day of the span that was planned before. It is a day of steps, not of a run: so
            contact days may change in between, and no step is planned twice or never. None for a first run, which
            takes only what lands today, so that a new campaign does not open with months of old steps.
    """
    before = hours.last_contact_day(today - ONE_DAY) if planned_through is None else planned_through
    return Span(before + ONE_DAY, hours.last_contact_day(today))


def missed_since(hours: ContactHours, planned_through: date | None, today: date) -> date | None:
    """The last planned day, if a contact day between it and today was missed; None when nothing was missed."""
    if planned_through is None or hours.last_contact_day(today - ONE_DAY) <= planned_through:
        return None
    return planned_through


def progress_ids(shards: Sequence[int], shard: int) -> tuple[int, ...]:
    """The numbers under which a shard's progress is kept: its own, then those of the shards that it was split from.

    Shard s of n has the number n + s, which no shard of another n has (all n are powers of two). So a new shard goes on
    where the one that it came from stopped, whichever of its siblings runs first.

    Args:
        shards: every number of shards that the creditor has had, oldest first.
    """
    return tuple(n + shard % n for n in reversed(shards))


def due_spans(campaign: Campaign, landing: Span) -> list[Span]:
    """The due dates that the campaign's steps ask for, in order and as few spans as possible."""
    if not landing:
        return []
    spans: list[Span] = []
    for step in sorted(campaign.ladder, key=lambda one: -one.offset_days):
        offset = timedelta(days=step.offset_days)
        span = Span(landing.first - offset, landing.last - offset)
        if spans and span.first <= spans[-1].last + ONE_DAY:
            spans[-1] = Span(spans[-1].first, max(spans[-1].last, span.last))
        else:
            spans.append(span)
    return spans


def step_landing(campaign: Campaign, due_on: date, landing: Span) -> Step | None:
    """The most advanced step of an invoice with this due date that lands within the span."""
    steps = (s for s in campaign.ladder if due_on + timedelta(days=s.offset_days) in landing)
    return max(steps, key=lambda one: one.offset_days, default=None)


def usable_addresses(debtor: Debtor, channel: Channel) -> tuple[str, ...]:
    """Addresses of the debtor that a channel can use, in order of preference; a postal one with a line for each."""
    match channel:
        case Channel.SMS:
            return tuple(p.e164 for p in debtor.phones if p.may_receive_sms)
        case Channel.EMAIL:
            return tuple(e.value for e in debtor.emails)
        case Channel.LETTER:
            return ("\n".join(debtor.address),) if debtor.address else ()
        case _:
            assert_never(channel)


def choose_address(
    case: Case, channels: Sequence[Channel | Unknown], suppressed: Collection[str] = frozenset()
) -> tuple[Channel, str] | None:
    """The first channel with an address that is not suppressed, and that address.

    A channel of another version is passed over: nobody here knows what it would reach.

    Args:
        suppressed: hashes of addresses that must not be used, besides those that the case knows of.
    """
    for channel in channels:
        if isinstance(channel, Unknown):
            continue
        for address in usable_addresses(case.debtor, channel):
            digest = address_hash(address, case.creditor)
            if digest not in suppressed and digest not in case.suppressed:
                return channel, address
    return None


def by_debtor(due: Sequence[DueInvoice]) -> Iterator[tuple[str, list[DueInvoice]]]:
    """Invoices grouped by debtor, debtors in order of first appearance."""
    groups: dict[str, list[DueInvoice]] = {}
    for invoice in due:
        groups.setdefault(invoice.debtor, []).append(invoice)
    yield from groups.items()


def has_expired(hours: ContactHours, step: Step, due_on: Iterable[date], today: date) -> bool:
    """Whether it is too late for the step with all the invoices whose turn it has come to.

    It is too late when the step landed too long ago; and for a step before the due date, once that has passed: nobody
    is told of a payment to come that is overdue, neither after missed runs nor after a long row of closed days.

    Args:
        due_on: due dates of the invoices; those whose step is still to come do not count.
    """
    offset = timedelta(days=step.offset_days)
    reached = [due for due in due_on if due + offset <= today]
    return bool(reached) and all(
        (today - hours.next_contact_day(due + offset)).days > step.expires_after_days or due + offset < due < today
        for due in reached
    )


def plan_debtor(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    campaign: Campaign,
    case: Case,
    due: Sequence[DueInvoice],
    *,
    landing: Span,
    today: date,
) -> Decision | None:
    """What one debtor hears in one campaign today: None when none of the invoices is this campaign's today.

    After missed runs, invoices whose step has expired are left out where others give a reason to write; where they are
    all there is, the decision is that the reminder expired.

    Args:
        campaigns: those `in_force`, in order; they tell whose an invoice is.
        due: open invoices of this debtor within the campaign's `due_spans`.
    """
    steps = {
        invoice: step
        for invoice in due
        if invoice.outstanding.grosze > 0  # nobody is reminded of a credit note
        and (step := step_landing(campaign, invoice.due_on, landing)) is not None
        and (owner := campaign_of(campaigns, case.debtor, invoice.outstanding)) is not None
        and owner.id == campaign.id
    }
    if not steps:
        return None
    hours = contact_hours(creditor, campaign)
    fresh = {i: step for i, step in steps.items() if not has_expired(hours, step, [i.due_on], today)}
    timely = fresh or steps
    step = max(timely.values(), key=lambda one: one.offset_days)
    mine = tuple(sorted(timely, key=lambda one: (one.due_on, one.number)))
    if not fresh:
        return Decision(debtor=case.debtor.id, step=step, invoices=mine, reason=SkipReason.EXPIRED)
    return decide(creditor, case, step, mine, today)


def decide(  # noqa: PLR0913 - the one rule, with all that it weighs
    creditor: Creditor,
    case: Case,
    step: Step,
    invoices: tuple[DueInvoice, ...],
    today: date,
    *,
    channels: Sequence[Channel | Unknown] | None = None,
    suppressed: Collection[str] = frozenset(),
    has_reserved: bool = False,
    traits: OccasionTraits = OF_A_STEP,
) -> Decision:
    """Whether the message may go, over which channel, for which total, and what it may say beyond that.

    What is time-barred is left out where nobody may ask for it any more, and so is what is owed for something that this
    version does not know. A debtor or a step that it does not understand is held. What the step claims and the case
    does not allow is withheld; then its neutral text goes.

    Args:
        invoices: open ones; an empty tuple must have been explained by the caller.
        channels: instead of the step's own, for a fallback.
        suppressed: hashes of addresses known to be unusable, besides those that the case knows of.
        has_reserved: the message already holds its place within the caps, so they are not asked again.
        traits: of the message's occasion.
    """
    settled = Decision(debtor=case.debtor.id, step=step, invoices=invoices)
    if held := _held(case, step, today):
        return replace(settled, reason=held[0], detail=held[1])
    free, detail = _free(creditor, case, invoices, today, traits)
    if not free:
        return replace(settled, reason=SkipReason.HELD, detail=detail)
    totals = owed(case, free)
    if not totals and traits.asks_for_payment:
        return replace(settled, invoices=free, reason=SkipReason.COVERED_BY_CREDIT)
    chosen = choose_address(case, step.channels if channels is None else channels, suppressed)
    if chosen is None:
        return replace(settled, invoices=free, totals=totals, reason=SkipReason.NO_ADDRESS)
    channel, address = chosen
    claims, withheld = effective_claims(creditor, case, step.claims, free, today)
    decision = replace(
        settled,
        invoices=free,
        totals=totals,
        channel=channel,
        address=address,
        claims=claims,
        withheld=withheld,
        is_timely=step.offset_days > 0 and not any(is_overdue(one.due_on, today) for one in free),
    )
    is_notice = not traits.takes_place_of_demand
    cap = None if has_reserved else case.cap_reached(creditor.limits, today, is_notice=is_notice)
    return decision if cap is None else replace(decision, reason=SkipReason(cap))


def reason_of_hold(kind: HoldKind | Unknown) -> SkipReason:
    """Why a debtor hears nothing while such a hold is in force; one of another version holds like any other."""
    match kind:
        case HoldKind.OPT_OUT:
            return SkipReason.OPTED_OUT
        case HoldKind.PAUSE | HoldKind.DISPUTE | HoldKind.PROMISE | HoldKind.HANDED_OVER | HoldKind.CHECK | Unknown():
            return SkipReason.HELD
        case _:
            assert_never(kind)


def _held(case: Case, step: Step, today: date) -> tuple[SkipReason, str] | None:
    """Why the debtor hears nothing at all now, and more about it."""
    if hold := case.hold_on(today):
        return reason_of_hold(hold.kind), hold.kind.value
    word = _unknown_word(case, step)
    return None if word is None else (SkipReason.HELD, word.value)


def _free(
    creditor: Creditor, case: Case, invoices: tuple[DueInvoice, ...], today: date, traits: OccasionTraits
) -> tuple[tuple[DueInvoice, ...], str | None]:
    """The invoices that the debtor may be told of, and, where there are none, what keeps the last of them back."""
    open_ = tuple(i for i in invoices if case.hold_on(today, i.number) is None)
    if not open_:
        hold = case.hold_on(today, invoices[0].number)
        return (), hold.kind.value if hold else None
    if not traits.asks_for_payment:
        return open_, None
    known = tuple(i for i in open_ if not isinstance(i.claim or creditor.claim_kind, Unknown))
    if not known:
        return (), (open_[0].claim or creditor.claim_kind).value
    return tuple(i for i in known if not _is_barred(creditor, case, i, today)), LIMITATION


def _unknown_word(case: Case, step: Step) -> Unknown | None:
    """A word of the debtor or the step that this version does not know: what it would say might be wrong."""
    if isinstance(case.debtor.kind, Unknown):
        return case.debtor.kind
    if step.letter is None:
        return step.unknown_word
    from upominek.domain.planning.letter_kind import LetterKind  # noqa: PLC0415 - most steps have no letter: cold start

    letter = read_word(LetterKind, step.letter)
    return letter if isinstance(letter, Unknown) else step.unknown_word


def effective_claims(
    creditor: Creditor, case: Case, claims: Claims, invoices: Sequence[DueInvoice], today: date
) -> tuple[Claims, tuple[str, ...]]:
    """As much of the claims as the case allows by the rules alone, and the codes of what is withheld."""
    if claims == NO_CLAIMS:
        return NO_CLAIMS, ()
    from upominek.domain.planning.claims import allowed_claims  # noqa: PLC0415 - most steps claim nothing: cold start

    return allowed_claims(creditor, case, claims, invoices, today)


def _is_barred(creditor: Creditor, case: Case, invoice: DueInvoice, today: date) -> bool:
    """Whether nobody may ask the debtor for the invoice any more.

    Source: art. 117 § 2¹ KC: a time-barred claim cannot be demanded from a consumer; others may refuse to pay, which is
    for a person to weigh. Art. 59 § 1 point 9 of the Tax Ordinance: a time-barred tax is owed by nobody.
    """
    claim = invoice.claim or creditor.claim_kind
    is_stopped = case.debtor.kind_in_law is DebtorKind.CONSUMER or claim is ClaimKind.TAX
    return is_stopped and is_barred(invoice.due_on, claim, today, case.acknowledged.get(invoice.number))
