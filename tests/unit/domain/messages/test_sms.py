import unicodedata

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.messages import sms
from upominek.domain.messages.sms import GSM_BASIC, GSM_EXTENSION, Encoding, segments, transliterate

GSM = GSM_BASIC + GSM_EXTENSION
EMOJI = "😀"

gsm_texts = st.text(st.sampled_from(GSM), max_size=700)


def long_texts(alphabet: str) -> st.SearchStrategy[str]:
    """Runs of characters: left to itself, Hypothesis hardly ever writes enough to fill a part."""
    runs = st.builds(str.__mul__, st.sampled_from(alphabet), st.integers(1, 155))
    return st.lists(runs, min_size=3, max_size=12).map("".join)


def widths(text: str, encoding: Encoding) -> list[int]:
    """Units of each character, found another way than in the module under test."""
    if encoding is Encoding.GSM_7:
        return [2 if character in GSM_EXTENSION else 1 for character in text]
    return [2 if ord(character) > 0xFFFF else 1 for character in text]


def fill(text: str, encoding: Encoding, size: int) -> list[str]:
    """Characters put one by one into parts until the next does not fit."""
    parts: list[str] = []
    room = 0
    for character, width in zip(text, widths(text, encoding), strict=True):
        if width > room:
            parts.append("")
            room = size
        parts[-1] += character
        room -= width
    return parts


def test_the_alphabet_has_the_size_of_the_standard() -> None:
    assert len(GSM_BASIC) == len(set(GSM_BASIC)) == 127
    assert len(GSM_EXTENSION) == len(set(GSM_EXTENSION)) == 10


@pytest.mark.parametrize(
    ("text", "encoding", "parts", "units"),
    [
        ("", "GSM-7", 0, 0),
        ("a", "GSM-7", 1, 1),
        ("a" * 160, "GSM-7", 1, 160),
        ("a" * 161, "GSM-7", 2, 161),
        ("a" * 306, "GSM-7", 2, 306),
        ("a" * 307, "GSM-7", 3, 307),
        ("a" * 158 + "€", "GSM-7", 1, 160),
        ("a" * 159 + "€", "GSM-7", 2, 161),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 3, 306),
        ("[" * 80, "GSM-7", 1, 160),
        ("[" * 153, "GSM-7", 3, 306),
        ("éèùìòäöüàñ@£$¥ΔΩ", "GSM-7", 1, 16),
        ("^{}\\[~]|€\f", "GSM-7", 1, 20),
        ("ą", "UCS-2", 1, 1),
        ("`", "UCS-2", 1, 1),
        ("ó", "UCS-2", 1, 1),
        ("ç", "UCS-2", 1, 1),
        ("\t", "UCS-2", 1, 1),
        ("\x1b", "UCS-2", 1, 1),
        ("ą" * 70, "UCS-2", 1, 70),
        ("ą" * 71, "UCS-2", 2, 71),
        ("ą" * 134, "UCS-2", 2, 134),
        ("ą" * 135, "UCS-2", 3, 135),
        (EMOJI * 35, "UCS-2", 1, 70),
        (EMOJI * 67, "UCS-2", 3, 134),
        ("ą" * 66 + EMOJI + "ą" * 66, "UCS-2", 3, 134),
        ("ą€[]", "UCS-2", 1, 4),
        ("\ud800", "UCS-2", 1, 1),
        ("Zażółć „gęślą” jaźń – 5\u00a0zł…", "UCS-2", 1, 27),
    ],
)
def test_texts_are_counted_as_they_are_billed(text: str, encoding: str, parts: int, units: int) -> None:
    counted = segments(text)
    assert (counted.encoding, counted.parts, counted.units) == (encoding, parts, units)


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", []),
        ("a" * 160, [160]),
        ("a" * 161, [153, 8]),
        ("a" * 152 + "€" + "a" * 152, [152, 152, 1]),
        ("ą" * 71, [67, 4]),
        ("ą" * 66 + EMOJI + "ą" * 66, [66, 66, 1]),
    ],
)
def test_no_pair_is_cut_in_two(text: str, lengths: list[int]) -> None:
    split = segments(text).split
    assert list(map(len, split)) == lengths
    assert "".join(split) == text


@given(long_texts("a[€\n") | long_texts("aą[" + EMOJI) | st.text())
def test_parts_are_filled_as_far_as_characters_fit(text: str) -> None:
    counted = segments(text)
    single, part = (160, 153) if counted.encoding is Encoding.GSM_7 else (70, 67)
    assert counted.encoding == ("GSM-7" if set(text) <= set(GSM) else "UCS-2")
    assert counted.units == sum(widths(text, counted.encoding))
    assert counted.split == fill(text, counted.encoding, single if counted.units <= single else part)
    assert counted.parts == len(counted.split)


@pytest.mark.parametrize(
    ("text", "is_too_long"), [("a" * 1600, False), ("a" * 1599 + "€", True), ("ą" * 630, False), ("ą" * 631, True)]
)
def test_a_text_may_be_longer_than_one_message_carries(text: str, *, is_too_long: bool) -> None:
    assert segments(text).is_too_long is is_too_long


def test_counts_can_be_logged_without_the_text() -> None:
    assert "Kowalski" not in repr(segments("Jan Kowalski"))


@pytest.mark.parametrize(
    ("text", "fitted"),
    [
        ("Zażółć gęślą jaźń", "Zazolc gesla jazn"),
        ("ZAŻÓŁĆ GĘŚLĄ JAŹŃ", "ZAZOLC GESLA JAZN"),
        ("„Tak” – rzekł…", '"Tak" - rzekl...'),
        ("5\u00a0zł i 5\u202fzł", "5 zl i 5 zl"),
        ("‘a’ `b` ´c´", "'a' 'b' 'c'"),
        ("café Müller Ñandú", "café Müller Ñandu"),
        ("Đorđe Þór Ħ Ø œ ŋ ı ẞ ə", "Dorde Thor H Ø oe n i SS e"),
        ("Nguyễn Thị Phương", "Nguyen Thi Phuong"),
        ("ŐŰ őű Řž Çç Îâ ğ", "OU ou Rz Çc Ia g"),
        ("½ 1½ ² № ™ ﬁ", " 1/2 1 1/2 2 No TM fi"),
        ("ｆｕｌｌ ١٢٣", "full 123"),
        ("a\u200bb\ufeffc\u00add\x00", "abcd"),
        ("a\tb\u2028c", "a b\nc"),
        ("Dzięki 😀👍🏽♥️", "Dzieki "),
        ("10 € [x]", "10 € [x]"),
        ("20°C ≤ 3×4 → ok", "20oC <= 3x4 -> ok"),
    ],
)
def test_a_text_is_fitted_into_the_alphabet(text: str, fitted: str) -> None:
    assert transliterate(text) == fitted
    assert segments(fitted).encoding is Encoding.GSM_7


@pytest.mark.parametrize("text", ["Zażółć gęślą jaźń", "Ķöln Ñandú é"])
def test_composed_and_decomposed_letters_are_the_same(text: str) -> None:
    assert transliterate(unicodedata.normalize("NFD", text)) == transliterate(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("text", ["Іван Їжак", "Йосиф", "שָׁלוֹם", "Ωmega αβγ", "田中", "हिन्दी"])
def test_names_in_other_scripts_stay_legible(text: str) -> None:
    fitted = transliterate(text)
    assert fitted == unicodedata.normalize("NFC", text)
    assert "?" not in fitted


@given(st.text())
def test_fitting_is_idempotent_and_never_asks_questions(text: str) -> None:
    fitted = transliterate(text)
    assert transliterate(fitted) == fitted
    assert fitted.count("?") <= unicodedata.normalize("NFKD", text).count("?") + text.count("\uff1f")


@given(gsm_texts)
def test_what_fits_already_is_left_alone(text: str) -> None:
    assert transliterate(text) == text


@given(st.text(st.characters(max_codepoint=0x17F, categories=["Lu", "Ll"])))
def test_every_letter_of_latin_1_and_latin_extended_a_has_a_form_within_the_alphabet(text: str) -> None:
    assert segments(transliterate(text)).encoding is Encoding.GSM_7


@given(st.text(alphabet="aąćęłńóśźżÓŻ „”–…€é\u00a0\u0327xß`|", max_size=60))
def test_polish_texts_are_fitted_quickly_and_in_the_same_way(text: str) -> None:
    # A letter of another script keeps the whole text from the fast way and stays itself.
    assert transliterate(text) == transliterate(f"{text} Ж").removesuffix(" Ж")
    assert sms.fitted(text) == segments(transliterate(text))


@given(st.text(alphabet="abc ąłż", min_size=1, max_size=400))
def test_an_independent_counter_agrees_where_no_pair_meets_a_border(text: str) -> None:
    # smsutil errs where a pair does; without pairs it is a witness.
    assert segments(text).parts == len(smsutil.split(text).parts)
