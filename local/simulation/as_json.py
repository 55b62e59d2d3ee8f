"""The answer for programs: one JSON object, written message by message, so that it may be larger than memory."""

import json
from collections.abc import Iterator
from typing import Any

from local.simulation.totals import Totals
from upominek.application.planning.preview_plan import DayPlan, PlannedReminder


def message(plan: DayPlan, one: PlannedReminder) -> dict[str, Any]:
    """One message in full; `cost` is exact text in the currency of the totals."""
    return {
        "date": plan.day.isoformat(),
        "debtor": one.debtor,
        "channel": one.channel.value,
        "campaign": one.campaign,
        "step": one.step,
        "template": one.template,
        "tone": one.tone.value,
        "withheld": list(one.withheld),
        "subject": one.rendered.subject,
        "preheader": one.rendered.preheader,
        "text": one.rendered.text,
        "parts": one.parts,
        "cost": f"{one.cost:f}",
        "invoices": list(one.invoices),
        "totals": [{"amount": total.plain(), "currency": total.currency} for total in one.totals],
    }


def pieces(days: Iterator[DayPlan], totals: Totals, about: dict[str, Any], currency: str) -> Iterator[str]:
    """The text of the JSON object.

    Args:
        about: what else is to stand in it, before the messages.
    """
    head = json.dumps(about, ensure_ascii=False)[:-1]
    yield f'{head}, "messages": ['
    separator = "\n"
    for plan in days:
        totals.add(plan)
        for one in plan.reminders:
            yield separator + json.dumps(message(plan, one), ensure_ascii=False)
            separator = ",\n"
    yield '\n], "totals": ' + json.dumps(totals.to_dict(currency), ensure_ascii=False) + "}\n"
