"""What the law says of one case on a day."""

from datetime import date

from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.world import Clock
from upominek.domain.law.answers import Answers, answers
from upominek.domain.law.limitation import CLOSE_DAYS


class AssessLegalStatus:
    """Reads a case and gives every answer about it."""

    def __init__(self, creditors: CreditorRepository, cases: CaseRepository, clock: Clock) -> None:
        self._creditors = creditors
        self._cases = cases
        self._clock = clock

    def __call__(self, creditor: str, debtor: str, day: date | None = None, *, close_days: int = CLOSE_DAYS) -> Answers:
        """The answers for the case as it stands now, judged on a local day, by default today. Raises: NotFound."""
        keeper = self._creditors.get(creditor)
        today = keeper.hours.local_day(self._clock.now())
        return answers(self._cases.file(creditor, debtor), keeper, day or today, close_days=close_days)
