"""The table of formats. docs/adding/format.md says how to add one."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from upominek.application.ports.formats import SourceFormat
from upominek.domain.errors import NotUnderstood

FORMATS: Final[Mapping[str, str]] = {
    "csv": "upominek.adapters.formats.csv.source",
}
"""The name of each format, which imports under way keep, and the module that has it as `FORMAT`.

A file is of the first that recognises it, so one that is particular stands above one that takes much.
"""

USUAL: Final = "csv"
"""Says of any other file what it is instead."""


class KnownFormats:
    """The formats of a table, each loaded when it is first asked: a worker that reads CSV pays for nothing else."""

    def __init__(self, table: Mapping[str, str] = FORMATS) -> None:
        self._table = table

    def of(self, head: bytes) -> str:
        """The name of the first format that recognises a file beginning so, else the usual one's."""
        return next((name for name in self._table if self.named(name).recognises(head)), USUAL)

    def named(self, name: str) -> SourceFormat:
        """The format of this name. Raises: NotUnderstood."""
        if (module := self._table.get(name)) is None:
            raise NotUnderstood("file format", name)
        found: SourceFormat = import_module(module).FORMAT
        return found
