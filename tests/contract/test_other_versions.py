"""A case holds words that this version does not know: after a rollback, or while two versions run side by side.

Each word of an enum that is stored is replaced by one of another version. What it stands in is read, shown, exported,
redacted and written back with the word as it stands, and nothing goes to the debtor because of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pkgutil import walk_packages
from pprint import pformat
from typing import TYPE_CHECKING, Any, Final

import pytest

import upominek
from tests.contract.conftest import Store, create_table, direct, dynamo_store, dynamodb, memory_store
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
from tests.contract.stored import dump, load
from tests.contract.test_letters import LETTER
from tests.contract.test_runs import CAMPAIGN, CREDITOR
from upominek.adapters.aws.manifests import _line, _planned
from upominek.adapters.json.case import case_to_dict
from upominek.adapters.json.law import answers_to_dict
from upominek.adapters.json.privacy import export_to_dict, plain
from upominek.application.cases.manage_case import CaseView
from upominek.application.jobs import OutboxItem, Planned
from upominek.application.ports.planning import LaneStop
from upominek.application.privacy.export_case import CaseExport
from upominek.domain.cases.case import CaseFile, Hold
from upominek.domain.cases.timeline import timeline, totals
from upominek.domain.errors import NotUnderstood
from upominek.domain.law.acknowledgement import Acknowledgement, AcknowledgementKind, StatementChannel
from upominek.domain.law.answers import answers
from upominek.domain.law.demand import Demand
from upominek.domain.law.demand import Route as DemandRoute
from upominek.domain.letters.stored_letter import Route, StoredLetter, waiting
from upominek.domain.messages.receipt import Action, ReceiptKind
from upominek.domain.messages.reminder import Reminder, status_after
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.operations.health import DayLook, Found, Health, Trouble
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import Claims, Entry, Step, Use
from upominek.domain.planning.decision import SkipReason, decide
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.planning.unreached_sums import UnreachedSum, UnreachedSums, Why, WhyUnreached
from upominek.domain.privacy.pseudonym import Alias, without_person
from upominek.domain.privacy.retention import redacted
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.carrier import SNS
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.kinds import ClaimKind, HoldKind
from upominek.domain.values.money import Money
from upominek.domain.values.unknown import Unknown

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WORD: Final = "z-newer"
NOVEL: Final = Unknown(WORD)
STEP: Final = Step(
    offset_days=5,
    channels=(Channel.EMAIL, Channel.SMS),
    template="overdue",
    tone=Tone.NEUTRAL,
    letter="demand",
    claims=Claims(interest=Use.MENTION, compensation=Use.CLAIM),
)
ACKNOWLEDGED: Final = Acknowledgement(
    creditor=ACME,
    debtor_id=DEBTOR,
    kind=AcknowledgementKind.PROMISE,
    channel=StatementChannel.PHONE,
    at=NOW,
    by="Jadwiga",
    text="zapłacę",
    numbers=("FV 1/2026",),
)
DEMANDED: Final = Demand(route=DemandRoute.REGISTERED, sent_on=TODAY, bureau="B", seat="S", numbers=("FV 1/2026",))
TOLD: Final = receipt(ReceiptKind.FAILED, code="c", action=Action.FALLBACK)


@dataclass(frozen=True)
class Place:
    """Where a word is stored: in which items, in which text, and whether it belongs to the case."""

    of: type[StrEnum]
    sort: str
    before: str
    after: str
    is_in_case: bool = True

    def __str__(self) -> str:
        return f"{self.of.__module__.rpartition('.')[2]}.{self.of.__name__} in {self.sort}"


PLACES: Final = (
    Place(HoldKind, "CASE", "hold/dispute", f"hold/{WORD}"),
    Place(DebtorKind, "CASE", "consumer", WORD),
    Place(ClaimKind, "INVOICE#", "transport", WORD),
    Place(Channel, "REMINDER#", "sms", WORD),
    Place(Tone, "REMINDER#", "friendly", WORD),
    Place(ReminderStatus, "REMINDER#", "sent", WORD),
    Place(ReminderStatus, "REMINDER#", "|failed|", f"|{WORD}|"),
    Place(ReceiptKind, "REMINDER#", "failed|failed|", f"{WORD}|failed|"),
    Place(ReceiptKind, "REMINDER#", "failed|failed|", f"{WORD}||"),
    Place(Action, "REMINDER#", "|fallback|", f"|{WORD}|"),
    Place(AcknowledgementKind, "EVENT#", "promise", WORD),
    Place(StatementChannel, "EVENT#", "phone", WORD),
    Place(DemandRoute, "EVENT#", "registered", WORD),
    Place(LetterKind, "LETTER#", "final-demand", WORD, is_in_case=False),
    Place(Route, "LETTER#", "print-batch", WORD, is_in_case=False),
    Place(Channel, "LANE#", "sms", WORD, is_in_case=False),
    Place(Trouble, "HEALTH", "claim-stuck", WORD, is_in_case=False),
    Place(WhyUnreached, "HEALTH", "no-address", WORD, is_in_case=False),
    Place(ClaimKind, "CREDITOR", "business", WORD, is_in_case=False),
    Place(Channel, "CAMPAIGN#", '"email"', f'"{WORD}"', is_in_case=False),
    Place(Tone, "CAMPAIGN#", "neutral", WORD, is_in_case=False),
    Place(Use, "CAMPAIGN#", "mention", WORD, is_in_case=False),
    Place(DebtorKind, "CAMPAIGN#", "consumer", WORD, is_in_case=False),
    Place(Entry, "CAMPAIGN#", "current", WORD, is_in_case=False),
)

NOT_STORED: Final = {
    "adapters.aws.table.keys.CaseItem": "a kind of item; see test_case_items",
    "adapters.texts.policy.Alphabet": "in texts, which are checked when they are saved",
    "application.intake.import_plan.Step": "on a queue: an unknown one ends among the dead letters",
    "application.planning.plan_reminders.PlanOutcome": "counted and logged",
    "application.receipts.record_receipt.Recorded": "counted and logged",
    "application.sending.send_reminder.SendOutcome": "counted and logged",
    "application.ports.administration.WorkQueue": "typed by people, and asked of AWS",
    "domain.language.language.Plural": "worked out",
    "domain.parties.actor.Face": "asked for, and not kept",
    "domain.messages.sender_reputation.ReputationGuard": "worked out",
    "domain.messages.carrier_traits.ReportNaming": "stands beside each carrier",
    "domain.receivables.asks.Meaning": "kept as text; one that is not known answers nothing, and is asked for again",
    "domain.receivables.asks.WordMeaning": "kept as text, as the meaning of a column",
    "domain.receivables.invoice.InvoiceStatus": "worked out",
    "domain.receivables.payments.PaymentStatus": "worked out",
    "domain.receivables.payments.WhyApart": "kept as text; a reason that is not known waits as one without an invoice",
    "domain.law.limitation.Standing": "worked out",
    "domain.law.rates.InterestKind": "in a file that ships",
    "domain.law.register_conditions.Exclusion": "worked out",
    "domain.letters.letter.Window": "asked for, and not kept",
    "domain.planning.campaign_effect.Change": "worked out",
    "domain.planning.decision.SkipReason": "stored as the reason of a reminder, which is read as text",
    "domain.messages.sms.Encoding": "worked out",
    "adapters.formats.csv.payment_words.Told": "what cells say is told anew each time",
    "adapters.formats.csv.fields.Field": "the columns of a file are recognised anew each time",
}


def test_every_enum_is_stored_at_a_known_place_or_not_at_all() -> None:
    for module in walk_packages(upominek.__path__, "upominek."):
        __import__(module.name)
    ours = {f"{one.__module__.removeprefix('upominek.')}.{one.__name__}" for one in _enums(StrEnum)}
    stored = {f"{one.of.__module__.removeprefix('upominek.')}.{one.of.__name__}" for one in PLACES}
    assert ours == stored | NOT_STORED.keys()
    assert not stored & NOT_STORED.keys()


def _enums(kind: type[StrEnum]) -> Iterator[type[StrEnum]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("upominek."):
            yield one
        yield from _enums(one)


@pytest.fixture
def client(dynoxide: str) -> "DynamoDBClient":
    return dynamodb(dynoxide)


def fill(store: Store) -> None:
    """A case with one of each word."""
    store.creditors.save(replace(CREDITOR, claim_kind=ClaimKind.BUSINESS))
    store.creditors.save_campaign(ACME, replace(CAMPAIGN, ladder=(STEP,), is_active=True, entry=Entry.CURRENT))
    store.cases.open_case(ACME, KOWALSKA, NOW)
    apply_events(store.invoices, stated(claim=ClaimKind.TRANSPORT), shards=CREDITOR.shards)
    store.cases.hold(ACME, DEBTOR, Hold(kind=HoldKind.DISPUTE, since=NOW, reason="wada"), fact())
    for one in (ACKNOWLEDGED.fact(), DEMANDED.fact(NOW)):
        store.cases.add_fact(ACME, DEBTOR, one)
    store.reminders.claim(reminder := claimed())
    store.reminders.record(sent(reminder))
    store.reminders.apply_receipt(reminder.key, TOLD, status_after(TOLD))
    store.letters.add(LETTER)
    store.progress.stop_lane(ACME, LaneStop(SNS, NOW, "spend-limit", "403"))
    days = {TODAY: DayLook(entries=1, found={Trouble.CLAIM_STUCK: Found(2)})}
    unreached = UnreachedSums((UnreachedSum(Why(WhyUnreached.NO_ADDRESS), Money(100), 1, 1),))
    store.health.save(Health(creditor=ACME, at=NOW, days=days, unreached=unreached, unreached_at=NOW))


def look(store: Store) -> dict[str, Any]:
    """Everything that is read of it, and what is shown of that."""
    file, creditor = store.cases.file(ACME, DEBTOR), store.creditors.get(ACME)
    health, campaigns = store.health.get(ACME), store.creditors.campaigns(ACME)
    assert health is not None
    return {
        "file": file,
        "creditor": plain(creditor),
        "campaigns": plain(campaigns),
        "shown": case_to_dict(CaseView(file, TODAY, totals(file.invoices, TODAY), tuple(timeline(file)))),
        "export": export_to_dict(_export(creditor, file, tuple(store.letters.of(ACME)))),
        "law": answers_to_dict(answers(file, creditor, TODAY)),
        "letters": [one.kind.value + one.route.value for one in store.letters.of(ACME)],
        "lanes": [channel.value for channel in store.progress.lane_stops(ACME)],
        "health": [health.to_dict(), health.troubles],
        "open": list(store.invoices.all_open(ACME, CREDITOR.shards)),
        "many": store.cases.get_many(ACME, [DEBTOR]),
        "since": store.reminders.since(ACME, DEBTOR, TODAY, TODAY),
    }


def _export(creditor: Creditor, file: CaseFile, letters: tuple[StoredLetter, ...]) -> CaseExport:
    return CaseExport(at=NOW, creditor=creditor, file=file, letters=letters, suppressed={})


@pytest.fixture
def altered(client: "DynamoDBClient", dynoxide: str) -> Callable[[Place], Store]:
    """The case with the word of one place replaced."""

    def alter(place: Place) -> Store:
        before, after = create_table(client), create_table(client)
        fill(dynamo_store(direct(dynoxide), before))
        items = dump(client, before)
        changed = [
            _replaced(one, place.before, place.after) if one["sk"]["S"].startswith(place.sort) else one for one in items
        ]
        assert changed != items, "the word is not stored where it was looked for"
        load(client, after, changed)
        return dynamo_store(direct(dynoxide), after)

    return alter


def _replaced(value: Any, before: str, after: str) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return value.replace(before, after)
    if isinstance(value, dict):
        return {
            name if name in {"S", "M", "L", "sk", "pk"} else name.replace(before, after): one
            if name == "pk"
            else _replaced(one, before, after)
            for name, one in value.items()
        }
    return [_replaced(one, before, after) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_word_of_another_version_is_read_and_shown(altered: Callable[[Place], Store], place: Place) -> None:
    said = look(altered(place))
    is_told = WORD in pformat(said, width=1000)
    assert is_told or place.after == f"{WORD}||"
    if place.is_in_case:
        assert WORD in pformat(said["export"], width=1000)


@pytest.mark.parametrize("place", [one for one in PLACES if one.is_in_case], ids=str)
def test_redaction_and_the_nameless_copy_keep_the_word(altered: Callable[[Place], Store], place: Place) -> None:
    store = altered(place)
    file = store.cases.file(ACME, DEBTOR)
    [reminder] = file.reminders
    assert store.retention.redact([redacted(reminder, NOW)]) == []
    after = store.cases.file(ACME, DEBTOR)
    assert pformat(after).count(WORD) == pformat(file).count(WORD)
    assert after.reminders[0].status == reminder.status
    kept = without_person(after, Alias("secret"), NOW)
    store.retention.pseudonymise(kept, NOW)
    assert store.cases.file(ACME, kept.case.debtor.id).reminders == kept.reminders
    if place.of is not HoldKind:  # whom nobody can write to any more needs no holds
        assert pformat(store.cases.file(ACME, kept.case.debtor.id)).count(WORD) == pformat(kept).count(WORD) > 0


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_what_is_written_back_keeps_the_word(altered: Callable[[Place], Store], place: Place) -> None:
    store = altered(place)
    before = look(store)
    store.cases.open_case(ACME, replace(KOWALSKA, kind=None, name="Nowa"), NOW + timedelta(days=1))
    store.cases.hold(ACME, DEBTOR, Hold(kind=HoldKind.PAUSE, since=NOW, reason="x"), fact("f-9"))
    apply_events(store.invoices, stated("FV 9/2026"), shards=CREDITOR.shards)
    store.reminders.apply_receipt(claimed().key, receipt(ReceiptKind.OPENED, "r-9"), ReminderStatus.DELIVERED)
    store.reminders.record(replace(store.reminders.get(claimed().key), price="0.0324 USD"))
    store.creditors.save(replace(store.creditors.get(ACME), name="Nowy"))
    for campaign in store.creditors.campaigns(ACME):
        store.creditors.save_campaign(ACME, replace(campaign, is_active=False))
    for name in ("creditor", "campaigns", "letters", "lanes", "health"):
        assert str(look(store)[name]).count(WORD) == str(before[name]).count(WORD)
    assert pformat(look(store)["file"]).count(WORD) >= pformat(before["file"]).count(WORD)


HOLDING: Final = (
    Place(HoldKind, "CASE", "hold/dispute", f"hold/{WORD}"),
    Place(DebtorKind, "CASE", "consumer", WORD),
    Place(ClaimKind, "INVOICE#", "transport", WORD),
    Place(Tone, "CAMPAIGN#", "neutral", WORD),
    Place(Use, "CAMPAIGN#", "mention", WORD),
)


@pytest.mark.parametrize("place", HOLDING, ids=str)
def test_nothing_goes_because_of_a_word_that_nobody_here_understands(
    altered: Callable[[Place], Store], place: Place
) -> None:
    store = altered(place)
    if place.of is not HoldKind:
        store.cases.release(ACME, DEBTOR, "dispute", fact("f-8", at=NOW + timedelta(days=1)))
    case, invoices = store.cases.get(ACME, DEBTOR), tuple(store.invoices.all_open(ACME, CREDITOR.shards))
    step = store.creditors.campaigns(ACME)[0].ladder[0]
    said = decide(CREDITOR, case, step, invoices, TODAY)
    assert (said.reason, said.detail, said.channel) == (SkipReason.HELD, WORD, None)


def held(**changes: Any) -> SkipReason | None:  # noqa: ANN401 - as `replace` has it
    """What becomes of a step, changed so, for a debtor and an invoice that nothing is wrong with."""
    store = memory_store()
    store.cases.open_case(ACME, KOWALSKA, NOW)
    due = (DueInvoice(DEBTOR, "FV 1/2026", TODAY - timedelta(days=5), stated().header.amount, ClaimKind.SALE),)
    return decide(CREDITOR, store.cases.get(ACME, DEBTOR), replace(STEP, **changes), due, TODAY).reason


def test_a_step_with_an_unknown_letter_is_held_and_an_unknown_channel_is_passed_over() -> None:
    assert held() is None
    assert held(letter=WORD) is SkipReason.HELD
    assert held(channels=(NOVEL, Channel.SMS)) is None
    assert held(channels=(NOVEL,)) is SkipReason.NO_ADDRESS


def test_an_audience_of_an_unknown_kind_is_not_everybody(altered: Callable[[Place], Store]) -> None:
    store = altered(Place(DebtorKind, "CAMPAIGN#", "consumer", WORD))
    [campaign] = store.creditors.campaigns(ACME)
    assert campaign.audience.kinds == {NOVEL}
    audience = replace(campaign.audience, minimum=None, tags=frozenset())
    assert not audience.meets(store.cases.get(ACME, DEBTOR).debtor, stated().header.amount)


def test_a_letter_of_an_unknown_kind_is_not_printed() -> None:
    letters = [LETTER, replace(LETTER, id="0", kind=NOVEL), replace(LETTER, id="1", route=NOVEL)]
    assert waiting(letters, ()) == (LETTER,)


def test_a_manifest_is_read_and_the_channel_stays() -> None:
    import json  # noqa: PLC0415

    line = _line(Planned(claimed().key, "standard", "+5", NOVEL))
    assert _planned(ACME, TODAY, json.loads(line)).channel == NOVEL


def test_an_item_for_an_unknown_channel_is_not_sent_and_not_lost() -> None:
    item = OutboxItem(
        creditor=ACME,
        debtor=DEBTOR,
        campaign="standard",
        day=TODAY,
        step="+5",
        channel=Channel.SMS,
        invoices=(),
        tried=NOVEL,
    )
    assert OutboxItem.from_dict(item.to_dict()) == item
    with pytest.raises(NotUnderstood, match=WORD):
        OutboxItem.from_dict(item.to_dict() | {"channel": WORD})


def test_an_unknown_status_gives_way_to_nothing(store: Store) -> None:
    reminder: Reminder = claimed(status=NOVEL, lease_until=None)
    store.reminders.claim(reminder)
    store.reminders.record(sent(claimed()))
    store.reminders.apply_receipt(reminder.key, receipt(ReceiptKind.DELIVERED), ReminderStatus.DELIVERED)
    assert store.reminders.get(reminder.key).status == NOVEL


def test_an_unknown_receipt_is_written_down_once_and_says_what_it_said(store: Store) -> None:
    store.reminders.claim(reminder := claimed())
    store.reminders.record(sent(reminder))
    for says, status in ((None, ReminderStatus.SENT), (ReminderStatus.FAILED, ReminderStatus.FAILED)):
        told = replace(TOLD, id=f"r-{says}", kind=NOVEL, status=says)
        for _ in range(2):
            store.reminders.apply_receipt(reminder.key, told, status_after(told))
        stored = store.reminders.get(reminder.key)
        assert stored.receipts[-1] == told
        assert stored.status is status


def test_the_file_of_a_case_of_another_version_is_the_same_in_memory(altered: Callable[[Place], Store]) -> None:
    memory = memory_store()
    fill(memory)
    engine = altered(Place(HoldKind, "CASE", "wada", WORD)).cases.file(ACME, DEBTOR)
    assert _without(engine) == _without(memory.cases.file(ACME, DEBTOR))


def _without(file: CaseFile) -> CaseFile:
    return replace(file, case=replace(file.case, holds={}))
