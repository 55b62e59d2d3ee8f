"""Why a file cannot be read as a table of invoices, each reason with the way out."""

from collections.abc import Iterable

from upominek.adapters.formats.csv.limits import MAX_COLUMNS, MAX_RECORD_BYTES
from upominek.domain.errors import TableUnreadable

SAVE_AS_CSV_PL = "W arkuszu wybierz „Zapisz jako” i format CSV UTF-8 (rozdzielany przecinkami)."
SAVE_AS_CSV_EN = "In the spreadsheet choose “Save as” and the format CSV UTF-8 (comma delimited)."


def file_empty() -> TableUnreadable:
    """There is nothing in it."""
    return TableUnreadable(
        "file_empty",
        pl="Plik jest pusty. Wyeksportuj go jeszcze raz i sprawdź, czy zawiera dane.",
        en="The file is empty. Export it again and make sure that it has data in it.",
    )


def no_rows() -> TableUnreadable:
    """A header and nothing below."""
    return TableUnreadable(
        "no_rows",
        pl="Plik ma nagłówek, ale żadnego wiersza z fakturą. Wyeksportuj go jeszcze raz, razem z danymi.",
        en="The file has a header but no row with an invoice. Export it again, with the data.",
    )


def not_a_table(kind: str, *, pl: str, en: str, is_spreadsheet: bool = False) -> TableUnreadable:
    """It is a file of another kind, whatever its name says."""
    mend_pl, mend_en = (
        (SAVE_AS_CSV_PL, SAVE_AS_CSV_EN)
        if is_spreadsheet
        else ("Potrzebny jest plik tekstowy CSV.", "A CSV text file is needed.")
    )
    return TableUnreadable(
        f"file_is_{kind}", pl=f"To nie jest plik CSV, tylko {pl}. {mend_pl}", en=f"This is no CSV but {en}. {mend_en}"
    )


def record_too_long() -> TableUnreadable:
    """A row without an end."""
    kib = MAX_RECORD_BYTES // 1024
    return TableUnreadable(
        "row_too_long",
        pl=f"Plik ma wiersz dłuższy niż {kib} KiB, więc nie jest tabelą faktur. Sprawdź, czy wiersze są rozdzielone.",
        en=f"A row of the file is longer than {kib} KiB, so this is no table of invoices. Give each row its own line.",
    )


def too_many_columns(count: int) -> TableUnreadable:
    """More columns than any table of invoices has."""
    return TableUnreadable(
        "too_many_columns",
        pl=f"Nagłówek ma {count} kolumn, dozwolone jest {MAX_COLUMNS}. Usuń kolumny, które nie dotyczą faktur.",
        en=f"The header has {count} columns, {MAX_COLUMNS} are allowed. Remove those that are not about invoices.",
    )


def header_garbled(cell: str) -> TableUnreadable:
    """Some letters of it are lost, so a column may be taken for none, and a payment overlooked."""
    return TableUnreadable(
        "header_garbled",
        pl=f"W nagłówku są zniekształcone litery („{cell[:40]}”): plik ma nieznane albo pomieszane kodowanie. "
        f"{SAVE_AS_CSV_PL}",
        en=f"The header has garbled letters (“{cell[:40]}”): the file's encoding is unknown, or mixed. "
        f"{SAVE_AS_CSV_EN}",
    )


def encoding_dos() -> TableUnreadable:
    """It comes from a program of the days of DOS, whose letters are none of those that are read here."""
    return TableUnreadable(
        "encoding_dos",
        pl="Plik jest w kodowaniu DOS (CP852), a polskie litery zostałyby zniekształcone. Wyeksportuj go jako UTF-8 "
        "albo Windows-1250.",
        en="The file is in the encoding of DOS (CP852), so Polish letters would be garbled. Export it as UTF-8 or "
        "Windows-1250.",
    )


def header_missing(first_row: str) -> TableUnreadable:
    """The first row names no column that is known here."""
    return TableUnreadable(
        "header_missing",
        pl=f"Pierwszy wiersz ({first_row}) nie zawiera nazw kolumn. Dodaj wiersz nagłówka, np. "
        "„Id kontrahenta;Numer faktury;Termin płatności;Kwota brutto”.",
        en=f"The first row ({first_row}) has no column names. Add a header row, such as "
        "“Debtor id;Invoice number;Due date;Amount”.",
    )


def dates_month_first(row: int, text: str) -> TableUnreadable:
    """Its dates are American, and most of them would pass for other days."""
    return TableUnreadable(
        "dates_month_first",
        pl=f"Daty w tym pliku mają miesiąc przed dniem (np. {text} w wierszu {row}), więc 3/10/2026 znaczyłoby tu co "
        "innego niż 3 października. Zapisz daty jako rrrr-mm-dd lub dd.mm.rrrr i wyeksportuj plik jeszcze raz.",
        en=f"The dates of this file have the month before the day (such as {text} in row {row}), so 3/10/2026 would "
        "not mean 3 October here. Write dates as yyyy-mm-dd or dd.mm.yyyy and export the file again.",
    )


def columns_missing(pl: Iterable[str], en: Iterable[str]) -> TableUnreadable:
    """Nothing can be done without these columns."""
    return TableUnreadable(
        "columns_missing",
        pl=f"Brakuje kolumn: {', '.join(pl)}. Dodaj je albo zmień nazwy w nagłówku.",
        en=f"Columns are missing: {', '.join(en)}. Add them, or rename the header cells.",
    )


def columns_repeated(first: str, second: str) -> TableUnreadable:
    """Two columns claim to be the same thing, and a guess would be wrong half of the time."""
    return TableUnreadable(
        "columns_repeated",
        pl=f"Kolumny „{first}” i „{second}” oznaczają to samo. Usuń jedną z nich albo zmień jej nazwę.",
        en=f"The columns “{first}” and “{second}” mean the same. Remove one of them, or rename it.",
    )
