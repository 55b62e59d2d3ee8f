"""Give a creditor a campaign, or change one."""

from dataclasses import dataclass

from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.application.planning.foresee_campaign import ForeseeCampaign
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.invoices import InvoiceRepository
from upominek.application.ports.world import Clock
from upominek.domain.parties.actor import Actor
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign, begun
from upominek.domain.planning.campaign_effect import CampaignEffect


@dataclass(frozen=True, slots=True)
class SaveCampaign:
    """Stores one campaign."""

    creditors: CreditorRepository
    invoices: InvoiceRepository
    wake: WakeDebtors
    clock: Clock
    foresee: ForeseeCampaign

    def __call__(
        self, actor: Actor, creditor: str, campaign: Campaign, *, only_foresee: bool = False
    ) -> CampaignEffect:
        """Store or replace it; where it begins, whom it should have written to already is looked at today.

        Args:
            only_foresee: say what it would change, and store nothing.

        Returns:
            What it changes for the debtors with open invoices, found before anything was stored.

        Raises:
            NotFound: there is no such creditor.
        """
        actor.require(creditor)
        keeper = self.creditors.get(creditor)
        effect = self.foresee(creditor, campaign)
        if not only_foresee:
            self.store(keeper, campaign)
        return effect

    def store(self, keeper: Creditor, campaign: Campaign) -> None:
        """The same for a creditor that may itself still have to be stored."""
        stored = next((one for one in self.creditors.campaigns(keeper.id) if one.id == campaign.id), None)
        today = keeper.hours.local_day(self.clock.now())
        begins = begun(campaign, stored, today)
        self.creditors.save_campaign(keeper.id, begins)
        if begins.since == today:
            self.wake.for_campaign(keeper, begins, self.invoices.all_open(keeper.id, keeper.shards))
