"""Imported rates on top of the packaged ones."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from moto import mock_aws

from tests.contract.conftest import create_table, dynamodb
from upominek.adapters.aws.table.rates import DynamoRateRepository
from upominek.adapters.memory.rates import MemoryRateRepository
from upominek.adapters.reference_data.rates_file import packaged_rates
from upominek.application.ports.rates import RateRepository
from upominek.domain.errors import Conflict
from upominek.domain.law.rates import EuroRate, InterestKind, ReferenceRate, rate_on

Open = Callable[[], RateRepository]

AUTUMN = ReferenceRate(date(2026, 10, 8), Decimal("3.50"))
WINTER = ReferenceRate(date(2026, 12, 3), Decimal("3.25"))
CHECKED = date(2026, 11, 20)


@pytest.fixture(params=["memory", "moto", "dynoxide"])
def open_rates(request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens the repository over one empty table, as each process does anew."""
    match request.param:
        case "memory":
            memory = MemoryRateRepository()
            yield lambda: memory
        case "moto":
            with mock_aws():
                client = dynamodb()
                table = create_table(client)
                yield lambda: DynamoRateRepository(client, table)
        case "dynoxide":
            client = dynamodb(request.getfixturevalue("dynoxide"))
            table = create_table(client)
            yield lambda: DynamoRateRepository(client, table)
            client.delete_table(TableName=table)


def test_without_an_import_the_packaged_rates_count(open_rates: Open) -> None:
    assert open_rates().tables() == packaged_rates()


def test_imported_reference_rates_are_derived_from_at_once(open_rates: Open) -> None:
    rates = open_rates()
    assert rate_on(InterestKind.CIVIL, date(2026, 10, 9), rates.tables()) == Decimal("9.25")
    rates.save_reference([AUTUMN], CHECKED, "stopy.xml")
    for tables in (rates.tables(), open_rates().tables()):
        assert tables == packaged_rates().with_reference([AUTUMN], CHECKED, "stopy.xml")
        assert rate_on(InterestKind.CIVIL, date(2026, 10, 9), tables) == Decimal("9.00")
        assert rate_on(InterestKind.COMMERCIAL, date(2027, 1, 1), tables) == Decimal("13.50")


def test_a_later_import_goes_on_top_of_the_earlier(open_rates: Open) -> None:
    open_rates().save_reference([AUTUMN, WINTER], CHECKED, "first.xml")
    moved = ReferenceRate(date(2026, 12, 2), Decimal("3.00"))
    open_rates().save_reference([moved], date(2026, 10, 1), "second.xml")
    tables = open_rates().tables()
    assert tables.reference[-2:] == (AUTUMN, moved)
    assert tables.checked_on == date(2026, 10, 1)  # it knows less than the first did
    open_rates().save_reference([WINTER], date(2026, 9, 1), "third.xml")
    assert open_rates().tables().checked_on == date(2026, 10, 1)


def test_an_import_of_everything_takes_the_place_of_everything(open_rates: Open) -> None:
    everything = [ReferenceRate(date(1998, 2, 26), Decimal("24.00")), ReferenceRate(date(2014, 10, 9), Decimal("2.00"))]
    open_rates().save_reference(everything, CHECKED, "archive.xml")
    assert open_rates().tables().reference == tuple(everything)


def test_rates_of_the_euro_are_added(open_rates: Open) -> None:
    first, second = date(2026, 9, 30), date(2026, 10, 30)
    open_rates().save_euro([EuroRate(second, Decimal("4.25"), "1"), EuroRate(first, Decimal("4.2400"))], "a")
    rates = open_rates()
    rates.save_euro([EuroRate(second, Decimal("4.2600"), "212/A/NBP/2026")], "b")
    for tables in (rates.tables(), open_rates().tables()):
        assert tables.euro_on(second) == EuroRate(second, Decimal("4.2600"), "212/A/NBP/2026")
        assert str(tables.euro_on(first).rate) == "4.2400"
        assert tables.euro_on(date(2025, 1, 31)) == packaged_rates().euro[date(2025, 1, 31)]
        assert tables.tables == packaged_rates().tables


def test_reading_costs_one_query_for_many_messages() -> None:
    with mock_aws():
        client = dynamodb()
        table = create_table(client)
        calls: list[str] = []
        client.meta.events.register("before-call.dynamodb.*", lambda model, **_: calls.append(model.name))
        rates = DynamoRateRepository(client, table)
        assert rates.tables() is rates.tables()
        assert calls == ["Query"]


def test_of_two_imports_at_once_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        client = dynamodb()
        table = create_table(client)
        slow, fast = (DynamoRateRepository(client, table) for _ in range(2))
        read = slow._table.get

        def read_and_wait(key: tuple[str, str]) -> object:
            found = read(key)
            fast.save_reference([AUTUMN], CHECKED, "fast.xml")
            return found

        monkeypatch.setattr(slow._table, "get", read_and_wait)
        with pytest.raises(Conflict):
            slow.save_reference([WINTER], CHECKED, "slow.xml")
        assert fast.tables().reference[-1] == AUTUMN
