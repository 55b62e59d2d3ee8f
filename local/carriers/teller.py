"""Tells what became of messages: each carrier's stand-in in its own way."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from local.carriers.stand_ins import STAND_INS, StandIn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from local.carriers.aws import Aws
    from local.carriers.journal import Answer, Journal
    from local.stack.clock import MovableClock

POLL_SECONDS = 0.1
AGAIN_AFTER_SECONDS = 1.0
BATCH = 500


class Teller(threading.Thread):
    """Takes due answers from the journal and tells them, until stopped.

    What AWS does not take now is tried again; what a stand-in cannot tell at all is said in the log and given up.
    """

    def __init__(self, journal: Journal, clock: MovableClock, aws: Aws) -> None:
        super().__init__(name="teller", daemon=True)
        self._journal, self._clock, self._aws = journal, clock, aws
        self._stopped = threading.Event()

    @override
    def run(self) -> None:
        """Tell, and look again a moment later."""
        while not self._stopped.wait(POLL_SECONDS):
            try:
                while len(self.tell()) == BATCH and not self._stopped.is_set():
                    pass
            except Exception as error:  # noqa: BLE001 - no receipt would ever come again
                _log(f"nothing told, will be tried again: {error!r}")
                self._stopped.wait(AGAIN_AFTER_SECONDS)

    def stop(self) -> None:
        """Come to an end."""
        self._stopped.set()

    def tell(self) -> Sequence[Answer]:
        """Tell what is due, at most one batch of it.

        Returns:
            What was due.
        """
        now = self._clock.now()
        answers = self._journal.due(now, limit=BATCH)
        for carrier in dict.fromkeys(answer.message.carrier for answer in answers):
            own = [answer for answer in answers if answer.message.carrier == carrier]
            stand_in = STAND_INS.get(carrier)
            if stand_in is None:
                self._give_up(own, f"{carrier} has no stand-in")
                continue
            for start in range(0, len(own), stand_in.TOLD_AT_ONCE):
                self._tell(stand_in, own[start : start + stand_in.TOLD_AT_ONCE], now)
        return answers

    def _tell(self, stand_in: StandIn, answers: Sequence[Answer], now: datetime) -> None:
        try:
            stand_in.tell(answers, now, self._aws)
        except (BotoCoreError, OSError) as error:
            # Nobody is there: it would be no different for each of them alone.
            self._put_off(answers, error)
        except Exception as error:  # noqa: BLE001 - it may be any fault of a stand-in, and others must have their reports
            if len(answers) > 1:
                for answer in answers:
                    self._tell(stand_in, [answer], now)
            elif isinstance(error, ClientError):
                self._put_off(answers, error)
            else:
                # The error may repeat what it choked on, and that may be a recipient.
                self._give_up(answers, type(error).__name__)
        else:
            self._journal.cross_out(answers)

    def _put_off(self, answers: Sequence[Answer], error: Exception) -> None:
        _log(f"not told, will be tried again: {error}")
        self._journal.put_off(answers, seconds=AGAIN_AFTER_SECONDS)

    def _give_up(self, answers: Sequence[Answer], why: str) -> None:
        for answer in answers:
            _log(f"not told, and given up: {answer.message.carrier} {answer.message.id} {answer.what!r}: {why}")
        self._journal.cross_out(answers)


def _log(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
