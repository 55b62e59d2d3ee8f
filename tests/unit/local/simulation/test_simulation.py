"""`upominek simulate`: the messages that the planner and the sender would send, and nothing left behind."""

import json
import random
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.commands import app
from local.simulation.payments import read_payments
from local.simulation.store import Simulation
from upominek.adapters.config_files.campaigns_file import shipped_campaign
from upominek.adapters.config_files.creditors_file import read_creditor
from upominek.adapters.formats.csv.rows import GoodRow, InvoiceTable
from upominek.adapters.formats.csv.survey import survey_table
from upominek.adapters.memory.world import World
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.application.intake.apply_events import ApplyEvents
from upominek.application.outbox import Outbox
from upominek.application.planning.plan_reminders import PlanReminders
from upominek.application.planning.start_planning import StartPlanning
from upominek.application.sending.prepare_reminder import PrepareReminder
from upominek.application.sending.rate_limit import RateLimit
from upominek.application.sending.send_reminder import SendReminder
from upominek.domain.errors import InvalidValue, Refused, TableUnreadable, UpominekError
from upominek.domain.parties.creditor import Creditor
from upominek.domain.receivables.events import PaymentReceived
from upominek.domain.values.carrier import SES, SNS
from upominek.domain.values.money import Money

CREDITOR_FILE = Path(__file__).parents[4] / "local/creditors/hydro-hurt.yaml"
FIRST, LAST = date(2026, 3, 2), date(2026, 4, 10)
HEADER = "Id kontrahenta;Nazwa;Imię;Rodzaj podmiotu;Telefon;E-mail;Numer faktury;Termin płatności;Kwota brutto"
DAY = timedelta(days=1)


def portfolio(seed: int, invoices: int = 60) -> str:
    drawn = random.Random(seed)
    lines = [HEADER]
    for number in range(invoices):
        debtor = drawn.randrange(invoices // 3)
        of = random.Random(debtor)
        kind, name = of.choice(["osoba", "firma"]), of.choice(["Anna", "Marek", ""])
        phone = f"+48 512 000 {debtor:03}" if of.random() < 0.8 else ""
        email = f"biuro{debtor}@example.com" if of.random() < 0.7 else ""
        due = FIRST + drawn.randrange(-45, 45) * DAY
        amount = f"{drawn.randrange(1, 900_000) / 100:.2f}"
        lines.append(f"K{debtor};Firma {debtor};{name};{kind};{phone};{email};FV/{number}/2026;{due};{amount}")
    return "\n".join(lines)


def file(folder: Path, text: str, name: str = "faktury.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


class Everything(World):
    """What is deployed, in memory: the planner puts on the outbox, the sender takes from it."""

    def __init__(self, creditor: Creditor, csv: Path) -> None:
        super().__init__(creditor.hours.at_local(FIRST, time(0)))
        self.creditor = creditor
        self.creditors.save(creditor)
        for name in ("consumers", "default"):
            self.creditors.save_campaign(creditor.id, shipped_campaign(name, creditor))
        wake = WakeDebtors(self.creditors, self.cases, self.progress, self.clock)
        self.apply_events = ApplyEvents(self.cases, self.invoices, self.unmatched_payments, wake, self.clock)
        with csv.open("rb") as stream:
            survey = survey_table(iter(lambda: stream.read(65536), b""))
            (chunk,) = survey.chunks
            stream.seek(chunk.start)
            rows = list(InvoiceTable(survey.format).read([stream.read()], chunk.first_row))
        self.apply_events.apply(creditor, [row.stated(self.clock.now()) for row in rows if isinstance(row, GoodRow)])

    def play(self, day: date) -> None:
        """A day by quarters of an hour, as the schedule has it."""
        paces = {carrier: RateLimit(self.clock, 1e9) for carrier in (SNS, SES)}
        prepare = PrepareReminder(self.cases, self.invoices, self.reminders, TemplateRenderer(), self.rates)
        send = SendReminder(
            clock=self.clock,
            creditors=self.creditors,
            texts=self.texts,
            cases=self.cases,
            reminders=self.reminders,
            progress=self.progress,
            queues=self.queues,
            prepare=prepare,
            sms={SNS: self.sms},
            email={SES: self.email},
            paces=paces,
        )
        outbox = Outbox(self.queues, self.manifests)
        plan = PlanReminders(self.creditors, self.cases, self.invoices, self.progress, outbox, self.clock)
        start = StartPlanning(self.creditors, self.progress, self.queues, self.clock)
        for quarter in range(8 * 4, 20 * 4):
            self.clock.time = self.creditor.hours.at_local(day, time(quarter // 4, quarter % 4 * 15))
            start()
            for job in self.queues.take_plans():
                plan(job)
            for item in self.queues.take_outbox():
                send(item)

    def said(self) -> set[tuple[str, str, str]]:
        sms = {("sms", one.key.debtor, f"{one.key.day} {one.text}") for one in self.sms.sent}
        return sms | {("email", one.key.debtor, f"{one.key.day} {one.subject}\n{one.text}") for one in self.email.sent}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_says_what_the_planner_and_the_sender_would_send(seed: int, tmp_path: Path) -> None:
    csv = file(tmp_path, portfolio(seed))
    creditor = read_creditor(CREDITOR_FILE).creditor
    campaigns = [shipped_campaign(name, creditor) for name in ("consumers", "default")]
    drawn = random.Random(seed)
    numbers = [f"FV/{one}/2026" for one in drawn.sample(range(60), 20)]
    paid_on = {number: FIRST + drawn.randrange(40) * DAY for number in numbers}
    amounts = dict(line.split(";")[6:9:2] for line in csv.read_text().splitlines()[1:])
    rows = [f"{number};{day};{amounts[number]}" for number, day in paid_on.items()]
    payments, _ = read_payments(file(tmp_path, "\n".join(["Faktura;Data;Kwota", *rows]), "wplaty.csv"))

    simulation = Simulation(creditor, campaigns)
    simulation.apply_events(csv, FIRST)
    days, unknown = simulation.days(FIRST, LAST, payments)
    simulated = {
        (
            one.channel.value,
            one.debtor,
            f"{plan.day} {one.rendered.subject or ''}{chr(10) if one.rendered.subject else ''}{one.rendered.text}",
        )
        for plan in days
        for one in plan.reminders
    }

    real = Everything(creditor, csv)
    owner = {line.split(";")[6]: line.split(";")[0] for line in csv.read_text().splitlines()[1:]}
    for ahead in range((LAST - FIRST).days + 1):
        day = FIRST + ahead * DAY
        events = [
            PaymentReceived(
                id=number,
                number=number,
                debtor_id=owner[number],
                amount=Money(int(Decimal(amounts[number]) * 100)),
                at=creditor.hours.at_local(day, time(0)),
            )
            for number, on in paid_on.items()
            if on == day
        ]
        real.apply_events.apply(creditor, events)
        real.play(day)

    assert unknown == []
    assert len(simulated) > 40
    assert simulated == real.said()


# --- The command -----------------------------------------------------------------------------------------------------


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["simulate", *arguments])
    if isinstance(done.exception, UpominekError):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.stdout


def options(csv: Path, *more: str, first: date = FIRST, last: date = LAST) -> list[str]:
    return [str(csv), "--creditor", str(CREDITOR_FILE), "--from", str(first), "--to", str(last), *more]


def answer(*arguments: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(run(*arguments, "--json"))


def test_json_has_every_message_in_full_and_sums_that_agree(tmp_path: Path) -> None:
    found = answer(*options(file(tmp_path, portfolio(7))))

    messages, totals = found["messages"], found["totals"]
    assert {"date", "debtor", "channel", "step", "template", "subject", "text", "parts", "cost", "invoices"} <= set(
        messages[0]
    )
    assert totals["messages"] == len(messages) == sum(one["messages"] for one in totals["by_day"])
    assert totals["parts"] == sum(one["parts"] for one in messages)
    for sums in ("by_day", "by_week", "by_channel", "by_step"):
        assert sum(Decimal(one["cost"]) for one in totals[sums]) == Decimal(totals["cost"])
    assert Decimal(totals["cost"]) == sum(Decimal(one["cost"]) for one in messages)
    assert [one["date"] for one in messages] == sorted(one["date"] for one in messages)
    assert all(date.fromisoformat(one["date"]).weekday() < 5 for one in messages)


def test_payments_make_it_stop(tmp_path: Path) -> None:
    csv = file(tmp_path, f"{HEADER}\nK1;Firma;Anna;firma;512000001;;FV 1;2026-03-05;100,00")
    paid = file(tmp_path, 'Nr faktury,Data wpłaty,Kwota\nFV 1,07.03.2026,"100,00 zł"\n', "wplaty.csv")

    assert [one["step"] for one in answer(*options(csv))["messages"]] == ["-3", "+1", "+5", "+14", "+30"]
    assert [one["step"] for one in answer(*options(csv, "--payments", str(paid)))["messages"]] == ["-3", "+1"]


def test_a_part_payment_lowers_what_is_asked_for(tmp_path: Path) -> None:
    csv = file(tmp_path, f"{HEADER}\nK1;Firma;Anna;firma;512000001;;FV 1;2026-03-05;100,00")
    paid = file(tmp_path, "invoice number;date;amount\nFV 1;2026-03-07;40.00\n", "paid.csv")

    asked = [one["totals"][0]["amount"] for one in answer(*options(csv, "--payments", str(paid)))["messages"]]

    assert asked == ["100.00", "100.00", "60.00", "60.00", "60.00"]


def test_what_cannot_be_taken_is_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    csv = file(
        tmp_path,
        f"{HEADER}\nK1;Firma;Anna;firma;512000001;;FV 1;2026-03-05;100,00\n"
        "K2;Firma;Anna;firma;512000002;;FV 2;2026-02-31;100,00\n"
        "K3;Firma;Anna;firma;512000003;;FV 3;2026-03-05;100,00\n"
        "K3;Firma;Anna;firma;512000003;;FV 3;2026-03-05;200,00",
    )
    paid = file(
        tmp_path,
        "Faktura;Data;Kwota\nFV 1;2026-03-06;tak\nFV 9;2026-03-06;1\n\nFV 1;2026-03-06;-5,00\n;;\n",
        "wplaty.csv",
    )

    found = answer(*options(csv, "--payments", str(paid)))

    assert [(one["row"], one["code"]) for one in found["rejected"]] == [
        (3, "date_invalid"),
        (4, "rows_disagree"),
        (5, "rows_disagree"),
    ]
    assert [one["row"] for one in found["rejected_payments"]] == [2, 5]
    assert found["unknown_payments"] == [{"row": 3, "invoice": "FV 9"}]
    assert {one["debtor"] for one in found["messages"]} == {"K1"}


def test_a_payment_of_another_debtor_pays_nothing(tmp_path: Path) -> None:
    csv = file(tmp_path, f"{HEADER}\nK1;Firma;Anna;firma;512000001;;FV 1;2026-03-05;100,00")
    paid = "Faktura;Data;Kwota;Id kontrahenta\nFV 1;2026-03-01;100;"
    of_another = file(tmp_path, f"{paid}K2\n", "another.csv")
    of_the_same = file(tmp_path, f"{paid}K1\n", "same.csv")

    assert len(answer(*options(csv, "--payments", str(of_another)))["unknown_payments"]) == 1
    assert answer(*options(csv, "--payments", str(of_the_same)))["messages"] == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"last": date(2026, 3, 1)}, InvalidValue),
        ({"last": date(2027, 6, 1)}, InvalidValue),
    ],
)
def test_a_period_that_makes_no_sense(change: dict[str, date], error: type[Exception], tmp_path: Path) -> None:
    with pytest.raises(error):
        run(*options(file(tmp_path, portfolio(1, 6)), **change))


@pytest.mark.parametrize("text", ["", "a;b\n1;2", "\x00\x01", HEADER])
def test_no_table_of_invoices(text: str, tmp_path: Path) -> None:
    with pytest.raises(TableUnreadable):
        run(*options(file(tmp_path, text)))


def test_a_file_of_bad_rows_only_says_nothing_to_anybody(tmp_path: Path) -> None:
    found = answer(*options(file(tmp_path, f"{HEADER}\nK1;F;;firma;;;FV 1;wczoraj;dużo")))

    assert found["messages"] == []
    assert found["accepted"] == 0
    assert len(found["rejected"]) == 2


def test_payments_without_the_needed_columns(tmp_path: Path) -> None:
    csv = file(tmp_path, portfolio(1, 6))
    with pytest.raises(Refused) as refused:
        run(*options(csv, "--payments", str(file(tmp_path, "Faktura;Kiedy\nFV;1\n", "p.csv"))))
    assert "Data wpłaty" in refused.value.pl
    assert "Kwota" in refused.value.pl


def test_an_unknown_campaign_is_named_with_its_like(tmp_path: Path) -> None:
    with pytest.raises(UpominekError) as unknown:
        run(*options(file(tmp_path, portfolio(1, 6)), "--campaign", "consumer"))
    assert "consumers" in unknown.value.en


def test_files_of_other_encodings(tmp_path: Path) -> None:
    paid = tmp_path / "wplaty.csv"
    for encoding in ("cp1250", "utf-16", "utf-8-sig", "iso-8859-2"):
        paid.write_bytes("Nr faktury;Data wpłaty;Kwota wpłaty\r\nFŻ/1;2.3.2026;1 000,50 zł\r\n".encode(encoding))
        found, rejects = read_payments(paid)
        assert rejects == []
        assert [(one.number, one.day, one.amount) for one in found] == [("FŻ/1", date(2026, 3, 2), Money(100_050))]


def test_the_page_replaces_itself_in_one_move_and_holds_no_markup_from_outside(tmp_path: Path) -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    rows = f"K1;{evil};Anna;firma;512000001;a@example.com;FV<u>1;2026-03-05;100,00"
    page = tmp_path / "symulacja.html"
    page.write_text("before")

    run(*options(file(tmp_path, f"{HEADER}\n{rows}"), "--html", str(page)))

    text = page.read_text(encoding="utf-8")
    assert "<img" not in text
    assert "<u>" not in text
    assert text.count("</script>") == text.count("<script")
    assert "http://" not in text
    assert sorted(one.name for one in tmp_path.iterdir()) == ["faktury.csv", "symulacja.html"]


def test_a_page_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert (
        "no folder"
        in CliRunner()
        .invoke(app, ["simulate", *options(file(tmp_path, portfolio(1, 6)), "--html", str(tmp_path / "a" / "b.html"))])
        .stderr
    )
