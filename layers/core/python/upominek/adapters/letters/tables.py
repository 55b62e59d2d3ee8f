"""The tables of letters: invoices, interest by periods, instalments."""

from collections.abc import Sequence
from typing import Any, Final

from upominek.adapters.letters.writing import Writing
from upominek.domain.letters.content import LetterContent
from upominek.domain.texts.message_context import InvoiceLine, MessageContext
from upominek.domain.values.money import Money, Totals

Block = dict[str, Any]
_NOTHING: Final = "–"


def invoices(content: LetterContent, words: Writing) -> Block:
    """What is owed, invoice by invoice; columns that would be empty are left out."""
    context = content.context
    is_balance = not content.kind.traits.is_demand
    columns = [_column(words.labels["number"], wide=True)]
    cells = [[_number(line, context, words) for line in context.invoices]]

    def add(label: str, values: Sequence[str], align: str = "right") -> None:
        columns.append(_column(words.labels[label], align))
        cells.append(list(values))

    lines = context.invoices
    if any(line.issued_on for line in lines):
        add("issued", [words.short_day(line.issued_on) if line.issued_on else _NOTHING for line in lines], "left")
    add("due", [words.short_day(line.due_on) for line in lines], "left")
    if not is_balance:
        add("days", [str(max(line.days_overdue, 0)) for line in lines])
    if any(line.is_partly_paid or is_balance for line in lines) and all(line.amount for line in lines):
        add("amount", [_amount(line.amount, words) for line in lines])
    add("balance" if is_balance else "outstanding", [words.amount(line.outstanding) for line in lines])
    if context.claims_interest:
        add("interest", [_amount(line.interest, words) for line in lines])
    if context.claims_compensation:
        add("compensation", [_amount(line.compensation, words) for line in lines])
    return _table(columns, list(map(list, zip(*cells, strict=True))), _sums(content, words))


def interest(content: LetterContent, words: Writing) -> Block:
    """Every period of every invoice's interest, with its days and its rate."""
    labels = words.labels
    columns = [
        _column(labels["number"], wide=True),
        *(_column(labels[name], "right") for name in ("base", "from", "to", "day_count", "rate", "interest")),
    ]
    rows = [
        [
            line.number if place == 0 else "",
            words.amount(period.base),
            words.short_day(period.from_day),
            words.short_day(period.to_day),
            str(period.days),
            words.rate(period.rate),
            words.amount(period.interest),
        ]
        for line in content.context.invoices
        if (reckoned := content.reckoned.get(line.number))
        for place, period in enumerate(reckoned.periods)
    ]
    total = content.context.interest
    return _table(columns, rows, [_sum(labels["total_note"], words.amount(total), strong=True)] if total else [])


def instalments(content: LetterContent, words: Writing) -> Block:
    """By when to pay how much."""
    labels = words.labels
    columns = [
        _column(labels["instalment"]),
        _column(labels["instalment_due"], wide=True),
        _column(labels["sum"], "right"),
    ]
    rows = [
        [str(number), words.day(one.due_on), words.amount(one.amount)]
        for number, one in enumerate(content.instalments, 1)
    ]
    total = Totals.of(one.amount for one in content.instalments).sums
    return _table(columns, rows, [_sum(labels["total_instalments"], words.amount(one), strong=True) for one in total])


def _number(line: InvoiceLine, context: MessageContext, words: Writing) -> str:
    """Where invoices are paid to accounts of their own, each says which."""
    if context.account is not None or line.account is None:
        return line.number
    return f"{line.number}\n{words.labels['account_of']} {line.account}"


def _sums(content: LetterContent, words: Writing) -> list[Block]:
    context, labels = content.context, words.labels
    if not content.kind.traits.is_demand:
        shown = context.totals or (Money(0, context.invoices[0].outstanding.currency),)
        return [
            *_credits(context, words),
            *(_sum(labels["total_balance"], words.amount(one), strong=True) for one in shown),
        ]
    added = [
        _sum(labels[name], words.amount(money))
        for name, money, is_claimed in (
            ("total_interest", context.interest, context.claims_interest),
            ("total_compensation", context.compensation, context.claims_compensation),
        )
        if money is not None and is_claimed
    ]
    credits_ = _credits(context, words)
    owed = Totals.of(line.outstanding for line in context.invoices).sums
    parts = [*(_sum(labels["total_of_invoices"], words.amount(one)) for one in owed), *credits_, *added]
    whole = [_sum(labels["total"], words.amount(one), strong=True) for one in context.grand_totals]
    return [*(parts if credits_ or added else ()), *whole]


def _credits(context: MessageContext, words: Writing) -> list[Block]:
    return [_sum(words.labels["credits"], words.amount(-one)) for one in context.credits]


def _amount(money: Money | None, words: Writing) -> str:
    return _NOTHING if money is None else words.amount(money)


def _table(columns: Sequence[Block], rows: list[list[str]], totals: Sequence[Block]) -> Block:
    return {"is": "table", "columns": list(columns), "rows": rows, "totals": list(totals)}


def _column(title: str, align: str = "left", *, wide: bool = False) -> Block:
    return {"title": title, "align": align, "wide": wide}


def _sum(label: str, value: str, *, strong: bool = False) -> Block:
    return {"label": label, "value": value, "strong": strong}
