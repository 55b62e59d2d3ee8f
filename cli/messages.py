"""Commands about messages: what an SMS would cost in parts, what went out, what came back."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.printing import AsJson, Stack, emit, local_time, out, table
from cli.target import find_target

if TYPE_CHECKING:
    from upominek.domain.messages.sms import SmsParts

Hours = Annotated[int, typer.Option("--hours", help="How many hours to look back.", min=1, max=24 * 90)]
OnlyCreditor = Annotated[str | None, typer.Option("--creditor", help="Only of this creditor.")]


def sms(
    text: Annotated[str, typer.Argument(help="The text of an SMS.")],
    as_json: AsJson = False,
) -> None:
    """Count the parts of an SMS, and show what it would take without Polish letters."""
    from upominek.domain.messages.sms import segments, transliterate

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


def _counted(parts: "SmsParts") -> dict[str, Any]:
    return {"encoding": parts.encoding.value, "parts": parts.parts, "units": parts.units}


def outbox(creditor: OnlyCreditor = None, hours: Hours = 24 * 14, stack: Stack = None, as_json: AsJson = False) -> None:
    """List the messages that were handed to a provider, newest first."""
    from upominek.adapters.json.messages import sent_to_list

    application = find_target(stack, as_json=as_json).application
    data = sent_to_list(application.show_messages(creditor, within=timedelta(hours=hours)))
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
    from upominek.adapters.json.messages import receipts_to_list

    application = find_target(stack, as_json=as_json).application
    data = receipts_to_list(application.show_messages(creditor, within=timedelta(hours=hours)))
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
