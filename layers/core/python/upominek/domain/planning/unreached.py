"""What no step will ever reach, as things stand, and why: for people who would otherwise think it was being chased.

The rules are those of `decision` and `ladder`, asked of all steps to come instead of today's alone. What passes by
itself (a limit, a promise with its last day) is no reason; what stays until somebody does something is one. Where some
of the steps to come can be said and others cannot, the outlook tells which of them would have their turn.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Final, NamedTuple

from upominek.domain.cases.balance import owed, set_off
from upominek.domain.cases.case import Case
from upominek.domain.law.due_date import is_overdue
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign, Step, campaign_of
from upominek.domain.planning.decision import (
    LIMITATION,
    SkipReason,
    choose_address,
    contact_hours,
    is_too_small,
    kept_back,
    reason_of_hold,
    unknown_word,
)
from upominek.domain.planning.ladder import OnLadder, is_fresh, on_ladder
from upominek.domain.planning.outlook import outlook
from upominek.domain.planning.unreached_sums import Unreached, Why, WhyUnreached
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.money import Money

_REASONS: Final = frozenset(one.value for one in WhyUnreached)
BY_SUM: Final = frozenset({WhyUnreached.TOO_SMALL, WhyUnreached.COVERED_BY_CREDIT})
"""Reasons that depend on what else is in a message."""
NOTHING: Final = Why(WhyUnreached.NO_STEP)


def unreached(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    case: Case,
    open_: Sequence[DueInvoice],
    today: date,
) -> list[Unreached]:
    """What of a debtor no step will reach, by reason and currency.

    Args:
        campaigns: those in force, in order.
        case: with all that is known of its addresses.
        open_: all open invoices of the debtor.
    """
    groups: dict[tuple[Why, str], list[DueInvoice]] = {}
    for invoice, why in sorted(
        whys(creditor, campaigns, case, open_, today).items(), key=lambda one: (one[0].due_on, one[0].number)
    ):
        groups.setdefault((why, invoice.outstanding.currency), []).append(invoice)
    return [
        Unreached(
            debtor=case.debtor.id,
            invoices=tuple(one.number for one in invoices),
            amount=Money(sum(one.outstanding.grosze for one in invoices), currency),
            why=why,
        )
        for (why, currency), invoices in groups.items()
    ]


def whys(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    case: Case,
    open_: Sequence[DueInvoice],
    today: date,
    *,
    is_noted: bool | None = None,
) -> dict[DueInvoice, Why]:
    """The invoices that no step will reach, each with its reason.

    Args:
        is_noted: whether somebody will look at the debtor at all; None finds that out by the agenda and the due dates.
    """
    found: dict[DueInvoice, Why] = {}
    mine: dict[str, list[DueInvoice]] = {}
    for one in open_:
        if one.outstanding.grosze <= 0:
            continue
        owner = campaign_of(campaigns, case.debtor, one.size)
        if owner is None:
            found[one] = Why(WhyUnreached.NO_CAMPAIGN)
        else:
            mine.setdefault(owner.id, []).append(one)
    # A hold that ends by itself keeps nothing back for ever.
    endless = replace(case, holds={key: hold for key, hold in case.holds.items() if hold.until is None})
    if is_noted is None:
        is_noted = case.agenda is not None or _comes_up(creditor, campaigns, open_, today)
    to_come = cache(lambda: _to_come(creditor, campaigns, case, open_, today))
    for campaign in campaigns:
        if campaign.id in mine:
            view = _View(creditor, campaign, endless, open_, today, is_noted, to_come)
            found |= dict(view.whys(mine[campaign.id]))
    return found


def _comes_up(creditor: Creditor, campaigns: Sequence[Campaign], open_: Sequence[DueInvoice], today: date) -> bool:
    """Whether a due date brings the debtor up: from today on, or so lately that it may still be worked on."""
    since = today - creditor.message_lifetime
    return any(
        contact_hours(creditor, campaign).next_contact_day(invoice.due_on + timedelta(days=last)) >= since
        for campaign in campaigns
        if (last := max((one.offset_days for one in campaign.ladder), default=None)) is not None
        for invoice in open_
    )


class _ToCome(NamedTuple):
    """What an outlook says of the invoices, by number.

    Attributes:
        kept: why the last message that was not said of each was not.
    """

    named: frozenset[str]
    kept: Mapping[str, SkipReason]


def _to_come(
    creditor: Creditor, campaigns: tuple[Campaign, ...], case: Case, open_: Sequence[DueInvoice], today: date
) -> _ToCome:
    named: set[str] = set()
    kept: dict[str, SkipReason] = {}
    for _, _, decision in outlook(creditor, campaigns, case, open_, today):
        numbers = [one.number for one in decision.invoices]
        if decision.reason is None:
            named.update(numbers)
        else:
            kept |= dict.fromkeys(numbers, decision.reason)
    return _ToCome(frozenset(named), kept)


@dataclass(frozen=True, slots=True)
class _View:
    """One campaign's view of a debtor.

    Attributes:
        case: with its endless holds only.
        to_come: what an outlook says; it costs some milliseconds.
    """

    creditor: Creditor
    campaign: Campaign
    case: Case
    open_: Sequence[DueInvoice]
    today: date
    is_noted: bool
    to_come: Callable[[], _ToCome]

    def whys(self, mine: Sequence[DueInvoice]) -> Iterator[tuple[DueInvoice, Why]]:
        """Those of the campaign's invoices that no step will reach."""
        hours = contact_hours(self.creditor, self.campaign)
        placed = on_ladder(self.campaign, hours, self.case.words_of(self.campaign.id), mine)
        taken = {one.invoice for one in placed}
        yield from ((one, Why(WhyUnreached.ENTRY_NONE)) for one in mine if one not in taken)
        left = {one: steps_left(self.campaign, hours, one, self.today) for one in placed}
        kept = {one: why for one in placed if left[one] and (why := self._kept(one, left[one])) is not None}
        free = [one for one in placed if one not in kept]
        late = [one for one in free if is_overdue(one.invoice.due_on, self.today)]
        stage = max((one.told for one in late if one.told is not None), default=None)
        # What is gentler than the last word is not said any more, as long as that one's invoices are open.
        due = {one: {step for step in left[one] if step.offset_days >= (stage or step.offset_days)} for one in placed}
        ahead = {one: {step for step in due[one] if self._is_ahead(hours, one, step)} for one in placed}
        shares = set_off(self.case, [one for one in self.open_ if self._held(one, self.today) is None])
        # A step of what is overdue speaks of all that are; so does one that could not be said before.
        joint = {
            step
            for one in free
            for step in due[one]
            if step not in ahead[one]
            or (step.offset_days > 0 and self._nothing_said([one.invoice], [step], shares, NOTHING) is not None)
        }
        are_alike = self._are_alike(free, {step for one in free for step in left[one]}, shares)
        # What should go alone, on the last day to pay in time, may have to wait until it is one of what is overdue.
        may_join = any(step.offset_days > 0 for one in free for step in ahead[one])
        for one in placed:
            is_told = one.told is not None or stage is not None
            over = Why(WhyUnreached.LADDER_ENDED if is_told else WhyUnreached.NO_STEP)
            why = kept.get(one) or self._nothing_said([each.invoice for each in free], joint, shares, over)
            if one not in kept and why is not None and ahead[one]:
                why = self._nothing_said([one.invoice], ahead[one], shares, over)
            is_open = not are_alike and (why is None or why.reason in BY_SUM)
            if one not in kept and (is_open or (why == over and may_join)):
                why = self._in_turn(one.invoice.number, why or over)
            if why is not None:
                yield one.invoice, why

    def _is_ahead(self, hours: ContactHours, one: OnLadder, step: Step) -> bool:
        """Whether the debtor could still pay in time when the step comes, so that it goes alone."""
        comes_on = one.begins_on + timedelta(days=step.offset_days)
        return not is_overdue(one.invoice.due_on, hours.next_contact_day(max(comes_on, self.today)))

    def _nothing_said(
        self, invoices: Sequence[DueInvoice], steps: Collection[Step], shares: Mapping[str, Money], over: Why
    ) -> Why | None:
        """Why none of the steps could say anything of these invoices; None where one could.

        Args:
            over: where there is no step.
        """
        if not steps:
            return over
        if (held := self._silent(steps)) is not None:
            return held
        sums = owed(invoices, shares)
        if not sums:
            return Why(WhyUnreached.COVERED_BY_CREDIT)
        heard = [step for step in steps if self._can_be_heard(step)]
        if not heard:
            return Why(WhyUnreached.NO_ADDRESS)
        if all(is_too_small(self.creditor, step, total) for step in heard for total in sums):
            return Why(WhyUnreached.TOO_SMALL)
        return None if self.is_noted else over

    def _can_be_heard(self, step: Step) -> bool:
        return unknown_word(self.case, step) is None and choose_address(self.case, step.channels) is not None

    def _are_alike(self, free: Sequence[OnLadder], steps: Collection[Step], shares: Mapping[str, Money]) -> bool:
        """Whether each of the steps can be said of each of the invoices alone, so that none stands in another's way."""
        each = [owed([one.invoice], shares) for one in free]
        sums = [total for one in each for total in one]
        return all(each) and all(
            self._can_be_heard(step) and not any(is_too_small(self.creditor, step, total) for total in sums)
            for step in steps
        )

    def _in_turn(self, number: str, otherwise: Why) -> Why | None:
        """Why an invoice is in no message to come although some of the steps could be said; None where it is in one."""
        to_come = self.to_come()
        if number in to_come.named:
            return None if self.is_noted else otherwise
        reason = to_come.kept.get(number)
        return Why(WhyUnreached(reason.value)) if reason is not None and reason.value in _REASONS else otherwise

    def _silent(self, steps: Collection[Step]) -> Why | None:
        """Why the debtor hears nothing at all, whatever it is about."""
        if hold := self.case.hold_on(self.today):
            return Why(WhyUnreached(reason_of_hold(hold.kind).value), hold.kind.value)
        unknown = [word.value for step in steps if (word := unknown_word(self.case, step)) is not None]
        return Why(WhyUnreached.HELD, unknown[0]) if len(unknown) == len(steps) else None

    def _kept(self, one: OnLadder, left: Collection[Step]) -> Why | None:
        """Why nobody may tell the debtor of this very invoice when its next step comes."""
        first = min(one.begins_on + timedelta(days=step.offset_days) for step in left)
        return self._held(one.invoice, max(first, self.today))

    def _held(self, invoice: DueInvoice, day: date) -> Why | None:
        detail = kept_back(self.creditor, self.case, invoice, day)
        if detail is None:
            return None
        if hold := self.case.hold_on(day, invoice.number):
            return Why(WhyUnreached(reason_of_hold(hold.kind).value), detail)
        return Why(WhyUnreached.LIMITATION) if detail == LIMITATION else Why(WhyUnreached.HELD, detail)


def steps_left(campaign: Campaign, hours: ContactHours, one: OnLadder, today: date) -> frozenset[Step]:
    """What is still to be said of an invoice: the step that has come, unless it was said, and those to come."""
    steps = {
        step
        for step in campaign.ladder
        if one.begins_on + timedelta(days=step.offset_days) > today
        and (one.told is None or step.offset_days > one.told)
    }
    come = one.unsaid(campaign, today)
    if come is not None and (come.offset_days > 0 or is_fresh(campaign, hours, one, today)):
        steps.add(come)
    return frozenset(steps)
