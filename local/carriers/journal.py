"""What the simulator has still to tell, on disk: a restart neither forgets an answer nor gives one again.

An answer is told first and crossed out afterwards, so one that was on its way when the simulator was killed comes
twice, as AWS itself allows.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from local.carriers.behaviours import Behaviour, Pace
from local.carriers.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

LATE_SECONDS = 30
# Carriers may take 72 hours.
LATE_BUSINESS = timedelta(hours=73)
SLOW_FACTOR = 10
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answer (
    id INTEGER PRIMARY KEY,
    due REAL NOT NULL,
    due_business REAL,
    message_id TEXT NOT NULL,
    what TEXT NOT NULL,
    copies INTEGER NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS by_due ON answer (due);
CREATE INDEX IF NOT EXISTS by_due_business ON answer (due_business) WHERE due_business IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_message ON answer (message_id);
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing to tell about a message, in the words of the table of behaviours."""

    number: int
    what: str
    copies: int
    message: Message


class Journal:
    """Answers that are not told yet. Safe for threads."""

    def __init__(self, path: Path, *, delay_seconds: float) -> None:
        self._delay = delay_seconds
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # It must outlive this process, not the machine.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(_SCHEMA)

    def add(self, message: Message, behaviour: Behaviour) -> None:
        """Note everything that is to be told about a message, and when."""
        answers = behaviour.sms if message.channel == "sms" else behaviour.email
        now, text = time.time(), message.to_json()
        business = (message.accepted_at + LATE_BUSINESS).timestamp() if behaviour.pace is Pace.LATE else None
        rows = [
            (now + self._wait(behaviour.pace, position), business, message.id, what, behaviour.copies, text)
            for position, what in enumerate(answers, start=1)
        ]
        with self._lock, self._connection:
            self._connection.executemany(
                "INSERT INTO answer (due, due_business, message_id, what, copies, message) VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            )

    def due(self, business: datetime, *, limit: int) -> list[Answer]:
        """What is to be told by now, in order."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT id, what, copies, message FROM answer WHERE due <= ? OR due_business <= ?"
                " ORDER BY due, id LIMIT ?",
                (time.time(), business.timestamp(), limit),
            ).fetchall()
        return [Answer(number, what, copies, Message.from_json(text)) for number, what, copies, text in rows]

    def cross_out(self, answers: Iterable[Answer]) -> None:
        """These are told."""
        with self._lock, self._connection:
            self._connection.executemany("DELETE FROM answer WHERE id = ?", [(answer.number,) for answer in answers])

    def put_off(self, answers: Iterable[Answer], *, seconds: float) -> None:
        """These could not be told now; others have their turn meanwhile."""
        due = time.time() + seconds
        with self._lock, self._connection:
            self._connection.executemany(
                "UPDATE answer SET due = ?, due_business = NULL WHERE id = ?", [(due, one.number) for one in answers]
            )

    def is_waiting(self, message_id: str | None = None) -> bool:
        """Whether anything is still to be told, of this message or of any."""
        with self._lock:
            query = "SELECT 1 FROM answer WHERE ? IN (message_id, '') LIMIT 1"
            return self._connection.execute(query, (message_id or "",)).fetchone() is not None

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _wait(self, pace: Pace, position: int) -> float:
        match pace:
            case Pace.EARLY:
                return 0
            case Pace.LATE:
                return LATE_SECONDS + position * self._delay
            case Pace.SLOW:
                return SLOW_FACTOR * position * self._delay
            case Pace.USUAL:
                return position * self._delay
