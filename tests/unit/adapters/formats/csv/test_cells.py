"""What a cell says, and what is wrong with it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upominek.adapters.formats.csv import cells
from upominek.adapters.formats.csv.cells import CLAIMS, KINDS, LIST_MARK
from upominek.domain.errors import InvalidValue
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.values.kinds import ClaimKind


def code_of(read: object, cell: str) -> str:
    with pytest.raises(InvalidValue) as error:
        read(cell)  # type: ignore[operator]
    assert error.value.pl
    assert error.value.en
    return error.value.code


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("2026-03-02", "2026-03-02"),
        ("02.03.2026", "2026-03-02"),
        ("2.3.2026", "2026-03-02"),
        ("02-03-2026", "2026-03-02"),
        ("02/03/2026", "2026-03-02"),
        ("2026/03/02", "2026-03-02"),
        ("2026.03.02", "2026-03-02"),
        ("20260302", "2026-03-02"),
        ("2026-03-02 00:00:00", "2026-03-02"),
        ("2026-03-02T00:00:00.000", "2026-03-02"),
        ("02.03.2026 12:30", "2026-03-02"),
        ("2.03.2026 r.", "2026-03-02"),
        (" 2026-03-02\u00a0", "2026-03-02"),
        ('="2026-03-02"', "2026-03-02"),
        ("29.02.2028", "2028-02-29"),
        ("", ""),
    ],
)
def test_dates_as_people_and_spreadsheets_write_them(cell: str, text: str) -> None:
    assert cells.read_date(cell) == text


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("31.02.2026", "date_invalid"),
        ("29.02.2026", "date_invalid"),
        ("03/13/2026", "date_invalid"),
        ("26.03.02", "date_invalid"),
        ("26-03-02", "date_invalid"),
        ("2.03-2026", "date_invalid"),
        ("31 lutego 2026", "date_invalid"),
        ("2 brzdęk 2026", "date_invalid"),
        ("marzec 2026", "date_invalid"),
        ("2026-13-01T23:00:00Z", "date_invalid"),
        ("jutro", "date_invalid"),
        ("46083", "date_serial"),
        ("46083,5", "date_serial"),
        ("02.03.0026", "date_out_of_range"),
        ("02.03.2206", "date_out_of_range"),
        ("#N/D!", "formula_error"),
    ],
)
def test_dates_that_are_none(cell: str, code: str) -> None:
    assert code_of(cells.read_date, cell) == code


def test_the_due_date_must_be_there() -> None:
    assert code_of(cells.read_due_date, " ") == "date_missing"
    assert cells.read_due_date("2026-03-02") == "2026-03-02"


@pytest.mark.parametrize(
    ("cell", "phones"),
    [
        ("512 345 678", ["+48512345678"]),
        ("+48 512-345-678", ["+48512345678"]),
        ('="512345678"', ["+48512345678"]),
        ("'512345678", ["+48512345678"]),
        ("(22) 123 45 67", ["+48221234567"]),
        ("+49 30 1234567", ["+49301234567"]),
        ("512345678, 601 222 333", ["+48512345678", "+48601222333"]),
        ("512345678;601222333", ["+48512345678", "+48601222333"]),
        ("512 345 678\n601 222 333", ["+48512345678", "+48601222333"]),
        ("512345678 601222333", ["+48512345678", "+48601222333"]),
        ("22 123 45 67 / 512 345 678", ["+48221234567", "+48512345678"]),
        ("tel. 512345678, kom. 601222333", ["+48512345678", "+48601222333"]),
        ("512345678, 512 345 678", ["+48512345678"]),
        ("512345678;", ["+48512345678"]),
        ("", []),
        (" ", []),
    ],
)
def test_one_phone_or_several(cell: str, phones: list[str]) -> None:
    assert cells.read_phones(cell) == LIST_MARK.join(phones)


def test_a_phone_that_is_none() -> None:
    assert code_of(cells.read_phones, "512 345 67") == "phone_invalid"
    assert code_of(cells.read_phones, "5,12346E+08") == "phone_scientific"
    assert code_of(cells.read_phones, "fax 22 123 45 67") == "phone_fax"
    assert code_of(cells.read_phones, "p. Ania") == "phone_invalid"


@pytest.mark.parametrize(
    ("read", "cell", "text", "code"),
    [
        (cells.read_phones, ",".join(f"5123456{n}" for n in range(10, 21)), 10, "list_too_long"),
        (cells.read_phones, "512345678, fax 22 123 45 67", 1, "phone_fax"),
        (cells.read_phones, "512 345 67, 601222333", 1, "phone_invalid"),
        (cells.read_emails, "jan@, ewa@firma.pl", 1, "email_invalid"),
        (cells.read_tags, f"vip,{'x' * 201}", 1, "text_too_long"),
        (cells.read_tags, ",".join(map(str, range(51))), 50, "list_too_long"),
        (cells.read_lines, f"Długa 1\n{'x' * 201}", 1, "text_too_long"),
    ],
)
def test_what_is_understood_of_a_list_stands(read: object, cell: str, text: int, code: str) -> None:
    with pytest.raises(cells.InPart) as found:
        read(cell)  # type: ignore[operator]
    assert len(found.value.text.split(LIST_MARK)) == text
    assert found.value.code == code


EMPTY = ["-", "--", "---", "\u2013", ".", "brak", "Brak", "BRAK", "nie dotyczy", "n/d", "N/A", "b/d", "brak danych"]


@pytest.mark.parametrize(
    "cell",
    [*EMPTY, "nie podano", "none", "None", "null", "NaN", "(brak)", "[null]", "'-", '="-"', "- zł", "nie posiada"],
)
def test_words_for_nothing_are_nothing(cell: str) -> None:
    readers = (
        cells.read_text,
        cells.read_debtor_id,
        cells.read_nip,
        cells.read_regon,
        cells.read_pesel,
        cells.read_account,
        cells.read_phones,
        cells.read_emails,
        cells.read_email_clause,
        cells.read_tags,
        cells.read_lines,
        cells.read_kind,
        cells.read_claim,
        cells.read_language,
        cells.read_date,
        cells.read_currency,
        cells.read_payment_link,
    )
    assert [read(cell) for read in readers] == [""] * len(readers)
    assert code_of(cells.read_number, cell) == "invoice_number_missing"
    assert code_of(cells.read_due_date, cell) == "date_missing"


def test_a_last_name_may_be_brak() -> None:
    assert [cells.read_last_name(name) for name in ("Brak", "Null", "Kos", "-", "nie podano")] == [
        "Brak",
        "Null",
        "Kos",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("5261040828", "5261040828"),
        ("PL 526-104-08-28", "5261040828"),
        ("DE123456789", "DE123456789"),
        ("de 123 456 789", "DE123456789"),
        ("CZ12345678", "CZ12345678"),
        ("ATU12345678", "ATU12345678"),
        ("NL123456789B01", "NL123456789B01"),
        ("EL123456789", "EL123456789"),
        ("XI123456789", "XI123456789"),
        ("CHE-123.456.789 MWST", "CHE123456789MWST"),
        ("ESX1234567X", "ESX1234567X"),
    ],
)
def test_tax_numbers_of_many_countries(cell: str, text: str) -> None:
    assert cells.read_nip(cell) == text


@pytest.mark.parametrize(
    "cell", ["PL5261040827", "123456789", "DE", "QQ123456789", "DE12", "nie wiem", "DE1234567890123456"]
)
def test_tax_numbers_that_are_none(cell: str) -> None:
    assert code_of(cells.read_nip, cell) == "nip_invalid"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("https://pay.example/1?a=b", "https://pay.example/1?a=b"),
        ("HTTPS://pay.example/1", "https://pay.example/1"),
        ("https://płać.example.com/f/1", "https://xn--pa-wla8u.example.com/f/1"),
        ("https://pay.example/zapłać?nr=FV%2F1", "https://pay.example/zap%C5%82a%C4%87?nr=FV%2F1"),
    ],
)
def test_payment_links(cell: str, text: str) -> None:
    assert cells.read_payment_link(cell) == text


@pytest.mark.parametrize(
    "cell", ["http://pay.example/1", "https://pay.example/a b", "https://p\u2260.-example/1", "www.pay.example"]
)
def test_payment_links_that_are_none(cell: str) -> None:
    assert code_of(cells.read_payment_link, cell) == "link_invalid"


@pytest.mark.parametrize(
    ("cell", "emails"),
    [
        ("jan@firma.pl", ["jan@firma.pl"]),
        ("Jan.Kowalski@FIRMA.pl", ["Jan.Kowalski@firma.pl"]),
        ("jan@firma.pl; biuro@firma.pl", ["jan@firma.pl", "biuro@firma.pl"]),
        ("jan@firma.pl,biuro@firma.pl", ["jan@firma.pl", "biuro@firma.pl"]),
        ("jan@firma.pl\nbiuro@firma.pl", ["jan@firma.pl", "biuro@firma.pl"]),
        ("biuro@żółw.pl", ["biuro@xn--w-uga1v8h.pl"]),
        ("", []),
    ],
)
def test_one_email_or_several(cell: str, emails: list[str]) -> None:
    assert cells.read_emails(cell) == LIST_MARK.join(emails)


@pytest.mark.parametrize("cell", ["jan@", "jan.firma.pl", "jan@firma", "jan@@firma.pl", "jan kowalski@firma.pl"])
def test_an_email_that_is_none(cell: str) -> None:
    assert code_of(cells.read_emails, cell).startswith("email_")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  Jan   Kowalski ", "Jan Kowalski"),
        ("Jan\u00a0Kowalski", "Jan Kowalski"),
        ("Jan\nKowalski", "Jan Kowalski"),
        ("Jan\u200b Kowalski\u00ad", "Jan Kowalski"),
        ("Z\u0307o\u0301\u0142w", "Żółw"),
        ('="007"', "007"),
        ("# nr 1", "# nr 1"),
        ("", ""),
    ],
)
def test_texts_are_tidied(cell: str, text: str) -> None:
    assert cells.read_text(cell) == text


def test_texts_that_cannot_be_used() -> None:
    assert code_of(cells.read_text, "x" * 201) == "text_too_long"
    assert code_of(cells.read_text, "Micha\ufffd") == "text_garbled"
    assert code_of(cells.read_text, "MichaĹ‚") == "text_garbled"
    assert code_of(cells.read_text, "#ADR!") == "formula_error"
    assert code_of(cells.read_text, "#name?") == "formula_error"


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Konsument", "consumer"),
        ("osoba fizyczna", "consumer"),
        ("FIRMA", "business"),
        ("spółka", "business"),
        ("przedsiębiorca", "business"),
        ("Urząd", "public"),
        ("jednostka publiczna", "public"),
        ("public", "public"),
        ("szpital", "healthcare"),
        ("Podmiot leczniczy", "healthcare"),
        ("SPZOZ", "healthcare"),
        ("healthcare", "healthcare"),
        ("", ""),
    ],
)
def test_kinds_of_debtors(cell: str, kind: str) -> None:
    assert cells.read_kind(cell) == kind


def test_a_kind_that_is_none() -> None:
    assert code_of(cells.read_kind, "inny") == "kind_unknown"


@pytest.mark.parametrize(
    ("cell", "claim"),
    [
        ("Sprzedaż", "sale"),
        ("sale", "sale"),
        ("usługi", "business"),
        ("business", "business"),
        ("okresowe", "periodic"),
        ("Czynsz", "periodic"),
        ("periodic", "periodic"),
        ("przewóz", "transport"),
        ("transport", "transport"),
        ("INNE", "other"),
        ("other", "other"),
        ("podatek", "tax"),
        ("tax", "tax"),
        ("  ", ""),
    ],
)
def test_kinds_of_claims(cell: str, claim: str) -> None:
    assert cells.read_claim(cell) == claim


def test_every_kind_may_be_written_as_programs_do() -> None:
    assert all(cells.read_kind(kind.value) == kind.value for kind in DebtorKind)
    assert all(cells.read_claim(claim.value) == claim.value for claim in ClaimKind)


def test_a_claim_that_is_none() -> None:
    assert code_of(cells.read_claim, "kredyt") == "claim_unknown"


@pytest.mark.parametrize("meanings", [KINDS, CLAIMS])
def test_no_kind_has_two_meanings(meanings: dict[object, str]) -> None:
    texts = meanings.values()
    words = [word.strip() for text in texts for line in text.strip().splitlines() for word in line.split("|")]

    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("cell", "code"),
    [("PL", "pl"), ("polski", "pl"), ("Ukraiński", "uk"), ("ua", "uk"), ("pl-PL", "pl"), ("fr", "fr"), ("", "")],
)
def test_languages(cell: str, code: str) -> None:
    assert cells.read_language(cell) == code


def test_a_language_that_is_none() -> None:
    assert code_of(cells.read_language, "klingoński") == "language_unknown"


def test_tags_and_address_lines() -> None:
    assert cells.read_tags("vip, stały klient;vip") == LIST_MARK.join(["stały klient", "vip"])
    assert cells.read_lines("ul. Długa 1\r\nlok. 2") == LIST_MARK.join(["ul. Długa 1", "lok. 2"])
    assert cells.read_lines("") == ""


@pytest.mark.parametrize(
    ("cell", "currency", "text"),
    [
        ("1 234,56", "", "123456 PLN"),
        ("1\u00a0234,56", "", "123456 PLN"),
        ("1 234,56 zł", "", "123456 PLN"),
        ("1234.56", "EUR", "123456 EUR"),
        ("-12,00", "", "-1200 PLN"),
        ("100 EUR", "", "10000 EUR"),
        ("1000", "JPY", "1000 JPY"),
        ("0,00", "", "0 PLN"),
    ],
)
def test_amounts(cell: str, currency: str, text: str) -> None:
    assert cells.read_amount(cell, currency) == text


def test_amounts_that_are_none() -> None:
    assert code_of(lambda cell: cells.read_amount(cell, ""), "dużo") == "amount_invalid"
    assert code_of(lambda cell: cells.read_amount(cell, ""), "") == "amount_missing"
    assert code_of(lambda cell: cells.read_amount(cell, "EUR"), "100 zł") == "currency_mismatch"
    assert cells.read_paid(" ", "") == ""


@pytest.mark.parametrize("read", [cells.read_debtor_id, cells.read_number, cells.read_account])
def test_numbers_that_a_spreadsheet_shortened(read: object) -> None:
    assert code_of(read, "1,23457E+11") == "number_shortened"
    assert code_of(read, "6E+25") == "number_shortened"


def test_the_rest_is_up_to_the_domains_parsers() -> None:
    assert cells.read_nip("526-104-08-28") == "5261040828"
    assert cells.read_regon("") == cells.read_pesel("") == cells.read_account("") == cells.read_currency("") == ""
    assert cells.read_pesel("44051401359") == "44051401359"
    assert cells.read_regon("123456785") == "123456785"
    assert cells.read_currency("eur") == "EUR"
    assert cells.read_account("61 1090 1014 0000 0712 1981 2874") == "PL61109010140000071219812874"
    assert cells.read_debtor_id(" K 1 ") == "K 1"
    assert cells.read_debtor_id("") == ""
    assert code_of(cells.read_number, "") == "invoice_number_missing"
    assert cells.read_payment_link("https://pay.example/x?y=1") == "https://pay.example/x?y=1"
    assert cells.read_payment_link("") == ""
    assert code_of(cells.read_payment_link, "http://pay.example") == "link_invalid"


READERS = [
    getattr(cells, name)
    for name in dir(cells)
    if name.startswith("read_") and name not in {"read_amount", "read_paid", "read_outstanding"}
]


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from(READERS))
def test_any_cell_at_all(cell: str, read: object) -> None:
    try:
        text = read(cell)  # type: ignore[operator]
    except InvalidValue:
        return
    assert read(text) == text or LIST_MARK in text  # type: ignore[operator]
