"""What people do to one case."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.bootstrap.table import Table

if TYPE_CHECKING:
    from upominek.application.cases.legal_status import AssessLegalStatus
    from upominek.application.cases.manage_case import ManageCase, ShowCase
    from upominek.application.cases.record_evidence import RecordAcknowledgement, RecordDemand
    from upominek.application.cases.wake_debtors import WakeDebtors


class Cases(Table):
    """What people do to one case."""

    @cached_property
    def show_case(self) -> "ShowCase":
        """One case with its history."""
        from upominek.application.cases.manage_case import ShowCase

        return ShowCase(self.creditors, self.cases, self.unmatched_payments, self.clock)

    @cached_property
    def manage_case(self) -> "ManageCase":
        """Cases held, released, and noted in."""
        from upominek.application.cases.manage_case import ManageCase

        return ManageCase(self.creditors, self.cases, self.wake_debtors, self.clock, self.ids)

    @cached_property
    def wake_debtors(self) -> "WakeDebtors":
        """Cases put on today's agenda."""
        from upominek.application.cases.wake_debtors import WakeDebtors

        return WakeDebtors(self.creditors, self.cases, self.progress, self.clock)

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
    def legal_status(self) -> "AssessLegalStatus":
        """What the law says of a case."""
        from upominek.application.cases.legal_status import AssessLegalStatus

        return AssessLegalStatus(self.creditors, self.cases, self.clock)
