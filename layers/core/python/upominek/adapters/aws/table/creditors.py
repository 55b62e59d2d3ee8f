"""Creditors and their campaigns in the table."""

from collections.abc import Sequence
from typing import Final

from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.settings_json import from_text, to_text
from upominek.adapters.aws.table.table import DynamoRepository
from upominek.domain.errors import NotFound
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign

_CONTENT: Final = "content"


class DynamoCreditorRepository(DynamoRepository):
    """Creditors and campaigns, each one item with its content as JSON."""

    def get(self, creditor: str) -> Creditor:
        """The creditor. Raises: NotFound."""
        item = self._table.get(keys.creditor(creditor))
        if item is None:
            raise NotFound(
                "creditor_not_found", pl=f"Nie ma wierzyciela „{creditor}”.", en=f"There is no creditor “{creditor}”."
            )
        return from_text(Creditor, item[_CONTENT])

    def ids(self) -> Sequence[str]:
        """All creditors, in alphabetical order."""
        return [item[keys.SK] for item in self._table.query(keys.CREDITORS, is_consistent=True)]

    def save(self, creditor: Creditor) -> None:
        """Store or replace."""
        self._table.transact(
            self._table.put_in_transaction(keys.creditor(creditor.id), {_CONTENT: to_text(creditor)}),
            self._table.put_in_transaction(keys.listed_creditor(creditor.id), {}),
        )

    def campaigns(self, creditor: str) -> tuple[Campaign, ...]:
        """All campaigns of the creditor."""
        found = self._table.query(keys.creditor_partition(creditor), prefix=keys.CAMPAIGN, is_consistent=True)
        return tuple(from_text(Campaign, item[_CONTENT]) for item in found)

    def save_campaign(self, creditor: str, campaign: Campaign) -> None:
        """Store or replace."""
        self._table.put(keys.campaign(creditor, campaign.id), {_CONTENT: to_text(campaign)})
