"""Inputs: what a JSON Schema allows, and what comes of spoiling a good document or its bytes."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

JUNK_TEXT = [
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e",
    "a" * 70_000,
    "-0",
    "1e999999999",
    "NaN",
    "١٢٣",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31T23:59:59+23:59",
    "0001-01-01T00:00:00-23:59",
    "2026-03-02T08:15:60Z",
    "+48" + "9" * 40,
    "x@" + "y." * 60,
    "https://x",
    "{{ 7*7 }}",
    "=1+1",
    "../../etc/passwd",
    "C#A#D#B",
    "'; DROP TABLE upominek; --",
]
JUNK: list[Any] = [
    *JUNK_TEXT,
    None,
    True,
    0,
    -1,
    1.5,
    10**40,
    10**400,
    float("inf"),
    float("nan"),
    1e308,
    [],
    {},
    [[]],
    [None] * 600,
    {"": ""},
    {"a/b~c": {"d": []}},
]
Path = tuple[str | int, ...]


class Schemas:
    """Values that a document's JSON Schemas allow: the part of JSON Schema that `docs/openapi.yaml` uses."""

    def __init__(self, components: Mapping[str, Any]) -> None:
        self._components = components

    def of(self, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        """Values of one schema; a word of it that is not known here is an error, so that nothing is passed over."""
        if "$ref" in schema:
            name = schema["$ref"].removeprefix("#/components/schemas/")
            return st.deferred(lambda: self.of(self._components[name]))
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return st.one_of([self.of(one) for one in schema[word]])
        if "const" in schema:
            return st.just(schema["const"])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        kinds: dict[str, Callable[[Mapping[str, Any]], st.SearchStrategy[Any]]] = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "number": lambda _: st.one_of(
                st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9).map(lambda x: round(x, 2))
            ),
            "null": lambda _: st.none(),
        }
        return kinds[schema["type"]](schema)

    def _object(self, schema: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        needed = set(schema.get("required", ()))
        each = {name: self.of(one) for name, one in schema["properties"].items()}
        return st.fixed_dictionaries(
            {name: one for name, one in each.items() if name in needed},
            optional={name: one for name, one in each.items() if name not in needed},
        )

    def _array(self, schema: Mapping[str, Any]) -> st.SearchStrategy[list[Any]]:
        most = min(schema.get("maxItems", 6), 6)
        return st.lists(self.of(schema["items"]), min_size=schema.get("minItems", 0), max_size=most)

    @staticmethod
    def _string(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
        by_format = {
            "date": st.dates().map(lambda day: day.isoformat()),
            "date-time": st.datetimes().map(lambda at: at.isoformat() + "Z"),
            "email": st.emails(),
            "uri": st.from_regex(r"\Ahttps://[a-z]{1,20}\.example/[!-~]{0,40}\Z"),
        }
        kinds = [st.sampled_from(schema["examples"])] * 3 if "examples" in schema else []
        if "format" in schema:
            kinds.append(by_format[schema["format"]])
        elif "pattern" in schema:
            kinds.append(st.from_regex(schema["pattern"]))
        else:
            kinds.append(st.text(min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 40), 200)))
        return st.one_of(kinds)


def places(document: Any, path: Path = ()) -> Iterator[Path]:  # noqa: ANN401 - JSON
    """Every place in a document, itself included."""
    yield path
    children = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in children:
        yield from places(value, (*path, key))


@st.composite
def spoilt(draw: st.DrawFn, documents: st.SearchStrategy[Any]) -> Any:  # noqa: ANN401 - JSON
    """A document in which one to four places were changed, dropped, doubled or renamed."""
    whole = [copy.deepcopy(draw(documents))]
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from([one for one in places(whole) if one]))
        holder: Any = whole
        for step in path[:-1]:
            holder = holder[step]
        key: Any = path[-1]
        match draw(st.sampled_from(["put", "put", "put", "drop", "rename", "wrap", "borrow"])):
            case "put":
                holder[key] = copy.deepcopy(draw(st.sampled_from(JUNK)))
            case "drop" if len(path) > 1:
                del holder[key]
            case "rename" if isinstance(holder, dict):
                holder[draw(st.sampled_from([f"{key}s", str(key).upper(), *JUNK_TEXT]))] = holder.pop(key)
            case "wrap":
                holder[key] = draw(st.sampled_from([[holder[key]], {str(key): holder[key]}, [holder[key]] * 3]))
            case _:
                other: Any = whole
                for step in draw(st.sampled_from([one for one in places(whole) if one])):
                    other = other[step]
                holder[key] = copy.deepcopy(other)
    return whole[0]


@st.composite
def torn(draw: st.DrawFn, contents: st.SearchStrategy[bytes]) -> bytes:
    """Bytes of which some were cut out, doubled, flipped, or replaced by what programs choke on."""
    content = bytearray(draw(contents))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        until = min(len(content), at + draw(st.sampled_from([0, 1, 1, 2, 8, 100])))
        match draw(st.sampled_from(["insert", "insert", "cut", "double", "flip", "end"])):
            case "insert":
                content[at:until] = draw(st.one_of(st.sampled_from(BREAKING), st.binary(max_size=12)))
            case "cut":
                del content[at:until]
            case "double":
                content[at:at] = content[at:until] * draw(st.integers(1, 50))
            case "flip" if at < len(content):
                content[at] ^= 1 << draw(st.integers(0, 7))
            case _:
                del content[at:]
    return bytes(content)


BREAKING = [
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x1a",
    b"\r",
    b"\n",
    b"\r\r\n",
    b'"',
    b'""',
    b"'",
    b";",
    b",",
    b"\t",
    b"|",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b"{{",
    b"}}",
    b"{%",
    b"%}",
    b"{#",
    b"#}",
    b"<",
    b"&a",
    b"*a",
    b"!!python/object:os.system",
    b"---\n",
    b"...\n",
    b"%YAML 9.9\n",
    b"? ",
    b": ",
    b"- ",
    b"|\n",
    b"<<: ",
    b'"\\U99999999"',
    b'"\\ud800"',
    b"\\u0000",
    b"9" * 5000,
    b"1e999999999",
    b"-",
    b"=1+1",
    b"@",
    b"\xa0",
    b"\xe2\x82\xac",
    b"PK\x03\x04",
    b"sep=,\n",
    b"\xc5",
    b"\xb9",
    b"\x9c",
]


def dumped(document: Any) -> bytes:  # noqa: ANN401 - JSON
    """As JSON that may hold what JSON has no word for."""
    return json.dumps(document).encode()
