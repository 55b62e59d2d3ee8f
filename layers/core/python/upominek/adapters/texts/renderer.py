"""Messages from texts: SMS within their parts, e-mails from sections that are put into their layouts."""

import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Final, assert_never

from minijinja import TemplateError

from upominek.adapters.texts.engine import Engine, Sources, Template, not_rendered, sections
from upominek.adapters.texts.layouts import Layouts, transfer_image, transfer_payload
from upominek.adapters.texts.policy import Alphabet, Policy
from upominek.adapters.texts.sources import shipped
from upominek.adapters.texts.values import clean, drops, plain
from upominek.application.ports.texts import Rendered
from upominek.domain.errors import InvalidValue
from upominek.domain.language.languages import language_of
from upominek.domain.messages.sms import SmsParts, fitted, segments
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.texts.overrides import NO_OVERRIDES, Overrides, TextOverride, candidates
from upominek.domain.values.channel import Channel

SHORT_NAME: Final = 24
"""Characters that are left of a debtor's name where `shorten` gives up `name`."""

_MOST_COMPILED: Final = 2048
_CHANGING: Final = ("drop", "debtor")
"""Values that are not always the context's: they change while a text is made shorter."""


class TemplateRenderer:
    """Texts as they are shipped, or as a creditor wrote them instead."""

    def __init__(self, sources: Sources = shipped, *, refuses_holes: bool = False) -> None:
        """Args: refuses_holes: whether every value is looked at; else only where a text says `None` somewhere."""
        self._sources = sources
        self._refuses_holes = refuses_holes
        self._engine = Engine(sources, refuses_holes=refuses_holes, is_fast=not refuses_holes)
        self._layouts = Layouts(sources)
        self._compiled: dict[str, Template] = {}
        self._chosen: dict[tuple[str, ...], Template] = {}
        self._usual_level: dict[str, int] = {}

    def render(
        self,
        channel: Channel,
        template: str,
        context: MessageContext,
        overrides: Overrides = NO_OVERRIDES,
        *,
        with_images: bool = True,
    ) -> Rendered:
        """The message; its language, tone and kind are the context's.

        Args:
            with_images: whether images are wanted; drawing one takes longer than all the rest.

        Raises:
            InvalidValue: `template_not_found`, `template_invalid`, or `text_too_long` for any provider.
        """
        wanted = (str(channel), context.debtor.language, template, context.tone, context.kind)
        if not overrides.texts:
            usual = self._chosen.get(wanted) or self._choose(wanted)
            return self._message(channel, usual, context, with_images=with_images)
        failed: str | None = None
        for path in _paths(*wanted):
            if failed is None and (own := self._own(overrides, path)) is not None:
                try:
                    return self._message(channel, self._compile(*own), context, with_images=with_images)
                except InvalidValue:
                    failed = path  # the shipped text goes instead, and the reminder says so
            if (text := self._shipped(path)) is not None:
                rendered = self._message(channel, text, context, with_images=with_images)
                return replace(rendered, failed_override=failed) if failed else rendered
        raise _not_found(channel.value, template)

    def sections(
        self, channel: str, template: str, context: MessageContext, overrides: Overrides = NO_OVERRIDES
    ) -> Mapping[str, list[str]]:
        """The paragraphs of each section of a text, for whoever sets them himself, as letters are.

        Raises:
            InvalidValue: `template_not_found`, `template_invalid`.
        """
        tone = None if channel == "letter" else context.tone
        for path in _paths(channel, context.debtor.language, template, tone, context.kind):
            if (own := self._own(overrides, path)) is not None:
                with suppress(InvalidValue):  # `render` says so of the same message; what is shipped goes instead
                    return self._sections(self._compile(*own), context)
            if (text := self._shipped(path)) is not None:
                return self._sections(text, context)
        raise _not_found(channel, template)

    def _sections(self, text: Template, context: MessageContext) -> dict[str, list[str]]:
        context = _addressed(context, text)
        return sections(self._text(text, context, text.values(context)))

    # --- Texts in force ----------------------------------------------------------------------------------------------

    @staticmethod
    def _own(overrides: Overrides, path: str) -> tuple[str, str, str] | None:
        """Name, path and source of the creditor's own text."""
        own: TextOverride | None = overrides.texts.get(path)
        return None if own is None or own.source is None else (f"{path}@{own.sha256}", path, own.source)

    def _shipped(self, path: str) -> Template | None:
        known = self._compiled.get(path)
        if known is None and (source := self._sources(f"{path}.txt")) is not None:
            return self._compile(path, path, source)
        return known

    def _choose(self, wanted: tuple[str, str, str, str, str]) -> Template:
        """The shipped text that would do best. Raises: InvalidValue."""
        channel, _, template, _, _ = wanted
        found = next(filter(None, map(self._shipped, _paths(*wanted))), None)
        if found is None:
            raise _not_found(channel, template)
        self._chosen[wanted] = found
        return found

    def _compile(self, name: str, path: str, source: str) -> Template:
        if (known := self._compiled.get(name)) is not None:
            return known
        if len(self._compiled) >= _MOST_COMPILED:
            self._compiled.clear()
            self._chosen.clear()
            self._usual_level.clear()
            self._engine.forget()
        try:
            compiled = self._compiled[name] = self._engine.template(path, source, name=name)
        except TemplateError as error:
            raise not_rendered(path, error) from None
        return compiled

    def _text(self, text: Template, context: MessageContext, values: Mapping[str, object]) -> str:
        rendered = self._engine.render(text, values)
        if "None" in rendered and not self._refuses_holes:
            # Somebody's name, or a value that is not there? Looking at every value would cost half as much again.
            strict = self._strict.template(text.path, text.source)
            self._strict.render(
                strict, strict.values(context) | {name: values[name] for name in _CHANGING if name in values}
            )
        return rendered

    @cached_property
    def _strict(self) -> Engine:
        return Engine(self._sources, refuses_holes=True)

    # --- Channels ----------------------------------------------------------------------------------------------------

    def _message(self, channel: Channel, text: Template, context: MessageContext, *, with_images: bool) -> Rendered:
        context = _addressed(context, text)
        values = text.values(context)
        if channel is _SMS:
            return self._sms(text, context, values)
        match channel:
            case Channel.EMAIL:
                return self._email(text, context, values, with_images=with_images)
            case Channel.LETTER:
                # Its words, for the history and for plans; what is printed is set from the same sections.
                written = sections(self._text(text, context, values))
                return Rendered(text="\n\n".join(paragraph for part in written.values() for paragraph in part))
            case _:
                assert_never(channel)

    def _sms(self, text: Template, context: MessageContext, values: dict[str, object]) -> Rendered:
        if text.policy.shorten:
            parts = self._fitting(text, context, values)
        else:
            values["drop"] = _NOTHING_TO_DROP
            parts = counted(in_line(self._text(text, context, values)), text.policy)
        if parts.parts > 1 and parts.is_too_long:
            raise InvalidValue(
                "text_too_long",
                pl=f"SMS {text.path} miałby {parts.units} znaków ({parts.encoding}), więcej niż przyjmuje operator.",
                en=f"The SMS {text.path} would take {parts.units} units ({parts.encoding}), more than providers take.",
            )
        return Rendered(text=parts.text, parts=parts)

    def _fitting(self, text: Template, context: MessageContext, values: dict[str, object]) -> SmsParts:
        """The text with as little given up as makes it fit, or, where nothing does, with everything given up.

        Messages of one text mostly need the same, so the search begins where the last one ended. That finds the same
        level as a search from the start, because no text grows by giving up more; `checking` sees to that.
        """
        policy, last = text.policy, len(text.policy.shorten)

        def told(level: int) -> SmsParts:
            given = given_up(policy, level, context, values)
            return counted(in_line(self._text(text, context, given)), policy)

        level = min(self._usual_level.get(text.name, 0), last)
        parts = told(level)
        while parts.parts > policy.parts and level < last:
            level += 1
            parts = told(level)
        while level > 0 and (before := told(level - 1)).parts <= policy.parts:
            level, parts = level - 1, before
        self._usual_level[text.name] = level
        return parts

    def _email(
        self, text: Template, context: MessageContext, values: dict[str, object], *, with_images: bool
    ) -> Rendered:
        code = transfer_payload(context)
        if "has_code" in values:
            values["has_code"] = code is not None
        written = sections(self._text(text, context, values))
        language = text.path.split("/")[1]
        seen = replace(context, has_code=code is not None) if context.has_code else context
        subject, preheader = (" ".join(written.get(name, ())) for name in ("subject", "preheader"))
        said = {**written, "subject": subject, "preheader": preheader}
        plain_text, html = self._layouts.email(said, seen, language)
        return Rendered(
            text=plain_text,
            subject=subject,
            html=html,
            preheader=preheader,
            images=(transfer_image(code),) if code is not None and with_images else (),
        )


def _addressed(context: MessageContext, text: Template) -> MessageContext:
    """The context with the address in the text's language: nearly always the debtor's, else what stands in for it."""
    if text.language is language_of(context.debtor.language):
        return context
    return replace(context, address=text.language.address_form(context.debtor.first_name))


def given_up(policy: Policy, level: int, context: MessageContext, values: Mapping[str, object]) -> dict[str, object]:
    """The values with so many things given up of what the policy names."""
    given = {**values, "drop": drops(policy.shorten)[level]}
    if "debtor" in values and "name" in policy.shorten[:level]:
        given["debtor"] = plain(replace(context.debtor, name=shortened(context.debtor.name)))
    return given


def in_line(text: str) -> str:
    """The text in one line, with single spaces."""
    if text.isprintable() and "  " not in text and text.isascii():
        return text.strip(" ")
    return " ".join(clean(text).split())


_NOTHING_TO_DROP: Final = drops(())[0]
# Looking a member up in its class is no small part of an SMS.
_SMS: Final = Channel.SMS
_TRANSLITERATE: Final = Alphabet.TRANSLITERATE


def counted(text: str, policy: Policy) -> SmsParts:
    """The text in the letters that the policy asks for, with its parts."""
    if policy.letters is _TRANSLITERATE:
        return fitted(text)
    kept = segments(text if text.isascii() else unicodedata.normalize("NFC", text))
    if policy.letters is Alphabet.KEEP:
        return kept
    cheapest = fitted(text)
    return kept if kept.parts <= cheapest.parts else cheapest


def shortened(name: str | None) -> str | None:
    """The beginning of a long name, in whole words where the first is no longer than that."""
    if name is None or len(name) <= SHORT_NAME:
        return name
    beginning = name[: SHORT_NAME - 1]
    words = beginning.rpartition(" ")[0]
    return f"{(words or beginning).rstrip(' ,.-')}…"


@lru_cache(maxsize=4096)
def _paths(channel: str, language: str, name: str, tone: str | None, kind: str) -> tuple[str, ...]:
    return tuple(key.path for key in candidates(channel, language, name, tone, kind))


def _not_found(channel: str, template: str) -> InvalidValue:
    return InvalidValue(
        "template_not_found",
        pl=f"Nie ma tekstu „{template}” ({channel}).",
        en=f"There is no text “{template}” ({channel}).",
    )
