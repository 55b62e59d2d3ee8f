"""An invented creditor, debtors and invoices, to look at letters without a stack."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from upominek.adapters.reference_data.rates_file import packaged_rates
from upominek.domain.cases.case import Case, CaseFile
from upominek.domain.law.due_date import last_business_day_before_month
from upominek.domain.law.rates import EuroRate, RateTables
from upominek.domain.parties.creditor import Creditor, Register
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.receivables.events import Header
from upominek.domain.receivables.invoice import Invoice, Payment
from upominek.domain.values.money import Money

CREDITOR = Creditor(
    id="hydro-hurt",
    name="Hydro-Hurt sp. z o.o.",
    nip="0001234562",
    account="20000000000000000012345678",
    reply_to="rozliczenia@example.com",
    contact_person="Barbara Nowicka",
    contact_phone="+48 455 000 000",
    website="https://example.com",
    address=("ul. Przykładowa 12", "00-000 Lipowa"),
    register=Register("Przykładowe Biuro Informacji Gospodarczej S.A.", "ul. Wzorcowa 3, 00-000 Warszawa"),
    offers_instalments=True,
    offers_later_date=True,
)
"""Like `local/creditors/hydro-hurt.yaml`, with what letters need besides."""

_CONSUMER = Debtor(
    id="P-0007",
    name="Anna Brzozowska",
    kind=DebtorKind.CONSUMER,
    first_name="Anna",
    address=("ul. Długa 5 m. 3", "00-000 Lipowa"),
)
_BUSINESS = Debtor(
    id="K-017",
    name="Zakład Remontowy Wierzba sp. j.",
    nip="0004567896",
    address=("ul. Ceglana 8", "00-000 Lipowa"),
)


def sample_case(kind: DebtorKind, today: date, count: int, language: str) -> CaseFile:
    """The case of an invented debtor with so many overdue invoices; the second one is paid in part."""
    consumer = kind is DebtorKind.CONSUMER
    base = _CONSUMER if consumer else _BUSINESS
    debtor = Debtor(
        id=base.id,
        name=base.name,
        kind=kind,
        first_name=base.first_name,
        nip=base.nip,
        address=base.address,
        language=language,
    )
    invoices = tuple(_invoice(debtor.id, number, count, today) for number in range(1, count + 1))
    return CaseFile(case=Case(creditor=CREDITOR.id, debtor=debtor), invoices=invoices)


def sample_rates(today: date) -> RateTables:
    """The packaged rates of interest, and an invented rate of the euro, which the sample must not look up."""
    days = {last_business_day_before_month(today - timedelta(days=28 * months)) for months in range(14)}
    return packaged_rates().with_euro(EuroRate(day, Decimal("4.25")) for day in days)


def _invoice(debtor: str, number: int, count: int, today: date) -> Invoice:
    due_on = today - timedelta(days=34 + 3 * (count - number))
    issued_on = due_on - timedelta(days=14)
    issued_at = datetime(issued_on.year, issued_on.month, issued_on.day, 9, tzinfo=UTC)
    paid_at = issued_at + timedelta(days=30)
    paid = {"sample": Payment(Money(40_000), paid_at)} if number == 2 else {}  # noqa: PLR2004
    return Invoice(
        creditor=CREDITOR.id,
        debtor=debtor,
        number=f"FV/{number:03d}/{issued_on.year}",
        header=Header(at=issued_at, amount=Money(123_456 + 7_919 * (number - 1)), due_on=due_on, issued_on=issued_on),
        payments=paid,
    )
