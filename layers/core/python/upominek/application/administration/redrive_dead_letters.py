"""Dead letters in a person's hands: what lies there and why, and back to work with it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from upominek.application.ports.administration import DeadLetter, DeadLetterQueues, WorkQueue
from upominek.domain.parties.actor import Actor

_IDS: Final = ("creditor", "debtor", "campaign", "day", "step", "channel", "shard", "import", "chunk", "key")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """What may be shown of a dead letter: its ids. A body that is not ours is not shown, it may hold personal data."""

    ids: Mapping[str, Any]
    letter: DeadLetter
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLettersView:
    """What lies in one dead-letter queue, with some examples."""

    queue: WorkQueue
    count: int
    examples: tuple[LetterView, ...]


@dataclass(frozen=True, slots=True)
class ShowDeadLetters:
    """Shows what lies in dead-letter queues: how many, since when, why, and the ids that the messages carry."""

    queues: DeadLetterQueues

    def __call__(self, wanted: Iterable[WorkQueue] = WorkQueue) -> Sequence[DeadLettersView]:
        """Look, and leave everything where it is."""
        return [self._of(queue) for queue in wanted]

    def _of(self, queue: WorkQueue) -> DeadLettersView:
        count, letters = self.queues.count(queue), self.queues.look(queue)
        reasons = self.queues.reasons(queue, letters)
        examples = (LetterView(ids=_ids(one.body), letter=one, reason=reasons.get(one.id)) for one in letters)
        return DeadLettersView(queue=queue, count=count, examples=tuple(examples))


@dataclass(frozen=True, slots=True)
class RedriveDeadLetters:
    """Puts what lies in dead-letter queues back to work."""

    queues: DeadLetterQueues

    def __call__(self, actor: Actor, wanted: Iterable[WorkQueue] = WorkQueue) -> Mapping[WorkQueue, int]:
        """How many were put back, by queue. Safe to repeat: nothing is sent twice."""
        actor.require_all()
        return {queue: self._redrive(queue) for queue in wanted}

    def _redrive(self, queue: WorkQueue) -> int:
        moved = 0
        for letter in self.queues.take(queue):
            self.queues.put_back(queue, letter)
            # Only now: whatever stops us before leaves the message where it was, or in both places, which does no harm.
            self.queues.remove(queue, letter)
            moved += 1
        return moved


def _ids(text: str) -> dict[str, Any]:
    try:
        body = event_in(json.loads(text))
    except ValueError:
        return {}
    return {name: body[name] for name in _IDS if name in body} if isinstance(body, dict) else {}


def event_in(body: Any) -> Any:  # noqa: ANN401 - JSON
    """The message itself, where a function's failure was reported with more about it around."""
    return body.get("requestPayload", body) if isinstance(body, dict) else body
