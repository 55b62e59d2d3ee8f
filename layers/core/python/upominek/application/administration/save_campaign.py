"""Give a creditor a campaign, or change one."""

from dataclasses import dataclass

from upominek.application.ports.creditors import CreditorRepository
from upominek.domain.parties.actor import Actor
from upominek.domain.planning.campaign import Campaign


@dataclass(frozen=True, slots=True)
class SaveCampaign:
    """Stores one campaign."""

    creditors: CreditorRepository

    def __call__(self, actor: Actor, creditor: str, campaign: Campaign) -> None:
        """Store or replace it. Raises: NotFound, when there is no such creditor."""
        actor.require(creditor)
        self.creditors.get(creditor)
        self.creditors.save_campaign(creditor, campaign)
