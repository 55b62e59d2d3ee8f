"""Letters joined into one document to print.

What is joined are the very pages that were kept, and whose hashes the case histories have; setting them once more
could say something else after a text was changed. PDFium joins two hundred letters in less than a second. The joined
document is for a printer: it is neither tagged nor PDF/A, which the letters themselves are and stay.
"""

import io
import re
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Final

import pypdfium2

_CREATED: Final = re.compile(rb"/CreationDate\(D:\d{14}")
_ID: Final = re.compile(rb"/ID\[<[0-9A-F]{32}><[0-9A-F]{32}>\]")


def join(letters: Sequence[bytes], made_on: date) -> tuple[bytes, int]:
    """One document of all letters in order, and its pages; the same letters and day give the same bytes."""
    joined = pypdfium2.PdfDocument.new()
    try:
        for letter in letters:
            part = pypdfium2.PdfDocument(letter)
            try:
                joined.import_pages(part)
            finally:
                part.close()
        buffer = io.BytesIO()
        joined.save(buffer)
        return _without_the_moment(buffer.getvalue(), letters, made_on), len(joined)
    finally:
        joined.close()


def _without_the_moment(document: bytes, letters: Sequence[bytes], made_on: date) -> bytes:
    """PDFium writes down the second and a random id; both give way to something as long."""
    digest = sha256(b"".join(sha256(letter).digest() for letter in letters)).hexdigest()[:32].upper().encode()
    created = f"/CreationDate(D:{made_on:%Y%m%d}000000".encode()
    head, tail = document[:1024], document[1024:]
    document = _CREATED.sub(created, head, count=1) + tail
    trailer = document.rfind(b"/ID[<")  # the last one; a page may have such words too
    return document[:trailer] + _ID.sub(b"/ID[<%b><%b>]" % (digest, digest), document[trailer:], count=1)
