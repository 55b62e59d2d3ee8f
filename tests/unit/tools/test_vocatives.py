"""The table of first names is what the dictionary says, and says where it comes from."""

import tomllib
from typing import Any

import pytest

pytest.importorskip("morfeusz2", reason="has no package for this machine; the table is made and checked elsewhere")

from tools.vocatives import CANDIDATES, TABLE, Builder, Dictionary, UnconfirmedName, build, declined_after, module


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return Dictionary()


@pytest.fixture
def stated() -> dict[str, Any]:
    return tomllib.loads(CANDIDATES.read_text(encoding="utf-8"))


def test_the_table_says_what_the_dictionary_says() -> None:
    table, dictionary = build()
    assert module(table, dictionary) == TABLE.read_text(encoding="utf-8"), "run `make names`"


def test_the_table_carries_the_dictionarys_licence(dictionary: Dictionary) -> None:
    said = " ".join(TABLE.read_text(encoding="utf-8").replace("#", " ").split())
    assert " ".join(dictionary.licence.split()) in said
    assert "Redistribution and use in source and binary forms" in dictionary.licence


def test_the_dictionary_tells_gender_and_vocative(dictionary: Dictionary) -> None:
    assert {one.form for one in dictionary.vocatives("Kamila")["f"]} == {"Kamilo", "Kamilu"}
    assert set(dictionary.vocatives("Jan")) == {"m1"}
    assert dictionary.vocatives("Kowalska") == {}
    assert dictionary.vocatives("Brzęczyszczykiewiczówna") == {}


@pytest.mark.parametrize(
    ("name", "model", "vocative", "expected"),
    [
        ("Oksana", "Roksana", "Roksano", "Oksano"),
        ("Ariel", "Gabriel", "Gabrielu", "Arielu"),
        ("Ihor", "Igor", "Igorze", "Ihorze"),
        ("Mario", "Antonio", "Antonio", "Mario"),
    ],
)
def test_a_name_is_declined_after_its_model(name: str, model: str, vocative: str, expected: str) -> None:
    assert declined_after(name, model, vocative) == expected


def test_a_model_must_end_alike() -> None:
    with pytest.raises(UnconfirmedName, match="does not end"):
        declined_after("Ihor", "Adam", "Adamie")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"women": "Anna Ngozi"}, "Ngozi: SGJP has it as no first name"),
        ({"women": "Anna Jan"}, r"Jan: SGJP has it as \['m1'\]"),
        ({"women": "Anna Anna"}, "stand twice"),
        ({"men": "Abel"}, "bibl"),
        ({"men": "Hugo", "chosen": {}}, "say which"),
        ({"after_model": {"Anna": "Hanna"}}, "SGJP knows it"),
        ({"after_model": {"Oksana": "Ngozi"}}, "its model Ngozi"),
        ({"left_out": {"Anna": "no"}}, "left out, and in the list"),
        ({"only_as_written": {"names": "Ngozi"}}, "mentioned, but not"),
    ],
)
def test_what_cannot_be_confirmed_stops_the_making(
    stated: dict[str, Any], dictionary: Dictionary, change: dict[str, Any], message: str
) -> None:
    small = {
        "women": "Anna Hanna",
        "men": "Jan",
        "chosen": {},
        "borne_today": {"names": ""},
        "after_model": {},
        "undeclined": {"names": ""},
        "only_as_written": {"names": ""},
        "left_out": {},
    }
    assert set(small) == set(stated)
    with pytest.raises(UnconfirmedName, match=message):
        Builder(small | change, dictionary).table()
    assert Builder(small, dictionary).table().women == {"Anna": "Anno", "Hanna": "Hanno"}
