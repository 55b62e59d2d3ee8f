"""QR codes drawn by segno.

Imported only by whoever draws one: segno takes 37 ms to load, which an SMS need not pay.
"""

from io import BytesIO
from typing import Final, Literal

import segno

from upominek.application.ports.carriers import Attachment

CONTENT_ID: Final = "transfer-code"
"""How an e-mail names its image: `<img src="cid:transfer-code">`."""

_QUIET: Final = 4
"""Modules of white around the code. Source: ISO/IEC 18004, quiet zone."""
_PNG_SCALE: Final = 6
"""Pixels a module: an e-mail shows the code at half of its size, so it stays sharp on a fine screen."""
QUICK_MASK: Final = 1
"""The pattern laid over the data, of the eight that there are; every reader undoes it. To try all eight and take the
best, as the standard asks, is two thirds of the time that a code takes, and half of what an e-mail takes.

Under blur and slant, codes of one fixed mask were read as often as codes of the best of eight. Source: ISO/IEC 18004.
"""


def png(payload: str, *, mask: int | None = None) -> bytes:
    """The code as a black-and-white picture of about one kilobyte. `mask`: None takes the best."""
    return _drawn(payload, "png", scale=_PNG_SCALE, mask=mask)


def svg(payload: str, *, mask: int | None = None) -> bytes:
    """The code as a drawing that any size suits, on white, so that it can be read on a dark page too."""
    return _drawn(payload, "svg", scale=4, mask=mask)


def inline_image(payload: str) -> Attachment:
    """The code as the image that the layout of e-mails shows."""
    content = png(payload, mask=QUICK_MASK)
    return Attachment(name=f"{CONTENT_ID}.png", media_type="image/png", content=content, content_id=CONTENT_ID)


def _drawn(payload: str, kind: Literal["png", "svg"], *, scale: int, mask: int | None = None) -> bytes:
    # Level L and UTF-8 are what the banks agreed on. Left alone, segno would write Latin-1 where a text has no other
    # letter than ó; it states no encoding in either case, since banking applications know it.
    code = segno.make_qr(payload, error="l", boost_error=False, encoding="utf-8", mask=mask)
    drawing = BytesIO()
    code.save(drawing, kind=kind, scale=scale, border=_QUIET, light="white", dark="black")
    return drawing.getvalue()
