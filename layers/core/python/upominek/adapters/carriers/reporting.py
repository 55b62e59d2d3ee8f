"""What reading reports has in common."""

import hashlib
from datetime import UTC, datetime


def digest(*said: str) -> str:
    """The same for the same report, so that a repetition is known."""
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:16]


def utc_time(text: str) -> datetime:
    """SES writes `2017-08-05T00:41:02.669Z`, SNS `2016-06-28 00:40:34.558`; both mean UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
