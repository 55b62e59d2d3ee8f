"""Letters joined for the printer: the very pages, in order, and the same bytes each time."""

import time
from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdfium2
import zxingcpp
from pypdf import PdfReader

from tools.letter_sample import CREDITOR, sample_case, sample_rates
from upominek.adapters.letters.joining import join
from upominek.adapters.letters.typesetting import TypstTypesetter
from upominek.application.letters.write_letter import LetterRequest, compose
from upominek.domain.letters.letter import Letter
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.letter_kind import LetterKind

DAY = date(2026, 3, 2)


def letters(*counts: int) -> list[Letter]:
    typesetter = TypstTypesetter()
    made = []
    for number, count in enumerate(counts, 1):
        file = sample_case(DebtorKind.BUSINESS, DAY, count, "pl")
        file = replace(file, case=replace(file.case, debtor=replace(file.case.debtor, name=f"Zakład {number}")))
        request = LetterRequest(kind=LetterKind.DEMAND, day=DAY)
        made.append(typesetter.letter(compose(CREDITOR, file, request, DAY, sample_rates(DAY)).content))
    return made


def test_every_letter_is_there_with_all_its_pages_and_its_code() -> None:
    made = letters(1, 40, 2)
    document, pages = join([one.pdf for one in made], DAY)
    reader = PdfReader(BytesIO(document))
    assert pages == len(reader.pages) == sum(one.pages for one in made)
    first = 0
    with pypdfium2.PdfDocument(document) as printed:
        for number, letter in enumerate(made, 1):
            assert f"Zakład {number}" in reader.pages[first].extract_text()
            codes = [
                code.text
                for page in range(first, first + letter.pages)
                for code in zxingcpp.read_barcodes(printed[page].render(scale=3).to_pil())
            ]
            assert [one.split("|")[:3] for one in codes] == [["0001234562", "PL", "20000000000000000012345678"]]
            first += letter.pages


def test_the_same_letters_give_the_same_bytes_at_any_time() -> None:
    made = [one.pdf for one in letters(1, 2)]
    before, _ = join(made, DAY)
    time.sleep(1.1)  # PDFium would write the second down
    assert join(made, DAY)[0] == before
    assert join(made[:1], DAY)[0] != before


def test_nothing_is_lost_of_letters_that_are_alike() -> None:
    (one,) = letters(1)
    document, pages = join([one.pdf] * 50, DAY)
    assert pages == 50
    assert len(document) < 60 * len(one.pdf)


def test_a_document_of_next_to_nothing_gives_the_same_bytes_too() -> None:
    with pypdfium2.PdfDocument.new() as page:
        page.new_page(595, 842)
        buffer = BytesIO()
        page.save(buffer)
    document, pages = join([buffer.getvalue()], DAY)
    assert (pages, len(document) < 1024) == (1, True)  # the random id stands where otherwise only the head is
    assert join([buffer.getvalue()], DAY)[0] == document
