"""The second and last attempt: the next channel of the step, or of the event's message, once."""

from collections.abc import Iterable

from upominek.application.jobs import OutboxItem
from upominek.domain.messages.receipt import OPTED_OUT
from upominek.domain.messages.reminder import Reminder
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.decision import channels_after
from upominek.domain.planning.occasions import words_of
from upominek.domain.values.unknown import Unknown


def fallback_of(reminder: Reminder, campaigns: Iterable[Campaign]) -> OutboxItem | None:
    """The attempt to make after the reminder failed; None where it has no further channel that is known here.

    A fallback has its own key and no fallback of its own, so asking for it twice sends it once. It shares the place
    that the reminder holds within the caps.
    """
    # Who wants no messages gets none on another channel in its place.
    if reminder.is_fallback or reminder.reason == OPTED_OUT:
        return None
    words = words_of(reminder.occasion, reminder.step, campaigns, reminder.campaign)
    channels = channels_after(words, reminder.channel) if words else ()
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
        tried=reminder.channel,
        occasion=reminder.occasion,
    )
