"""How texts become messages: lookup, SMS policies, shortening, sections, creditors' own texts."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.adapters.texts.policy import Alphabet, Policy, read_policy
from upominek.adapters.texts.renderer import TemplateRenderer, counted, shortened
from upominek.adapters.texts.samples import samples
from upominek.adapters.texts.sources import shipped_texts, text_names
from upominek.application.ports.texts import Rendered
from upominek.domain.errors import InvalidValue
from upominek.domain.messages.sms import Encoding, segments, transliterate
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.texts.overrides import NO_OVERRIDES, Overrides, TextKey, TextOverride, fingerprint
from upominek.domain.values.channel import Channel
from upominek.domain.values.money import Money

SAMPLES = {one.name: one.context for one in samples()}
ONE = replace(SAMPLES["one invoice of a consumer"], tone="friendly")
FIRM = replace(SAMPLES["one invoice of a firm"], tone="friendly")
SIXTY = replace(SAMPLES["sixty invoices"], tone="friendly")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MESSAGE = """\
{{ section("subject") }}{% block subject %}{% endblock %}

{{ section("preheader") }}{% block preheader %}{% endblock %}

{{ section("opening") }}{% block opening %}{% endblock %}

{{ section("signoff") }}{% block signoff %}
Z poważaniem
{{ creditor.name }}
{% endblock %}
"""
EMAIL = """\
{% extends "email/pl/_message.txt" %}
{% block subject %}Faktura {{ invoice.number }}{% endblock %}
{% block preheader %}Do zapłaty {{ totals | map("long_amount") | join(" i ") }}{% endblock %}
{% block opening %}
Dzień dobry,
piszemy do {{ debtor.name }}.

Drugi akapit.
{% endblock %}
"""
LAYOUTS = {
    "email/layout.txt": "{% for p in sections.opening %}{{ p }}\n\n\n\n\n{% endfor %}"
    "{{ sections.signoff | join('|') }}",
    "email/layout.html": "<title>{{ sections.subject }}</title>"
    '{% for p in sections.opening %}<p title="{{ p }}">{{ p }}</p>{% endfor %}'
    "{{ labels | length }}{{ language }}{{ has_code }}",
    "email/pl/_message.txt": MESSAGE,
}


def renderer(**texts: str) -> TemplateRenderer:
    """Of sources by name; `__` stands for a slash and `_` for a full stop."""
    named = {f"{name.replace('__', '/').replace('_', '.')}.txt": source for name, source in texts.items()}
    return TemplateRenderer({**LAYOUTS, **named}.get)


def sms(source: str, context: MessageContext = ONE) -> Rendered:
    return renderer(sms__pl__overdue_friendly=source).render(Channel.SMS, "overdue", context)


def own(path: str, source: str | None) -> Overrides:
    key = TextKey.parse(path)
    digest = fingerprint(source or "")
    return Overrides({path: TextOverride(key=key, source=source, version=1, sha256=digest, by="Ewa", at=NOW)})


# --- Which text ------------------------------------------------------------------------------------------------------

VARIANTS = {
    "sms__pl__overdue_friendly": "pl",
    "sms__pl__overdue_friendly_consumer": "pl consumer",
    "sms__pl__overdue_formal": "pl formal",
    "sms__pl__overdue_friendly_public": "pl public",
    "sms__en__overdue_friendly": "en",
}


@pytest.mark.parametrize(
    ("kind", "language", "tone", "text"),
    [
        (DebtorKind.BUSINESS, "pl", "friendly", "pl"),
        (DebtorKind.CONSUMER, "pl", "friendly", "pl consumer"),
        (DebtorKind.HEALTHCARE, "pl", "friendly", "pl public"),
        (DebtorKind.CONSUMER, "pl", "formal", "pl formal"),
        (DebtorKind.CONSUMER, "en", "friendly", "en"),
        (DebtorKind.CONSUMER, "en", "formal", "pl formal"),
        (DebtorKind.BUSINESS, "uk", "friendly", "pl"),
    ],
)
def test_the_text_goes_by_language_tone_and_who_owes(kind: DebtorKind, language: str, tone: str, text: str) -> None:
    debtor = Debtor(id="D-1", kind=kind, language=language)
    context = replace(ONE, debtor=debtor, kind=kind.value, tone=tone)
    assert renderer(**VARIANTS).render(Channel.SMS, "overdue", context).text == text
    # The creditor's own texts are looked for in the same order.
    path = f"sms/{'en' if text == 'en' else 'pl'}/overdue.{tone}"
    owned = renderer(**VARIANTS).render(Channel.SMS, "overdue", context, own(path, "own")).text
    assert owned == ("own" if text in {"pl", "en", "pl formal"} else text)


@pytest.mark.parametrize("name", ["nope", "../pl/overdue", "_amount", "", "overdue.txt", "Overdue", "overdue.friendly"])
def test_a_text_that_does_not_exist(name: str) -> None:
    for channel in (Channel.SMS, Channel.EMAIL):
        for overrides in (NO_OVERRIDES, own("sms/pl/overdue.friendly", "x")):
            with pytest.raises(InvalidValue) as caught:
                TemplateRenderer().render(channel, name, ONE, overrides)
            assert caught.value.code == "template_not_found"


def test_names_that_a_step_can_give_have_a_polish_text_in_every_tone() -> None:
    for channel in (Channel.SMS, Channel.EMAIL):
        assert {"before-due", "just-due", "overdue", "demand"} <= set(text_names(channel))


# --- SMS -------------------------------------------------------------------------------------------------------------


def test_an_sms_is_one_line_in_plain_letters() -> None:
    rendered = sms("{# parts: 1 #}\nZażółć  „gęślą”\n\n – jaźń…\n{{ contact }}\n")
    assert rendered.text == 'Zazolc "gesla" - jazn... Ewa Nowak, 22 123 45 67'
    assert rendered.parts == segments(rendered.text)
    assert (rendered.subject, rendered.html) == (None, None)


def test_diacritics_are_kept_where_one_asks_for_them_and_where_they_cost_nothing() -> None:
    assert sms("{# letters: keep #}Zażółć " + "a" * 80).parts == segments("Zażółć " + "a" * 80)
    assert sms("{# letters: cheapest #}Zażółć").text == "Zażółć"
    assert sms("{# letters: cheapest #}Zażółć " + "a" * 80).text == "Zazolc " + "a" * 80
    # With one letter that no Latin stands for, all of it is dear in any case.
    assert sms("{# letters: cheapest #}Zażółć Олена " + "a" * 80).text == "Zażółć Олена " + "a" * 80
    assert sms("{# letters: keep #}Zaz\u0307o\u0301\u0142c\u0301").text == "Zażółć"


def test_a_name_without_latin_letters_stays_legible_and_is_counted_as_what_it_costs() -> None:
    context = replace(ONE, debtor=replace(ONE.debtor, name="Олександра Шевченко"))
    rendered = sms("Zażółć {{ debtor.name }}", context)
    assert rendered.text == "Zazolc Олександра Шевченко"
    assert rendered.parts is not None
    assert rendered.parts.encoding is Encoding.UCS_2


SHORTENED = """{# parts: 1; shorten: invoices, thanks, name #}
{{ debtor.name }}: {% if drop.invoices %}{{ count }} {{ count | plural("faktura", "faktury", "faktur") }}{% else %}
{% for line in invoices %}{{ line.number }}{% if not loop.last %}, {% endif %}{% endfor %}{% endif +%}
{% if not drop.thanks %}Dziękujemy.{% endif %}"""


def test_things_are_given_up_in_the_order_of_the_header_until_the_text_fits() -> None:
    assert sms(SHORTENED).text == "Anna Kowalska: FV/2026/02/0123 Dziekujemy."
    assert sms(SHORTENED, SIXTY).text == "Instal-Bud Cwik i Syn s.c.: 60 faktur Dziekujemy."
    long = replace(SIXTY, debtor=replace(SIXTY.debtor, name="Przedsiębiorstwo " + "Handlowe " * 18))
    assert sms(SHORTENED, long).text == "Przedsiebiorstwo...: 60 faktur"


def test_the_search_for_what_to_give_up_does_not_depend_on_who_came_before() -> None:
    long = replace(SIXTY, debtor=replace(SIXTY.debtor, name="Przedsiębiorstwo " + "Handlowe " * 18))
    cases = [ONE, SIXTY, long, ONE, long, SIXTY, ONE]
    one = renderer(sms__pl__overdue_friendly=SHORTENED)
    assert [one.render(Channel.SMS, "overdue", case) for case in cases] == [sms(SHORTENED, case) for case in cases]


def test_what_still_does_not_fit_goes_in_more_parts_and_is_never_cut() -> None:
    rendered = sms("{# parts: 1; shorten: thanks #}" + "a" * 200 + "{% if not drop.thanks %} thanks{% endif %}")
    assert rendered.text == "a" * 200
    assert rendered.parts is not None
    assert rendered.parts.parts == 2


def test_what_no_provider_takes_is_an_error() -> None:
    assert sms("a" * 1600).parts is not None
    for source in ("a" * 1601, "ж" * 631):
        with pytest.raises(InvalidValue) as caught:
            sms(source)
        assert caught.value.code == "text_too_long"


@pytest.mark.parametrize(
    "header",
    ["parts: 0", "parts: 11", "parts: x", "letters: nope", "shorten: a-b", "shorten: a, a", "parts: 1; no: 2"],
)
def test_a_header_that_cannot_be_read(header: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        read_policy(f"{{# {header} #}}x")
    assert caught.value.code == "policy_invalid"


def test_a_text_without_a_header_has_the_usual_policy() -> None:
    assert read_policy("{# Tuż po terminie. #}x") == Policy(1, Alphabet.TRANSLITERATE, ())
    header = "{#- parts: 2; letters: cheapest;\nshorten: thanks, contact -#}"
    assert read_policy(header) == Policy(2, Alphabet.CHEAPEST, ("thanks", "contact"))


def test_a_long_name_keeps_its_first_words() -> None:
    assert shortened("Anna Kowalska") == "Anna Kowalska"
    assert shortened("Hurtownia Hydrauliczna Rura") == "Hurtownia Hydrauliczna…"
    assert shortened("a" * 120) == "a" * 23 + "…"
    assert shortened(None) is None


@given(st.text(max_size=200), st.sampled_from(Alphabet))
def test_the_policy_decides_letters_and_nothing_else(text: str, letters: Alphabet) -> None:
    parts = counted(text, Policy(letters=letters))
    assert transliterate(parts.text) == transliterate(text)
    if letters is Alphabet.TRANSLITERATE:
        assert parts == segments(transliterate(text))
    if letters is Alphabet.CHEAPEST:
        assert parts.parts <= segments(transliterate(text)).parts


def test_fast_and_plain_rendering_say_the_same_of_every_text_and_sample() -> None:
    fast, slow = TemplateRenderer(), TemplateRenderer(refuses_holes=True)
    for key in shipped_texts("sms"):
        for sample in samples(key):
            both = [one.render(Channel.SMS, key.name, sample.context) for one in (fast, slow)]
            assert both[0] == both[1], (key.path, sample.name)


@pytest.mark.parametrize(
    "source",
    [
        "{% for invoice in invoices %}{{ invoice.number }};{% endfor %}",
        "{% for line in invoices %}{{ line.due_on | short_date }} {% endfor %}",
        "{{ totals | map('short_amount') | join(' i ') }} {{ totals | map('english_amount') | join(' i ') }}",
        "{{ first_due_on | long_date }} {{- first_due_on | short_date -}} {{ first_due_on|english_date }}",
        "{{ count | plural('ą', 'ę', 'ó') }} {{ 'ł' if count > 3 else 'ń' }}",
        "{% if invoice %}{{ invoice.number }}{% else %}{{ creditor.contact_phone }}{% endif %}",
        "{% include 'sms/pl/_a.txt' %}\n\n{% include 'sms/pl/_b.txt' +%}\n{% include 'sms/pl/_a.txt' %}.",
        "{% for line in invoices %}{% include 'sms/pl/_line.txt' %}{% endfor %}",
    ],
)
def test_rewriting_changes_no_text(source: str) -> None:
    pieces = {
        "sms/pl/_a.txt": "{% if contact %}{{ contact }}{% endif %}\n",
        "sms/pl/_b.txt": "ż {{ as_of | short_date }}\n",
        "sms/pl/_line.txt": "{{ line.number }}\n",
    }
    sources = {"sms/pl/overdue.friendly.txt": source, **pieces}.get
    for context in SAMPLES.values():
        case = replace(context, tone="friendly")
        fast, slow = (
            TemplateRenderer(sources, refuses_holes=r).render(Channel.SMS, "overdue", case) for r in (False, True)
        )
        assert fast == slow


# --- E-mail ----------------------------------------------------------------------------------------------------------


def test_an_email_is_its_sections_put_into_both_layouts() -> None:
    evil = replace(ONE, debtor=replace(ONE.debtor, name='<b>"x"</b> & {{ y }}'))
    rendered = renderer(email__pl__overdue_friendly=EMAIL).render(Channel.EMAIL, "overdue", evil)
    assert rendered.subject == "Faktura FV/2026/02/0123"
    assert rendered.preheader == "Do zapłaty 1\u00a0234,56\u00a0zł"
    first = 'Dzień dobry, piszemy do <b>"x"</b> & {{ y }}.'
    assert rendered.text == f"{first}\n\nDrugi akapit.\n\nZ poważaniem|Hurtownia Rura Sp. z o.o.\n"
    assert rendered.html is not None
    assert "<b>" not in rendered.html
    assert "<p>" not in rendered.html.replace('<p title="', "")
    assert "&lt;b&gt;&quot;x&quot;&lt;/b&gt; &amp; {{ y }}" in rendered.html
    assert "FV/2026/02/0123" in rendered.html


def test_nothing_in_a_number_begins_a_second_header() -> None:
    line = replace(ONE.invoices[0], number="FV/1\r\nBcc: all@firma.example\u2028x\x1esubject\x1f")
    evil = replace(ONE, invoices=(line,), invoice=line)
    rendered = renderer(email__pl__overdue_friendly=EMAIL).render(Channel.EMAIL, "overdue", evil)
    assert rendered.subject == "Faktura FV/1 Bcc: all@firma.example x subject"
    assert rendered.text.count("Drugi akapit") == 1


def test_the_code_is_an_image_where_there_can_be_one() -> None:
    one = renderer(email__pl__overdue_friendly=EMAIL)
    rendered = one.render(Channel.EMAIL, "overdue", ONE)
    assert [(image.media_type, image.content_id) for image in rendered.images] == [("image/png", "transfer-code")]
    assert one.render(Channel.EMAIL, "overdue", ONE, with_images=False).images == ()
    assert (one.render(Channel.EMAIL, "overdue", ONE, with_images=False).html or "").endswith("plTrue")
    none = replace(ONE, grand_totals=(Money(-5),))
    assert one.render(Channel.EMAIL, "overdue", none).images == ()
    assert (one.render(Channel.EMAIL, "overdue", none).html or "").endswith("plFalse")


def test_sections_are_there_for_letters_too() -> None:
    text = '{{ section("title") }}Wezwanie\n{{ section("opening") }}a\nb\n\nc{{ section("signoff") }}x\ny'
    found = TemplateRenderer({"letter/pl/demand.txt": text}.get).sections("letter", "demand", ONE)
    assert found == {"title": ["Wezwanie"], "opening": ["a b", "c"], "signoff": ["x", "y"]}
    one = TemplateRenderer({"letter/pl/demand.txt": text}.get)
    assert one.sections("letter", "demand", ONE, own("letter/pl/demand", "{{ nope }}")) == found
    assert one.sections("letter", "demand", ONE, own("letter/pl/demand", '{{ section("title") }}o')) == {"title": ["o"]}
    with pytest.raises(InvalidValue):
        TemplateRenderer({}.get).sections("letter", "demand", ONE)


# --- Creditors' own texts --------------------------------------------------------------------------------------------

PATH = "sms/pl/overdue.friendly"


def test_the_creditors_own_text_goes_instead() -> None:
    one = renderer(sms__pl__overdue_friendly="shipped")
    assert one.render(Channel.SMS, "overdue", ONE, own(PATH, "own {{ sender }}")).text == "own Hurtownia Rura"
    assert one.render(Channel.SMS, "overdue", ONE, own(PATH, "newer")).text == "newer"
    assert one.render(Channel.SMS, "overdue", ONE, own("email/pl/overdue.friendly", "x")).text == "shipped"
    assert one.render(Channel.SMS, "overdue", ONE).text == "shipped"


@pytest.mark.parametrize("broken", ["{{ nope }}", "{% if %}", "{{ register.bureau }}", "{{ register }}", "a" * 1601])
def test_where_it_fails_nevertheless_the_shipped_text_goes_and_says_so(broken: str) -> None:
    rendered = renderer(sms__pl__overdue_friendly="shipped").render(Channel.SMS, "overdue", ONE, own(PATH, broken))
    assert (rendered.text, rendered.failed_override) == ("shipped", PATH)


def test_a_language_of_its_own_falls_back_to_polish() -> None:
    context = replace(ONE, debtor=replace(ONE.debtor, language="uk"))
    one = renderer(sms__pl__overdue_friendly="shipped")
    path = "sms/uk/overdue.friendly"
    assert one.render(Channel.SMS, "overdue", context, own(path, "uk")).text == "uk"
    broken = one.render(Channel.SMS, "overdue", context, own(path, "{{ nope }}"))
    assert (broken.text, broken.failed_override) == ("shipped", path)


def test_somebody_whose_name_is_none_is_no_hole() -> None:
    context = replace(ONE, debtor=replace(ONE.debtor, name="None Sp. z o.o."))
    assert sms("{{ debtor.name }}", context).text == "None Sp. z o.o."
    with pytest.raises(InvalidValue):
        sms("{{ debtor.nip }}", context)


@pytest.mark.parametrize("missing", ["nope", "invoice.nope", "drop.nope", "register.bureau", "contact | short_date"])
def test_a_value_that_is_missing_is_an_error_that_repeats_no_value(missing: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        sms("x {{ " + missing + " }}")
    assert caught.value.code == "template_invalid"
    assert "sms/pl/overdue.friendly" in caught.value.pl
    assert caught.value.__cause__ is None
    assert "22 123" not in caught.value.en


def test_the_cache_of_texts_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upominek.adapters.texts.renderer._MOST_COMPILED", 3)
    one = renderer(sms__pl__overdue_friendly="shipped")
    for number in range(9):
        assert one.render(Channel.SMS, "overdue", ONE, own(PATH, f"own {number}")).text == f"own {number}"
        assert one.render(Channel.SMS, "overdue", ONE).text == "shipped"
