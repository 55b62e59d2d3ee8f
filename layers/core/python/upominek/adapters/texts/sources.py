"""The texts that are shipped: package data, `templates/<channel>/<language>/<name>.<tone>[.<kind>].txt`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, reduce
from importlib.resources import files
from typing import Any, Final

from upominek.domain.errors import InvalidValue
from upominek.domain.language.default import DEFAULT_LANGUAGE
from upominek.domain.messages.reminder import channel_traits
from upominek.domain.texts.overrides import TONES, TextKey
from upominek.domain.values.channel import Channel

_SAFE: Final = re.compile(r"[a-z]+/(?:[a-z]{2}/)?_?[a-z0-9.-]+")


@cache
def shipped(name: str) -> str | None:
    """What stands in the file below `templates/`; None when there is no such file."""
    if not _SAFE.fullmatch(name) or ".." in name:
        return None
    path = reduce(lambda folder, step: folder / step, name.split("/"), files("templates"))
    return path.read_text(encoding="utf-8") if path.is_file() else None


@cache
def shipped_texts(channel: str) -> tuple[TextKey, ...]:
    """Every text of the channel, in alphabetical order."""
    root = files("templates") / channel
    found = []
    for folder in root.iterdir() if root.is_dir() else ():
        for one in folder.iterdir() if folder.is_dir() else ():
            if not one.name.endswith(".txt") or one.name.startswith("_"):
                continue
            try:
                found.append(TextKey.parse(f"{channel}/{folder.name}/{one.name}"))
            except InvalidValue:  # some other file, such as a licence
                continue
    return tuple(sorted(found, key=lambda key: key.path))


@cache
def text_names(channel: Channel) -> tuple[str, ...]:
    """Names that a step can give for the channel: there is a Polish text of the name in every tone.

    Letters have no tones.
    """
    if channel_traits(channel).is_letter:
        return tuple(sorted({key.name for key in shipped_texts(channel.value) if key.language == DEFAULT_LANGUAGE}))
    tones: dict[str, set[str | None]] = {}
    for key in shipped_texts(channel.value):
        if key.language == DEFAULT_LANGUAGE and key.kind is None:
            tones.setdefault(key.name, set()).add(key.tone)
    return tuple(sorted(name for name, spoken in tones.items() if spoken >= set(TONES)))


@cache
def labels(language: str) -> Mapping[str, Any]:
    """The words of a language that layouts of e-mails need besides the text, such as headings of tables."""
    source = shipped(f"email/{language}/labels.toml")
    return tomllib.loads(source) if source else {}
