"""What reading reports has in common."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Final

_CUT: Final = "…"
# Five digits on end, or seven and more with what people put between them.
_PHONE: Final = re.compile(r"(?<!\d)\+?\(?\+?\d(?:[\s().\-\u2010-\u2015/]*\d){6,}(?!\d)|\+?\d{5,}")
_EMAIL: Final = re.compile(r"[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+")


def without_contact_data(text: str) -> str:
    """The text with `…` for phone numbers, however they are written, and for e-mail addresses. Idempotent.

    A carrier says in its own words what became of a message, and some repeat to whom it went. Rather a code too many is
    cut out than a number too few; short ones (`404`, `5.1.1`) stay.
    """
    return _PHONE.sub(_CUT, _EMAIL.sub(_CUT, text))


def digest(*said: str) -> str:
    """The same for the same report, so that a repetition is known."""
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:16]


def utc_time(text: str) -> datetime:
    """SES writes `2017-08-05T00:41:02.669Z`, SNS `2016-06-28 00:40:34.558`; both mean UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
