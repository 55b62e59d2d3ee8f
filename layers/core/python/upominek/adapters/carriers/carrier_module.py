"""What the module `carrier` of each carrier's folder has, and what it is given."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from upominek.adapters.carriers.registry import own_module
from upominek.domain.messages.carrier_traits import CarrierTraits
from upominek.domain.values.carrier import Carrier

if TYPE_CHECKING:
    from upominek.adapters.aws.client.clients import Clients
    from upominek.application.letters.store_letter import StoreLetter
    from upominek.application.ports.carriers import EmailSender, PostSender, SmsSender
    from upominek.application.receipts.record_receipt import Report
    from upominek.settings import Settings


class Resources(Protocol):
    """What a carrier's sender may be made of; the composition root has all of it, each made when first asked for."""

    @property
    def settings(self) -> "Settings":
        """Of this process."""
        ...

    @property
    def clients(self) -> "Clients":
        """AWS's clients."""
        ...

    @property
    def store_letter(self) -> "StoreLetter":
        """Where letters are kept."""
        ...


class CarrierModule(Protocol):
    """What the module `carrier` of each folder has."""

    TRAITS: CarrierTraits
    """What sets the carrier apart."""

    def sender(self, of: Resources) -> "SmsSender | EmailSender | PostSender":
        """Who takes its messages."""
        ...

    def per_second(self, settings: "Settings") -> float:
        """What its whole account may send in a second: messages, or SMS parts."""
        ...

    def read_report(self, body: Mapping[str, Any]) -> "Report | None":
        """A report of the carrier as it came from the queue; None where it is about nothing of ours.

        Raises:
            AttributeError, LookupError, TypeError, ValueError, ArithmeticError: it cannot be read.
        """
        ...


def carrier_module(carrier: Carrier) -> CarrierModule:
    """The carrier's own module. Raises: NotUnderstood: it is one of another version."""
    return cast("CarrierModule", own_module(carrier))
