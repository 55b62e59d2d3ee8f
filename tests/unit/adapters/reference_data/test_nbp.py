"""Files of the central bank, in every form in which people have them."""

from datetime import date
from decimal import Decimal

import pytest

from upominek.adapters.reference_data.nbp import LARGEST_BYTES, month_ends, read_euro_rates, read_reference_rates
from upominek.domain.errors import InvalidValue
from upominek.domain.law.rates import EuroRate, ReferenceRate

ARCHIVE = """<?xml version="1.0" encoding="utf-8"?>
<stopy_procentowe_archiwum xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    data_publikacji="2015-03-04">
    <pozycje
        obowiazuje_od="2025-12-04">
        <pozycja
            id="ref"
            oprocentowanie="4,00" />
        <pozycja
            id="lom"
            oprocentowanie="4,50" />
    </pozycje>
\t<pozycje obowiazuje_od="2026-03-05">
        <pozycja id="lom" oprocentowanie="4,25" />
        <pozycja id="ref" oprocentowanie="3,75" />
    </pozycje>
</stopy_procentowe_archiwum>
"""
CURRENT = """<?xml version="1.0" encoding="{encoding}" standalone="yes"?>
<stopy_procentowe data_publikacji="2026-03-05">
    <tabela id="stoproc" naglowek="Stopa procentowa: łącznie">
        <pozycja id="ref" nazwa="Stopa referencyjna" oprocentowanie="3.75" obowiazuje_od="2026-03-05" />
        <pozycja id="lom" nazwa="Stopa lombardowa" oprocentowanie="4,25" obowiazuje_od="2026-03-05" />
    </tabela>
</stopy_procentowe>
"""
READ = [ReferenceRate(date(2025, 12, 4), Decimal("4.00")), ReferenceRate(date(2026, 3, 5), Decimal("3.75"))]


def reference(text: str) -> list[ReferenceRate]:
    return read_reference_rates(text.encode(), "stopy.xml")


def test_the_archive_gives_reference_rates_only() -> None:
    assert reference(ARCHIVE) == READ


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-2", "windows-1250", "utf-16"])
def test_the_current_rates_in_every_encoding(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    assert read_reference_rates(CURRENT.format(encoding=declared).encode(encoding), "stopy.xml") == READ[1:]


@pytest.mark.parametrize("before", ["\n  ", "\ufeff\ufeff", "ď»ż"])
def test_what_slipped_before_the_declaration_does_no_harm(before: str) -> None:
    assert reference(before + ARCHIVE) == READ


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ('<pozycja id="ref" oprocentowanie="3,75" />', "", "rates_gap", 16),
        ("2026-03-05", "2025-12-04", "rates_disordered", 15),
        ("2026-03-05", "2025-03-05", "rates_disordered", 15),
        ("2026-03-05", "2026-13-05", "nbp_value", 15),
        ("2026-03-05", "", "nbp_value", 15),
        ("3,75", "brak", "nbp_value", 15),
        ("3,75", "-3,75", "nbp_value", 15),
        ("3,75", "", "nbp_value", 15),
        ("3,75", "375", "rate_out_of_range", 15),
        ("</pozycje>\n</stopy", "</stopy", "nbp_syntax", 16),
        ('id="ref"', 'id="dep"', "rates_gap", 12),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, code: str, line: int) -> None:
    assert old in ARCHIVE
    with pytest.raises(InvalidValue) as error:
        reference(ARCHIVE.replace(old, new))
    assert (error.value.code, error.value.en.split(" ")[0]) == (code, f"stopy.xml:{line}:")


BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<stopy_procentowe_archiwum>&lol2;</stopy_procentowe_archiwum>"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<stopy_procentowe_archiwum>&x;</stopy_procentowe_archiwum>"""


@pytest.mark.parametrize(
    "content",
    [
        BOMB.encode(),
        OUTSIDE.encode(),
        b"<!DOCTYPE html><html><body>404</body></html>",
        b'<!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a/>',
        b"",
        b"since;percent\n",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b'<?xml version="1.0" encoding="shift_jis"?><a/>',
        b"<a>" * 100_000,
        b"<a/>" + b" " * LARGEST_BYTES,
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_file_of_the_bank_is_refused(content: bytes) -> None:
    for read in (read_reference_rates, read_euro_rates):
        with pytest.raises(InvalidValue) as error:
            read(content, "x.xml")
        assert error.value.code in {"nbp_syntax", "euro_missing", "reference_missing"}
        assert error.value.pl.startswith("x.xml:")


def test_a_file_without_reference_rates_says_which_to_take() -> None:
    with pytest.raises(InvalidValue) as error:
        reference("<tabela_kursow/>")
    assert error.value.code == "reference_missing"
    assert "stopy_procentowe_archiwum.xml" in error.value.pl


TABLE_A = """<?xml version="1.0" encoding="ISO-8859-2"?>
<tabela_kursow typ="A" uid="25a021">
   <numer_tabeli>021/A/NBP/2025</numer_tabeli>
   <data_publikacji>2025-01-31</data_publikacji>
   <pozycja>
      <nazwa_waluty>korona duńska</nazwa_waluty>
      <przelicznik>1</przelicznik>
      <kod_waluty>DKK</kod_waluty>
      <kurs_sredni>0,5646</kurs_sredni>
   </pozycja>
   <pozycja>
      <nazwa_waluty>euro</nazwa_waluty>
      <przelicznik>1</przelicznik>
      <kod_waluty>EUR</kod_waluty>
      <kurs_sredni>4,2130</kurs_sredni>
   </pozycja>
   <pozycja>
      <nazwa_waluty>forint (Węgry)</nazwa_waluty>
      <przelicznik>100</przelicznik>
      <kod_waluty>HUF</kod_waluty>
      <kurs_sredni>1,0329</kurs_sredni>
   </pozycja>
</tabela_kursow>
"""
SERIES = (
    "<ExchangeRatesSeries><Table>A</Table><Currency>euro</Currency><Code>EUR</Code><Rates>"
    "<Rate><No>020/A/NBP/2025</No><EffectiveDate>2025-01-30</EffectiveDate><Mid>4.2039</Mid></Rate>"
    "<Rate><No>021/A/NBP/2025</No><EffectiveDate>2025-01-31</EffectiveDate><Mid>4.2130</Mid></Rate>"
    "</Rates></ExchangeRatesSeries>"
)
TABLES = (
    '<?xml version="1.0" encoding="utf-8"?><ArrayOfExchangeRatesTable>'
    "<ExchangeRatesTable><Table>A</Table><No>020/A/NBP/2025</No><EffectiveDate>2025-01-30</EffectiveDate><Rates>"
    "<Rate><Currency>euro</Currency><Code>EUR</Code><Mid>4.2039</Mid></Rate>"
    "<Rate><Currency>dolar</Currency><Code>USD</Code><Mid>4.0393</Mid></Rate></Rates></ExchangeRatesTable>"
    "<ExchangeRatesTable><Table>A</Table><No>021/A/NBP/2025</No><EffectiveDate>2025-01-31</EffectiveDate><Rates>"
    "<Rate><Currency>dolar</Currency><Code>USD</Code><Mid>4.0576</Mid></Rate>"
    "<Rate><Currency>euro</Currency><Code>EUR</Code><Mid>4.2130</Mid></Rate></Rates></ExchangeRatesTable>"
    "</ArrayOfExchangeRatesTable>"
)
YEAR = """data;1THB;1USD;1EUR;100HUF;nr tabeli;pełny numer tabeli;
;bat (Tajlandia);dolar amerykański;euro;forint (Węgry);
20250130;0,1198;4,0393;4,2039;1,0319;20;020/A/NBP/2025;
20250131;0,1205;4,0576;4,2130;1,0329;21;021/A/NBP/2025;
20250228;0,1170;3,9993;4,1575;1,0381;41;041/A/NBP/2025;
20250303;0,1174;4,0112;4,1827;1,0406;42;042/A/NBP/2025;

kod ISO;THB;USD;EUR;HUF;
nazwa waluty;bat (Tajlandia);dolar amerykański;euro;forint (Węgry);
liczba jednostek;1;1;1;100;
"""
BEFORE = EuroRate(date(2025, 1, 30), Decimal("4.2039"), "020/A/NBP/2025")
JANUARY = EuroRate(date(2025, 1, 31), Decimal("4.2130"), "021/A/NBP/2025")
FEBRUARY = EuroRate(date(2025, 2, 28), Decimal("4.1575"), "041/A/NBP/2025")


def test_one_days_table_gives_the_euro() -> None:
    assert read_euro_rates(TABLE_A.encode("iso-8859-2"), "a021z250131.xml") == [JANUARY]


@pytest.mark.parametrize("text", [SERIES, TABLES])
def test_both_answers_of_the_banks_service_give_the_euro(text: str) -> None:
    assert read_euro_rates(text.encode(), "x.xml") == [BEFORE, JANUARY]


@pytest.mark.parametrize("encoding", ["windows-1250", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_years_archive_gives_the_ends_of_months(encoding: str, line_end: str) -> None:
    rates = read_euro_rates(YEAR.replace("\n", line_end).encode(encoding), "archiwum_tab_a_2025.csv")
    assert len(rates) == 4
    assert month_ends(rates, "archiwum_tab_a_2025.csv") == [JANUARY, FEBRUARY]


def test_a_file_without_the_end_of_a_month_says_what_is_needed() -> None:
    with pytest.raises(InvalidValue) as error:
        month_ends([EuroRate(date(2026, 11, 12), Decimal("4.25"))], "x.csv")
    assert error.value.code == "euro_no_month_end"
    assert "2026-10-30" in error.value.pl


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (YEAR.replace("4,2130", "42130"), "nbp_value", 4),
        (YEAR.replace("4,2130", ""), "nbp_value", 4),
        (YEAR.replace("4,2130", "421,30"), "euro_rate_out_of_range", 4),
        (YEAR.replace("20250131", "20250231"), "nbp_value", 4),
        (YEAR.replace("1EUR", "1XXX"), "euro_missing", None),
        (YEAR.replace("20250303", "20250228"), "euro_contradiction", None),
        (TABLE_A.replace("4,2130", "4,21,30"), "nbp_value", 16),
        (TABLE_A.replace("2025-01-31", "31.01.2025"), "nbp_value", 16),
        (TABLE_A.replace("kurs_sredni", "kurs_kupna"), "euro_missing", None),
        (SERIES.replace("EUR", "USD"), "euro_missing", None),
    ],
)
def test_what_is_wrong_with_rates_of_the_euro_is_said(text: str, code: str, line: int | None) -> None:
    with pytest.raises(InvalidValue) as error:
        read_euro_rates(text.encode("iso-8859-2"), "euro")
    assert error.value.code == code
    assert error.value.en.startswith(f"euro:{line}: " if line else "euro:")
