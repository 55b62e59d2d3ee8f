"""One item of the lane of letters: a letter to be posted, or one to be attached to an e-mail."""

import math

from upominek.application.jobs import OutboxItem
from upominek.application.letters.attach_letter import AttachLetter
from upominek.application.outbox import put_back
from upominek.application.ports.queues import Queues
from upominek.application.sending.send_reminder import SendOutcome, SendReminder
from upominek.domain.messages.reminder import channel_traits


class MakeLetters:
    """Makes what the item asks for; what another lane is for is put there."""

    def __init__(self, *, queues: Queues, attach: AttachLetter, post: SendReminder) -> None:
        self._queues = queues
        self._attach = attach
        self._post = post

    def __call__(self, item: OutboxItem, *, seconds_left: float = math.inf) -> SendOutcome:
        """Handle one item; as safe to repeat as `SendReminder`."""
        if channel_traits(item.channel).is_letter:
            return self._post(item, seconds_left=seconds_left)
        if item.awaits_letter:
            return self._attach(item)
        put_back(self._queues, item)
        return SendOutcome.MOVED
