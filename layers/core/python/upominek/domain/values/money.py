"""Money: whole minor units and a currency, read from what people and programs write."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from upominek.domain.errors import InvalidValue

DEFAULT_CURRENCY: Final = "PLN"

# Source: ISO 4217, list one (without bonds, metals and codes for testing).
_TWO_DECIMALS: Final = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
    CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
    KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
    NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
    TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NO_DECIMALS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS: Final = "BHD IQD JOD KWD LYD OMR TND"
DECIMALS: Final = (
    dict.fromkeys(_TWO_DECIMALS.split(), 2)
    | dict.fromkeys(_NO_DECIMALS.split(), 0)
    | dict.fromkeys(_THREE_DECIMALS.split(), 3)
)
"""Decimal places of each currency that is accepted."""

_SIGNS: Final = {"ZŁ": "PLN", "ZL": "PLN", "€": "EUR", "$": "USD", "£": "GBP", "KČ": "CZK"}
_MOST_DIGITS: Final = 15  # beyond that it is an account number in the wrong column
_LONGEST_SHOWN: Final = 40  # a message repeats no page of text that slipped into a cell

# What a person cannot tell from a space (no-break, figure, thin, narrow no-break) or from a minus.
_LOOKALIKES: Final = str.maketrans(
    dict.fromkeys("\u00a0\u2007\u2009\u202f", " ")
    | dict.fromkeys("\u2013\u2212\ufe63\uff0d", "-")
    | dict.fromkeys("\u2019\u02bc\u00b4`", "'")
)
_CURRENCY: Final = r"[^\W\d_]{2,3}\.?|[€$£]"
_AMOUNT: Final = re.compile(
    rf"(?P<sign>[+-]?) ?(?P<before>{_CURRENCY})? ?(?P<inner_sign>[+-]?) ?"
    r"(?P<whole>[1-9][0-9]{0,2}(?P<group>[ .,'])[0-9]{3}(?:(?P=group)[0-9]{3})*|[0-9]*)"
    r"(?:(?P<point>[.,])(?P<decimals>[0-9]+))?"
    rf" ?(?P<last_sign>-?) ?(?P<after>{_CURRENCY})?"
)
# How accountants write what is negative.
_IN_BRACKETS: Final = re.compile(rf"(?P<before>(?:{_CURRENCY})?) ?\((?P<inner>[^()+-]+)\) ?(?P<after>(?:{_CURRENCY})?)")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole minor units (grosze, cents; yen have none), negative for a credit note.

    Amounts of one currency add up and compare; amounts of two raise ValueError.
    """

    grosze: int
    currency: str = DEFAULT_CURRENCY

    def __add__(self, other: Self) -> Self:
        return type(self)(self.grosze + self._same_currency(other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.grosze - self._same_currency(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.grosze, self.currency)

    # Python turns a > b into b < a, so two of the four comparisons are enough.
    def __lt__(self, other: Self) -> bool:
        return self.grosze < self._same_currency(other)

    def __le__(self, other: Self) -> bool:
        return self.grosze <= self._same_currency(other)

    def plain(self) -> str:
        """`1234.56`: a dot and as many digits as the currency has (two for złoty, none for yen)."""
        decimals = DECIMALS.get(self.currency, 2)
        digits = f"{abs(self.grosze):0{decimals + 1}}"
        sign = "-" if self.grosze < 0 else ""
        return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits

    def _same_currency(self, other: Self) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} is never added to or compared with {self.currency}")
        return other.grosze


@dataclass(frozen=True, slots=True)
class Totals:
    """One sum for each currency, in order of currency; never one sum over several."""

    sums: tuple[Money, ...] = ()

    @classmethod
    def of(cls, amounts: Iterable[Money]) -> Self:
        """Add up what is of one currency."""
        sums: dict[str, int] = {}
        for amount in amounts:
            sums[amount.currency] = sums.get(amount.currency, 0) + amount.grosze
        return cls(tuple(Money(grosze, currency) for currency, grosze in sorted(sums.items())))

    def within(self, currency: str) -> Money:
        """The sum in one currency, zero where there is none."""
        return next((total for total in self.sums if total.currency == currency), Money(0, currency))


def parse_currency(text: str) -> str:
    """The ISO 4217 code that was written, in any case, or the sign of a common currency (`zł`, `€`).

    Raises:
        InvalidValue: `currency_unknown`.
    """
    written = text.strip().removesuffix(".").upper()
    code = _SIGNS.get(written, written)
    if code not in DECIMALS:
        raise InvalidValue(
            "currency_unknown",
            pl=f"Nieznana waluta „{text[:_LONGEST_SHOWN]}”. Podaj trzyliterowy kod ISO 4217, np. PLN.",
            en=f"Unknown currency “{text[:_LONGEST_SHOWN]}”. Give the three letters of ISO 4217, such as PLN.",
        )
    return code


def parse_amount(text: str, currency: str | None = None) -> Money:
    """Read an amount as written in Poland or abroad; what could mean two things is refused, never guessed.

    Taken are `1 234,56` (with any space), `1234.56`, `1.234,56`, `1,234.56`, `1 234,56 zł`, `PLN 1234`, `-12,00`,
    `12,00-`, `(12,00)`, `1'234,56`, `1234.5600` and `,50`.

    Args:
        text: the amount, possibly with its currency before or behind.
        currency: ISO 4217 code from elsewhere in the row; without it the text decides, and else it is PLN.

    Raises:
        InvalidValue: `amount_missing`, `amount_invalid`, `amount_ambiguous` (`1.234`), `amount_decimals`,
            `amount_too_large`, `currency_unknown`, `currency_mismatch`.
    """
    cleaned = text.translate(_LOOKALIKES).strip()
    shown = cleaned[:_LONGEST_SHOWN]
    if not cleaned:
        raise InvalidValue(
            "amount_missing",
            pl="Brakuje kwoty. Wpisz ją, np. 1234,56.",
            en="The amount is missing. Give it, as 1234.56.",
        )
    bracketed = _IN_BRACKETS.fullmatch(cleaned)
    bare = f"-{bracketed['before']}{bracketed['inner'].strip()}{bracketed['after']}" if bracketed else cleaned
    written = _AMOUNT.fullmatch(bare)
    if not written or not _holds_together(written):
        raise InvalidValue(
            "amount_invalid",
            pl=f"„{shown}” nie jest kwotą. Wpisz ją cyframi, np. 1234,56 lub 1 234,56 zł.",
            en=f"“{shown}” is no amount. Write it in figures, such as 1234.56 or 1 234,56 zł.",
        )
    code = _agreed_currency(shown, currency, written["before"] or written["after"])
    whole, decimals = _number(shown, written, DECIMALS[code])
    if len(decimals) > DECIMALS[code]:
        decimals = decimals.rstrip("0").ljust(DECIMALS[code], "0")  # databases write 1234.5600
    if len(whole) > _MOST_DIGITS:
        raise InvalidValue(
            "amount_too_large",
            pl=f"„{shown}” ma więcej niż {_MOST_DIGITS} cyfr. Czy to na pewno kwota?",
            en=f"“{shown}” has more than {_MOST_DIGITS} digits. Is it an amount at all?",
        )
    if len(decimals) > DECIMALS[code]:
        raise InvalidValue(
            "amount_decimals",
            pl=f"„{shown}” ma za dużo miejsc po przecinku; {code} ma ich {DECIMALS[code]}. Zaokrąglij kwotę.",
            en=f"“{shown}” has too many decimals; {code} has {DECIMALS[code]}. Round the amount.",
        )
    units = int(whole + decimals.ljust(DECIMALS[code], "0"))
    is_negative = "-" in {written["sign"], written["inner_sign"], written["last_sign"]}
    return Money(-units if is_negative else units, code)


def _holds_together(written: re.Match[str]) -> bool:
    """Digits are there, one sign and one currency at most, and the decimal sign is not the one that groups."""
    return (
        bool(written["whole"] or written["decimals"])
        and len(written["sign"] + written["inner_sign"] + written["last_sign"]) <= 1
        and not (written["before"] and written["after"])
        and (written["point"] is None or written["point"] != written["group"])
    )


def _agreed_currency(shown: str, stated: str | None, mark: str | None) -> str:
    code = parse_currency(stated) if stated else None
    marked = parse_currency(mark) if mark else None
    if code and marked and code != marked:
        raise InvalidValue(
            "currency_mismatch",
            pl=f"Kwota „{shown}” jest w innej walucie niż podana osobno ({code}). Popraw jedną z nich.",
            en=f"The amount “{shown}” is in another currency than the one given beside it ({code}). Mend one of them.",
        )
    return code or marked or DEFAULT_CURRENCY


def _number(shown: str, written: re.Match[str], places: int) -> tuple[str, str]:
    """The digits before and after the decimal sign."""
    whole, group, decimals = written["whole"], written["group"], written["decimals"]
    if group in {".", ","} and decimals is None and whole.count(group) == 1:
        before, after = whole.split(group)
        if group == "." and places == len(after):
            return before, after  # `1.234` is how such a currency is written out here, and by programs at large
        raise InvalidValue(
            "amount_ambiguous",
            pl=f"„{shown}” może znaczyć {before}{after},00 albo {before},{after}. Dopisz grosze: {before}{after},00.",
            en=f"“{shown}” may mean {before}{after}.00 or {before}.{after}. Add the decimals: {before}{after}.00.",
        )
    return (whole.replace(group, "") if group else whole), decimals or ""
