"""What is redacted, expired or erased is nowhere: every attribute of every item is searched for what was planted."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pprint import pformat
from threading import RLock
from typing import Any, Final

import pytest

from tests.contract.conftest import create_table, direct, dynamo_store, dynamodb
from tests.contract.examples import ACME, NOW, TODAY, claimed, receipt, stated
from tests.worlds.stage import CAMPAIGN
from upominek.adapters.aws.table.text_packing import unpack
from upominek.adapters.aws.table.typed_json import decode_item
from upominek.adapters.json.privacy import export_to_dict
from upominek.adapters.memory.outside import ManualClock, MemoryQueues
from upominek.adapters.memory.world import World
from upominek.application.cases.record_evidence import Sending, Statement
from upominek.application.jobs import Planned
from upominek.application.receipts.record_receipt import Recorded, Report
from upominek.bootstrap import Application
from upominek.domain.errors import NotFound, Refused
from upominek.domain.law.acknowledgement import AcknowledgementKind, StatementChannel
from upominek.domain.law.demand import Route
from upominek.domain.letters.stored_letter import Batch, StoredLetter
from upominek.domain.letters.stored_letter import Route as LetterRoute
from upominek.domain.messages.receipt import Action, ReceiptKind
from upominek.domain.messages.reminder import LetterRef, Reminder, reminder_key
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.actor import Actor, Face
from upominek.domain.parties.creditor import Creditor, Register
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.receivables.events import (
    CaseHeld,
    CaseNoted,
    Header,
    InvoiceSettled,
    InvoiceStated,
    PaymentReceived,
    PaymentStated,
)
from upominek.domain.values.carrier import SES, first_carrier
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import Email, Phone, address_hash
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money
from upominek.settings import Settings

OTHER: Final = "bursztyn"
EWA: Final = Actor("Ewa Kowal", Face.COMMAND_LINE)
DEBTOR: Final = "KLIENT-7731"
PHONE: Final = "+48600700800"
EMAIL: Final = "zaneta@gzegzolka.example"
WORDS: Final = "Szanowna Pani Żaneto, prosimy o zapłatę"
SUBJECT: Final = "Pani Żaneto, faktura czeka"
SAID: Final = "blocked by carrier of Gzegzolka"
PERSON: Final = DebtorDetails(
    id=DEBTOR,
    name="Żaneta Gżegżółka",
    first_name="Żaneta",
    kind=DebtorKind.CONSUMER,
    phones=(Phone(PHONE, may_receive_sms=True),),
    emails=(Email(EMAIL),),
    tags=frozenset({"szwagierka-prezesa"}),
    nip="5214349636",
    regon="123456785",
    pesel="44051401359",
    address=("ul. Kukułcza 13", "00-013 Ptaszkowo"),
    email_clause="wezwania@gzegzolka.example",
    vat_id="DE999999999",
)
OF_MESSAGES: Final = (WORDS, SUBJECT, SAID)
"""What stands in reminders and nowhere else."""
PLANTED: Final = (
    *OF_MESSAGES,
    DEBTOR,
    PHONE,
    EMAIL,
    "Żaneta",
    "Gżegżółka",
    "szwagierka",
    "5214349636",
    "123456785",
    "44051401359",
    "Kukułcza",
    "Ptaszkowo",
    "gzegzolka",
    "24160000035175530643314956",
    "pay.example/zaneta",
    "PRZELEW-GZEGZOLKA",
    "rozwodzi się",
    "mąż choruje",
    "zapłaci po dziesiątym",
    "Ewa Kowal",
    "Jan Gżegżółka",
)
A_LETTER: Final = "0123456789abcdef0123"


class Fixed:
    """Ids that are the same in every run."""

    def new(self) -> str:
        return "01JDRAWNONCE"


MANAGER = Actor("Ewa Kowal", Face.COMMAND_LINE)


@dataclass
class House:
    """The composition over a store, with a way to see everything in it."""

    app: Application
    dump: Callable[[], list[Any]]
    table: str = ""

    def found(self, planted: tuple[str, ...]) -> list[str]:
        text = pformat(self.dump(), width=1000)
        return [one for one in planted if one.casefold() in text.casefold()]


@pytest.fixture(params=["memory", "dynoxide"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    world = World(NOW)
    if request.param == "memory":
        yield in_memory(world)
        return
    with_table = on_engine(request.getfixturevalue("dynoxide"), world)
    yield with_table[0]
    with_table[1]()


def in_memory(world: World) -> House:
    given: dict[str, Any] = {name: value for name, value in vars(world).items() if name != "table"}

    def dump() -> list[Any]:
        kept = {
            name: value
            for name in world.table.__slots__
            if not isinstance(value := getattr(world.table, name), type(RLock()))
        }
        return [kept, vars(world.letters), world.files.files.keys()]

    return House(compose(given), dump)


def on_engine(endpoint: str, world: World) -> tuple[House, Callable[[], object]]:
    client = dynamodb(endpoint)
    table = create_table(client)
    store = vars(dynamo_store(direct(endpoint), table))
    given: dict[str, Any] = {name: value for name, value in vars(world).items() if name != "table"} | store

    def dump() -> list[Any]:
        return [*content(client, table), world.files.files.keys()]

    return House(compose(given), dump, table), lambda: client.delete_table(TableName=table)


def content(client: Any, table: str) -> list[Any]:  # noqa: ANN401 - a boto3 client
    """Every item, texts unpacked; in an order of its own."""
    pages = client.get_paginator("scan").paginate(TableName=table)
    items = [readable(decode_item(item)) for page in pages for item in page["Items"]]
    return sorted(items, key=lambda one: (one["pk"], one["sk"]))


def readable(value: Any) -> Any:  # noqa: ANN401 - whatever an item has
    match value:
        case bytes():
            return unpack(value)
        case dict():
            return {name: readable(one) for name, one in value.items()}
        case list():
            return [readable(one) for one in value]
    return value


def compose(given: dict[str, Any]) -> Application:
    app = Application(Settings())
    vars(app).update(given | {"ids": Fixed()})
    return app


def remind(app: Application, creditor: str, channel: Channel, day: date, letter: LetterRef | None = None) -> Reminder:
    """A reminder that went out and was answered, with all that one can have."""
    campaign = f"{channel.value}-campaign"
    key = reminder_key(creditor, campaign, DEBTOR, day)
    claim = replace(claimed(), key=key, campaign=campaign, channel=channel, claimed_at=at(day))
    assert app.reminders.claim(claim) is None
    outcome = replace(
        claim,
        status=ReminderStatus.SENT,
        lease_until=None,
        totals=(Money(12300),),
        address={Channel.SMS: PHONE, Channel.EMAIL: EMAIL}.get(channel, "\n".join(PERSON.address or ())),
        sent_at=at(day),
        provider_message_id=f"message-{creditor}-{campaign}-{day}",
        subject=SUBJECT if channel is Channel.EMAIL else None,
        text=WORDS,
        detail=SAID,
        letter=letter,
    )
    app.reminders.record(outcome)
    told = receipt(ReceiptKind.FAILED, f"r-{campaign}-{day}", code="blocked", detail=SAID, at=at(day))
    app.reminders.apply_receipt(key, told, ReminderStatus.FAILED)
    app.manifests.write(creditor, day, [Planned(key, campaign, "+5", channel)])
    return app.reminders.get(key)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=NOW.tzinfo)


def live(app: Application, creditor: str, *, settle: bool = True) -> None:
    """A case with everything that a case can have; its last invoice was settled on `clock.now()`."""
    register = Register("Biuro", "Warszawa")
    keeper = Creditor(id=creditor, name="Acme", register=register, email_from="f@example.com")
    app.creditors.save(keeper)
    account, link = "24160000035175530643314956", "https://pay.example/zaneta"
    invoice = replace(stated("FV 1/2026", account=account, payment_link=link), debtor=PERSON)
    payment = PaymentReceived(
        id="PRZELEW-GZEGZOLKA", number="FV 1/2026", debtor_id=DEBTOR, amount=Money(300), at=NOW + timedelta(hours=1)
    )
    held = CaseHeld(debtor_id=DEBTOR, at=NOW, kind=HoldKind.PAUSE, reason="rozwodzi się", by="Ewa Kowal")
    note = CaseNoted(debtor_id=DEBTOR, at=NOW, text="mąż choruje", by="Ewa Kowal")
    bare = PaymentStated(
        id="PRZELEW-2-GZEGZOLKA",
        amount=Money(50),
        day=TODAY,
        debtor_id=DEBTOR,
        payer="Żaneta Gżegżółka",
        title="mąż choruje",
    )
    app.apply_events.apply(keeper, [invoice, payment, held, note, bare])
    said = Statement(
        kind=AcknowledgementKind.PROMISE, channel=StatementChannel.PHONE, by="Jan Gżegżółka", at=NOW,
        text="zapłaci po dziesiątym", taken_by="Ewa Kowal",
    )  # fmt: skip
    day = app.clock.now().date()
    if day >= TODAY:
        app.record_acknowledgement(MANAGER, creditor, DEBTOR, said)
        app.record_demand(MANAGER, creditor, DEBTOR, Sending(route=Route.REGISTERED, sent_on=TODAY))
    for channel in Channel:
        sent = LetterRef(id=A_LETTER, kind="reminder", key=letter(creditor).key, sha256="0" * 64, pages=1)
        remind(app, creditor, channel, TODAY, sent if channel is Channel.LETTER else None)
    app.files.put(letter(creditor).key, b"%PDF")
    app.letters.add(letter(creditor))
    batch = Batch(creditor, TODAY, 1, NOW, (A_LETTER,), "1" * 64, 1)
    assert app.letters.open_batch(batch)
    app.files.put(batch.key, b"%PDF")
    app.files.put(batch.index_key, "Żaneta Gżegżółka".encode())
    bounced = receipt(ReceiptKind.BOUNCED, code="gone", action=Action.SUPPRESS)
    key = reminder_key(creditor, "email-campaign", DEBTOR, TODAY)
    app.record_receipt(Report(carrier=SES, receipt=bounced, message_id="m", key=key), {})
    if settle:
        app.apply_events.apply(
            keeper, [InvoiceSettled(number="FV 1/2026", debtor_id=DEBTOR, at=NOW + timedelta(hours=2))]
        )


def letter(creditor: str) -> StoredLetter:
    return StoredLetter(
        creditor=creditor, debtor=DEBTOR, day=TODAY, id=A_LETTER, kind=LetterKind.REMINDER, route=LetterRoute.POST,
        at=NOW, sha256="0" * 64, pages=1, name="Żaneta Gżegżółka", address=PERSON.address or (),
    )  # fmt: skip


def move_to(app: Application, day: date) -> None:
    clock = app.clock
    assert isinstance(clock, ManualClock)
    clock.time = at(day)


def test_the_search_finds_all_that_was_planted(house: House) -> None:
    live(house.app, ACME)
    assert house.found(PLANTED) == list(PLANTED)


def test_the_export_tells_all_that_was_planted(house: House) -> None:
    live(house.app, ACME)
    text = json.dumps(export_to_dict(house.app.export_case(ACME, DEBTOR)), ensure_ascii=False).casefold()
    assert [one for one in PLANTED if one.casefold() not in text] == []


def test_words_and_addresses_of_old_reminders_are_removed_and_all_else_stays(house: House) -> None:
    live(house.app, ACME)
    before = {one.channel: one for one in house.app.cases.file(ACME, DEBTOR).reminders}
    move_to(house.app, TODAY + timedelta(days=93))
    assert house.app.apply_retention()[0].reminders_redacted == 0
    assert set(OF_MESSAGES) <= set(house.found(PLANTED))
    move_to(house.app, TODAY + timedelta(days=95))
    assert house.app.apply_retention()[0].reminders_redacted == 3
    assert house.found(OF_MESSAGES) == []
    for reminder in house.app.cases.file(ACME, DEBTOR).reminders:
        was = before[reminder.channel]
        assert reminder.redacted_at == house.app.clock.now()
        assert reminder.address_hash == address_hash(was.address or "", ACME)
        assert reminder == replace(
            was,
            address=None,
            subject=None,
            text=None,
            detail=None,
            receipts=tuple(replace(one, detail="") for one in was.receipts),
            redacted_at=reminder.redacted_at,
            address_hash=reminder.address_hash,
        )


def test_redaction_repeated_changes_nothing_and_reads_no_day_twice(house: House) -> None:
    live(house.app, ACME)
    move_to(house.app, TODAY + timedelta(days=95))
    house.app.apply_retention()
    after = house.dump()
    assert house.app.retention.redacted_through(ACME) == TODAY
    move_to(house.app, TODAY + timedelta(days=96))
    assert house.app.apply_retention()[0].reminders_redacted == 0
    assert house.dump() == after


def test_a_complaint_after_redaction_still_suppresses_the_address(house: House) -> None:
    live(house.app, ACME)
    digest = address_hash(PHONE, ACME)
    assert house.app.cases.suppressed(ACME, [digest]) == frozenset()
    move_to(house.app, TODAY + timedelta(days=95))
    house.app.apply_retention()
    complaint = receipt(ReceiptKind.COMPLAINED, action=Action.SUPPRESS, at=house.app.clock.now())
    key = reminder_key(ACME, "sms-campaign", DEBTOR, TODAY)
    house.app.record_receipt(Report(carrier=SES, receipt=complaint, message_id="m", key=key), {})
    assert house.app.cases.suppressed(ACME, [digest]) == {digest}
    assert house.app.reminders.get(key).complained_at == complaint.at


def test_a_receipt_between_reading_and_redacting_is_not_lost(house: House) -> None:
    live(house.app, ACME)
    keys = [reminder_key(ACME, f"{channel.value}-campaign", DEBTOR, TODAY) for channel in (Channel.SMS, Channel.LETTER)]
    stale = [replace(one, redacted_at=NOW) for one in house.app.reminders.get_many(keys).values()]
    house.app.reminders.apply_receipt(keys[0], receipt(ReceiptKind.DELIVERED, "late"), ReminderStatus.DELIVERED)
    assert list(house.app.retention.redact(stale)) == [keys[0]]
    assert house.app.reminders.get(keys[0]).redacted_at is None
    assert house.app.reminders.get(keys[1]).redacted_at == NOW


def test_a_closed_case_is_kept_until_its_years_are_over_and_then_without_the_person(house: House) -> None:
    live(house.app, ACME)
    move_to(house.app, date(NOW.year + 3, 12, 31))
    assert house.app.apply_retention()[0].cases_erased == 0
    assert "Żaneta" in house.found(PLANTED)
    move_to(house.app, date(NOW.year + 4, 1, 1))
    assert house.app.apply_retention()[0].cases_erased == 1
    assert house.found(PLANTED) == []
    with pytest.raises(NotFound):
        house.app.cases.file(ACME, DEBTOR)
    assert house.app.apply_retention()[0].cases_erased == 0


def test_what_the_books_ask_for_stays_under_the_pseudonym(house: House) -> None:
    live(house.app, ACME)
    before = house.app.cases.file(ACME, DEBTOR)
    alias = house.app.erase_case(house.app.creditors.get(ACME), DEBTOR).alias
    after = house.app.cases.file(ACME, alias)
    assert after.case.debtor.kind is DebtorKind.CONSUMER
    assert after.case.acknowledged == before.case.acknowledged
    (was,), (now,) = before.invoices, after.invoices
    assert (now.number, now.status, now.paid, now.outstanding, now.log) == (
        was.number, was.status, was.paid, was.outstanding, was.log
    )  # fmt: skip
    told = [(one.channel, one.step, one.status, one.sent_at, one.totals, one.invoices) for one in before.reminders]
    assert sorted(told) == sorted(
        (one.channel, one.step, one.status, one.sent_at, one.totals, one.invoices) for one in after.reminders
    )
    assert {one.letter.sha256 for one in after.reminders if one.letter} == {"0" * 64}
    assert [(one.at, one.kind) for one in after.facts] != []
    assert sorted((one.at, one.kind) for one in after.facts) == sorted((one.at, one.kind) for one in before.facts)
    assert {one.data["route"] for one in after.facts if one.kind == "demand"} == {"registered"}


def test_an_address_that_must_not_be_used_stays_so_without_naming_anybody(house: House) -> None:
    live(house.app, ACME)
    digest = address_hash(EMAIL, ACME)
    house.app.erase_case(house.app.creditors.get(ACME), DEBTOR)
    assert house.app.cases.suppressed(ACME, [digest]) == {digest}
    assert house.found((DEBTOR,)) == []


def test_an_open_case_is_not_erased_unless_one_insists_and_then_nobody_is_reminded(house: House) -> None:
    live(house.app, ACME, settle=False)
    creditor = house.app.creditors.get(ACME)
    before = house.dump()
    with pytest.raises(Refused, match=r"FV 1/2026"):
        house.app.erase_case(creditor, DEBTOR)
    assert house.dump() == before
    assert list(house.app.invoices.all_open(ACME, (1,)))
    house.app.erase_case(creditor, DEBTOR, despite_open_invoices=True)
    assert house.found(PLANTED) == []
    assert list(house.app.invoices.all_open(ACME, (1,))) == []


def test_a_case_that_is_open_after_all_leaves_the_index_and_comes_back_when_it_is_closed(house: House) -> None:
    live(house.app, ACME)
    creditor = house.app.creditors.get(ACME)
    again = InvoiceStated(number="FV 2/2026", debtor=PERSON, header=Header(at=NOW, amount=Money(100), due_on=TODAY))
    house.app.apply_events.apply(creditor, [again])
    move_to(house.app, date(NOW.year + 4, 1, 1))
    assert [one for one, _ in house.app.retention.closed_before(ACME, (1,), date.max)] == [DEBTOR]
    assert house.app.apply_retention()[0].cases_erased == 0
    assert list(house.app.retention.closed_before(ACME, (1,), date.max)) == []
    house.app.apply_events.apply(
        creditor, [InvoiceSettled(number="FV 2/2026", debtor_id=DEBTOR, at=house.app.clock.now())]
    )
    assert list(house.app.retention.closed_before(ACME, (1,), date.max)) == [(DEBTOR, date(NOW.year + 4, 1, 1))]
    assert "Żaneta" in house.found(PLANTED)


def test_only_cases_in_which_something_was_closed_are_in_the_index(house: House) -> None:
    live(house.app, ACME, settle=False)
    assert list(house.app.retention.closed_before(ACME, (1,), date.max)) == []


def test_a_later_closing_is_not_lost_when_an_open_case_leaves_the_index(house: House) -> None:
    live(house.app, ACME)
    house.app.retention.keep_open(ACME, DEBTOR, TODAY - timedelta(days=1))
    assert list(house.app.retention.closed_before(ACME, (1,), date.max)) == [(DEBTOR, TODAY)]


def test_erasing_one_creditors_debtor_leaves_anothers_alone(house: House) -> None:
    live(house.app, ACME)
    live(house.app, OTHER)
    others = house.app.cases.file(OTHER, DEBTOR)
    house.app.erase_case(house.app.creditors.get(ACME), DEBTOR)
    assert house.app.cases.file(OTHER, DEBTOR) == others
    assert [one.debtor for one in house.app.letters.of(OTHER)] == [DEBTOR]
    assert house.app.files.list(f"letters/{OTHER}/") != []
    assert house.app.files.list(f"letters/{ACME}/") == []


def test_after_an_erasure_the_same_id_begins_a_new_case(house: House) -> None:
    live(house.app, ACME)
    creditor = house.app.creditors.get(ACME)
    house.app.erase_case(creditor, DEBTOR)
    again = InvoiceStated(number="FV 9/2026", debtor=PERSON, header=Header(at=NOW, amount=Money(100), due_on=TODAY))
    house.app.apply_events.apply(creditor, [again])
    file = house.app.cases.file(ACME, DEBTOR)
    assert [one.number for one in file.invoices] == ["FV 9/2026"]
    assert (file.reminders, file.facts, dict(file.case.holds)) == ((), (), {})
    # A late repetition of the old erasure finds nothing of its own.
    house.app.retention.forget(ACME, DEBTOR, Fixed().new(), [])
    assert house.app.cases.file(ACME, DEBTOR) == file


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
def test_a_report_that_comes_after_an_erasure_is_told_of_the_nameless_reminder(house: House, channel: Channel) -> None:
    live(house.app, ACME)
    campaign = f"{channel.value}-campaign"
    house.app.creditors.save_campaign(ACME, replace(CAMPAIGN, id=campaign))  # whose step has another channel to try
    alias = house.app.erase_case(house.app.creditors.get(ACME), DEBTOR).alias
    key = reminder_key(ACME, campaign, DEBTOR, TODAY) if channel is Channel.EMAIL else None
    bounced = receipt(ReceiptKind.BOUNCED, "late", action=Action.SUPPRESS, at=NOW + timedelta(days=1))
    message = f"message-{ACME}-{campaign}-{TODAY}"
    report = Report(carrier=first_carrier(channel), receipt=bounced, message_id=message, key=key)
    assert house.app.record_receipt(report, {}) is Recorded.NEW
    assert house.app.record_receipt(report, {}) is Recorded.REPEATED
    (told,) = [one for one in house.app.cases.file(ACME, alias).reminders if one.channel is channel]
    assert told.status is ReminderStatus.BOUNCED
    queues = house.app.queues
    assert isinstance(queues, MemoryQueues)
    assert queues.outbox == []
    assert house.found(PLANTED) == []


def test_an_erasure_that_was_begun_is_finished_by_the_night_even_of_an_open_case(house: House) -> None:
    live(house.app, ACME, settle=False)
    house.app.retention.begin_erasure(ACME, DEBTOR, (1,), "x")
    house.app.apply_events.apply(
        house.app.creditors.get(ACME), [InvoiceSettled(number="FV 7", debtor_id=DEBTOR, at=house.app.clock.now())]
    )  # a closing in the meantime does not put it off
    assert house.app.apply_retention()[0].cases_erased == 1
    assert house.found(PLANTED) == []


# --- ends anywhere


class Killed(BaseException):
    """The end of a process."""


class Mortal:
    """Ends the process right before its n-th call, for good; or lets a rival do the whole of it first, and goes on."""

    def __init__(self) -> None:
        self.left = 10**9
        self.calls = 0
        self.rival: Callable[[], object] | None = None

    def live_for(self, calls: int) -> None:
        self.left = calls

    def wrap(self, what: Any) -> Any:  # noqa: ANN401 - a client or a port
        return _Wrapped(what, self)


class _Wrapped:
    def __init__(self, what: Any, mortal: Mortal) -> None:  # noqa: ANN401
        self._what, self._mortal = what, mortal

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        work = getattr(self._what, name)

        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            mortal = self._mortal
            if mortal.left <= 0 and mortal.rival is None:
                raise Killed
            if mortal.left == 0 and mortal.rival is not None:
                mortal.rival()
            mortal.left -= 1
            mortal.calls += 1
            return work(*args, **kwargs)

        return call


Work = Callable[[Application], object]


def _erase(app: Application) -> object:
    try:
        return app.erase_case(app.creditors.get(ACME), DEBTOR, despite_open_invoices=True)
    except NotFound:  # complete already
        return None


def _night(app: Application) -> object:
    return app.apply_retention()


@pytest.mark.parametrize(
    ("work", "day", "gone"),
    [
        pytest.param(_erase, TODAY, PLANTED, id="erase"),
        pytest.param(_night, date(NOW.year + 4, 1, 1), PLANTED, id="pseudonymise"),
        pytest.param(_night, TODAY + timedelta(days=95), OF_MESSAGES, id="redact"),
    ],
)
def test_killed_before_any_call_and_repeated_or_overtaken_by_a_rival_it_ends_the_same(
    dynoxide: str, work: Work, day: date, gone: tuple[str, ...]
) -> None:
    engine = dynamodb(dynoxide)
    world = World(NOW)
    house, drop = on_engine(dynoxide, world)
    live(house.app, ACME)
    items = [item for page in engine.get_paginator("scan").paginate(TableName=house.table) for item in page["Items"]]
    files = dict(world.files.files)
    drop()

    def run(lives: int, *, has_rival: bool = False) -> tuple[int, list[Any]]:
        table = create_table(engine)
        for start in range(0, len(items), 25):
            some: Any = [{"PutRequest": {"Item": one}} for one in items[start : start + 25]]
            engine.batch_write_item(RequestItems={table: some})
        world.files.files = dict(files)
        mortal = Mortal()
        given: dict[str, Any] = {name: value for name, value in vars(world).items() if name != "table"}
        given |= vars(dynamo_store(mortal.wrap(direct(dynoxide)), table)) | {"files": mortal.wrap(world.files)}
        app = compose(given)
        move_to(app, day)
        mortal.live_for(lives)
        if has_rival:
            rival = compose(given | vars(dynamo_store(direct(dynoxide), table)) | {"files": world.files})
            mortal.rival = lambda: work(rival)
        try:
            work(app)
        except (Killed, BaseExceptionGroup):
            mortal.live_for(10**9)
            work(app)
        after = [*content(engine, table), sorted(world.files.files)]
        engine.delete_table(TableName=table)
        return mortal.calls, after

    calls, clean = run(10**9)
    assert not [one for one in gone if one.casefold() in pformat(clean, width=1000).casefold()]
    for lives in range(calls):
        assert run(lives)[1] == clean, f"killed before call {lives + 1} of {calls}"
        if work is _erase:
            assert run(lives, has_rival=True)[1] == clean, f"a rival before call {lives + 1} of {calls}"
