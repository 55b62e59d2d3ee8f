"""What templates get to see: plain values only, by an allow-list.

minijinja reads attributes of Python objects, and calls their methods. So nothing of the domain is handed to it: amounts
and days become text that the filters read (`1234.56 PLN`, `2026-03-02`), and a creditor or an invoice becomes a view
that has the attributes named here and no method. A name that begins with `_` is out of a template's reach altogether.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Final, get_args, get_type_hints

from minijinja import TemplateError

from upominek.domain.language.english import ENGLISH
from upominek.domain.language.language import AddressForm, Language
from upominek.domain.language.polish import POLISH
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor
from upominek.domain.texts.message_context import InvoiceLine, MessageContext, NextStep, RegisterWarning
from upominek.domain.values.money import Money

ATTRIBUTES: Final[Mapping[type, tuple[str, ...]]] = {
    Creditor: ("id", "name", "nip", "account", "reply_to", "contact_person", "contact_phone", "website", "address"),
    Debtor: ("id", "name", "first_name", "language", "nip", "address"),
    AddressForm: ("familiar", "formal"),
    InvoiceLine: (
        *("number", "due_on", "outstanding", "days_overdue", "amount", "issued_on", "is_partly_paid"),
        *("account", "payment_link", "interest", "compensation"),
    ),
    RegisterWarning: ("bureau", "seat", "lawful_from"),
    NextStep: ("on", "template"),
}
"""What can be named of each thing: no PESEL, no telephone or e-mail address of the debtor, no settings."""

FAULTS: Final = (TemplateError, AttributeError, TypeError, ValueError, LookupError, ArithmeticError)
"""What rendering may raise: minijinja's own errors, and those of filters that were given something else."""

# What ends a line or turns the direction of writing stays out of every text, wherever a value comes from.
_UNWANTED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


class View:
    """A thing of the domain as templates see it."""

    __slots__ = ("_of",)

    def __init__(self, of: object) -> None:
        self._of = of

    def __str__(self) -> str:  # type: ignore[explicit-override]  # of Python 3.12
        return f"<{type(self).__name__}>"

    __repr__ = __str__


@cache
def drops(items: tuple[str, ...]) -> tuple[object, ...]:
    """`drop` with nothing given up, with the first item, with the first two, and so on.

    `drop.thanks` is true or false; names that are not among the items do not exist.
    """

    def drop(many: int) -> object:
        return type("drop", (), {"__slots__": (), **{item: item in items[:many] for item in items}})()

    return tuple(drop(many) for many in range(len(items) + 1))


def plain(value: Any) -> Any:  # noqa: ANN401 - any value of a context
    """The value as templates see it.

    Raises:
        TypeError: nobody has said what templates may see of such a thing.
    """
    return _FORMS[type(value)](value)


def clean(text: str) -> str:
    """The text without what ends a line or turns the direction of writing."""
    return text if text.isprintable() else _UNWANTED.sub(" ", text)


def money(text: str) -> Money:
    """The amount that a filter was given."""
    number, _, currency = text.partition(" ")
    return Money(int(number.replace(".", "")), currency)


@cache
def view_of(kind: type) -> type[View]:
    """The class of views of such a thing."""

    def reading(name: str) -> property:
        def read(view: View) -> object:
            value = getattr(view._of, name)  # noqa: SLF001 - its own kind
            return _FORMS[type(value)](value)

        return property(read)

    return type(kind.__name__, (View,), {"__slots__": (), **{name: reading(name) for name in ATTRIBUTES[kind]}})


class _Forms(dict[type, Callable[[Any], Any]]):
    """How each type is shown; views and enumerations are added when first met."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        if kind in ATTRIBUTES:
            form: Callable[[Any], Any] = view_of(kind)
        elif issubclass(kind, Enum):
            form = _value
        else:
            raise TypeError(f"templates know nothing of {kind.__name__}")
        self[kind] = form
        return form


def _value(one: Any) -> Any:  # noqa: ANN401 - an enumeration's
    return one.value


def _same(value: Any) -> Any:  # noqa: ANN401 - plain already
    return value


_FORMS: Final[_Forms] = _Forms(
    {
        type(None): _same,
        bool: _same,
        int: _same,
        str: clean,
        Money: lambda value: f"{value.plain()} {value.currency}",
        date: date.isoformat,
        tuple: lambda value: tuple(map(plain, value)),
    }
)


def _thing(hint: Any) -> type | None:  # noqa: ANN401 - any annotation
    """The class of which templates see a view, out of `Thing | None`; None for text, numbers and lists."""
    return next((one for one in get_args(hint) or (hint,) if one in ATTRIBUTES), None)


@cache
def kinds_of(thing: type) -> Mapping[str, type | None]:
    """Names that templates know of a thing, with the class of each where that is a thing itself."""
    hints = get_type_hints(thing)
    return {name: _thing(hints[name]) for name in ATTRIBUTES.get(thing, hints)}


def is_known(dotted: str) -> bool:
    """Whether templates may read the name, such as `invoice.number`."""
    kind: type | None = MessageContext
    for name in dotted.split("."):
        known = kinds_of(kind) if kind else {}
        if name not in known:
            return False
        kind = known[name]
    return True


def is_plain(dotted: str) -> bool:
    """Whether what the name stands for is text or a number already."""
    *roots, last = dotted.split(".")
    thing = kinds_of(MessageContext)[roots[0]] if roots else MessageContext
    hint = get_type_hints(thing)[last] if thing else None
    return {*(get_args(hint) or (hint,))} <= {str, int, bool, type(None)}


def context_values(context: MessageContext, names: Iterable[str]) -> dict[str, object]:
    """The values that a template names, as it sees them."""
    return {name: _FORMS[type(value := getattr(context, name))](value) for name in names}


def _short_amount(text: str) -> str:
    """As Polish writes it, in a tenth of the time: SMS are made of little else."""
    if text[-4:-3] != " ":
        raise ValueError("no amount")
    return text.replace(".", ",")


def _short_date(text: str) -> str:
    """As Polish writes it, likewise."""
    if text[4:5] != "-":
        raise ValueError("no date")
    return f"{text[8:]}.{text[5:7]}.{text[:4]}"


Writes = Callable[[Any], str]
_STRAIGHT: Final[Mapping[Writes, Callable[[str], str]]] = {
    POLISH.short_amount: _short_amount,
    POLISH.short_date: _short_date,
}
"""Ways from a plain value to how it is written that spare making money or a day of it."""


def _money_filters(language: Language) -> dict[str, Callable[[Money], str]]:
    return {
        "money": language.amount,
        "short_money": language.short_amount,
        # The former names, which creditors' own texts may use: each writes as one language does, whatever the text's.
        "long_amount": POLISH.amount,
        "short_amount": POLISH.short_amount,
        "english_amount": ENGLISH.amount,
    }


def _date_filters(language: Language) -> dict[str, Callable[[date], str]]:
    return {
        "day": language.long_date,
        "short_day": language.short_date,
        # Likewise.
        "long_date": POLISH.long_date,
        "short_date": POLISH.short_date,
        "english_date": ENGLISH.long_date,
    }


def chooser(language: Language, forms: Sequence[str]) -> Callable[[int], str]:
    """From a count to its form in a text of the language.

    Texts of before, when every language had the Polish forms, go on choosing among these three.

    Raises:
        TypeError: there are more forms, or fewer.
    """
    polish, own = len(POLISH.plurals), len(language.plurals)
    return (POLISH if len(forms) == polish != own else language).chooser(forms)


@cache
def on_domain(language: Language) -> Mapping[str, Writes]:
    """What filters of one value do in a text of the language, before anything is made plain."""
    return {**_money_filters(language), **_date_filters(language)}


def _on_text(read: Callable[[str], Any], write: Writes) -> Callable[[str], str]:
    return _STRAIGHT.get(write) or (lambda text: write(read(text)))


@cache
def filters(language: Language) -> Mapping[str, Callable[..., str]]:
    """What a text of the language can do with a value on its left, besides the filters that minijinja brings along."""
    return {
        "plural": lambda count, *forms: chooser(language, forms)(count),
        **{name: _on_text(money, write) for name, write in _money_filters(language).items()},
        **{name: _on_text(date.fromisoformat, write) for name, write in _date_filters(language).items()},
    }
