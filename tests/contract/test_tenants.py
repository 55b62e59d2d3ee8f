"""A creditor with the ids of another one: reads nothing of it, changes nothing, and is told no name.

Every use case of the composition root stands in `DRIVEN`, or in `WITHOUT_CREDITOR` with the reason; so does every
method of a repository. One that is new must be given its place here.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from inspect import getmembers_static
from pprint import pformat
from typing import Any

import pytest

from tests.contract.conftest import create_table, dynamo_store, dynamodb
from tests.contract.examples import DEBTOR, KOWALSKA, NOW, TODAY, claimed, fact, receipt, sent, stated
from upominek.adapters.aws.table.letters import DynamoLetterRepository
from upominek.adapters.carriers.registry import CARRIERS
from upominek.adapters.clock import real_time
from upominek.adapters.config_files.campaigns_file import shipped_campaign
from upominek.adapters.memory.world import World
from upominek.application.cases.record_evidence import Sending, Statement
from upominek.application.intake.import_plan import Arrival, ImportJob, Step
from upominek.application.jobs import OutboxItem, PlanJob, Planned
from upominek.application.letters.write_letter import LetterRequest
from upominek.application.ports.cases import CaseRepository, Reservation
from upominek.application.ports.creditors import CreditorRepository, SecretStore
from upominek.application.ports.intake import (
    ImportRecord,
    ImportRepository,
    UnmatchedPaymentRepository,
    WebhookRepository,
)
from upominek.application.ports.invoices import InvoiceKey, InvoiceRepository
from upominek.application.ports.letters import LetterRepository
from upominek.application.ports.operations import HealthRepository
from upominek.application.ports.planning import LaneStop, ManifestStore, ProgressRepository
from upominek.application.ports.privacy import RetentionRepository
from upominek.application.ports.reminders import ReminderRepository
from upominek.application.ports.texts import TextRepository
from upominek.application.receipts.record_receipt import Report
from upominek.bootstrap import Application
from upominek.domain.cases.case import Agenda, Case, CaseFile, Contact, Hold
from upominek.domain.cases.last_word import LastWord, LastWords
from upominek.domain.errors import NotFound, UpominekError
from upominek.domain.law.acknowledgement import AcknowledgementKind, StatementChannel
from upominek.domain.law.demand import Route
from upominek.domain.letters.stored_letter import Route as LetterRoute
from upominek.domain.letters.stored_letter import StoredLetter
from upominek.domain.messages.receipt import ReceiptKind
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.messages.sender_reputation import ReputationCounts
from upominek.domain.operations.health import Found, Health
from upominek.domain.parties.actor import Actor, Face
from upominek.domain.parties.creditor import Creditor, Register
from upominek.domain.parties.debtor import Debtor
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.receivables.events import CaseHeld, CaseNoted, CaseReleased, PaymentStated
from upominek.domain.receivables.payments import BookedPayment, Booking
from upominek.domain.texts.overrides import TextKey, TextOverride, fingerprint
from upominek.domain.values.carrier import SES, SNS
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import address_hash
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money
from upominek.domain.values.span import Span
from upominek.settings import Settings

A, B = "acme", "bursztyn"
SECRET = "Tajemnica"
"""Stands in everything that is B's, and nowhere else."""
MANAGER = Actor("Anna", Face.COMMAND_LINE)
"""Somebody who may manage everybody's affairs: even so, a creditor's ids open nothing of another one's."""
ONLY_A = Actor("Adam", Face.COMMAND_LINE, frozenset({"acme"}))
KEY = TextKey.parse("sms/pl/overdue.friendly")
REMINDER = replace(claimed().key, creditor=B)
FILE = f"incoming/{B}/faktury.csv"
TABLE = (
    "Id kontrahenta;Nazwa;Numer faktury;Termin płatności;Kwota brutto\r\n"
    f"{DEBTOR};{SECRET};FV 1/2026;2026-02-25;123,00\r\n"
)


LETTER = StoredLetter(
    creditor=B,
    debtor=DEBTOR,
    day=TODAY,
    id="abc",
    kind=LetterKind.REMINDER,
    route=LetterRoute.RECORD,
    at=NOW,
    sha256="0" * 64,
    pages=1,
    name=SECRET,
)
PAYMENT = PaymentStated(id="p-1", amount=Money(12_300), day=TODAY, payer=SECRET)
BOOKED = BookedPayment(id="p-2", amount=Money(12_300), at=NOW, debtor=DEBTOR, number=SECRET)
NAMELESS = CaseFile(case=Case(creditor=A, debtor=Debtor(id=DEBTOR)))


class Tenants(Application):
    """The real composition over given ports, with creditor B's belongings in them."""

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__(Settings(sms_parts_per_second=1000, ses_messages_per_second=1000))
        vars(self).update(given | {"sms": {SNS: given["sms"]}, "email": {SES: given["email"]}})
        self.import_id = ""

    def belongings(self) -> str:
        """Everything of B's that ports can tell."""
        letters = list(self.letters.of(B))
        told = [
            self.creditors.get(B),
            self.creditors.campaigns(B),
            self.cases.file(B, DEBTOR),
            self.cases.suppressed(B, [address_hash("a@example.com", B)]),
            list(self.invoices.all_open(B, (1,))),
            list(self.invoices.open_of(B, DEBTOR)),
            list(self.cases.agenda(B, (1,), 0, TODAY)),
            list(self.cases.agenda(B, (1,), 0, TODAY, entries=True)),
            self.progress.woken(B),
            list(self.retention.closed_before(B, (1,), date.max)),
            self.retention.redacted_through(B),
            self.reminders.get(REMINDER),
            self.progress.lane_stops(B),
            self.progress.counted(B, SES, NOW - timedelta(1)),
            self.manifests.days(B),
            list(self.manifests.read(B, TODAY)),
            self.health.get(B),
            self.progress.planned_through(B, "standard", 0),
            self.progress.started_on(B, "standard"),
            self.texts.current(B),
            self.texts.history(B, KEY),
            self.imports.recent(B),
            self.imports.answers(B),
            self.unmatched_payments.kept(B),
            list(self.unmatched_payments.booked(B)),
            letters,
            self.letters.batches(B, TODAY),
            self.secrets.webhook_secrets(B),
            self.files.list(f"incoming/{B}"),
        ]
        return pformat(told)


def move_in(app: Tenants) -> None:
    """Creditor B, with one of everything; creditor A, with nothing but its name."""
    register = Register("Biuro", "Warszawa")
    for creditor, name in ((A, "Acme"), (B, SECRET)):
        app.creditors.save(Creditor(id=creditor, name=name, register=register, email_from="f@example.com"))
    app.cases.open_case(B, replace(KOWALSKA, name=SECRET), NOW)
    app.apply_events.apply(app.creditors.get(B), [stated(account="61109010140000071219812874")])
    reminder = sent(replace(claimed(), key=REMINDER), text=f"{SECRET}: prosimy o zapłatę")
    app.reminders.claim(replace(claimed(), key=REMINDER))
    app.reminders.record(reminder)
    app.cases.hold(B, DEBTOR, Hold(kind=HoldKind.PROMISE, since=NOW, reason=SECRET), fact(reason=SECRET))
    app.cases.suppress(B, DEBTOR, address_hash("a@example.com", B), fact("f-2", kind="suppressed"))
    app.progress.stop_lane(B, LaneStop(SNS, NOW, "stop", SECRET))
    app.progress.count(B, SES, NOW, ReputationCounts(10, 3), "t")
    app.progress.set_planned_through(B, "standard", 0, TODAY)
    app.manifests.write(B, TODAY, [Planned(REMINDER, "standard", "+5", Channel.SMS)])
    app.health.save(Health(creditor=B, at=NOW, runs=Found(1, ({"campaign": SECRET},))))
    app.progress.set_started_on(B, "standard", TODAY)
    said = LastWord(on=TODAY, at=NOW, offset_days=5, text=SECRET, reminder_id=REMINDER.id)
    place = Reservation(
        contact=Contact(TODAY, REMINDER.id),
        places=6,
        campaign="standard",
        words=LastWords(overdue=said),
        agenda=Agenda(TODAY, campaign=SECRET, step="+14", channel="sms"),
    )
    assert app.cases.reserve_contact(app.cases.get(B, DEBTOR), place, (1,))
    app.progress.wake(B, NOW - timedelta(1))
    app.texts.save(B, TextOverride(key=KEY, source=SECRET, version=1, sha256=fingerprint(SECRET), by="b", at=NOW))
    app.letters.add(LETTER)
    app.webhooks.remember(B, "msg", "digest")
    app.sending_log.lines.append((real_time(), REMINDER))  # type: ignore[attr-defined]
    app.secrets.save_webhook_secrets(B, ["whsec_VGFqZW1uaWNh"])
    app.unmatched_payments.keep(B, [PAYMENT])
    app.unmatched_payments.list_booked(B, [BOOKED])
    app.files.put(FILE, TABLE.encode())
    record = app.import_file.arrived(Arrival(key=FILE, at=NOW))
    assert record is not None
    app.import_id = record.id


Drive = Callable[[Tenants], object]
ITEM = OutboxItem(
    creditor=A, debtor=DEBTOR, campaign="standard", day=TODAY, step="+5", channel=Channel.SMS, invoices=("FV 1/2026",)
)
MINE = replace(REMINDER, creditor=A)
STRANGER = Case(creditor=A, debtor=Debtor(id=DEBTOR))
"""B's debtor as if he were one of A's."""
RECORD = ImportRecord(id="x", creditor=A, key=FILE, state="checking", started_at=NOW)
FORGED = {"webhook-id": "msg", "webhook-timestamp": "1", "webhook-signature": "v1,eA=="}
AGAIN = TextOverride(key=KEY, source="x", version=1, sha256="x", by="a", at=NOW)


def _report(kind: ReceiptKind) -> Report:
    return Report(carrier=SES, receipt=receipt(kind), message_id="nobody's", key=MINE)


USE_CASES: dict[str, list[Drive]] = {
    "find_unreached": [lambda app: list(app.find_unreached(A))],
    "apply_events": [
        lambda app: app.apply_events.apply(
            app.creditors.get(A), [stated(), CaseNoted(debtor_id=DEBTOR, at=NOW, text="x")]
        )
    ],
    "receive_webhook": [lambda app: app.receive_webhook.receive(A, FORGED, b"{}")],
    "import_file": [
        lambda app: app.import_file.confirm(A, app.import_id),
        lambda app: app.import_file.work(ImportJob(creditor=A, import_id=app.import_id, step=Step.APPLY, chunk=0)),
    ],
    "plan_reminders": [lambda app: app.plan_reminders(PlanJob(creditor=A, campaign="standard", shard=0, day=TODAY))],
    "check_health": [lambda app: app.check_health.of(A, anew=True)],
    "preview_plan": [lambda app: app.preview_plan(TODAY, A)],
    "send_reminder": [lambda app: app.send_reminder(ITEM)],
    "make_letters": [
        lambda app: app.make_letters(replace(ITEM, channel=Channel.LETTER)),
        lambda app: app.make_letters(replace(ITEM, channel=Channel.EMAIL, awaits_letter=True)),
    ],
    "print_letters": [lambda app: app.print_letters(A, TODAY)],
    "record_receipt": [lambda app, kind=kind: app.record_receipt(_report(kind), {}) for kind in ReceiptKind],  # type: ignore[misc]
    "manage_lanes": [
        lambda app: app.manage_lanes.stop(MANAGER, A, Channel.SMS),
        lambda app: app.manage_lanes.reopen(MANAGER, A, Channel.EMAIL),
        lambda app: app.manage_lanes.braked(A),
    ],
    "reconcile_after_restore": [lambda app: app.reconcile_after_restore(A, NOW)],
    "erase_case": [
        lambda app: app.erase_case(app.creditors.get(A), DEBTOR, despite_open_invoices=True),
    ],
    "export_case": [lambda app: app.export_case(A, DEBTOR)],
    "show_case": [lambda app: app.show_case(A, DEBTOR)],
    "manage_case": [
        lambda app: app.manage_case(MANAGER, A, CaseHeld(debtor_id=DEBTOR, at=NOW, kind=HoldKind.PAUSE, reason="x")),
        lambda app: app.manage_case(MANAGER, A, CaseReleased(debtor_id=DEBTOR, at=NOW, kind=HoldKind.PROMISE)),
        lambda app: app.manage_case(MANAGER, A, CaseNoted(debtor_id=DEBTOR, at=NOW, text="x")),
    ],
    "manage_texts": [
        lambda app: app.manage_texts.history(A, KEY),
        lambda app: app.manage_texts.remove(MANAGER, A, KEY),
        lambda app: app.manage_texts.save(MANAGER, A, KEY, "x"),
        lambda app: app.manage_texts.save_all(MANAGER, A, [(KEY, "x")]),
        lambda app: app.manage_texts.current(A),
        lambda app: app.manage_texts.source(A, KEY, 1),
    ],
    "record_acknowledgement": [
        lambda app: app.record_acknowledgement(
            MANAGER,
            A,
            DEBTOR,
            Statement(kind=next(iter(AcknowledgementKind)), channel=next(iter(StatementChannel)), by="x", text="x"),
        )
    ],
    "record_demand": [
        lambda app: app.record_demand(MANAGER, A, DEBTOR, Sending(route=next(iter(Route)), sent_on=TODAY))
    ],
    "write_letter": [lambda app: app.write_letter(A, DEBTOR, LetterRequest(kind=LetterKind.REMINDER))],
    "show_letters": [lambda app: app.show_letters(A), lambda app: app.show_letters.read(A, DEBTOR, "abc")],
    "save_creditor": [lambda app: app.save_creditor(MANAGER, app.creditors.get(A), [])],
    "save_campaign": [lambda app: app.save_campaign(MANAGER, A, shipped_campaign("default"))],
    "rotate_secret": [lambda app: app.rotate_secret(MANAGER, A)],
    "bring_file": [lambda app: app.bring_file(MANAGER, A, "faktury.csv", [b"x"], wait=timedelta(seconds=-1))],
    "confirm_import": [lambda app: app.confirm_import(MANAGER, A, app.import_id)],
    "show_payments": [lambda app: app.show_payments(A)],
    "assign_payment": [
        lambda app: app.assign_payment.assign(MANAGER, A, PAYMENT.id, DEBTOR, "FV 1/2026"),
        lambda app: app.assign_payment.unassign(MANAGER, A, PAYMENT.id),
    ],
    "show_imports": [lambda app: app.show_imports(A)],
    "show_health": [lambda app: app.show_health(A, anew=True)],
    "wake_debtors": [
        lambda app: app.wake_debtors.for_invoices(app.creditors.get(A), app.invoices.open_of(B, DEBTOR)),
        lambda app: app.wake_debtors.for_release(app.creditors.get(A), [DEBTOR]),
        lambda app: app.wake_debtors.for_campaign(
            app.creditors.get(A), shipped_campaign("default"), app.invoices.all_open(B, (1,))
        ),
    ],
    "show_messages": [lambda app: app.show_messages(A, within=timedelta(days=1))],
    "erase_person": [lambda app: app.erase_person(MANAGER, A, DEBTOR, despite_open_invoices=True)],
    "fetch_batches": [lambda app: app.fetch_batches(MANAGER, A, TODAY)],
    "close_gaps": [lambda app: app.close_gaps(MANAGER, NOW, A)],
    "preview_text": [lambda app: app.preview_text(A, DEBTOR, channel=Channel.SMS, name="overdue", tone=Tone.FRIENDLY)],
    "legal_status": [lambda app: app.legal_status(A, DEBTOR)],
}
PORTS: dict[str, list[Drive]] = {
    "creditors.campaigns": [lambda app: app.creditors.campaigns(A)],
    "cases.get": [lambda app: app.cases.get(A, DEBTOR)],
    "cases.get_many": [lambda app: app.cases.get_many(A, [DEBTOR])],
    "cases.open_case": [lambda app: app.cases.open_case(A, KOWALSKA, NOW)],
    "cases.open_cases": [lambda app: app.cases.open_cases(A, [(KOWALSKA, NOW)])],
    "cases.reserve_contact": [
        lambda app: app.cases.reserve_contact(STRANGER, Reservation(contact=Contact(TODAY, "x"), places=6), (1,))
    ],
    "cases.set_agenda": [lambda app: app.cases.set_agenda(STRANGER, Agenda(TODAY), (1,))],
    "cases.wake": [lambda app: app.cases.wake(A, {DEBTOR: Agenda(TODAY)}, (1,))],
    "cases.agenda": [
        lambda app: list(app.cases.agenda(A, (1,), 0, TODAY + timedelta(365))),
        lambda app: list(app.cases.agenda(A, (1,), 0, TODAY + timedelta(365), entries=True)),
    ],
    "cases.release_contact": [lambda app: app.cases.release_contact(A, DEBTOR, Contact(TODAY, "x"))],
    "cases.hold": [lambda app: app.cases.hold(A, DEBTOR, Hold(kind=HoldKind.PAUSE, since=NOW, reason="x"), fact())],
    "cases.release": [lambda app: app.cases.release(A, DEBTOR, "promise", fact(at=NOW + timedelta(1)))],
    "cases.add_fact": [lambda app: app.cases.add_fact(A, DEBTOR, fact())],
    "cases.acknowledge": [lambda app: app.cases.acknowledge(A, DEBTOR, TODAY, ["FV 1/2026"], fact())],
    "cases.suppress": [lambda app: app.cases.suppress(A, DEBTOR, address_hash("a@example.com", B), fact())],
    "cases.suppressed": [lambda app: app.cases.suppressed(A, [address_hash("a@example.com", B)])],
    "cases.note_closing": [lambda app: app.cases.note_closing(A, [DEBTOR], TODAY, (1,))],
    "cases.file": [lambda app: app.cases.file(A, DEBTOR)],
    "invoices.get_many": [lambda app: app.invoices.get_many([InvoiceKey(A, DEBTOR, "FV 1/2026")])],
    "invoices.due": [lambda app: list(app.invoices.due(A, (1,), 0, [Span(NOW.date() - timedelta(365), TODAY)]))],
    "invoices.open_of": [lambda app: app.invoices.open_of(A, DEBTOR)],
    "invoices.all_open": [lambda app: list(app.invoices.all_open(A, (1,)))],
    "reminders.claim": [lambda app: app.reminders.claim(replace(claimed(), key=MINE))],
    "reminders.unclaim": [lambda app: app.reminders.unclaim(MINE, NOW)],
    "reminders.record": [lambda app: app.reminders.record(replace(sent(claimed()), key=MINE, provider_message_id="m"))],
    "reminders.apply_receipt": [
        lambda app: app.reminders.apply_receipt(MINE, receipt(ReceiptKind.BOUNCED), ReminderStatus.BOUNCED)
    ],
    "reminders.get": [lambda app: app.reminders.get(MINE)],
    "reminders.get_many": [lambda app: app.reminders.get_many([MINE])],
    "reminders.since": [lambda app: app.reminders.since(A, DEBTOR, TODAY, TODAY)],
    "progress.planned_through": [lambda app: app.progress.planned_through(A, "standard", 0)],
    "progress.set_planned_through": [
        lambda app: app.progress.set_planned_through(A, "standard", 0, TODAY + timedelta(1))
    ],
    "progress.started_on": [lambda app: app.progress.started_on(A, "standard")],
    "progress.set_started_on": [lambda app: app.progress.set_started_on(A, "standard", TODAY + timedelta(1))],
    "progress.wake": [lambda app: app.progress.wake(A, NOW)],
    "progress.woken": [lambda app: app.progress.woken(A)],
    "progress.set_looked_at": [lambda app: app.progress.set_looked_at(A, NOW)],
    "progress.lane_stops": [lambda app: app.progress.lane_stops(A)],
    "progress.stop_lane": [lambda app: app.progress.stop_lane(A, LaneStop(SNS, NOW, "x"))],
    "progress.reopen_lane": [
        lambda app, carrier=carrier: app.progress.reopen_lane(A, carrier)  # type: ignore[misc]
        for carrier in CARRIERS.known()
    ],
    "progress.count": [lambda app: app.progress.count(A, SES, NOW, ReputationCounts(1), "t")],
    "progress.counted": [lambda app: app.progress.counted(A, SES, NOW - timedelta(1))],
    "manifests.write": [lambda app: app.manifests.write(A, TODAY, [Planned(MINE, "standard", "+5", Channel.SMS)])],
    "manifests.days": [lambda app: app.manifests.days(A)],
    "manifests.read": [lambda app: list(app.manifests.read(A, TODAY))],
    "health.get": [lambda app: app.health.get(A)],
    "health.save": [lambda app: app.health.save(Health(creditor=A, at=NOW))],
    "retention.redacted_through": [lambda app: app.retention.redacted_through(A)],
    "retention.set_redacted_through": [lambda app: app.retention.set_redacted_through(A, TODAY)],
    "retention.redact": [lambda app: app.retention.redact([replace(claimed(), key=MINE, redacted_at=NOW)])],
    "retention.closed_before": [lambda app: list(app.retention.closed_before(A, (1,), date.max))],
    "retention.keep_open": [lambda app: app.retention.keep_open(A, DEBTOR, TODAY)],
    "retention.begin_erasure": [lambda app: app.retention.begin_erasure(A, DEBTOR, (1,), "x")],
    "retention.pseudonymise": [lambda app: app.retention.pseudonymise(NAMELESS, NOW)],
    "retention.forget": [
        lambda app: app.retention.begin_erasure(A, DEBTOR, (1,), "x"),
        lambda app: app.retention.forget(A, DEBTOR, "x", [address_hash("a@example.com", B)]),
    ],
    "webhooks.remember": [lambda app: app.webhooks.remember(A, "msg", "another")],
    "imports.start": [lambda app: app.imports.start(replace(RECORD, id=app.import_id))],
    "imports.get": [lambda app: app.imports.get(A, app.import_id)],
    "imports.finish_chunk": [lambda app: app.imports.finish_chunk(A, app.import_id, "checked", 7, {"rows": 9})],
    "imports.advance": [lambda app: app.imports.advance(A, app.import_id, "done", replace(RECORD, id=app.import_id))],
    "imports.restart": [lambda app: app.imports.restart(A, app.import_id, "done", replace(RECORD, id=app.import_id))],
    "imports.recent": [lambda app: app.imports.recent(A)],
    "imports.answers": [lambda app: app.imports.answers(A)],
    "imports.keep_answers": [lambda app: app.imports.keep_answers(A, {"column:saldo": "none"})],
    "unmatched_payments.keep": [lambda app: app.unmatched_payments.keep(A, [replace(PAYMENT, payer="x")])],
    "unmatched_payments.all": [lambda app: app.unmatched_payments.all(A)],
    "unmatched_payments.kept": [lambda app: app.unmatched_payments.kept(A)],
    "unmatched_payments.find": [lambda app: app.unmatched_payments.find(A, [PAYMENT.id])],
    "unmatched_payments.note_booking": [
        lambda app: app.unmatched_payments.note_booking(A, PAYMENT.id, Booking("x", "x", "x", NOW), before=0)
    ],
    "unmatched_payments.list_booked": [lambda app: app.unmatched_payments.list_booked(A, [replace(BOOKED, id="x")])],
    "unmatched_payments.booked": [lambda app: list(app.unmatched_payments.booked(A))],
    "unmatched_payments.strike_booked": [lambda app: app.unmatched_payments.strike_booked(A, [BOOKED])],
    "unmatched_payments.remove": [lambda app: app.unmatched_payments.remove(A, [PAYMENT.id])],
    "texts.current": [lambda app: app.texts.current(A)],
    "texts.save": [lambda app: app.texts.save(A, AGAIN)],
    "texts.history": [lambda app: app.texts.history(A, KEY)],
    "letters.remove": [lambda app: app.letters.remove(replace(LETTER, creditor=A))],
    "letters.find": [lambda app: app.letters.find(A, TODAY, "abc")],
    "letters.of": [lambda app: app.letters.of(A)],
    "letters.batches": [lambda app: app.letters.batches(A, TODAY)],
    "secrets.webhook_secrets": [lambda app: app.secrets.webhook_secrets(A)],
    "secrets.save_webhook_secrets": [lambda app: app.secrets.save_webhook_secrets(A, ["whsec_eA=="])],
}
WITHOUT_CREDITOR = {
    "wake_debtors": "writes to cases that it is told of; driven by apply_events and manage_case",
    "start_planning": "asks for all creditors, and for nothing of anybody's debtors",
    "record_letter": "takes a letter that `write_letter` composed, with the creditor in it",
    "store_letter": "takes a whole letter, with the creditor in it",
    "apply_retention": "asks for all creditors; what it does to each is driven by erase_case and retention",
    "show_creditors": "B's id is B itself, not an id of B's",
    "show_secrets": "asks for all creditors, of whoever may manage all",
    "show_time": "time", "show_rates": "the same for all", "import_rates": "the same for all",
    "start_due": "as start_plans", "plan_starter": "as start_plans", "forget_now": "as forget_people",
    "fetch_letters": "reads the letters that it is given",
    "show_dead_letters": "of the whole stack", "redrive_dead_letters": "of the whole stack",
    "dead_letters": "of the whole stack", "queue_monitor": "of the whole stack",
    "sending_log": "driven by show_messages",
    "formats": "read the files that they are given",
    "typesetter": "sets what it is given",
    "renderer": "renders what it is given",
    "clock": "time", "ids": "fresh ids", "clients": "AWS itself", "rates": "the same for all",
    "queues": "carries things", "files": "keys are made by those who use it", "sms": "hands it over",
    "email": "as SMS", "post": "as SMS", "carriers": "knows no creditor",
    "creditors.get": "B's id is B itself, not an id of B's", "creditors.ids": "the schedule's",
    "creditors.save": "as get", "creditors.save_campaign": "writes under the creditor that it is given",
    "invoices.save": "writes the invoice that it is given, driven by apply_events",
    "reminders.find_by_message": "a provider's id, which names its creditor",
    "letters.add": "writes under the creditor that the letter names", "letters.open_batch": "as add",
    "letters.close_batch": "as add",
}  # fmt: skip
REPOSITORIES = {
    "creditors": CreditorRepository, "cases": CaseRepository, "invoices": InvoiceRepository,
    "reminders": ReminderRepository, "progress": ProgressRepository, "webhooks": WebhookRepository,
    "imports": ImportRepository, "texts": TextRepository, "letters": LetterRepository,
    "secrets": SecretStore, "retention": RetentionRepository, "manifests": ManifestStore,
    "health": HealthRepository, "unmatched_payments": UnmatchedPaymentRepository,
}  # fmt: skip


@pytest.fixture(params=["memory", "dynoxide"])
def app(request: pytest.FixtureRequest) -> Iterator[Tenants]:
    world = World(NOW)
    given: dict[str, Any] = {name: value for name, value in vars(world).items() if name != "table"}
    if request.param == "memory":
        yield _moved_in(given)
        return
    client = dynamodb(request.getfixturevalue("dynoxide"))
    table = create_table(client)
    yield _moved_in(given | vars(dynamo_store(client, table)) | {"letters": DynamoLetterRepository(client, table)})
    client.delete_table(TableName=table)


def _moved_in(given: dict[str, Any]) -> Tenants:
    app = Tenants(given)
    move_in(app)
    return app


@pytest.mark.parametrize("drives", [pytest.param(each, id=name) for name, each in {**USE_CASES, **PORTS}.items()])
def test_ids_of_another_creditor_open_nothing(app: Tenants, drives: list[Drive]) -> None:
    before = app.belongings()
    assert SECRET in before
    for drive in drives:
        answer: object
        try:
            answer = drive(app)
        except UpominekError as error:
            answer = (error.pl, error.en, str(error))
        assert SECRET not in repr(answer)
        assert f"'{B}'" not in repr(answer)
        assert app.belongings() == before
    assert not app.sms[SNS].attempts  # type: ignore[attr-defined]
    assert not app.email[SES].attempts  # type: ignore[attr-defined]


PLACES = "the tables of tests/contract/test_tenants.py"


def test_every_use_case_and_port_has_its_place_here() -> None:
    known = {name for name, value in getmembers_static(Application) if isinstance(value, cached_property)}
    placed = {*USE_CASES, *WITHOUT_CREDITOR, *REPOSITORIES}
    lacking = sorted(known - placed)
    assert not lacking, f"give {lacking} a call in USE_CASES, or a reason in WITHOUT_CREDITOR: {PLACES}"
    methods = {
        f"{port}.{name}"
        for port, kind in REPOSITORIES.items()
        for name, _ in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }
    named = {name for name in {*PORTS, *WITHOUT_CREDITOR} if "." in name}
    assert not methods - named, f"give {sorted(methods - named)} a call in PORTS: {PLACES}"
    assert not named - methods, f"{sorted(named - methods)} are no methods any more: {PLACES}"


FOR_ONE: dict[str, Drive] = {
    "save_creditor": lambda app: app.save_creditor(ONLY_A, app.creditors.get(B), []),
    "save_campaign": lambda app: app.save_campaign(ONLY_A, B, shipped_campaign("default")),
    "rotate_secret": lambda app: app.rotate_secret(ONLY_A, B),
    "bring_file": lambda app: app.bring_file(ONLY_A, B, "faktury.csv", [b"x"], wait=timedelta(seconds=-1)),
    "confirm_import": lambda app: app.confirm_import(ONLY_A, B, app.import_id),
    "erase_person": lambda app: app.erase_person(ONLY_A, B, DEBTOR, despite_open_invoices=True),
    "fetch_batches": lambda app: app.fetch_batches(ONLY_A, B, TODAY),
    "close_gaps": lambda app: app.close_gaps(ONLY_A, NOW, B),
    "close_gaps of all": lambda app: app.close_gaps(ONLY_A, NOW),
    "manage_lanes.stop": lambda app: app.manage_lanes.stop(ONLY_A, B, Channel.EMAIL),
    "manage_lanes.reopen": lambda app: app.manage_lanes.reopen(ONLY_A, B, Channel.SMS),
    "assign_payment.assign": lambda app: app.assign_payment.assign(ONLY_A, B, PAYMENT.id, DEBTOR, "FV 1/2026"),
    "assign_payment.unassign": lambda app: app.assign_payment.unassign(ONLY_A, B, PAYMENT.id),
    "manage_case": lambda app: app.manage_case(ONLY_A, B, CaseNoted(debtor_id=DEBTOR, at=NOW, text="x")),
    "manage_case.hold": lambda app: app.manage_case.hold(ONLY_A, B, DEBTOR, HoldKind.PAUSE, reason="x"),
    "manage_case.release": lambda app: app.manage_case.release(ONLY_A, B, DEBTOR, HoldKind.PROMISE),
    "manage_case.note": lambda app: app.manage_case.note(ONLY_A, B, DEBTOR, "x"),
    "manage_texts.save": lambda app: app.manage_texts.save(ONLY_A, B, KEY, "x"),
    "manage_texts.save_all": lambda app: app.manage_texts.save_all(ONLY_A, B, [(KEY, "x")]),
    "manage_texts.remove": lambda app: app.manage_texts.remove(ONLY_A, B, KEY),
    "record_acknowledgement": lambda app: app.record_acknowledgement(
        ONLY_A,
        B,
        DEBTOR,
        Statement(kind=next(iter(AcknowledgementKind)), channel=next(iter(StatementChannel)), by="x", text="x"),
    ),
    "record_demand": lambda app: app.record_demand(ONLY_A, B, DEBTOR, Sending(route=next(iter(Route)), sent_on=TODAY)),
    "show_secrets": lambda app: app.show_secrets(ONLY_A),
    "redrive_dead_letters": lambda app: app.redrive_dead_letters(ONLY_A),
    "start_due": lambda app: app.start_due(ONLY_A),
    "forget_now": lambda app: app.forget_now(ONLY_A),
}
"""What changes or tells something of B, asked for by somebody who may manage A alone."""


@pytest.mark.parametrize("drive", [pytest.param(each, id=name) for name, each in FOR_ONE.items()])
def test_who_manages_one_creditor_manages_no_other(app: Tenants, drive: Drive) -> None:
    before = app.belongings()
    with pytest.raises(NotFound):
        drive(app)
    assert app.belongings() == before


def test_every_use_case_that_takes_an_actor_is_asked_for_in_the_wrong_name() -> None:
    """`record_letter` and `import_rates` apart: what they are given is not made here, and rates are nobody's."""
    asked = {name.split(" ")[0] for name in FOR_ONE}
    taking = {
        f"{name}.{method}".removesuffix(".__call__")
        for name, value in getmembers_static(Application)
        if isinstance(value, cached_property)
        for method, call in inspect.getmembers(_made_by(value), inspect.isfunction)
        if (method == "__call__" or not method.startswith("_")) and "actor" in inspect.signature(call).parameters
    }
    assert taking - {"record_letter", "import_rates.reference", "import_rates.euro"} == asked


def _made_by(use_case: cached_property[Any]) -> type:
    """The class that a property of the composition root makes."""
    return type(getattr(Tenants(_in_memory()), use_case.attrname or ""))


def _in_memory() -> dict[str, Any]:
    return {name: value for name, value in vars(World(NOW)).items() if name != "table"}
