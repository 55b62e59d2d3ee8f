"""Letters that were made: found again, compared with the history, and those made by hand put among them."""

from dataclasses import replace

import pytest

from tests.worlds.letter_stage import ATTACHED, TO_ATTACH, LetterStage, PlainTypesetter
from upominek.application.letters.show_letters import RecordLetter, ShowLetters
from upominek.application.letters.store_letter import StoreLetter
from upominek.application.letters.write_letter import LetterRequest, WriteLetter
from upominek.domain.errors import InvalidValue, NotFound
from upominek.domain.letters.stored_letter import Route
from upominek.domain.parties.actor import Actor, Face
from upominek.domain.planning.letter_kind import LetterKind

EWA = Actor("Ewa", Face.COMMAND_LINE)


def show(stage: LetterStage) -> ShowLetters:
    return ShowLetters(stage.creditors, stage.cases, stage.letters, stage.files)


def by_hand(stage: LetterStage) -> str:
    write = WriteLetter(
        creditors=stage.creditors,
        cases=stage.cases,
        rates=stage.rates,
        texts=stage.texts,
        typesetter=PlainTypesetter(),
        clock=stage.clock,
    )
    made = write("rura", "D-1", LetterRequest(kind=LetterKind.DEMAND))
    return RecordLetter(stage.cases, StoreLetter(stage.files, stage.letters), stage.clock)(EWA, *made).id


@pytest.fixture
def stage() -> LetterStage:
    stage = LetterStage()
    stage.make()
    return stage


def test_a_letter_is_listed_and_read_as_it_was_kept(stage: LetterStage) -> None:
    (listed,) = show(stage)("rura", "D-1")
    letter, pdf = show(stage).read("rura", "D-1", listed.id)
    assert letter == listed
    assert pdf == stage.files.files[listed.key]
    assert list(show(stage)("rura", "D-2")) == []


@pytest.mark.parametrize(
    ("creditor", "debtor", "letter"), [("rura", "D-1", "none"), ("rura", "D-2", ""), ("x", "y", "")]
)
def test_a_letter_that_is_not_there(stage: LetterStage, creditor: str, debtor: str, letter: str) -> None:
    with pytest.raises(NotFound):
        show(stage).read(creditor, debtor, letter or show(stage)("rura")[0].id)


def test_a_file_or_a_list_that_is_not_what_the_history_says_is_refused(stage: LetterStage) -> None:
    (listed,) = show(stage)("rura")
    before = stage.files.files[listed.key]
    stage.files.files[listed.key] = b"forged"
    with pytest.raises(InvalidValue, match="hash differs"):
        show(stage).read("rura", "D-1", listed.id)
    stage.files.files[listed.key] = before
    forged = replace(listed, sha256="ab" * 32)
    stage.letters._letters["rura", listed.day, listed.id] = forged
    with pytest.raises(InvalidValue, match="hash differs"):
        show(stage).read("rura", "D-1", listed.id)


def test_a_letter_by_hand_is_kept_once_and_never_printed(stage: LetterStage) -> None:
    letter_id = by_hand(stage)
    stage.clock.advance(minutes=5)
    assert by_hand(stage) == letter_id
    facts = [one for one in stage.file().facts if one.kind == "letter"]
    listed, pdf = show(stage).read("rura", "D-1", letter_id)
    assert [(one.data["sha256"], one.data["letter"]) for one in facts] == [(listed.sha256, "demand")]
    assert listed.route is Route.RECORD
    assert pdf
    (batch,) = stage.printer()("rura")
    assert letter_id not in batch.letters


def test_a_letter_that_was_made_and_not_sent_can_still_be_looked_at() -> None:
    stage = LetterStage(ATTACHED)
    stage.make(TO_ATTACH)
    (listed,) = show(stage)("rura")
    assert show(stage).read("rura", "D-1", listed.id)[0] == listed
