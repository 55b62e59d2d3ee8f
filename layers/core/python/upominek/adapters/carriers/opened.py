"""What a worker sends with: each carrier's sender and the pace of its account, opened for the first message over it."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from upominek.adapters.carriers.carrier_module import Resources, carrier_module
from upominek.adapters.carriers.registry import CARRIERS
from upominek.application.ports.world import Clock
from upominek.application.sending.rate_limit import RateLimit
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.channel import Channel

T = TypeVar("T")


class Opened(Generic[T]):
    """By carrier, what is made when it is first asked for; of carriers of other channels there is nothing."""

    def __init__(self, channels: Iterable[Channel], make: Callable[[Carrier], T]) -> None:
        self._channels = frozenset(channels)
        self._make = make
        self._made: dict[Carrier, T] = {}

    def __getitem__(self, carrier: Carrier) -> T:
        """The carrier's. Raises: KeyError."""
        if not self._serves(carrier):
            raise KeyError(carrier)
        return self._open(carrier)

    def get(self, carrier: Carrier) -> T | None:
        """The carrier's, or None; what fails in opening it is no lack of a carrier."""
        return self._open(carrier) if self._serves(carrier) else None

    def _serves(self, carrier: Carrier) -> bool:
        return carrier in self._made or CARRIERS.traits(carrier).channel in self._channels

    def _open(self, carrier: Carrier) -> T:
        if carrier not in self._made:
            self._made[carrier] = self._make(carrier)
        return self._made[carrier]


def senders(channel: Channel, of: Resources) -> "Opened[Any]":
    """The ways out of a channel: each takes the kind of message that its channel has."""
    return Opened([channel], lambda carrier: carrier_module(carrier).sender(of))


def paces(channels: Iterable[Channel], of: Resources, clock: Clock, *, share: float = 1.0) -> "Opened[RateLimit]":
    """What this worker may send over each carrier.

    Args:
        share: its part of what the carrier's account may send.
    """

    def pace(carrier: Carrier) -> RateLimit:
        return RateLimit(clock, carrier_module(carrier).per_second(of.settings) * share)

    return Opened(channels, pace)
