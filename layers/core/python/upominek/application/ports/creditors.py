"""Creditors, campaigns, and their secrets."""

from collections.abc import Sequence
from typing import Protocol

from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign


class CreditorRepository(Protocol):
    """Creditors and their campaigns."""

    def get(self, creditor: str) -> Creditor:
        """The creditor. Raises: NotFound."""
        ...

    def ids(self) -> Sequence[str]:
        """All creditors, in alphabetical order."""
        ...

    def save(self, creditor: Creditor) -> None:
        """Store or replace."""
        ...

    def campaigns(self, creditor: str) -> tuple[Campaign, ...]:
        """All campaigns of the creditor, active or not, in no particular order."""
        ...

    def save_campaign(self, creditor: str, campaign: Campaign) -> None:
        """Store or replace."""
        ...


class SecretStore(Protocol):
    """Webhook secrets."""

    def webhook_secrets(self, creditor: str) -> tuple[str, ...]:
        """The valid secrets (`whsec_…`), newest first; at most two, so that they can be rotated. Raises: NotFound."""
        ...

    def save_webhook_secrets(self, creditor: str, secrets: Sequence[str]) -> None:
        """Store or replace."""
        ...
