"""A creditor of a test's own on the running stack, and what the world outside does to it and sees of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from itertools import count
from typing import TYPE_CHECKING, Any

from standardwebhooks import Webhook

from local.stack import embedded as embedded_default
from local.stack.clock import WARSAW
from local.stack.embedded import Embedded
from local.stack.stack_view import OWNER
from local.stack.target import Target, embedded_target
from local.stack.work import in_flight, wait_until_idle
from upominek.adapters.config_files.creditors_file import read_creditor
from upominek.adapters.json.case import case_to_dict
from upominek.application.jobs import OutboxItem
from upominek.domain.values.channel import Channel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


# A Tuesday after a Monday on which nothing is closed: exactly one day of steps lands.
TODAY = date(2026, 3, 3)
# A little after the campaign's time; an hour long enough before contact hours end.
PLANNED, LATEST = time_of_day(9, 5), time_of_day(16, 0)
# The steps of the default campaign, each with the due date that brings it today.
DUE = {step: TODAY - timedelta(days=int(step)) for step in ("-3", "+1", "+5", "+14")}
SECONDS = 60

_numbers = count(1)

CREDITOR = """
id: {id}
name: Hurtownia {id}
nip: "0001234562"
account: "20000000000000000012345678"
sms_sender: Hurtownia
email_from: przypomnienia@example.com
reply_to: rozliczenia@example.com
contact_person: Barbara Nowicka
contact_phone: "+48 455 000 000"
shards: 2
campaigns: [default]
"""


def phone(digits: str) -> str:
    """A number that nobody else in these tests has, with this fate."""
    return f"+48455{next(_numbers):04d}{digits}"


def email(fate: str) -> str:
    """An address that nobody else in these tests has, with this fate."""
    return f"{fate}+{next(_numbers)}@example.com"


def eventually(look: Callable[[], Any], seconds: float = SECONDS) -> Any:  # noqa: ANN401 - whatever was looked for
    """What `look` finds, once it finds something; nothing, if that takes too long."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


@dataclass(frozen=True)
class Answer:
    """What the webhook answered."""

    status: int
    body: dict[str, Any]


@dataclass
class Household:
    """One creditor, with everything that its people, its systems and its debtors do.

    Attributes:
        now: when the next event happens in the creditor's system.
    """

    target: Target
    running: Embedded
    id: str
    secret: str
    _ids: count[int] = field(default_factory=lambda: count(1))

    @property
    def now(self) -> datetime:
        return self.running.clock.now()

    # --- its systems

    def post(
        self, events: Sequence[Mapping[str, Any]] | Mapping[str, Any], webhook_id: str = "", **headers: str
    ) -> Answer:
        """Post a webhook as the library signs it, with other headers where they are given."""
        body = json.dumps(events, ensure_ascii=False)
        webhook_id = webhook_id or f"{self.id}-{next(self._ids)}"
        signed = datetime.fromtimestamp(int(time.time()), UTC)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return post(
            f"{self.target.outputs['WebhookUrl']}/{self.id}",
            body.encode(),
            {
                "webhook-id": webhook_id,
                "webhook-timestamp": str(int(signed.timestamp())),
                "webhook-signature": Webhook(self.secret).sign(webhook_id, signed, body),
                **named,
            },
        )

    def event(self, event_type: str, at: datetime | None = None, **data: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        return {"type": event_type, "timestamp": (at or self.now).isoformat(), "data": data}

    def issued(
        self,
        debtor: str,
        step: str,
        *,
        phones: Sequence[str] = (),
        emails: Sequence[str] = (),
        amount: str = "100.00",
        at: datetime | None = None,
    ) -> dict[str, Any]:
        """An invoice of which the step comes today."""
        return self.event(
            "invoice.issued",
            at or self.now - timedelta(hours=1),
            number=f"FV/{debtor}",
            amount=amount,
            due_date=DUE[step].isoformat(),
            debtor={"id": debtor, "name": f"Firma {debtor}", "phones": list(phones), "emails": list(emails)},
        )

    def paid(self, debtor: str, amount: str = "100.00", at: datetime | None = None) -> dict[str, Any]:
        return self.event(
            "payment.received", at, id=f"przelew-{debtor}", number=f"FV/{debtor}", debtor_id=debtor, amount=amount
        )

    def takes(self, *events: Mapping[str, Any]) -> None:
        answer = self.post(list(events))
        assert answer.status == http.HTTPStatus.ACCEPTED, answer.body

    # --- the outbox

    def item(self, debtor: str, step: str, channel: str) -> OutboxItem:
        """What the planner would put on the outbox today."""
        return OutboxItem(
            creditor=self.id,
            debtor=debtor,
            campaign="default",
            day=TODAY,
            step=step,
            channel=Channel(channel),
            invoices=(f"FV/{debtor}",),
        )

    def put(self, *items: OutboxItem) -> None:
        """Put items on the outbox, as the planner does."""
        self.target.application.queues.send(list(items))

    def settle(self) -> None:
        """Let everything go out and every answer come back."""
        wait_until_idle(self.target, timeout_seconds=SECONDS)

    # --- what there is to see

    def case(self, debtor: str) -> dict[str, Any]:
        return case_to_dict(self.target.application.show_case(self.id, debtor))

    def invoice(self, debtor: str) -> dict[str, Any]:
        found: dict[str, Any] = self.case(debtor)["invoices"][0]
        return found

    def reminders(self, debtor: str) -> list[dict[str, Any]]:
        """Of the case's timeline, in the order in which they went."""
        return [one for one in self.case(debtor)["timeline"] if one["kind"] == "reminder"]

    def fates(self, debtor: str) -> list[tuple[str, str]]:
        """Channel and status of each reminder."""
        return [(one["channel"], one["status"]) for one in self.reminders(debtor)]


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    request = urllib.request.Request(  # noqa: S310 - the address is the stack's own
        url, data=body, headers={"content-type": "application/json", **headers}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310 - as above
            return Answer(response.status, json.load(response))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, json.load(error))


def signature(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """As the specification of Standard Webhooks words it, without the library."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def at_work(running: Embedded) -> Target:
    """The stack as a target, on a contact day within contact hours."""
    target = embedded_target(running)
    now = running.clock.now().astimezone(WARSAW)
    if now.date() != TODAY or not PLANNED <= now.time() < LATEST:
        running.clock.set_today(TODAY, PLANNED)
    return target


def quiet(running: Embedded) -> None:
    """Forget what other tests have left on the queues for later: everybody here would wait for it."""
    sqs, target = running.client("sqs"), at_work(running)
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:  # a function at work may put something back
        if in_flight(target)[0]:
            for name in ("Imports", "Plans", "Sms", "Email", "Letter", "Receipts"):
                sqs.purge_queue(QueueUrl=running.outputs[f"{name}QueueUrl"])
        time.sleep(0.3)


def open_household(running: Embedded, creditor: str, folder: Path) -> Household:
    """Take a new creditor in, and be at work for it."""
    target = at_work(running)
    path = folder / f"{creditor}.yaml"
    path.write_text(CREDITOR.format(id=creditor), encoding="utf-8")
    stated = read_creditor(path)
    secret = target.application.save_creditor(OWNER, stated.creditor, stated.campaigns).webhook_secret
    assert secret
    return Household(target, running, creditor, secret)


class Provider:
    """What SNS and SES themselves have been handed, by recipient."""

    def __init__(self, running: Embedded) -> None:
        self._address = f"127.0.0.1:{running.ports[embedded_default.EMULATOR]}"

    def handed(self, recipient: str) -> list[str]:
        """Subjects of the e-mails, or texts of the SMS, for this recipient."""
        if "@" in recipient:
            messages = [one for of in self._look("ses/messages")["messages"].values() for one in of]
            return [one["Subject"] for one in messages if recipient in one["To"]]
        return [one["Message"] for one in self._look("sns/sms-messages")["sms_messages"].get(recipient, ())]

    def _look(self, path: str) -> dict[str, Any]:
        with closing(http.client.HTTPConnection(self._address)) as connection:
            connection.request("GET", f"/_ministack/{path}")
            found: dict[str, Any] = json.load(connection.getresponse())
        return found
