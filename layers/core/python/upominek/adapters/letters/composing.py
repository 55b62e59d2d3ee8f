"""A letter's parts put in order: sections of its text, tables, payment details, forms.

What comes out is what `templates/letter/layout.typ` describes: values only, which typst never reads as source.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, assert_never

from upominek.adapters.letters import tables
from upominek.adapters.letters.glyphs import printable
from upominek.adapters.letters.tables import Block
from upominek.adapters.letters.writing import Writing, writing
from upominek.domain.errors import InvalidValue
from upominek.domain.language.language import Language
from upominek.domain.letters.content import LetterContent
from upominek.domain.letters.letter import envelope_lines, place_of
from upominek.domain.messages.transfer_code import transfer_code, whole_numbers
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.values.money import Money

Sections = Mapping[str, Sequence[str]]
Draw = Callable[[str], str]
"""From the payload of a transfer code to its SVG."""

_DEMAND: Final = (
    *("greeting", "opening", "*invoices", "demand", "*payment", "consequence", "closing", "|", "contact", "*signoff"),
)
_NOTE: Final = tuple("*interest" if part == "*invoices" else part for part in _DEMAND)
_BALANCE: Final = (
    *("greeting", "opening", "*invoices", "demand", "contact", "*signoff", "|", "*tear-off"),
    *("#answer", "answer", "*choices", "*debtor-signs", "*note"),
)
_AGREEMENT: Final = (
    *("parties", "#claim", "claim", "*invoices", "#plan", "plan", "*instalments", "*payment"),
    *("#terms", "terms", "#delay", "delay", "#acknowledgement", "acknowledgement", "#closing", "closing", "*both-sign"),
)
PARTS: Final[Mapping[LetterKind, tuple[str, ...]]] = {
    LetterKind.REMINDER: _DEMAND,
    LetterKind.DEMAND: _DEMAND,
    LetterKind.FINAL_DEMAND: _DEMAND,
    LetterKind.REGISTER_WARNING: _DEMAND,
    LetterKind.INTEREST_NOTE: _NOTE,
    LetterKind.BALANCE_CONFIRMATION: _BALANCE,
    LetterKind.INSTALMENT_AGREEMENT: _AGREEMENT,
}
"""What stands in a letter, in order: a section's name, `#` a heading, `*` what is made from data.

From `|` on it is one piece, which no page parts: nobody should find a signature alone, or tear an answer in two.
"""


def compose(content: LetterContent, sections: Sections, draw: Draw) -> tuple[Block, str]:
    """The letter as data, and the characters in it that cannot be printed.

    Args:
        sections: of the letter's text, each a list of paragraphs.
        draw: makes the picture of a transfer code.
    """
    context = content.context
    words = writing(context.debtor.language)
    letter = {
        "language": words.language.code,
        "title": " ".join(sections["title"]),
        "window": content.window.value,
        "letterhead": [context.creditor.name, *context.creditor.address],
        "sender": ", ".join([context.creditor.name, *context.creditor.address]),
        "dispatch": words.labels["dispatch"] if content.is_registered else None,
        "recipient": [context.debtor.name or context.debtor.id, *envelope_lines(context.debtor.address)],
        "reference": _reference(context, words),
        "body": list(_body(content, sections, words, draw)),
        "footer": _footer(context),
    }
    missing: list[str] = []
    return _printed(letter, words.language, missing), "".join(dict.fromkeys(missing))


def _body(content: LetterContent, sections: Sections, words: Writing, draw: Draw) -> Iterator[Block]:
    parts = PARTS[content.kind]
    cut = parts.index("|") if "|" in parts else len(parts)
    for part in parts[:cut]:
        yield from _part(part, content, sections, words, draw)
    if kept := [one for part in parts[cut + 1 :] for one in _part(part, content, sections, words, draw)]:
        yield {"is": "together", "blocks": kept}


def _part(part: str, content: LetterContent, sections: Sections, words: Writing, draw: Draw) -> Iterator[Block]:
    name = part.lstrip("#*")
    if part.startswith("#"):
        yield {"is": "heading", "text": words.labels[f"heading_{name}"]}
    elif part.startswith("*"):
        yield from _MADE[name](content, sections, words, draw)
    else:
        yield from ({"is": "paragraph", "text": text} for text in sections.get(name, ()))


def _payment(content: LetterContent, _: Sections, words: Writing, draw: Draw) -> Iterator[Block]:
    context, labels = content.context, words.labels
    title, sums = _title(content, words), content.sums
    is_in_parts = content.kind.traits.is_in_parts
    rows = [
        [labels["recipient"], context.creditor.name],
        [labels["account"], context.account or labels["accounts_above"]],
        *([labels["sum"], labels["each_sum"] if is_in_parts else words.amount(one)] for one in sums),
        [labels["title"], title],
    ]
    if context.pay_by and not is_in_parts:
        rows.append([labels["pay_by"], words.day(context.pay_by)])
    if context.invoice and context.invoice.payment_link and not content.kind.traits.is_for_interest:
        rows.append([labels["pay_online"], context.invoice.payment_link])
    if context.account is None and not any(line.account for line in context.invoices):
        return  # nobody knows where to pay: the letter asks to get in touch instead
    payload = None if is_in_parts or len(sums) != 1 else _payload(context, sums[0], title)
    yield {
        "is": "payment",
        "title": labels["payment"],
        "rows": rows,
        "code": draw(payload) if payload else None,
        "alt": labels["code"],
        "caption": labels["code_caption"],
    }


def _title(content: LetterContent, words: Writing) -> str:
    """What to write on the transfer."""
    context = content.context
    match content.kind:
        case LetterKind.INTEREST_NOTE:
            return f"{words.labels['note_title']} {context.as_of.isoformat()}, {context.debtor.id}"
        case LetterKind.INSTALMENT_AGREEMENT:
            return f"{words.labels['instalment_title']} {context.debtor.id}"
        case (
            LetterKind.REMINDER
            | LetterKind.DEMAND
            | LetterKind.FINAL_DEMAND
            | LetterKind.REGISTER_WARNING
            | LetterKind.BALANCE_CONFIRMATION
        ):
            return context.transfer_title
        case _:
            assert_never(content.kind)


def _payload(context: MessageContext, amount: Money, title: str) -> str | None:
    """What the QR code says; None where there can be none, as for foreign accounts and currencies."""
    if context.account is None:
        return None
    try:
        return transfer_code(context.creditor.nip, context.account, amount, context.creditor.name, whole_numbers(title))
    except InvalidValue:
        return None


def _signoff(_: LetterContent, sections: Sections, __: Writing, ___: Draw) -> Iterator[Block]:
    first, *lines = sections.get("signoff", [""])
    yield {"is": "signoff", "text": first, "lines": lines}


def _choices(_: LetterContent, sections: Sections, __: Writing, ___: Draw) -> Iterator[Block]:
    """Each paragraph is something to tick; one that ends with a colon leaves room to write."""
    items = [{"text": text, "blank": text.endswith(":")} for text in sections.get("choices", ())]
    yield {"is": "choices", "items": items}


def _debtor_signs(content: LetterContent, _: Sections, words: Writing, __: Draw) -> Iterator[Block]:
    yield {"is": "signatures", "parties": [_party("answering", _name(content.context), words)]}


def _both_sign(content: LetterContent, _: Sections, words: Writing, __: Draw) -> Iterator[Block]:
    creditor = _party("creditor", content.context.creditor.name, words)
    yield {"is": "signatures", "parties": [creditor, _party("debtor", _name(content.context), words)]}


def _notes(_: LetterContent, sections: Sections, __: Writing, ___: Draw) -> Iterator[Block]:
    yield from ({"is": "note", "text": text} for text in sections.get("note", ()))


_MADE: Final[Mapping[str, Callable[[LetterContent, Sections, Writing, Draw], Iterator[Block]]]] = {
    "invoices": lambda content, _, words, __: iter((tables.invoices(content, words),)),
    "interest": lambda content, _, words, __: iter((tables.interest(content, words),)),
    "instalments": lambda content, _, words, __: iter((tables.instalments(content, words),)),
    "payment": _payment,
    "signoff": _signoff,
    "tear-off": lambda _, __, words, ___: iter(({"is": "tear-off", "text": words.labels["cut"]},)),
    "choices": _choices,
    "debtor-signs": _debtor_signs,
    "both-sign": _both_sign,
    "note": _notes,
}


def _party(label: str, name: str, words: Writing) -> Block:
    return {"title": words.labels[label], "name": name, "caption": words.labels["signature"]}


def _name(context: MessageContext) -> str:
    return context.debtor.name or context.debtor.id


def _reference(context: MessageContext, words: Writing) -> list[list[str]]:
    creditor, labels = context.creditor, words.labels
    place = place_of(creditor.address)
    day = words.day(context.as_of)
    said = (
        ("date", f"{place}, {day}" if place else day),
        ("case", context.debtor.id),
        ("clerk", creditor.contact_person),
        ("phone", creditor.contact_phone),
        ("email", creditor.reply_to),
    )
    return [[labels[name], value] for name, value in said if value]


def _footer(context: MessageContext) -> list[str]:
    creditor = context.creditor
    first = ", ".join([creditor.name, *creditor.address])
    second = " · ".join(
        part
        for part in (f"NIP {creditor.nip}" if creditor.nip else None, creditor.contact_phone, creditor.website)
        if part
    )
    return [line for line in (first, second) if line]


def _printed(value: Any, language: Language, missing: list[str], name: str = "") -> Any:  # noqa: ANN401 - JSON
    """The data with every text as it can be set; drawings stay as they are."""
    match value:
        case str() if name in {"is", "code", "align", "window", "language"}:
            return value
        case str():
            text, unknown = _as_set(value, language)
            missing.extend(unknown)
            return text
        case dict():
            return {key: _printed(one, language, missing, key) for key, one in value.items()}
        case list():
            return [_printed(one, language, missing, name) for one in value]
        case _:
            return value


@lru_cache(maxsize=4096)
def _as_set(value: str, language: Language) -> tuple[str, str]:
    # Cached, since half of it is the same in all letters.
    lines = [printable(line) for line in value.split("\n")]
    text = "\n".join(line for line, _ in lines)
    return language.bound(text), "".join(unknown for _, unknown in lines)
