"""The shipped texts: what each must say, to whom, in which words, in Polish and English that holds for every case."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import mails
from upominek.adapters.texts.policy import read_policy
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.adapters.texts.samples import Sample, samples
from upominek.adapters.texts.sources import shipped, shipped_texts
from upominek.application.ports.texts import Rendered
from upominek.domain.language.first_names import address_form
from upominek.domain.language.languages import LANGUAGES
from upominek.domain.messages.sms import Encoding, segments, transliterate
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.planning.occasions import asks_for_payment
from upominek.domain.texts.message_context import MessageContext, NextStep, RegisterWarning
from upominek.domain.texts.overrides import TONES, TextKey
from upominek.domain.values.channel import Channel
from upominek.domain.values.money import Money

TODAY: Final = mails.TODAY
INVOICES: Final = ("before-due", "due-today", "just-due", "overdue", "demand", "register-warning", "final-demand")
TAXES: Final = ("tax-before-due", "tax-just-due", "tax-overdue", "tax-final")
WORDED: Final = ("pl", "en")
"""The languages whose words are looked at more closely here."""
IN_TWO_PARTS: Final = {"register-warning", "final-demand", "tax-final"}

KEYS: Final = [key for channel in ("sms", "email") for key in shipped_texts(channel)]
SMS: Final = [key for key in KEYS if key.channel == "sms"]
EMAILS: Final = [key for key in KEYS if key.channel == "email"]
DEMANDS: Final = [key for key in EMAILS if asks_for_payment(key.name)]
RENDERER: Final = TemplateRenderer()
plural: Final = LANGUAGES["pl"].plural

SHOP: Final = Creditor(
    id="rura",
    name="Hurtownia Rura",
    nip="5261040828",
    account="PL61109010140000071219812874",
    reply_to="biuro@rura.example",
    contact_person="Anna Zielińska",
    contact_phone="22 100 20 30",
)
CONTACT: Final = "Anna Zielińska, 22 100 20 30"
FIRM: Final = mails.FIRM
SCHOOL: Final = Debtor(id="D-3", name="Szkoła Podstawowa nr 2 w Lipowej", kind=DebtorKind.PUBLIC)
REGISTER: Final = RegisterWarning(
    bureau="Rejestr Przykładowy BIG S.A.", seat="ul. Wzorcowa 1, 00-001 Warszawa", lawful_from=date(2026, 4, 13)
)

HOLES: Final = re.compile(
    r"  | [,.;:?](?!\S)|[,;:]{2}|\.\.|,\.|:\.|\(\)|\( "  # a sign after a space, two together, an empty bracket
    r"|[a-ząćęłńóśźż][.?](?=[A-ZŻŚŁ][a-zżśł])"  # two sentences without a space between them
    r"|[{}%]\}|\{[{%]|\bNone\b|\bTrue\b|\bFalse\b"  # what was not filled in
)


def told(context: MessageContext, key: TextKey) -> MessageContext:
    """The context as it is when the text is chosen."""
    return replace(context, tone=key.tone or "neutral", debtor=replace(context.debtor, language=key.language))


def render(key: TextKey, context: MessageContext) -> Rendered:
    return RENDERER.render(Channel(key.channel), key.name, told(context, key), with_images=False)


def case(*lines: object, debtor: Debtor = mails.ANNA, creditor: Creditor = SHOP, **changes: object) -> MessageContext:
    """A message of the shop to the debtor, whose kind it takes."""
    consumer = debtor is mails.ANNA
    return mails.context(
        *lines,  # type: ignore[arg-type]
        **{
            "creditor": creditor,
            "sender": creditor.name,
            "contact": CONTACT,
            "debtor": debtor,
            "kind": "consumer" if consumer else debtor.kind.value,
            "is_consumer": consumer,
            "address": address_form(debtor.first_name),
            **changes,
        },
    )


def key_of(channel: str, name: str, tone: str = "neutral", language: str = "pl") -> TextKey:
    return TextKey(channel=channel, language=language, name=name, tone=tone)


def words(key: TextKey, context: MessageContext) -> str:
    """Everything that is said, in one line."""
    rendered = render(key, context)
    return " ".join(f"{rendered.subject or ''} {rendered.preheader or ''} {rendered.text}".split())


def of_its_kind(key: TextKey, context: MessageContext) -> MessageContext:
    """The context as it is for those whom the text is for."""
    debtor = {"public": SCHOOL, "business": FIRM}.get(key.kind or "", mails.ANNA)
    return replace(context, debtor=debtor, kind=key.kind or "consumer", is_consumer=debtor is mails.ANNA)


def plain(text: str) -> str:
    """In the letters of a plain SMS, with plain spaces."""
    return transliterate(text).replace("\xa0", " ")


@cache
def rendered_samples(key: TextKey) -> tuple[tuple[Sample, Rendered], ...]:
    return tuple((one, render(key, one.context)) for one in samples(key))


def paths(keys: list[TextKey]) -> list[str]:
    return [key.path for key in keys]


each_text = pytest.mark.parametrize("key", KEYS, ids=paths(KEYS))
each_sms = pytest.mark.parametrize("key", SMS, ids=paths(SMS))
each_email = pytest.mark.parametrize("key", EMAILS, ids=paths(EMAILS))
each_demand_by_email = pytest.mark.parametrize("key", DEMANDS, ids=paths(DEMANDS))
each_tone = pytest.mark.parametrize("tone", TONES)
each_language = pytest.mark.parametrize("language", WORDED)


# --- What there is ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["sms", "email"])
@each_language
def test_there_is_a_text_of_every_name_in_every_tone(channel: str, language: str) -> None:
    texts = [key for key in shipped_texts(channel) if key.language == language and key.kind is None]
    found = {(key.name, key.tone) for key in texts if asks_for_payment(key.name)}
    assert found == {(name, tone) for name in (*INVOICES, *TAXES) for tone in TONES}


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_both_languages_have_the_same_texts_for_the_same_debtors(channel: str) -> None:
    polish, english = (
        {(key.name, key.tone, key.kind) for key in shipped_texts(channel) if key.language == language}
        for language in WORDED
    )
    assert polish == english


@pytest.mark.parametrize("folder", ["sms/pl", "sms/en", "email/pl", "email/en"])
def test_every_shared_piece_is_used(folder: str) -> None:
    written = {one.name: one.read_text(encoding="utf-8") for one in (files("templates") / folder).iterdir()}
    sources = [source for name, source in written.items() if name.endswith(".txt")]
    pieces = {f"{folder}/{name}" for name in written if name.startswith("_")}
    assert {one for one in pieces if not any(f'"{one}"' in source for source in sources)} == set()


# --- Every text, every sample -----------------------------------------------------------------------------------------


def said(rendered: Rendered) -> Iterator[str]:
    """What is read, line by line: subject, preheader, and the text without the table and the footer."""
    yield from filter(None, (rendered.subject, rendered.preheader))
    yield from rendered.text.replace("\u00a0", " ").split("\n-- \n")[0].splitlines()


@each_text
def test_no_case_leaves_a_hole_or_shouts(key: TextKey) -> None:
    for sample, rendered in rendered_samples(key):
        if "syntax of templates" in sample.name:
            continue  # it holds brackets on purpose
        for row in said(rendered):
            assert not HOLES.search(row.strip()), (sample.name, row)
            assert "!" not in row, (sample.name, row)


@each_sms
def test_an_sms_has_no_more_parts_than_it_promises(key: TextKey) -> None:
    limit = read_policy(shipped(f"{key.path}.txt") or "").parts
    assert limit == (2 if key.name in IN_TWO_PARTS else 1)
    for sample, rendered in rendered_samples(key):
        parts = segments(rendered.text)
        if "Cyrillic" in sample.name or "right to left" in sample.name:
            assert parts.parts <= limit, sample.name  # such a name is not in an SMS, so it costs nothing
        assert (parts.encoding, parts.parts <= limit) == (Encoding.GSM_7, True), (sample.name, rendered.text)


@each_sms
def test_an_sms_says_who_what_how_much_when_and_whom_to_call(key: TextKey) -> None:
    language = LANGUAGES[key.language]
    for sample, rendered in rendered_samples(key):
        context, text = sample.context, rendered.text
        creditor = context.creditor
        assert text.startswith(f"{transliterate(context.sender)}: "), sample.name
        if context.invoice is not None:
            assert context.invoice.number in text, sample.name
        else:
            assert str(context.count) in text or all(one.number in text for one in context.invoices), sample.name
        if asks_for_payment(key.name):
            for total in context.grand_totals:
                assert transliterate(language.short_amount(total)) in text, (sample.name, text)
            days = {context.first_due_on, context.last_due_on, context.as_of, context.pay_by or context.as_of}
            assert any(transliterate(language.short_date(day)) in text for day in days), sample.name
        reach = creditor.contact_phone or creditor.reply_to
        assert reach is None or reach in text, sample.name


@each_sms
def test_an_sms_names_nobody_but_by_the_first_name(key: TextKey) -> None:
    for sample, rendered in rendered_samples(key):
        for secret in ("Kowalska", "Instal-Bud", "Gmina Lipowa", "Szpital", "5214349636", "5261040828", "Kwiaciarnia"):
            assert secret not in rendered.text, sample.name


@each_sms
def test_an_sms_has_no_address_to_click_on_but_the_invoice_s_own(key: TextKey) -> None:
    for sample, rendered in rendered_samples(key):
        links = re.findall(r"https?://\S+|www\.\S+", rendered.text)
        assert links in ([], [sample.context.invoices[0].payment_link]), sample.name
        assert not links or sample.context.invoice is not None


@each_demand_by_email
def test_an_email_has_everything_that_one_needs_to_pay_and_to_talk(key: TextKey) -> None:
    for sample, rendered in rendered_samples(key):
        context = sample.context
        day = LANGUAGES[key.language].long_date(context.as_of)
        for content in (rendered.text, rendered.html or ""):
            assert context.creditor.name in content
            assert day in content, sample.name
            assert all(one.number in content for one in context.invoices), sample.name
            assert context.account is None or context.account in content, sample.name
            if context.contact is not None:
                assert context.contact in content, sample.name


@each_email
def test_subject_and_preheader_can_be_seen_by_anybody_who_sees_the_telephone(key: TextKey) -> None:
    for sample, rendered in rendered_samples(key):
        context, subject, preheader = sample.context, rendered.subject or "", rendered.preheader or ""
        shown = f"{subject} {preheader}"
        assert subject, sample.name
        assert 0 < len(preheader) < 100, sample.name
        assert preheader.rstrip(".") not in subject
        assert not subject.lower().startswith("re:")
        assert context.invoice is None or context.invoice.number in subject
        assert context.invoice is not None or re.search(rf"\b{context.count}\b", subject)
        assert not re.search(r"\b(PLN|EUR|zł)\b|\d,\d\d\b", shown), sample.name
        assert not re.search(r"dług|zadłuż|zaległ|windyk|sąd|rejestr|BIG|debt|arrears|court|bureau", shown), shown
        if context.debtor.name and "syntax" not in sample.name:
            assert context.debtor.name not in shown


@each_text
def test_only_texts_on_taxes_speak_of_taxes_and_only_those_on_invoices_of_invoices(key: TextKey) -> None:
    for sample, rendered in rendered_samples(key):
        text = " ".join([*filter(None, (rendered.subject, rendered.preheader)), rendered.text]).lower()
        if key.name in TAXES:
            assert not re.search(r"\bfaktur|\binvoice", text), (sample.name, text)
        else:
            assert not re.search(r"\bpodat|\btax", text), (sample.name, text)


# --- Counts and amounts -----------------------------------------------------------------------------------------------


def disagreeing(text: str) -> list[str]:
    """Where a Polish noun or verb does not go with the number beside it."""
    wrong = []
    for found in re.finditer(r"(?<![\w/.,])(\d+) (faktur\w*|należnoś\w*|dzień|dni)(?: (?:wciąż )?(czeka\w*))?", text):
        count, noun, verb = int(found[1]), found[2], found[3]
        allowed = {
            "faktur": {
                plural(count, "faktura", "faktury", "faktur"),
                "fakturach",
                *(["faktur"] if count > 1 else []),
            },
            "należ": {"należności", "należnościach"},
            "dni": {plural(count, "dzień", "dni", "dni")},
            "dzień": {plural(count, "dzień", "dni", "dni")},
        }
        family = next(name for name in allowed if noun.startswith(name))
        if noun not in allowed[family] or (verb and verb != plural(count, "czeka", "czekają", "czeka")):
            wrong.append(found[0])
    for found in re.finditer(r"(minął|minęły|minęło) (\d+) (?:dzień|dni)|(umknęła|umknęły|umknęło) (\d+) ", text):
        verb, count = found[1] or found[3], int(found[2] or found[4])
        forms = ("minął", "minęły", "minęło") if found[1] else ("umknęła", "umknęły", "umknęło")
        if verb != plural(count, *forms):
            wrong.append(found[0])
    return wrong


POLISH = [key for key in KEYS if key.language == "pl" and key.kind is None]


@given(
    key=st.sampled_from(POLISH),
    count=st.integers(1, 60),
    grosze=st.integers(1, 1_000_000_000),
    days=st.integers(-5, 400),
    apart=st.integers(0, 5),
    currencies=st.lists(st.sampled_from(["PLN", "EUR", "USD"]), min_size=1, max_size=3, unique=True),
    partly=st.booleans(),
)
def test_numbers_and_the_words_beside_them_agree(
    key: TextKey, count: int, grosze: int, days: int, apart: int, currencies: list[str], *, partly: bool
) -> None:
    lines = [
        mails.line(
            f"FV/{n}/26",
            grosze,
            days=days - n * apart,
            currency=currencies[n % len(currencies)],
            is_partly_paid=partly,
            amount=Money(grosze + 1, currencies[n % len(currencies)]),
        )
        for n in range(count)
    ]
    due_first = sorted(lines, key=lambda one: (one.due_on, one.number))
    context = case(*due_first, pay_by=TODAY + timedelta(7) if days > 0 else None)
    source = replace(RENDERER.render(Channel(key.channel), key.name, told(context, key), with_images=False))
    # SMS lose their marks on the way; the words are looked at as they are written.
    text = source.text if key.channel == "email" else _as_written(key, context)
    assert disagreeing(text) == []
    for row in said(source):
        assert not HOLES.search(row.strip()), row


def _as_written(key: TextKey, context: MessageContext) -> str:
    kept = (
        (shipped(f"{key.path}.txt") or "")
        .replace("letters: transliterate", "letters: keep")
        .replace("parts: 1", "parts: 9")
    )
    renderer = TemplateRenderer(lambda name: kept if name == f"{key.path}.txt" else shipped(name))
    return renderer.render(Channel.SMS, key.name, told(context, key)).text


@pytest.mark.parametrize(
    ("count", "subject", "opening", "sms"),
    [
        (1, "Faktura FV/0/26 czeka na wpłatę", "termin płatności faktury FV/0/26 minął", "umknęła faktura FV/0/26"),
        (2, "2 faktury czekają na wpłatę", "termin płatności 2 faktur minął", "umknęły faktury FV/0/26 i FV/1/26"),
        (4, "4 faktury czekają na wpłatę", "termin płatności 4 faktur minął", "umknęły 4 faktury"),
        (5, "5 faktur czeka na wpłatę", "termin płatności 5 faktur minął", "umknęło 5 faktur"),
        (12, "12 faktur czeka na wpłatę", "termin płatności 12 faktur minął", "umknęło 12 faktur"),
        (22, "22 faktury czekają na wpłatę", "termin płatności 22 faktur minął", "umknęły 22 faktury"),
        (25, "25 faktur czeka na wpłatę", "termin płatności 25 faktur minął", "umknęło 25 faktur"),
    ],
)
def test_how_polish_counts_invoices(count: int, subject: str, opening: str, sms: str) -> None:
    context = case(*(mails.line(f"FV/{n}/26", 1000) for n in range(count)))
    rendered = render(key_of("email", "overdue", "friendly"), context)
    assert rendered.subject == subject
    assert opening in rendered.text
    assert sms in _as_written(key_of("sms", "just-due", "friendly"), context)


@pytest.mark.parametrize(
    ("days", "passed"),
    [(1, "minął 1 dzień"), (2, "minęły 2 dni"), (5, "minęło 5 dni"), (12, "minęło 12 dni"), (22, "minęły 22 dni")],
)
def test_how_polish_counts_days(days: int, passed: str) -> None:
    assert passed in words(key_of("email", "overdue"), case(mails.line("FV/1", 1000, days=days)))


def test_several_currencies_stand_side_by_side() -> None:
    context = case(mails.line("FV/1", 123456), mails.line("FV/2", 9900, currency="EUR"))
    assert "99,00 EUR i 1234,56 PLN" in render(key_of("sms", "overdue"), context).text
    assert "EUR 99.00 and PLN 1,234.56" in render(key_of("sms", "overdue", language="en"), context).text


# --- One part, and what is given up for it ----------------------------------------------------------------------------

ORDINARY: Final = {
    "before-due": mails.line("FV/2026/03/118", 123456, days=-3),
    "due-today": mails.line("FV/2026/03/118", 123456, days=0),
}


@pytest.mark.parametrize("name", [*INVOICES, *TAXES])
@each_tone
@each_language
def test_an_ordinary_sms_keeps_the_vocative_and_the_person_unless_it_is_formal(
    name: str, tone: str, language: str
) -> None:
    line = ORDINARY.get(name.removeprefix("tax-"), mails.line("FV/2026/03/118", 123456))
    context = case(line, register=REGISTER if name == "register-warning" else None)
    text = render(key_of("sms", name, tone, language), context).text
    if (name, tone) != ("register-warning", "friendly"):
        assert "Anna Zielinska, 22 100 20 30" in text, text
    if tone != "formal" and name != "register-warning":
        assert (": Pani Anno, " if language == "pl" else ": Anna, ") in text, text


def test_what_is_given_up_first_is_what_can_best_be_spared() -> None:
    def text(sender: str) -> str:
        return render(key_of("sms", "just-due"), case(creditor=replace(SHOP, name=sender))).text

    assert "Kontakt: Anna Zielinska" in text("Rura")
    assert "dziekujemy. Anna Zielinska" in text("Hurtownia")
    assert "dziekujemy" not in text("Hurtownia Rura Sanitarna")
    assert "Tel. 22 100 20 30" in text("Hurtownia Rura Sanitarna i Grzewcza w Wysokiej Woli")
    assert "Pani Anno" not in text("Przedsiębiorstwo Wodociągów i Kanalizacji w Wysokiej Woli Dolnej")


@each_sms
def test_however_little_room_there_is_one_can_call_or_write(key: TextKey) -> None:
    wordy = replace(SHOP, name="Przedsiębiorstwo Wodociągów, Kanalizacji i Usług Komunalnych w Woli Wysokiej Dolnej")
    mailbox = replace(wordy, contact_phone=None)
    for creditor, reach in ((wordy, "22 100 20 30"), (mailbox, "biuro@rura.example")):
        contact = f"{SHOP.contact_person}, {reach}"
        text = render(key, case(creditor=creditor, contact=contact, register=REGISTER)).text
        assert text.count(reach) == 1, text
        assert "5261040828" not in text


def test_numbers_are_named_where_there_is_room_and_counted_where_there_is_not() -> None:
    short = case(mails.line("1/26", 1000), mails.line("2/26", 1000), mails.line("3/26", 1000))
    long = case(*(mails.line(f"FV/HURTOWNIA/2026/03/{n}", 1000) for n in range(3)))
    assert "faktur 1/26, 2/26 i 3/26" in render(key_of("sms", "overdue"), short).text
    assert "z 3 faktur" in render(key_of("sms", "overdue"), long).text


def test_a_link_to_pay_stands_in_an_sms_on_one_invoice_if_it_fits() -> None:
    line = mails.line("1/26", 1000, payment_link="https://pay.example/7f3a")
    brief = {"creditor": replace(SHOP, name="Rura", contact_person=None), "contact": "22 100 20 30", "address": None}

    def text(*lines: object) -> str:
        return render(key_of("sms", "just-due"), case(*lines, **brief)).text  # type: ignore[arg-type]

    assert "Platnosc: https://pay.example/7f3a Kontakt: 22 100 20 30" in text(line)
    assert "https://" not in text(line, mails.line("2/26", 1000))
    assert "https://" not in text(replace(line, payment_link="https://pay.example/" + "x" * 120))


# --- To whom ----------------------------------------------------------------------------------------------------------


@each_tone
def test_who_is_known_is_greeted_in_the_vocative_and_nobody_wrongly(tone: str) -> None:
    known = render(key_of("email", "overdue", tone), case()).text
    unknown = render(key_of("email", "overdue", tone), case(debtor=FIRM)).text
    assert known.startswith("Szanowna Pani,\n" if tone == "formal" else "Dzień dobry, Pani Anno,\n")
    assert unknown.startswith("Szanowni Państwo,\n" if tone == "formal" else "Dzień dobry,\n")


@pytest.mark.parametrize(
    ("first_name", "greeting"),
    [
        ("ANNA", "Hello Anna,"),
        ("Emma", "Hello Emma,"),
        ("McKenna", "Hello McKenna,"),
        ("Jan Kowalski Instalacje", "Hello,"),
        ("J.", "Hello,"),
        ("🌸", "Hello,"),
        ("محمد", "Hello,"),
        ("{{ 7 * 7 }}", "Hello,"),
        (None, "Hello,"),
    ],
)
def test_english_greets_by_the_first_name_where_that_looks_like_one(first_name: str | None, greeting: str) -> None:
    debtor = replace(mails.ANNA, first_name=first_name)
    assert render(key_of("email", "overdue", language="en"), case(debtor=debtor)).text.startswith(f"{greeting}\n")


def test_an_english_letter_ends_as_it_began() -> None:
    named, nameless = (
        render(key_of("email", "demand", "formal", "en"), case(debtor=d)).text for d in (mails.ANNA, FIRM)
    )
    assert named.startswith("Dear Anna,")
    assert "Yours sincerely" in named
    assert nameless.startswith("Dear Sir or Madam,")
    assert "Yours faithfully" in nameless


@each_language
def test_nobody_is_invited_to_answer_where_nobody_reads(language: str) -> None:
    mute = replace(SHOP, reply_to=None)
    answer = re.compile(r"odpowiedzieć na tę wiadomość|reply to this message")
    assert answer.search(words(key_of("email", "overdue", language=language), case()))
    assert not answer.search(words(key_of("email", "overdue", language=language), case(creditor=mute)))


@each_language
@each_tone
def test_thanks_fit_who_they_go_to(language: str, tone: str) -> None:
    to_firm = words(key_of("email", "overdue", tone, language), case(debtor=FIRM))
    to_person = words(key_of("email", "overdue", tone, language), case())
    assert ("współpracę" if language == "pl" else "working with us") in to_firm
    assert ("zaufanie" if language == "pl" else "your custom") in to_person


# --- What is offered and what is said of payments ---------------------------------------------------------------------

RATES: Final = re.compile(r"\brat(y|ach)\b|instalment", re.IGNORECASE)
LATER: Final = re.compile(r"późniejszy|inny termin|later (date|one)", re.IGNORECASE)


@each_language
@each_tone
@pytest.mark.parametrize("name", ["overdue", "demand", "register-warning", "final-demand"])
def test_only_what_the_creditor_offers_is_offered(name: str, tone: str, language: str) -> None:
    for instalments in (False, True):
        for later in (False, True):
            context = case(offers_instalments=instalments, offers_later_date=later)
            text = words(key_of("email", name, tone, language), context)
            assert bool(RATES.search(text)) is instalments, text
            assert bool(LATER.search(text)) is later, text


@each_language
def test_an_office_is_asked_for_a_date_not_offered_instalments(language: str) -> None:
    text = words(key_of("email", "overdue", language=language), case(debtor=SCHOOL))
    assert not RATES.search(text)
    assert ("na zatwierdzenie" if language == "pl" else "waiting for approval") in text


@pytest.mark.parametrize("name", ["just-due", "overdue", "demand", "register-warning", "final-demand"])
@each_tone
def test_who_paid_a_part_is_thanked_and_not_told_that_nothing_came(name: str, tone: str) -> None:
    part = mails.line("FV/1", 23456, is_partly_paid=True, amount=Money(123456))
    text = words(key_of("email", name, tone), case(part))
    assert "Część kwoty już do nas dotarła, dziękujemy" in text
    assert not re.search(
        r"(?<!pełnej )\b(wpłaty|zapłaty) (nadal|jeszcze) nie|nie (widzimy|odnotowaliśmy) (jeszcze )?(wpłaty|zapłaty)",
        text,
    )
    assert "123" not in render(key_of("sms", name, tone), case(part)).text


@each_demand_by_email
def test_whoever_has_paid_already_is_thanked(key: TextKey) -> None:
    assert re.search("dziękujemy i prosimy (pominąć|uznać)", words(key, case())) or "disregard this message" in words(
        key, case()
    )


@each_text
def test_a_sum_from_which_a_credit_was_taken_says_so(key: TextKey) -> None:
    lines = [(mails.line("C3/1", 30000),), (mails.line("C3/1", 15000), mails.line("C3/2", 15000))]
    for invoices in lines:
        owed = Money(20000)
        context = case(*invoices, credits=(Money(10000),), totals=(owed,), grand_totals=(owed,))
        said = plain(words(key, of_its_kind(key, context)))
        assert re.search(r"PLN 200\.00|200,00[\s ](?:zl|PLN)", said)
        assert re.search(r"PLN 100\.00|100,00[\s ](?:zl|PLN)|po odliczeniach|after credits", said), said
        assert re.search(r"po odliczeniu|po odliczeniach|nadplaty i korekty|after credits|Overpayments", said), said
        without = plain(words(key, of_its_kind(key, case(*invoices))))
        assert not re.search(r"odlicz|nadplat|korekt|credits|[Oo]verpay", without)


@each_sms
def test_a_credit_is_told_with_its_sum_where_there_is_room_and_in_a_word_where_there_is_none(key: TextKey) -> None:
    credited = {"credits": (Money(10000),), "totals": (Money(20000),), "grand_totals": (Money(20000),)}
    roomy = case(mails.line("C3/1", 30000), contact=None, address=None, sender="Rura", **credited)
    sums = {
        "pl": "200,00 PLN (po odliczeniu 100,00 PLN nadplat i korekt)",
        "en": "PLN 200.00 (after credits of PLN 100.00)",
    }
    assert sums[key.language] in words(key, of_its_kind(key, roomy))
    wordy = "Przedsiebiorstwo Handlowo-Uslugowe Rura i Wspolnicy z Nowego Miasta"
    tight = case(mails.line("FV/2026/03/000118/ODDZIAL-WSCHOD", 30000), sender=wordy, register=REGISTER, **credited)
    assert re.search(r"200.00.* \((?:po odlicz|after credits)", words(key, of_its_kind(key, tight)))


@each_sms
def test_what_the_law_adds_and_what_was_taken_off_stand_in_one_bracket(key: TextKey) -> None:
    context = case(
        mails.line("C3/1", 30000),
        credits=(Money(10000),),
        totals=(Money(20000),),
        grand_totals=(Money(20500),),
        interest=Money(500),
        claims_interest=True,
        interest_rate="9,25",
    )
    said = words(key, of_its_kind(key, context))
    pattern = (
        r"205,00 PLN \([^()]*odset[^()]*, po odlicz[^()]*\)|PLN 205\.00 \([^()]*interest[^()]*, after credits[^()]*\)"
    )
    assert re.search(pattern, said), said


@each_email
def test_no_e_mail_speaks_of_what_is_not_due_beside_what_is(key: TextKey) -> None:
    late, early = mails.line("FV/1", 1000, days=20), mails.line("FV/2", 1000, days=-2)
    if key.name not in {"before-due", "due-today", "tax-before-due"}:
        assert not re.search("jeszcze nie minął|not yet due", words(key, of_its_kind(key, case(late, early))))


@each_text
def test_without_a_term_no_term_is_invented(key: TextKey) -> None:
    if key.name in {"demand", "register-warning", "final-demand", "tax-final"}:
        context = case(register=None, pay_by=None)
        days = set(re.findall(r"\d\d\.\d\d\.2026|\d{1,2} [a-zA-Z]{3,}\w* 2026", words(key, context)))
        known = {"05.03.2026", "10.03.2026", "5 marca 2026", "10 marca 2026", "5 March 2026", "10 March 2026"}
        assert days <= known


# --- What the law adds ------------------------------------------------------------------------------------------------


def adding(debtor: Debtor, *, claims: bool) -> MessageContext:
    consumer = debtor is mails.ANNA
    interest, compensation = Money(1234), None if consumer else Money(17205)
    total = Money(123456)
    grand = total + interest + (compensation or Money(0)) if claims else total
    return case(
        debtor=debtor,
        interest=interest,
        compensation=compensation,
        claims_interest=claims,
        claims_compensation=claims and not consumer,
        interest_rate="9,25" if consumer else "14",
        grand_totals=(grand,),
    )


@pytest.mark.parametrize("name", ["overdue", "demand", "register-warning", "final-demand"])
@each_tone
def test_interest_is_called_what_the_law_calls_it(name: str, tone: str) -> None:
    key = key_of("email", name, tone)
    for claims in (False, True):
        person, firm, office = (words(key, adding(one, claims=claims)) for one in (mails.ANNA, FIRM, SCHOOL))
        assert "odsetki ustawowe za opóźnienie" in person
        assert "art. 481 § 1 i 2 Kodeksu cywilnego" in person
        assert not re.search("handlowych|rekompensat|art. 10", person.replace("Rekompensata", "rekompensat"))
        for text, article in ((firm, "art. 7 ust. 1"), (office, "art. 8 ust. 1")):
            assert "odsetki ustawowe za opóźnienie w transakcjach handlowych" in text
            assert f"{article} ustawy z dnia 8 marca 2013 r." in text
            assert "rekompensat" in text
            assert "art. 10 ust. 1 tej samej ustawy" in text
            assert "Kodeksu cywilnego" not in text
        for text in (person, firm, office):
            assert ("nie prosimy o" in text) is not claims
            assert ("obejmuje odsetki" in text) is claims


def test_the_rate_is_written_as_the_language_writes_numbers() -> None:
    context = adding(mails.ANNA, claims=False)
    assert "9,25% w skali roku" in words(key_of("email", "demand"), context)
    assert "9.25% a year" in words(key_of("email", "demand", language="en"), context)


@each_tone
@each_language
def test_an_sms_says_that_its_sum_includes_what_is_claimed(tone: str, language: str) -> None:
    for name in ("demand", "register-warning", "final-demand"):
        key = key_of("sms", name, tone, language)
        claimed, mentioned = (render(key, adding(FIRM, claims=claims)).text for claims in (True, False))
        assert ("1418,95" if language == "pl" else "1,418.95") in claimed
        assert re.search(r"\((w tym|z) odsetk|with interest", claimed)
        assert ("1234,56" if language == "pl" else "1,234.56") in mentioned
        assert not re.search(r"odsetk|interest", mentioned)


def test_compensation_without_interest_stands_by_itself() -> None:
    context = replace(adding(FIRM, claims=True), interest=None, claims_interest=False, grand_totals=(Money(140661),))
    text = words(key_of("email", "demand"), context)
    assert "obejmuje rekompensatę" in text
    assert "art. 10 ust. 1 ustawy z dnia 8 marca 2013 r." in text
    assert "odsetk" not in text
    assert "(z rekompensata)" in render(key_of("sms", "demand"), context).text


# --- Consequences -----------------------------------------------------------------------------------------------------

BUREAU: Final = re.compile(r"biur|bureau|\bBIG\b", re.IGNORECASE)


@each_text
def test_a_register_is_named_in_its_own_text_alone_and_only_where_the_case_has_one(key: TextKey) -> None:
    reached = case(contact="22 100 20 30", creditor=replace(SHOP, reply_to=None, contact_person=None))
    with_register = words(key, replace(reached, register=REGISTER))
    assert bool(BUREAU.search(with_register)) is (key.name == "register-warning")
    assert not BUREAU.search(words(key, reached))


@each_tone
def test_the_warning_tells_firms_and_consumers_what_holds_for_each(tone: str) -> None:
    key = key_of("email", "register-warning", tone)
    firm, office, person = (words(key, case(debtor=one, register=REGISTER)) for one in (FIRM, SCHOOL, mails.ANNA))
    for text in (firm, office, person):
        assert f"biura informacji gospodarczej: {REGISTER.bureau}, {REGISTER.seat}" in text
        assert "nie wcześniej niż 13 kwietnia 2026" in text
    for text in (firm, office):
        assert "art. 15 ustawy z dnia 9 kwietnia 2010 r." in text
        assert re.search("zamierzamy przekazać|zamiarze przekazania", text)
        assert "po spełnieniu warunków" in text
    assert "listem poleconym" in person
    assert re.search("nie jest takim wezwaniem|nie zastępuje takiego wezwania", person)
    assert "zamier" not in person


@each_language
@each_tone
def test_a_warning_without_a_day_names_none(language: str, tone: str) -> None:
    dayless = replace(REGISTER, lawful_from=None)
    for channel in ("sms", "email"):
        text = words(key_of(channel, "register-warning", tone, language), case(register=dayless))
        assert not re.search("nie wcze[sś]niej ni[zż]|not before", text)
        assert "BIG S.A." in text


@each_text
def test_a_court_is_spoken_of_in_the_last_demand_alone(key: TextKey) -> None:
    text = words(key, case(debtor=FIRM)).lower()
    if key.name != "final-demand":
        assert not re.search(r"s[aą]dow|\bs[aą]d\b|court|windykac|collection agency|dochodzeni", text)


@each_tone
@each_language
def test_the_last_word_is_called_so_only_if_it_is_the_last(tone: str, language: str) -> None:
    last = re.compile(r"ostat(ni|ecz)|\b(last|final)\b", re.IGNORECASE)
    more = NextStep(on=date(2026, 4, 1), template="register-warning")
    for channel in ("sms", "email"):
        for debtor in (mails.ANNA, SCHOOL):
            key = key_of(channel, "final-demand", tone, language)
            assert not last.search(words(key, case(debtor=debtor, next_step=more)))
            assert last.search(words(key, case(debtor=debtor)))


@pytest.mark.parametrize("tone", ["neutral", "formal"])
@each_language
def test_a_warning_tells_the_day_of_the_final_demand_if_that_comes_next(tone: str, language: str) -> None:
    day = "1 kwietnia 2026" if language == "pl" else "1 April 2026"
    key = key_of("email", "register-warning", tone, language)
    for template, tells in (("final-demand", True), ("overdue", False)):
        following = NextStep(on=date(2026, 4, 1), template=template)
        for debtor in (mails.ANNA, FIRM):
            assert (day in words(key, case(debtor=debtor, next_step=following))) is tells


# --- Taxes and fees ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TAXES)
@each_tone
@each_language
def test_a_town_hall_explains_reliefs(name: str, tone: str, language: str) -> None:
    text = words(key_of("email", name, tone, language), case(offers_instalments=False, offers_later_date=False))
    if language == "pl":
        assert re.search("odroczenie terminu", text)
        assert re.search("rozłożenie należności na raty", text)
        assert re.search(r"[Ww]niosek", text)
    else:
        assert "deferred" in text
        assert "instalments" in text


@pytest.mark.parametrize("name", TAXES)
@each_tone
def test_a_reminder_of_a_tax_is_no_formal_notice_and_says_so_where_that_comes_next(name: str, tone: str) -> None:
    text = words(key_of("email", name, tone), case())
    assert ("upomnieni" in text) is (name == "tax-final")
    assert ("upomnieni" in words(key_of("sms", name, tone), case())) is (name == "tax-final")
    assert "wzywamy" not in text
    if name == "tax-final":
        assert re.search("jest tylko przypomnieniem|nie zastępuje upomnienia|nie jest upomnieniem", text)
