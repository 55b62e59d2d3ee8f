"""What a campaign would change if a creditor took it now: asked by people before they take it."""

from collections.abc import Iterator
from dataclasses import dataclass

from upominek.application.planning.find_unreached import open_cases
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.invoices import InvoiceRepository
from upominek.application.ports.world import Clock
from upominek.domain.planning.campaign import Campaign, begun, in_force
from upominek.domain.planning.campaign_effect import Affected, CampaignEffect, Exchange


@dataclass(frozen=True, slots=True)
class ForeseeCampaign:
    """Compares the next word of every debtor with open invoices, as it would be and as it will be. Writes nothing."""

    creditors: CreditorRepository
    cases: CaseRepository
    invoices: InvoiceRepository
    clock: Clock

    def __call__(self, creditor: str, campaign: Campaign) -> CampaignEffect:
        """How many debtors it concerns, and how. Raises: NotFound, when there is no such creditor."""
        owner, now = self.creditors.get(creditor), self.clock.now()
        known = {one.id: one for one in self.creditors.campaigns(creditor)}
        stored = known.get(campaign.id)
        stated = begun(campaign, stored, owner.hours.local_day(now))
        exchange = Exchange(
            creditor=owner,
            before=in_force(tuple(known.values())),
            after=in_force(tuple({**known, campaign.id: stated}.values())),
            stored=stored if stored is not None and stored.is_active else None,
            stated=stated if stated.is_active else None,
            now=now,
        )
        if exchange.stored is None and exchange.stated is None:
            return CampaignEffect.of(iter(()), is_first=False)

        def affected() -> Iterator[Affected]:
            for case, open_ in open_cases(self.cases, self.invoices, owner):
                if (one := exchange.affects(case, open_)) is not None:
                    yield one

        return CampaignEffect.of(affected(), is_first=exchange.stored is None)
