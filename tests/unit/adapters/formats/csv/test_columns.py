"""Which column is what."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upominek.adapters.formats.csv.columns import (
    DEBTOR_FIELDS,
    PARTIES,
    VAGUE,
    known_columns,
    match_columns,
)
from upominek.adapters.formats.csv.fields import COLUMNS, Field
from upominek.adapters.formats.csv.folding import folded
from upominek.domain.errors import TableUnreadable

REQUIRED = ("Id kontrahenta", "Numer faktury", "Termin płatności", "Kwota brutto")


def fields(*header: str) -> dict[str, Field]:
    columns = match_columns(header)
    return {columns.header[place]: field for field, places in columns.places.items() for place in places}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("identyfikator", Field.DEBTOR_ID),
        ("Kod kontrahenta", Field.DEBTOR_ID),
        ("customer no.", Field.DEBTOR_ID),
        ("debtorId", Field.DEBTOR_ID),
        ("Numer klienta", Field.DEBTOR_ID),
    ],
)
def test_names_of_the_debtors_id(header: str, field: Field) -> None:
    assert fields(header, *REQUIRED[1:])[header] is field


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("NAZWA KONTRAHENTA", Field.NAME),
        ("Nazwa", Field.NAME),
        ("Imię i nazwisko", Field.NAME),
        ("imię", Field.FIRST_NAME),
        ("Typ klienta", Field.KIND),
        ("N.I.P.", None),
        ("NIP nabywcy", Field.NIP),
        ("Telefon kontrahenta", Field.PHONES),
        ("Tel.", Field.PHONES),
        ("Telefon 2", Field.PHONES),
        ("E-mail:", Field.EMAILS),
        ("Adres do wezwań", Field.EMAIL_CLAUSE),
        ("E-mail do wezwań", Field.EMAIL_CLAUSE),
        ("email clause", Field.EMAIL_CLAUSE),
        ("Rodzaj roszczenia", Field.CLAIM),
        ("Claim kind", Field.CLAIM),
        ("adres e-mail", Field.EMAILS),
        ("customerEmail", Field.EMAILS),
        ("buyer_phone", Field.PHONES),
        ("Kod pocztowy", Field.POSTCODE),
        ("Data wystawienia", Field.ISSUED_ON),
        ("Zapłacono [PLN]", Field.PAID),
        ("Wpłaty w zł", Field.PAID),
        ("Pozostało do zapłaty", Field.OUTSTANDING),
        ("Do zapłaty", Field.OUTSTANDING),
        ("waluta", Field.CURRENCY),
        ("Nr rachunku bankowego", Field.ACCOUNT),
        ("Konto klienta", None),
        ("Kwota netto", None),
        ("Kwota VAT", None),
        ("Kwota", None),
        ("Nr", None),
        ("Uwagi", None),
        ("Telefon stacjonarny 3", Field.PHONES),
    ],
)
def test_names_of_other_columns(header: str, field: Field | None) -> None:
    assert fields(*REQUIRED, header).get(header) is field


@pytest.mark.parametrize(
    "header",
    [
        ("Identyfikator", "Nr faktury", "Termin", "Brutto"),
        ("debtor_id", "invoice_number", "due_date", "amount"),
        ("DEBTOR ID", "Invoice No.", "Due Date", "Total"),
        ("customerId", "invoiceNumber", "dueDate", "grossAmount"),
        ("id", "nr", "termin zapłaty", "kwota"),
        ("NIP", "Faktura", "Płatne do", "Wartość brutto"),
        ("Kwota brutto (PLN)", "Termin płatności:", "Numer Faktury ", "Kontrahent - ID"),
        ("client", "document", "due", "sum total amount".replace("sum ", "")),
    ],
)
def test_headers_in_both_languages_any_case_and_order(header: tuple[str, ...]) -> None:
    assert {Field.NUMBER, Field.DUE_ON, Field.AMOUNT} <= set(match_columns(header).places)


@pytest.mark.parametrize(
    ("others", "field"),
    [
        ((), Field.DEBTOR_ID),
        (("NIP",), Field.NAME),
        (("Id kontrahenta",), Field.NAME),
        (("id",), Field.NAME),
        (("Nazwa",), Field.DEBTOR_ID),
        (("Nazwa", "NIP"), Field.DEBTOR_ID),
        (("Nazwa", "Id kontrahenta"), None),
        (("Nazwa", "id"), None),
    ],
)
def test_a_bare_party_is_an_id_or_a_name_by_what_else_there_is(others: tuple[str, ...], field: Field | None) -> None:
    assert fields("Kontrahent", *others, *REQUIRED[1:]).get("Kontrahent") is field


def test_the_only_amount_may_be_what_is_still_to_pay() -> None:
    assert fields(*REQUIRED[:3], "Saldo")["Saldo"] is Field.AMOUNT
    assert fields(*REQUIRED[:3], "Do zapłaty")["Do zapłaty"] is Field.AMOUNT
    assert fields(*REQUIRED, "Saldo")["Saldo"] is Field.OUTSTANDING


def test_a_vague_name_gives_way_to_a_clear_one() -> None:
    found = match_columns((*REQUIRED, "Kwota", "Numer", "Id"))

    assert found.ignored == ("Kwota", "Numer", "Id")


@pytest.mark.parametrize("header", [("Kwota brutto", "Wartość brutto"), ("NIP", "Numer NIP"), ("Nazwa", "Name")])
def test_two_columns_that_mean_the_same_are_refused(header: tuple[str, ...]) -> None:
    with pytest.raises(TableUnreadable) as error:
        match_columns((*REQUIRED[:3], *header))

    assert error.value.code == "columns_repeated"
    assert header[0] in error.value.pl
    assert header[1] in error.value.pl


def test_phones_and_emails_may_have_several_columns() -> None:
    places = match_columns((*REQUIRED, "Telefon", "E-mail", "Telefon 2", "mail")).places

    assert places[Field.PHONES] == (4, 6)
    assert places[Field.EMAILS] == (5, 7)


@pytest.mark.parametrize("missing", range(4))
def test_required_columns(missing: int) -> None:
    with pytest.raises(TableUnreadable) as error:
        match_columns([name for place, name in enumerate(REQUIRED) if place != missing])

    assert error.value.code == "columns_missing"
    assert REQUIRED[missing] in error.value.pl


def _names() -> list[str]:
    lines = (line for column in COLUMNS.values() for line in column.names.strip().splitlines())
    return [name.strip() for line in lines for name in line.split("|")]


def test_every_name_in_the_table_is_written_as_it_is_compared() -> None:
    names = {
        name.strip() for one in COLUMNS.values() for line in one.names.strip().splitlines() for name in line.split("|")
    }

    assert {name for name in names | set(VAGUE) | PARTIES if folded(name) != name} == set()


def test_no_name_means_two_things() -> None:
    names = [
        name.strip() for one in COLUMNS.values() for line in one.names.strip().splitlines() for name in line.split("|")
    ]

    assert len(names) == len(set(names))
    assert not set(names) & set(VAGUE)


def test_fields_of_the_debtor_are_those_before_the_invoice() -> None:
    assert Field.CITY in DEBTOR_FIELDS
    assert Field.NUMBER not in DEBTOR_FIELDS


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=6))
def test_any_header_at_all(header: list[str]) -> None:
    known_columns(header)
    with suppress(TableUnreadable):
        match_columns(header)
