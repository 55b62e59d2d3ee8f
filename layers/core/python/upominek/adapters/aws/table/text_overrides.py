"""Creditors' own texts in the table: what is in force, and beside it every version."""

from collections.abc import Sequence
from typing import Final

from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.expressions import Expression
from upominek.adapters.aws.table.settings_json import from_text, to_text
from upominek.adapters.aws.table.table import DynamoRepository, is_new
from upominek.domain.errors import Conflict
from upominek.domain.texts.overrides import Overrides, TextKey, TextOverride

_CONTENT: Final = "content"
_VERSION: Final = "version"


class DynamoTextRepository(DynamoRepository):
    """One item for each text in force and one for each of its versions, with the content as JSON."""

    def current(self, creditor: str) -> Overrides:
        """Those in force, by one consistent query."""
        found = self._table.query(keys.creditor_partition(creditor), prefix=keys.TEXT, is_consistent=True)
        texts = (from_text(TextOverride, item[_CONTENT]) for item in found)
        return Overrides({one.key.path: one for one in texts if one.source is not None})

    def save(self, creditor: str, override: TextOverride) -> None:
        """Store a new version and put it in force, both or neither. Raises: Conflict."""
        item = {_CONTENT: to_text(override), _VERSION: override.version}
        path = override.key.path
        refused = self._table.transact(
            self._table.put_in_transaction(keys.text(creditor, path), item, _follows(override.version)),
            self._table.put_in_transaction(keys.text_version(creditor, path, override.version), item, is_new()),
        )
        if refused:
            raise Conflict(path)

    def history(self, creditor: str, key: TextKey) -> Sequence[TextOverride]:
        """All versions of a text, oldest first."""
        prefix = keys.text_versions(key.path)
        found = self._table.query(keys.creditor_partition(creditor), prefix=prefix, is_consistent=True)
        return [from_text(TextOverride, item[_CONTENT]) for item in found]


def _follows(version: int) -> Expression:
    """The condition that the version before is the one in force."""
    if version == 1:
        return is_new()
    before = Expression()
    before.condition = f"{before.name(_VERSION)} = {before.value(version - 1)}"
    return before
