"""`upominek demo`: three days of two invented creditors on the embedded stack, played by the packaged functions."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from local.sample import TOWN_HALL, WHOLESALER, Sample, sample
from local.stack import embedded
from local.stack.stack_view import ON_THE_WAY, OWNER, describe
from local.stack.target import Target, embedded_target
from local.stack.work import bring_in, post_events, start_what_is_due, wait_until_idle
from upominek.adapters.config_files.creditors_file import read_creditor
from upominek.adapters.json.case import case_to_dict
from upominek.domain.errors import Refused
from upominek.domain.messages.reminder import Reminder
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.actor import Actor, Face
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.kinds import HoldKind

CREDITOR_FILES = Path(__file__).parent / "creditors"
MORNING, PLANNING = time(7, 30), time(9, 1)
DAYS = 3
BOOKKEEPER = Actor("Barbara Nowicka", Face.COMMAND_LINE)
NOT_SENT = frozenset({ReminderStatus.SKIPPED, ReminderStatus.EXPIRED})

Tell = Callable[[str], None]


@dataclass(slots=True)
class _Play:
    """What is needed on stage, and what has been counted so far."""

    target: Target
    running: embedded.Embedded
    sample: Sample
    secrets: dict[str, str]
    tell: Tell
    counts: Counter[str] = field(default_factory=Counter)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    days: list[dict[str, Any]] = field(default_factory=list)


def play(first_day: date, tell: Tell) -> dict[str, Any]:
    """Play the demo from an empty embedded stack and return what happened.

    Raises:
        Refused: the embedded stack holds creditors who are not the demo's.
    """
    began = monotonic()
    first_day = _working_day(first_day)
    running = _empty_stack(tell)
    running.clock.set_today(first_day, MORNING)
    target = embedded_target(running)
    stage = _Play(target, running, sample(first_day, running.clock.now()), _creditors(target), tell)
    _bring_in(stage)
    day = first_day
    for number in range(DAYS):
        _play_day(stage, day)
        day = _working_day(day + timedelta(days=1))
        if number == 0:
            _between_days(stage)
    return _summary(stage, round(monotonic() - began, 1))


def _empty_stack(tell: Tell) -> embedded.Embedded:
    """The running stack without anything in it; what an earlier demo left is forgotten, other people's work is not."""
    running = embedded.up(progress=tell)
    present = set(embedded_target(running).application.show_creditors.ids())
    if others := present - {WHOLESALER, TOWN_HALL}:
        names = ", ".join(sorted(others))
        raise Refused(
            "stack_in_use",
            pl=f"W lokalnym stosie są inne dane ({names}). Usuń je poleceniem `upominek down --forget`.",
            en=f"The embedded stack holds other data ({names}). `upominek down --forget` deletes it.",
        )
    if present:
        embedded.down(forget=True, progress=tell)
        running = embedded.up(progress=tell)
    return running


def _working_day(day: date) -> date:
    return ContactHours().next_contact_day(day)


def _creditors(target: Target) -> dict[str, str]:
    """The two creditors, stored; their webhook secrets by id."""
    secrets = {}
    for name in (WHOLESALER, TOWN_HALL):
        stated = read_creditor(CREDITOR_FILES / f"{name}.yaml")
        saved = target.application.save_creditor(OWNER, stated.creditor, stated.campaigns)
        secrets[name] = saved.webhook_secret or ""  # the stack is empty: it is new, so it has one
    return secrets


def _bring_in(stage: _Play) -> None:
    """The wholesaler's file through S3, the town hall's invoices by webhook."""
    stage.tell("the wholesaler's file comes in")
    report = bring_in(stage.target, WHOLESALER, "faktury.csv", stage.sample.csv, timeout_seconds=60)
    stage.counts["accepted"] += report["accepted"]
    stage.counts["rejected"] += report["rejected_rows"]
    stage.rejects = report["rejected"]
    stage.tell("the town hall's invoices come in")
    for number, events in enumerate(stage.sample.webhooks):
        post_events(stage.target, TOWN_HALL, stage.secrets[TOWN_HALL], f"demo-{number}", events)
        stage.counts["accepted"] += len(events)


def _play_day(stage: _Play, day: date) -> None:
    """One day: plan it in the morning, let everything go out, and let the answers come back."""
    stage.running.clock.set_today(day, PLANNING)
    stage.tell(f"{day}: planning")
    plan = stage.target.application.preview_plan(day)
    start_what_is_due(stage.target)
    wait_until_idle(stage.target, progress=lambda left: stage.tell(f"{day}{ON_THE_WAY}{left}"))
    stage.counts["planned"] += len(plan.reminders) + len(plan.skipped)
    stage.days.append(
        {
            "date": day.isoformat(),
            "planned": len(plan.reminders),
            "skipped": len(plan.skipped),
            "parts": plan.parts,
            "cost": str(plan.cost),
            "currency": plan.currency,
        }
    )


def _between_days(stage: _Play) -> None:
    """In the evening one debtor pays and another disputes; both would have heard tomorrow."""
    stage.tell("a payment and a dispute come in")
    now = stage.running.clock.now()
    debtor, number, amount = stage.sample.paying
    payment = {
        "type": "payment.received",
        "timestamp": now.isoformat(),
        "data": {"id": "przelew-1", "number": number, "debtor_id": debtor, "amount": amount, "currency": "PLN"},
    }
    post_events(stage.target, TOWN_HALL, stage.secrets[TOWN_HALL], "demo-payment", [payment])
    stage.target.application.manage_case.hold(
        BOOKKEEPER,
        WHOLESALER,
        stage.sample.disputing,
        HoldKind.DISPUTE,
        reason="Reklamacja: część towaru była uszkodzona",
    )


def _summary(stage: _Play, seconds: float) -> dict[str, Any]:
    reminders = stage.target.application.show_messages(within=timedelta(hours=1))
    statuses = Counter(one.status for one in reminders)
    left = Counter(one.status for one in reminders if one.sent_at is not None)
    known = {status: statuses[status] for status in ReminderStatus}
    sms = [one for one in reminders if one.parts]
    told = [(WHOLESALER, stage.sample.disputing), *_second_attempts(reminders)[:1]]
    cases = [case_to_dict(stage.target.application.show_case(*whose)) for whose in told]
    return {
        **describe(stage.running, stage.target),
        "accepted": stage.counts["accepted"],
        "rejected": stage.counts["rejected"],
        "planned": stage.counts["planned"],
        "sent": sum(left.values()),
        "delivered": known[ReminderStatus.DELIVERED],
        "failed": known[ReminderStatus.FAILED] + known[ReminderStatus.BOUNCED],
        "skipped": known[ReminderStatus.SKIPPED] + known[ReminderStatus.EXPIRED],
        "unknown": known[ReminderStatus.UNKNOWN],
        "waiting_for_receipt": known[ReminderStatus.SENT],
        "skipped_because": dict(Counter(one.reason for one in reminders if one.status in NOT_SENT)),
        "sms_parts": sum(one.parts or 0 for one in sms),
        "days": stage.days,
        "rejects": stage.rejects,
        "cases": cases,
        "seconds": seconds,
    }


def _second_attempts(reminders: Sequence[Reminder]) -> list[tuple[str, str]]:
    """Creditor and debtor where the first channel failed and the second arrived: they make the best story."""
    arrived = (one for one in reminders if one.is_fallback and one.status is ReminderStatus.DELIVERED)
    return [(one.key.creditor, one.key.debtor) for one in arrived]
