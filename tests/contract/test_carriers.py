"""What holds for every carrier, of those that are there and of one that was only just added.

The toy (`toy_gateway`) is what a next carrier will be: a folder and a line in the registry. It speaks HTTP, says no by
`200 {"error"}`, and its reports name messages by ids of its own. What each carrier says is in `carrier_samples.py`.
"""

import socket
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.carriers.stand_ins import STAND_INS
from tests.contract.carrier_samples import TOY, Refusal, Told, samples_of
from tests.contract.conftest import Store
from tests.contract.examples import NOW, claimed, sent
from tests.contract.test_senders import EMAIL, SMS, Provider, client
from tests.worlds.letter_stage import LetterStage
from tests.worlds.stage import CREDITOR, ITEM, TODAY, Stage
from upominek.adapters.carriers.at_most_once import Refused, sending_error
from upominek.adapters.carriers.carrier_module import carrier_module
from upominek.adapters.carriers.opened import paces, senders
from upominek.adapters.carriers.price_lists import carrier_prices
from upominek.adapters.carriers.registry import CARRIERS, FOLDERS
from upominek.adapters.carriers.reports import read_report
from upominek.adapters.config_files.creditors_file import read_creditor
from upominek.adapters.json.creditor import creditor_to_dict
from upominek.adapters.json.privacy import export_to_dict
from upominek.adapters.reference_data.prices import load_prices
from upominek.application.administration.show_creditors import CreditorView
from upominek.application.jobs import OutboxItem
from upominek.application.ports.planning import LaneStop
from upominek.application.privacy.export_case import ExportCase
from upominek.application.receipts.record_receipt import Recorded
from upominek.application.sending.send_reminder import SendOutcome
from upominek.domain.errors import (
    InvalidValue,
    LaneFault,
    NotUnderstood,
    OutcomeUnknown,
    PermanentFailure,
    SendingError,
    TemporaryFailure,
)
from upominek.domain.messages.carrier_traits import ReportNaming
from upominek.domain.messages.receipt import ARRIVED, receipt_traits
from upominek.domain.messages.reminder import Reminder
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.creditor import ChosenCarriers
from upominek.domain.values.carrier import PRINT, SNS, Carrier, first_carrier
from upominek.domain.values.channel import Channel
from upominek.settings import Settings

EVERY = (*FOLDERS, TOY)
OVER_HTTP = tuple(one for one in EVERY if one != PRINT)
REPORTING = OVER_HTTP
"""Nobody reports of printed letters."""
KINDS = {
    "temporary": TemporaryFailure,
    "permanent": PermanentFailure,
    "lane-fault": LaneFault,
    "unknown": OutcomeUnknown,
}


@pytest.fixture(autouse=True)
def with_toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one line of a new carrier."""
    monkeypatch.setitem(FOLDERS, TOY, "tests.contract.toy_gateway")


class Gateway(Provider):
    """The side of any carrier, as its samples have it."""

    def __init__(self, carrier: Carrier) -> None:
        super().__init__()
        self.carrier = carrier

    def answer(self, *, is_sns: bool) -> tuple[bytes, dict[str, str]]:
        answer = samples_of(self.carrier).answer
        if answer is None:
            return super().answer(is_sns=is_sns)
        content, headers = answer(self.error)
        return content, dict(headers)


@pytest.fixture(params=OVER_HTTP)
def gateway(request: pytest.FixtureRequest) -> Iterator[Gateway]:
    gateway = Gateway(request.param)
    yield gateway
    gateway.server.shutdown()
    gateway.server.server_close()


def opened(carrier: Carrier, url: str) -> Any:  # noqa: ANN401 - each takes its own kind of message
    """The carrier's sender, as a worker opens it."""
    clients = SimpleNamespace(sns=client("sns", url), sesv2=client("sesv2", url))
    address = samples_of(carrier).address
    told: dict[str, Any] = {} if address is None else {address: url}
    settings = Settings(ses_configuration_set="receipts", **told)
    of: Any = SimpleNamespace(settings=settings, clients=clients, toy_url=url)
    return senders(channel_of(carrier), of)[carrier]


def channel_of(carrier: Carrier) -> Channel:
    channel = CARRIERS.traits(carrier).channel
    assert channel is not None
    return channel


def send(carrier: Carrier, url: str) -> str:
    return str(opened(carrier, url).send(EMAIL if channel_of(carrier) is Channel.EMAIL else SMS))


# --- What it says of itself


@pytest.mark.parametrize("carrier", OVER_HTTP)
def test_a_carrier_brings_samples_of_what_it_says(carrier: Carrier) -> None:
    samples = samples_of(carrier)
    assert {one.kind for one in samples.refusals} >= {TemporaryFailure, PermanentFailure, LaneFault}
    assert samples.delivered.kind in ARRIVED
    assert receipt_traits(samples.failed.kind).has_failed
    assert {samples.delivered.at.date(), samples.failed.at.date()} == {TODAY}


@pytest.mark.parametrize("carrier", EVERY)
def test_a_carrier_says_what_sets_it_apart(carrier: Carrier) -> None:
    traits = carrier_module(carrier).TRAITS
    assert traits.channel in Channel
    assert traits.recipient_pl
    assert traits.recipient_en
    assert "#" not in carrier
    assert carrier_module(carrier).per_second(Settings()) > 0
    assert traits.is_reported is (carrier in REPORTING)


def test_nobody_is_named_twice() -> None:
    for language in ("recipient_pl", "recipient_en"):
        assert len({getattr(CARRIERS.traits(one), language) for one in EVERY}) == len(EVERY)


@pytest.mark.parametrize("channel", Channel)
def test_where_nobody_chose_it_is_the_first_carrier_of_the_channel(channel: Channel) -> None:
    assert ChosenCarriers().of(channel) == first_carrier(channel)
    assert channel_of(first_carrier(channel)) is channel


def test_a_carrier_that_reports_has_a_stand_in_of_its_name() -> None:
    assert {one for one in FOLDERS if CARRIERS.traits(one).is_reported} - {TOY} == set(STAND_INS)


# --- It sends at most once


def test_a_message_leaves_by_one_request_and_has_the_carriers_id(gateway: Gateway) -> None:
    assert send(gateway.carrier, gateway.url) == samples_of(gateway.carrier).accepted_id
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("fault", ["hangs", "hangs_up"])
def test_no_answer_leaves_the_outcome_unknown_after_one_request(gateway: Gateway, fault: str) -> None:
    setattr(gateway, fault, True)
    with pytest.raises(OutcomeUnknown) as caught:
        send(gateway.carrier, gateway.url)
    assert (caught.value.code, caught.value.__cause__) == ("no-answer", None)
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("carrier", OVER_HTTP)
def test_not_connected_is_certainly_not_sent(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("upominek.adapters.carriers.at_most_once.time.sleep", waits.append)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    with pytest.raises(TemporaryFailure) as caught:
        send(carrier, f"http://127.0.0.1:{port}")
    assert caught.value.code == "no-connection"
    assert len(waits) == 2  # tried three times


def test_an_answer_that_is_not_understood_stops_the_lane_and_loses_nothing(gateway: Gateway) -> None:
    gateway.error = ("NeverHeardOf", "")
    gateway.status = samples_of(gateway.carrier).refuses_with
    with pytest.raises(LaneFault) as caught:
        send(gateway.carrier, gateway.url)
    assert caught.value.code == "unclassified"
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("carrier", OVER_HTTP)
def test_every_error_that_is_known_has_a_meaning_and_repeats_no_address(carrier: Carrier) -> None:
    folder = FOLDERS[carrier]
    table = tomllib.loads(files(folder).joinpath("errors.toml").read_text(encoding="utf-8"))
    assert table["errors"]
    for row in table["errors"]:
        assert row["source"] in table["sources"]
        for code in row["error"]:
            text = f"{row.get('contains', '')} +48512345678"
            error: SendingError = sending_error(Refused(code, text, status=400), folder)
            assert isinstance(error, KINDS[row["kind"]]), (code, error)
            assert "512345678" not in f"{error.detail} {error.pl} {error.en}"


@pytest.mark.parametrize("kind", [TemporaryFailure, PermanentFailure, LaneFault])
def test_what_it_answers_instead_of_taking_a_message_has_a_meaning(gateway: Gateway, kind: type[SendingError]) -> None:
    refusals: list[Refusal] = [one for one in samples_of(gateway.carrier).refusals if one.kind is kind]
    assert refusals
    for times, refusal in enumerate(refusals, start=1):
        gateway.error, gateway.status = (refusal.error, "+48512345678 …"), refusal.status
        with pytest.raises(SendingError) as caught:
            send(gateway.carrier, gateway.url)
        assert (type(caught.value), caught.value.code) == (kind, refusal.meaning)
        assert "512345678" not in f"{caught.value.detail} {caught.value.pl} {caught.value.en}"
        assert len(gateway.requests) == times


def test_a_letter_that_was_put_among_those_to_print_is_not_put_there_again() -> None:
    stage = LetterStage()
    assert [stage.make(), stage.make()] == [SendOutcome.SENT, SendOutcome.ALREADY_HANDLED]
    assert stage.reminder(replace(ITEM, channel=Channel.LETTER)).carried_by == PRINT


# --- Its reports find their reminder


def body_of(carrier: Carrier, reminder: Reminder) -> dict[str, Any]:
    """That the message was delivered, as the carrier reports it."""
    return samples_of(carrier).delivered.body(reminder)


def carried(carrier: Carrier, **changes: Any) -> Reminder:  # noqa: ANN401 - as `replace` has it
    before = claimed(f"by-{carrier}", channel=channel_of(carrier), carrier=carrier)
    return sent(before, **({"provider_message_id": "id-1"} | changes))


def find(store: Store, body: dict[str, Any]) -> Any:  # noqa: ANN401 - a key, or none
    report = read_report(body)
    assert report is not None
    return report.key or store.reminders.find_by_message(report.carrier, report.message_id)


def test_reports_find_their_reminder_though_other_carriers_use_the_same_ids(store: Store) -> None:
    everything = {one: carried(one) for one in REPORTING}
    for reminder in everything.values():
        assert store.reminders.claim(replace(reminder, status=ReminderStatus.CLAIMED, sent_at=None)) is None
        store.reminders.record(reminder)
    for carrier, reminder in everything.items():
        assert find(store, body_of(carrier, reminder)) == reminder.key
        kept = store.reminders.get(reminder.key)
        assert (kept.carried_by, kept.provider_message_id) == (carrier, "id-1")
    assert store.reminders.find_by_message(Carrier("nobody"), "id-1") is None


def test_a_carrier_that_returns_our_reference_settles_a_message_whose_answer_never_came(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    module: Any = carrier_module(TOY)
    monkeypatch.setattr(module, "TRAITS", module.TRAITS._replace(naming=ReportNaming.OUR_REFERENCE))
    reminder = carried(TOY, status=ReminderStatus.UNKNOWN, provider_message_id=None, sent_at=None)
    store.reminders.claim(replace(reminder, status=ReminderStatus.CLAIMED))
    assert store.reminders.find_by_message(TOY, reminder.key.id) == reminder.key
    store.reminders.record(reminder)
    assert store.reminders.find_by_message(TOY, reminder.key.id) == reminder.key
    assert store.reminders.get(reminder.key).provider_message_id is None


@pytest.mark.parametrize("end", ["delivered", "failed"])
@pytest.mark.parametrize("carrier", REPORTING)
def test_a_report_says_what_happened_when_and_for_how_much(carrier: Carrier, end: str) -> None:
    told: Told = getattr(samples_of(carrier), end)
    report = read_report(told.body(carried(carrier)))
    assert report is not None
    assert report.carrier == carrier
    assert (report.key is not None) is (CARRIERS.traits(carrier).naming is ReportNaming.OUR_TAGS)
    assert (report.receipt.kind, report.receipt.at, report.receipt.price) == (told.kind, told.at, told.price)


@pytest.mark.parametrize("carrier", REPORTING)
def test_a_report_settles_the_reminder_with_its_price_in_the_carriers_currency(carrier: Carrier) -> None:
    stage, item = choosing(carrier), item_of(carrier)
    assert stage.send(item) is SendOutcome.SENT
    body = body_of(carrier, stage.reminder(item))
    report = read_report(body)
    assert report is not None
    assert stage.recorder()(report, body) is Recorded.NEW
    assert stage.recorder()(report, body) is Recorded.REPEATED
    reminder, price = stage.reminder(item), samples_of(carrier).delivered.price
    assert (reminder.carried_by, reminder.status) == (carrier, ReminderStatus.DELIVERED)
    assert reminder.price == (None if price is None else f"{price.amount} {price.currency}")


@pytest.mark.parametrize("carrier", REPORTING)
def test_prices_are_kept_with_their_currency(store: Store, carrier: Carrier) -> None:
    reminder, told = carried(carrier), samples_of(carrier).delivered
    store.reminders.record(reminder)
    report = read_report(told.body(reminder))
    assert report is not None
    store.reminders.apply_receipt(reminder.key, report.receipt, ReminderStatus.DELIVERED)
    (kept,) = store.reminders.get(reminder.key).receipts
    assert (kept.price, kept.at) == (told.price, told.at)


@pytest.mark.parametrize("carrier", REPORTING)
def test_it_reports_prices_in_the_currency_of_its_price_list(carrier: Carrier) -> None:
    price = samples_of(carrier).delivered.price
    currency = (carrier_prices(carrier) or load_prices()).currency
    assert price is None or price.currency == currency, f"{carrier}: its own prices.toml, docs/adding/carrier.md"


@pytest.mark.parametrize("carrier", EVERY)
def test_what_it_is_expected_to_cost_has_the_currency_that_it_bills(carrier: Carrier) -> None:
    own = files(FOLDERS[carrier]) / "prices.toml"
    prices = carrier_prices(carrier) or load_prices()
    assert (f'currency = "{prices.currency}"' in own.read_text()) if own.is_file() else prices == load_prices()
    assert prices.of_sms("+48512345678", 2) > 0


@pytest.mark.parametrize("carrier", EVERY)
def test_what_is_no_report_of_a_carrier_is_refused(carrier: Carrier) -> None:
    with pytest.raises(InvalidValue) as caught:
        read_report({"carrier": carrier, "hello": "+48512345678"})
    assert caught.value.code == "report_unreadable"
    assert "512345678" not in f"{caught.value.pl} {caught.value.en}"


# --- Who chooses it, and what stays as it was chosen


def choosing(carrier: Carrier, channel: Channel | None = None) -> Stage:
    """A creditor whose messages of the carrier's channel go over it."""
    stage, channel = Stage(), channel or channel_of(carrier)
    if channel is Channel.EMAIL:
        stage.debtor(phone=None)  # the step would rather send an SMS
    chosen: dict[str, Any] = {channel.value: carrier}
    stage.creditor(carriers=replace(CREDITOR.carriers, **chosen))
    return stage


def item_of(carrier: Carrier) -> OutboxItem:
    """What waits to go over the carrier's channel."""
    return replace(ITEM, channel=channel_of(carrier))


def test_a_message_goes_over_the_carrier_that_the_creditor_chose_and_says_so() -> None:
    stage = choosing(TOY)
    assert stage.send() is SendOutcome.SENT
    assert stage.reminder().carrier == TOY
    stage.creditor()
    assert stage.reminder().carried_by == TOY


def test_the_choice_is_stored_and_read_from_the_creditors_file(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "creditor.yaml"
    file.write_text("id: acme\nname: Acme\nemail_from: a@example.com\ncarriers: {sms: toy}\n", encoding="utf-8")
    creditor = read_creditor(file).creditor
    assert creditor.carriers == ChosenCarriers(sms=TOY)
    store.creditors.save(creditor)
    kept = store.creditors.get("acme")
    assert (kept, kept.carriers.of(Channel.SMS)) == (creditor, TOY)
    assert creditor_to_dict(CreditorView(kept, ()))["carriers"] == {"sms": "toy", "email": "ses", "letter": "print"}


def test_a_second_attempt_goes_over_the_carrier_of_the_first() -> None:
    stage = choosing(TOY)
    stage.sms.fail_next(TemporaryFailure("throttled"))
    assert stage.send() is SendOutcome.DEFERRED
    (again,) = stage.queues.take_outbox()
    stage.creditor()
    assert stage.send(again) is SendOutcome.SENT
    assert stage.reminder().carrier == TOY


def test_what_takes_another_channel_takes_that_channels_carrier() -> None:
    stage = choosing(TOY)
    stage.debtor(phone=None)
    assert stage.send(replace(ITEM, carrier=TOY)) is SendOutcome.MOVED
    (moved,) = stage.queues.take_outbox()
    assert (moved.channel, moved.carrier) == (Channel.EMAIL, None)


def test_over_a_carrier_of_another_version_nothing_is_sent() -> None:
    stage = choosing(Carrier("z-newer"), Channel.SMS)
    with pytest.raises(KeyError):
        stage.send()
    assert stage.is_unclaimed()
    assert stage.handed_over() == 0
    with pytest.raises(NotUnderstood):
        carrier_module(Carrier("z-newer"))
    of: Any = SimpleNamespace(settings=Settings())
    assert paces([Channel.SMS], of, stage.clock).get(Carrier("z-newer")) is None
    assert CARRIERS.traits(Carrier("z-newer")).recipient_en == "z-newer"


# --- A lane is a creditor's, over one carrier


def test_an_account_at_fault_stops_its_own_lane_and_no_other() -> None:
    stage = choosing(TOY)
    stage.sms.fail_next(LaneFault("out-of-funds"))
    assert stage.send() is SendOutcome.LANE_STOPPED
    assert stage.progress.lane_stops("rura").keys() == {TOY}
    (waiting,) = stage.queues.take_outbox()
    assert stage.send(waiting) is SendOutcome.LANE_STOPPED
    stage.creditor()  # the creditor goes back to the first carrier, and what waited goes out
    assert stage.send(waiting) is SendOutcome.SENT
    assert stage.reminder().carried_by == SNS


def test_a_report_of_an_empty_account_stops_the_lane_of_its_carrier() -> None:
    stage = choosing(TOY)
    stage.send()
    body = body_of(TOY, stage.reminder()) | {"status": "OUT_OF_FUNDS"}
    report = read_report(body)
    assert report is not None
    assert report.asks_for_a_look
    stage.recorder()(report, body)
    assert stage.progress.lane_stops("rura").keys() == {TOY}


def test_lanes_are_kept_by_carrier(store: Store) -> None:
    for carrier in (*EVERY, Carrier("z-newer")):
        store.progress.stop_lane("acme", LaneStop(carrier, NOW, "out-of-funds", carrier))
    stops = store.progress.lane_stops("acme")
    assert {one: stop.detail for one, stop in stops.items()} == {one: one for one in (*EVERY, Carrier("z-newer"))}
    store.progress.reopen_lane("acme", TOY)
    assert store.progress.lane_stops("acme").keys() == {*FOLDERS, Carrier("z-newer")} - {TOY}


# --- Who is told to have received the data


def export(stage: Stage) -> dict[str, str]:
    ask = ExportCase(stage.creditors, stage.cases, stage.letters, stage.unmatched_payments, stage.clock)
    data = export_to_dict(ask("rura", "D-1"))
    told: dict[str, str] = data["information"]["recipients"]
    return told


@pytest.mark.parametrize("carrier", OVER_HTTP)
def test_a_person_is_told_who_brought_the_messages_and_nobody_else(carrier: Carrier) -> None:
    stage = choosing(carrier)
    assert export(stage)["en"] == "Amazon Web Services as processor."
    assert stage.send(item_of(carrier)) is SendOutcome.SENT
    told, traits = export(stage), CARRIERS.traits(carrier)
    assert told["pl"] == f"Amazon Web Services jako podmiot przetwarzający; {traits.recipient_pl}."
    assert told["en"] == f"Amazon Web Services as processor; {traits.recipient_en}."
