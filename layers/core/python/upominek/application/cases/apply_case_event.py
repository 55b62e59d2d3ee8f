"""Holds, releases and notes, applied to a case."""

import hashlib
from datetime import datetime

from upominek.application.ports.cases import CaseRepository
from upominek.domain.cases.case import Fact, Hold
from upominek.domain.receivables.events import (
    CaseEvent,
    CaseHeld,
    CaseNoted,
    CaseReleased,
)


def apply_to_case(cases: CaseRepository, creditor: str, event: CaseEvent) -> tuple[str, datetime | None]:
    """Bring the event into its case, which exists.

    Returns:
        `holds`, `releases` or `notes`; and when a later word on the hold was said, which stands instead of this one.
    """
    match event:
        case CaseHeld():
            return "holds", cases.hold(creditor, event.debtor_id, hold_of(event), fact_of(event))
        case CaseReleased():
            key = Hold(kind=event.kind, since=event.at, reason=event.reason, number=event.number).key
            return "releases", cases.release(creditor, event.debtor_id, key, fact_of(event))
        case CaseNoted():
            cases.add_fact(creditor, event.debtor_id, fact_of(event))
            return "notes", None


def hold_of(event: CaseHeld) -> Hold:
    """The hold that the event sets."""
    return Hold(
        kind=event.kind,
        since=event.at,
        reason=event.reason,
        until=event.until,
        number=event.number,
        by=event.by,
    )


def fact_of(event: CaseEvent) -> Fact:
    """The event as the history keeps it; its id follows from its content, so that a repetition is the same fact."""
    match event:
        case CaseNoted():
            return _fact(event, "note", event.id, text=event.text)
        case CaseHeld():
            until = event.until.isoformat() if event.until else ""
            return _fact(event, "hold", hold=event.kind, reason=event.reason, until=until, invoice=event.number or "")
        case CaseReleased():
            return _fact(event, "release", hold=event.kind, reason=event.reason, invoice=event.number or "")


def _fact(event: CaseEvent, kind: str, own_id: str = "", **data: str) -> Fact:
    said = {name: str(value) for name, value in data.items() if value}
    content = "\x1f".join((event.debtor_id, kind, own_id, event.at.isoformat(), event.by, *map("=".join, said.items())))
    return Fact(id=hashlib.sha256(content.encode()).hexdigest()[:20], at=event.at, kind=kind, data=said, by=event.by)
