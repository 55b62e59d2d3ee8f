"""Creditors' own texts in memory."""

from collections.abc import Sequence
from threading import Lock

from upominek.domain.errors import Conflict
from upominek.domain.texts.overrides import Overrides, TextKey, TextOverride


class MemoryTextRepository:
    """Every version of every text; the last one is in force."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._versions: dict[tuple[str, str], list[TextOverride]] = {}

    def current(self, creditor: str) -> Overrides:
        """Those in force."""
        with self._lock:
            newest = [(path, texts[-1]) for (owner, path), texts in self._versions.items() if owner == creditor]
            return Overrides({path: one for path, one in newest if one.source is not None})

    def save(self, creditor: str, override: TextOverride) -> None:
        """Store a new version and put it in force. Raises: Conflict."""
        with self._lock:
            known = self._versions.setdefault((creditor, override.key.path), [])
            if override.version != len(known) + 1:
                raise Conflict(override.key.path)
            known.append(override)

    def history(self, creditor: str, key: TextKey) -> Sequence[TextOverride]:
        """All versions of a text, oldest first."""
        with self._lock:
            return list(self._versions.get((creditor, key.path), ()))
