"""Messages out."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.bootstrap.outside import Outside
from upominek.bootstrap.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from upominek.application.letters.store_letter import StoreLetter
    from upominek.application.ports.carriers import ByCarrier, EmailSender, PostSender, SmsSender
    from upominek.application.ports.files import FileStore
    from upominek.application.ports.letters import Typesetter
    from upominek.application.sending.prepare_reminder import PrepareReminder
    from upominek.application.sending.rate_limit import RateLimit
    from upominek.application.sending.send_reminder import SendReminder
    from upominek.domain.values.channel import Channel


class Sending(Table, Outside):
    """Messages out."""

    @cached_property
    def send_reminder(self) -> "SendReminder":
        """One item of the outbox."""
        from upominek.domain.values.carrier import first_carrier
        from upominek.domain.values.channel import Channel

        paces = self._paces(Channel.SMS, Channel.EMAIL, share=1 / self.settings.sender_concurrency)
        # Most creditors' carriers are opened at once: a cold start has a whole processor, a first message has not.
        self.sms.get(first_carrier(Channel.SMS))
        self.email.get(first_carrier(Channel.EMAIL))
        # Few e-mails have a letter: the client of the bucket is made for the first of them.
        return self._sender(self._preparing(files=lambda: self.files), paces, sms=self.sms, email=self.email)

    @cached_property
    def sms(self) -> "ByCarrier[SmsSender]":
        """The carriers of SMS."""
        from upominek.adapters.carriers.opened import senders
        from upominek.domain.values.channel import Channel

        return senders(Channel.SMS, self)

    @cached_property
    def email(self) -> "ByCarrier[EmailSender]":
        """The carriers of e-mail."""
        from upominek.adapters.carriers.opened import senders
        from upominek.domain.values.channel import Channel

        return senders(Channel.EMAIL, self)

    @cached_property
    def post(self) -> "ByCarrier[PostSender]":
        """The carriers of letters."""
        from upominek.adapters.carriers.opened import senders
        from upominek.domain.values.channel import Channel

        return senders(Channel.LETTER, self)

    @cached_property
    def store_letter(self) -> "StoreLetter":
        """Letters kept."""
        from upominek.application.letters.store_letter import StoreLetter

        return StoreLetter(self.files, self.letters)

    def _paces(self, *channels: "Channel", share: float = 1.0) -> "ByCarrier[RateLimit]":
        from upominek.adapters.carriers.opened import paces

        return paces(channels, self, self.clock, share=share)

    def _preparing(
        self, *, files: "Callable[[], FileStore] | None" = None, typesetter: "Typesetter | None" = None
    ) -> "PrepareReminder":
        from upominek.application.sending.prepare_reminder import PrepareReminder

        return PrepareReminder(
            self.cases, self.invoices, self.reminders, self.renderer, self.rates, files=files, typesetter=typesetter
        )

    def _sender(
        self,
        prepare: "PrepareReminder",
        paces: "ByCarrier[RateLimit]",
        *,
        sms: "ByCarrier[SmsSender] | None" = None,
        email: "ByCarrier[EmailSender] | None" = None,
        post: "ByCarrier[PostSender] | None" = None,
    ) -> "SendReminder":
        from upominek.application.sending.send_reminder import SendReminder

        return SendReminder(
            clock=self.clock,
            creditors=self.creditors,
            texts=self.texts,
            cases=self.cases,
            reminders=self.reminders,
            progress=self.progress,
            queues=self.queues,
            prepare=prepare,
            paces=paces,
            sms=sms or {},
            email=email or {},
            post=post or {},
        )
