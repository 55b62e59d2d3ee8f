"""A webhook's body made into domain events, all of them or none."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final, NoReturn

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from upominek.adapters.webhook.events import TYPES
from upominek.domain.receivables.events import EventsInvalid, Statement
from upominek.domain.values.problem import JsonPlace, Problem

MOST_EVENTS: Final = 500
MOST_PROBLEMS: Final = 100
"""Told in one answer: whoever has more has one mistake, not a hundred."""
MOST_DIGITS: Final = 40
LONGEST_NAME: Final = 64

_MESSAGES: Final = {
    "missing": ("field_missing", "Brakuje pola „{name}”.", "The field “{name}” is missing."),
    "list_type": ("list_expected", "Tu potrzebna jest lista.", "A list is needed here."),
    "model_type": ("object_expected", "Tu potrzebny jest obiekt JSON.", "A JSON object is needed here."),
    "too_long": (
        "list_too_long",
        "Lista może mieć najwyżej {max_length} pozycji.",
        "A list can have {max_length} at most.",
    ),
}
"""Pydantic's own errors in our words; all others come from `values` and bring theirs."""


def read_events(body: bytes, is_ahead: Callable[[datetime], bool]) -> Sequence[Statement]:
    """The events of a body, by the time at which they happened. See `read_members`."""
    return [event for _, event in read_members(body, is_ahead)]


def read_members(body: bytes, is_ahead: Callable[[datetime], bool]) -> Sequence[tuple[str, Statement]]:
    """The events of a body, by the time at which they happened, each with its place as a JSON pointer.

    Args:
        body: JSON in UTF-8, one event or a list of up to 500.
        is_ahead: whether such a time (UTC) is still to come; no event can have happened at it.

    Raises:
        EventsInvalid: with everything that is wrong, and where.
    """
    content = _parsed(body)
    if not isinstance(content, list):
        events, problems = _read([("", content)], is_ahead)
    elif not 1 <= len(content) <= MOST_EVENTS:
        raise _whole(
            "events_number",
            pl=f"Lista musi mieć od 1 do {MOST_EVENTS} zdarzeń; ma {len(content)}. Podziel ją na kilka wiadomości.",
            en=f"A list must have 1 to {MOST_EVENTS} events; it has {len(content)}. Split it into several messages.",
        )
    else:
        events, problems = _read([(f"/{index}", one) for index, one in enumerate(content)], is_ahead)
    if problems:
        raise EventsInvalid(tuple(problems[:MOST_PROBLEMS]))
    return [(pointer, event) for pointer, _, event in sorted(events, key=lambda one: one[1])]


def _read(
    members: Sequence[tuple[str, Any]], is_ahead: Callable[[datetime], bool]
) -> tuple[list[tuple[str, datetime, Statement]], list[Problem[JsonPlace]]]:
    events: list[tuple[str, datetime, Statement]] = []
    problems: list[Problem[JsonPlace]] = []
    for pointer, member in members:
        if not isinstance(member, dict):
            problems.append(Problem(JsonPlace(pointer), *_MESSAGES["model_type"]))
            continue
        model = TYPES.get(kind) if isinstance(kind := member.get("type"), str) else None
        if model is None:
            known = ", ".join(TYPES)
            problems.append(
                Problem(JsonPlace(f"{pointer}/type"), "type_unknown", f"Znane typy: {known}.", f"Known types: {known}.")
            )
            continue
        try:
            valid = model.model_validate(member)
        except ValidationError as error:
            problems.extend(
                _problem(pointer, one, model) for one in error.errors(include_url=False, include_input=False)
            )
            continue
        if is_ahead(valid.timestamp):
            problems.append(_in_future(pointer))
        events.append((pointer, valid.timestamp, valid.event()))
    return events, problems


def _problem(pointer: str, error: ErrorDetails, model: type[BaseModel]) -> Problem[JsonPlace]:
    location = error["loc"]
    where = JsonPlace(pointer + "".join(f"/{_escaped(part)}" for part in location))
    context = error.get("ctx", {})
    if "pl" in context:
        return Problem(where, error["type"], context["pl"], context["en"])
    name = str(location[-1])[:LONGEST_NAME] if location else ""
    if error["type"] == "extra_forbidden":
        similar = get_close_matches(name, _names(model, location[:-1]), n=1)
        return Problem(
            where,
            "field_unknown",
            f"Nie ma pola „{name}”." + (f" Czy chodzi o „{similar[0]}”?" if similar else ""),
            f"There is no field “{name}”." + (f" Did you mean “{similar[0]}”?" if similar else ""),
        )
    code, pl, en = _MESSAGES.get(error["type"], (error["type"], "Zła wartość.", error["msg"]))
    return Problem(where, code, pl.format(name=name, **context), en.format(name=name, **context))


def _names(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Names of the fields of the object at this place."""
    for part in location:
        found = model.model_fields[str(part)].annotation
        assert isinstance(found, type)  # noqa: S101 - objects stand in fields of their own class only
        assert issubclass(found, BaseModel)  # noqa: S101 - the same
        model = found
    return list(model.model_fields)


def _in_future(pointer: str) -> Problem[JsonPlace]:
    return Problem(
        JsonPlace(f"{pointer}/timestamp"),
        "timestamp_in_future",
        "Zdarzenie nie może być z przyszłości (ponad 10 minut naprzód): każde późniejsze przegrałoby z nim. Sprawdź "
        "zegar i strefę czasową.",
        "An event cannot be from the future (more than 10 minutes ahead): every later one would lose against it. Check "
        "the clock and the time zone.",
    )


def _escaped(part: int | str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return str(part)[:LONGEST_NAME].replace("~", "~0").replace("/", "~1")


def _parsed(body: bytes) -> Any:  # noqa: ANN401 - JSON
    """The body as Python values, numbers without loss."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _no_utf8(body) from None
    if "\x00" in text[:2] != "\x00":
        raise _no_utf8(body)
    try:
        return json.loads(
            text,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_no_constant,
            object_pairs_hook=_object,
        )
    except RecursionError:
        reason = "too deep"
    except ValueError as error:
        reason = str(error)[:200]
    raise _whole("json_invalid", pl=f"To nie jest poprawny JSON: {reason}.", en=f"This is no valid JSON: {reason}.")


_OTHER_BYTES: Final = (
    (b"\x1f\x8b", "Jest spakowana (gzip).", "It is compressed (gzip)."),
    (b"\xff\xfe", "Wygląda na UTF-16.", "It looks like UTF-16."),
    (b"\xfe\xff", "Wygląda na UTF-16.", "It looks like UTF-16."),
)
"""What bodies begin with that are not what they should be."""


def _no_utf8(body: bytes) -> EventsInvalid:
    usual = ("Wygląda na Windows-1250 lub ISO-8859-2.", "It looks like Windows-1250 or ISO-8859-2.")
    utf16 = _OTHER_BYTES[-1][1:]
    usual = utf16 if b"\x00" in body[:2] else usual
    pl, en = next((words for begins, *words in _OTHER_BYTES if body.startswith(begins)), usual)
    return _whole(
        "body_not_utf8",
        pl=f"Podpis się zgadza, ale treść nie jest w UTF-8. {pl} Wyślij i podpisz tekst JSON w UTF-8.",
        en=f"The signature holds, but the body is not in UTF-8. {en} Send and sign JSON text in UTF-8.",
    )


def _number(digits: str) -> Decimal:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits)} characters")
    return Decimal(digits)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        # Of two values the parser would silently take the last one.
        raise ValueError("an object has a field twice")
    return content


def _whole(code: str, *, pl: str, en: str) -> EventsInvalid:
    """What is wrong with the message as a whole."""
    return EventsInvalid((Problem(JsonPlace(""), code, pl, en),))
