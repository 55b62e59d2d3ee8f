"""What a reminder costs, as the engine counts: at most five write and four read units from plan to delivered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.conftest import Meter, Store, create_table, dynamo_store, dynamodb
from tests.contract.examples import (
    ACME,
    DEBTOR,
    KOWALSKA,
    NOW,
    TODAY,
    apply_events,
    claimed,
    fact,
    receipt,
    sent,
    stated,
)
from upominek.adapters.aws.table.typed_json import Wire
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.adapters.texts.samples import samples
from upominek.adapters.texts.sources import shipped_texts
from upominek.application.ports.cases import Reservation
from upominek.application.ports.invoices import InvoiceKey
from upominek.domain.cases.case import Agenda, Case, Contact, Hold
from upominek.domain.cases.last_word import LastWord, LastWords
from upominek.domain.messages.receipt import Price, ReceiptKind
from upominek.domain.messages.reminder import Reminder, reminder_key
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.creditor import Creditor
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.texts.overrides import TextKey
from upominek.domain.values.carrier import SNS, first_carrier
from upominek.domain.values.channel import Channel
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money
from upominek.domain.values.span import Span

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INVOICE = InvoiceKey(ACME, DEBTOR, "FV 1/2026")
CREDIT_NOTE = "KOR 1/2026"
LETTER = """Dzień dobry, Pani Jadwigo,

dziękujemy za dotychczasową współpracę. Z naszych zapisów wynika, że poniższa faktura jest jeszcze nieopłacona:

Faktura FV 1/2026 z 11.02.2026, termin płatności 25.02.2026, do zapłaty 123,00 PLN

Prosimy o przelew na rachunek 24 1600 0003 5175 5306 4331 4956, tytułem: FV 1/2026.

Jeśli płatność jest już w drodze, prosimy potraktować tę wiadomość jako niebyłą. Jeśli zapłata w całości jest teraz
kłopotem, prosimy o odpowiedź lub telefon: chętnie ustalimy raty albo późniejszy termin.

Z poważaniem
Anna Nowak, Hurtownia Hydrauliczna Sp. z o.o., tel. 22 123 45 67
"""

OTHER_CREDITOR = Creditor(
    id="acme",
    name="Zakład Przykładowych Instalacji Grzewczych Sp. z o.o.",
    nip="5213017228",
    account="PL27114020040000300201355387",
    reply_to="rozliczenia@instalacje.example",
    contact_person="Wojciech Przykładowski",
    contact_phone="61 987 65 43",
    website="instalacje.example",
    address=("ul. Wzorcowa 117/3", "61-001 Poznań"),
)
"""Nobody whom the dictionaries of stored words could know."""
BY_EMAIL: Any = {
    "address": "jadwiga.kowalska@przyklad.example",
    "provider_message_id": "0107018e1f3a5c7d-" + "0123456789ab" * 3 + "-000000",
    "parts": None,
    "price": None,
}


@pytest.fixture
def client(dynoxide: str) -> "DynamoDBClient":
    return dynamodb(dynoxide)


@pytest.fixture
def table(client: "DynamoDBClient") -> Iterator[str]:
    name = create_table(client)
    yield name
    client.delete_table(TableName=name)


@pytest.fixture
def store(client: "DynamoDBClient", table: str) -> Store:
    return dynamo_store(client, table)


def reservation(case: Case, reminder: Reminder) -> Reservation:
    """Its place, with what it says: no due date of this debtor has to be replaced by the agenda."""
    word = LastWord(on=TODAY, at=NOW, offset_days=5, text="overdue", reminder_id=reminder.key.id)
    words = LastWords(overdue=word.after(case.words_of("standard").overdue), ahead=case.words_of("standard").ahead)
    contact = Contact(TODAY, reminder.key.id, weight=1)
    return Reservation(contact=contact, places=6, campaign="standard", words=words, agenda=None)


def told_before(store: Store) -> None:
    """What two earlier steps have left behind."""
    for day, offset, text in ((20, -3, "before-due"), (26, 1, "just-due")):
        on = date(2026, 2, day)
        name = reminder_key(ACME, "standard", DEBTOR, on).id
        case = store.cases.get(ACME, DEBTOR)
        word = LastWord(on=on, at=NOW, offset_days=offset, text=text, reminder_id=name)
        words = replace(case.words_of("standard"), **{"ahead" if offset < 0 else "overdue": word})
        contact = Contact(on, name, weight=0)
        place = Reservation(contact=contact, places=6, campaign="standard", words=words)
        assert store.cases.reserve_contact(case, place, (1,))


def life_of(store: Store, reminder: Reminder, outcome: Reminder, kinds: list[ReceiptKind]) -> None:
    """Everything that one reminder asks of the table, from the planning run to the last receipt."""
    assert list(store.invoices.due(ACME, (1,), 0, [Span(TODAY.replace(month=1), TODAY)]))
    assert store.cases.get_many(ACME, [DEBTOR]).keys() == {DEBTOR}
    assert store.reminders.claim(reminder) is None
    case = store.cases.get(ACME, DEBTOR)
    assert [one.number for one in store.invoices.open_of(ACME, DEBTOR)] == [CREDIT_NOTE, INVOICE.number]
    assert store.cases.reserve_contact(case, reservation(case, reminder), (1,))
    assert store.cases.suppressed(ACME, ["a" * 32]) == frozenset()
    store.reminders.record(outcome)
    for kind in kinds:
        key = reminder.key
        if reminder.channel is Channel.SMS:
            found = store.reminders.find_by_message(SNS, outcome.provider_message_id or "")
            assert found == key
        told = receipt(
            kind,
            f"{kind}-0123456789abcdef",
            parts=1,
            price=Price("0.03240", "USD"),
            code="ok",
            detail="accepted",
        )
        status = ReminderStatus.DELIVERED if kind is ReceiptKind.DELIVERED else ReminderStatus.SENT
        assert store.reminders.apply_receipt(key, told, status) is not None


@pytest.mark.parametrize("channel", Channel)
def test_a_reminder_stays_within_its_budget(
    store: Store, client: "DynamoDBClient", channel: Channel, capsys: pytest.CaptureFixture[str]
) -> None:
    store.cases.open_case(ACME, KOWALSKA, NOW)
    apply_events(store.invoices, stated())
    # A case with a past, so that its item is not smaller than in real life.
    store.cases.hold(ACME, DEBTOR, Hold(kind=HoldKind.PAUSE, since=NOW, reason="urlop", until=TODAY), fact())
    apply_events(store.invoices, stated(CREDIT_NOTE, amount=Money(-500), debtor=DEBTOR, due_on=date(2026, 2, 20)))
    told_before(store)
    # One that was closed before, and so is in the index of retention.
    store.cases.note_closing(ACME, [DEBTOR], TODAY, (1,))
    reminder = claimed(channel=channel, carrier=first_carrier(channel))
    outcome = sent(reminder)
    kinds = [ReceiptKind.DELIVERED]
    if channel is Channel.EMAIL:
        outcome = replace(outcome, address="jadwiga@example.com", text=LETTER, subject="Faktura FV 1/2026 po terminie")
        outcome = replace(outcome, provider_message_id="0107018e1f3a5c7d-" + "0123456789ab" * 3 + "-000000", parts=None)
    meter = Meter()
    meter.watch(client)
    life_of(store, reminder, outcome, kinds)
    with capsys.disabled():
        calls = ", ".join(f"{name} {units:g}" for name, units in meter.calls)
        print(f"\n{channel.value}: {meter.written:g} written, {meter.read:g} read ({calls})")  # noqa: T201 - figures for the record
    # An SMS is found by its message id, and its place in that index is a write; an e-mail carries our own id.
    assert meter.written <= (5 if channel is Channel.SMS else 4)
    assert meter.read <= 4


def test_a_reminder_that_leaves_something_owed_costs_one_place_in_the_agenda_more(
    store: Store, client: "DynamoDBClient"
) -> None:
    """And nothing where it stays on the same day."""
    store.cases.open_case(ACME, KOWALSKA, NOW)
    meter = Meter()
    meter.watch(client)
    case, owed = store.cases.get(ACME, DEBTOR), Agenda(TODAY, campaign="standard", step="+14", channel="email")
    place = replace(reservation(case, claimed()), agenda=owed)
    taken = store.cases.reserve_contact(case, place, (1,))
    assert taken is not None
    assert meter.written == 2
    store.cases.set_agenda(taken, owed, (1,))
    assert meter.written == 2
    store.cases.set_agenda(taken, None, (1,))
    assert meter.written == 4


def test_items_of_everyday_cases_stay_below_one_kilobyte(store: Store, client: "DynamoDBClient", table: str) -> None:
    store.cases.open_case(ACME, KOWALSKA, NOW)
    apply_events(store.invoices, stated(account="24160000035175530643314956"), stated("KOR 1/2026", amount=Money(-500)))
    store.cases.hold(ACME, DEBTOR, Hold(kind=HoldKind.DISPUTE, since=NOW, reason="wada towaru"), fact())
    store.cases.suppress(ACME, DEBTOR, "a" * 32, fact("f-2"))
    told_before(store)
    case = store.cases.get(ACME, DEBTOR)
    owed = Agenda(TODAY, campaign="standard", step="+14", channel="email")
    assert store.cases.reserve_contact(case, replace(reservation(case, claimed()), agenda=owed), (1,))
    life_of_letter = sent(claimed(carrier=SNS), text=LETTER, subject="Faktura FV 1/2026 po terminie płatności")
    store.reminders.record(life_of_letter)
    for kind in (ReceiptKind.SENT, ReceiptKind.DELIVERED, ReceiptKind.OPENED):
        store.reminders.apply_receipt(
            life_of_letter.key, receipt(kind, f"{kind}-0123456789abcdef"), ReminderStatus.DELIVERED
        )
    sizes = {item["sk"]["S"]: size_of(item) for item in client.scan(TableName=table)["Items"]}
    assert {name: size for name, size in sizes.items() if size >= 1024} == {}


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
@pytest.mark.parametrize("case", ["one invoice", "three invoices"])
def test_a_reminder_in_any_shipped_text_stays_below_one_kilobyte(
    store: Store, client: "DynamoDBClient", table: str, channel: Channel, case: str
) -> None:
    renderer, texts = TemplateRenderer(), dict[str, str]()
    for number, key in enumerate(shipped_texts(channel.value)):
        context = context_of(key, case)
        rendered = renderer.render(channel, key.name, context)
        reminder = claimed(
            template=key.name,
            channel=channel,
            carrier=first_carrier(channel),
            key=reminder_key(ACME, "standard", f"K-{number:06}", TODAY),
            invoices=tuple(one.number for one in context.invoices),
        )
        assert store.reminders.claim(reminder) is None
        outcome = sent(reminder, text=rendered.text, subject=rendered.subject, totals=context.grand_totals, parts=3)
        if channel is Channel.EMAIL:
            outcome = replace(outcome, **BY_EMAIL)
        store.reminders.record(outcome)
        told = receipt(ReceiptKind.DELIVERED, "delivered-0123456789abcdef", detail="250 2.0.0 OK")
        store.reminders.apply_receipt(reminder.key, told, ReminderStatus.DELIVERED)
        texts[reminder.key.debtor] = key.path
    sizes = {texts[item["pk"]["S"].rpartition("#")[2]]: size_of(item) for item in client.scan(TableName=table)["Items"]}
    assert len(sizes) == len(texts)
    # `make words` makes a dictionary of the texts that there are now.
    assert {name: size for name, size in sizes.items() if size >= 1024} == {}


def context_of(key: TextKey, case: str) -> MessageContext:
    """A case that the text is for; of some kinds of debtor no sample has three invoices."""
    for whose in (key, replace(key, kind=None)):
        for sample in samples(whose, OTHER_CREDITOR):
            if sample.name.startswith(f"{case} of "):
                return replace(sample.context, kind=key.kind or sample.context.kind)
    raise LookupError(key.path)


def size_of(item: Wire) -> int:
    """Bytes as DynamoDB counts them. Source: its developer guide, 'Item sizes and formats'."""

    def value_size(value: Wire) -> int:
        ((kind, content),) = value.items()
        match kind:
            case "S":
                return len(content.encode())
            case "B":
                return len(content)
            case "N":
                return (len(content) + 1) // 2 + 1
            case "L":
                return 3 + sum(1 + value_size(one) for one in content)
            case "M":
                return 3 + sum(1 + len(name.encode()) + value_size(one) for name, one in content.items())
            case "BOOL":
                return 1
        raise AssertionError(kind)

    return sum(len(name.encode()) + value_size(value) for name, value in item.items())
