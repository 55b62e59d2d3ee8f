"""What runs remember: cursors, stopped lanes, webhooks and imports; and the creditors that they run for."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time, timedelta

import pytest

from tests.contract.conftest import Store
from tests.contract.examples import ACME, NOW, TODAY
from upominek.application.ports.intake import ImportRecord
from upominek.application.ports.planning import LaneStop
from upominek.domain.errors import NotFound
from upominek.domain.messages.sender_reputation import ReputationCounts
from upominek.domain.parties.creditor import Creditor, Limits
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import Audience, Campaign, Step
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.carrier import SES, SNS
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.money import Money

CREDITOR = Creditor(
    id=ACME,
    name="Hurtownia Żółw",
    nip="5214349636",
    account="24160000035175530643314956",
    hours=ContactHours(zone="Europe/Lisbon", weekdays=frozenset({0, 5}), opens=time(9, 30), closes=time(17)),
    limits=Limits(per_day=2, per_week=5),
    shards=(1, 4),
    message_lifetime=timedelta(hours=36),
)
CAMPAIGN = Campaign(
    id="standard",
    name="Zwykła",
    ladder=(
        Step(offset_days=-3, channels=(Channel.SMS, Channel.EMAIL), template="before-due"),
        Step(offset_days=14, channels=(Channel.EMAIL,), template="formal", tone=Tone.FORMAL, expires_after_days=9),
    ),
    is_active=False,
    audience=Audience(kinds=frozenset({DebtorKind.CONSUMER}), minimum=Money(5000, "EUR"), tags=frozenset({"a"})),
    at=time(10, 15),
    weekdays=frozenset({1, 2}),
    hours=ContactHours(opens=time(7)),
)
RECORD = ImportRecord(id="i-1", creditor=ACME, key="incoming/acme/f.csv", state="checking", started_at=NOW, chunks=3)


def test_creditors_are_kept_replaced_and_listed(store: Store) -> None:
    with pytest.raises(NotFound):
        store.creditors.get(ACME)
    store.creditors.save(CREDITOR)
    store.creditors.save(Creditor(id="aaa", name="A"))
    store.creditors.save(replace(CREDITOR, name="Nowa"))
    assert store.creditors.get(ACME) == replace(CREDITOR, name="Nowa")
    assert list(store.creditors.ids()) == ["aaa", ACME]


def test_campaigns_are_kept_by_creditor(store: Store) -> None:
    other = replace(CAMPAIGN, id="other", hours=None)
    for campaign in (other, replace(CAMPAIGN, name="alt"), CAMPAIGN):
        store.creditors.save_campaign(ACME, campaign)
    store.creditors.save_campaign("acme-2", CAMPAIGN)
    assert sorted(store.creditors.campaigns(ACME), key=lambda one: one.id) == [other, CAMPAIGN]
    assert store.creditors.campaigns("none") == ()


def test_cursors_move_forward_only(store: Store) -> None:
    progress, yesterday = store.progress, TODAY - timedelta(days=1)
    assert progress.planned_through(ACME, "c", 1) is None
    assert progress.started_on(ACME, "c") is None
    for day in (yesterday, TODAY, yesterday, TODAY):
        progress.set_planned_through(ACME, "c", 1, day)
        progress.set_started_on(ACME, "c", day)
    assert progress.planned_through(ACME, "c", 1) == TODAY
    assert progress.started_on(ACME, "c") == TODAY
    assert progress.planned_through(ACME, "c", 0) is None
    assert progress.planned_through(ACME, "d", 1) is None


def test_what_came_onto_the_agenda_is_looked_at_until_it_was(store: Store) -> None:
    progress, later = store.progress, NOW + timedelta(minutes=5)
    assert progress.woken(ACME) == (None, None)
    progress.wake(ACME, NOW)
    assert progress.woken(ACME) == (NOW, None)
    progress.set_looked_at(ACME, NOW)
    assert progress.woken(ACME) == (NOW, NOW)
    progress.wake(ACME, later)
    assert progress.woken(ACME) == (later, NOW), "more came while the first was looked at"
    progress.set_looked_at(ACME, later)
    assert progress.woken(ACME) == (later, later)
    assert progress.woken("other") == (None, None)
    assert progress.planned_through(ACME, "standard", 0) is None


def test_a_lane_stands_still_for_its_first_reason_until_it_is_reopened(store: Store) -> None:
    progress = store.progress
    stop = LaneStop(SNS, NOW, "spend-limit", "403")
    assert progress.lane_stops(ACME) == {}
    progress.stop_lane(ACME, stop)
    progress.stop_lane(ACME, LaneStop(SNS, NOW + timedelta(hours=1), "other"))
    progress.stop_lane(ACME, LaneStop(SES, NOW, "sandbox"))
    assert progress.lane_stops(ACME) == {SNS: stop, SES: LaneStop(SES, NOW, "sandbox")}
    assert progress.lane_stops("other") == {}
    progress.reopen_lane(ACME, SNS)
    progress.reopen_lane(ACME, SNS)
    assert progress.lane_stops(ACME).keys() == {SES}


def test_answers_are_added_up_by_hour_and_a_repetition_adds_nothing(store: Store) -> None:
    progress, hour = store.progress, timedelta(hours=1)
    first = NOW.replace(minute=0, second=0, microsecond=0)
    assert progress.counted(ACME, SES, first) == ReputationCounts()
    for token in ("a", "a", "b"):
        progress.count(ACME, SES, first, ReputationCounts(10, 1), token)
    progress.count(ACME, SES, first + hour, ReputationCounts(5, 0, 2), "c")
    progress.count(ACME, SES, first - hour, ReputationCounts(7), "d")
    progress.count("other", SES, first, ReputationCounts(100), "e")
    assert progress.counted(ACME, SES, first) == ReputationCounts(25, 2, 2)
    assert progress.counted(ACME, SES, first - 24 * hour) == ReputationCounts(32, 2, 2)
    assert progress.counted(ACME, SES, first + 2 * hour) == ReputationCounts()


def test_a_reopened_email_lane_forgets_what_was_counted(store: Store) -> None:
    progress, hour = store.progress, NOW.replace(minute=0, second=0, microsecond=0)
    for creditor in (ACME, "other"):
        progress.count(creditor, SES, hour, ReputationCounts(10, 9), "a")
    progress.reopen_lane(ACME, SNS)
    assert progress.counted(ACME, SES, hour) == ReputationCounts(10, 9)
    progress.reopen_lane(ACME, SES)
    assert progress.counted(ACME, SES, hour) == ReputationCounts()
    assert progress.counted("other", SES, hour) == ReputationCounts(10, 9)


def test_answers_counted_side_by_side_are_all_there(contested_store: Store) -> None:
    progress, hour = contested_store.progress, NOW.replace(minute=0, second=0, microsecond=0)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda token: progress.count(ACME, SES, hour, ReputationCounts(1), str(token)), range(40)))
    assert progress.counted(ACME, SES, hour) == ReputationCounts(40)


def test_a_webhook_id_stands_for_one_body(store: Store) -> None:
    webhooks = store.webhooks
    assert webhooks.remember(ACME, "msg_1", "a")
    assert webhooks.remember(ACME, "msg_1", "a")
    assert not webhooks.remember(ACME, "msg_1", "b")
    assert webhooks.remember("other", "msg_1", "b")


def test_an_import_starts_once(store: Store) -> None:
    assert store.imports.start(RECORD) == RECORD
    assert store.imports.start(replace(RECORD, state="applying", chunks=9)) == RECORD
    assert store.imports.get(ACME, "i-1") == RECORD
    with pytest.raises(NotFound):
        store.imports.get(ACME, "i-2")


def test_a_chunk_counts_once_in_each_phase(store: Store) -> None:
    imports = store.imports
    imports.start(RECORD)
    imports.finish_chunk(ACME, "i-1", "checked", 0, {"rows": 5, "rejected": 1})
    imports.finish_chunk(ACME, "i-1", "checked", 2, {"rows": 7})
    again = imports.finish_chunk(ACME, "i-1", "checked", 0, {"rows": 5, "rejected": 1})
    assert again == replace(RECORD, checked=frozenset({0, 2}), counts={"rows": 12, "rejected": 1})
    after = imports.finish_chunk(ACME, "i-1", "applied", 0, {"new": 4})
    assert after == imports.get(ACME, "i-1")
    assert (after.applied, after.counts) == (frozenset({0}), {"rows": 12, "rejected": 1, "new": 4})
    with pytest.raises(NotFound):
        imports.finish_chunk(ACME, "none", "checked", 0, {})


def test_chunks_side_by_side_are_all_counted(contested_store: Store) -> None:
    imports = contested_store.imports
    imports.start(RECORD)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda chunk: imports.finish_chunk(ACME, "i-1", "checked", chunk % 20, {"rows": 1}), range(40)))
    record = imports.get(ACME, "i-1")
    assert (record.checked, record.counts) == (frozenset(range(20)), {"rows": 20})


def test_of_two_who_advance_an_import_one_does(store: Store) -> None:
    imports = store.imports
    imports.start(RECORD)
    imports.finish_chunk(ACME, "i-1", "checked", 1, {"rows": 3})
    applying = replace(RECORD, state="applying", counts={"rows": 3}, plan='{"ż": [1, 2]}' * 50, digest="d", chunks=4)
    assert imports.advance(ACME, "i-1", "checking", applying)
    assert not imports.advance(ACME, "i-1", "checking", applying)
    assert imports.get(ACME, "i-1") == replace(applying, checked=frozenset({1}))
    done = replace(RECORD, state="failed", finished_at=NOW + timedelta(minutes=2), error_code="empty", chunks=4)
    assert imports.advance(ACME, "i-1", "applying", done)
    assert imports.get(ACME, "i-1") == replace(done, checked=frozenset({1}))
    with pytest.raises(NotFound):
        imports.advance(ACME, "none", "checking", done)


def test_an_import_begins_anew_with_no_chunk_finished(store: Store) -> None:
    imports = store.imports
    imports.start(RECORD)
    imports.finish_chunk(ACME, "i-1", "checked", 1, {"rows": 3})
    anew = replace(RECORD, counts={}, plan="{}")
    assert not imports.restart(ACME, "i-1", "waiting", anew)
    assert imports.restart(ACME, "i-1", "checking", anew)
    assert imports.get(ACME, "i-1") == anew
    assert imports.finish_chunk(ACME, "i-1", "checked", 1, {"rows": 2}).counts == {"rows": 2}
    with pytest.raises(NotFound):
        imports.restart(ACME, "none", "checking", anew)


def test_answers_are_kept_and_the_newer_one_counts(store: Store) -> None:
    assert store.imports.answers(ACME) == {}
    store.imports.keep_answers(ACME, {"column:saldo": "none", "word:w toku": "unpaid"})
    store.imports.keep_answers(ACME, {"column:saldo": "outstanding"})
    assert store.imports.answers(ACME) == {"column:saldo": "outstanding", "word:w toku": "unpaid"}
    assert store.imports.answers("other") == {}


def test_recent_imports_come_newest_first(store: Store) -> None:
    for number in range(5):
        store.imports.start(replace(RECORD, id=f"x{9 - number}", started_at=NOW + timedelta(minutes=number)))
    store.imports.start(replace(RECORD, creditor="other"))
    assert [one.id for one in store.imports.recent(ACME, limit=3)] == ["x5", "x6", "x7"]
    assert len(store.imports.recent(ACME)) == 5
    assert store.imports.recent("none") == []
