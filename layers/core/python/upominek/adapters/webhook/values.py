"""Values of a webhook's fields: JSON text turned into what the domain works with, by the domain's own parsers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final, NoReturn
from unicodedata import normalize

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from upominek.domain.errors import InvalidValue
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.values.contact import Email, Phone, parse_email, parse_phone
from upominek.domain.values.identifiers import (
    parse_account,
    parse_debtor_id,
    parse_invoice_number,
    parse_pesel,
    parse_regon,
    parse_tax_number,
)
from upominek.domain.values.kinds import ClaimKind, HoldKind
from upominek.domain.values.link import parse_payment_link
from upominek.domain.values.money import DEFAULT_CURRENCY, Money, parse_amount, parse_currency
from upominek.domain.values.words import LONGEST_LINE, LONGEST_NOTE, check_length

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)
MOST_DIGITS: Final = 20

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """A field whose text is read by a parser that raises InvalidValue.

    Attributes:
        schema: what the published JSON Schema says of it besides `string`.
    """

    parse: Callable[[str], object]
    schema: Mapping[str, Any] = field(default_factory=dict)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", **self.schema}

    def _validate(self, value: object) -> object:
        try:
            return self.parse(_as_text(value))
        except InvalidValue as error:
            raise told(error) from None


class _Amount:
    """An amount as text or number, in the currency that the field before it says."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "anyOf": [{"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,3})?$"}, {"type": "number"}],
            "examples": ["1234.56", 1234.56],
        }

    @staticmethod
    def _validate(value: object, info: ValidationInfo) -> Money:
        try:
            return parse_amount(_amount_text(value), info.data.get("currency", DEFAULT_CURRENCY))
        except InvalidValue as error:
            raise told(error) from None


def told(error: InvalidValue) -> PydanticCustomError:
    """The domain's error in a shape that pydantic collects."""
    return PydanticCustomError(error.code, "{en}", {"pl": error.pl, "en": error.en})


def _refuse(code: str, *, pl: str, en: str) -> NoReturn:
    raise InvalidValue(code, pl=pl, en=en)


def _as_text(value: object) -> str:
    if not isinstance(value, str):
        _refuse("text_expected", pl="Tu potrzebny jest tekst w cudzysłowie.", en="A text in quotes is needed here.")
    return value


def _amount_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        _refuse(
            "amount_invalid",
            pl='Podaj kwotę jako tekst lub liczbę, np. "1234.56".',
            en='Give the amount as a text or a number, such as "1234.56".',
        )
    number = Decimal(value)
    if number and abs(number.adjusted()) > MOST_DIGITS:  # 1e999999 must not be written out
        _refuse("amount_too_large", pl="To nie może być kwota.", en="This cannot be an amount.")
    return f"{number.normalize():f}"


def _text(longest: int, *, may_break: bool = False) -> Callable[[str], str]:
    """Words of a person: NFC, plain single spaces, nothing invisible."""

    def parse(value: str) -> str:
        lines = value.splitlines() if may_break else [value]
        kept = (" ".join("".join(c if c.isprintable() else " " for c in line).split()) for line in lines)
        text = normalize("NFC", "\n".join(kept).strip())
        if not text:
            _refuse("text_missing", pl="Brakuje tekstu. Wpisz go albo usuń pole.", en="Give the text, or leave it out.")
        check_length(text, longest)
        return text

    return parse


def _parse_date(value: str) -> date:
    try:
        day = date.fromisoformat(value) if _DATE.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day < LATEST:
        _refuse(
            "date_invalid",
            pl="Podaj datę w postaci rrrr-mm-dd, np. 2026-03-02, z lat 1990–2099.",
            en="Give the date as yyyy-mm-dd, such as 2026-03-02, of the years 1990 to 2099.",
        )
    return day


def _parse_timestamp(value: str) -> datetime:
    """A moment, to the millisecond."""
    try:
        at = datetime.fromisoformat(value.upper()).astimezone(UTC) if _TIMESTAMP.fullmatch(value) else None
    except (ValueError, OverflowError):
        at = None
    if at is None or not EARLIEST <= at.date() < LATEST:
        _refuse(
            "timestamp_invalid",
            pl="Podaj datę i godzinę ze strefą według RFC 3339, np. 2026-03-02T08:15:30Z.",
            en="Give date and time with a zone as RFC 3339 has it, such as 2026-03-02T08:15:30Z.",
        )
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _parse_language(value: str) -> str:
    if not re.fullmatch("[a-z]{2}", value):
        _refuse(
            "language_unknown",
            pl="Podaj dwuliterowy kod języka (ISO 639-1), np. pl lub en.",
            en="Give the language's code of two letters (ISO 639-1), such as pl or en.",
        )
    return value


def _member(of: type[StrEnum]) -> Parsed:
    """One of the words of an enumeration."""
    words = [word.value for word in of]

    def parse(value: str) -> StrEnum:
        if value not in words:
            allowed = ", ".join(words)
            _refuse("value_unknown", pl=f"Dozwolone są: {allowed}.", en=f"Allowed are: {allowed}.")
        return of(value)

    return Parsed(parse, {"enum": words})


Timestamp = Annotated[datetime, Parsed(_parse_timestamp, {"format": "date-time", "examples": ["2026-03-02T08:15:30Z"]})]
KindOfDebtor = Annotated[DebtorKind, _member(DebtorKind)]
KindOfClaim = Annotated[ClaimKind, _member(ClaimKind)]
KindOfHold = Annotated[HoldKind, _member(HoldKind)]
Date = Annotated[date, Parsed(_parse_date, {"format": "date", "examples": ["2026-03-16"]})]
Currency = Annotated[str, Parsed(parse_currency, {"pattern": "^[A-Z]{3}$", "examples": ["PLN"]})]
Amount = Annotated[Money, _Amount()]
Number = Annotated[str, Parsed(parse_invoice_number, {"minLength": 1, "maxLength": 64, "examples": ["FV/17/03/2026"]})]
DebtorId = Annotated[str, Parsed(parse_debtor_id, {"pattern": "^[^#]{1,64}$", "examples": ["K-1024"]})]
ForeignId = Annotated[str, Parsed(_text(64), {"minLength": 1, "maxLength": 64, "examples": ["P-889"]})]
Line = Annotated[str, Parsed(_text(LONGEST_LINE), {"minLength": 1, "maxLength": LONGEST_LINE})]
Note = Annotated[str, Parsed(_text(LONGEST_NOTE, may_break=True), {"minLength": 1, "maxLength": LONGEST_NOTE})]
PhoneNumber = Annotated[Phone, Parsed(parse_phone, {"examples": ["+48512345678", "512 345 678"]})]
EmailAddress = Annotated[Email, Parsed(parse_email, {"format": "email", "examples": ["biuro@firma.pl"]})]
ClauseAddress = Annotated[str, Parsed(lambda text: parse_email(text).value, {"format": "email"})]
Language = Annotated[str, Parsed(_parse_language, {"pattern": "^[a-z]{2}$", "examples": ["pl"]})]
TaxNumber = Annotated[str, Parsed(parse_tax_number, {"examples": ["5261040828", "DE123456789"]})]
Regon = Annotated[str, Parsed(parse_regon, {"examples": ["012100784"]})]
Pesel = Annotated[str, Parsed(parse_pesel, {"examples": ["44051401359"]})]
Account = Annotated[str, Parsed(parse_account, {"examples": ["61109010140000071219812874"]})]
Link = Annotated[str, Parsed(parse_payment_link, {"format": "uri", "pattern": "^https://", "maxLength": 508})]
