"""Invented cases that every text must be able to tell: the everyday ones, and those that break careless texts.

People, firms and numbers are made up; telephones are from ranges that nobody has.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Final

from upominek.domain.language.languages import language_of
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.texts.message_context import InvoiceLine, MessageContext, NextStep, RegisterWarning
from upominek.domain.texts.overrides import TextKey
from upominek.domain.values.money import Money, Totals

TODAY: Final = date(2026, 3, 10)
CREDITOR: Final = Creditor(
    id="rura",
    name="Hurtownia Rura Sp. z o.o.",
    nip="5261040828",
    account="PL61109010140000071219812874",
    reply_to="biuro@rura.example",
    contact_person="Ewa Nowak",
    contact_phone="22 123 45 67",
    website="rura.example",
    address=("ul. Klonowa 3", "00-950 Warszawa"),
)
_PERSON: Final = Debtor(
    id="K-1", name="Anna Kowalska", kind=DebtorKind.CONSUMER, first_name="Anna", address=("ul. Długa 1", "00-001 Łódź")
)
_FIRM: Final = Debtor(id="K-2", name="Instal-Bud Ćwik i Syn s.c.", nip="5214349636")
_OFFICE: Final = Debtor(id="K-3", name="Gmina Lipowa", kind=DebtorKind.PUBLIC)
_HOSPITAL: Final = Debtor(id="K-4", name="Szpital Powiatowy w Lipowej", kind=DebtorKind.HEALTHCARE)
_NOBODY: Final = replace(_PERSON, name=None, first_name=None, address=())

_LONG_NAME: Final = (
    "Przedsiębiorstwo Produkcyjno-Handlowo-Usługowe „Świętokrzyskie Źródła Ciepła” "
    "Żółkiewski, Chrząszcz i Wspólnicy spółka jawna"
)[:120]
_RIGHT_TO_LEFT: Final = "محمد الخطيب"
_EMOJI: Final = "Kwiaciarnia 🌸🌻 Zosia"
_CYRILLIC: Final = "Олександра Шевченко"


@dataclass(frozen=True, slots=True)
class Sample:
    """A case by name.

    Attributes:
        name: what it shows, in English; stands in messages about texts that fail with it.
    """

    name: str
    context: MessageContext


@cache
def samples(key: TextKey | None = None, creditor: Creditor = CREDITOR) -> tuple[Sample, ...]:
    """The cases; for a text, only those that it is written for, in its language and tone.

    Args:
        creditor: whose name, contacts and account stand in them.
    """
    made = tuple(Sample(name, make(creditor)) for name, make in _MAKERS.items())
    if key is None:
        return made
    return tuple(Sample(one.name, _told_by(key, one.context)) for one in made if _is_for(key, one.context))


def _is_for(key: TextKey, context: MessageContext) -> bool:
    if context.interest is not None and key.name in _NOT_YET_DUE:
        return False  # nobody owes interest before the due date
    return key.kind is None or context.kind.replace("healthcare", "public") == key.kind


def _told_by(key: TextKey, context: MessageContext) -> MessageContext:
    """The case as it is when this text is chosen: what a text is about is then there."""
    debtor = replace(context.debtor, language=key.language)
    address = language_of(key.language).address_form(debtor.first_name)
    told = replace(context, tone=key.tone or "neutral", debtor=debtor, address=address)
    if key.name == "register-warning" and told.register is None:
        told = replace(told, register=_WARNING)
    if key.name == "interest-note" and told.interest is None:
        named = tuple(replace(line, interest=Money(1234)) for line in told.invoices)
        told = replace(
            told,
            invoices=named,
            invoice=named[0] if len(named) == 1 else None,
            interest=Money(1234 * len(named)),
            interest_rate="13,5",
            claims_interest=True,
        )
    return told


def _line(number: str, grosze: int, due_on: date, currency: str = "PLN", *, paid: int = 0) -> InvoiceLine:
    return InvoiceLine(
        number=number,
        due_on=due_on,
        outstanding=Money(grosze - paid, currency),
        days_overdue=(TODAY - due_on).days,
        amount=Money(grosze, currency),
        issued_on=due_on - timedelta(days=14),
        is_partly_paid=paid > 0,
        account="61 1090 1014 0000 0712 1981 2874",
    )


_DUE: Final = date(2026, 3, 5)
_ONE: Final = (_line("FV/2026/02/0123", 123456, _DUE),)
_THREE: Final = (
    _line("FV/2026/01/0077", 9900, date(2026, 2, 20)),
    *_ONE,
    _line("FV/2026/02/0150", 50000, date(2026, 3, 6)),
)
_SIXTY: Final = tuple(
    _line(f"FV/2026/02/{n:04}", 10050 * n, date(2026, 2, 1) + timedelta(days=n % 28)) for n in range(1, 61)
)


def _case(creditor: Creditor, debtor: Debtor, lines: tuple[InvoiceLine, ...], **more: object) -> MessageContext:
    """What `build_context` would make of it."""
    totals = Totals.of(line.outstanding for line in lines).sums
    reachable = creditor.contact_phone or creditor.reply_to
    account = lines[0].account if creditor.account and len({line.account for line in lines}) == 1 else None
    context = MessageContext(
        creditor=creditor,
        sender=creditor.name.removesuffix(" Sp. z o.o."),
        debtor=debtor,
        kind=debtor.kind.value,
        is_consumer=debtor.kind is DebtorKind.CONSUMER,
        address=language_of(debtor.language).address_form(debtor.first_name),
        invoices=lines,
        invoice=lines[0] if len(lines) == 1 else None,
        count=len(lines),
        totals=totals,
        credits=(),
        interest=None,
        compensation=None,
        claims_interest=False,
        claims_compensation=False,
        interest_rate=None,
        grand_totals=totals,
        first_due_on=min(line.due_on for line in lines),
        last_due_on=max(line.due_on for line in lines),
        days_overdue=max(line.days_overdue for line in lines),
        as_of=TODAY,
        pay_by=TODAY + timedelta(days=7) if lines[0].days_overdue > 0 else None,
        account=account,
        transfer_title=", ".join(line.number for line in lines)[:140],
        contact=", ".join(filter(None, (creditor.contact_person, reachable))) if reachable else None,
        register=None,
        next_step=None,
        offers_instalments=creditor.offers_instalments,
        offers_later_date=creditor.offers_later_date,
        has_letter=False,
        has_code=account is not None and [total.currency for total in totals] == ["PLN"],
        step="+5",
        tone="neutral",
    )
    return replace(context, **more)  # type: ignore[arg-type]


def _with_claims(creditor: Creditor, lines: tuple[InvoiceLine, ...], *, claims: bool) -> MessageContext:
    interest, compensation = Money(1234), Money(17205)
    named = tuple(replace(line, interest=Money(617), compensation=compensation) for line in lines)
    context = _case(creditor, _FIRM, named, interest=interest, compensation=compensation, interest_rate="13,5")
    if not claims:
        return context
    grand_totals = Totals.of((*context.totals, interest, compensation)).sums
    return replace(context, claims_interest=True, claims_compensation=True, grand_totals=grand_totals)


def _bare(creditor: Creditor) -> MessageContext:
    nameless = Creditor(id=creditor.id, name=creditor.name)
    line = replace(_ONE[0], amount=None, issued_on=None, account=None)
    return _case(nameless, _NOBODY, (line,))


def _named(name: str, first_name: str | None = None) -> Callable[[Creditor], MessageContext]:
    return lambda creditor: _case(creditor, replace(_PERSON, name=name, first_name=first_name or name), _ONE)


def _dear(grosze: int) -> Callable[[Creditor], MessageContext]:
    return lambda creditor: _case(creditor, _PERSON, (_line("FV/2026/02/0123", grosze, _DUE),))


_WARNING: Final = RegisterWarning(
    bureau="Przykładowe Biuro Informacji Gospodarczej S.A.",
    seat="ul. Wzorcowa 12, 00-002 Warszawa",
    lawful_from=date(2026, 4, 10),
)
_NOT_YET_DUE: Final = frozenset({"before-due", "due-today", "tax-before-due"})
_LINK: Final = "https://pay.example/7f3a9c"

_MAKERS: Final[dict[str, Callable[[Creditor], MessageContext]]] = {
    "one invoice of a consumer": lambda creditor: _case(creditor, _PERSON, _ONE),
    "one invoice of a firm": lambda creditor: _case(creditor, _FIRM, _ONE),
    "one invoice of a public office": lambda creditor: _case(creditor, _OFFICE, _ONE),
    "one invoice of a hospital": lambda creditor: _case(creditor, _HOSPITAL, _ONE),
    "three invoices of a consumer": lambda creditor: _case(creditor, _PERSON, _THREE),
    "three invoices of a firm": lambda creditor: _case(creditor, _FIRM, _THREE),
    "sixty invoices": lambda creditor: _case(creditor, _FIRM, _SIXTY),
    "sixty invoices of a consumer": lambda creditor: _case(creditor, _PERSON, _SIXTY),
    "sixty invoices of a public office": lambda creditor: _case(creditor, _OFFICE, _SIXTY),
    "before the due date": lambda creditor: _case(
        creditor, _PERSON, (_line("FV/2026/03/0007", 24600, TODAY + timedelta(days=3)),), step="-3"
    ),
    "due today": lambda creditor: _case(creditor, _PERSON, (_line("FV/2026/03/0001", 24600, TODAY),), step="+0"),
    "partly paid": lambda creditor: _case(creditor, _PERSON, (_line("FV/2026/02/0123", 123456, _DUE, paid=100000),)),
    "a credit is taken off": lambda creditor: _case(
        creditor, _PERSON, _THREE, credits=(Money(5000),), totals=(Money(178356),), grand_totals=(Money(178356),)
    ),
    "a credit is taken off one invoice": lambda creditor: _case(
        creditor, _FIRM, _ONE, credits=(Money(23456),), totals=(Money(100000),), grand_totals=(Money(100000),)
    ),
    "a link to pay": lambda creditor: _case(creditor, _PERSON, (replace(_ONE[0], payment_link=_LINK),)),
    "in euro": lambda creditor: _case(creditor, _FIRM, (_line("FV/2026/02/0009", 123456, _DUE, "EUR"),)),
    "in two currencies": lambda creditor: _case(
        creditor, _FIRM, (*_ONE, _line("FV/2026/02/0009", 9900, date(2026, 2, 27), "EUR"))
    ),
    "invoices with accounts of their own": lambda creditor: _case(
        creditor, _FIRM, (*_ONE, replace(_THREE[0], account="27 1140 2004 0000 3002 0135 5387"))
    ),
    "interest and compensation are mentioned": lambda creditor: _with_claims(creditor, _THREE, claims=False),
    "interest and compensation are claimed": lambda creditor: _with_claims(creditor, _THREE, claims=True),
    "interest of a consumer is claimed": lambda creditor: _case(
        creditor,
        _PERSON,
        (replace(_ONE[0], interest=Money(1234)),),
        interest=Money(1234),
        interest_rate="9,25",
        claims_interest=True,
        grand_totals=(Money(124690),),
    ),
    "a register is named": lambda creditor: _case(creditor, _FIRM, _ONE, register=_WARNING),
    "a register is named to a consumer": lambda creditor: _case(
        creditor, _PERSON, _THREE, register=replace(_WARNING, lawful_from=None)
    ),
    "a next step, a letter, instalments": lambda creditor: _case(
        creditor,
        _PERSON,
        _ONE,
        next_step=NextStep(on=date(2026, 3, 24), template="demand"),
        has_letter=True,
        offers_instalments=True,
        offers_later_date=True,
    ),
    "nothing but the sum is known": _bare,
    "an amount of 0.01": _dear(1),
    "an amount of 10 000 000.00": _dear(1_000_000_000),
    "a name of 120 characters": _named(_LONG_NAME),
    "a name with emoji": _named(_EMOJI),
    "a name from right to left": _named(_RIGHT_TO_LEFT),
    "a name in Cyrillic": _named(_CYRILLIC),
    "a name with the syntax of templates": _named("{{ creditor.name }} {% if %} <b>&amp;</b>"),
}
