"""The answer for programs: one JSON object, written message by message, so that it may be larger than memory."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from local.simulation.totals import Totals
from upominek.application.planning.preview_plan import DayPlan, PlannedReminder
from upominek.domain.planning.unreached_sums import Unreached


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


def pieces(
    days: Iterator[DayPlan],
    totals: Totals,
    about: dict[str, Any],
    currency: str,
    unreached: Callable[[], Sequence[Unreached]],
) -> Iterator[str]:
    """The text of the JSON object.

    Args:
        about: what else is to stand in it, before the messages.
        unreached: asked after the last day.
    """
    head = json.dumps(about, ensure_ascii=False)[:-1]
    yield f'{head}, "messages": ['
    separator = "\n"
    for plan in days:
        totals.add(plan)
        for one in plan.reminders:
            yield separator + json.dumps(message(plan, one), ensure_ascii=False)
            separator = ",\n"
    rest = {**apart(unreached()), "totals": totals.to_dict(currency)}
    yield "\n], " + json.dumps(rest, ensure_ascii=False)[1:] + "\n"


def apart(unreached: Sequence[Unreached]) -> dict[str, Any]:
    """What no step will reach, and what is still open although its debtors heard all that there is to say."""
    return {
        "unreached": [one.to_dict() for one in unreached if not one.why.was_reached],
        "ended": [one.to_dict() for one in unreached if one.why.was_reached],
    }
