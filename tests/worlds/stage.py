"""A creditor, a campaign, one debtor and the outbox: what tests of sending and of receipts play on.

It is Monday, 2 March 2026, ten o'clock in Warsaw. The invoice FV/1 was due on Wednesday, 25 February, so its step +5
lands today: an SMS first, an e-mail where that does not work.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from upominek.adapters.carriers.registry import CARRIERS
from upominek.adapters.memory.world import World
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.application.jobs import OutboxItem
from upominek.application.ports.invoices import InvoiceChange
from upominek.application.receipts.record_receipt import RecordReceipt
from upominek.application.receipts.watch_reputation import BounceBrake
from upominek.application.sending.prepare_reminder import PrepareReminder
from upominek.application.sending.rate_limit import RateLimit
from upominek.application.sending.send_reminder import SendOutcome, SendReminder
from upominek.domain.cases.case import CaseFile, Fact, Hold
from upominek.domain.messages.reminder import Reminder
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.planning.campaign import Campaign, Step
from upominek.domain.receivables.events import Header, InvoiceEvent, InvoiceStated
from upominek.domain.receivables.invoice import Invoice, fold
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

PHONE, EMAIL = "+48512345678", "anna@firma.example"
TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE_ON = date(2026, 2, 25)
ISSUED_AT = datetime(2026, 2, 1, 8, tzinfo=UTC)
BOTH = (Channel.SMS, Channel.EMAIL)
LADDER = (
    Step(offset_days=-3, channels=BOTH, template="before-due"),
    Step(offset_days=1, channels=(Channel.EMAIL, Channel.SMS), template="just-due"),
    Step(offset_days=5, channels=BOTH, template="overdue", tone=Tone.NEUTRAL),
    Step(offset_days=14, channels=(Channel.EMAIL,), template="demand", tone=Tone.FORMAL),
)
CREDITOR = Creditor(
    id="rura",
    name="Hurtownia Rura Sp. z o.o.",
    account="PL61109010140000071219812874",
    sms_sender="RURA",
    email_from="faktury@rura.example",
    reply_to="biuro@rura.example",
    contact_person="Ewa Nowak",
    contact_phone="22 123 45 67",
)
CAMPAIGN = Campaign(id="main", name="Faktury", ladder=LADDER, at=time(9))
ITEM = OutboxItem(
    creditor="rura", debtor="D-1", campaign="main", day=TODAY, step="+5", channel=Channel.SMS, invoices=("FV/1",)
)


def _carriers(channel: Channel) -> list[Carrier]:
    return [one for one in CARRIERS.known() if CARRIERS.traits(one).channel is channel]


class Stage(World):
    """The world, with something to send in it."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self._stated_at = ISSUED_AT
        self.creditors.save(CREDITOR)
        self.creditors.save_campaign("rura", CAMPAIGN)
        self.debtor()
        self.invoice("FV/1")

    # --- what there is

    def debtor(
        self,
        debtor: str = "D-1",
        *,
        phone: str | None = PHONE,
        email: str | None = EMAIL,
        more_phones: Sequence[str] = (),
        more_emails: Sequence[str] = (),
    ) -> None:
        phones = [*([phone] if phone else []), *more_phones]
        emails = [*([email] if email else []), *more_emails]
        details = DebtorDetails(
            id=debtor,
            name="Anna Kowalska",
            first_name="Anna",
            kind=DebtorKind.CONSUMER,
            phones=tuple(Phone(one, may_receive_sms=True) for one in phones),
            emails=tuple(map(Email, emails)),
        )
        # Each statement is newer than the one before, though no time passes on the stage.
        self._stated_at += timedelta(microseconds=1)
        self.cases.open_case("rura", details, self._stated_at)

    def invoice(self, number: str, *, due_on: date = DUE_ON, grosze: int = 123456, at: datetime = ISSUED_AT) -> None:
        details = DebtorDetails(id="D-1")
        self.happens(
            InvoiceStated(number=number, debtor=details, header=Header(at=at, amount=Money(grosze), due_on=due_on))
        )

    def happens(self, event: InvoiceEvent) -> None:
        blank = Invoice(creditor="rura", debtor="D-1", number=event.number)
        before = next((one for one in self.file().invoices if one.number == event.number), blank)
        assert not self.invoices.save([InvoiceChange(before, fold(before, event))], (1,))

    def hold(self, kind: HoldKind, *, number: str | None = None, until: date | None = None) -> None:
        since = self.clock.now() - timedelta(minutes=5)
        hold = Hold(kind=kind, since=since, reason="Umowa", number=number, until=until)
        self.cases.hold("rura", "D-1", hold, Fact(id=f"hold-{kind.value}", at=since, kind="held"))

    def campaign(self, **changes: object) -> None:
        self.creditors.save_campaign("rura", replace(CAMPAIGN, **changes))

    def creditor(self, **changes: object) -> None:
        self.creditors.save(replace(CREDITOR, **changes))

    # --- what works on it

    def sender(self, *, per_second: float = 1000, **ports: object) -> SendReminder:
        """A worker; two of them are two processes."""
        given: dict[str, Any] = {name: ports.get(name, getattr(self, name)) for name in self.ports()}
        renderer: Any = ports.get("renderer", TemplateRenderer())
        return SendReminder(
            **{name: port for name, port in given.items() if name not in {"invoices", "sms", "email"}},
            sms=dict.fromkeys(_carriers(Channel.SMS), given["sms"]),
            email=dict.fromkeys(_carriers(Channel.EMAIL), given["email"]),
            prepare=PrepareReminder(given["cases"], given["invoices"], given["reminders"], renderer, self.rates),
            paces={carrier: RateLimit(given["clock"], per_second) for carrier in CARRIERS.known()},
        )

    @staticmethod
    def ports() -> tuple[str, ...]:
        return ("clock", "creditors", "texts", "cases", "invoices", "reminders", "progress", "queues", "sms", "email")

    def recorder(self) -> RecordReceipt:
        return RecordReceipt(
            brake=BounceBrake(progress=self.progress, clock=self.clock, ids=self.ids, carriers=CARRIERS),
            creditors=self.creditors,
            cases=self.cases,
            reminders=self.reminders,
            progress=self.progress,
            queues=self.queues,
        )

    def send(self, item: OutboxItem = ITEM) -> SendOutcome:
        return self.sender()(item)

    # --- what came of it

    def file(self) -> CaseFile:
        return self.cases.file("rura", "D-1")

    def reminder(self, item: OutboxItem = ITEM) -> Reminder:
        return self.reminders.get(item.key)

    def is_unclaimed(self, item: OutboxItem = ITEM) -> bool:
        return all(one.key != item.key for one in self.file().reminders)

    def handed_over(self) -> int:
        """How often a provider was asked to send."""
        return len(self.sms.attempts) + len(self.email.attempts)

    def places(self) -> int:
        """How many places are taken within the caps."""
        return len(self.cases.get("rura", "D-1").contacts)
