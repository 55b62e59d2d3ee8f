"""What queues carry: ids and a version, never payloads or contact data. Old versions stay readable."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from upominek.domain.errors import NotUnderstood
from upominek.domain.messages.occasion import STEP, Occasion, read_occasion
from upominek.domain.messages.reminder import ReminderKey, reminder_key
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.channel import Channel
from upominek.domain.values.unknown import Unknown, read_word

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanJob:
    """Plan one shard of one campaign for one local day.

    Attributes:
        agenda_only: the day's run was before; only what has come onto the agenda since is looked at.
    """

    creditor: str
    campaign: str
    shard: int
    day: date
    agenda_only: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The JSON object on the queue."""
        return {
            "version": VERSION,
            "creditor": self.creditor,
            "campaign": self.campaign,
            "shard": self.shard,
            "day": self.day.isoformat(),
            **({"agenda_only": True} if self.agenda_only else {}),
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "PlanJob":
        """The job from its JSON object."""
        return cls(
            creditor=body["creditor"],
            campaign=body["campaign"],
            shard=int(body["shard"]),
            day=date.fromisoformat(body["day"]),
            agenda_only=bool(body.get("agenda_only", False)),
        )


# A tuple is defined in a fifth of the time that a dataclass takes, and every cold start of the sender waits for it.
class PreparedAttachment(NamedTuple):
    """A letter that was made for an e-mail and waits to be attached.

    Attributes:
        id: what it is kept under; `key` is its file's.
        sha256: of the PDF.
        fingerprint: of what it says; the e-mail goes only while the same still holds.
        name: of the file that the debtor receives.
    """

    id: str
    kind: str
    key: str
    sha256: str
    pages: int
    fingerprint: str
    name: str


_FLAGS = ("is_fallback", "to_next_address", "after_next_address", "awaits_letter")
"""What an item on the queue says only where it is so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One reminder to be sent.

    Attributes:
        day: local day of planning, or of the event; part of the reminder's id, so whoever repeats it names the same.
        step: the step's name (`+5`); for an event the name of its text.
        channel: the lane it was put on; the sender may find another address or channel.
        invoices: numbers that the plan found, to tell why if nothing goes; the sender reads all that are open. None
            where the step was owed from before.
        since: after missed runs, the last day planned before: reminders since then are looked up first.
        is_fallback: a further attempt, after one that failed: on another channel, unless it is `to_next_address`.
        to_next_address: the attempt in between, to another address of the channel that failed.
        after_next_address: the last attempt, after that one failed too.
        tried: the channel that failed, for a fallback.
        attempt: how often a carrier turned it away for the time being.
        carrier: the one that did; it is the one to try again.
        awaits_letter: a letter is to be made first, and attached.
        letter: the letter that was made.
        rewrites: how often a letter had to be made anew, because it no longer said what holds.
        occasion: why it is to be sent.
    """

    creditor: str
    debtor: str
    campaign: str
    day: date
    step: str
    channel: Channel
    invoices: tuple[str, ...]
    since: date | None = None
    is_fallback: bool = False
    to_next_address: bool = False
    after_next_address: bool = False
    tried: Channel | Unknown | None = None
    attempt: int = 0
    carrier: Carrier | None = None
    awaits_letter: bool = False
    letter: PreparedAttachment | None = None
    rewrites: int = 0
    occasion: Occasion = STEP

    @property
    def key(self) -> ReminderKey:
        """Where the reminder is kept, whatever becomes of it."""
        return self._key(is_fallback=self.is_fallback, to_next_address=self.to_next_address)

    def on(self, channel: Channel) -> "OutboxItem":
        """The item on another channel's lane; who turned it away on the first one has no say there."""
        return replace(self, channel=channel, carrier=None)

    @property
    def original_key(self) -> ReminderKey:
        """Its own key, or, of a fallback, that of the reminder that failed first."""
        return self._key(is_fallback=False)

    @property
    def earlier_keys(self) -> tuple[ReminderKey, ...]:
        """Of a fallback, those of all attempts before it."""
        if not self.is_fallback:
            return ()
        between = (self._key(is_fallback=True, to_next_address=True),) if self.after_next_address else ()
        return (self.original_key, *between)

    @property
    def passed_over(self) -> Channel | Unknown | None:
        """The channel that is not tried again, nor those before it; None where its other address is to be tried."""
        return None if self.to_next_address else self.tried

    def _key(self, *, is_fallback: bool, to_next_address: bool = False) -> ReminderKey:
        return reminder_key(
            self.creditor,
            self.campaign,
            self.debtor,
            self.day,
            occasion=self.occasion,
            is_fallback=is_fallback,
            to_next_address=to_next_address,
        )

    @property
    def lane(self) -> Channel:
        """The lane that it waits on: its channel's, or that of letters while one is to be made for it."""
        return Channel.LETTER if self.awaits_letter else self.channel

    def to_dict(self) -> dict[str, Any]:
        """The JSON object on the queue; what is not set is left out."""
        body: dict[str, Any] = {
            "version": VERSION,
            "creditor": self.creditor,
            "debtor": self.debtor,
            "campaign": self.campaign,
            "day": self.day.isoformat(),
            "step": self.step,
            "channel": self.channel.value,
            "invoices": list(self.invoices),
        }
        if self.since is not None:
            body["since"] = self.since.isoformat()
        body |= {name: True for name in _FLAGS if getattr(self, name)}
        if self.tried is not None:
            body["tried"] = self.tried.value
        if self.attempt:
            body["attempt"] = self.attempt
        if self.carrier is not None:
            body["carrier"] = self.carrier.value
        if self.letter is not None:
            body["letter"] = self.letter._asdict()
        if self.rewrites:
            body["rewrites"] = self.rewrites
        if not self.occasion.is_step:
            body["occasion"] = self.occasion.text
        return body

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "OutboxItem":
        """The item from its JSON object.

        Raises:
            NotUnderstood: it is for a channel or on an event of another version, so it ends among the dead letters.
        """
        channel = read_word(Channel, body["channel"])
        if isinstance(channel, Unknown):
            raise NotUnderstood("channel", channel)
        occasion = _occasion(body)
        if not occasion.is_step:
            # Most functions that read or write queues know of no event, and their cold start does not wait for them.
            from upominek.domain.planning.occasions import message_on  # noqa: PLC0415

            message_on(occasion)
        return cls(
            creditor=body["creditor"],
            debtor=body["debtor"],
            campaign=body["campaign"],
            day=date.fromisoformat(body["day"]),
            step=body["step"],
            channel=channel,
            invoices=tuple(body["invoices"]),
            since=date.fromisoformat(body["since"]) if "since" in body else None,
            is_fallback=bool(body.get("is_fallback", False)),
            to_next_address=bool(body.get("to_next_address", False)),
            after_next_address=bool(body.get("after_next_address", False)),
            tried=read_word(Channel, body["tried"]) if "tried" in body else None,
            carrier=Carrier(body["carrier"]) if body.get("carrier") else None,
            attempt=int(body.get("attempt", 0)),
            awaits_letter=bool(body.get("awaits_letter", False)),
            letter=PreparedAttachment(**body["letter"]) if "letter" in body else None,
            rewrites=int(body.get("rewrites", 0)),
            occasion=occasion,
        )


def key_in(body: Mapping[str, Any]) -> ReminderKey:
    """Where the reminder is kept that the JSON object of an item asks for, whatever else it says."""
    day, is_fallback = date.fromisoformat(body["day"]), bool(body.get("is_fallback", False))
    return reminder_key(
        body["creditor"],
        body["campaign"],
        body["debtor"],
        day,
        occasion=_occasion(body),
        is_fallback=is_fallback,
        to_next_address=bool(body.get("to_next_address", False)),
    )


def _occasion(body: Mapping[str, Any]) -> Occasion:
    return read_occasion(body.get("occasion", ""))


# A tuple for the same reason as `PreparedAttachment`.
class Planned(NamedTuple):
    """A line of a day's manifest: one message that was put on the outbox, never a fallback. No contact data."""

    key: ReminderKey
    campaign: str
    step: str
    channel: Channel | Unknown
    occasion: Occasion = STEP

    @classmethod
    def of(cls, item: OutboxItem) -> "Planned":
        """The line for an item, or for the original of a fallback."""
        return cls(item.original_key, item.campaign, item.step, item.channel, item.occasion)

    @property
    def fallback_key(self) -> ReminderKey:
        """Where the last attempt is kept, on another channel, if there was one."""
        return self._attempt(to_next_address=False)

    @property
    def next_address_key(self) -> ReminderKey:
        """Where the attempt in between is kept, to another address of the channel, if there was one."""
        return self._attempt(to_next_address=True)

    def _attempt(self, *, to_next_address: bool) -> ReminderKey:
        key = self.key
        return reminder_key(
            key.creditor,
            self.campaign,
            key.debtor,
            key.day,
            occasion=self.occasion,
            is_fallback=True,
            to_next_address=to_next_address,
        )
