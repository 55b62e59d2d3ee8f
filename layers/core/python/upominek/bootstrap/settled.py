"""What everything is composed on: settings, the AWS clients, time and ids."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.settings import MissingSettingError, Settings

if TYPE_CHECKING:
    from upominek.adapters.aws.client.clients import Clients
    from upominek.adapters.carriers.registry import CarrierRegistry
    from upominek.adapters.clock import SystemClock, UlidFactory
    from upominek.application.administration.stack_facts import StackFacts


class Settled:
    """Settings, clients, time and ids; each made when first asked for."""

    def __init__(self, settings: Settings, stack: "StackFacts | None" = None) -> None:
        """Compose.

        Args:
            settings: of this process.
            stack: which it manages; functions manage none.
        """
        self.settings = settings
        self._given_stack = stack

    @property
    def _stack(self) -> "StackFacts":
        from upominek.application.administration.stack_facts import StackFacts

        return self._given_stack or StackFacts()

    def _output(self, name: str) -> str:
        value = self._stack.outputs.get(name)
        if not value:
            raise MissingSettingError(f"the output {name} of the stack")
        return value

    def _needed(self, name: str) -> str:
        value = getattr(self.settings, name)
        if not value:
            raise MissingSettingError(name.upper())
        return str(value)

    @cached_property
    def clients(self) -> "Clients":
        """The AWS clients, each made once."""
        from upominek.adapters.aws.client.clients import Clients

        return Clients()

    @cached_property
    def carriers(self) -> "CarrierRegistry":
        """What is known of carriers."""
        from upominek.adapters.carriers.registry import CARRIERS

        return CARRIERS

    @cached_property
    def clock(self) -> "SystemClock":
        """Business time."""
        from upominek.adapters.clock import SystemClock

        return SystemClock(self.settings.clock_file)

    @cached_property
    def ids(self) -> "UlidFactory":
        """Fresh ids."""
        from upominek.adapters.clock import UlidFactory

        return UlidFactory()
