"""The encoding is that of the whole file, and a wrong letter never passes for a right one."""

import pytest

from tests.unit.adapters.formats.csv.tables import HEADER, read, rejects, remarks, survey, text_of
from upominek.adapters.formats.csv.encoding import Evidence, is_garbled, marked
from upominek.adapters.formats.csv.rows import GoodRow

ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "cp1250": "cp1250",
    "iso8859-2": "iso8859-2",
}
PANGRAM = "Zażółć gęślą jaźń ZAŻÓŁĆ GĘŚLĄ JAŹŃ"


def table_of(*names: str) -> str:
    return text_of(*((f"K{n}", name, f"FV/{n}", "2026-03-02", "100,00") for n, name in enumerate(names)))


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize(("written", "found"), ENCODINGS.items())
def test_every_encoding_with_every_separator_and_line_end(written: str, found: str, end: str, separator: str) -> None:
    text = text_of(("K1", PANGRAM, "FV/1", "2026-03-02", "100.00"), separator=separator, end=end)
    content = text.encode(written)

    (row,) = read(content, block=7)

    assert survey(content).format.encoding == found
    assert isinstance(row, GoodRow)
    assert row.values[row.table.fields.index(row.table.fields[0])] == PANGRAM


def test_utf_16_big_endian_with_its_mark() -> None:
    content = b"\xfe\xff" + table_of(PANGRAM).encode("utf-16-be")

    assert survey(content).format.encoding == "utf-16-be"
    assert PANGRAM in read(content)[0].values  # type: ignore[union-attr]


def test_characters_outside_the_basic_plane_do_not_shift_the_chunks_of_utf_16() -> None:
    content = table_of(*["🚰 hydraulik"] * 20).encode("utf-16")

    assert [row.row for row in read(content, block=33, chunk=100)] == list(range(2, 22))


@pytest.mark.parametrize("encoding", ["cp1250", "utf-8"])
@pytest.mark.parametrize("name", ["SPÓŁKA", "RÓŻA", "SPÓŁKA RÓŻA", "MĘŻNY"])
def test_capitals_that_look_like_another_encoding(encoding: str, name: str) -> None:
    header = text_of(header=tuple(name.replace("ł", "l").replace("ś", "s") for name in HEADER))
    content = (header + table_of(name).partition("\n")[2]).encode(encoding)

    assert name in read(content)[0].values  # type: ignore[union-attr]


@pytest.mark.parametrize("encoding", ["cp1250", "iso8859-2", "utf-8"])
def test_the_first_polish_letter_may_come_last(encoding: str) -> None:
    header = "id;nazwa;faktura;termin;brutto\n"
    plain = "".join(f"K{n};Plumber {n};FV/{n};2026-03-02;100,00\n" for n in range(3000))
    content = (header + plain + "K;Wąż i śruba;FV;2026-03-02;100,00\n").encode(encoding)

    rows = read(content, block=10_000, chunk=20_000)

    assert len(rows) == 3001
    assert "Wąż i śruba" in rows[-1].values  # type: ignore[union-attr]


def test_one_broken_byte_spoils_one_cell_only() -> None:
    content = table_of("Wąż", "Żółw", "Jaźń").encode().replace("ó".encode(), b"\xf3")

    assert [(one.where.row, one.where.column, one.code) for one in remarks(content)] == [(3, "Nazwa", "text_garbled")]
    assert rejects(content) == []


def test_of_a_file_glued_together_from_two_encodings_the_smaller_part_is_not_understood() -> None:
    glued = table_of("Wąż", "Żółw", "Jaźń").encode() + "K9;Śruba;FV/9;2026-03-02;1,00\n".encode("cp1250")
    other = table_of("Wąż", "Żółw", "Jaźń").encode("cp1250") + "K9;Śruba;FV/9;2026-03-02;1,00\n".encode()

    for content in (glued, other):
        assert [(one.where.row, one.code) for one in remarks(content)] == [(5, "text_garbled")]


@pytest.mark.parametrize("letter", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
@pytest.mark.parametrize("wrongly", ["cp1250", "cp1252", "iso8859-2"])
def test_letters_garbled_before_they_came_here_are_noticed(letter: str, wrongly: str) -> None:
    assert is_garbled(f"Ko{letter.encode().decode(wrongly, 'replace')}a")


@pytest.mark.parametrize("text", [PANGRAM, "Ångström", "Müller & Ćwikła", "Ľubomír Ďuriš", "Олена", "Ăn"])
def test_foreign_names_are_not_garbled(text: str) -> None:
    assert not is_garbled(text)


def test_what_the_first_bytes_settle() -> None:
    assert marked(b"\xef\xbb\xbfid") == ("utf-8", 3)
    assert marked("id;nr".encode("utf-16-le")) == ("utf-16-le", 0)
    assert marked(b"id;nr") == (None, 0)
    assert marked(b"") == (None, 0)


def test_without_evidence_it_is_utf_8() -> None:
    assert Evidence().verdict() == "utf-8"
