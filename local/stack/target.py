"""The stack that somebody works on: the embedded one, or a deployed one by its CloudFormation outputs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from upominek.application.administration.stack_facts import StackFacts
from upominek.bootstrap import Application
from upominek.settings import load, of_outputs

if TYPE_CHECKING:
    from local.stack.embedded import Embedded


@dataclass(frozen=True)
class Target:
    """One stack and the application on top of it.

    Attributes:
        outputs: the stack's outputs, by name.
        is_embedded: whether it runs on this machine, with a clock that can be moved.
    """

    name: str
    outputs: dict[str, str]
    is_embedded: bool
    clock_file: str | None = None

    @cached_property
    def application(self) -> Application:
        """Use cases and ports, run by this process with the caller's own credentials."""
        settings = of_outputs(self.outputs, clock_file=self.clock_file, prices_file=load().prices_file)
        return Application(settings, StackFacts(name=self.name, outputs=self.outputs, is_embedded=self.is_embedded))


def embedded_target(running: Embedded) -> Target:
    """The embedded stack; this process then means it whenever it asks AWS for something."""
    running.use_in_this_process()
    return Target(running.stack, dict(running.outputs), is_embedded=True, clock_file=str(running.clock_file))
