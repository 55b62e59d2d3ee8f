"""Receiving webhooks: who may speak, what was said, and that it counts once."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from upominek.application.intake.apply_events import ApplyEvents
from upominek.application.ports.creditors import CreditorRepository, SecretStore
from upominek.application.ports.intake import WebhookRepository
from upominek.application.ports.world import Clock
from upominek.application.ttl_cache import TtlCache
from upominek.domain.errors import InvalidValue, NotFound, Refused
from upominek.domain.parties.creditor import Creditor
from upominek.domain.receivables.events import EventsInvalid, Statement
from upominek.domain.values.identifiers import parse_creditor_id
from upominek.domain.values.problem import JsonPlace, Problem, problem_of

MOST_BYTES: Final = 1024 * 1024
LONGEST_ID: Final = 128
MOST_AHEAD: Final = timedelta(minutes=10)
"""How far a sender's clock may be ahead; an event of the future would win against every true one until then."""

HeaderCheck = Callable[[Mapping[str, str]], None]
"""Headers: what is wrong with them whoever signed. Raises: Refused."""

SignatureCheck = Callable[[Sequence[str], Mapping[str, str], bytes], datetime | None]
"""Secrets, headers, body: when the message was signed, in real time; None when the signature does not hold."""

EventReader = Callable[[bytes, Callable[[datetime], bool]], Sequence[tuple[str, Statement]]]
"""Body, and whether a time is still to come: the events in order of time, each with its place in the message as a JSON
pointer. Raises: EventsInvalid."""


class ReceiveWebhook:
    """Takes in what an invoicing system sends, all of a message or nothing.

    A message may be repeated as often as the sender likes: it is applied again, and changes nothing. So a crash at any
    point, after the id was remembered as well as before, is healed by the sender's retry.
    """

    def __init__(
        self,
        creditors: CreditorRepository,
        secrets: SecretStore,
        webhooks: WebhookRepository,
        apply_events: ApplyEvents,
        clock: Clock,
        *,
        check_headers: HeaderCheck,
        check_signature: SignatureCheck,
        read_events: EventReader,
    ) -> None:
        self._creditors = creditors
        self._secrets = secrets
        self._webhooks = webhooks
        self._take_in = apply_events
        self._clock = clock
        self._check_headers = check_headers
        self._check_signature = check_signature
        self._read_events = read_events
        # A change of the creditor is seen half a minute later; an older number of shards is found as well.
        self._known: TtlCache[Creditor] = TtlCache()

    def receive(self, creditor_id: str, headers: Mapping[str, str], body: bytes) -> Counter[str]:
        """Take the message in; when this returns, it is durable.

        Args:
            headers: by lower-case name.
            body: the very bytes that were signed.

        Returns:
            `events`, and what became of them (see `ApplyEvents.apply`).

        Raises:
            Refused: `body_too_large`; `header_missing`, `timestamp_malformed`, `signature_malformed`, which need no
                secret to be seen; `signature_invalid`, also for a creditor that does not exist and for a signature
                older than five minutes; `webhook_id_reused` when the id stands for another body.
            EventsInvalid: with everything that is wrong; nothing was applied.
            Conflict, Unavailable: the sender should try again.
        """
        if len(body) > MOST_BYTES:
            raise _too_large()
        self._check_headers(headers)
        creditor, signed_at = self._sender(creditor_id, headers, body)
        latest = self._clock.now() + MOST_AHEAD

        def is_ahead(at: datetime) -> bool:
            # The time of signing is real, the clock may have been moved: what happened just now is never ahead.
            return at > latest and abs(at - signed_at) > MOST_AHEAD

        members = self._read_events(body, is_ahead)
        events = [event for _, event in members]
        if problems := self._take_in.contradictions(creditor, events):
            raise EventsInvalid(
                tuple(problem_of(error, JsonPlace(f"{members[place][0]}/data/amount")) for place, error in problems)
            )
        webhook_id = _webhook_id(headers)
        if not self._webhooks.remember(creditor.id, webhook_id, hashlib.sha256(body).hexdigest()):
            raise _id_reused()
        return Counter(events=len(events)) + self._take_in.apply(creditor, events)

    def _sender(self, creditor_id: str, headers: Mapping[str, str], body: bytes) -> tuple[Creditor, datetime]:
        """The creditor whose secret signed the message, and when; nobody learns which creditors there are."""
        try:
            secrets: Sequence[str] = self._secrets.webhook_secrets(parse_creditor_id(creditor_id))
        except (InvalidValue, NotFound):
            secrets = ()
        signed_at = self._check_signature(secrets, headers, body)
        if signed_at is None:
            raise _signature_invalid()
        try:
            return self._known.get(creditor_id, self._clock.now(), self._creditors.get), signed_at
        except NotFound:
            raise _signature_invalid() from None


def _webhook_id(headers: Mapping[str, str]) -> str:
    webhook_id = headers["webhook-id"]
    if len(webhook_id) <= LONGEST_ID and webhook_id.isprintable():
        return webhook_id
    raise EventsInvalid(
        (
            Problem(
                JsonPlace(""),
                "webhook_id_invalid",
                f"Nagłówek webhook-id może mieć najwyżej {LONGEST_ID} widocznych znaków.",
                f"The header webhook-id can have {LONGEST_ID} visible characters at most.",
            ),
        )
    )


def _too_large() -> Refused:
    return Refused(
        "body_too_large",
        pl="Wiadomość jest większa niż 1 MiB. Podziel zdarzenia na kilka wiadomości.",
        en="The message is larger than 1 MiB. Split the events into several messages.",
    )


def _signature_invalid() -> Refused:
    return Refused(
        "signature_invalid",
        pl="Podpis jest nieprawidłowy, nieaktualny (ponad 5 minut) albo należy do kogoś innego. Podpisuje się treść "
        "w UTF-8, bajt w bajt taką, jaka została wysłana.",
        en="The signature is invalid, out of date (more than 5 minutes), or somebody else's. What is signed is the "
        "body in UTF-8, byte by byte as it was sent.",
    )


def _id_reused() -> Refused:
    return Refused(
        "webhook_id_reused",
        pl="Ten webhook-id oznacza już inną wiadomość. Nadaj nowej wiadomości nowy identyfikator.",
        en="This webhook-id stands for another message already. Give a new message a new id.",
    )
