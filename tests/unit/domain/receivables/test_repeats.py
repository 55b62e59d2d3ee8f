"""Two rows for one invoice: once if they agree, not at all if they do not."""

import tempfile
from collections import defaultdict
from typing import BinaryIO, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters.formats.csv.tables import blocks_of, read, text_of
from upominek.domain.receivables.repeats import (
    FINGERPRINT_BYTES,
    Fingerprints,
    disagreeing,
    entries,
    fingerprint,
    repeated,
    sorted_run,
)

# An invoice, what the row says of it, and whether the row is rejected for another reason.
SAID = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("xy"), st.booleans()), max_size=20)


def temporary_file() -> BinaryIO:
    return cast("BinaryIO", tempfile.TemporaryFile())


@settings(deadline=None)
@given(SAID, st.integers(1, 30))
def test_repeats_are_found_however_rows_are_spread_over_runs(said: list[tuple[str, str, bool]], run: int) -> None:
    invoices = defaultdict(list)
    prints = Fingerprints(temporary_file, run_length=run)
    for row, (number, content, is_rejected) in enumerate(said, 2):
        invoices[number].append((row, content, is_rejected))
        prints.add(fingerprint(number, content, row, is_rejected=is_rejected))

    found = {tuple(one.first_rows): one for one in prints.repeated()}

    expected = [rows for rows in invoices.values() if len(rows) > 1]
    assert len(found) == len(expected)
    for rows in expected:
        one = found[tuple(row for row, _, _ in rows)[:5]]
        assert one.count == len(rows)
        assert sorted(one.accepted) == [row for row, _, is_rejected in rows if not is_rejected]
        assert one.agree == (len({content for _, content, _ in rows}) == 1)


@settings(deadline=None)
@given(SAID, st.integers(1, 100))
def test_runs_may_be_stored_and_come_back_in_pieces(said: list[tuple[str, str, bool]], block: int) -> None:
    prints = [fingerprint(number, content, row) for row, (number, content, _) in enumerate(said)]
    run = sorted_run(prints)

    assert len(run) == len(prints) * FINGERPRINT_BYTES
    assert list(entries(blocks_of(run, block))) == sorted(prints)


def test_rows_that_disagree_are_all_rejected_and_name_each_other() -> None:
    prints = [fingerprint("FV/1", content, row) for row, content in ((9, "a"), (4, "b"), (7, "a"))]

    (one,) = repeated([sorted(prints)])
    rejects = sorted(disagreeing(one, "Numer faktury"), key=lambda reject: reject.where)

    assert [(reject.where.row, reject.where.column, reject.code) for reject in rejects] == [
        (row, "Numer faktury", "rows_disagree") for row in (4, 7, 9)
    ]
    assert "4, 7, 9" in rejects[0].pl
    assert "4, 7, 9" in rejects[0].en


def test_a_long_list_of_rows_is_cut() -> None:
    (one,) = repeated([sorted(fingerprint("FV/1", str(row % 2), row) for row in range(2, 100))])

    assert "2, 3, 4, 5, 6 …" in next(disagreeing(one, "")).en


def test_long_numbers_are_told_apart() -> None:
    long, longer = "FV/2026/03/0000000001", "FV/2026/03/00000000012"

    found = list(repeated([sorted(fingerprint(number, "a", row) for row, number in enumerate([long, longer, long]))]))

    assert [list(one.first_rows) for one in found] == [[0, 2]]


def test_rows_that_agree_are_one_statement() -> None:
    (one,) = repeated([[fingerprint("FV/1", "a", 2)], [fingerprint("FV/1", "a", 3)]])

    assert one.agree
    assert list(disagreeing(one, "")) == []


def test_a_good_row_that_contradicts_a_rejected_one_is_not_taken_either() -> None:
    content = text_of(
        ("K1", "x", "FV/1", "2026-03-02", "100,00"),
        ("K1", "x", "FV/1", "2026-03-02", "1o0,00"),
        ("K1", "x", "FV/2", "2026-03-02", "100,00"),
    ).encode()

    (one,) = repeated([sorted(row.fingerprint for row in read(content) if row.fingerprint)])

    assert [reject.where.row for reject in disagreeing(one, "Numer faktury")] == [2]


def test_the_same_said_differently_is_no_disagreement() -> None:
    content = text_of(
        ("K1", "Jan  Kowalski", "FV/1", "2026-03-02", "1 234,56"),
        ("K1", "Jan Kowalski ", " FV/1", "2.03.2026", "1234.56 zł"),
    ).encode()

    (one,) = repeated([sorted(row.fingerprint for row in read(content) if row.fingerprint)])

    assert one.agree


def test_a_row_without_a_readable_number_contradicts_nobody() -> None:
    content = text_of(("K1", "x", "", "2026-03-02", "1"), ("K1", "x")).encode()

    assert [row.fingerprint for row in read(content)] == [None, None]
