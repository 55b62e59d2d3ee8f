"""What can be seen of strings from outside."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.values.display_text import visible


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Zażółć gęślą jaźń", "Zażółć gęślą jaźń"),
        ("Jan\r\nBcc: a@example.com", "Jan Bcc: a@example.com"),
        ("FV\x1e1\x1f2\x00", "FV12"),
        ("\u202egnp.exe\u202c \u2066x\u2069", "gnp.exe x"),
        ("\ufeffAnna\u200b \u00ad", "Anna"),
        ("a\ud800b", "ab"),
        ("\x07", ""),
    ],
)
def test_what_cannot_be_seen_is_gone(text: str, seen: str) -> None:
    assert visible(text) == seen


@pytest.mark.parametrize("name", ["👩‍👧 Róża 🇵🇱", "שרה לוי", "محمد", "O\u2019Neill\u00a0\u2013 Nowak", "Ł" * 120])
def test_names_of_any_script_stay_as_they_are(name: str) -> None:
    assert visible(name) == name


@given(st.text())
def test_nothing_unseen_is_left_and_nothing_seen_is_lost(text: str) -> None:
    seen = visible(text)
    assert not {c for c in seen if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}}
    assert not set(seen) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert [c for c in seen if c.isalnum()] == [c for c in text if c.isalnum()]
    assert visible(seen) == seen
