"""What the sweep found of a creditor: ids and numbers only, kept from one sweep to the next, and shown to people."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.decision import contact_hours
from upominek.domain.planning.unreached_sums import UnreachedSums
from upominek.domain.values.unknown import Unknown, read_word

MOST_EXAMPLES: Final = 100
"""Of each trouble; the count goes on."""
MOST_OF_A_DAY: Final = 20
"""Of each trouble of one day, so that several days fit into one small item."""
MOST_ASKED: Final = 1_000
"""Cases read whole for one day or one run: what is found beyond is the same trouble."""

Example = Mapping[str, str]
"""Ids by name, such as `debtor` and `campaign`."""


class Trouble(StrEnum):
    """What a person should look at."""

    CLAIM_STUCK = "claim-stuck"  # a worker died over it, and nobody met the reminder again
    REMINDER_LOST = "reminder-lost"  # planned, and nothing on record although its time is over
    RECEIPT_MISSING = "receipt-missing"  # handed over, and nobody says how it ended
    IMPORT_STOPPED = "import-stopped"
    RUN_MISSED = "run-missed"  # a shard was not planned on the last contact day
    STEP_MISSED = "step-missed"  # a step came, the run is over, and the case heard nothing

    @property
    def metric(self) -> str:
        """What it is counted as: `ClaimStuck` …; the alarms know these names."""
        return "".join(word.capitalize() for word in self.value.split("-"))


@dataclass(frozen=True, slots=True)
class Found:
    """How often a trouble was found, with some examples."""

    count: int = 0
    examples: tuple[Example, ...] = ()

    def __add__(self, other: "Found") -> "Found":
        return Found(self.count + other.count, (*self.examples, *other.examples)[:MOST_EXAMPLES])


class Finds:
    """Counts what is found, and remembers some of it."""

    def __init__(self, most_examples: int = MOST_EXAMPLES) -> None:
        self._most = most_examples
        self._counts: Counter[Trouble] = Counter()
        self._examples: dict[Trouble, list[Example]] = {}

    def add(self, trouble: Trouble, **ids: str) -> None:
        """One more."""
        self._counts[trouble] += 1
        examples = self._examples.setdefault(trouble, [])
        if len(examples) < self._most:
            examples.append(ids)

    def of(self, trouble: Trouble) -> Found:
        """All of one kind."""
        return Found(self._counts[trouble], tuple(self._examples.get(trouble, ())))

    def all(self) -> dict[Trouble | Unknown, Found]:
        """All that there is."""
        return {trouble: self.of(trouble) for trouble in self._counts}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLook:
    """What a look at the reminders of one day's manifest found.

    Attributes:
        entries: lines of the manifest.
        awaited: messages whose receipt has come, or should have by now.
        again_at: when to look again; None when every reminder has come to its end, so that nobody reads the day again.
    """

    entries: int
    awaited: int = 0
    again_at: datetime | None = None
    found: Mapping[Trouble | Unknown, Found] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """A mark of something that may change, and since when it has been what it is; None: for longer than is known."""

    mark: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the newest sweep knows of a creditor.

    Attributes:
        at: time of the sweep.
        days: looks at the manifests of the last days.
        steps: missed steps by campaign and day (`default/2026-03-02`), for each run that was checked.
        importing: how far unfinished imports had come, by id.
        campaigns: what each campaign asks for, as a hash: a run that came before a change is not measured by it.
        unreached: what no step will reach, as it was when somebody asked; None where nobody has. No sweep counts it.
        unreached_at: when that was, in UTC.
    """

    creditor: str
    at: datetime
    days: Mapping[date, DayLook] = field(default_factory=dict)
    steps: Mapping[str, Found] = field(default_factory=dict)
    runs: Found = Found()
    imports: Found = Found()
    importing: Mapping[str, Seen] = field(default_factory=dict)
    campaigns: Mapping[str, Seen] = field(default_factory=dict)
    unreached: UnreachedSums | None = None
    unreached_at: datetime | None = None

    @property
    def awaited(self) -> int:
        """Messages whose receipt has come, or should have by now."""
        return sum(look.awaited for look in self.days.values())

    @property
    def found(self) -> dict[Trouble | Unknown, Found]:
        """All troubles, those too of which there is none; what another version found is one as well."""
        total: dict[Trouble | Unknown, Found] = dict.fromkeys(Trouble, Found())
        for look in self.days.values():
            for trouble, found in look.found.items():
                total[trouble] = total.get(trouble, Found()) + found
        total[Trouble.STEP_MISSED] += sum(self.steps.values(), Found())
        return total | {Trouble.RUN_MISSED: self.runs, Trouble.IMPORT_STOPPED: self.imports}

    @property
    def troubles(self) -> dict[str, int]:
        """How much of each trouble, as far as there is any; for the log."""
        return {trouble.value: found.count for trouble, found in self.found.items() if found.count}

    def to_dict(self) -> dict[str, Any]:
        """Plain values, to be stored."""
        return {
            "at": self.at.isoformat(),
            "days": {day.isoformat(): _look_text(look) for day, look in self.days.items()},
            "steps": {run: _found_text(found) for run, found in self.steps.items()},
            "runs": _found_text(self.runs),
            "imports": _found_text(self.imports),
            "importing": _seen_text(self.importing),
            "campaigns": _seen_text(self.campaigns),
            "unreached": None if self.unreached is None else self.unreached.to_store(),
            "unreached_at": None if self.unreached_at is None else self.unreached_at.isoformat(),
        }

    @classmethod
    def from_dict(cls, creditor: str, said: Mapping[str, Any]) -> "Health":
        """What was stored."""
        return cls(
            creditor=creditor,
            at=datetime.fromisoformat(said["at"]),
            days={date.fromisoformat(day): _look(look) for day, look in said["days"].items()},
            steps={run: _found(found) for run, found in said["steps"].items()},
            runs=_found(said["runs"]),
            imports=_found(said["imports"]),
            importing=_seen(said["importing"]),
            campaigns=_seen(said["campaigns"]),
            unreached=None if (kept := said.get("unreached")) is None else UnreachedSums.from_store(kept),
            unreached_at=_time(said.get("unreached_at")),
        )


def demands_of(creditor: Creditor, campaign: Campaign) -> str:
    """A hash of all that decides which steps land on which day for whom."""
    hours, audience = contact_hours(creditor, campaign), campaign.audience
    asked = (
        (campaign.ladder, campaign.order, campaign.at, audience.minimum),
        (sorted(hours.weekdays), hours.zone, hours.opens, hours.closes, hours.holidays),
        (sorted(audience.kinds), sorted(audience.tags), sorted(audience.without_tags)),
    )
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:16]


def _look_text(look: DayLook) -> dict[str, Any]:
    return {
        "entries": look.entries,
        "awaited": look.awaited,
        "again_at": None if look.again_at is None else look.again_at.isoformat(),
        "found": {trouble.value: _found_text(found) for trouble, found in look.found.items()},
    }


def _look(said: Mapping[str, Any]) -> DayLook:
    return DayLook(
        entries=said["entries"],
        awaited=said["awaited"],
        again_at=_time(said["again_at"]),
        found={read_word(Trouble, trouble): _found(found) for trouble, found in said["found"].items()},
    )


def _found_text(found: Found) -> dict[str, Any]:
    return {"count": found.count, "examples": [dict(one) for one in found.examples]}


def _found(said: Mapping[str, Any]) -> Found:
    return Found(said["count"], tuple(said["examples"]))


def _seen_text(seen: Mapping[str, Seen]) -> dict[str, list[str | None]]:
    return {name: [one.mark, None if one.since is None else one.since.isoformat()] for name, one in seen.items()}


def _seen(said: Mapping[str, list[Any]]) -> dict[str, Seen]:
    return {name: Seen(mark, _time(since)) for name, (mark, since) in said.items()}


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
