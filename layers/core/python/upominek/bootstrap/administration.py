"""What people manage, each in the name of an actor."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.bootstrap.intake import Intake
from upominek.bootstrap.letters import Letters
from upominek.bootstrap.managed import Managed
from upominek.bootstrap.operations import Operations
from upominek.bootstrap.privacy import Privacy

if TYPE_CHECKING:
    from upominek.application.administration.assign_payment import AssignPayment
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
    from upominek.application.administration.show_payments import ShowPayments
    from upominek.application.administration.show_time import ShowTime
    from upominek.application.administration.start_due import StartDue


class Administration(Managed, Intake, Letters, Operations, Privacy):
    """What people manage, each in the name of an actor."""

    @cached_property
    def save_creditor(self) -> "SaveCreditor":
        """Creditors taken in and changed."""
        from upominek.adapters.webhook.signature import new_secret
        from upominek.application.administration.save_creditor import SaveCreditor

        return SaveCreditor(
            creditors=self.creditors,
            save_campaign=self.save_campaign,
            secrets=self.secrets,
            new_secret=new_secret,
        )

    @cached_property
    def save_campaign(self) -> "SaveCampaign":
        """One campaign stored."""
        from upominek.application.administration.save_campaign import SaveCampaign
        from upominek.application.planning.foresee_campaign import ForeseeCampaign

        foresee = ForeseeCampaign(self.creditors, self.cases, self.invoices, self.clock)
        return SaveCampaign(self.creditors, self.invoices, self.wake_debtors, self.clock, foresee)

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
        from upominek.adapters.formats.csv.writing import csv_rows
        from upominek.application.administration.bring_file import BringFile

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
    def show_payments(self) -> "ShowPayments":
        """Payments, and which of them wait."""
        from upominek.application.administration.show_payments import ShowPayments

        return ShowPayments(self.creditors, self.invoices, self.unmatched_payments, self.clock)

    @cached_property
    def assign_payment(self) -> "AssignPayment":
        """What a payment was for, said by a person."""
        from upominek.application.administration.assign_payment import AssignPayment

        return AssignPayment(
            self.creditors, self.cases, self.invoices, self.unmatched_payments, self.apply_events, self.clock
        )

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
            find_unreached=self.find_unreached,
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
