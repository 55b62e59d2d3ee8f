"""How a debtor can be reached: phone numbers and e-mail addresses, normalised once when they come in."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from upominek.domain.errors import InvalidValue

if TYPE_CHECKING:
    from upominek.domain.values.written_phone import WrittenPhone

T = TypeVar("T")

_POLISH_MOBILE_PREFIX: Final = r"(?:\+48|0048|48)?0?"
_SEPARATORS: Final = re.compile(r"[\s().\-/\u2010-\u2015\u2212]+")
_SCIENTIFIC: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_LABEL: Final = re.compile(r"(?:tel|telefon|kom|komórka|mobile|phone)\b[.:\s]*", re.IGNORECASE)

_WORD: Final = re.compile(r"[^\W\d_]+")
_LABELS_OF_EMAILS: Final = frozenset(
    {"email", "e-mail", "mail", "adres", "biuro", "ksiegowosc", "sekretariat", "kontakt", "windykacja", "faktury"}
)
_LEADING_ZERO: Final = re.compile(r"(?:\+|00)?480(\d{9})")

_LONGEST_LOCAL_PART: Final = 64  # Source: RFC 5321, 4.5.3.1.1
_LONGEST_WRITTEN: Final = 400
_TOP_LEVEL: Final = re.compile(r"[a-z]{2,}|xn--[a-z0-9-]+")
_NAMED_ADDRESS: Final = re.compile(r"[^<>@\n]*<\s*([^<>\s]+@[^<>\s]+)\s*>[\s.,;]*")


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


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What a text with one address or several has.

    Attributes:
        members: those that can be used, in order, each once.
        left_out: why others in it cannot be used.
    """

    members: tuple[T, ...]
    left_out: tuple[InvalidValue, ...]


def parse_phone(text: str, region: str = "PL") -> Phone:
    """Read one phone number: `512 345 678`, `+48 512-345-678`, `0048512345678`, `tel. (22) 123 45 67 (p. Ania)`.

    Args:
        text: as a person or a program wrote it; words beside the number are read past.
        region: ISO 3166 code of the country whose numbers are written without a prefix.

    Raises:
        InvalidValue: `phone_missing`, `phone_scientific`, `phone_several`, `phone_extension`, `phone_fax`,
            `address_doubtful`, `phone_invalid`. The message does not repeat the number.
    """
    written = _without_invisible(text)
    if not _SEPARATORS.sub("", written):
        raise InvalidValue(
            "phone_missing",
            pl="Brakuje numeru telefonu. Wpisz go, np. 512 345 678.",
            en="The phone number is missing. Give it, as 512 345 678.",
        )
    if (phone := _bare_phone(written, region)) is not None:
        return phone
    found = find_phones(written, region)
    wrong = [error for error in found.left_out if error.code != "phone_fax"]
    if len(found.members) > 1 or (found.members and wrong and wrong[0].code == "phone_invalid"):
        raise _phone_several()
    if wrong or not found.members:
        raise (*wrong, *found.left_out, _phone_invalid())[0]
    return found.members[0]


def find_phones(text: str, region: str = "PL") -> Found[Phone]:
    """Read all phone numbers in a text, past the words beside them: `kom. 512 345 678 lub 22 123 45 67 (biuro)`.

    A fax is no phone, and a number with an extension receives no message: both are left out.

    Args:
        text: as a person or a program wrote it.
        region: as in `parse_phone`.
    """
    from upominek.domain.values.written_phone import SHORTEST_NUMBER, written_phones  # noqa: PLC0415 -- as above

    written = _without_invisible(text)
    if len(written) > _LONGEST_WRITTEN:
        return Found((), (_phone_invalid(),))
    if _SCIENTIFIC.fullmatch(written):
        return Found((), (_phone_scientific(),))
    phones: list[Phone] = []
    left_out: list[InvalidValue] = []
    figures: list[InvalidValue] = []  # beside a number they are words, as `dział 3` is
    last: list[Phone] = []
    for one in written_phones(written):
        if one.is_extension:
            phones = [phone for phone in phones if phone not in last]
            left_out.append(_phone_extension())
        elif one.is_doubtful:
            left_out.append(_address_doubtful())
        elif one.is_fax:
            left_out.append(_phone_fax())
        elif last := _read_phones(one, region):
            phones.extend(last)
        elif one.length < SHORTEST_NUMBER:
            figures.append(_phone_invalid())
        else:
            left_out.append(_phone_invalid())
    return Found(tuple(dict.fromkeys(phones)), tuple(left_out if phones else [*left_out, *figures]))


def parse_email(text: str) -> Email:
    """Read one e-mail address, by its form only: nobody is asked whether it exists.

    Names for examples and tests (`example.com`, `firma.test`) are taken; a name before the address (`Jan Kos
    <jan@example.com>`) is read past.

    Raises:
        InvalidValue: `email_missing`, `email_several`, `email_invalid`. The message does not repeat the address.
    """
    written = _bare_email(text)
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
        raise email_invalid()
    return Email(value)


def find_emails(text: str) -> Found[Email]:
    """Read all e-mail addresses in a text, past the names that stand clearly beside them.

    `jan kowalski@firma.pl` is no name and an address but a slip, and `kowalski@firma.pl` might be somebody else: a bare
    word in front is read past only where a sign divides them, or where the address has the word in it.
    """
    members: list[Email] = []
    left_out: list[InvalidValue] = []
    from upominek.domain.values.written_phone import says_not_to_use  # noqa: PLC0415 -- as above

    written = _without_invisible(text)
    if says_not_to_use(re.sub(r"\S*@\S*", " ", written)):
        return Found((), (_address_doubtful(),))
    for line in re.split(r"[;,|\n]" if written.count("@") == 1 else r"[;,|\n/]", written):
        words: list[str] = []
        for token in line.split():
            if "@" not in token:
                words.append(token)
                continue
            try:
                email = parse_email(token.strip("<>()[]\"'.:").removeprefix("e-mail:").removeprefix("email:"))
                if not token.startswith(("<", "(", "[")) and _may_belong_to(words, email):
                    raise email_invalid()
                members.append(email)
            except InvalidValue as error:
                left_out.append(error)
            words = []
    return Found(tuple(dict.fromkeys(members)), tuple(left_out))


def email_invalid() -> InvalidValue:
    """It is not built like an address."""
    return InvalidValue(
        "email_invalid",
        pl="To nie jest adres e-mail (nazwa@domena.pl). Poszukaj literówek, spacji i polskich liter przed @.",
        en="This is no e-mail address (name@domain.com). Look for typing errors, spaces, accents before the @.",
    )


def _may_belong_to(words: list[str], email: Email) -> bool:
    """Whether the words in front may be a part of the address that a space has cut off."""
    if not words or not words[-1][-1].isalnum():
        return False
    from upominek.domain.values.folded import plain_letters  # noqa: PLC0415 -- as above

    local = plain_letters(email.value.partition("@")[0])
    if plain_letters(words[-1]) in _LABELS_OF_EMAILS:
        return False
    return not any(len(word) > 1 and word in local for word in _WORD.findall(plain_letters(" ".join(words))))


def _read_phones(one: "WrittenPhone", region: str) -> list[Phone]:
    """The number, or both numbers that stand there as one."""
    from upominek.domain.values.written_phone import SHORTEST_NUMBER  # noqa: PLC0415 -- as above

    if one.is_other or not one.is_apart or one.length < SHORTEST_NUMBER:
        return []
    if (phone := _bare_phone(one.digits, region)) is not None:
        return [phone]
    halves = [_bare_phone(half, region) for half in one.halves]
    return [] if None in halves else [half for half in halves if half is not None]


def _without_invisible(text: str) -> str:
    """The text without zero-width characters, marks of direction, and a spreadsheet's apostrophe in front."""
    seen = text if text.isascii() else "".join(one for one in text if unicodedata.category(one) != "Cf")
    return seen.strip().removeprefix("'").strip()


def _without_old_zero(digits: str) -> str:
    """The number without the zero dialled before the area code until 2009, which old address books still have."""
    compact = "".join(one for one in digits if one.isdigit() or one == "+")
    if inside := _LEADING_ZERO.fullmatch(compact):
        return f"+48{inside[1]}"
    return re.sub(r"^\W*0(?!0)", "", digits)


def _bare_email(text: str) -> str:
    written = _without_invisible(text)
    if named := _NAMED_ADDRESS.fullmatch(written):
        written = named[1]
    return re.sub("^mailto:", "", written, flags=re.IGNORECASE)


def _bare_phone(written: str, region: str) -> Phone | None:
    """A number without words but for a label in front; None when it is none."""
    if label := _LABEL.match(written):
        written = written[label.end() :]
    if region == "PL":
        if mobile := _polish_mobile().fullmatch(_SEPARATORS.sub("", written)):
            return Phone(f"+48{mobile['national']}", may_receive_sms=True)
        written = _without_old_zero(written)
    return _parse_any_phone(written, region)


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


def _phone_scientific() -> InvalidValue:
    """A spreadsheet made a figure of it."""
    return InvalidValue(
        "phone_scientific",
        pl="Arkusz zamienił numer telefonu na liczbę i zgubił cyfry. Zmień format kolumny na tekst i wpisz numer "
        "ponownie.",
        en="A spreadsheet turned the phone number into a figure and lost digits. Make the column text and type it "
        "again.",
    )


def _phone_several() -> InvalidValue:
    """More than one where one is expected."""
    return InvalidValue(
        "phone_several",
        pl="W tym polu może być tylko jeden numer telefonu. Zostaw jeden.",
        en="There can be only one phone number here. Keep one.",
    )


def _phone_extension() -> InvalidValue:
    """An extension behind the number."""
    return InvalidValue(
        "phone_extension",
        pl="Numer wewnętrzny nie może odebrać wiadomości. Podaj numer bez niego.",
        en="An extension cannot receive messages. Give the number without it.",
    )


def _address_doubtful() -> InvalidValue:
    """The words beside it say so."""
    return InvalidValue(
        "address_doubtful",
        pl="Dopisek mówi, że ten numer lub adres jest nieaktualny albo nie wolno go używać, więc go pominięto. Usuń "
        "dopisek, jeśli to pomyłka.",
        en="The words beside this number or address say that it is out of date or not to be used, so it is left out. "
        "Remove the words if they are wrong.",
    )


def _phone_fax() -> InvalidValue:
    """The words beside it say that it is a fax."""
    return InvalidValue(
        "phone_fax",
        pl="Faks nie odbierze wiadomości, więc jego numer pominięto. Podaj numer telefonu.",
        en="A fax receives no messages, so its number is left out. Give the number of a phone.",
    )


def _phone_invalid() -> InvalidValue:
    """There is none like it."""
    return InvalidValue(
        "phone_invalid",
        pl="Nie ma takiego numeru telefonu. Polski ma 9 cyfr, np. 512 345 678; zagraniczny zaczyna się od + i kodu "
        "kraju.",
        en="There is no such phone number. A Polish one has 9 digits, as 512 345 678; a foreign one starts with + and "
        "the country's code.",
    )


@lru_cache(maxsize=4096)
def _ascii_email(written: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 -- see above

    if len(written) > _LONGEST_WRITTEN:
        return None
    try:
        checked = validate_email(written, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        return None
    if (value := checked.ascii_email) is None:
        return None
    local, _, domain = value.rpartition("@")
    _, dot, top_level = domain.rpartition(".")
    is_right = dot and _TOP_LEVEL.fullmatch(top_level) and len(local) <= _LONGEST_LOCAL_PART
    return value if is_right else None
