"""What of an error may be logged: its kind and place, never its words, which may repeat a phone number or a text."""

import traceback
from typing import Any


def fault_of(error: BaseException) -> dict[str, Any]:
    """Fields for a log line: the error's type and code, its notes, where it arose, and what caused it."""
    place = traceback.extract_tb(error.__traceback__)
    fault = {
        "error": type(error).__qualname__,
        "code": getattr(error, "code", None),
        "notes": getattr(error, "__notes__", []),
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in place[-5:]],
        "cause": fault_of(error.__cause__) if error.__cause__ is not None else None,
    }
    return {name: value for name, value in fault.items() if value}
