"""Letters as they come out: read back by other programs than the one that made them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from itertools import product

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from tools.letter_sample import CREDITOR, sample_case, sample_rates
from upominek.adapters.letters.typesetting import TypstTypesetter, pages_of
from upominek.application.letters.write_letter import LetterRequest, compose
from upominek.domain.cases.case import CaseFile
from upominek.domain.errors import InvalidValue
from upominek.domain.letters.content import LetterContent
from upominek.domain.letters.letter import Window
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import Use
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.texts.overrides import Overrides, TextKey, TextOverride, fingerprint
from upominek.domain.values.money import Money

DAY = date(2026, 3, 16)
CONSUMER, BUSINESS = DebtorKind.CONSUMER, DebtorKind.BUSINESS
MM = 72 / 25.4


@pytest.fixture(scope="module")
def typesetter() -> TypstTypesetter:
    return TypstTypesetter()


def content(
    kind: LetterKind = LetterKind.DEMAND,
    debtor: DebtorKind = BUSINESS,
    count: int = 1,
    language: str = "pl",
    *,
    file: CaseFile | None = None,
    creditor: Creditor = CREDITOR,
    claims: Use = Use.NONE,
    window: Window = Window.LEFT,
    logo: str | None = None,
) -> LetterContent:
    request = LetterRequest(
        kind=kind,
        interest=claims if claims is not Use.NONE else None,
        compensation=Use.NONE if debtor is CONSUMER else claims,
        window=window,
        logo=logo,
    )
    return compose(creditor, file or sample_case(debtor, DAY, count, language), request, DAY, sample_rates(DAY)).content


def named(name: str, *address: str) -> CaseFile:
    file = sample_case(CONSUMER, DAY, 1, "pl")
    debtor = replace(file.case.debtor, name=name, **({"address": address} if address else {}))
    return replace(file, case=replace(file.case, debtor=debtor))


def text_of(pdf: bytes) -> str:
    """All words, on one line, with plain spaces."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def pages_text(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def codes_in(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [
        found.text for page in document for found in zxingcpp.read_barcodes(page.render(scale=3).to_pil().convert("L"))
    ]


def words_with_places(pdf: bytes) -> Iterator[tuple[str, float, float, float, float]]:
    """Each line of the first page with left, top, right and bottom in millimetres from the upper left corner."""
    page = pypdfium2.PdfDocument(pdf)[0]
    height = page.get_height()
    text = page.get_textpage()
    for place in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(place)
        said = text.get_text_bounded(left, bottom, right, top)
        yield said.strip(), left / MM, (height - top) / MM, right / MM, (height - bottom) / MM


@pytest.mark.parametrize(("kind", "debtor", "language"), [*product(LetterKind, (CONSUMER, BUSINESS), ("pl", "en"))])
def test_every_letter_is_whole(
    typesetter: TypstTypesetter, kind: LetterKind, debtor: DebtorKind, language: str
) -> None:
    claims = Use.CLAIM if kind is not LetterKind.REMINDER else Use.MENTION
    letter = typesetter.letter(content(kind, debtor, 2, language, claims=claims))
    text = text_of(letter.pdf)
    reader = PdfReader(BytesIO(letter.pdf))
    assert (letter.kind, letter.language, letter.pages) == (kind, language, len(reader.pages))
    assert letter.sha256 == sha256(letter.pdf).hexdigest()
    assert letter.unprintable == ""
    assert "None" not in text
    assert not re.search(r"\s[,.;)]|\(\s|\.\.|[{}]|!", text)
    for said in ("Hydro-Hurt sp. z o.o.", "FV/001/2026", "FV/002/2026", "Barbara Nowicka", "+48 455 000 000"):
        assert said in text
    assert reader.metadata is not None
    assert reader.metadata.title in text
    root = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    meta = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in meta
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta


@pytest.mark.parametrize(("kind", "language"), [*product(LetterKind, ("pl", "en"))])
def test_a_letter_says_what_credits_were_taken_off_its_sum(
    typesetter: TypstTypesetter, kind: LetterKind, language: str
) -> None:
    file = sample_case(BUSINESS, DAY, 2, language)
    credited = replace(file, case=replace(file.case, credits={"KOR/1": Money(1234)}))
    claims = Use.CLAIM if kind is LetterKind.INTEREST_NOTE else Use.NONE
    text = text_of(typesetter.letter(content(kind, BUSINESS, 2, language, file=credited, claims=claims)).pdf)
    # One asks for interest alone, the other is about the invoices as they are agreed upon.
    if kind not in {LetterKind.INTEREST_NOTE, LetterKind.INSTALMENT_AGREEMENT}:
        assert re.search(r"Nadpłaty i korekty\W*12,34|Overpayments and corrections.{0,8}12\.34", text), text


def test_a_consumer_reads_of_other_articles_than_a_firm(typesetter: TypstTypesetter) -> None:
    def read(kind: LetterKind, debtor: DebtorKind) -> str:
        return text_of(typesetter.letter(content(kind, debtor, claims=Use.CLAIM)).pdf)

    for debtor, said, unsaid in (
        (CONSUMER, "art. 481 § 1 i 2 Kodeksu cywilnego", "2013"),
        (BUSINESS, "art. 7 ust. 1 ustawy z dnia 8 marca 2013 r.", "481"),
        (DebtorKind.PUBLIC, "art. 8 ust. 1 ustawy z dnia 8 marca 2013 r.", "481"),
        (DebtorKind.HEALTHCARE, "art. 8 ust. 1 ustawy z dnia 8 marca 2013 r.", "481"),
    ):
        for kind in (LetterKind.DEMAND, LetterKind.INTEREST_NOTE, LetterKind.INSTALMENT_AGREEMENT):
            text = read(kind, debtor)
            assert said in text
            assert unsaid not in text
            assert ("rekompensat" in text.lower()) is (debtor is not CONSUMER and kind is not LetterKind.INTEREST_NOTE)


def test_a_register_warning_says_what_the_act_asks_for(typesetter: TypstTypesetter) -> None:
    for debtor, article in ((CONSUMER, "art. 14 ust. 1 pkt 3"), (BUSINESS, "art. 15 ust. 1 pkt 3")):
        text = text_of(typesetter.letter(content(LetterKind.REGISTER_WARNING, debtor)).pdf)
        assert f"Na podstawie {article} ustawy z dnia 9 kwietnia 2010 r." in text
        assert "ostrzegamy o zamiarze przekazania danych" in text
        assert "Przykładowe Biuro Informacji Gospodarczej S.A., adres siedziby: ul. Wzorcowa 3, 00-000 Warszawa" in text
        assert "16 kwietnia 2026 r." in text
        assert "List polecony" in text


def test_a_confirmation_of_balance_is_no_demand(typesetter: TypstTypesetter) -> None:
    for debtor in (CONSUMER, BUSINESS):
        letter = typesetter.letter(content(LetterKind.BALANCE_CONFIRMATION, debtor))
        text = text_of(letter.pdf)
        assert "nie jest wezwaniem do zapłaty" in text
        assert "Dane do przelewu" not in text
        assert "art. 123 § 1 pkt 2" in text
        assert codes_in(letter.pdf) == []


def test_the_code_pays_what_the_letter_asks_for(typesetter: TypstTypesetter) -> None:
    account = "PL|20000000000000000012345678"
    claimed = content(count=2, claims=Use.CLAIM)
    (total,) = claimed.context.grand_totals
    assert total.grosze > 214_831 + 34_000  # the invoices, twice 40 EUR, and interest
    assert codes_in(typesetter.letter(claimed).pdf) == [
        f"0001234562|{account}|{total.grosze:06}|Hydro-Hurt sp. z o.o|FV/001/2026, FV/002/2026|||"
    ]
    assert codes_in(typesetter.letter(content(LetterKind.INTEREST_NOTE)).pdf) == [
        f"0001234562|{account}|001610|Hydro-Hurt sp. z o.o|Nota odsetkowa 2026-03-16, K-017|||"
    ]
    assert codes_in(typesetter.letter(content(creditor=replace(CREDITOR, account="DE89370400440532013000"))).pdf) == []


@pytest.mark.parametrize(("window", "left"), [(Window.LEFT, 20.0), (Window.RIGHT, 105.0)])
def test_the_address_stands_in_the_window_and_nothing_else_does(
    typesetter: TypstTypesetter, window: Window, left: float
) -> None:
    file = named("Anna Brzozowska", "ul. Długa 5 m. 3", "00-000 Lipowa")
    pdf = typesetter.letter(content(LetterKind.REGISTER_WARNING, CONSUMER, file=file, window=window)).pdf
    inside = [
        (said, top)
        for said, x, top, right, bottom in words_with_places(pdf)
        if x >= left and right <= left + 85 and top >= 45 and bottom <= 90
    ]
    touching = [
        said
        for said, x, top, right, bottom in words_with_places(pdf)
        if right > left and x < left + 85 and bottom > 45 and top < 90
    ]
    assert [said for said, _ in inside] == touching
    assert "Hydro-Hurt" in touching[0]
    assert touching[1:] == ["List polecony", "Anna Brzozowska", "ul. Długa 5 m. 3", "00-000 Lipowa"]
    assert inside[2][1] == pytest.approx(45 + 17.7, abs=1.5)


def test_a_table_of_sixty_invoices_repeats_its_head_and_keeps_its_sum(typesetter: TypstTypesetter) -> None:
    letter = typesetter.letter(content(count=60, claims=Use.CLAIM))
    pages = pages_text(letter.pdf)
    assert letter.pages == len(pages) == 3
    assert [f"strona {number} z 3" in page for number, page in enumerate(pages, 1)] == [True] * 3
    with_rows = [page for page in pages if re.search(r"FV/\d{3}/202\d \d\d\.", page)]
    assert len(with_rows) == 2
    assert all("Dni po terminie" in page for page in with_rows)
    numbers = re.findall(r"(FV/\d{3}/202\d) \d\d\.", " ".join(pages))
    assert len(set(numbers)) == len(numbers) == 60


def test_pages_are_numbered_anew_in_each_letter_of_a_batch(typesetter: TypstTypesetter) -> None:
    contents = [
        content(),
        content(count=60),
        content(LetterKind.BALANCE_CONFIRMATION, count=9),
        content(debtor=CONSUMER),
    ]
    pdf = typesetter.batch(contents, "Pisma z 16 marca 2026")
    numbers = [re.findall(r"strona (\d) z (\d)", page)[-1] for page in pages_text(pdf)]
    pages = [typesetter.letter(one).pages for one in contents]
    assert pages == [1, 2, 2, 1]  # the third is long although its table is short
    assert numbers == [(str(number), str(last)) for last in pages for number in range(1, last + 1)]
    assert pages_of(pdf) == len(numbers)
    assert PdfReader(BytesIO(pdf)).metadata.title == "Pisma z 16 marca 2026"  # type: ignore[union-attr]


def test_short_letters_are_set_once_however_many_go_with_long_ones(typesetter: TypstTypesetter) -> None:
    contents = [content(), content(count=60), content(debtor=CONSUMER)]
    numbers = [re.findall(r"strona (\d) z (\d)", page)[-1] for page in pages_text(typesetter.batch(contents, "Pisma"))]
    assert numbers == [("1", "1"), ("1", "2"), ("2", "2"), ("1", "1")]


def test_one_language_does_not_colour_the_next_letter(typesetter: TypstTypesetter) -> None:
    pages = pages_text(typesetter.batch([content(language="en"), content()], "Letters"))
    assert "page 1 of 1" in pages[0]
    assert "strona 1 z 1" in pages[1]


def test_the_same_content_gives_the_same_bytes(typesetter: TypstTypesetter) -> None:
    first, second = typesetter.letter(content()), TypstTypesetter().letter(content())
    assert first == second
    assert typesetter.letter(content(count=2)).sha256 != first.sha256


HOSTILE = (
    '#eval("1+1")',
    "$x^2$ *b* _i_ ] } <a> @ref",
    "{{ creditor.nip }}{% raw %}",
    "\\u{41} `raw` // /* */",
    "#panic()",
)


@pytest.mark.parametrize("value", HOSTILE)
def test_values_are_text_and_never_typst_or_a_template(typesetter: TypstTypesetter, value: str) -> None:
    file = named(value, value)
    invoices = tuple(replace(one, number=value) for one in file.invoices)
    letter = typesetter.letter(content(LetterKind.DEMAND, CONSUMER, file=replace(file, invoices=invoices)))
    # The right reading of what stands there, space by space, is not a PDF reader's strength.
    assert text_of(letter.pdf).replace(" ", "").count(value.replace(" ", "")) >= 3


@pytest.mark.parametrize(
    ("name", "shown", "unprintable"),
    [
        ("Ирина Львова", "Ирина Львова", ""),
        ("Anna 😀👩‍🚀 Nowak", "Anna Nowak", ""),
        ("王小明", "□□□", "王小明"),
        ("𝓐𝓷𝓷𝓪 Nowak", "Anna Nowak", ""),
        ("Łódź Ąę € ž ő ş ț", "Łódź Ąę € ž ő ş ț", ""),
        ("😀", "□", ""),
        ("a\u202egnp.exe\x00\ud800", "agnp.exe", ""),
    ],
)
def test_any_name_can_be_printed(typesetter: TypstTypesetter, name: str, shown: str, unprintable: str) -> None:
    letter = typesetter.letter(content(debtor=CONSUMER, file=named(name)))
    assert shown in text_of(letter.pdf)
    assert letter.unprintable == unprintable


@pytest.mark.parametrize("name", ["שרה כהן", "فاطمة الزهراء"])
def test_names_written_from_right_to_left_are_set(typesetter: TypstTypesetter, name: str) -> None:
    letter = typesetter.letter(content(debtor=CONSUMER, file=named(name)))
    assert (letter.pages, letter.unprintable) == (1, "")


def test_long_names_and_great_sums_stay_on_the_sheet(typesetter: TypstTypesetter) -> None:
    name = "Przedsiębiorstwo Wielobranżowe " * 4
    file = named(
        name.strip()[:120], "ul. Bardzo Długa i Kręta 123 m. 456, budynek D", "wejście C", "00-000 Lipowa", "Polska"
    )
    header = file.invoices[0].header
    assert header is not None
    great = replace(header, amount=replace(header.amount, grosze=1_000_000_000))
    small = replace(header, amount=replace(header.amount, grosze=1))
    invoices = (
        replace(file.invoices[0], header=great, number="FV/" + "9" * 60),
        replace(file.invoices[0], header=small, number="FV/2"),
    )
    pdf = typesetter.letter(content(debtor=CONSUMER, file=replace(file, invoices=invoices), claims=Use.CLAIM)).pdf
    assert "10 000 000,00 zł" in text_of(pdf)
    assert "0,01 zł" in text_of(pdf)
    assert all(x > 0 and right < 191 for _, x, _, right, _ in words_with_places(pdf))


def test_a_creditors_own_text_stands_in_the_letter(typesetter: TypstTypesetter) -> None:
    source = (
        '{% extends "letter/pl/_letter.txt" %}{% block title %}Prośba{% endblock %}'
        "{% block opening %}piszemy w sprawie {{ invoice.number }}.{% endblock %}"
    )
    key = TextKey.parse("letter/pl/demand")
    override = TextOverride(
        key=key, source=source, version=1, sha256=fingerprint(source), by="Ewa", at=datetime(2026, 3, 1, tzinfo=UTC)
    )
    text = text_of(typesetter.letter(content(), Overrides({key.path: override})).pdf)
    assert "Prośba" in text
    assert "piszemy w sprawie FV/001/2026." in text
    assert "Wezwanie" not in text


def test_invoices_paid_to_accounts_of_their_own_say_which(typesetter: TypstTypesetter) -> None:
    file = sample_case(BUSINESS, DAY, 2, "pl")
    header = file.invoices[0].header
    assert header is not None
    own = replace(file.invoices[0], header=replace(header, account="59000000000000000087654321"))
    letter = typesetter.letter(content(file=replace(file, invoices=(own, file.invoices[1]))))
    text = text_of(letter.pdf)
    assert "rachunek 59 0000 0000 0000 0000 8765 4321" in text
    assert "podany przy każdej fakturze" in text
    assert codes_in(letter.pdf) == []


def test_a_logo_is_drawn_and_described(typesetter: TypstTypesetter) -> None:
    logo = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"><rect width="30" height="10" fill="#d00"/></svg>'
    )
    pdf = typesetter.letter(content(logo=logo)).pdf
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")
    assert picture.getpixel((int(40 * MM), int(25 * MM))) == (221, 0, 0)
    broken = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='a'>"
    with pytest.raises(InvalidValue, match="logo"):
        typesetter.letter(content(logo=broken))


def test_the_sending_path_never_loads_typst() -> None:
    code = (
        "import sys, upominek.bootstrap, upominek.adapters.texts.renderer, upominek.application.sending.send_reminder\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code + "sys.exit('typst' in sys.modules)"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
