"""Files that say in words what was paid, from the upload to the case."""

from tests.unit.application.intake.test_import_file import INBOX, report
from tests.worlds.intake_world import IntakeWorld
from upominek.domain.receivables.invoice import InvoiceStatus
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

HEADER = "Id kontrahenta;Numer faktury;Termin płatności;Kwota brutto;Status płatności\r\n"


def table(**words: str) -> str:
    return HEADER + "".join(f"K-1;FV/{name};2026-03-16;500,00;{word}\r\n" for name, word in words.items())


def test_each_word_does_to_the_invoice_what_it_says() -> None:
    world = IntakeWorld()
    world.drop(INBOX, table(a="nieopłacona", b="nieopłacona", c="nieopłacona", d="przeterminowana"), hour=1)
    world.drop(INBOX, table(a="opłacona", b="częściowo", c="anulowana", d="przeterminowana", e="szkic"), hour=2)

    told = report(world)
    assert (told["accepted"], told["rejected"], told["cancelled"], told["holds"]) == (4, 1, 1, 1)
    assert [(one["row"], one["code"]) for one in told["remarks"]] == [(3, "paid_part_unknown")]
    assert [world.invoice(f"FV/{name}").status for name in "abcd"] == [
        *(InvoiceStatus.SETTLED, InvoiceStatus.OPEN, InvoiceStatus.CANCELLED, InvoiceStatus.OPEN)
    ]
    held = world.cases.get("hurt", "K-1").holds.values()
    assert [(one.kind, one.number) for one in held] == [(HoldKind.CHECK, "FV/b")]


def test_a_word_for_unpaid_takes_no_payment_back_and_the_report_says_so() -> None:
    world = IntakeWorld()
    world.drop(INBOX, table(a="opłacona", b="nieopłacona"), hour=1)
    world.drop(INBOX, table(a="nieopłacona", b="nieopłacona"), hour=2)
    told = report(world)
    assert [(one["row"], one["code"]) for one in told["remarks"]] == [(2, "unpaid_but_settled")]
    assert [world.invoice(f"FV/{name}").status for name in "ab"] == [InvoiceStatus.SETTLED, InvoiceStatus.OPEN]


def test_a_word_for_unpaid_keeps_a_part_that_was_told_in_figures() -> None:
    world = IntakeWorld()
    figures = HEADER.replace("Status płatności", "Zapłacono") + "K-1;FV/a;2026-03-16;500,00;200,00\r\n"
    world.drop(INBOX, figures, hour=1)
    world.drop(INBOX, table(a="nieopłacona"), hour=2)
    assert world.invoice("FV/a").outstanding == Money(30_000)
