"""Creditors' own texts: nothing broken is ever stored, nothing is lost, and what is in force is what goes out."""

from dataclasses import replace

import pytest

from tests.worlds.stage import CREDITOR, ITEM, Stage
from upominek.adapters.texts.checking import check
from upominek.application.sending.send_reminder import SendOutcome
from upominek.application.texts.manage_texts import ManageTexts
from upominek.domain.errors import NotFound, Refused
from upominek.domain.parties.actor import Actor, Face
from upominek.domain.texts.overrides import TextInvalid, TextKey

EWA, JAN = Actor("Ewa Nowak", Face.COMMAND_LINE), Actor("Jan Lis", Face.COMMAND_LINE)
KEY = TextKey.parse("sms/pl/overdue.neutral")
OURS = "{{ sender }}: własny tekst, do zapłaty {{ totals | map('short_amount') | join(' i ') }}."


@pytest.fixture
def stage() -> Stage:
    return Stage()


def keeper(stage: Stage) -> ManageTexts:
    return ManageTexts(creditors=stage.creditors, texts=stage.texts, clock=stage.clock, check=check)


def test_a_saved_text_is_what_goes_out_and_the_shipped_one_comes_back(stage: Stage) -> None:
    keeper(stage).save(EWA, "rura", KEY, OURS)
    assert stage.send() is SendOutcome.SENT
    assert stage.reminder().text == "Hurtownia Rura: wlasny tekst, do zaplaty 1234,56 PLN."
    assert stage.reminder().detail is None
    gone = keeper(stage).remove(JAN, "rura", KEY)
    assert (gone.version, gone.source, gone.by) == (2, None, "Jan Lis")
    assert stage.texts.current("rura").texts == {}
    assert [one.version for one in keeper(stage).history("rura", KEY)] == [1, 2]


def test_a_text_with_problems_is_not_stored(stage: Stage) -> None:
    with pytest.raises(TextInvalid) as caught:
        keeper(stage).save(EWA, "rura", KEY, "{{ nope }}")
    assert [one.code for one in caught.value.problems] == ["name_unknown"]
    assert "1:4" in caught.value.pl
    assert keeper(stage).history("rura", KEY) == []


def test_the_same_text_twice_is_one_version(stage: Stage) -> None:
    first = keeper(stage).save(EWA, "rura", KEY, OURS)
    assert keeper(stage).save(JAN, "rura", KEY, OURS) == first
    assert keeper(stage).save(JAN, "rura", KEY, OURS + " ").version == 2


def test_there_is_nothing_to_remove_where_the_shipped_text_stands(stage: Stage) -> None:
    with pytest.raises(Refused):
        keeper(stage).remove(EWA, "rura", KEY)
    with pytest.raises(NotFound):
        keeper(stage).save(EWA, "nobody", KEY, OURS)


def test_a_text_that_fails_in_spite_of_all_checks_gives_way_to_the_shipped_one(stage: Stage) -> None:
    saved = keeper(stage).save(EWA, "rura", KEY, OURS)
    # As if an older release had taken it in, which knew another name.
    stage.texts.save("rura", replace(saved, source="{{ gone_since }}", version=2, sha256="x"))
    assert stage.send() is SendOutcome.SENT
    assert stage.reminder().detail == "override-failed: sms/pl/overdue.neutral"
    assert "Hurtownia Rura" in (stage.reminder().text or "")


def test_texts_are_read_once_in_half_a_minute(stage: Stage) -> None:
    reads: list[str] = []

    class Counting:
        def current(self, creditor: str) -> object:
            reads.append(creditor)
            return stage.texts.current(creditor)

    sender = stage.sender(texts=Counting())
    for _ in range(3):
        sender(ITEM)
    assert reads == [CREDITOR.id]
