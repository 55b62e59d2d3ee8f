"""What a text would say today in a real case, whether or not a step of a campaign has come."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.rates import RateRepository
from upominek.application.ports.world import Clock
from upominek.application.texts.compose_message import compose_message
from upominek.domain.cases.balance import owed, set_off
from upominek.domain.cases.case import CaseFile
from upominek.domain.errors import Refused
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import REGISTER_WARNING, Campaign, Claims, Step, in_force
from upominek.domain.planning.decision import Decision, effective_claims
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.values.channel import Channel, Tone

BEFORE: Final = ("before-due", "due-today", "tax-before-due")
"""Texts about invoices that are not overdue yet."""


def preview_text(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    file: CaseFile,
    *,
    channel: Channel,
    name: str,
    tone: Tone | None,
    today: date,
    rates: RateRepository,
) -> tuple[Decision, MessageContext]:
    """The context of the text for all open invoices of the case that it could be about.

    Claims are those of the campaign's step that uses the text; a hold, a cap or a missing address does not matter here.

    Args:
        tone: None for the step's own.

    Returns:
        The decision, which tells what of the claims is withheld, so that another text would go; and the context.

    Raises:
        Refused: `nothing_to_tell`: no open invoice fits.
    """
    case = file.case
    campaign, step = _step(in_force(campaigns), channel, name)
    step = replace(step, tone=tone or step.tone)
    invoices = tuple(_fitting(file, name, today))
    totals = owed(invoices, set_off(case, invoices))
    if not totals:
        raise Refused(
            "nothing_to_tell",
            pl=f"Sprawa {case.debtor.id} nie ma dziś nieopłaconych faktur, o których mówiłby tekst „{name}”.",
            en=f"The case {case.debtor.id} has no unpaid invoices today that the text “{name}” could be about.",
        )
    claims, withheld = effective_claims(creditor, case, step.claims, invoices, today)
    decision = Decision(
        debtor=case.debtor.id,
        step=step,
        invoices=invoices,
        totals=totals,
        channel=channel,
        claims=claims,
        withheld=withheld,
    )
    details = {invoice.number: invoice for invoice in file.invoices}
    return compose_message(creditor, campaign, case, decision, details, today, rates=rates)


def _step(campaigns: Iterable[Campaign], channel: Channel, name: str) -> tuple[Campaign | None, Step]:
    """The first step that uses the text, else one as it might be."""
    for campaign in campaigns:
        for step in campaign.ladder:
            if step.template == name and channel in step.channels:
                return campaign, step
    return None, Step(
        offset_days=0 if name in BEFORE else 1,
        channels=(channel,),
        template=name,
        tone=Tone.NEUTRAL,
        claims=Claims(register=name == REGISTER_WARNING),
    )


def _fitting(file: CaseFile, name: str, today: date) -> Iterable[DueInvoice]:
    found = []
    for invoice in file.invoices:
        header, outstanding = invoice.header, invoice.outstanding
        if header is None or outstanding is None or outstanding.grosze <= 0:
            continue
        if (header.due_on >= today) is (name in BEFORE):
            found.append(DueInvoice(invoice.debtor, invoice.number, header.due_on, outstanding, header.claim))
    return sorted(found, key=lambda one: (one.due_on, one.number))


class PreviewText:
    """Tells what a text would say today in a real case."""

    def __init__(
        self, creditors: CreditorRepository, cases: CaseRepository, rates: RateRepository, clock: Clock
    ) -> None:
        self._creditors = creditors
        self._cases = cases
        self._rates = rates
        self._clock = clock

    def __call__(
        self, creditor: str, debtor: str, *, channel: Channel, name: str, tone: Tone | None
    ) -> tuple[Decision, MessageContext]:
        """See `preview_text`. Raises: NotFound, Refused."""
        owner = self._creditors.get(creditor)
        return preview_text(
            owner,
            self._creditors.campaigns(creditor),
            self._cases.file(creditor, debtor),
            channel=channel,
            name=name,
            tone=tone,
            today=owner.hours.local_day(self._clock.now()),
            rates=self._rates,
        )
