"""A reminder's key as tags of an e-mail, which SES returns with every event about it.

Source: Amazon SES API Reference v2, `MessageTag`: letters, digits, `_` and `-` of ASCII, at most 256 characters. A
debtor's id may be anything, so it travels in base64, in as many tags as it takes.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from upominek.domain.messages.reminder import ReminderKey

_CREDITOR: Final = "upominek-creditor"
_DAY: Final = "upominek-day"
_REMINDER: Final = "upominek-reminder"
_DEBTOR: Final = "upominek-debtor-"
_LONGEST: Final = 256


def reminder_tags(key: ReminderKey) -> list[dict[str, str]]:
    """The tags, as SES v2 takes them in `EmailTags`."""
    debtor = urlsafe_b64encode(key.debtor.encode()).decode().rstrip("=")
    parts = [debtor[at : at + _LONGEST] for at in range(0, len(debtor), _LONGEST)]
    tags = {_CREDITOR: key.creditor, _DAY: key.day.isoformat(), _REMINDER: key.id}
    tags |= {f"{_DEBTOR}{number}": part for number, part in enumerate(parts)}
    return [{"Name": name, "Value": value} for name, value in tags.items()]


def key_from_tags(tags: Mapping[str, Sequence[str]]) -> ReminderKey | None:
    """The key from the tags of an event, each with a list of values; None when they are not a reminder's.

    Raises:
        LookupError, TypeError, ValueError: they are a reminder's and broken.
    """
    if _REMINDER not in tags:
        return None
    parts = [tags[name][0] for name in sorted(tags) if name.startswith(_DEBTOR)]
    debtor = "".join(parts)
    padded = debtor + "=" * (-len(debtor) % 4)
    creditor, reminder_id = tags[_CREDITOR][0], tags[_REMINDER][0]
    if not all(isinstance(one, str) for one in (creditor, reminder_id)):
        raise TypeError("a tag's value is no text")
    return ReminderKey(
        creditor=creditor,
        debtor=urlsafe_b64decode(padded).decode(),
        day=date.fromisoformat(tags[_DAY][0]),
        id=reminder_id,
    )
