"""What every language of messages, letters and pages must know: one value of `Language` for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from upominek.domain.values.money import Money


class Plural(StrEnum):
    """Categories of counts. Source: Unicode CLDR, plural rules (cardinal, whole numbers)."""

    ONE = "one"
    FEW = "few"
    MANY = "many"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AddressForm:
    """How somebody is addressed: `Pani Anno` after a greeting, `Szanowna Pani` in its place."""

    familiar: str
    formal: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Language:
    """One language.

    Attributes:
        code: ISO 639-1; names the folders `templates/<channel>/<code>/`.
        plurals: categories that its counts fall into, in the order in which texts give their forms.
        plural_of: the category of a count that is not negative.
        amount: for e-mails, letters and pages.
        short_amount: for SMS, within GSM 03.38 where the language can be.
        long_date: within a sentence.
        short_date: for SMS and the tables of e-mails.
        document_date: within the sentences of a letter, where a language writes it more formally there.
        table_date: for the tables of letters.
        decimal_sign: between whole and decimals.
        address_form: of what stands in the field of the first name; None wherever there is any doubt.
        bound: a text of a letter, with no-break signs where a line must not end.
    """

    code: str
    plurals: tuple[Plural, ...]
    plural_of: Callable[[int], Plural]
    amount: Callable[[Money], str]
    short_amount: Callable[[Money], str]
    long_date: Callable[[date], str]
    short_date: Callable[[date], str]
    document_date: Callable[[date], str]
    table_date: Callable[[date], str]
    decimal_sign: str
    address_form: Callable[[str | None], AddressForm | None]
    bound: Callable[[str], str]

    def plural(self, count: int, *forms: str) -> str:
        """The form that goes with the count.

        Args:
            forms: one for each of `plurals`, in that order.

        Raises:
            TypeError: there are more forms, or fewer.
        """
        return self.chooser(forms)(count)

    def chooser(self, forms: Sequence[str]) -> Callable[[int], str]:
        """As `plural`, for forms that are asked for again and again."""
        if len(forms) != len(self.plurals):
            raise TypeError(f"{self.code} has {len(self.plurals)} plural forms")
        place_of, category_of = self.plurals.index, self.plural_of
        return lambda count: forms[place_of(category_of(abs(count)))]

    def number(self, plain: str) -> str:
        """A number that is written with a decimal point, with the sign of the language in its place."""
        return plain.replace(".", self.decimal_sign)
