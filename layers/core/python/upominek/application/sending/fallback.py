"""The attempts after a reminder failed: the next address of its channel, once, then the next channel, once."""

from collections.abc import Iterable

from upominek.application.jobs import OutboxItem
from upominek.application.ports.cases import CaseRepository
from upominek.domain.errors import NotFound
from upominek.domain.messages.receipt import OPTED_OUT
from upominek.domain.messages.reminder import Reminder
from upominek.domain.messages.reminder_state import digest_of
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.decision import channels_after, usable_addresses
from upominek.domain.planning.occasions import words_of
from upominek.domain.values.contact import address_hash
from upominek.domain.values.unknown import Unknown


def fallback_of(
    reminder: Reminder, campaigns: Iterable[Campaign], *, to_next_address: bool = False
) -> OutboxItem | None:
    """The attempt to make after the reminder failed; None where it has no further channel that is known here.

    Each has its own key, so asking for it twice sends it once: the original, at most one to the next address of its
    channel, and at most one on another channel, which is the last. All share the place that the original holds within
    the caps.

    Args:
        to_next_address: its channel has another address (`has_another_address`), which is tried first.
    """
    # Who wants no messages gets none on another channel in its place.
    if reminder.reason == OPTED_OUT or (reminder.is_fallback and not reminder.to_next_address):
        return None
    words = words_of(reminder.occasion, reminder.step, campaigns, reminder.campaign)
    to_next_address = to_next_address and not reminder.is_fallback
    channels = channels_after(words, reminder.channel) if words else ()
    if words and to_next_address:
        channels = (reminder.channel,)
    channel = next((one for one in channels if not isinstance(one, Unknown)), None)
    if channel is None:
        return None
    return OutboxItem(
        creditor=reminder.key.creditor,
        debtor=reminder.key.debtor,
        campaign=reminder.campaign,
        day=reminder.key.day,
        step=reminder.step,
        channel=channel,
        invoices=reminder.invoices,
        is_fallback=True,
        to_next_address=to_next_address,
        after_next_address=reminder.to_next_address,
        tried=reminder.channel,
        occasion=reminder.occasion,
    )


def has_another_address(reminder: Reminder, cases: CaseRepository, *, where_unusable: bool = False) -> bool:
    """Whether the debtor has an address on the reminder's channel that works, besides the one that it went to.

    Args:
        where_unusable: only if that one is not to be used again.
    """
    digest, key, channel = digest_of(reminder), reminder.key, reminder.channel
    if reminder.is_fallback or digest is None or isinstance(channel, Unknown):
        return False
    try:
        case = cases.get(key.creditor, key.debtor)
    except NotFound:
        return False
    if where_unusable and digest not in case.suppressed:
        return False
    known = {address_hash(address, key.creditor) for address in usable_addresses(case.debtor, channel)}
    others = known - case.suppressed - {digest}
    return bool(others) and bool(others - cases.suppressed(key.creditor, others))
