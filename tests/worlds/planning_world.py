"""A creditor, its campaigns and its invoices in memory, and a day that runs them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from upominek.adapters.memory.world import World
from upominek.application.jobs import OutboxItem
from upominek.application.outbox import Outbox
from upominek.application.planning.plan_reminders import PlanReminders, PlanResult
from upominek.application.planning.start_planning import StartPlanning
from upominek.application.ports.invoices import InvoiceChange, InvoiceKey
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.planning.campaign import Campaign, Step
from upominek.domain.receivables.events import Header, InvoiceEvent, InvoiceStated
from upominek.domain.receivables.invoice import Invoice, fold
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.money import Money

MONDAY = date(2026, 3, 2)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
CREDITOR = Creditor(
    id="hydro",
    name="Hydro-Hurt",
    account="PL61109010140000071219812874",
    email_from="naleznosci@hydro.example.com",
    contact_person="Anna Nowak",
    contact_phone="22 123 45 67",
)
LADDER = tuple(
    Step(offset_days=offset, channels=channels, template=template, expires_after_days=5)
    for offset, channels, template in (
        (-3, (Channel.SMS, Channel.EMAIL), "before-due"),
        (1, (Channel.EMAIL, Channel.SMS), "just-due"),
        (5, (Channel.SMS, Channel.EMAIL), "overdue"),
        (14, (Channel.EMAIL,), "demand"),
    )
)
CAMPAIGN = Campaign(id="default", name="Default", ladder=LADDER)


def local(day: date, clock: str = "09:00") -> datetime:
    """An instant by the clock in Warsaw."""
    return CREDITOR.hours.at_local(day, time.fromisoformat(clock))


@dataclass
class PlanningWorld(World):
    """Everything in memory, with one creditor and one campaign to begin with."""

    creditor: Creditor = CREDITOR
    campaigns: Iterable[Campaign] = (CAMPAIGN,)
    now: datetime = field(default_factory=lambda: local(MONDAY))

    def __post_init__(self) -> None:
        super().__init__(self.now)
        self.creditors.save(self.creditor)
        for campaign in self.campaigns:
            self.creditors.save_campaign(self.creditor.id, campaign)
        self.start_planning = StartPlanning(self.creditors, self.progress, self.queues, self.clock)
        self.plan_reminders = PlanReminders(
            self.creditors,
            self.cases,
            self.invoices,
            self.progress,
            Outbox(self.queues, self.manifests),
            self.clock,
            workers=2,
        )

    def debtor(self, debtor: str, **details: object) -> None:
        """Open a case; with a phone and an e-mail address unless told otherwise."""
        number = 512_000_000 + sum(map(ord, debtor))
        usual = {
            "phones": (Phone(f"+48{number}", may_receive_sms=True),),
            "emails": (Email(f"{debtor.lower()}@example.com"),),
        }
        stated = replace(DebtorDetails(id=debtor), **{**usual, **details})  # type: ignore[arg-type]
        self.cases.open_case(self.creditor.id, stated, LONG_AGO)

    def invoice(self, number: str, debtor: str, due_on: date, grosze: int = 10000, **details: object) -> None:
        """An open invoice of a debtor, whose case is opened too."""
        self.debtor(debtor, **details)
        self.apply_events(
            InvoiceStated(
                number=number,
                debtor=DebtorDetails(id=debtor),
                header=Header(at=LONG_AGO, amount=Money(grosze), due_on=due_on),
            ),
            debtor,
        )

    def apply_events(self, event: InvoiceEvent, debtor: str) -> None:
        """Fold an event into its invoice."""
        key = InvoiceKey(self.creditor.id, debtor, event.number)
        before = self.invoices.get_many([key]).get(key) or Invoice(
            creditor=self.creditor.id, debtor=debtor, number=event.number
        )
        assert self.invoices.save([InvoiceChange(before, fold(before, event))], self.creditor.shards) == []

    def raise_shards(self, shards: int) -> None:
        """Give the creditor more shards; what is stored stays where it is."""
        self.creditor = replace(self.creditor, shards=(*self.creditor.shards, shards))
        self.creditors.save(self.creditor)

    def run(self, day: date, clock: str = "09:00") -> list[OutboxItem]:
        """Tick once at a local time, and work on all that this put on the queues."""
        self.clock.time = local(day, clock)
        self.start_planning()
        self.work()
        return sorted(self.queues.take_outbox(), key=lambda item: (item.debtor, item.campaign))

    def work(self) -> list[PlanResult]:
        """Work on the planning queue."""
        return [self.plan_reminders(job) for job in self.queues.take_plans()]


def days(first: date, last: date) -> list[date]:
    """All days of a span."""
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
