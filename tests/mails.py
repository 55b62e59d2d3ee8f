"""Sample e-mails: what a message may be about, and words to stand around it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from upominek.domain.language.first_names import address_form
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.texts.message_context import InvoiceLine, MessageContext
from upominek.domain.values.money import Money

TODAY: Final = date(2026, 3, 10)
ACCOUNT: Final = "61 1090 1014 0000 0712 1981 2874"
OTHER_ACCOUNT: Final = "27 1140 2004 0000 3002 0135 5387"

CREDITOR: Final = Creditor(
    id="rura",
    name="Hurtownia Hydrauliczna Rura Sp. z o.o.",
    nip="5261040828",
    account="PL61109010140000071219812874",
    email_from="faktury@rura.example",
    reply_to="naleznosci@rura.example",
    contact_person="Małgorzata Wiśniewska",
    contact_phone="22 123 45 67",
    website="rura.example",
    address=("ul. Przykładowa 7", "00-950 Warszawa"),
)
ANNA: Final = Debtor(id="D-1", name="Anna Kowalska", first_name="Anna")
FIRM: Final = Debtor(id="D-2", name="Instal-Bud Nowak i Wspólnicy sp.j.", kind=DebtorKind.BUSINESS)

WORDS: Final[Mapping[str, Mapping[str, str | Sequence[str]]]] = {
    "pl": {
        "subject": "Prośba o zapłatę: faktura FV/2026/02/0123",
        "preheader": "Termin minął 5 dni temu; w środku kwota, numer rachunku i kod do przelewu.",
        "greeting": ["Dzień dobry, Pani Anno,"],
        "opening": [
            "od terminu płatności minęło kilka dni, a wpłaty nadal nie widzimy.",
            "Prosimy o zapłatę albo o krótką wiadomość, kiedy można się jej spodziewać.",
        ],
        "closing": [
            "Jeśli przelew jest już w drodze, dziękujemy i prosimy pominąć tę wiadomość.",
            "Jeśli zapłata całej kwoty naraz jest trudna, możemy rozłożyć ją na raty.",
        ],
        "invitation": ["Chętnie odpowiemy na pytania: Małgorzata Wiśniewska, 22 123 45 67. Można też odpisać."],
        "signoff": ["Dziękujemy za dotychczasową współpracę", "Małgorzata Wiśniewska", "Hurtownia Hydrauliczna Rura"],
    },
    "en": {
        "subject": "Request for payment: invoice FV/2026/02/0123",
        "preheader": "It was due five days ago; the amount, our account and a code for the transfer are inside.",
        "greeting": ["Hello Anna,"],
        "opening": ["the invoice below was due a few days ago, and we have not seen a payment yet."],
        "closing": ["If the transfer is on its way, thank you, and please disregard this message."],
        "invitation": ["We are glad to answer questions: Małgorzata Wiśniewska, 22 123 45 67."],
        "signoff": ["Thank you for working with us", "Małgorzata Wiśniewska", "Hurtownia Hydrauliczna Rura"],
    },
}


def line(number: str, grosze: int, *, days: int = 5, **more: object) -> InvoiceLine:
    """An invoice of which so much is outstanding, so many days overdue."""
    owed = Money(grosze, str(more.pop("currency", "PLN")))
    made = InvoiceLine(number=number, due_on=TODAY - timedelta(days=days), outstanding=owed, days_overdue=days)
    return replace(made, **{"amount": owed, "account": ACCOUNT, **more})  # type: ignore[arg-type]


def context(*lines: InvoiceLine, **changes: object) -> MessageContext:
    """A message about the invoices, or about one."""
    invoices = lines or (line("FV/2026/02/0123", 123456),)
    currencies = sorted({one.outstanding.currency for one in invoices})
    totals = tuple(
        Money(sum(one.outstanding.grosze for one in invoices if one.outstanding.currency == currency), currency)
        for currency in currencies
    )
    accounts = {one.account for one in invoices}
    account = accounts.pop() if len(accounts) == 1 else None
    made = MessageContext(
        creditor=CREDITOR,
        sender="Hurtownia Hydrauliczna Rura",
        debtor=ANNA,
        kind="consumer",
        is_consumer=True,
        address=address_form("Anna"),
        invoices=invoices,
        invoice=invoices[0] if len(invoices) == 1 else None,
        count=len(invoices),
        totals=totals,
        credits=(),
        interest=None,
        compensation=None,
        claims_interest=False,
        claims_compensation=False,
        interest_rate=None,
        grand_totals=totals,
        first_due_on=min(one.due_on for one in invoices),
        last_due_on=max(one.due_on for one in invoices),
        days_overdue=max(one.days_overdue for one in invoices),
        as_of=TODAY,
        pay_by=TODAY + timedelta(days=7),
        account=account,
        transfer_title=", ".join(one.number for one in invoices)[:140],
        contact="Małgorzata Wiśniewska, 22 123 45 67",
        register=None,
        next_step=None,
        offers_instalments=True,
        offers_later_date=True,
        has_letter=False,
        has_code=account is not None and currencies == ["PLN"],
        step="+5",
        tone="neutral",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def claiming(**changes: object) -> MessageContext:
    """Three invoices of a firm, one partly paid, with interest and compensation asked for, and a credit."""
    lines = (
        line("FV/2026/01/0088", 452010, days=45, interest=Money(7801), compensation=Money(16880)),
        line(
            "FV/2026/02/0107",
            23456,
            days=20,
            amount=Money(123456),
            is_partly_paid=True,
            interest=Money(180),
            compensation=Money(16880),
        ),
        line("FV/2026/02/0123", 1000000, days=5, interest=Money(1918), payment_link="https://pay.example/x?a=1&b=2"),
    )
    owed = sum(one.outstanding.grosze for one in lines) - 5000
    interest, compensation = Money(9899), Money(33760)
    made = context(
        *lines,
        debtor=FIRM,
        kind="business",
        is_consumer=False,
        address=None,
        totals=(Money(owed),),
        credits=(Money(5000),),
        interest=interest,
        compensation=compensation,
        claims_interest=True,
        claims_compensation=True,
        interest_rate="14",
        grand_totals=(Money(owed) + interest + compensation,),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def sixty() -> MessageContext:
    """Sixty invoices with long numbers and links, on two accounts."""
    return context(
        *(
            line(
                f"FV/HURTOWNIA/2026/{number:05}/KOR",
                1000000000 - number,
                days=60 - number,
                is_partly_paid=True,
                account=OTHER_ACCOUNT if number % 2 else ACCOUNT,
                payment_link=f"https://platnosci.example/hydraulika/zaplac?dokument={number:032x}",
                interest=Money(12345),
            )
            for number in range(60)
        ),
        claims_interest=True,
        interest=Money(740700),
        interest_rate="9,25",
    )
