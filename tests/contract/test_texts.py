"""Creditors' own texts: what is in force, every version, and two people at once."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.contract.conftest import Meter, Store, create_table, dynamo_store, dynamodb
from tests.contract.examples import ACME, NOW
from upominek.domain.errors import Conflict
from upominek.domain.texts.overrides import TextKey, TextOverride, fingerprint

if TYPE_CHECKING:
    from upominek.application.ports.texts import TextRepository

OVERDUE = TextKey.parse("sms/pl/overdue.friendly")
DEMAND = TextKey.parse("email/pl/demand.formal.consumer")


def version(number: int, source: str | None = "{{ sender }}: prosimy.", key: TextKey = OVERDUE) -> TextOverride:
    return TextOverride(
        key=key,
        source=source,
        version=number,
        sha256=fingerprint(source) if source else "",
        by="Ewa Nowak",
        at=NOW + timedelta(minutes=number),
    )


def test_a_creditor_begins_with_no_text_of_its_own(store: Store) -> None:
    assert store.texts.current(ACME).texts == {}
    assert list(store.texts.history(ACME, OVERDUE)) == []


def test_the_newest_version_is_in_force_and_all_are_kept(store: Store) -> None:
    first, second = version(1), version(2, "{{ sender }}: czekamy na wpłatę.\n")
    store.texts.save(ACME, first)
    store.texts.save(ACME, second)
    store.texts.save(ACME, other := version(1, "x", DEMAND))
    assert store.texts.current(ACME).texts == {OVERDUE.path: second, DEMAND.path: other}
    assert list(store.texts.history(ACME, OVERDUE)) == [first, second]


def test_a_text_that_was_given_up_is_not_in_force_and_can_come_back(store: Store) -> None:
    for one in (version(1), version(2, None)):
        store.texts.save(ACME, one)
    assert store.texts.current(ACME).texts == {}
    store.texts.save(ACME, back := version(3))
    assert store.texts.current(ACME).texts == {OVERDUE.path: back}
    assert [one.source is None for one in store.texts.history(ACME, OVERDUE)] == [False, True, False]


@pytest.mark.parametrize("late", [1, 3])
def test_of_two_people_who_save_at_once_one_is_told(store: Store, late: int) -> None:
    store.texts.save(ACME, first := version(1))
    with pytest.raises(Conflict):
        store.texts.save(ACME, version(late, "other"))
    assert store.texts.current(ACME).texts == {OVERDUE.path: first}
    assert list(store.texts.history(ACME, OVERDUE)) == [first]


def test_versions_stay_in_order_beyond_nine(store: Store) -> None:
    for number in range(1, 12):
        store.texts.save(ACME, version(number, f"text {number}"))
    assert [one.version for one in store.texts.history(ACME, OVERDUE)] == list(range(1, 12))


def test_nobody_sees_another_creditors_texts(store: Store) -> None:
    store.texts.save("acme-2", version(1))
    assert store.texts.current(ACME).texts == {}
    # The longer name begins like the shorter one.
    store.texts.save(ACME, replace(version(1), key=TextKey.parse("sms/pl/overdue.friendly.consumer")))
    assert list(store.texts.history(ACME, OVERDUE)) == []


def test_what_is_in_force_is_read_by_one_query(dynoxide: str) -> None:
    client = dynamodb(dynoxide)
    store = dynamo_store(client, create_table(client))
    for number in range(1, 6):
        store.texts.save(ACME, version(number, "x" * 100 * number))
    meter = Meter()
    meter.watch(client)
    texts: TextRepository = store.texts
    assert texts.current(ACME).texts
    assert [name for name, _ in meter.calls] == ["Query"]
    assert meter.read <= 1  # old versions are not read along
