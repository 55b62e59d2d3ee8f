"""Sums over messages, kept while the messages go by: by day, channel, step, campaign and week."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from upominek.application.planning.preview_plan import DayPlan, PlannedReminder
from upominek.domain.planning.decision import SkipReason


@dataclass(slots=True)
class Sum:
    """Messages, SMS parts, and what they are expected to cost."""

    messages: int = 0
    parts: int = 0
    cost: Decimal = Decimal()

    def add(self, one: PlannedReminder) -> None:
        """Count the message in."""
        self.messages += 1
        self.parts += one.parts
        self.cost += one.cost

    def to_dict(self) -> dict[str, Any]:
        """Plain values; the cost as exact text."""
        return {"messages": self.messages, "parts": self.parts, "cost": f"{self.cost:f}"}


@dataclass(slots=True)
class Totals:
    """All that is summed up.

    Attributes:
        skipped: steps that came and said nothing, by reason.
        debtors: who heard something.
        unreachable: debtors without an address that a step could use.
    """

    all: Sum = field(default_factory=Sum)
    by_day: dict[date, Sum] = field(default_factory=dict)
    by_week: dict[date, Sum] = field(default_factory=dict)
    by_channel: dict[str, Sum] = field(default_factory=dict)
    by_step: dict[tuple[str, str, str], Sum] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    debtors: set[str] = field(default_factory=set)
    unreachable: set[str] = field(default_factory=set)

    def add(self, plan: DayPlan) -> None:
        """Count the day in."""
        monday = plan.day - timedelta(days=plan.day.weekday())
        for one in plan.reminders:
            self.debtors.add(one.debtor)
            step = one.campaign, one.step, one.template
            for found in (
                self.all,
                self.by_day.setdefault(plan.day, Sum()),
                self.by_week.setdefault(monday, Sum()),
                self.by_channel.setdefault(one.channel.value, Sum()),
                self.by_step.setdefault(step, Sum()),
            ):
                found.add(one)
        for skipped in plan.skipped:
            self.skipped[skipped.reason] += 1
            if skipped.reason == SkipReason.NO_ADDRESS:
                self.unreachable.add(skipped.debtor)

    def steps(self) -> list[tuple[tuple[str, str, str], Sum]]:
        """By campaign, then in the order of the ladder."""
        return sorted(self.by_step.items(), key=lambda one: (one[0][0], int(one[0][1]), one[0][2]))

    def to_dict(self, currency: str) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            **self.all.to_dict(),
            "cost_currency": currency,
            "debtors": len(self.debtors),
            "by_day": [{"date": day.isoformat(), **one.to_dict()} for day, one in self.by_day.items()],
            "by_week": [{"monday": day.isoformat(), **one.to_dict()} for day, one in self.by_week.items()],
            "by_channel": [{"channel": name, **one.to_dict()} for name, one in sorted(self.by_channel.items())],
            "by_step": [
                {"campaign": campaign, "step": step, "template": template, **one.to_dict()}
                for (campaign, step, template), one in self.steps()
            ],
            "skipped": dict(self.skipped.most_common()),
            "unreachable": sorted(self.unreachable),
        }
