"""Take a creditor in, with its campaigns, or change it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from upominek.application.administration.save_campaign import SaveCampaign
from upominek.application.ports.creditors import CreditorRepository, SecretStore
from upominek.domain.errors import NotFound, Refused
from upominek.domain.parties.actor import Actor
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCreditor:
    """What was stored.

    Attributes:
        campaigns: their ids.
        webhook_secret: of a new creditor, told this one time; None where there was one already.
    """

    id: str
    campaigns: tuple[str, ...]
    webhook_secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveCreditor:
    """Stores a creditor with its campaigns; a new one gets a webhook secret."""

    creditors: CreditorRepository
    save_campaign: SaveCampaign
    secrets: SecretStore
    new_secret: Callable[[], str]

    def __call__(self, actor: Actor, stated: Creditor, campaigns: Sequence[Campaign]) -> SavedCreditor:
        """Store it. Idempotent.

        Campaigns that the creditor had and that are not among these stay as they are: what is to end says
        `active: no`.

        Raises:
            Refused: `shards_lowered`.
        """
        actor.require(stated.id)
        secret = None
        with suppress(NotFound):  # it is new
            stated = keeping_shards(self.creditors.get(stated.id), stated)
        try:
            self.secrets.webhook_secrets(stated.id)
        except NotFound:
            secret = self.new_secret()
            self.secrets.save_webhook_secrets(stated.id, (secret,))
        # The creditor last: once it can be found, all that belongs to it is there.
        for campaign in campaigns:
            self.save_campaign.store(stated, campaign)
        self.creditors.save(stated)
        return SavedCreditor(id=stated.id, campaigns=tuple(one.id for one in campaigns), webhook_secret=secret)


def keeping_shards(stored: Creditor, stated: Creditor) -> Creditor:
    """The creditor as newly stated, with the numbers of shards that it has had: invoices stay where they were written.

    Raises:
        Refused: `shards_lowered`.
    """
    number, newest = stated.shards[-1], stored.shards[-1]
    if number < newest:
        raise Refused(
            "shards_lowered",
            pl=f"Liczbę części (shards) można tylko zwiększać: jest {newest}, podano {number}.",
            en=f"The number of shards can only be raised: it is {newest}, the file says {number}.",
        )
    return replace(stated, shards=stored.shards if number == newest else (*stored.shards, number))
