from io import BytesIO

import pytest
from PIL import Image

from upominek.adapters.letters.logo import read_logo
from upominek.domain.errors import InvalidValue

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


def png(width: int, height: int) -> bytes:
    content = BytesIO()
    Image.new("RGB", (width, height), "navy").save(content, "PNG")
    return content.getvalue()


def test_shapes_and_small_pictures_are_taken() -> None:
    drawing = SVG.format('<defs><linearGradient id="a"/></defs><path d="M0 0h9" fill="url(#a)"/>')
    assert read_logo(drawing.encode()) == drawing
    assert 'viewBox="0 0 40 20"' in read_logo(png(40, 20))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "logo_format"),
        (b"GIF89a", "logo_format"),
        (b"\x89PNG\r\n\x1a\n", "logo_format"),
        (b"<html/>", "logo_format"),
        (b"\xff\xfe", "logo_format"),
        (b"x" * 200_001, "logo_too_large"),
        (png(2001, 1), "logo_too_large"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("").encode(), "logo_unsafe"),
        (SVG.format("<script>1</script>").encode(), "logo_unsafe"),
        (SVG.format('<image xlink:href="/etc/passwd"/>').encode(), "logo_unsafe"),
        (SVG.format('<use href="http://example.com/#a"/>').encode(), "logo_unsafe"),
        (SVG.format('<rect onload="x()"/>').encode(), "logo_unsafe"),
        (SVG.format("<rect fill=\"url('http://example.com/a')\"/>").encode(), "logo_unsafe"),
        (SVG.format("<style>@import 'a'</style>").encode(), "logo_unsafe"),
        (SVG.format("<text>Firma</text>").encode(), "logo_unsafe"),
        (SVG.format("<g/>" * 2001).encode(), "logo_unsafe"),
        (SVG.format('<use href="#a"/>' * 51).encode(), "logo_unsafe"),
    ],
)
def test_anything_else_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        read_logo(content)
    assert caught.value.code == code
