"""What no step will reach: the rule says it of a day, and the simulation of the months after it agrees."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from local.simulation.store import Simulation
from upominek.application.planning.shard_run import open_invoices
from upominek.domain.cases.case import Fact, Hold
from upominek.domain.parties.creditor import Creditor, SmallestSums
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.planning.campaign import Audience, Campaign, Entry, Step, in_force
from upominek.domain.planning.unreached import Why, whys
from upominek.domain.receivables.events import Header, InvoiceStated
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

FIRST = date(2026, 3, 2)
DAY = timedelta(days=1)
CREDITOR = Creditor(
    id="hydro",
    name="Hydro-Hurt",
    account="PL61109010140000071219812874",
    email_from="naleznosci@hydro.example.com",
    contact_person="Anna Nowak",
    contact_phone="22 123 45 67",
    smallest=SmallestSums(reminder=2, demand=10),
)
SAID = datetime(2026, 3, 1, tzinfo=UTC)


def _campaigns(drawn: random.Random) -> list[Campaign]:
    def step(offset: int) -> Step:
        channels = drawn.choice([(Channel.SMS, Channel.EMAIL), (Channel.EMAIL,), (Channel.SMS,)])
        tone = drawn.choice([Tone.FRIENDLY, Tone.NEUTRAL, Tone.FORMAL])
        template = "before-due" if offset <= 0 else drawn.choice(["just-due", "overdue", "demand"])
        return Step(offset_days=offset, channels=channels, template=template, tone=tone)

    def campaign(name: str, order: int, **more: object) -> Campaign:
        offsets = sorted(drawn.sample([-5, -2, 1, 4, 10, 20, 33], drawn.randint(1, 5)))
        made = Campaign(id=name, name=name, order=order, ladder=tuple(map(step, offsets)))
        if not made.steps_overdue:
            made = replace(made, ladder=(*made.ladder, step(7)))
        return replace(made, entry=drawn.choice(list(Entry)), **more)  # type: ignore[arg-type]

    people = Audience(kinds=frozenset({DebtorKind.CONSUMER}))
    large = Audience(minimum=Money(drawn.choice([300, 5000])))
    return [campaign("people", 1, audience=people), campaign("rest", 2, audience=large)]


def world_of(seed: int) -> Simulation:
    drawn = random.Random(seed)
    simulation = Simulation(CREDITOR, _campaigns(drawn))
    simulation.start(FIRST)
    amounts = [50, 150, 450, 900, 1500, 60000]
    events = []
    for number in range(14):
        debtor = f"K{number}"
        details = DebtorDetails(
            id=debtor,
            kind=drawn.choice([DebtorKind.CONSUMER, DebtorKind.BUSINESS]),
            phones=(Phone(f"+485120000{number:02}", may_receive_sms=True),) if drawn.random() < 0.6 else (),
            emails=(Email(f"k{number}@example.com"),) if drawn.random() < 0.6 else (),
        )
        for own in range(drawn.randint(1, 4)):
            due = FIRST + drawn.choice([-2000, -120, -40, -22, -12, -6, -2, 0, 3, 15, 40]) * DAY
            amount = Money(drawn.choice(amounts) * (-1 if drawn.random() < 0.08 else 1))
            events.append(
                InvoiceStated(
                    number=f"FV {number}/{own}",
                    debtor=details,
                    header=Header(at=SAID, amount=amount, due_on=due),
                )
            )
    simulation.take_in(events)
    for number in range(14):
        if drawn.random() < 0.4:
            kind = drawn.choice([HoldKind.PAUSE, HoldKind.DISPUTE, HoldKind.OPT_OUT, HoldKind.PROMISE])
            until = drawn.choice([None, FIRST + 5 * DAY, FIRST + 20 * DAY])
            hold = Hold(kind=kind, since=SAID, reason="", until=until, number=drawn.choice([None, f"FV {number}/0"]))
            fact = Fact(id=f"h{number}", at=SAID, kind="hold")
            simulation.world.cases.hold(CREDITOR.id, f"K{number}", hold, fact)
    return simulation


def _unreached(simulation: Simulation, today: date) -> dict[DueInvoice, Why]:
    campaigns = in_force(simulation.campaigns)
    found = {}
    for debtor, open_ in _open(simulation):
        case = simulation.world.cases.get(CREDITOR.id, debtor)
        found |= whys(CREDITOR, campaigns, case, open_, today)
    return found


def _open(simulation: Simulation) -> Iterator[tuple[str, list[DueInvoice]]]:
    for number in range(14):
        yield f"K{number}", open_invoices(simulation.world.invoices, CREDITOR.id, f"K{number}")


@pytest.mark.parametrize("seed", [*range(4), 570, 74, 78, 87, 149, 172, 206, 352])
def test_the_months_to_come_reach_all_the_rest_and_nothing_of_it(seed: int) -> None:
    simulation = world_of(seed)
    later = random.Random(seed).choice([0, 1, 9, 25])
    before: dict[DueInvoice, Why] = {}
    named: set[str] = set()
    days, _ = simulation.days(FIRST, FIRST + 150 * DAY, [])

    for ahead, plan in enumerate(days):
        if ahead == later:
            before = _unreached(simulation, plan.day)
        if ahead > later:
            named |= {number for one in plan.reminders for number in one.invoices}

    owed = {one.number: one for _, open_ in _open(simulation) for one in open_ if one.outstanding.grosze > 0}
    wrong = {number: before[one] for number, one in owed.items() if one in before and number in named}
    missed = {number: one for number, one in owed.items() if one not in before and number not in named}
    assert wrong == {}
    assert missed == {}
