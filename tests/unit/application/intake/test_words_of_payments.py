"""Files that say in words what was paid, from the upload to the case."""

from tests.unit.application.intake.test_import_file import INBOX, report
from tests.worlds.intake_world import IntakeWorld
from upominek.domain.receivables.invoice import InvoiceStatus
from upominek.domain.values.kinds import HoldKind

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
