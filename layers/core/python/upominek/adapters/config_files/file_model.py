"""What a file may say: pydantic models of YAML files, and plain sentences about what does not fit."""

from collections.abc import Iterable, Mapping, Sized
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, Final, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from upominek.adapters.config_files.yaml_file import LONGEST_SHOWN, Document, Place, read_document
from upominek.domain.errors import InvalidValue

M = TypeVar("M", bound=BaseModel)
E = TypeVar("E", bound=StrEnum)


class FileModel(BaseModel):
    """What may stand in a part of a file, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True)


def read_model(content: bytes, file: str, model: type[M]) -> tuple[M | None, Document]:
    """Read a file and hold it to its model.

    Returns:
        The file as the model has it, None when it does not fit; and the document with all problems found.
    """
    document = read_document(content, file)
    if document.value is None:
        return None, document
    try:
        return model.model_validate(document.value), document
    except ValidationError as errors:
        for error in errors.errors(include_url=False):
            _explain(document, model, error)
        return None, document


def part(document: Document, model: type[M], key: str) -> M | None:
    """A part of the file as its model has it, or the model's defaults; None where it does not fit."""
    try:
        return model.model_validate(document.value.get(key, {}))
    except ValidationError:
        return None


def one_of(kind: type[E]) -> BeforeValidator:
    """The value is one of the words of an enumeration; anything else gets the list of what is allowed."""

    def check(value: object) -> object:
        words = [one.value for one in kind]
        written = value.strip().lower() if isinstance(value, str) else value
        if written not in words:
            raise not_among(value, words)
        return kind(written)

    return BeforeValidator(check)


def not_among(
    value: object, allowed: Iterable[str], code: str = "not_allowed", *, pl: str = "", en: str = ""
) -> InvalidValue:
    """The error for a word that is not on a list, with the list and the word that was probably meant.

    Args:
        pl, en: what stands before the word, such as `Unknown key`.
    """
    words = list(allowed)
    listed = ", ".join(words)
    shown = "…" if isinstance(value, dict | list) else str(value or "")[:LONGEST_SHOWN]
    near = get_close_matches(shown.lower(), words, n=1)
    return InvalidValue(
        code,
        pl=f"{pl or 'Niedozwolone:'} „{shown}”; możliwe: {listed}." + (f" Czy chodziło o „{near[0]}”?" if near else ""),
        en=f"{en or 'Not allowed:'} “{shown}”; possible: {listed}." + (f" Did you mean “{near[0]}”?" if near else ""),
    )


def _not_empty(value: Sized) -> Sized:
    if not value:
        raise InvalidValue(
            "empty",
            pl="Lista jest pusta; potrzebna jest co najmniej jedna pozycja.",
            en="The list is empty; at least one entry is needed.",
        )
    return value


def _one_line(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not value.strip().isprintable():
        raise InvalidValue(
            "not_one_line",
            pl="To ma być tekst w jednym wierszu, bez niewidocznych znaków.",
            en="This must be text in one line, without invisible characters.",
        )
    return value.strip()


Line = Annotated[str, BeforeValidator(_one_line)]
"""Text in one line."""

NOT_EMPTY: Final = AfterValidator(_not_empty)
"""A list with something in it. Other than pydantic's `min_length`, it keeps quiet while an entry is wrong."""


def _explain(document: Document, model: type[BaseModel], error: Any) -> None:  # noqa: ANN401 - pydantic's ErrorDetails
    path: Place = tuple(error["loc"])
    kind: str = error["type"]
    if isinstance(raised := error.get("ctx", {}).get("error"), InvalidValue):
        document.problem(path, raised.code, pl=raised.pl, en=raised.en)
    elif kind == "missing":
        name = path[-1]
        document.problem(path[:-1], "missing", pl=f"Brakuje „{name}”.", en=f"“{name}” is missing.", at_key=True)
    elif kind == "extra_forbidden":
        unknown = not_among(path[-1], _fields_at(model, path[:-1]), pl="Nieznany klucz", en="Unknown key")
        document.problem(path, "unknown_key", pl=unknown.pl, en=unknown.en, at_key=True)
    else:
        context = error.get("ctx", {})
        pl, en = _SENTENCES.get(kind, _SENTENCES["other"])
        document.problem(path, kind, pl=pl.format(**context), en=en.format(**context))


_SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "int_parsing": ("To ma być liczba całkowita, np. 5 lub -3.", "This must be a whole number, such as 5 or -3."),
    "int_type": ("To ma być liczba całkowita, np. 5 lub -3.", "This must be a whole number, such as 5 or -3."),
    "bool_parsing": ("To ma być true (tak) albo false (nie).", "This must be true or false."),
    "bool_type": ("To ma być true (tak) albo false (nie).", "This must be true or false."),
    "string_type": ("To ma być tekst w jednym wierszu.", "This must be text in one line."),
    "too_short": ("Tu ma coś stać.", "This must not be empty."),
    "too_long": (
        "Tekst jest za długi: dozwolonych znaków jest {max_length}.",
        "The text is too long: {max_length} characters are allowed.",
    ),
    "greater_than_equal": ("Liczba musi wynosić co najmniej {ge}.", "The number must be at least {ge}."),
    "less_than_equal": ("Liczba może wynosić najwyżej {le}.", "The number may be at most {le}."),
    "list_type": ("To ma być lista, np. [a, b].", "This must be a list, such as [a, b]."),
    "tuple_type": ("To ma być lista, np. [a, b].", "This must be a list, such as [a, b]."),
    "set_type": ("To ma być lista, np. [a, b].", "This must be a list, such as [a, b]."),
    "frozen_set_type": ("To ma być lista, np. [a, b].", "This must be a list, such as [a, b]."),
    "model_type": ("Tu mają stać klucze z wartościami.", "This must be keys with values."),
    "model_attributes_type": ("Tu mają stać klucze z wartościami.", "This must be keys with values."),
    "other": ("Ta wartość nie jest tu dozwolona.", "This value is not allowed here."),
}


def _fields_at(model: type[BaseModel], path: Place) -> list[str]:
    """The names of the fields that may stand at a path of the model."""
    for step in path:
        if isinstance(step, str):
            model = _model_within(_fields(model)[step]) or model
    return list(_fields(model))


def _fields(model: type[BaseModel]) -> dict[str, object]:
    """Types of the fields by the names that they have in a file."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _model_within(annotation: object) -> type[BaseModel] | None:
    """The model that a field's type mentions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_within, get_args(annotation))), None)
