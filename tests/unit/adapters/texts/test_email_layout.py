"""The layout of e-mails: compiled from its source, well formed, small enough, and the same in HTML and plain text."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from typing import Final

import pytest

from tests import mails
from tools import email_layout
from upominek.adapters.texts.layouts import Layouts, transfer_payload
from upominek.adapters.texts.sources import shipped
from upominek.domain.texts.message_context import MessageContext

GMAIL_CLIPS_AT: Final = 102 * 1024
"""Bytes. Source: Gmail shows "[Message clipped]" behind them; known from practice, Google states no figure."""

ONE: Final = mails.context()
EVIL: Final = "<b>\"'&{{ 7 * 7 }}</b>"
MESSAGES: Final[Mapping[str, MessageContext]] = {
    "one": ONE,
    "claiming": mails.claiming(),
    "sixty": mails.sixty(),
    "two currencies": mails.context(mails.line("FV/1", 1000), mails.line("FV/2", 999, currency="EUR")),
    "own accounts": mails.context(
        mails.line("FV/1", 1000), mails.line("FV/2", 999, account=mails.OTHER_ACCOUNT), has_code=False
    ),
    "no account": mails.context(
        mails.line("FV/1", 1000, account=None), creditor=replace(mails.CREDITOR, account=None, nip=None, address=())
    ),
    "evil": mails.context(
        mails.line(EVIL, 100, payment_link='https://pay.example/"><script>'),
        creditor=replace(mails.CREDITOR, name=EVIL, website=EVIL, contact_phone=EVIL, address=(EVIL,)),
        debtor=replace(mails.ANNA, name=EVIL),
        transfer_title=EVIL,
    ),
}


def rendered(context: MessageContext, language: str = "pl") -> tuple[str, str]:
    return Layouts(shipped).email(mails.WORDS[language], context, language)


def each_word(*texts: str) -> set[str]:
    return {word for text in texts for word in re.findall(r"\w+", text)}


@pytest.fixture(params=list(MESSAGES))
def context(request: pytest.FixtureRequest) -> MessageContext:
    return MESSAGES[request.param]


@pytest.fixture(params=["pl", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_what_is_shipped_is_what_the_source_compiles_to() -> None:
    assert email_layout.RESULT.read_text(encoding="utf-8") == email_layout.compiled(), "run `make texts`"


def test_the_compiler_leaves_every_placeholder_as_it_is() -> None:
    source, html = (path.read_text(encoding="utf-8") for path in (email_layout.SOURCE, email_layout.RESULT))
    placeholders = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
    # The page names language and subject a second time, for those who listen to it.
    assert set(placeholders.findall(html)) == set(placeholders.findall(source))
    assert len(placeholders.findall(html)) == len(placeholders.findall(source)) + 2


def test_both_languages_have_the_same_labels_and_all_are_used() -> None:
    polish, english = (
        tomllib.loads((files("templates") / "email" / spoken / "labels.toml").read_text(encoding="utf-8"))
        for spoken in ("pl", "en")
    )
    used = set(re.findall(r"labels\.(\w+)", f"{shipped('email/layout.html')}{shipped('email/layout.txt')}"))
    assert polish.keys() == english.keys() == used


def test_every_element_is_closed_where_it_was_opened(context: MessageContext, language: str) -> None:
    _, html = rendered(context, language)
    Tags().check(html)
    # Outlook reads other elements, in comments; together they make sense too.
    Tags().check(re.sub(r"<!--\[if (?:mso \| IE|mso|lte mso 11)\]>|<!\[endif\]-->", "", html))


def test_html_and_plain_text_say_the_same(context: MessageContext, language: str) -> None:
    text, html = rendered(context, language)
    words = Words()
    words.feed(html)
    seen, written = each_word(words.text), each_word(text)
    labels = tomllib.loads(shipped(f"email/{language}/labels.toml") or "")
    # Links are named in one and spelled out in the other; the text has in each line what is a heading of the table.
    only_one = each_word(*labels.values(), *(line.payment_link or "" for line in context.invoices))
    assert seen ^ written <= only_one


def test_what_comes_from_outside_is_text_in_html(language: str) -> None:
    _, html = rendered(MESSAGES["evil"], language)
    assert "<b>&quot;" not in html
    assert '<b>"' not in html
    assert "<script" not in html
    assert "&lt;b&gt;&quot;&#x27;&amp;{{ 7 * 7 }}&lt;/b&gt;" in html


def test_nothing_is_fetched_from_elsewhere(context: MessageContext) -> None:
    _, html = rendered(context)
    sources = re.findall(r"""(?:src|background)\s*=\s*"([^"]*)"|url\(([^)]*)\)|@import""", html)
    assert set(sources) == ({("cid:transfer-code", "")} if context.has_code and context.account else set())
    assert "<link" not in html


def test_a_mail_program_shows_sixty_invoices_in_one_piece(language: str) -> None:
    _, html = rendered(MESSAGES["sixty"], language)
    assert len(html.encode()) < GMAIL_CLIPS_AT * 0.85


def test_layout_tables_are_no_tables_to_those_who_listen(context: MessageContext) -> None:
    _, html = rendered(context)
    tables = re.findall(r"<table[^>]*>", html)
    assert sum('role="presentation"' not in table for table in tables) == 1
    assert '<html lang="pl"' in html
    assert 'role="article"' in html


def test_amounts_and_days_are_written_as_the_language_does() -> None:
    for text in rendered(mails.claiming()):
        for expected in ("4\u00a0520,10\u00a0zł", "15\u00a0141,25\u00a0zł", "10 marca 2026", "24.01.2026"):
            assert expected in text
    for text in rendered(mails.claiming(), "en"):
        for expected in ("PLN\u00a04,520.10", "PLN\u00a015,141.25", "10 March 2026", "24 January 2026"):
            assert expected in text


def test_interest_and_compensation_are_named_only_where_they_are_claimed() -> None:
    asked = mails.claiming()
    mentioned = replace(asked, claims_interest=False, claims_compensation=False, grand_totals=asked.totals)
    for text in rendered(asked):
        assert "Odsetki za opóźnienie" in text
        assert "Rekompensata" in text
        assert ("98,99" in text, "337,60" in text, "78,01" in text) == (True, True, True)
    for text in rendered(mentioned):
        assert "odsetki" not in text.lower()
        assert "Rekompensata" not in text
        assert ("98,99" in text, "337,60" in text, "78,01" in text) == (False, False, False)


def test_several_accounts_stand_by_their_invoices_and_not_below() -> None:
    for text in rendered(MESSAGES["own accounts"]):
        assert f"rachunek {mails.ACCOUNT}" in text.replace("rachunek: ", "rachunek ")
        assert f"rachunek {mails.OTHER_ACCOUNT}" in text.replace("rachunek: ", "rachunek ")
        assert "Dane do przelewu" not in text


def test_the_amount_to_transfer_is_named_only_where_there_is_one() -> None:
    assert "Kwota: 1\u00a0234,56\u00a0zł" in rendered(ONE)[0]
    assert "Kwota" not in rendered(MESSAGES["two currencies"])[0]


def test_a_link_leads_where_the_invoice_says() -> None:
    one = mails.context(mails.line("FV/1", 100, payment_link="https://pay.example/?a=1&b=2"))
    text, html = rendered(one)
    assert "Zapłać online: https://pay.example/?a=1&b=2" in text
    assert html.count('href="https://pay.example/?a=1&amp;b=2"') == 1
    assert rendered(ONE)[1].count("Zapłać online") == 0


def test_the_code_asks_for_what_the_message_asks_for() -> None:
    assert transfer_payload(mails.claiming()) == (
        "5261040828|PL|61109010140000071219812874|1514125|Hurtownia Hydraulicz|FV/2026/01/0088, FV/2026/02/0107|||"
    )
    assert transfer_payload(mails.context(has_code=False)) is None
    assert transfer_payload(MESSAGES["two currencies"]) is None
    assert transfer_payload(mails.context(mails.line("FV/1", 100, account="DE89 3704 0044 0532 0130 00"))) is None


def test_the_phone_can_be_called_and_the_contact_written_to() -> None:
    _, html = rendered(ONE)
    assert 'href="tel:221234567"' in html
    assert 'href="mailto:naleznosci@rura.example"' in html
    assert 'href="https://rura.example"' in html


class Words(HTMLParser):
    """The text of a page, with the descriptions of its images and without what stands in its head."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._is_body = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's
        self._is_body = self._is_body or tag == "h1"
        self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data if self._is_body else ""


class Tags(HTMLParser):
    """Checks that every element is closed where it was opened."""

    VOID = frozenset({"meta", "br", "img", "o:allowpng"})

    def __init__(self) -> None:
        super().__init__()
        self._open: list[str] = []

    def check(self, html: str) -> None:
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Closed at once."""

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
