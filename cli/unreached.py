"""What no step will ever reach, in a line or two for people."""

from typing import Any, Final

from cli.printing import out

_WORDS: Final = {
    "no-campaign": "that no campaign takes",
    "entry-none": "came too late for a campaign with `entry: none`",
    "no-address": "without an address for any step that is left",
    "opted-out": "of debtors who opted out",
    "held": "held without an end",
    "limitation": "time-barred",
    "covered-by-credit": "covered by credit",
    "too-small": "too small for a message",
    "no-step": "for which no step is left",
}


def tell_unreached(data: dict[str, Any]) -> None:
    """Say the sums of `unreached` and `ended`, as far as there are any.

    Args:
        data: an answer in JSON that has them.
    """
    if (unreached := data.get("unreached")) and unreached["invoices"]:
        out.print(
            f"{_counted(unreached['invoices'])}, {_amounts(unreached['sums'])}, that no step will reach: "
            + ", ".join(f"{one['invoices']} {_reason(one)}" for one in unreached["sums"]),
            markup=False,
            soft_wrap=True,
        )
    if (ended := data.get("ended")) and ended["invoices"]:
        heard = "whose debtors have heard the last step"
        out.print(f"{_counted(ended['invoices'])}, {_amounts(ended['sums'])}, {heard}", markup=False, soft_wrap=True)


def _counted(invoices: int) -> str:
    return f"{invoices} invoice{'' if invoices == 1 else 's'}"


def _reason(one: dict[str, Any]) -> str:
    words = _WORDS.get(one["reason"], one["reason"])
    detail = one.get("detail")
    return f"{words} ({detail})" if detail and detail != "opt-out" else words


def _amounts(sums: list[dict[str, Any]]) -> str:
    from decimal import Decimal

    totals: dict[str, Decimal] = {}
    for one in sums:
        totals[one["currency"]] = totals.get(one["currency"], Decimal()) + Decimal(one["amount"])
    return ", ".join(f"{total:,} {currency}".replace(",", " ") for currency, total in totals.items())
