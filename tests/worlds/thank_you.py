"""A message on an event, as somebody might add it: thanks for a payment that settled an invoice.

`thanking` is its row in the table for the time of a test; what a use case of its own would do, `say_thanks` does here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from typing_extensions import override

from tests.worlds.stage import ITEM, NOW, Stage
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.application.jobs import OutboxItem
from upominek.application.outbox import Outbox
from upominek.application.ports.texts import Rendered
from upominek.application.sending.send_reminder import SendReminder
from upominek.domain.messages.occasion import Occasion, OccasionTraits
from upominek.domain.messages.sms import segments
from upominek.domain.planning.decision import SkipReason
from upominek.domain.planning.message_on_event import MessageOnEvent
from upominek.domain.planning.occasions import ON_EVENTS
from upominek.domain.planning.recheck import Gone
from upominek.domain.receivables.events import PaymentReceived
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.texts.overrides import NO_OVERRIDES, Overrides
from upominek.domain.values.channel import Channel
from upominek.domain.values.money import Money

KIND: Final = "toy-thanks"
WORDS: Final = "Dziekujemy za wplate."


def _gone(occasion: Occasion, invoice: Invoice) -> Gone | None:
    return None if occasion.id in invoice.payments else Gone(SkipReason.CHANGED)


THANK_YOU: Final = MessageOnEvent(
    kind=KIND,
    channels=(Channel.SMS, Channel.EMAIL),
    gone=_gone,
    traits=OccasionTraits(asks_for_payment=False, takes_place_of_demand=False),
)
PAID: Final = PaymentReceived(id="p-1", number="FV/2", debtor_id="D-1", amount=Money(5000), at=NOW)
THANKS: Final = replace(ITEM, step=KIND, invoices=("FV/2",), occasion=Occasion(KIND, "p-1"))
THANKS_BY_EMAIL: Final = replace(THANKS, channel=Channel.EMAIL, is_fallback=True, tried=Channel.SMS)


@contextmanager
def thanking() -> Iterator[None]:
    """The row in the table."""
    assert KIND not in ON_EVENTS
    ON_EVENTS[KIND] = THANK_YOU
    try:
        yield
    finally:
        del ON_EVENTS[KIND]


class Texts(TemplateRenderer):
    """The shipped texts, and one more."""

    @override
    def render(
        self,
        channel: Channel,
        template: str,
        context: MessageContext,
        overrides: Overrides = NO_OVERRIDES,
        *,
        with_images: bool = True,
    ) -> Rendered:
        if template != KIND:
            return super().render(channel, template, context, overrides, with_images=with_images)
        assert (context.totals, context.next_step, context.step) == ((), None, KIND)
        is_sms = channel is Channel.SMS
        return Rendered(text=WORDS, subject=None if is_sms else "Dziękujemy", parts=segments(WORDS) if is_sms else None)


TEXTS: Final = Texts()


class ThankfulStage(Stage):
    """The stage, on which FV/1 is overdue as ever, and FV/2 was paid today."""

    def pay(self, event: PaymentReceived = PAID) -> None:
        self.invoice(event.number, grosze=event.amount.grosze)
        self.happens(event)

    @override
    def sender(self, *, per_second: float = 1000, **ports: object) -> SendReminder:
        given: dict[str, Any] = {"renderer": TEXTS, **ports}
        return super().sender(per_second=per_second, **given)

    def put_out(self, *items: OutboxItem) -> None:
        """What whoever begins a message does."""
        Outbox(self.queues, self.manifests).put([items])

    def say_thanks(self) -> None:
        """As often as somebody hears of the payment."""
        self.put_out(THANKS)

    def send_all(self) -> list[str]:
        return [self.send(item).value for item in self.queues.take_outbox()]


def thankful() -> ThankfulStage:
    """The stage in memory, with the payment."""
    stage = ThankfulStage()
    stage.pay()
    return stage
