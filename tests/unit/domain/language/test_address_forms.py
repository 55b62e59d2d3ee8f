"""How people are addressed, and how English writes amounts and dates."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.language.english import english_amount, english_date
from upominek.domain.language.first_name_table import MEN, WOMEN
from upominek.domain.language.first_names import address_form
from upominek.domain.values.money import Money

NAMES = [*WOMEN.split()[::2], *MEN.split()[::2]]


@pytest.mark.parametrize(
    ("name", "familiar", "formal"),
    [
        ("Anna", "Pani Anno", "Szanowna Pani"),
        ("Łucja", "Pani Łucjo", "Szanowna Pani"),
        ("Żaneta", "Pani Żaneto", "Szanowna Pani"),
        ("Kamila", "Pani Kamilo", "Szanowna Pani"),
        ("Pola", "Pani Polu", "Szanowna Pani"),
        ("Noemi", "Pani Noemi", "Szanowna Pani"),
        ("Oksana", "Pani Oksano", "Szanowna Pani"),
        ("Tomasz", "Panie Tomaszu", "Szanowny Panie"),
        ("Piotr", "Panie Piotrze", "Szanowny Panie"),
        ("Kacper", "Panie Kacprze", "Szanowny Panie"),
        ("Ernest", "Panie Erneście", "Szanowny Panie"),
        ("Jerzy", "Panie Jerzy", "Szanowny Panie"),
        ("Bruno", "Panie Bruno", "Szanowny Panie"),
        ("Wawrzyniec", "Panie Wawrzyńcu", "Szanowny Panie"),
        ("Wołodymyr", "Panie Wołodymyrze", "Szanowny Panie"),
    ],
)
def test_the_vocative_of_a_common_name(name: str, familiar: str, formal: str) -> None:
    form = address_form(name)
    assert form is not None
    assert (form.familiar, form.formal) == (familiar, formal)


@pytest.mark.parametrize(
    ("written", "familiar"),
    [
        ("MARIA", "Pani Mario"),
        (" paweł\t", "Panie Pawle"),
        (unicodedata.normalize("NFD", "Żaneta"), "Pani Żaneto"),
        ("Lukasz", "Panie Łukaszu"),
        ("WLODZIMIERZ", "Panie Włodzimierzu"),
        ("Pani Anna", "Pani Anno"),
        ("dr hab. Jan", "Panie Janie"),
        ("mgr inż. Anna", "Pani Anno"),
        ("zofia Helena", "Pani Zofio"),
        ("Jan Maria", "Panie Janie"),
        ("Anna-Maria", "Pani Anno-Mario"),
        ("Jan K.", "Panie Janie"),
        ("Anna Kowalska", "Pani Anno"),
        ("Jan Wiśniewski-Zawadzki", "Panie Janie"),
    ],
)
def test_a_name_is_known_however_it_is_written(written: str, familiar: str) -> None:
    form = address_form(written)
    assert form is not None
    assert form.familiar == familiar


@pytest.mark.parametrize(
    "name",
    [
        *(None, "", " ", "-", "Ngozi", "Kuba", "Pan", "Pani"),
        *("Nikola", "Sasza", "Nikita", "Andrea", "Alex"),  # men and women are called so
        *("Pan Anna", "Maria Jan", "Anna-Jan", "Anna Kowalski", "Jan Kowalska"),  # contradicts itself
        *("Anna Nowak", "Kowalska Anna", "Marek Ngozi", "Anna-"),  # which of the two is the first name?
        *("Anna i Jan", "Anna, Maria", "Anna/Jan", "Jan & Anna"),  # two people
        *("ks. Jan", "s. Maria"),  # addressed in another way
        *("Roza", "Kiryl"),  # names of their own, not Róża and Kirył
        *("Malgożata", "👩 Anna", "Anna1", "x" * 10_000),
    ],
)
def test_where_there_is_doubt_nobody_is_addressed_by_name(name: str | None) -> None:
    assert address_form(name) is None


def test_every_form_looks_like_one() -> None:
    for name in NAMES:
        form = address_form(name)
        assert form is not None, name
        title, vocative = form.familiar.split()
        assert (title, form.formal) in {("Pani", "Szanowna Pani"), ("Panie", "Szanowny Panie")}
        assert vocative[0].isupper()
        assert vocative[1:].replace("-", "").islower()


def test_no_name_is_a_mans_and_a_womans() -> None:
    assert len(set(NAMES)) == len(NAMES) > 900


@given(st.text(alphabet=st.sampled_from("Anna Jan-.,iKowalska\u0307ł"), max_size=24) | st.text(max_size=24))
def test_whatever_stands_in_the_field_names_one_known_person_or_nobody(text: str) -> None:
    form = address_form(text)
    if form is not None:
        title, vocative = form.familiar.split()
        known = (WOMEN if title == "Pani" else MEN).split()[1::2]
        assert set(vocative.split("-")) <= set(known)


def test_english_amounts_and_dates() -> None:
    assert english_amount(Money(123456789)) == "PLN\u00a01,234,567.89"
    assert english_amount(Money(-5, "EUR")) == "EUR\u00a0-0.05"
    assert english_amount(Money(1200, "JPY")) == "JPY\u00a01,200"
    assert english_date(date(2026, 3, 2)) == "2 March 2026"
