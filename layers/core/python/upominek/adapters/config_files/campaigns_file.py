"""Campaign files: YAML that people write, held to what a campaign may be, with every mistake shown by line."""

import re
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from upominek.adapters.config_files.campaign_claims import ClaimsFile, check_claims
from upominek.adapters.config_files.file_model import NOT_EMPTY, FileModel, Line, not_among, one_of, part, read_model
from upominek.adapters.config_files.yaml_file import Document, InvalidFile
from upominek.adapters.texts.sources import text_names
from upominek.domain.errors import InvalidValue, NotFound
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import PAY_WITHIN_DAYS, Audience, Campaign, Entry, Step
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.money import Money, parse_amount

TICK: Final = timedelta(minutes=15)
"""How often the schedule looks whether a campaign's time has come."""

EXPIRES_AFTER_DAYS: Final = 5
EVERY_DAY: Final = frozenset(range(6))
"""Every day that may be a contact day at all."""

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat")
_DAYS_PL: Final = {"pn": 0, "pon": 0, "wt": 1, "śr": 2, "sr": 2, "cz": 3, "czw": 3, "pt": 4, "so": 5, "sob": 5}
_TIME: Final = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3])[:.](?P<minute>[0-5][0-9])")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def read_campaign(content: bytes, file: str, creditor: Creditor | None = None) -> Campaign:
    """The campaign that a file describes.

    Args:
        file: its name, for messages; without its folder and ending it is the campaign's id, unless the file has one.
        creditor: whose campaign it is: its contact hours count, and its register; unknown where a file is only checked.

    Raises:
        InvalidFile: everything that is wrong with it, with line, column and what is allowed.
    """
    stem = file.replace("\\", "/").rpartition("/")[2].partition(".")[0]
    model, document = read_model(content, file, _CampaignFile)
    if isinstance(document.value, dict):
        _check_id(document, stem)
        _check_offsets(document)
        _check_schedule(document, creditor.hours if creditor else ContactHours())
        check_claims(document, creditor)
    if model is None or document.problems:
        raise InvalidFile(document.problems)
    return _campaign(model, model.id or stem)


def shipped_campaigns() -> list[str]:
    """Names of the campaigns that come with the product."""
    return sorted(one.name.removesuffix(".yaml") for one in _folder().iterdir() if one.name.endswith(".yaml"))


def shipped_campaign(name: str, creditor: Creditor | None = None) -> Campaign:
    """A campaign that comes with the product.

    Raises:
        NotFound: there is none of this name.
        InvalidFile: it does not fit the creditor's hours, or needs a register that the creditor does not name.
    """
    if name not in shipped_campaigns():
        unknown = not_among(name, shipped_campaigns())
        raise NotFound("campaign_not_found", pl=unknown.pl, en=unknown.en)
    file = f"{name}.yaml"
    return read_campaign((_folder() / file).read_bytes(), f"templates/campaigns/{file}", creditor)


def _clock(value: object) -> object:
    if not isinstance(value, str):
        return value
    if written := _TIME.fullmatch(value.strip()):
        return time(int(written["hour"]), int(written["minute"]))
    raise InvalidValue(
        "time_invalid",
        pl="To ma być godzina od 00:00 do 23:59, np. 09:00.",
        en="This must be a time of day from 00:00 to 23:59, such as 09:00.",
    )


def _weekday(value: object) -> object:
    word = value.strip().lower().rstrip(".") if isinstance(value, str) else ""
    if word in {"sun", "sunday", "nd", "ndz", "niedziela"}:
        raise InvalidValue(
            "sunday",
            pl="W niedziele nie kontaktujemy się z nikim. Możliwe: mon, tue, wed, thu, fri, sat.",
            en="Nobody is contacted on a Sunday. Possible: mon, tue, wed, thu, fri, sat.",
        )
    if word in _DAYS_PL:
        return _DAYS_PL[word]
    if word not in _DAYS:
        raise not_among(value, list(_DAYS))
    return _DAYS.index(word)


def _minimum(value: object) -> object:
    if not isinstance(value, str):
        return value
    amount = parse_amount(value)
    if amount.grosze < 0:
        raise InvalidValue("amount_negative", pl="Kwota nie może być ujemna.", en="The amount may not be below zero.")
    return amount


def _each_once(channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
    if len(set(channels)) < len(channels):
        raise InvalidValue(
            "duplicate_channel",
            pl="Ten sam kanał jest tu dwa razy. Zostaw jeden.",
            en="The same channel is here twice. Keep one of them.",
        )
    return channels


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise InvalidValue(
            "id_invalid",
            pl="Identyfikator to od 1 do 32 małych liter a–z, cyfr i łączników, np. default.",
            en="An id is 1 to 32 small letters a–z, digits and hyphens, such as default.",
        )
    return value


Clock = Annotated[time, BeforeValidator(_clock)]
Days = Annotated[frozenset[Annotated[int, BeforeValidator(_weekday)]], NOT_EMPTY]
Name = Annotated[Line, Field(min_length=1, max_length=100)]
Tag = Annotated[Line, Field(min_length=1, max_length=64)]
Id = Annotated[Line, AfterValidator(_id)]


class HoursFile(FileModel):
    """Contact days and hours."""

    days: Days = frozenset(range(5))
    opens: Clock = ContactHours().opens
    closes: Clock = ContactHours().closes
    time_zone: Annotated[Line, AfterValidator(lambda zone: ContactHours(zone=zone).zone)] = ContactHours().zone
    holidays: Annotated[Line, AfterValidator(lambda of: ContactHours(holidays=of).holidays)] = ContactHours().holidays

    @model_validator(mode="after")
    def _accepted(self) -> Self:
        """The calendar takes them."""
        self.hours()
        return self

    def hours(self) -> ContactHours:
        """As the calendar has them."""
        return ContactHours(
            zone=self.time_zone, weekdays=self.days, opens=self.opens, closes=self.closes, holidays=self.holidays
        )


class _AudienceFile(FileModel):
    kinds: frozenset[Annotated[DebtorKind, one_of(DebtorKind)]] = frozenset()
    minimum: Annotated[Money, BeforeValidator(_minimum)] | None = None
    tags: frozenset[Tag] = frozenset()
    without_tags: frozenset[Tag] = frozenset()


class _ScheduleFile(FileModel):
    at: Clock = time(9)
    days: Days = EVERY_DAY


class _StepFile(FileModel):
    offset: Annotated[int, Field(ge=-60, le=365)]
    channels: Annotated[tuple[Annotated[Channel, one_of(Channel)], ...], NOT_EMPTY, AfterValidator(_each_once)]
    template: Line | None = None
    tone: Annotated[Tone, one_of(Tone)] = Tone.FRIENDLY
    expires_after: Annotated[int, Field(ge=0, le=60)] | None = None
    claims: ClaimsFile = ClaimsFile()
    otherwise: Line | None = None
    letter: Line | None = None
    pay_within: Annotated[int, Field(ge=1, le=90)] = PAY_WITHIN_DAYS

    @field_validator("template", "otherwise")
    @classmethod
    def _exists(cls, template: str | None, step: ValidationInfo) -> str | None:
        """There is a text for each of the channels; a letter that is posted has its own, named by `letter`."""
        for channel in step.data.get("channels", Channel):
            if channel is Channel.LETTER or template is None:
                continue
            if template not in (names := text_names(channel)):
                raise not_among(
                    template,
                    names,
                    "template_unknown",
                    pl=f"Kanał {channel.value} nie ma szablonu",
                    en=f"The channel {channel.value} has no template",
                )
        return template

    def step(self) -> Step:
        """As the domain has it."""
        # A step before the due date makes sense until that day. A later one counts days only while there is still time
        # to pay, as where the due date fell on a free day: what is overdue is owed a word until it is said.
        expires = EXPIRES_AFTER_DAYS if self.offset >= 0 else -self.offset
        return Step(
            offset_days=self.offset,
            channels=self.channels,
            template=self.template or self.letter or "",
            tone=self.tone,
            expires_after_days=expires if self.expires_after is None else self.expires_after,
            claims=self.claims.claims(),
            otherwise=self.otherwise,
            letter=self.letter,
            pay_within_days=self.pay_within,
        )


class _CampaignFile(FileModel):
    id: Id | None = None
    name: Name
    order: Annotated[int, Field(ge=0, le=9999)] = 100
    active: bool = True
    audience: _AudienceFile = _AudienceFile()
    schedule: _ScheduleFile = _ScheduleFile()
    hours: HoursFile | None = None
    entry: Annotated[Entry, one_of(Entry)] = Entry.GENTLE
    most_per_day: Annotated[int, Field(ge=1)] | None = None
    ladder: Annotated[tuple[_StepFile, ...], NOT_EMPTY]


def _campaign(model: _CampaignFile, campaign: str) -> Campaign:
    return Campaign(
        id=campaign,
        name=model.name,
        order=model.order,
        is_active=model.active,
        audience=Audience(
            kinds=model.audience.kinds,
            minimum=model.audience.minimum,
            tags=model.audience.tags,
            without_tags=model.audience.without_tags,
        ),
        at=model.schedule.at,
        weekdays=model.schedule.days,
        hours=model.hours.hours() if model.hours else None,
        entry=model.entry,
        most_per_day=model.most_per_day,
        ladder=tuple(sorted((step.step() for step in model.ladder), key=lambda step: step.offset_days)),
    )


def _check_id(document: Document, stem: str) -> None:
    if "id" not in document.value and not _ID.fullmatch(stem):
        document.problem(
            (),
            "id_missing",
            pl=f"Nazwa pliku „{stem}” nie może być identyfikatorem. Dopisz „id:” (małe litery a–z, cyfry, łączniki).",
            en=f"The file's name “{stem}” cannot be an id. Add “id:” (small letters a–z, digits, hyphens).",
        )


def _check_offsets(document: Document) -> None:
    """No two steps on the same day; read from the file as it is, so that it is told beside what else is wrong."""
    ladder = document.value.get("ladder")
    lines: dict[int, int] = {}
    for number, step in enumerate(ladder if isinstance(ladder, list) else ()):
        place = ("ladder", number, "offset")
        try:
            offset = int(step["offset"])
        except (TypeError, ValueError, KeyError):
            continue
        if offset in lines:
            document.problem(
                place,
                "duplicate_offset",
                pl=f"Krok {offset:+d} jest już w wierszu {lines[offset]}. Zostaw jeden albo zmień liczbę dni.",
                en=f"Step {offset:+d} is in line {lines[offset]} already. Keep one, or change the number of days.",
            )
        lines.setdefault(offset, document.place(place)[0])


def _check_schedule(document: Document, creditors: ContactHours) -> None:
    """The day's reminders are prepared within contact hours, and early enough for the schedule to notice."""
    schedule = part(document, _ScheduleFile, "schedule")
    hours = creditors
    if document.value.get("hours") is not None:
        own = part(document, HoursFile, "hours")
        if own is None:
            return
        hours = own.hours()
    if schedule is None:
        return
    if not hours.weekdays & schedule.days:
        document.problem(
            ("schedule", "days"),
            "no_contact_day",
            pl=f"Żaden z tych dni nie jest dniem kontaktu ({_named(hours.weekdays)}), więc nic by nie wyszło.",
            en=f"None of these days is a contact day ({_named(hours.weekdays)}), so nothing would ever go out.",
        )
    latest = (datetime.combine(date.min, hours.closes) - TICK).time()
    if not hours.opens <= schedule.at <= latest:
        document.problem(
            ("schedule", "at"),
            "time_outside_hours",
            pl=f"Godzina {schedule.at:%H:%M} jest poza godzinami kontaktu. Możliwe: od {hours.opens:%H:%M} do "
            f"{latest:%H:%M} (kwadrans przed {hours.closes:%H:%M}).",
            en=f"{schedule.at:%H:%M} is outside contact hours. Possible: from {hours.opens:%H:%M} to {latest:%H:%M} "
            f"(a quarter of an hour before {hours.closes:%H:%M}).",
        )


def _named(days: frozenset[int]) -> str:
    return ", ".join(_DAYS[day] for day in sorted(days))


def _folder() -> Traversable:
    return files("templates") / "campaigns"
