"""A file with columns that may speak of payments waits for an answer."""

import pytest

from tests.unit.application.intake.test_import_file import INBOX, LIST, report
from tests.worlds.intake_world import IntakeWorld
from upominek.application.ports.intake import ImportRecord
from upominek.domain.errors import Refused
from upominek.domain.receivables.asks import answers_of
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

HEADER = "Id kontrahenta;Numer faktury;Termin płatności;Kwota brutto"


def table(column: str, *cells: str, amount: str = "500,00") -> str:
    rows = (f"K-1;FV/{number};2026-03-16;{amount};{cell}\r\n" for number, cell in enumerate(cells))
    return f"{HEADER};{column}\r\n{''.join(rows)}"


def dropped(world: IntakeWorld, content: str, *, key: str = INBOX, hour: float = 1) -> ImportRecord:
    record = world.drop(key, content, hour=hour)
    assert record is not None
    return record


def asked(content: str) -> list[tuple[str, str]]:
    world = IntakeWorld()
    dropped(world, content)
    told = report(world)
    assert (told["state"] == "waiting") == bool(told["asks"])
    return [(one["code"], one["column"]) for one in told["asks"]]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Kwota po rozliczeniu", "200,00"),
        ("Saldo kontrahenta", "1500,00"),
        ("Zapł. dotąd", "200,00"),
        ("Wpłata 1", "200,00"),
        ("Pozost.", "300,00"),
        ("Balance forward", "300.00"),
        ("Settled amt", "200,00"),
        ("Stan rozrachunku", "W"),
        ("Payments made", "200,00"),
        ("Należność", "300,00"),
        ("Zapłacona kwota częściowo", "100,00"),
        ("Uwagi", "opłacona"),
        ("Info", "Paid"),
        ("X", "300,00"),
        ("Kwota", "300,00"),
    ],
)
def test_what_may_speak_of_payments_is_asked_about(column: str, cell: str) -> None:
    assert asked(table(column, cell)) == [("column_unclear", column)]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Forma płatności", "przelew"),
        ("Sposób zapłaty", "przelew 14 dni"),
        ("Termin płat.", "14 dni"),
        ("Dni po terminie", "15"),
        ("Warunki płatności", "14"),
        ("Payment terms", "Net 14"),
        ("Payment Method", "Bank transfer"),
        ("Days overdue", "15"),
        ("Netto", "406,50"),
        ("VAT", "93,50"),
        ("Kwota VAT", "93,50"),
        ("Kwota netto", "406,50"),
        ("Wartość", "406,50"),
        ("Kwota", "500,00"),
        ("Uwagi", "prosi o kontakt rano"),
        ("Handlowiec", "Jan"),
        ("Odsetki", "3,50"),
        ("Rabat", "10,00"),
        ("Platforma", "sklep"),
        ("Płatnik", "Firma"),
        ("Zapłacono przez", ""),
        ("Pozost.", ""),
        ("Kurs", "4,25"),
        ("Ilość", "2"),
        ("Magazyn", "12"),
    ],
)
def test_what_is_harmless_is_not(column: str, cell: str) -> None:
    if column == "Termin płat.":
        content = f"Id kontrahenta;Numer faktury;Termin płat.;Kwota brutto\r\nK-1;FV/1;2026-03-16;{cell[:2]},00\r\n"
        assert asked(content) == []
        return
    assert asked(table(column, cell)) == []


def test_words_of_a_status_that_nobody_knows_are_asked_about() -> None:
    world = IntakeWorld()
    dropped(world, table("Status", "opłacona", "w windykacji", "sporna"))
    told = report(world)
    assert told["state"] == "waiting"
    assert told["error"]["code"] == "file_asks"
    assert [(one["code"], one["column"]) for one in told["asks"]] == [("status_unknown", "Status")]
    assert "„w windykacji”" in told["asks"][0]["message"]["pl"]
    assert "sporna" in told["asks"][0]["message"]["en"]


@pytest.mark.parametrize("chunk_bytes", [None, 40])
def test_an_answer_has_the_file_read_anew(chunk_bytes: int | None) -> None:
    world = IntakeWorld()
    importing = world.importing(chunk_bytes=chunk_bytes)
    record = world.drop(INBOX, table("Pozost.", "300,00", "0,00"), hour=1, chunk_bytes=chunk_bytes)
    world.work(importing)
    assert record is not None
    assert world.imports.get("hurt", record.id).state == "waiting"
    assert not world.table.invoices
    importing.confirm("hurt", record.id, answers_of(["Pozost.=outstanding"], []))
    world.work(importing)
    told = report(world)
    assert (told["state"], told["asks"], told["ignored_columns"], told["accepted"]) == ("done", [], [], 2)
    assert [world.invoice(f"FV/{n}").outstanding for n in range(2)] == [Money(30_000), Money(0)]


def test_without_an_answer_the_column_says_nothing() -> None:
    world = IntakeWorld()
    record = dropped(world, table("Pozost.", "300,00"))
    world.importing().confirm("hurt", record.id)
    world.work(world.importing())
    assert (report(world)["state"], report(world)["ignored_columns"]) == ("done", ["Pozost."])
    assert world.invoice("FV/0").outstanding == Money(50_000)


def test_answers_are_kept_for_the_next_files_where_that_is_wanted() -> None:
    for keeps, states in ((True, ["done", "done"]), (False, ["done", "waiting"])):
        world = IntakeWorld()
        record = dropped(world, table("Status", "sporna", "w toku"))
        words = answers_of([], ["sporna=none", "W  Toku=unpaid"])
        world.importing().confirm("hurt", record.id, words, keeps=keeps)
        world.work(world.importing())
        found = [report(world)["state"]]
        dropped(world, table("STATUS", "w toku", "Sporna", "opłacona"), hour=2)
        assert [*found, report(world)["state"]] == states


def test_an_answer_to_what_nobody_asked_is_refused() -> None:
    world = IntakeWorld()
    record = dropped(world, table("Pozost.", "300,00"))
    for answers in (answers_of(["Pozostt.=outstanding"], []), answers_of([], ["toku=paid"])):
        with pytest.raises(Refused) as error:
            world.importing().confirm("hurt", record.id, answers)
        assert error.value.code == "answer_stray"
    assert world.imports.get("hurt", record.id).state == "waiting"


def test_an_answer_may_say_what_a_known_column_is_not() -> None:
    world = IntakeWorld()
    record = dropped(world, f"{HEADER};Saldo;Pozost.\r\nK-1;FV/0;2026-03-16;500,00;400,00;300,00\r\n")
    world.importing().confirm("hurt", record.id, answers_of(["Saldo=none", "Pozost.=outstanding"], []))
    world.work(world.importing())
    assert world.invoice("FV/0").outstanding == Money(30_000)


def test_what_a_list_lacks_that_asks_is_held_until_it_is_answered() -> None:
    world = IntakeWorld()
    dropped(world, f"{HEADER}\r\n" + "".join(f"K-1;FV/{n};2026-03-16;500,00\r\n" for n in range(4)))

    def held() -> set[str | None]:
        holds = world.cases.get("hurt", "K-1").holds.values()
        return {one.number for one in holds if one.kind is HoldKind.CHECK}

    record = dropped(world, table("Pozost.", "500,00", "500,00", "200,00"), key=LIST, hour=2)
    assert (record.state, held()) == ("waiting", {"FV/3"})
    world.importing().confirm("hurt", record.id, answers_of(["Pozost.=outstanding"], []))
    world.work(world.importing())
    assert (world.imports.get("hurt", record.id).state, held()) == ("done", set())
    assert [world.invoice(f"FV/{n}").outstanding for n in (2, 3)] == [Money(20_000), Money(0)]
