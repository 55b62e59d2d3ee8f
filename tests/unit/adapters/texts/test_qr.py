"""What is drawn is read back by another program."""

from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from upominek.adapters.texts import qr

BANKS = "5214349636|PL|24160000035175530643314956|012345|Testowy odbiorca|Tytuł płatności|11223344|990066|reserved"


def read(png: bytes) -> zxingcpp.Barcode:
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(png)))
    return found


@pytest.mark.parametrize("mask", [None, qr.QUICK_MASK])
@pytest.mark.parametrize(
    "payload",
    [
        BANKS,
        "|PL|01234567890123456789012345|012399|Acme Inc.|Payment title|||",
        # Nothing but ó is outside ASCII: the one letter that other encodings have too.
        "|PL|61109010140000071219812874|000001|Spółdzielnia|FV/1|||",
        "|PL|61109010140000071219812874|000001|" + "ż" * 20 + "|" + "ó" * 32 + "|" + "ą" * 20 + "|" + "ś" * 12 + "||",
    ],
)
def test_the_code_is_read_back_with_its_polish_letters(payload: str, mask: int | None) -> None:
    found = read(qr.png(payload, mask=mask))
    assert found.bytes == payload.encode()
    assert found.text == payload
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    assert found.ec_level == "L"


@settings(max_examples=25)
@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=100, max_size=160))
def test_any_text_is_read_back_byte_by_byte(payload: str) -> None:
    assert read(qr.png(payload, mask=qr.QUICK_MASK)).bytes == payload.encode()


def test_the_picture_is_small() -> None:
    assert len(qr.png(BANKS)) < 1500


def test_the_drawing_has_a_white_ground_and_a_size() -> None:
    root = ET.fromstring(qr.svg(BANKS))  # noqa: S314 - drawn a line above
    assert root.attrib["width"] == root.attrib["height"] == "196"
    assert [part.attrib.get("fill") for part in root.iter() if "fill" in part.attrib] == ["#fff"]


def test_an_email_names_the_image_by_its_content_id() -> None:
    image = qr.inline_image(BANKS)
    assert (image.name, image.media_type, image.content_id) == ("transfer-code.png", "image/png", "transfer-code")
    assert read(image.content).text == BANKS
