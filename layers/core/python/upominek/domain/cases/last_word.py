"""The last word that a campaign had with a debtor: what keeps the next one from saying it again, or something gentler.

It stands with the case, so whoever decides what is to be said next needs no reminder of the past.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWord:
    """A message of a ladder that went, or is about to go.

    Attributes:
        on: the creditor's local day of sending.
        at: UTC; the invoices were read after it, so one that was heard of later is not in the message.
        offset_days: of the step that spoke, its stage.
        text: name of the step's text.
        reminder_id: whose word it is.
        left_out: by number, invoices that it should have named and did not, as those in dispute; with the offset of the
            step that had been said of each by then, None where none had.
        before: the word before it, which counts again if this one is taken back.
    """

    on: date
    at: datetime
    offset_days: int
    text: str
    reminder_id: str
    left_out: Mapping[str, int | None] = field(default_factory=dict)
    before: "LastWord | None" = None

    def after(self, earlier: "LastWord | None") -> "LastWord":
        """This word, following the earlier one; only one step back is remembered."""
        if earlier is None or earlier.reminder_id == self.reminder_id:
            return replace(self, before=None if earlier is None else earlier.before)
        return replace(self, before=replace(earlier, before=None))

    def without(self, reminders: frozenset[str]) -> "LastWord | None":
        """The word, unless it is one of these messages' own; then the one before it."""
        if self.reminder_id not in reminders:
            return self
        return None if self.before is None else self.before.without(reminders)


@dataclass(frozen=True, slots=True)
class LastWords:
    """What a campaign said last: of what is overdue, and of what was still to fall due. Each has its own course.

    Attributes:
        overdue: it named every invoice of the campaign that was overdue, and none that was not.
        ahead: it named those whose step before the due date (or on a free day after it) had come.
    """

    overdue: LastWord | None = None
    ahead: LastWord | None = None

    def without(self, reminders: frozenset[str]) -> "LastWords":
        """The words, as if these messages had not been."""
        return LastWords(
            self.overdue and self.overdue.without(reminders),
            self.ahead and self.ahead.without(reminders),
        )

    @property
    def newest(self) -> LastWord | None:
        """The later of both."""
        words = [one for one in (self.overdue, self.ahead) if one is not None]
        return max(words, key=lambda one: one.at, default=None)


SILENCE = LastWords()
