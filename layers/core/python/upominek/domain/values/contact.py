"""How a debtor can be reached: phone numbers and e-mail addresses, normalised once when they come in."""

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Final, NoReturn

from upominek.domain.errors import InvalidValue

# phonenumbers and email_validator are imported where they are needed, and take 75 and 57 ms: the sender, which handles
# what was parsed long ago, does not have to wait for them.


_POLISH_MOBILE_PREFIX: Final = r"(?:\+48|0048|48|0)?"
_SEPARATORS: Final = re.compile(r"[\s().\-/\u2010-\u2015\u2212]+")
# A leading apostrophe is what spreadsheets put before digits to keep them as text.
_LABEL: Final = re.compile(r"'|(?:tel|telefon|kom|komórka|mobile|phone)\b[.:\s]*", re.IGNORECASE)
_SEVERAL: Final = re.compile(r"[;,|/\n]|\b(?:lub|oraz|or)\b")
_SHORTEST_NUMBER: Final = 7
_SCIENTIFIC: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"\b(?:wew|w|ext|x)\b|#", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phone:
    """A valid phone number in E.164 (`+48512345678`), and whether an SMS can reach it (a landline's cannot)."""

    e164: str
    may_receive_sms: bool = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address as SES takes it: ASCII, the domain in small letters."""

    value: str


def address_hash(address: str, creditor: str) -> str:
    """What a suppressed address is found by: the same for one address however its case, different for each creditor.

    It keeps addresses out of keys. It is no secret: who knows the creditor and guesses the address can recompute it.

    Args:
        address: `Phone.e164` or `Email.value`.
        creditor: the creditor's id.

    Returns:
        32 hexadecimal digits.
    """
    return blake2b(address.lower().encode(), key=creditor.encode(), digest_size=16).hexdigest()


def parse_phone(text: str, region: str = "PL") -> Phone:
    """Read one phone number: `512 345 678`, `+48 512-345-678`, `0048512345678`, `tel. (22) 123 45 67`.

    Args:
        text: as a person or a program wrote it.
        region: ISO 3166 code of the country whose numbers are written without a prefix.

    Raises:
        InvalidValue: `phone_missing`, `phone_scientific`, `phone_several`, `phone_extension`, `phone_invalid`.
            The message does not repeat the number.
    """
    written = text.strip()
    if label := _LABEL.match(written):
        written = written[label.end() :]
    compact = _SEPARATORS.sub("", written)
    if not compact:
        raise InvalidValue(
            "phone_missing",
            pl="Brakuje numeru telefonu. Wpisz go, np. 512 345 678.",
            en="The phone number is missing. Give it, as 512 345 678.",
        )
    if region == "PL":
        if mobile := _polish_mobile().fullmatch(compact):
            return Phone(f"+48{mobile['national']}", may_receive_sms=True)
        # Until 2009 a zero was dialled before the area code; old address books still have it.
        written = re.sub(r"^\W*0(?!0)", "", written)
    return _parse_any_phone(written, region) or _explain_phone(written)


def parse_email(text: str) -> Email:
    """Read one e-mail address, by its form only: nobody is asked whether it exists.

    Names for examples and tests (`example.com`, `firma.test`) are taken.

    Raises:
        InvalidValue: `email_missing`, `email_several`, `email_invalid`. The message does not repeat the address.
    """
    written = text.strip().removeprefix("mailto:")
    if not written:
        raise InvalidValue(
            "email_missing",
            pl="Brakuje adresu e-mail. Wpisz go, np. biuro@firma.pl.",
            en="The e-mail address is missing. Give it, as office@firma.pl.",
        )
    if written.count("@") > 1:
        raise InvalidValue(
            "email_several",
            pl="W tym polu może być tylko jeden adres e-mail. Zostaw jeden.",
            en="There can be only one e-mail address here. Keep one.",
        )
    if (value := _ascii_email(written)) is None:
        raise InvalidValue(
            "email_invalid",
            pl="To nie jest adres e-mail (nazwa@domena.pl). Poszukaj literówek, spacji i polskich liter przed @.",
            en="This is no e-mail address (name@domain.com). Look for typing errors, spaces, accents before the @.",
        )
    return Email(value)


@cache
def _polish_mobile() -> re.Pattern[str]:
    """The library's own rule for Polish mobile numbers: thirty times as fast as parsing in general."""
    from phonenumbers import PhoneMetadata  # noqa: PLC0415 -- see above

    national = PhoneMetadata.metadata_for_region("PL").mobile.national_number_pattern  # type: ignore[union-attr]
    return re.compile(rf"{_POLISH_MOBILE_PREFIX}(?P<national>{national})")


@lru_cache(maxsize=4096)
def _parse_any_phone(written: str, region: str) -> Phone | None:
    import phonenumbers  # noqa: PLC0415 -- see above

    if re.search(r"[^\W\d]", written):  # the library would read letters as the keys that they stand on
        return None
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    kind = phonenumbers.number_type(number)
    return Phone(
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        may_receive_sms=kind
        in {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE},
    )


def _explain_phone(written: str) -> NoReturn:
    if _SCIENTIFIC.fullmatch(written):
        raise InvalidValue(
            "phone_scientific",
            pl="Arkusz zamienił numer telefonu na liczbę i zgubił cyfry. Zmień format kolumny na tekst i wpisz numer "
            "ponownie.",
            en="A spreadsheet turned the phone number into a figure and lost digits. Make the column text and type it "
            "again.",
        )
    if sum(len(re.sub(r"\D", "", one)) >= _SHORTEST_NUMBER for one in _SEVERAL.split(written)) > 1:
        raise InvalidValue(
            "phone_several",
            pl="W tym polu może być tylko jeden numer telefonu. Zostaw jeden.",
            en="There can be only one phone number here. Keep one.",
        )
    if _EXTENSION.search(written):
        raise InvalidValue(
            "phone_extension",
            pl="Numer wewnętrzny nie może odebrać wiadomości. Podaj numer bez niego.",
            en="An extension cannot receive messages. Give the number without it.",
        )
    raise InvalidValue(
        "phone_invalid",
        pl="Nie ma takiego numeru telefonu. Polski ma 9 cyfr, np. 512 345 678; zagraniczny zaczyna się od + i kodu "
        "kraju.",
        en="There is no such phone number. A Polish one has 9 digits, as 512 345 678; a foreign one starts with + and "
        "the country's code.",
    )


@lru_cache(maxsize=4096)
def _ascii_email(written: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 -- see above

    try:
        checked = validate_email(written, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        return None
    return checked.ascii_email if "." in checked.domain else None
