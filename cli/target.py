"""The stack that a command works on, and who works on it."""

from getpass import getuser

from cli.printing import fail
from local.stack.target import Target, embedded_target
from upominek.domain.parties.actor import LONGEST_NAME, Actor, Face


def find_target(stack: str | None, *, as_json: bool = False) -> Target:
    """The stack of that name in the caller's AWS account and region, or the embedded one when no name is given."""
    if stack is None:
        return _embedded(as_json=as_json)
    from upominek.bootstrap import find_stack
    from upominek.domain.errors import NotFound, Unavailable

    try:
        found = find_stack(stack)
    except NotFound as error:
        fail(error.en, as_json=as_json)
    except Unavailable as error:
        fail(f"stack {stack} cannot be read: {error.detail}", as_json=as_json)
    return Target(stack, dict(found.outputs), is_embedded=False)


def actor_named(by: str = "") -> Actor:
    """Whoever works at the terminal: under the name that was given, else as the operating system knows them."""
    return Actor(by.strip()[:LONGEST_NAME].strip() or _user(), Face.COMMAND_LINE)


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # an id without a name, as containers have
        return "unknown"


def _embedded(*, as_json: bool) -> Target:
    from local.stack import embedded

    running = embedded.attach()
    if running is None:
        fail(
            "the embedded stack is not running: start it with `upominek up`, or name one with --stack", as_json=as_json
        )
    return embedded_target(running)
