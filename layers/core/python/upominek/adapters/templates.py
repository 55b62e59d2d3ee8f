"""Templates made into texts by minijinja: sandboxed by construction, HTML escaped, no name left undefined.

A template is found as package data, `templates/<channel>/<language>/<name>`, wherever the package lies: in a layer, in
the repository, in a test. Each is compiled once in a process.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, reduce
from importlib.resources import files
from typing import Final, Literal

from minijinja import Environment, TemplateError

from upominek.application.ports import Rendered
from upominek.domain import english, polish
from upominek.domain.errors import InvalidValue
from upominek.domain.reminder import Channel
from upominek.domain.sms import segments, transliterate

DEFAULT_LANGUAGE: Final = "pl"
BREVITIES: Final = range(4)
"""An SMS is rendered with `brief` = 0; as long as it takes more than one part, again with the next."""

FILTERS: Final[Mapping[str, Callable[..., str]]] = {
    "plural": polish.plural,
    "long_amount": polish.long_amount,
    "short_amount": polish.short_amount,
    "long_date": polish.long_date,
    "short_date": polish.short_date,
    "english_amount": english.english_amount,
    "english_date": english.english_date,
}
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class TemplateRenderer:
    """Texts from the templates that are shipped with the product.

    Attributes:
        keeps_diacritics: send SMS as written, with ą and ł, at more than twice the price.
    """

    def __init__(self, *, keeps_diacritics: bool = False) -> None:
        self.keeps_diacritics = keeps_diacritics
        self._environment = Environment(
            loader=_source,
            filters=dict(FILTERS),
            undefined_behavior="strict",
            trim_blocks=True,
            lstrip_blocks=True,
            debug=False,  # its error texts would repeat the values, and those are personal data
        )

    def render(self, channel: Channel, template: str, language: str, context: Mapping[str, object]) -> Rendered:
        """The message in the language, or in Polish where there is no such text.

        Raises:
            InvalidValue: `template_not_found`, `template_invalid`.
        """
        folder = _folder(channel, template, language)
        if channel is Channel.SMS:
            return Rendered(text=self._sms(f"{folder}/{template}.txt", context))
        subject, text, html = (
            self._rendered(f"{folder}/{template}.{kind}", context) for kind in ("subject.txt", "txt", "html")
        )
        # A header ends where its line ends: nothing in a name or number may begin another one.
        # minijinja escapes slashes too; in quoted attributes and text they are harmless, and numbers stay searchable.
        html = html.replace("&#x2f;", "/")
        return Rendered(text=text.strip() + "\n", subject=_CONTROL.sub(" ", subject).strip(), html=html)

    def _sms(self, name: str, context: Mapping[str, object]) -> str:
        text = ""
        for brief in BREVITIES:
            text = " ".join(self._rendered(name, {**context, "brief": brief}).split())
            if not self.keeps_diacritics:
                text = transliterate(text)
            if segments(text).parts <= 1:
                break
        return text

    def _rendered(self, name: str, context: Mapping[str, object]) -> str:
        try:
            return self._environment.render_template(name, **context)
        except (TemplateError, AttributeError, TypeError, ValueError) as error:
            # What a filter says may repeat the value that it choked on.
            what = error.message if isinstance(error, TemplateError) else type(error).__name__
            raise InvalidValue(
                "template_invalid",
                pl=f"Szablon {name} nie daje się złożyć: {what}.",
                en=f"The template {name} does not render: {what}.",
            ) from None


def exists(channel: Channel, template: str, language: str) -> bool:
    """Whether there is a text of this name for the channel in this language, in all the parts that it needs."""
    kinds: tuple[Literal["txt", "subject.txt", "html"], ...] = ("txt",)
    if channel is Channel.EMAIL:
        kinds = ("txt", "subject.txt", "html")
    return all(_source(f"{channel.value}/{language}/{template}.{kind}") is not None for kind in kinds)


def _folder(channel: Channel, template: str, language: str) -> str:
    for spoken in (language, DEFAULT_LANGUAGE):
        if _NAME.fullmatch(template) and _NAME.fullmatch(spoken) and exists(channel, template, spoken):
            return f"{channel.value}/{spoken}"
    raise InvalidValue(
        "template_not_found",
        pl=f"Nie ma szablonu „{template}” ({channel.value}).",
        en=f"There is no template “{template}” ({channel.value}).",
    )


@cache
def _source(name: str) -> str | None:
    """What stands in the file below `templates/`; None when there is no such file."""
    path = reduce(lambda folder, step: folder / step, name.split("/"), files("templates"))
    return path.read_text(encoding="utf-8") if path.is_file() else None
