"""A case as one small item: the debtor, and each hold, place, credit and suppressed address as an attribute of its own.

So one update sets any of them without reading the others, and no two writers undo each other's work.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from upominek.adapters.aws.table.keys import (
    AGENDA_KEY,
    AGENDA_SHARD,
    ENTRY,
    EVENT,
    PK,
    SK,
    agenda_key,
    agenda_shard,
    debtor_in,
)
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import money_in, money_text, time_text
from upominek.domain.cases.case import HEAVIEST, Agenda, Case, Contact, Fact, Hold, days_by_number
from upominek.domain.cases.last_word import LastWord, LastWords
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.shards import shard_of
from upominek.domain.values.unknown import read_word

OPENED: Final = "opened_at"
CHANGED: Final = "changed_at"
ERASURE: Final = "erasure"
"""Secret of an erasure that has begun."""
REVISION: Final = "revision"
"""Counts the changes of the debtor."""

_CONTACT: Final = "contact/"
_NOTICE: Final = "notice/"
_CREDIT: Final = "credit/"
_HOLD: Final = "hold/"
_SAID: Final = "said/"
_SUPPRESSED: Final = "suppressed/"
AGENDA_ON: Final = "agenda_on"
AGENDA_FOR: Final = "agenda_for"
AWAITS_ADDRESS: Final = "awaits_address"
"""Partition of the agenda index that the case goes to when the debtor's contact data change."""
ACKNOWLEDGED: Final = "acknowledged"
"""A set of `<day>/<invoice>`: adding to it needs to know nothing of what is there."""

_LANDLINE: Final = " landline"


def _phone(text: str) -> Phone:
    return Phone(text.removesuffix(_LANDLINE), may_receive_sms=not text.endswith(_LANDLINE))


_TO_ITEM: Final[Mapping[str, Callable[[Any], Any]]] = {
    "phones": lambda phones: [p.e164 if p.may_receive_sms else p.e164 + _LANDLINE for p in phones],
    "emails": lambda emails: [e.value for e in emails],
    "tags": sorted,
    "address": list,
    CHANGED: time_text,
}
_FROM_ITEM: Final[Mapping[str, Callable[[Any], Any]]] = {
    "name": str,
    "kind": partial(read_word, DebtorKind),
    "first_name": str,
    "phones": lambda phones: tuple(map(_phone, phones)),
    "emails": lambda emails: tuple(map(Email, emails)),
    "language": str,
    "tags": frozenset,
    "nip": str,
    "regon": str,
    "pesel": str,
    "address": tuple,
    "email_clause": str,
    "vat_id": str,
    "kind_basis": str,
    CHANGED: datetime.fromisoformat,
}


def contact_place(place: int, *, is_notice: bool = False) -> str:
    """Attribute of a place within the caps; 0 is the one taken last."""
    return f"{_NOTICE if is_notice else _CONTACT}{place}"


def credit(number: str) -> str:
    """Attribute of what an invoice holds in the debtor's favour."""
    return _CREDIT + number


def hold(key: str) -> str:
    """Attribute of a hold."""
    return _HOLD + key


def suppressed(digest: str) -> str:
    """Attribute of a suppressed address."""
    return _SUPPRESSED + digest


def acknowledged(day: date, number: str) -> str:
    """That an invoice was acknowledged on a day, as a member of the set."""
    return f"{day.isoformat()}/{number}"


def contact_text(contact: Contact) -> str:
    """A place: the day first, so that places compare by day."""
    weight = "" if contact.weight == HEAVIEST else f"|{contact.weight}"
    return f"{contact.day.isoformat()}|{contact.reminder_id}{weight}"


def said(campaign: str) -> str:
    """Attribute of what a campaign said last."""
    return _SAID + campaign


def words_text(words: LastWords) -> str:
    """What a campaign said last, as one text: of what is overdue, then of what was to fall due, newest first."""
    told = [_word_list(words.overdue), _word_list(words.ahead)]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _word_list(word: LastWord | None) -> list[Any]:
    if word is None:
        return []
    of = [word.on.isoformat(), time_text(word.at), word.offset_days, word.text, word.reminder_id, dict(word.left_out)]
    return [of, *_word_list(word.before)]


def _words(text: str) -> LastWords:
    overdue, ahead = json.loads(text)
    return LastWords(_word(overdue), _word(ahead))


def _word(told: Sequence[Any]) -> LastWord | None:
    if not told:
        return None
    (on, at, offset, text, reminder, left_out), *earlier = told
    return LastWord(
        on=date.fromisoformat(on),
        at=datetime.fromisoformat(at),
        offset_days=offset,
        text=text,
        reminder_id=reminder,
        left_out=left_out,
        before=_word(earlier),
    )


def agenda_item(agenda: Agenda, creditor: str, debtor: str, shards: tuple[int, ...]) -> Item:
    """The attributes of a case that is to be looked at."""
    owed = f"{agenda.campaign}|{agenda.step}|{agenda.channel}"
    return {
        AGENDA_SHARD: agenda_shard(creditor, shard_of(debtor, shards[-1])),
        AGENDA_KEY: agenda_key(agenda.on, debtor, is_entry=agenda.is_entry),
        AGENDA_ON: agenda.on.isoformat(),
        AGENDA_FOR: owed if agenda.campaign else None,
    }


def agenda_from(item: Item) -> Agenda | None:
    """When the case is to be looked at; also of what the index shows of it."""
    key = item.get(AGENDA_KEY)
    if key is None:
        return None
    campaign, step, channel = item.get(AGENDA_FOR, "||").split("|")
    on = date.fromisoformat(key[1:11])
    return Agenda(on, is_entry=key.startswith(ENTRY), campaign=campaign, step=step, channel=channel)


def debtor_changes(before: Debtor | None, after: Debtor) -> Item:
    """The attributes of the debtor that differ."""
    changes = {}
    for name in _FROM_ITEM:
        value = getattr(after, name)
        is_news = value != "" if before is None else value != getattr(before, name)
        if value is not None and is_news:
            changes[name] = _TO_ITEM.get(name, str)(value)
    return changes


def debtor_from(item: Item) -> Debtor | None:
    """The debtor; None while the case was not opened."""
    if OPENED not in item:
        return None
    known = {name: read(item[name]) for name, read in _FROM_ITEM.items() if name in item}
    return Debtor(id=debtor_in(item[PK])[1], **known)


def case_from(item: Item) -> Case:
    """The case, with nothing but the debtor's id while it was not opened."""
    creditor, debtor = debtor_in(item[PK])
    holds = {}
    contacts: dict[int, Contact] = {}
    notices: dict[int, Contact] = {}
    credits_ = {}
    addresses = set()
    words = {}
    for name, value in item.items():
        family, slash, rest = name.partition("/")
        match family + slash:
            case "hold/" if "reason" in value:
                holds[rest] = _hold(rest, value)
            case "contact/" if value:
                contacts[int(rest)] = _contact(value)
            case "notice/" if value:
                notices[int(rest)] = _contact(value, is_notice=True)
            case "credit/":
                credits_[rest] = money_in(value)
            case "said/":
                words[rest] = _words(value)
            case "suppressed/":
                addresses.add(rest)
    return Case(
        creditor=creditor,
        debtor=debtor_from(item) or Debtor(id=debtor),
        holds=holds,
        contacts=tuple(contacts[place] for place in sorted(contacts)),
        credits=credits_,
        suppressed=frozenset(addresses),
        acknowledged=days_by_number(_acknowledged(text) for text in item.get(ACKNOWLEDGED, ())),
        notices=tuple(notices[place] for place in sorted(notices)),
        words=words,
        agenda=agenda_from(item),
        awaits_address=AWAITS_ADDRESS in item,
    )


def _contact(text: str, *, is_notice: bool = False) -> Contact:
    day, reminder, *weight = text.split("|")
    return Contact(date.fromisoformat(day), reminder, is_notice, int(weight[0]) if weight else HEAVIEST)


def _acknowledged(text: str) -> tuple[str, date]:
    day, _, number = text.partition("/")
    return number, date.fromisoformat(day)


def hold_item(value: Hold) -> Item:
    """A hold as a map; kind and invoice are in its attribute's name. A released one has the time only."""
    until = None if value.until is None else value.until.isoformat()
    return {"at": hold_time(value.since), "reason": value.reason, "until": until, "by": value.by or None}


def hold_time(at: datetime) -> str:
    """When a hold was set or released, in a form that compares by time."""
    return at.isoformat(timespec="microseconds")


def _hold(key: str, value: Item) -> Hold:
    kind, _, number = key.partition("/")
    return Hold(
        kind=read_word(HoldKind, kind),
        since=datetime.fromisoformat(value["at"]),
        reason=value["reason"],
        until=date.fromisoformat(value["until"]) if "until" in value else None,
        number=number or None,
        by=value.get("by", ""),
    )


def nameless_item(case: Case, at: datetime) -> Item:
    """A case without its person, as a whole."""
    item: Item = {
        OPENED: time_text(at),
        "kind": case.debtor.kind.value,
        ACKNOWLEDGED: {acknowledged(day, number) for number, days in case.acknowledged.items() for day in days} or None,
    }
    return item | {credit(number): money_text(money) for number, money in case.credits.items()}


def fact_item(fact: Fact) -> Item:
    """A fact; its time and id are in its key."""
    return {"kind": fact.kind, "data": dict(fact.data) or None, "by": fact.by or None}


def fact_from(item: Item) -> Fact:
    """The fact."""
    at, _, fact_id = item[SK].removeprefix(EVENT).partition("#")
    return Fact(
        id=fact_id,
        at=datetime.fromisoformat(at),
        kind=item["kind"],
        data=item.get("data", {}),
        by=item.get("by", ""),
    )
