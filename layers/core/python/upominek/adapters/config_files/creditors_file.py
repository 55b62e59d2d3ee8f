"""Creditor files: YAML for `upominek creditor add FILE`, held to what a creditor may be, with every mistake by line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from upominek.adapters.carriers.registry import CARRIERS
from upominek.adapters.config_files.campaigns_file import (
    HoursFile,
    Name,
    read_campaign,
    shipped_campaign,
    shipped_campaigns,
)
from upominek.adapters.config_files.file_model import NOT_EMPTY, FileModel, Line, not_among, one_of, read_model
from upominek.adapters.config_files.yaml_file import Document, InvalidFile, file_bytes
from upominek.domain.errors import InvalidValue, NotFound
from upominek.domain.parties.creditor import ChosenCarriers, Creditor, Limits, Register, SmallestSums
from upominek.domain.planning.campaign import Campaign
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import parse_email, parse_phone
from upominek.domain.values.identifiers import parse_account, parse_creditor_id, parse_nip
from upominek.domain.values.kinds import ClaimKind

MOST_SHARDS: Final = 256
MOST_ADDRESS_LINES: Final = 5
"""What the window of an envelope shows."""
LARGEST_SMALLEST: Final = 10_000
"""Whole units. Above it a debt that is worth a court's fee would go unmentioned."""
FEWEST_TEXT_DAYS: Final = 14
"""So long a message may lie in a dead-letter queue and still come back."""
MOST_TEXT_DAYS: Final = 365
"""Manifests, by which redaction finds reminders, are kept for somewhat longer."""
_SENDER: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9-]{0,9}[A-Za-z0-9])?")
_WEBSITE: Final = re.compile(r"https?://[^\s/]+\.[^\s]+")


@dataclass(frozen=True, slots=True)
class CreditorFile:
    """What a creditor file says."""

    creditor: Creditor
    campaigns: tuple[Campaign, ...]


def read_creditor(path: Path) -> CreditorFile:
    """The creditor that a file describes, with the campaigns that it names.

    Raises:
        InvalidFile: everything that is wrong with it and its campaigns, with file, line, column and what is allowed.
        OSError: the file cannot be opened.
    """
    model, document = read_model(file_bytes(path), str(path), _CreditorFile)
    if model is None:
        raise InvalidFile(document.problems)
    creditor = _creditor(model)
    campaigns = tuple(_campaigns(model, creditor, document, path.parent))
    if document.problems:
        raise InvalidFile(document.problems)
    return CreditorFile(creditor, campaigns)


def _sender(value: str) -> str:
    if not _SENDER.fullmatch(value):
        raise InvalidValue(
            "sms_sender_invalid",
            pl="Nadawca SMS to od 1 do 11 znaków: litery a–z bez ogonków, cyfry i łączniki w środku, bez spacji, co "
            "najmniej jedna litera, np. HydroHurt.",
            en="The sender of SMS is 1 to 11 characters: letters a–z without accents, digits, hyphens within, no "
            "spaces, at least one letter, such as HydroHurt.",
        )
    return value


def _shards(value: int) -> int:
    if value.bit_count() != 1:
        raise InvalidValue(
            "shards_invalid",
            pl=f"Liczba części to potęga dwójki: 1, 2, 4, 8 … {MOST_SHARDS}.",
            en=f"The number of shards is a power of two: 1, 2, 4, 8 … {MOST_SHARDS}.",
        )
    return value


def _phone(value: str) -> str:
    parse_phone(value)
    return value  # as it was written: people read it, and dial it


def _website(value: str) -> str:
    if not _WEBSITE.fullmatch(value):
        raise InvalidValue(
            "website_invalid",
            pl="To nie jest adres strony, np. https://firma.pl.",
            en="This is no web address, such as https://firma.pl.",
        )
    return value


def _email(value: str) -> str:
    return parse_email(value).value


Email = Annotated[Line, AfterValidator(_email)]


class _LimitsFile(FileModel):
    per_day: Annotated[int, Field(ge=1, le=10)] = Limits().per_day
    per_week: Annotated[int, Field(ge=1, le=50)] = Limits().per_week
    days_between: Annotated[int, Field(ge=0, le=30)] = Limits().days_between

    def limits(self) -> Limits:
        """As the domain has them."""
        return Limits(self.per_day, self.per_week, self.days_between)


class _SmallestFile(FileModel):
    reminder: Annotated[int, Field(ge=0, le=LARGEST_SMALLEST)] = SmallestSums().reminder
    demand: Annotated[int, Field(ge=0, le=LARGEST_SMALLEST)] | None = None

    @field_validator("demand")
    @classmethod
    def _not_below(cls, demand: int | None, smallest: ValidationInfo) -> int | None:
        """What is demanded has been asked for before."""
        reminder = smallest.data.get("reminder", 0)
        if demand is not None and demand < reminder:
            raise InvalidValue(
                "demand_below_reminder",
                pl=f"Przy kwotach od {demand} do {reminder} pierwszym słowem byłoby wezwanie. Kwota dla wezwań nie "
                f"może być mniejsza niż dla przypomnień ({reminder}).",
                en=f"Between {demand} and {reminder} the first word would be a demand. The sum for demands may not be "
                f"smaller than the one for reminders ({reminder}).",
            )
        return demand

    def sums(self) -> SmallestSums:
        """As the domain has them; who raises the one for reminders raises the other with it."""
        demand = max(self.reminder, SmallestSums().demand) if self.demand is None else self.demand
        return SmallestSums(self.reminder, demand)


class _RegisterFile(FileModel):
    bureau: Name
    seat: Name

    def register(self) -> Register:
        """As the domain has it."""
        return Register(self.bureau, self.seat)


def _carrier_of(channel: Channel) -> AfterValidator:
    """One of the carriers that serve the channel."""

    def check(word: str) -> Carrier:
        known = [one for one in CARRIERS.known() if CARRIERS.traits(one).channel is channel]
        if word not in known:
            raise not_among(word, known)
        return Carrier(word)

    return AfterValidator(check)


class _CarriersFile(FileModel):
    sms: Annotated[Line, _carrier_of(Channel.SMS)] = ChosenCarriers().sms
    email: Annotated[Line, _carrier_of(Channel.EMAIL)] = ChosenCarriers().email
    letter: Annotated[Line, _carrier_of(Channel.LETTER)] = ChosenCarriers().letter

    def chosen(self) -> ChosenCarriers:
        """As the domain has it."""
        return ChosenCarriers(Carrier(self.sms), Carrier(self.email), Carrier(self.letter))


class _CreditorFile(FileModel):
    id: Annotated[Line, AfterValidator(parse_creditor_id)]
    name: Name
    nip: Annotated[Line, AfterValidator(parse_nip)] | None = None
    account: Annotated[Line, AfterValidator(parse_account)] | None = None
    sms_sender: Annotated[Line, AfterValidator(_sender)] | None = None
    email_from: Email | None = None
    reply_to: Email | None = None
    contact_person: Name | None = None
    contact_phone: Annotated[Line, AfterValidator(_phone)] | None = None
    website: Annotated[Line, AfterValidator(_website)] | None = None
    hours: HoursFile = HoursFile()
    limits: _LimitsFile = _LimitsFile()
    smallest: _SmallestFile = _SmallestFile()
    shards: Annotated[int, Field(ge=1, le=MOST_SHARDS), AfterValidator(_shards)] = 1
    message_lifetime_days: Annotated[int, Field(ge=1, le=14)] = 3
    address: Annotated[tuple[Name, ...], Field(max_length=MOST_ADDRESS_LINES)] = ()
    register_: Annotated[_RegisterFile | None, Field(alias="register")] = None
    offers_instalments: bool = False
    offers_later_date: bool = False
    claim_kind: Annotated[ClaimKind, one_of(ClaimKind)] = ClaimKind.SALE
    text_days: Annotated[int, Field(ge=FEWEST_TEXT_DAYS, le=MOST_TEXT_DAYS)] = 90
    retention_years: Annotated[int, Field(ge=0, le=10)] = 3
    carriers: _CarriersFile = _CarriersFile()
    campaigns: Annotated[tuple[Name, ...], NOT_EMPTY] = ("default",)


def _creditor(model: _CreditorFile) -> Creditor:
    return Creditor(
        id=model.id,
        name=model.name,
        nip=model.nip,
        account=model.account,
        sms_sender=model.sms_sender,
        email_from=model.email_from,
        reply_to=model.reply_to,
        contact_person=model.contact_person,
        contact_phone=model.contact_phone,
        website=model.website,
        hours=model.hours.hours(),
        limits=model.limits.limits(),
        smallest=model.smallest.sums(),
        shards=(model.shards,),
        message_lifetime=timedelta(days=model.message_lifetime_days),
        address=model.address,
        register=model.register_.register() if model.register_ else None,
        offers_instalments=model.offers_instalments,
        offers_later_date=model.offers_later_date,
        claim_kind=model.claim_kind,
        text_days=model.text_days,
        retention_years=model.retention_years,
        carriers=model.carriers.chosen(),
    )


def _campaigns(model: _CreditorFile, creditor: Creditor, document: Document, folder: Path) -> Iterator[Campaign]:
    """The campaigns that the file names; what is wrong with them is noted in the document."""
    seen: set[str] = set()
    for number, name in enumerate(model.campaigns):
        place = ("campaigns", number)
        try:
            campaign = _campaign(name, creditor, folder)
        except InvalidFile as invalid:
            document.problems.extend(invalid.problems)
            continue
        except (NotFound, OSError) as missing:
            unknown = missing if isinstance(missing, NotFound) else not_among(name, shipped_campaigns())
            document.problem(place, "campaign_not_found", pl=unknown.pl, en=unknown.en)
            continue
        if campaign.id in seen:
            document.problem(
                place,
                "duplicate_campaign",
                pl=f"Kampania „{campaign.id}” jest już na liście. Zostaw jedną.",
                en=f"The campaign “{campaign.id}” is in the list already. Keep one.",
            )
        if creditor.email_from is None and any(Channel.EMAIL in step.channels for step in campaign.ladder):
            document.problem(
                place,
                "email_from_missing",
                pl=f"Kampania „{campaign.id}” wysyła e-maile, a brakuje adresu nadawcy „email_from”.",
                en=f"The campaign “{campaign.id}” writes e-mails, and their sender “email_from” is missing.",
            )
        seen.add(campaign.id)
        yield campaign


def _campaign(name: str, creditor: Creditor, folder: Path) -> Campaign:
    if name.endswith((".yaml", ".yml")):
        path = folder / name
        return read_campaign(file_bytes(path), str(path), creditor)
    return shipped_campaign(name, creditor)
