"""A creditor's logo: a picture from outside, looked at before it comes near a letter."""

import re
import struct
from base64 import b64encode
from typing import Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from upominek.domain.errors import InvalidValue

MOST_BYTES: Final = 200_000
MOST_PIXELS: Final = 2000
"""On each side: four times as fine as an office printer at the 60 mm that the logo may take."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_IHDR: Final = struct.Struct(">4sII")
_IHDR_AT: Final = 12
_SVG: Final = "{http://www.w3.org/2000/svg}"
_ELEMENTS: Final = frozenset(
    {
        *("svg", "g", "defs", "title", "desc", "symbol", "use", "clipPath", "mask", "linearGradient"),
        *("radialGradient", "stop", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    }
)
"""What drawings consist of. Text would need fonts, pictures and styles could name files, filters cost time."""
_LOCAL: Final = re.compile(r"(?i)\s*#[\w.-]+\s*")
_REACHES_OUT: Final = re.compile(r"(?i)url\(\s*(?!['\"]?\s*#)|@import|javascript:")
_MOST_ELEMENTS: Final = 2000
_MOST_USES: Final = 50


def read_logo(content: bytes) -> str:
    """The picture as an SVG that may stand in a letter.

    Args:
        content: a PNG, or an SVG of paths and shapes.

    Raises:
        InvalidValue: `logo_too_large`, `logo_format`, `logo_unsafe`.
    """
    if len(content) > MOST_BYTES:
        raise InvalidValue(
            "logo_too_large",
            pl=f"Logo może mieć najwyżej {MOST_BYTES // 1000} kB, a to ma {len(content) // 1000} kB. Zmniejsz je.",
            en=f"A logo may have {MOST_BYTES // 1000} kB at most, not {len(content) // 1000} kB. Make it smaller.",
        )
    return _from_png(content) if content.startswith(_PNG) else _from_svg(content)


def _from_png(content: bytes) -> str:
    """A PNG wrapped up, so that letters know one kind of picture only."""
    if len(content) < _IHDR_AT + _IHDR.size:
        raise _no_picture()
    name, width, height = _IHDR.unpack_from(content, _IHDR_AT)
    if name != b"IHDR" or not width or not height:
        raise _no_picture()
    if max(width, height) > MOST_PIXELS:
        raise InvalidValue(
            "logo_too_large",
            pl=f"Logo może mieć najwyżej {MOST_PIXELS} pikseli na bok, a to ma {width} × {height}. Zmniejsz je.",
            en=f"A logo may have {MOST_PIXELS} pixels a side, and this one has {width} × {height}. Make it smaller.",
        )
    href = quoteattr(f"data:image/png;base64,{b64encode(content).decode()}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image href={href} width="{width}" height="{height}"/></svg>'
    )


def _from_svg(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _no_picture() from None
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
        raise _unsafe("<!DOCTYPE>")
    try:
        root = ET.fromstring(text)  # noqa: S314 - see the import
    except ET.ParseError:
        raise _no_picture() from None
    if root.tag != f"{_SVG}svg":
        raise _no_picture()
    elements = list(root.iter())
    uses = 0
    for element in elements:
        tag = element.tag.removeprefix(_SVG)
        if tag not in _ELEMENTS:
            raise _unsafe(tag[:40])
        uses += tag == "use"
        for name, value in element.attrib.items():
            _check_attribute(name.rpartition("}")[2], value)
    if len(elements) > _MOST_ELEMENTS or uses > _MOST_USES:
        raise _unsafe(f"{len(elements)} × <…>")
    return text


def _check_attribute(name: str, value: str) -> None:
    if name.lower().startswith("on") or (name == "href" and not _LOCAL.fullmatch(value)) or _REACHES_OUT.search(value):
        raise _unsafe(name[:40])


def _no_picture() -> InvalidValue:
    return InvalidValue(
        "logo_format",
        pl="To nie jest logo, które umiemy umieścić w piśmie. Podaj plik PNG albo SVG.",
        en="This is no logo that a letter can take. Give a PNG or SVG file.",
    )


def _unsafe(what: str) -> InvalidValue:
    return InvalidValue(
        "logo_unsafe",
        pl=f"Plik SVG zawiera „{what}”. Logo może składać się tylko z kształtów: zamień napisy na krzywe i usuń style, "
        "obrazy oraz odwołania na zewnątrz.",
        en=f"The SVG contains “{what}”. A logo may consist of shapes only: turn text into paths, and remove styles, "
        "pictures and references to elsewhere.",
    )
