"""The texts themselves: every template in every language, for every kind of debtor and creditor."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from importlib.resources import files
from itertools import product

import pytest

from upominek.adapters.templates import TemplateRenderer, exists
from upominek.application.message_context import build_context
from upominek.application.ports import Rendered
from upominek.domain.campaign import Step
from upominek.domain.case import Case
from upominek.domain.creditor import Creditor
from upominek.domain.debtor import Debtor
from upominek.domain.errors import InvalidValue
from upominek.domain.invoice import Header, Invoice
from upominek.domain.money import Money
from upominek.domain.planning import Decision, DueInvoice, owed
from upominek.domain.reminder import Channel
from upominek.domain.sms import Encoding, segments

HOLES = re.compile(r"\b(None|none|undefined|True|False)\b|\{\{|\}\}|\(\)|: \.|\.\.|\S  \S| ,| \.")
TEMPLATES = ("before-due", "just-due", "overdue", "formal")
LANGUAGES = ("pl", "en")
TODAY = date(2026, 3, 10)
RURA = Creditor(
    id="rura",
    name="Hurtownia Hydrauliczna Rura Sp. z o.o.",
    nip="5261040828",
    account="PL61109010140000071219812874",
    reply_to="naleznosci@rura.example",
    contact_person="Małgorzata Wiśniewska",
    contact_phone="22 123 45 67",
    website="rura.example",
)
BARE = Creditor(id="um", name="Urząd Miasta Łódź")
MAILBOX = replace(BARE, reply_to="podatki@um.example")
ANNA = Debtor(id="D-1", name="Anna Kowalska", first_name="ANNA")
FIRM = Debtor(id="D-2", name="Instal-Bud <b>& syn</b>")
STRANGER = Debtor(id="D-3", name="Ngozi Okonjo", first_name="Ngozi")


def invoice(number: str, grosze: int, due_on: date, *, paid: int = 0, currency: str = "PLN", **more: str) -> Invoice:
    header = Header(
        at=datetime(2026, 1, 5, tzinfo=UTC),
        amount=Money(grosze, currency),
        due_on=due_on,
        paid=Money(paid, currency),
        **more,
    )
    return Invoice(creditor="rura", debtor="D-1", number=number, header=header)


ONE = (invoice("FV/2026/02/0123", 123456, date(2026, 3, 5)),)
PARTLY = (
    invoice("FV/2026/02/0123", 123456, date(2026, 3, 5), paid=100000, payment_link="https://pay.example/?a=1&b=2"),
)
THREE = (
    *ONE,
    invoice("FV/2026/02/0150", 50000, date(2026, 3, 6), account="27114020040000300201355387"),
    invoice("FK/77", 9900, date(2026, 2, 20), currency="EUR"),
)
TWENTY_TWO = tuple(invoice(f"FV/2026/{n:04}", 1000 * n, date(2026, 2, n)) for n in range(1, 23))


@dataclass(frozen=True, slots=True)
class Scene:
    """Who writes to whom about what."""

    creditor: Creditor
    debtor: Debtor
    invoices: tuple[Invoice, ...]
    credit: int = 0

    def context(self) -> Mapping[str, object]:
        case = Case(creditor="rura", debtor=self.debtor, credits={"KOR": Money(self.credit)} if self.credit else {})
        due = tuple(
            DueInvoice("D-1", one.number, one.header.due_on, one.outstanding)
            for one in self.invoices
            if one.header and one.outstanding
        )
        step = Step(offset_days=5, channels=(Channel.SMS,), template="overdue")
        decision = Decision(debtor="D-1", step=step, invoices=due, totals=owed(case, due))
        return build_context(self.creditor, case, decision, {o.number: o for o in self.invoices}, TODAY).as_mapping()

    def render(self, channel: Channel, template: str, language: str = "pl") -> Rendered:
        return TemplateRenderer().render(channel, template, language, self.context())


SCENES = [
    Scene(creditor, debtor, invoices, credit)
    for creditor, debtor, invoices, credit in product(
        (RURA, BARE, MAILBOX), (ANNA, FIRM, STRANGER), (ONE, PARTLY, THREE, TWENTY_TWO), (0, 5000)
    )
]
ALL = [(template, language) for template in TEMPLATES for language in LANGUAGES]


@pytest.mark.parametrize(("template", "language"), ALL)
def test_no_text_shouts_or_has_holes(template: str, language: str) -> None:
    for scene, channel in product(SCENES, Channel):
        rendered = scene.render(channel, template, language)
        for text in filter(None, (rendered.text, rendered.subject)):
            assert "!" not in text
            assert not HOLES.search(text), text
            # No word is shouted; what stands in capitals are numbers, currencies and the tax number.
            assert not re.search(r"\b(?!NIP\b|PLN\b|EUR\b|FV\b|FK\b)[A-ZĄĆĘŁŃÓŚŹŻ]{3,}\b", text), text
            assert "komornik" not in text.lower()
            assert "sąd" not in text.lower()


@pytest.mark.parametrize(("template", "language"), ALL)
def test_an_sms_is_one_part_and_says_who_what_how_much_and_whom_to_call(template: str, language: str) -> None:
    for scene in SCENES:
        text = scene.render(Channel.SMS, template, language).text
        parts = segments(text)
        assert (parts.encoding, parts.parts) == (Encoding.GSM_7, 1), text
        assert "\n" not in text
        assert not re.search(r"[a-z][.:,][A-Z]", text), text
        assert text.startswith(("Hurtownia Hydrauliczna Rura: ", "Urzad Miasta Lodz: "))
        if scene.creditor is RURA:
            assert "22 123 45 67" in text
        if scene.invoices is ONE and not scene.credit:
            assert "FV/2026/02/0123" in text
            assert ("1234,56 PLN" if language == "pl" else "PLN 1,234.56") in text
            assert ("05.03.2026" if language == "pl" else "5 March 2026") in text
        if scene.invoices is TWENTY_TWO:
            assert "22 faktur" in text or "22 invoices" in text or "22 overdue invoices" in text


@pytest.mark.parametrize(("template", "language"), ALL)
def test_an_email_has_everything_that_one_needs_to_pay_and_to_talk(template: str, language: str) -> None:
    for scene in SCENES:
        rendered = scene.render(Channel.EMAIL, template, language)
        assert rendered.html is not None
        assert rendered.subject
        for text in (rendered.text, rendered.html):
            for one in scene.invoices:
                assert one.number in text
            assert ("stan na 10 marca 2026" if language == "pl" else "as of 10 March 2026") in text
            if scene.creditor is RURA:
                assert "22 123 45 67" in text
                assert "61 1090 1014 0000 0712 1981 2874" in text
                assert "Małgorzata Wiśniewska" in text
            if scene.invoices is THREE and scene.creditor is RURA:
                assert "27 1140 2004 0000 3002 0135 5387" in text
            if scene.credit:
                assert ("Nadpłaty i korekty" if language == "pl" else "Overpayments") in text
        assert rendered.text.endswith("\n")
        assert "\n\n\n" not in rendered.text


@pytest.mark.parametrize(("template", "language"), ALL)
def test_the_html_is_well_formed_and_escapes_what_comes_from_outside(template: str, language: str) -> None:
    for scene in SCENES:
        html = scene.render(Channel.EMAIL, template, language).html or ""
        assert "<b>& syn" not in html
        if scene.debtor is FIRM:
            assert "Instal-Bud &lt;b&gt;&amp; syn&lt;" in html
        Tags().check(html)
        assert f'<html lang="{language}">' in html


def test_the_plural_of_invoices_is_right_in_polish() -> None:
    def subject(count: int) -> str:
        many = tuple(invoice(f"F/{n}", 100, date(2026, 2, 1)) for n in range(count))
        return Scene(RURA, ANNA, many).render(Channel.EMAIL, "just-due").subject or ""

    forms = {2: "2 faktury", 4: "4 faktury", 5: "5 faktur", 12: "12 faktur", 22: "22 faktury", 25: "25 faktur"}
    assert {count: subject(count).removeprefix("Przypomnienie o płatności: ") for count in forms} == forms


def test_who_is_known_by_name_is_addressed_by_it_and_nobody_wrongly() -> None:
    for template in ("before-due", "just-due", "overdue"):
        assert Scene(RURA, ANNA, ONE).render(Channel.EMAIL, template).text.startswith("Dzień dobry, Pani Anno,\n")
        assert Scene(RURA, STRANGER, ONE).render(Channel.EMAIL, template).text.startswith("Dzień dobry,\n")
        assert "Pani Anno, " in Scene(RURA, ANNA, ONE).render(Channel.SMS, template).text
        assert Scene(RURA, ANNA, ONE).render(Channel.EMAIL, template, "en").text.startswith("Hello Anna,\n")
    assert Scene(RURA, ANNA, ONE).render(Channel.EMAIL, "formal").text.startswith("Szanowna Pani,\n")
    assert Scene(RURA, FIRM, ONE).render(Channel.EMAIL, "formal").text.startswith("Szanowni Państwo,\n")
    assert Scene(RURA, FIRM, ONE).render(Channel.EMAIL, "formal", "en").text.startswith("Dear Sir or Madam,\n")


def test_nobody_is_invited_to_answer_where_nobody_reads() -> None:
    assert "odpisać" in Scene(RURA, ANNA, ONE).render(Channel.EMAIL, "overdue").text
    assert "odpisać" not in Scene(BARE, ANNA, ONE).render(Channel.EMAIL, "overdue").text
    assert "podatki@um.example" in Scene(MAILBOX, ANNA, ONE).render(Channel.EMAIL, "overdue").text


def test_an_invoice_that_was_partly_paid_shows_both_amounts_and_its_link() -> None:
    rendered = Scene(RURA, ANNA, PARTLY).render(Channel.EMAIL, "overdue")
    assert "234,56\u00a0zł (z 1\u00a0234,56\u00a0zł)" in rendered.text
    assert "całej kwoty" in rendered.text
    assert "https://pay.example/?a=1&b=2" in rendered.text
    assert 'href="https://pay.example/?a=1&amp;b=2"' in (rendered.html or "")


def test_a_link_that_is_no_web_address_is_no_link() -> None:
    evil = (invoice("FV/1", 100, date(2026, 3, 5), payment_link="javascript:alert(1)"),)
    rendered = Scene(RURA, ANNA, evil).render(Channel.EMAIL, "overdue")
    assert "javascript" not in rendered.text + (rendered.html or "")


def test_nothing_in_a_number_begins_a_second_header() -> None:
    evil = (invoice("FV/1\r\nBcc: all@firma.example", 100, date(2026, 3, 5)),)
    subject = Scene(RURA, ANNA, evil).render(Channel.EMAIL, "overdue").subject or ""
    assert subject == "Prośba o zapłatę: faktura FV/1 Bcc: all@firma.example"


def test_diacritics_are_kept_where_one_asks_for_them() -> None:
    context = Scene(RURA, ANNA, ONE).context()
    text = TemplateRenderer(keeps_diacritics=True).render(Channel.SMS, "overdue", "pl", context).text
    assert "zapłatę" in text


def test_a_language_without_texts_falls_back_to_polish() -> None:
    scene = Scene(RURA, ANNA, ONE)
    assert scene.render(Channel.SMS, "overdue", "uk") == scene.render(Channel.SMS, "overdue", "pl")
    assert exists(Channel.EMAIL, "overdue", "pl")
    assert not exists(Channel.EMAIL, "overdue", "uk")


@pytest.mark.parametrize("name", ["nope", "../pl/overdue", "_letter", "", "overdue.txt", "Overdue"])
def test_a_template_that_does_not_exist(name: str) -> None:
    for channel in Channel:
        with pytest.raises(InvalidValue) as caught:
            Scene(RURA, ANNA, ONE).render(channel, name)
        assert caught.value.code == "template_not_found"


@pytest.mark.parametrize("missing", ["totals", "sender", "invoice"])
def test_a_value_that_is_missing_is_an_error_that_repeats_no_value(missing: str) -> None:
    context = {name: value for name, value in Scene(RURA, ANNA, ONE).context().items() if name != missing}
    with pytest.raises(InvalidValue) as caught:
        TemplateRenderer().render(Channel.SMS, "overdue", "pl", context)
    assert caught.value.code == "template_invalid"
    assert "sms/pl/overdue.txt" in caught.value.pl
    assert caught.value.__cause__ is None


def test_a_value_of_the_wrong_kind_is_an_error_that_repeats_no_value() -> None:
    context = {**Scene(RURA, ANNA, ONE).context(), "totals": ["+48512345678"]}
    with pytest.raises(InvalidValue) as caught:
        TemplateRenderer().render(Channel.SMS, "overdue", "pl", context)
    assert "512345678" not in caught.value.en


def test_every_template_that_is_shipped_is_known_here() -> None:
    shipped = {
        path.name.removesuffix(".txt") for path in (files("templates") / "sms" / "pl").iterdir() if path.is_file()
    }
    assert shipped == set(TEMPLATES)
    for template, language in ALL:
        assert exists(Channel.SMS, template, language)
        assert exists(Channel.EMAIL, template, language)


class Tags(HTMLParser):
    """Checks that every element is closed where it was opened."""

    VOID = frozenset({"meta", "br"})

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

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
