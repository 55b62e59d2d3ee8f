"""What a text would say: in an invented case, or in a real one."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from upominek.adapters.reference_data.prices import load_prices
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.adapters.texts.samples import CREDITOR, samples
from upominek.application.ports.texts import Rendered
from upominek.bootstrap import Application
from upominek.domain.errors import InvalidValue, NotFound
from upominek.domain.parties.creditor import Creditor
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.texts.overrides import NO_OVERRIDES, Overrides, TextKey, TextOverride, fingerprint
from upominek.domain.values.channel import Channel, Tone
from upominek.settings import load

POLAND: Final = "+48"
"""Whose prices an invented case is reckoned with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewOptions:
    """What is to be shown.

    Attributes:
        source: a draft in place of the text in force.
        debtor: a case of the creditor; None for an invented one.
        sample: a part of an invented case's name.
    """

    key: TextKey
    source: str | None = None
    creditor: str | None = None
    debtor: str | None = None
    sample: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A message as it would be.

    Attributes:
        name: of the text that would go, which is not the one asked for where the case withholds what that claims.
        case: whose it is, in words.
        notes: what the reader should know.
    """

    key: TextKey
    name: str
    creditor: Creditor
    case: str
    rendered: Rendered
    cost: Decimal | None
    notes: tuple[str, ...] = ()


def preview_of(options: PreviewOptions, application: Application | None) -> Preview:
    """The message.

    Args:
        application: needed where a creditor is named.

    Raises:
        NotFound: no such creditor, case, text or sample.
        Refused: the case has nothing that the text could be about.
        InvalidValue: the text does not render.
    """
    key, owner, overrides = options.key, CREDITOR, NO_OVERRIDES
    if application and options.creditor:
        owner = application.show_creditors.one(options.creditor).creditor
        overrides = application.manage_texts.current(owner.id)
    if options.source is not None:
        overrides = _with_draft(overrides, key, options.source)
    if application and options.debtor:
        return _of_case(application, owner, options.debtor, key, overrides)
    name, context = _sample(key, owner, options.sample)
    rendered = rendered_as(key, key.name, context, overrides)
    return Preview(
        key=key,
        name=key.path,
        creditor=owner,
        case=name,
        rendered=rendered,
        cost=None if key.channel == "letter" else _price(rendered, POLAND),
    )


def data_of(preview: Preview) -> dict[str, Any]:
    """The shape of `upominek template preview --json`."""
    rendered = preview.rendered
    return {
        "text_name": preview.name,
        "case": preview.case,
        "subject": rendered.subject,
        "preheader": rendered.preheader,
        "text": rendered.text,
        "parts": rendered.parts.parts if rendered.parts else None,
        "units": rendered.parts.units if rendered.parts else None,
        "encoding": rendered.parts.encoding.value if rendered.parts else None,
        "cost": None if preview.cost is None else str(preview.cost),
        "cost_currency": load_prices(load().prices_file).currency,
        "notes": list(preview.notes),
        "html": None,
    }


def viewable_html(rendered: Rendered) -> str:
    """The HTML of an e-mail with its pictures inside, so that a browser shows it as a mail program would."""
    html = rendered.html or ""
    for image in rendered.images:
        data = f"data:{image.media_type};base64,{b64encode(image.content).decode()}"
        html = html.replace(f"cid:{image.content_id}", data)
    return html


def weighed(
    key: TextKey, source: str, owner: Creditor, before: Overrides
) -> Iterator[tuple[str, tuple[int, Decimal] | None, tuple[int, Decimal] | None]]:
    """For each sample, parts and cost with the text as it is and with the new source; None where it does not go."""
    after = _with_draft(before, key, source)
    for sample in samples(key, owner):
        yield sample.name, _weight(key, sample.context, before), _weight(key, sample.context, after)


def rendered_as(key: TextKey, name: str, context: MessageContext, overrides: Overrides) -> Rendered:
    """The message of the key's channel; a letter's sections one under the other."""
    renderer = TemplateRenderer()
    if key.channel == "letter":
        sections = renderer.sections("letter", name, context, overrides)
        return Rendered(text="\n\n".join(one for paragraphs in sections.values() for one in paragraphs))
    rendered = renderer.render(Channel(key.channel), name, context, overrides)
    if rendered.failed_override:
        raise InvalidValue(
            "template_invalid",
            pl=f"Tekst {rendered.failed_override} nie daje się złożyć; co i gdzie, powie upominek template check.",
            en=f"The text {rendered.failed_override} does not render; upominek template check says what and where.",
        )
    return rendered


def _of_case(application: Application, owner: Creditor, debtor: str, key: TextKey, overrides: Overrides) -> Preview:
    if key.channel == "letter":
        raise InvalidValue(
            "letter_preview",
            pl="Pismo w prawdziwej sprawie pokazuje polecenie upominek letter.",
            en="A letter in a real case is shown by the command upominek letter.",
        )
    channel = Channel(key.channel)
    tone = Tone(key.tone) if key.tone else None
    decision, context = application.preview_text(owner.id, debtor, channel=channel, name=key.name, tone=tone)
    notes = []
    if decision.withheld:
        notes.append(
            f"the case does not allow {key.name} ({', '.join(decision.withheld)}): {decision.template} would go"
        )
    if key.kind or key.language != context.debtor.language:
        notes.append(f"the case decides: {context.kind}, in {context.debtor.language}")
    rendered = rendered_as(key, decision.template, context, overrides)
    name = replace(key, name=decision.template, tone=context.tone, language=context.debtor.language, kind=None).path
    return Preview(
        key=key,
        name=name,
        creditor=owner,
        case=f"{debtor}, {len(decision.invoices)} invoices",
        rendered=rendered,
        cost=_price(rendered, next((phone.e164 for phone in context.debtor.phones), POLAND)),
        notes=tuple(notes),
    )


def _sample(key: TextKey, owner: Creditor, wanted: str | None) -> tuple[str, MessageContext]:
    known = samples(key, owner)
    for one in known:
        if wanted is None or wanted.casefold() in one.name.casefold():
            return one.name, one.context
    names = "; ".join(one.name for one in known)
    raise NotFound(
        "sample_not_found",
        pl=f"Nie ma przykładu „{wanted}” dla tego tekstu. Są: {names}.",
        en=f"There is no sample “{wanted}” for this text. There are: {names}.",
    )


def _with_draft(overrides: Overrides, key: TextKey, source: str) -> Overrides:
    at = datetime(2026, 1, 1, tzinfo=UTC)  # a draft has no time yet, and nobody looks at it
    draft = TextOverride(key=key, source=source, version=1, sha256=fingerprint(source), by="draft", at=at)
    return Overrides({**overrides.texts, key.path: draft})


def _weight(key: TextKey, context: MessageContext, overrides: Overrides) -> tuple[int, Decimal] | None:
    try:
        rendered = rendered_as(key, key.name, context, overrides)
    except InvalidValue:
        return None
    return rendered.parts.parts if rendered.parts else 0, _price(rendered, POLAND)


def _price(rendered: Rendered, number: str) -> Decimal:
    prices = load_prices(load().prices_file)
    return prices.of_sms(number, rendered.parts.parts) if rendered.parts else prices.email
