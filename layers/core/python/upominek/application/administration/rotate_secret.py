"""Webhook secrets in a person's hands: a new one beside the one before, and which are in force."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from upominek.application.ports.creditors import CreditorRepository, SecretStore
from upominek.domain.parties.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateSecret:
    """Makes a new webhook secret; the one before stays valid until the next rotation."""

    creditors: CreditorRepository
    secrets: SecretStore
    new_secret: Callable[[], str]

    def __call__(self, actor: Actor, creditor: str) -> str:
        """The new secret, valid within a minute.

        Raises:
            NotFound: `creditor_not_found`, `secret_not_found`.
        """
        actor.require(creditor)
        self.creditors.get(creditor)
        secret = self.new_secret()
        self.secrets.save_webhook_secrets(creditor, (secret, *self.secrets.webhook_secrets(creditor)[:1]))
        return secret


@dataclass(frozen=True, slots=True)
class ShowSecrets:
    """Tells the newest secret of every creditor, to somebody who tries the product out on a machine of their own."""

    creditors: CreditorRepository
    secrets: SecretStore

    def __call__(self, actor: Actor) -> Mapping[str, str]:
        """Secrets by creditor. Raises: NotFound."""
        actor.require_all()
        return {one: self.secrets.webhook_secrets(one)[0] for one in self.creditors.ids()}
