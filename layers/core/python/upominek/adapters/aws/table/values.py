"""Values of the domain as short text in the table, and back."""

from datetime import datetime

from upominek.domain.values.money import Money


def time_text(at: datetime | None) -> str | None:
    """`2026-03-02T08:15:00Z`; parts of a second where there are any."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def money_text(money: Money | None) -> str | None:
    """`12300 PLN`."""
    return None if money is None else f"{money.grosze} {money.currency}"


def money_in(text: str) -> Money:
    """The money that a text means."""
    grosze, currency = text.split(" ")
    return Money(int(grosze), currency)
