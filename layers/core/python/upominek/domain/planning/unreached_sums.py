"""How much no step will ever reach, by reason and currency: numbers only, to be shown and kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Self

from upominek.domain.values.money import Money, Totals
from upominek.domain.values.unknown import Unknown, read_word


class WhyUnreached(StrEnum):
    """Why no step will reach an open invoice."""

    NO_CAMPAIGN = "no-campaign"  # no active campaign takes it
    ENTRY_NONE = "entry-none"  # it came late, and its campaign does not take up what comes late
    NO_ADDRESS = "no-address"  # for any step that is left
    OPTED_OUT = "opted-out"
    HELD = "held"  # without an end, or because of a word of another version
    LIMITATION = "limitation"  # it is time-barred, and nobody may ask for it
    COVERED_BY_CREDIT = "covered-by-credit"
    TOO_SMALL = "too-small"  # for any step that is left
    NO_STEP = "no-step"  # none is left, and none was said of it
    LADDER_ENDED = "ladder-ended"  # its debtor has heard the last word


class Why(NamedTuple):
    """A reason, with the kind of the hold where it is one."""

    reason: WhyUnreached | Unknown
    detail: str | None = None

    @property
    def was_reached(self) -> bool:
        """Whether its debtor heard all that the campaign says."""
        return self.reason is WhyUnreached.LADDER_ENDED


@dataclass(frozen=True, slots=True)
class Unreached:
    """Invoices of one debtor that no step will reach for one reason.

    Attributes:
        invoices: their numbers, by due date.
        amount: what is still owed of them, all in one currency.
    """

    debtor: str
    invoices: tuple[str, ...]
    amount: Money
    why: Why

    def to_dict(self) -> dict[str, Any]:
        """One of `unreached` in `simulate --json`."""
        return {
            "debtor": self.debtor,
            "invoices": list(self.invoices),
            "amount": self.amount.plain(),
            "currency": self.amount.currency,
            "reason": self.why.reason.value,
            "detail": self.why.detail,
        }


@dataclass(frozen=True, slots=True)
class UnreachedSum:
    """What no step will reach for one reason, in one currency."""

    why: Why
    amount: Money
    invoices: int
    debtors: int


@dataclass(frozen=True, slots=True)
class UnreachedSums:
    """All of it, in the order of the reasons; empty where every open invoice will be reached."""

    sums: tuple[UnreachedSum, ...] = ()

    @classmethod
    def of(cls, found: Iterable[Unreached]) -> Self:
        """Add up what was found, debtor after debtor."""
        sums: dict[tuple[Why, str], UnreachedSum] = {}
        for one in found:
            key = one.why, one.amount.currency
            known = sums.get(key, UnreachedSum(one.why, Money(0, one.amount.currency), 0, 0))
            count = known.invoices + len(one.invoices)
            sums[key] = UnreachedSum(one.why, known.amount + one.amount, count, known.debtors + 1)
        return cls(tuple(sorted(sums.values(), key=_place)))

    @property
    def silent(self) -> Self:
        """Without those whose debtors heard the last word."""
        return type(self)(tuple(one for one in self.sums if not one.why.was_reached))

    @property
    def ended(self) -> Self:
        """Those alone whose debtors heard the last word."""
        return type(self)(tuple(one for one in self.sums if one.why.was_reached))

    @property
    def invoices(self) -> int:
        """How many invoices these are."""
        return sum(one.invoices for one in self.sums)

    @property
    def totals(self) -> tuple[Money, ...]:
        """What they come to, by currency."""
        return Totals.of(one.amount for one in self.sums).sums

    def to_dict(self) -> dict[str, Any]:
        """The shape that `plan --json` and `health --json` have."""
        return {
            "invoices": self.invoices,
            "sums": [
                {
                    "reason": one.why.reason.value,
                    "detail": one.why.detail,
                    "currency": one.amount.currency,
                    "amount": one.amount.plain(),
                    "invoices": one.invoices,
                    "debtors": one.debtors,
                }
                for one in self.sums
            ],
        }

    def to_store(self) -> list[list[Any]]:
        """Plain values, to be kept."""
        return [
            [one.why.reason.value, one.why.detail, one.amount.grosze, one.amount.currency, one.invoices, one.debtors]
            for one in self.sums
        ]

    @classmethod
    def from_store(cls, said: Iterable[Iterable[Any]]) -> Self:
        """What was kept."""
        return cls(
            tuple(
                UnreachedSum(
                    Why(read_word(WhyUnreached, reason), detail), Money(int(grosze), currency), int(count), int(debtors)
                )
                for reason, detail, grosze, currency, count, debtors in said
            )
        )


def both(sums: UnreachedSums) -> Mapping[str, Any]:
    """`unreached` and, apart since its debtors heard all that there is to say, `ended`."""
    return {"unreached": sums.silent.to_dict(), "ended": sums.ended.to_dict()}


def _place(one: UnreachedSum) -> tuple[int, str, str]:
    reasons = list(WhyUnreached)
    place = reasons.index(one.why.reason) if isinstance(one.why.reason, WhyUnreached) else len(reasons)
    return place, one.why.detail or "", one.amount.currency
