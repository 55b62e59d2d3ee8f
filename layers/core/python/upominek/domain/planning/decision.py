"""Planning: who hears what on a day, over which channel, or why not. Pure functions.

The planner, the sender and the preview ask the same `decide`, the planner with what the index says, the sender with
what a consistent read says a moment before the provider is called. So 'what would go out tomorrow?' has one answer.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never

from upominek.domain.cases.balance import credit_of, owed, set_off
from upominek.domain.cases.case import Case
from upominek.domain.cases.last_word import LastWord
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
from upominek.domain.planning.ladder import is_joined, on_ladder, turn_of, weight_of
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import address_hash
from upominek.domain.values.kinds import ClaimKind, HoldKind
from upominek.domain.values.money import DECIMALS, Money
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
    TOO_SOON = "too-soon"  # after another message that said as much
    TOO_SMALL = "too-small"  # what is owed is not worth a message
    OVERTAKEN = "overtaken"  # more than this was said already of what is still open
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
        is_ahead: nothing of it is overdue.
        left_out: overdue invoices of the campaign that it does not name, with the step that was said of each before.
        credit: what was taken off the invoices for the debtor's credits, one per currency; none is zero.
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
    is_ahead: bool = False
    left_out: Mapping[str, int | None] = field(default_factory=dict)
    credit: tuple[Money, ...] = ()

    def word(self, reminder_id: str, on: date, at: datetime) -> LastWord:
        """What is remembered of it when it goes.

        Args:
            at: UTC time before the invoices were read.
        """
        step = self.step
        return LastWord(
            on=on,
            at=at,
            offset_days=step.offset_days,
            text=step.template,
            reminder_id=reminder_id,
            left_out=self.left_out,
        )

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """With what in mind a decision is asked for; as it stands, for a step of a ladder that is to be planned.

    Attributes:
        besides: ids of messages that are to be forgotten, as what they said and the places that they took are this
            one's own: its own id, and that of the original of a fallback.
        outranks: ids of messages than which this one says more.
        tried: the channel that failed, for a fallback, which takes those that the step names behind it.
        suppressed: hashes of addresses known to be unusable, besides those that the case knows of.
        usable: hashes of addresses that were looked at, and are none of these.
        traits: of the message's occasion.
        shares: by number, what the debtor's credits take off each invoice, where more is known than the invoices asked
            about.
    """

    besides: frozenset[str] = frozenset()
    outranks: frozenset[str] = frozenset()
    tried: Channel | Unknown | None = None
    suppressed: frozenset[str] = frozenset()
    usable: frozenset[str] = frozenset()
    traits: OccasionTraits = OF_A_STEP
    shares: Mapping[str, Money] | None = None


ANYTHING: Final = Asked()


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


def channels_after(step: Step, tried: Channel | Unknown) -> tuple[Channel | Unknown, ...]:
    """The channels that remain for a fallback: those that the step names behind the one that failed."""
    if tried not in step.channels:
        return step.channels
    return step.channels[step.channels.index(tried) + 1 :]


def plan_debtor(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    campaign: Campaign,
    case: Case,
    open_: Sequence[DueInvoice],
    *,
    today: date,
    asked: Asked = ANYTHING,
) -> Decision | None:
    """What one debtor hears in one campaign on a day; None when all that has come was said, or nothing has come.

    Args:
        campaigns: those `in_force`, in order; they tell whose an invoice is.
        open_: open invoices of this debtor: all of them for what is to be sent. Of some of them alone, it tells whether
            there may be something to say.
    """
    hours = contact_hours(creditor, campaign)
    words = case.words_of(campaign.id, asked.besides)
    mine = on_ladder(campaign, hours, words, of_campaign(campaigns, campaign, case, open_))
    askable = {one for one in open_ if kept_back(creditor, case, one, today) is None}
    free = [one for one in mine if one.invoice in askable]
    turn = turn_of(campaign, hours, free, today)
    if turn is None:
        kept = turn_of(campaign, hours, [one for one in mine if one.invoice not in askable], today)
        return None if kept is None else decide(creditor, case, kept.step, kept.invoices, today, asked=asked)
    if turn.is_overtaken:
        return Decision(debtor=case.debtor.id, step=turn.step, invoices=turn.invoices, reason=SkipReason.OVERTAKEN)
    if is_joined(campaign, free, turn, today, creditor.limits.days_between):
        return Decision(debtor=case.debtor.id, step=turn.step, invoices=turn.invoices, reason=SkipReason.TOO_SOON)
    lower = (one for one in (words.overdue, words.ahead) if one and one.offset_days < turn.step.offset_days)
    asked = replace(asked, outranks=frozenset(one.reminder_id for one in lower), shares=set_off(case, askable))
    decision = decide(creditor, case, turn.step, turn.invoices, today, asked=asked)
    named = {one.number for one in decision.invoices}
    left_out = {
        one.invoice.number: one.told
        for one in mine
        if not turn.is_ahead and one.invoice.number not in named and is_overdue(one.invoice.due_on, today)
    }
    return replace(decision, is_ahead=turn.is_ahead, left_out=left_out)


def of_campaign(
    campaigns: tuple[Campaign, ...], campaign: Campaign, case: Case, open_: Sequence[DueInvoice]
) -> Iterator[DueInvoice]:
    """Those of the open invoices that the campaign is to speak of, some time.

    Args:
        campaigns: those `in_force`, in order.
    """
    for invoice in open_:
        if invoice.outstanding.grosze > 0:  # nobody is reminded of a credit note
            owner = campaign_of(campaigns, case.debtor, invoice.size)
            if owner is not None and owner.id == campaign.id:
                yield invoice


def decide(
    creditor: Creditor,
    case: Case,
    step: Step,
    invoices: tuple[DueInvoice, ...],
    today: date,
    *,
    asked: Asked = ANYTHING,
) -> Decision:
    """Whether the message may go, over which channel, for which total, and what it may say beyond that.

    What is time-barred is left out where nobody may ask for it any more, and so is what is owed for something that this
    version does not know. A debtor or a step that it does not understand is held. What the step claims and the case
    does not allow is withheld; then its neutral text goes.

    Args:
        invoices: open ones; an empty tuple must have been explained by the caller.
    """
    traits = asked.traits
    settled = Decision(debtor=case.debtor.id, step=step, invoices=invoices)
    if held := _held(case, step, today):
        return replace(settled, reason=held[0], detail=held[1])
    free, detail = _free(creditor, case, invoices, today, traits)
    if not free:
        return replace(settled, reason=SkipReason.HELD, detail=detail)
    shares = set_off(case, free) if asked.shares is None else asked.shares
    totals = owed(free, shares)
    if traits.asks_for_payment and not totals:
        return replace(settled, invoices=free, reason=SkipReason.COVERED_BY_CREDIT)
    if traits.asks_for_payment and all(is_too_small(creditor, step, total) for total in totals):
        return replace(settled, invoices=free, totals=totals, reason=SkipReason.TOO_SMALL)
    channels = step.channels if asked.tried is None else channels_after(step, asked.tried)
    chosen = choose_address(case, channels, asked.suppressed)
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
        credit=credit_of(free, shares),
    )
    cap = case.cap_reached(
        creditor.limits,
        today,
        weight=weight_of(step.tone),
        is_notice=not traits.takes_place_of_demand,
        outranks=asked.outranks,
        besides=asked.besides,
    )
    return decision if cap is None else replace(decision, reason=SkipReason(cap))


def is_too_small(creditor: Creditor, step: Step, total: Money) -> bool:
    """Whether the sum is not worth the step."""
    smallest = creditor.smallest.demand if step.tone is Tone.FORMAL else creditor.smallest.reminder
    unit: int = 10 ** DECIMALS.get(total.currency, 2)
    return total.grosze < smallest * unit


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
    word = unknown_word(case, step)
    return None if word is None else (SkipReason.HELD, word.value)


def _free(
    creditor: Creditor, case: Case, invoices: tuple[DueInvoice, ...], today: date, traits: OccasionTraits
) -> tuple[tuple[DueInvoice, ...], str | None]:
    """The invoices that the debtor may be told of, and, where there are none, what keeps the last of them back."""
    kept = [(one, kept_back(creditor, case, one, today, traits)) for one in invoices]
    free = tuple(one for one, why in kept if why is None)
    return free, None if free else next((why for _, why in reversed(kept)), None)


def kept_back(
    creditor: Creditor, case: Case, invoice: DueInvoice, today: date, traits: OccasionTraits = OF_A_STEP
) -> str | None:
    """Why the debtor must not be told of this very invoice: the kind of its hold, an unknown claim, or limitation."""
    if hold := case.hold_on(today, invoice.number):
        return hold.kind.value
    if not traits.asks_for_payment:
        return None
    claim = invoice.claim or creditor.claim_kind
    if isinstance(claim, Unknown):
        return claim.value
    return LIMITATION if _is_barred(creditor, case, invoice, today) else None


def unknown_word(case: Case, step: Step) -> Unknown | None:
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
