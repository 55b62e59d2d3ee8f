"""The one composition root: adapters put into use cases.

`Application` holds one of each, made when first asked for, so that a process imports and connects only what it needs
(every import costs cold start). Functions call the functions below; the command line makes an `Application` from the
outputs of the stack that it works on; tests compose the same use cases from `adapters.memory`.
"""

from functools import cache, cached_property
from typing import TYPE_CHECKING

from upominek.settings import MissingSettingError, Settings, load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from upominek.adapters.aws.client.clients import Clients
    from upominek.adapters.aws.dead_letters import AwsDeadLetters
    from upominek.adapters.aws.files import S3FileStore
    from upominek.adapters.aws.manifests import S3ManifestStore
    from upominek.adapters.aws.queue_monitor import AwsQueueMonitor
    from upominek.adapters.aws.queues import SqsQueues
    from upominek.adapters.aws.secrets import AwsSecretStore
    from upominek.adapters.aws.sending_log import CloudWatchSendingLog
    from upominek.adapters.aws.stack import LambdaPlanStarter
    from upominek.adapters.aws.table.cases import DynamoCaseRepository
    from upominek.adapters.aws.table.creditors import DynamoCreditorRepository
    from upominek.adapters.aws.table.health import DynamoHealthRepository
    from upominek.adapters.aws.table.imports import DynamoImportRepository
    from upominek.adapters.aws.table.invoices import DynamoInvoiceRepository
    from upominek.adapters.aws.table.letters import DynamoLetterRepository
    from upominek.adapters.aws.table.progress import DynamoProgressRepository
    from upominek.adapters.aws.table.rates import DynamoRateRepository
    from upominek.adapters.aws.table.reminders import DynamoReminderRepository
    from upominek.adapters.aws.table.retention import DynamoRetentionRepository
    from upominek.adapters.aws.table.text_overrides import DynamoTextRepository
    from upominek.adapters.aws.table.webhooks import DynamoWebhookRepository
    from upominek.adapters.carriers.ses.sender import SesEmailSender
    from upominek.adapters.carriers.sns.sender import SnsSmsSender
    from upominek.adapters.clock import SystemClock, UlidFactory
    from upominek.adapters.letters.typesetting import TypstTypesetter
    from upominek.adapters.texts.renderer import TemplateRenderer
    from upominek.application.administration.bring_file import BringFile, ConfirmImport, ShowImports
    from upominek.application.administration.close_gaps import CloseGaps
    from upominek.application.administration.erase_person import ErasePerson, ForgetNow
    from upominek.application.administration.fetch_letters import FetchBatches, FetchLetters
    from upominek.application.administration.import_rates import ImportRates, ShowRates
    from upominek.application.administration.redrive_dead_letters import RedriveDeadLetters, ShowDeadLetters
    from upominek.application.administration.rotate_secret import RotateSecret, ShowSecrets
    from upominek.application.administration.save_campaign import SaveCampaign
    from upominek.application.administration.save_creditor import SaveCreditor
    from upominek.application.administration.show_creditors import ShowCreditors
    from upominek.application.administration.show_health import ShowHealth
    from upominek.application.administration.show_messages import ShowMessages
    from upominek.application.administration.show_time import ShowTime
    from upominek.application.administration.stack_facts import StackFacts
    from upominek.application.administration.start_due import StartDue
    from upominek.application.cases.legal_status import AssessLegalStatus
    from upominek.application.cases.manage_case import ManageCase, ShowCase
    from upominek.application.cases.record_evidence import RecordAcknowledgement, RecordDemand
    from upominek.application.intake.apply_events import ApplyEvents
    from upominek.application.intake.import_file import ImportFile
    from upominek.application.intake.receive_webhook import ReceiveWebhook
    from upominek.application.letters.make_letters import MakeLetters
    from upominek.application.letters.print_letters import PrintLetters
    from upominek.application.letters.show_letters import RecordLetter, ShowLetters
    from upominek.application.letters.store_letter import StoreLetter
    from upominek.application.letters.write_letter import WriteLetter
    from upominek.application.operations.check_health import CheckHealth
    from upominek.application.operations.manage_lanes import ManageLanes
    from upominek.application.operations.reconcile_after_restore import ReconcileAfterRestore
    from upominek.application.planning.plan_reminders import PlanReminders
    from upominek.application.planning.preview_plan import PreviewPlan
    from upominek.application.planning.start_planning import StartPlanning
    from upominek.application.privacy.apply_retention import ApplyRetention
    from upominek.application.privacy.erase_case import EraseCase
    from upominek.application.privacy.export_case import ExportCase
    from upominek.application.receipts.record_receipt import RecordReceipt
    from upominek.application.sending.send_reminder import SendReminder
    from upominek.application.texts.manage_texts import ManageTexts
    from upominek.application.texts.preview_text import PreviewText


class Application:
    """Ports and use cases for one set of settings."""

    def __init__(self, settings: Settings, stack: "StackFacts | None" = None) -> None:
        """Compose.

        Args:
            settings: of this process.
            stack: which it manages; functions manage none.
        """
        self.settings = settings
        self._given_stack = stack

    @property
    def _stack(self) -> "StackFacts":
        from upominek.application.administration.stack_facts import StackFacts

        return self._given_stack or StackFacts()

    def _output(self, name: str) -> str:
        value = self._stack.outputs.get(name)
        if not value:
            raise MissingSettingError(f"the output {name} of the stack")
        return value

    def _needed(self, name: str) -> str:
        value = getattr(self.settings, name)
        if not value:
            raise MissingSettingError(name.upper())
        return str(value)

    # ports

    @cached_property
    def clients(self) -> "Clients":
        """The AWS clients, each made once."""
        from upominek.adapters.aws.client.clients import Clients

        return Clients()

    @cached_property
    def clock(self) -> "SystemClock":
        """Business time."""
        from upominek.adapters.clock import SystemClock

        return SystemClock(self.settings.clock_file)

    @cached_property
    def ids(self) -> "UlidFactory":
        """Fresh ids."""
        from upominek.adapters.clock import UlidFactory

        return UlidFactory()

    @cached_property
    def creditors(self) -> "DynamoCreditorRepository":
        """Creditors and campaigns."""
        from upominek.adapters.aws.table.creditors import DynamoCreditorRepository

        return DynamoCreditorRepository(self.clients.dynamodb, self._needed("table_name"))

    @cached_property
    def cases(self) -> "DynamoCaseRepository":
        """Cases."""
        from upominek.adapters.aws.table.cases import DynamoCaseRepository

        return DynamoCaseRepository(self.clients.dynamodb, self._needed("table_name"))

    @cached_property
    def invoices(self) -> "DynamoInvoiceRepository":
        """Invoices and the due index."""
        from upominek.adapters.aws.table.invoices import DynamoInvoiceRepository

        return DynamoInvoiceRepository(self.clients.dynamodb, self._needed("table_name"))

    @cached_property
    def reminders(self) -> "DynamoReminderRepository":
        """Reminders and receipts."""
        from upominek.adapters.aws.table.reminders import DynamoReminderRepository

        return DynamoReminderRepository(self.clients.dynamodb, self._needed("table_name"))

    @cached_property
    def rates(self) -> "DynamoRateRepository":
        """Rates of interest and of the euro."""
        from upominek.adapters.aws.table.rates import DynamoRateRepository

        return DynamoRateRepository(self.clients.dynamodb, self._needed("table_name"))

    @cached_property
    def texts(self) -> "DynamoTextRepository":
        """Creditors' own texts."""
        from upominek.adapters.aws.table.text_overrides import DynamoTextRepository

        return DynamoTextRepository(self.clients.dynamodb, self._needed("table_name"))

    @cached_property
    def progress(self) -> "DynamoProgressRepository":
        """Cursors and lanes."""
        from upominek.adapters.aws.table.progress import DynamoProgressRepository

        return DynamoProgressRepository(self.clients.dynamodb, self._needed("table_name"))

    @cached_property
    def retention(self) -> "DynamoRetentionRepository":
        """What is kept no longer."""
        from upominek.adapters.aws.table.retention import DynamoRetentionRepository

        return DynamoRetentionRepository(self.clients.dynamodb, self._needed("table_name"))

    @cached_property
    def health(self) -> "DynamoHealthRepository":
        """What the newest sweep found of each creditor."""
        from upominek.adapters.aws.table.health import DynamoHealthRepository

        return DynamoHealthRepository(self.clients.dynamodb, self._needed("table_name"))

    @cached_property
    def webhooks(self) -> "DynamoWebhookRepository":
        """Ids of webhooks taken in."""
        from upominek.adapters.aws.table.webhooks import DynamoWebhookRepository

        return DynamoWebhookRepository(self.clients.dynamodb, self._needed("table_name"))

    @cached_property
    def imports(self) -> "DynamoImportRepository":
        """Imports of files."""
        from upominek.adapters.aws.table.imports import DynamoImportRepository

        return DynamoImportRepository(self.clients.dynamodb, self._needed("table_name"))

    @cached_property
    def letters(self) -> "DynamoLetterRepository":
        """Letters that were made, and the batches in which they are printed."""
        from upominek.adapters.aws.table.letters import DynamoLetterRepository

        return DynamoLetterRepository(self.clients.dynamodb, self._needed("table_name"))

    @cached_property
    def queues(self) -> "SqsQueues":
        """The queues, as far as the settings name them."""
        from upominek.adapters.aws.queues import SqsQueues

        return SqsQueues(self.clients.sqs, self.settings)

    @cached_property
    def files(self) -> "S3FileStore":
        """The bucket."""
        from upominek.adapters.aws.files import S3FileStore

        return S3FileStore(self.clients.s3, self._needed("bucket_name"))

    @cached_property
    def manifests(self) -> "S3ManifestStore":
        """Which reminders each day's runs put on the outbox."""
        from upominek.adapters.aws.manifests import S3ManifestStore

        return S3ManifestStore(self.clients.uploads, lambda: self.clients.s3, self._needed("bucket_name"))

    @cached_property
    def secrets(self) -> "AwsSecretStore":
        """Webhook secrets."""
        from upominek.adapters.aws.secrets import AwsSecretStore

        return AwsSecretStore(self.clients.secretsmanager, self._needed("webhook_secret_prefix"))

    @cached_property
    def sms(self) -> "SnsSmsSender":
        """SMS through SNS."""
        from upominek.adapters.carriers.sns.sender import SnsSmsSender

        return SnsSmsSender(self.clients.sns, max_price_usd=self.settings.sms_max_price_usd)

    @cached_property
    def email(self) -> "SesEmailSender":
        """E-mail through SES."""
        from upominek.adapters.carriers.ses.sender import SesEmailSender

        return SesEmailSender(self.clients.sesv2, configuration_set=self._needed("ses_configuration_set"))

    @cached_property
    def renderer(self) -> "TemplateRenderer":
        """Texts."""
        from upominek.adapters.texts.renderer import TemplateRenderer

        return TemplateRenderer()

    @cached_property
    def dead_letters(self) -> "AwsDeadLetters":
        """What could not be processed."""
        from upominek.adapters.aws.dead_letters import AwsDeadLetters

        of = self.clients.of
        return AwsDeadLetters(of("sqs"), of("lambda"), of("logs"), self._stack.outputs)

    @cached_property
    def queue_monitor(self) -> "AwsQueueMonitor":
        """How the queues stand."""
        from functools import partial

        from upominek.adapters.aws.queue_monitor import AwsQueueMonitor
        from upominek.adapters.clock import real_time

        metrics = None if self._stack.is_embedded else partial(self.clients.of, "cloudwatch")
        return AwsQueueMonitor(self.clients.of("sqs"), metrics, self._stack.outputs, real_time)

    @cached_property
    def sending_log(self) -> "CloudWatchSendingLog":
        """What the sender says of its work."""
        from upominek.adapters.aws.sending_log import CloudWatchSendingLog

        return CloudWatchSendingLog(self.clients.of("logs"), self._output("SendReminderLogGroup"))

    @cached_property
    def plan_starter(self) -> "LambdaPlanStarter":
        """The deployed function that starts campaigns."""
        from upominek.adapters.aws.stack import LambdaPlanStarter

        return LambdaPlanStarter(self.clients.of("lambda"), self._output("StartPlansFunction"))

    # use cases

    @cached_property
    def apply_events(self) -> "ApplyEvents":
        """Events into cases and invoices."""
        from upominek.application.intake.apply_events import ApplyEvents

        return ApplyEvents(self.cases, self.invoices, self.clock)

    @cached_property
    def receive_webhook(self) -> "ReceiveWebhook":
        """Webhooks in."""
        from upominek.adapters.webhook.reading import read_events
        from upominek.adapters.webhook.signature import signed_at
        from upominek.application.intake.receive_webhook import ReceiveWebhook

        return ReceiveWebhook(
            self.creditors,
            self.secrets,
            self.webhooks,
            self.apply_events,
            self.clock,
            check_signature=signed_at,
            read_events=read_events,
        )

    @cached_property
    def import_file(self) -> "ImportFile":
        """Files in."""
        from upominek.adapters.clock import real_time
        from upominek.application.intake.import_file import ImportFile
        from upominek.domain.table_file.writing import csv_blocks

        return ImportFile(
            creditors=self.creditors,
            imports=self.imports,
            invoices=self.invoices,
            files=self.files,
            queues=self.queues,
            apply_events=self.apply_events,
            clock=self.clock,
            write_table=csv_blocks,
            real_time=real_time,
        )

    @cached_property
    def start_planning(self) -> "StartPlanning":
        """The tick."""
        from upominek.application.planning.start_planning import StartPlanning

        return StartPlanning(self.creditors, self.progress, self.queues, self.clock)

    @cached_property
    def plan_reminders(self) -> "PlanReminders":
        """One shard's plan onto the outbox."""
        from upominek.application.planning.plan_reminders import PlanReminders

        return PlanReminders(
            self.creditors, self.cases, self.invoices, self.progress, self.queues, self.manifests, self.clock
        )

    @cached_property
    def check_health(self) -> "CheckHealth":
        """What stopped on its way."""
        from upominek.application.operations.check_day import CheckDay
        from upominek.application.operations.check_health import CheckHealth
        from upominek.application.operations.find_missed_steps import FindMissedSteps

        return CheckHealth(
            creditors=self.creditors,
            progress=self.progress,
            imports=self.imports,
            manifests=self.manifests,
            health=self.health,
            check_day=CheckDay(self.cases, self.manifests, self.reminders),
            missed_steps=FindMissedSteps(self.cases, self.invoices),
            clock=self.clock,
        )

    @cached_property
    def preview_plan(self) -> "PreviewPlan":
        """A day's plan without side effects."""
        from upominek.adapters.reference_data.prices import load_prices
        from upominek.application.planning.preview_plan import PreviewPlan

        return PreviewPlan(
            creditors=self.creditors,
            texts=self.texts,
            cases=self.cases,
            invoices=self.invoices,
            reminders=self.reminders,
            progress=self.progress,
            renderer=self.renderer,
            rates=self.rates,
            clock=self.clock,
            prices=load_prices(self.settings.prices_file),
        )

    @cached_property
    def send_reminder(self) -> "SendReminder":
        """One item of the outbox."""
        from upominek.application.sending.prepare_reminder import PrepareReminder
        from upominek.application.sending.rate_limit import RateLimit
        from upominek.application.sending.send_reminder import SendReminder
        from upominek.domain.values.channel import Channel

        share = 1 / self.settings.sender_concurrency
        return SendReminder(
            clock=self.clock,
            creditors=self.creditors,
            texts=self.texts,
            cases=self.cases,
            reminders=self.reminders,
            progress=self.progress,
            queues=self.queues,
            prepare=PrepareReminder(
                self.cases,
                self.invoices,
                self.reminders,
                self.renderer,
                self.rates,
                files=lambda: self.files,  # few e-mails have a letter: the client is made for the first of them
            ),
            sms=self.sms,
            email=self.email,
            paces={
                Channel.SMS: RateLimit(self.clock, self.settings.sms_parts_per_second * share),
                Channel.EMAIL: RateLimit(self.clock, self.settings.ses_messages_per_second * share),
            },
        )

    @cached_property
    def store_letter(self) -> "StoreLetter":
        """Letters kept."""
        from upominek.application.letters.store_letter import StoreLetter

        return StoreLetter(self.files, self.letters)

    @cached_property
    def make_letters(self) -> "MakeLetters":
        """One item of the lane of letters."""
        from upominek.application.letters.attach_letter import AttachLetter
        from upominek.application.letters.make_letters import LETTERS_PER_SECOND, MakeLetters
        from upominek.application.letters.store_letter import PostLetter
        from upominek.application.sending.prepare_reminder import PrepareReminder
        from upominek.application.sending.rate_limit import RateLimit
        from upominek.application.sending.send_reminder import SendReminder
        from upominek.domain.values.channel import Channel

        prepare = PrepareReminder(
            self.cases, self.invoices, self.reminders, self.renderer, self.rates, typesetter=self.typesetter
        )
        return MakeLetters(
            queues=self.queues,
            attach=AttachLetter(
                clock=self.clock,
                creditors=self.creditors,
                texts=self.texts,
                queues=self.queues,
                prepare=prepare,
                typesetter=self.typesetter,
                keep=self.store_letter,
            ),
            post=SendReminder(
                clock=self.clock,
                creditors=self.creditors,
                texts=self.texts,
                cases=self.cases,
                reminders=self.reminders,
                progress=self.progress,
                queues=self.queues,
                prepare=prepare,
                post=PostLetter(self.store_letter),
                paces={Channel.LETTER: RateLimit(self.clock, LETTERS_PER_SECOND)},
            ),
        )

    @cached_property
    def print_letters(self) -> "PrintLetters":
        """The day's letters in batches."""
        from upominek.adapters.letters.joining import join
        from upominek.application.letters.print_letters import PrintLetters
        from upominek.domain.table_file.writing import csv_blocks

        return PrintLetters(
            creditors=self.creditors,
            letters=self.letters,
            files=self.files,
            clock=self.clock,
            join=join,
            write_table=csv_blocks,
        )

    @cached_property
    def record_receipt(self) -> "RecordReceipt":
        """One report of a provider."""
        from upominek.application.receipts.record_receipt import RecordReceipt
        from upominek.application.receipts.watch_reputation import BounceBrake

        return RecordReceipt(
            brake=BounceBrake(progress=self.progress, clock=self.clock, ids=self.ids),
            creditors=self.creditors,
            cases=self.cases,
            reminders=self.reminders,
            progress=self.progress,
            queues=self.queues,
        )

    @cached_property
    def erase_case(self) -> "EraseCase":
        """The person taken out of one case."""
        from upominek.application.privacy.erase_case import EraseCase

        return EraseCase(
            cases=self.cases,
            letters=self.letters,
            files=self.files,
            retention=self.retention,
            ids=self.ids,
            clock=self.clock,
        )

    @cached_property
    def export_case(self) -> "ExportCase":
        """Everything that is kept of one debtor."""
        from upominek.application.privacy.export_case import ExportCase

        return ExportCase(self.creditors, self.cases, self.letters, self.clock)

    @cached_property
    def apply_retention(self) -> "ApplyRetention":
        """The night's work on privacy."""
        from upominek.application.privacy.apply_retention import ApplyRetention
        from upominek.application.privacy.redact_reminders import RedactReminders

        return ApplyRetention(
            creditors=self.creditors,
            redact=RedactReminders(
                manifests=self.manifests, reminders=self.reminders, retention=self.retention, clock=self.clock
            ),
            erase=self.erase_case,
            retention=self.retention,
            clock=self.clock,
        )

    @cached_property
    def reconcile_after_restore(self) -> "ReconcileAfterRestore":
        """What may have gone out since the time that the table was restored to."""
        from upominek.application.operations.reconcile_after_restore import ReconcileAfterRestore
        from upominek.domain.table_file.writing import csv_rows

        return ReconcileAfterRestore(
            read_table=csv_rows,
            clock=self.clock,
            creditors=self.creditors,
            reminders=self.reminders,
            progress=self.progress,
            manifests=self.manifests,
            letters=self.letters,
            files=self.files,
        )

    @cached_property
    def manage_lanes(self) -> "ManageLanes":
        """Lanes stopped, shown and reopened."""
        from upominek.application.operations.manage_lanes import ManageLanes

        return ManageLanes(self.creditors, self.progress, self.clock)

    @cached_property
    def show_case(self) -> "ShowCase":
        """One case with its history."""
        from upominek.application.cases.manage_case import ShowCase

        return ShowCase(self.creditors, self.cases, self.clock)

    @cached_property
    def manage_case(self) -> "ManageCase":
        """Cases held, released, and noted in."""
        from upominek.application.cases.manage_case import ManageCase

        return ManageCase(self.creditors, self.cases, self.clock, self.ids)

    @cached_property
    def manage_texts(self) -> "ManageTexts":
        """Creditors' own texts saved and given up."""
        from upominek.adapters.texts.wording import refusals
        from upominek.application.texts.manage_texts import ManageTexts

        return ManageTexts(creditors=self.creditors, texts=self.texts, clock=self.clock, check=refusals)

    @cached_property
    def record_acknowledgement(self) -> "RecordAcknowledgement":
        """What a debtor said of a debt."""
        from upominek.application.cases.record_evidence import RecordAcknowledgement

        return RecordAcknowledgement(self.creditors, self.cases, self.clock)

    @cached_property
    def record_demand(self) -> "RecordDemand":
        """A demand that warned of a register entry."""
        from upominek.application.cases.record_evidence import RecordDemand

        return RecordDemand(self.creditors, self.cases, self.clock)

    @cached_property
    def typesetter(self) -> "TypstTypesetter":
        """Letters as PDF."""
        from upominek.adapters.letters.typesetting import TypstTypesetter

        return TypstTypesetter(self.renderer)

    @cached_property
    def write_letter(self) -> "WriteLetter":
        """One letter of a case."""
        from upominek.application.letters.write_letter import WriteLetter

        return WriteLetter(
            creditors=self.creditors,
            cases=self.cases,
            rates=self.rates,
            texts=self.texts,
            typesetter=self.typesetter,
            clock=self.clock,
        )

    @cached_property
    def show_letters(self) -> "ShowLetters":
        """Letters that were made."""
        from upominek.application.letters.show_letters import ShowLetters

        return ShowLetters(self.creditors, self.cases, self.letters, self.files)

    @cached_property
    def record_letter(self) -> "RecordLetter":
        """Letters made by hand, kept."""
        from upominek.application.letters.show_letters import RecordLetter

        return RecordLetter(self.cases, self.store_letter, self.clock)

    @cached_property
    def legal_status(self) -> "AssessLegalStatus":
        """What the law says of a case."""
        from upominek.application.cases.legal_status import AssessLegalStatus

        return AssessLegalStatus(self.creditors, self.cases, self.clock)

    # use cases of administration

    @cached_property
    def save_creditor(self) -> "SaveCreditor":
        """Creditors taken in and changed."""
        from upominek.adapters.webhook.signature import new_secret
        from upominek.application.administration.save_creditor import SaveCreditor

        return SaveCreditor(creditors=self.creditors, secrets=self.secrets, new_secret=new_secret)

    @cached_property
    def save_campaign(self) -> "SaveCampaign":
        """One campaign stored."""
        from upominek.application.administration.save_campaign import SaveCampaign

        return SaveCampaign(self.creditors)

    @cached_property
    def rotate_secret(self) -> "RotateSecret":
        """A new webhook secret."""
        from upominek.adapters.webhook.signature import new_secret
        from upominek.application.administration.rotate_secret import RotateSecret

        return RotateSecret(creditors=self.creditors, secrets=self.secrets, new_secret=new_secret)

    @cached_property
    def show_secrets(self) -> "ShowSecrets":
        """The newest webhook secrets."""
        from upominek.application.administration.rotate_secret import ShowSecrets

        return ShowSecrets(self.creditors, self.secrets)

    @cached_property
    def show_creditors(self) -> "ShowCreditors":
        """Creditors and their campaigns."""
        from upominek.application.administration.show_creditors import ShowCreditors

        return ShowCreditors(self.creditors)

    @cached_property
    def bring_file(self) -> "BringFile":
        """A file brought in by hand."""
        from upominek.adapters.clock import real_time
        from upominek.application.administration.bring_file import BringFile
        from upominek.domain.table_file.writing import csv_rows

        return BringFile(
            creditors=self.creditors,
            files=self.files,
            clock=self.clock,
            real_time=real_time,
            read_table=csv_rows,
        )

    @cached_property
    def confirm_import(self) -> "ConfirmImport":
        """A snapshot that waits, let through."""
        from upominek.application.administration.bring_file import ConfirmImport

        return ConfirmImport(self.import_file)

    @cached_property
    def show_imports(self) -> "ShowImports":
        """The newest imports."""
        from upominek.application.administration.bring_file import ShowImports

        return ShowImports(self.creditors, self.imports)

    @cached_property
    def show_dead_letters(self) -> "ShowDeadLetters":
        """Dead letters, looked at."""
        from upominek.application.administration.redrive_dead_letters import ShowDeadLetters

        return ShowDeadLetters(self.dead_letters)

    @cached_property
    def redrive_dead_letters(self) -> "RedriveDeadLetters":
        """Dead letters, put back to work."""
        from upominek.application.administration.redrive_dead_letters import RedriveDeadLetters

        return RedriveDeadLetters(self.dead_letters)

    @cached_property
    def show_health(self) -> "ShowHealth":
        """What needs a look."""
        from upominek.application.administration.show_health import ShowHealth

        return ShowHealth(
            creditors=self.creditors,
            progress=self.progress,
            health=self.health,
            sweep=self.check_health,
            lanes=self.manage_lanes,
            queues=self.queue_monitor,
            clock=self.clock,
            keeps_pace=not self._stack.is_embedded,
        )

    @cached_property
    def show_messages(self) -> "ShowMessages":
        """The messages of the last hours."""
        from upominek.adapters.clock import real_time
        from upominek.application.administration.show_messages import ShowMessages

        return ShowMessages(reminders=self.reminders, log=self.sending_log, real_time=real_time)

    @cached_property
    def show_time(self) -> "ShowTime":
        """What time it is."""
        from upominek.application.administration.show_time import ShowTime

        return ShowTime(self.clock)

    @cached_property
    def start_due(self) -> "StartDue":
        """What is due, started now."""
        from upominek.application.administration.start_due import StartDue

        return StartDue(self.plan_starter)

    @cached_property
    def import_rates(self) -> "ImportRates":
        """Rates taken in."""
        from upominek.application.administration.import_rates import ImportRates

        return ImportRates(self.rates)

    @cached_property
    def show_rates(self) -> "ShowRates":
        """The rates in use."""
        from upominek.application.administration.import_rates import ShowRates

        return ShowRates(self.rates)

    @cached_property
    def erase_person(self) -> "ErasePerson":
        """A person erased by hand."""
        from upominek.application.administration.erase_person import ErasePerson

        return ErasePerson(self.creditors, self.erase_case)

    @cached_property
    def forget_now(self) -> "ForgetNow":
        """The night's work on privacy, by hand."""
        from upominek.application.administration.erase_person import ForgetNow

        return ForgetNow(self.apply_retention)

    @cached_property
    def fetch_batches(self) -> "FetchBatches":
        """The day's batches of letters with their content."""
        from upominek.application.administration.fetch_letters import FetchBatches

        return FetchBatches(self.print_letters, self.files)

    @cached_property
    def fetch_letters(self) -> "FetchLetters":
        """PDFs of letters."""
        from upominek.application.administration.fetch_letters import FetchLetters

        return FetchLetters(self.files)

    @cached_property
    def close_gaps(self) -> "CloseGaps":
        """What a person does after a restore."""
        from upominek.application.administration.close_gaps import CloseGaps

        return CloseGaps(self.creditors, self.reconcile_after_restore)

    @cached_property
    def preview_text(self) -> "PreviewText":
        """What a text would say in a case."""
        from upominek.application.texts.preview_text import PreviewText

        return PreviewText(self.creditors, self.cases, self.rates, self.clock)


def find_stack(name: str) -> "StackFacts":
    """A deployed stack, in the account and region of whoever asks.

    Raises:
        NotFound: `stack_not_found`; or `stack_foreign`, when it is not a stack of this product.
        Unavailable: it cannot be read; `detail` says why.
    """
    from upominek.adapters.aws.client.clients import Clients
    from upominek.adapters.aws.stack import CloudFormationStacks
    from upominek.application.administration.stack_facts import StackFacts
    from upominek.domain.errors import NotFound

    outputs: Mapping[str, str] = CloudFormationStacks(Clients().of("cloudformation")).outputs(name)
    if "TableName" not in outputs:
        raise NotFound(
            "stack_foreign",
            pl=f"Stos {name} nie jest stosem tego produktu: nie ma wyjścia TableName.",
            en=f"stack {name} is not a stack of this product: it has no output TableName",
        )
    return StackFacts(name=name, outputs=outputs)


@cache
def application(function: str) -> Application:
    """The application of this process, with what its function needs in the environment.

    Raises:
        MissingSettingError: names everything that is missing.
    """
    return Application(load(function))


def receive_events() -> "ReceiveWebhook":
    """For `functions/receive_invoices`."""
    return application("receive_invoices").receive_webhook


def import_invoices() -> "ImportFile":
    """For `functions/import_invoices`."""
    return application("import_invoices").import_file


def start_plans() -> "StartPlanning":
    """For `functions/start_plans`."""
    return application("start_plans").start_planning


def plan_reminders() -> "PlanReminders":
    """For `functions/plan_reminders`."""
    return application("plan_reminders").plan_reminders


def sweep() -> "CheckHealth":
    """For `functions/sweep_reminders`."""
    return application("sweep_reminders").check_health


def send_reminder() -> "SendReminder":
    """For `functions/send_reminder`."""
    return application("send_reminder").send_reminder


def make_letters() -> "MakeLetters":
    """For `functions/make_letters`."""
    return application("make_letters").make_letters


def print_letters() -> "PrintLetters":
    """For `functions/make_letters`, in the evening."""
    return application("make_letters").print_letters


def queues() -> "SqsQueues":
    """For `functions/forward_delivery_logs`, which only passes on."""
    return application("forward_delivery_logs").queues


def record_receipt() -> "RecordReceipt":
    """For `functions/record_receipt`."""
    return application("record_receipt").record_receipt


def forget_people() -> "ApplyRetention":
    """For `functions/forget_people`."""
    return application("forget_people").apply_retention
