"""What `upominek demo` shows of its three days."""

from typing import Any

from cli.cases import draw_case
from cli.printing import out, table


def show(summary: dict[str, Any]) -> None:
    """Draw the summary."""
    table(
        "rejected rows of the wholesaler's file",
        ["row>", "column", "code", "what to mend"],
        [(one["row"], one["column"], one["code"], one["message"]["pl"]) for one in summary["rejects"]],
    )
    table(
        "days",
        ["day", "messages>", "skipped>", "SMS parts>", "cost>"],
        [
            (one["date"], one["planned"], one["skipped"], one["parts"], f"{one['cost']} {one['currency']}")
            for one in summary["days"]
        ],
    )
    names = ("accepted", "rejected", "planned", "sent", "delivered", "failed", "skipped", "unknown")
    table("in all", ["what", "how many>"], [(name, summary[name]) for name in names])
    table("skipped because", ["reason", "how many>"], list(summary["skipped_because"].items()), empty="nobody")
    for case in summary["cases"]:
        draw_case(case)
        out.print()
    out.print(
        f"{summary['seconds']} s. The stack is still up: try `upominek outbox`, `upominek case gmina-lipowa P-0007`, "
        "and `upominek down` in the end.",
        markup=False,
    )
