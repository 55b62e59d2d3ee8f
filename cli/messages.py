"""Commands about messages: what an SMS would cost in parts, what went out, what came back."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Annotated, Any

import typer

from cli.printing import AsJson, Stack, emit, local_time, out, table
from cli.target import Target, find_target
from upominek.adapters.json.case import receipt_to_dict, time_text
from upominek.domain.errors import NotFound
from upominek.domain.messages.reminder import Reminder, ReminderKey, reminder_key
from upominek.domain.messages.sms import SmsParts, segments, transliterate

Hours = Annotated[int, typer.Option("--hours", help="How many hours to look back.", min=1, max=24 * 90)]
OnlyCreditor = Annotated[str | None, typer.Option("--creditor", help="Only of this creditor.")]


def sms(
    text: Annotated[str, typer.Argument(help="The text of an SMS.")],
    as_json: AsJson = False,
) -> None:
    """Count the parts of an SMS, and show what it would take without Polish letters."""
    parts, plain = segments(text), transliterate(text)
    plain_parts = segments(plain)
    data = {
        **_counted(parts),
        "split": parts.split,
        "transliterated": {"text": plain, **_counted(plain_parts)},
    }

    def show() -> None:
        table(
            "SMS",
            ["text", "encoding", "parts>", "units>"],
            [
                (text, parts.encoding.value, parts.parts, parts.units),
                (plain, plain_parts.encoding.value, plain_parts.parts, plain_parts.units),
            ],
        )
        for number, piece in enumerate(parts.split, 1):
            out.print(f"part {number}: {piece}", markup=False)

    emit(data, as_json=as_json, show=show)


def _counted(parts: SmsParts) -> dict[str, Any]:
    return {"encoding": parts.encoding.value, "parts": parts.parts, "units": parts.units}


def outbox(creditor: OnlyCreditor = None, hours: Hours = 24 * 14, stack: Stack = None, as_json: AsJson = False) -> None:
    """List the messages that were handed to a provider, newest first."""
    sent = [one for one in handled_reminders(find_target(stack, as_json=as_json), creditor, hours=hours) if one.sent_at]
    data = [_message(one) for one in sorted(sent, key=lambda one: one.sent_at or one.claimed_at, reverse=True)]
    emit(
        data,
        as_json=as_json,
        show=lambda: table(
            "sent",
            ["sent", "creditor", "debtor", "channel", "address", "status", "subject or text"],
            [
                (
                    local_time(one["sent_at"]),
                    one["creditor"],
                    one["debtor"],
                    one["channel"],
                    one["address"],
                    one["status"],
                    one["subject"] or one["text"],
                )
                for one in data
            ],
        ),
    )


def receipts(
    creditor: OnlyCreditor = None, hours: Hours = 24 * 14, stack: Stack = None, as_json: AsJson = False
) -> None:
    """List what the providers reported, newest first."""
    reminders = handled_reminders(find_target(stack, as_json=as_json), creditor, hours=hours)
    data = [
        {
            "reminder": one.key.id,
            "creditor": one.key.creditor,
            "debtor": one.key.debtor,
            "channel": one.channel.value,
            "status": one.status.value,
            **receipt_to_dict(receipt),
        }
        for one in reminders
        for receipt in one.receipts
    ]
    data.sort(key=lambda one: one["at"], reverse=True)
    emit(
        data,
        as_json=as_json,
        show=lambda: table(
            "receipts",
            ["at", "creditor", "debtor", "channel", "said", "code", "status now"],
            [
                (
                    local_time(one["at"]),
                    one["creditor"],
                    one["debtor"],
                    one["channel"],
                    one["kind"],
                    one.get("code"),
                    one["status"],
                )
                for one in data
            ],
        ),
    )


def handled_reminders(target: Target, creditor: str | None = None, *, hours: int) -> list[Reminder]:
    """The reminders that the sender has dealt with in the last hours: sent, skipped, expired, unknown.

    Which ones they are is read from the sender's log, one line of ids each: the table has no index for this question,
    and a scan would cost more the longer the product is in use.
    """
    repository = target.application.reminders

    def read(key: ReminderKey) -> Reminder | None:
        try:
            return repository.get(key)
        except NotFound:  # claimed, given back, and put on another lane since
            return None

    keys = dict.fromkeys(_logged_keys(target, creditor, hours))
    with ThreadPoolExecutor(max_workers=8) as pool:
        return [one for one in pool.map(read, keys) if one is not None]


def _logged_keys(target: Target, creditor: str | None, hours: int) -> Iterator[ReminderKey]:
    pages = target.client("logs").get_paginator("filter_log_events")
    for page in pages.paginate(
        logGroupName=target.outputs["SendReminderLogGroup"],
        # The log is dated by the real time, even where the stack's clock was moved.
        startTime=int((time.time() - hours * 3600) * 1000),
        filterPattern='"Reminder handled"',
    ):
        for event in page["events"]:
            try:
                line = json.loads(event["message"])
            except ValueError:
                continue
            if line.get("message") == "Reminder handled" and creditor in {None, line["creditor"]}:
                yield reminder_key(
                    line["creditor"],
                    line["campaign"],
                    line["debtor"],
                    date.fromisoformat(line["day"]),
                    is_fallback=line.get("is_fallback", False),
                )


def _message(one: Reminder) -> dict[str, Any]:
    return {
        "reminder": one.key.id,
        "creditor": one.key.creditor,
        "debtor": one.key.debtor,
        "channel": one.channel.value,
        "address": one.address,
        "subject": one.subject,
        "text": one.text,
        "sent_at": time_text(one.sent_at) if one.sent_at else None,
        "status": one.status.value,
        "parts": one.parts,
        "price": one.price,
        "provider_message_id": one.provider_message_id,
    }
