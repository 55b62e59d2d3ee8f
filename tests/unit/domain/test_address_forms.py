"""How people are addressed, and how English writes amounts and dates."""

from datetime import date

import pytest

from upominek.domain.english import english_amount, english_date
from upominek.domain.first_names import _FORMS, address_form
from upominek.domain.money import Money


@pytest.mark.parametrize(
    ("name", "familiar", "formal"),
    [
        ("Anna", "Pani Anno", "Szanowna Pani"),
        ("MARIA", "Pani Mario", "Szanowna Pani"),
        ("zofia Helena", "Pani Zofio", "Szanowna Pani"),
        ("Łucja", "Pani Łucjo", "Szanowna Pani"),
        ("Żaneta", "Pani Żaneto", "Szanowna Pani"),
        ("Tomasz", "Panie Tomaszu", "Szanowny Panie"),
        (" paweł ", "Panie Pawle", "Szanowny Panie"),
        ("Piotr", "Panie Piotrze", "Szanowny Panie"),
        ("Kacper", "Panie Kacprze", "Szanowny Panie"),
        ("Ernest", "Panie Erneście", "Szanowny Panie"),
        ("Jerzy", "Panie Jerzy", "Szanowny Panie"),
        ("Bruno", "Panie Bruno", "Szanowny Panie"),
    ],
)
def test_the_vocative_of_a_common_name(name: str, familiar: str, formal: str) -> None:
    form = address_form(name)
    assert form is not None
    assert (form.familiar, form.formal) == (familiar, formal)


@pytest.mark.parametrize("name", [None, "", " ", "Ngozi", "Kuba", "Anna-Maria", "Mykyta"])
def test_whom_the_table_does_not_know_it_does_not_guess(name: str | None) -> None:
    assert address_form(name) is None


def test_every_form_looks_like_one() -> None:
    for form in _FORMS.values():
        title, name = form.familiar.split()
        assert (title, form.formal) in {("Pani", "Szanowna Pani"), ("Panie", "Szanowny Panie")}
        assert name[0].isupper()
        assert name[-1] in ("o" if title == "Pani" else "euyio")


def test_english_amounts_and_dates() -> None:
    assert english_amount(Money(123456789)) == "PLN\u00a01,234,567.89"
    assert english_amount(Money(-5, "EUR")) == "EUR\u00a0-0.05"
    assert english_amount(Money(1200, "JPY")) == "JPY\u00a01,200"
    assert english_date(date(2026, 3, 2)) == "2 March 2026"
