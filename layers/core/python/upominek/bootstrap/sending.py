"""Messages out."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.bootstrap.outside import Outside
from upominek.bootstrap.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from upominek.application.ports.carriers import EmailSender, PostSender, SmsSender
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
        from upominek.application.sending.rate_limit import RateLimit
        from upominek.domain.values.channel import Channel

        share = 1 / self.settings.sender_concurrency
        paces = {
            Channel.SMS: RateLimit(self.clock, self.settings.sms_parts_per_second * share),
            Channel.EMAIL: RateLimit(self.clock, self.settings.ses_messages_per_second * share),
        }
        # Few e-mails have a letter: the client of the bucket is made for the first of them.
        return self._sender(self._preparing(files=lambda: self.files), paces, sms=self.sms, email=self.email)

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
        paces: "Mapping[Channel, RateLimit]",
        *,
        sms: "SmsSender | None" = None,
        email: "EmailSender | None" = None,
        post: "PostSender | None" = None,
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
            sms=sms,
            email=email,
            post=post,
        )
