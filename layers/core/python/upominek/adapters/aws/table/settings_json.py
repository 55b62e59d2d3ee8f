"""Settings of people (creditors, campaigns) as JSON text, field by field as their dataclasses have them.

They are few and rarely written, so this may be general rather than fast. A field that the text does not have yet takes
its default; one that the class has no more is ignored.
"""

import json
import types
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from upominek.domain.values.unknown import Unknown, read_word

T = TypeVar("T")


def to_text(value: object) -> str:
    """The dataclass as JSON; what has its default is left out."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def from_text(kind: type[T], text: str) -> T:
    """The dataclass that the text was made of."""
    made: T = _made(kind, json.loads(text))
    return made


def _plain(value: Any) -> Any:  # noqa: ANN401, PLR0911 - one line for each type
    match value:
        case Enum():
            return value.value
        case date() | datetime() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case frozenset() | set():
            return sorted(map(_plain, value))
        case tuple() | list():
            return [_plain(one) for one in value]
    if is_dataclass(value):
        return {one.name: _plain(kept) for one in fields(value) if (kept := getattr(value, one.name)) != _default(one)}
    return value


def _default(one: Any) -> Any:  # noqa: ANN401
    return one.default_factory() if one.default_factory is not MISSING else one.default


def _made(kind: Any, value: Any) -> Any:  # noqa: ANN401, PLR0911 - one line for each type
    origin, inner = get_origin(kind), get_args(kind)
    if value is None:
        return None
    if origin in {Union, types.UnionType}:
        stated = next(one for one in inner if one is not types.NoneType)
        return read_word(stated, value) if Unknown in inner else _made(stated, value)
    if origin in {tuple, frozenset}:
        return origin(_made(inner[0], one) for one in value)
    if kind in {date, datetime, time}:
        return kind.fromisoformat(value)
    if kind is timedelta:
        return timedelta(seconds=value)
    if is_dataclass(kind):
        hints = _hints(cast("type", kind))
        return kind(**{name: _made(hint, value[name]) for name, hint in hints.items() if name in value})  # type: ignore[operator]
    return kind(value)


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(kind)}
