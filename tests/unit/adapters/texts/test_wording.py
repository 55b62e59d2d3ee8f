"""The linter for texts: what it catches, what it leaves alone, and how it says so."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from upominek.adapters.texts.sources import shipped, shipped_texts
from upominek.adapters.texts.wording import Finding, examine, lint, lint_source, load_rules, refusals, words_of
from upominek.domain.texts.overrides import CHANNELS, TextKey

HERE = Path(__file__).parent
BAD = tomllib.loads((HERE / "bad_texts.toml").read_text(encoding="utf-8"))
INNOCENT = tomllib.loads((HERE / "innocent_texts.toml").read_text(encoding="utf-8"))
LANGUAGES = ("pl", "en")

bad = [(language, one["rule"], text) for language in LANGUAGES for one in BAD[language] for text in one["texts"]]
innocent = [(language, text) for language in LANGUAGES for text in INNOCENT[language]]


def rules_of(source: str, language: str = "pl", name: str = "overdue.friendly", channel: str = "sms") -> set[str]:
    return {one.rule for one in lint_source(f"{channel}/{language}/{name}", source)}


@pytest.mark.parametrize(("language", "rule", "text"), bad)
def test_what_must_not_be_said_is_caught(language: str, rule: str, text: str) -> None:
    assert rule in rules_of(text, language)


@pytest.mark.parametrize(("language", "rule", "text"), bad)
def test_it_is_caught_without_polish_letters_and_over_line_ends_as_well(language: str, rule: str, text: str) -> None:
    marks = str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ")
    assert rule in rules_of(text.translate(marks).replace(" ", "\n  "), language)


@pytest.mark.parametrize(("language", "text"), innocent)
def test_what_only_looks_alike_is_left_alone(language: str, text: str) -> None:
    assert [(one.rule, one.sentence) for one in lint_source(f"sms/{language}/overdue.friendly", text)] == []


def test_every_rule_that_reads_words_is_proven_by_a_text() -> None:
    words = {one.id for one in load_rules().wording if one.when is None and one.is_error} - {"personal-data"}
    assert words == {rule for _, rule, _ in bad}
    assert len(bad) >= 40


def test_a_finding_names_file_line_sentence_rule_and_what_to_write_instead() -> None:
    source = "{# parts: 1 #}\n{{ sender }}: dzień dobry.\nFaktura czeka. Zawiadomimy policję\no wszystkim. Pozdrawiamy."
    (one,) = lint_source("sms/pl/overdue.friendly", source)
    assert (one.rule, one.is_error, one.where) == ("criminal-law", True, "sms/pl/overdue.friendly.txt:3")
    assert one.sentence == "Zawiadomimy policję o wszystkim."
    said = one.to_dict()
    assert "191" in str(said["source"])
    assert set(said["message"]) == set(said["instead"]) == {"pl", "en"}


def test_what_is_the_true_next_step_may_be_said_in_its_own_text() -> None:
    court = "Możemy skierować sprawę na drogę sądową."
    assert rules_of(court, name="final-demand.neutral") == set()
    assert rules_of(court, name="demand.neutral") == {"court-early"}
    collector = "Możemy przekazać sprawę firmie windykacyjnej."
    assert rules_of(collector, name="register-warning.formal") == set()
    assert rules_of("Komornik czeka.", name="final-demand.formal") == {"bailiff"}


def test_a_form_may_call_a_debtor_a_debtor_and_a_message_may_not() -> None:
    text = "Drogi Dłużniku, zwlekasz."
    assert rules_of(text, channel="letter", name="demand") == set()
    assert rules_of(text, channel="email") == {"blame"}


def test_code_is_no_text_but_words_in_it_are() -> None:
    assert rules_of("{# KOMORNIK! #}{% if a != b %}x{% endif %}{{ a != b }}") == set()
    assert rules_of('{{ "komornik" if count > 1 else "wpłata" }}') == {"bailiff"}
    assert rules_of('{% set x = "Zapłać!" %}') == {"exclamation"}
    assert rules_of('{% extends "email/pl/_message.txt" %}', channel="email") == set()


def test_places_stay_where_they_are_when_code_is_blanked_out() -> None:
    source = "a {{ b }}\n{% if c %}\nd{% endif %} {# e\nf #} g"
    assert len(words_of(source)) == len(source)
    assert [at for at, one in enumerate(words_of(source)) if one == "\n"] == [
        at for at, one in enumerate(source) if one == "\n"
    ]
    assert words_of(source).split() == ["a", "d", "g"]


def test_one_sentence_is_found_fault_with_once_for_each_rule() -> None:
    faults = lint_source("sms/pl/overdue.friendly", "Komornik i komornik oraz egzekucja! Komornik znowu.")
    assert [(one.rule, one.sentence) for one in faults] == [
        ("bailiff", "Komornik i komornik oraz egzekucja!"),
        ("bailiff", "Komornik znowu."),
        ("exclamation", "Komornik i komornik oraz egzekucja!"),
    ]


def test_every_rule_says_why_what_instead_and_from_where() -> None:
    rules = load_rules()
    for one in (*rules.wording, *rules.elements):
        assert all(one.advice.reason[language] and one.advice.instead[language] for language in LANGUAGES), one.id
        assert one.advice.source, one.id
    assert len({one.id for one in (*rules.wording, *rules.elements)}) == len(rules.wording) + len(rules.elements)


# --- What comes out ---------------------------------------------------------------------------------------------------

SMS = TextKey.parse("sms/pl/overdue.friendly")
WHAT = (
    "{% if invoice %}faktura {{ invoice.number }}{% else %}"
    '{{ count }} {{ count | plural("faktura", "faktury", "faktur") }}{% endif %}'
)
WHOM = (
    "{% if contact and not drop.contact %}{{ contact }} do biura."
    "{% elif creditor.contact_phone %}{{ creditor.contact_phone }} do biura.{% endif +%}"
)
FINE = f"""\
{{# parts: 2; shorten: contact #}}
{{{{ sender }}}}: {WHAT},
termin {{{{ first_due_on | short_date }}}}, do zapłaty {{{{ grand_totals | map("short_amount") | join(" i ") }}}}.
{WHOM}
"""


def found(source: str, key: TextKey = SMS) -> dict[str, Finding]:
    return {one.rule: one for one in lint(key, source)}


def test_a_text_that_says_everything_and_nothing_wrong_is_left_alone() -> None:
    assert found(FINE) == {}


@pytest.mark.parametrize(
    ("left_out", "rule"),
    [
        ("{{ sender }}: ", "missing-sender"),
        ("{% if invoice %}faktura {{ invoice.number }}{% else %}", "missing-invoices"),
        ("{{ first_due_on | short_date }}", "missing-date"),
        ('{{ grand_totals | map("short_amount") | join(" i ") }}', "missing-amount"),
        (
            "{% if contact and not drop.contact %}{{ contact }} do biura.{% elif creditor.contact_phone %}",
            "missing-contact",
        ),
    ],
)
def test_what_is_missing_is_named_with_the_case_in_which_it_shows(left_out: str, rule: str) -> None:
    blank = {"missing-invoices": "{% if invoice %}faktura{% else %}", "missing-contact": "{% if contact and 1 > 2 %}"}
    one = found(FINE.replace(left_out, blank.get(rule, "")))[rule]
    assert one.is_error
    assert (one.line, one.sentence, one.sample) == (None, "", "one invoice of a consumer")
    assert one.advice.instead["pl"]


def test_the_contact_may_be_given_up_for_room_but_the_sum_may_not() -> None:
    assert found(FINE.replace("{% elif creditor.contact_phone %}{{ creditor.contact_phone }} do biura.", "")) == {}
    one_part = FINE.replace("parts: 2; shorten: contact", "parts: 1; shorten: sum, contact")
    dropped = one_part.replace("{{ grand_totals", "{% if not drop.sum %}{{ grand_totals").replace(
        '" i ") }}', '" i ") }}{% endif %}'
    )
    assert "missing-amount" in found(dropped.replace("termin", "uprzejmie przypominamy, że termin " + "bardzo " * 12))


@pytest.mark.parametrize("value", ["debtor.name", "debtor.id", "debtor.nip or ''", "debtor.address | join(' ')"])
def test_an_sms_tells_no_more_of_a_person_than_the_first_name(value: str) -> None:
    one = found(FINE + f"Dla: {{{{ {value} }}}}.\n")["personal-data"]
    assert one.line == 5
    assert "personal-data" not in found(FINE + f"{{% if not is_consumer %}}Dla: {{{{ {value} }}}}.{{% endif %}}")
    assert "personal-data" not in found(
        FINE + f"Dla: {{{{ {value} }}}}.", TextKey.parse("sms/pl/overdue.friendly.business")
    )
    assert "personal-data" not in found(FINE + "{% if address %}{{ address.familiar }}.{% endif %}")


def test_a_register_is_named_only_where_the_case_allows_it() -> None:
    assert found(FINE + "Dane trafią do rejestru dłużników.\n")["register"].line == 5
    assert found(FINE + "Dane trafią do KRD.\n")["register"].sentence == "Dane trafią do KRD."
    assert found(FINE + "Dane trafią do {{ register.bureau }}.\n")["register"].line == 5
    assert found(FINE + "{% if register %}Dane trafią do rejestru dłużników: {{ register.bureau }}.{% endif %}") == {}
    assert found(FINE + "Dane trafią do rejestru dłużników.", replace(SMS, name="register-warning")) == {}


def test_a_consumer_never_hears_of_compensation() -> None:
    always = FINE + "Przysługuje nam rekompensata, równowartość 40 euro.\n"
    assert found(always)["compensation-consumer"].line == 5
    assert found(always, replace(SMS, kind="business")) == {}
    guarded = FINE + "{% if claims_compensation %}W tym rekompensata {{ compensation | short_amount }}.{% endif %}"
    assert found(guarded) == {}
    consumers = {one.rule for one in lint_source("sms/pl/overdue.friendly.consumer", guarded)}
    assert consumers == {"compensation-consumer"}


def test_what_a_condition_or_a_piece_of_code_hides_is_heard_all_the_same() -> None:
    one = found(FINE + '{% if count == 1 %}Czeka {{ "komor" }}nik.{% endif %}')["bailiff"]
    assert (one.line, one.sample, one.sentence) == (None, "one invoice of a consumer", "Czeka komornik.")


def test_sentences_that_run_together_are_warned_of() -> None:
    one = found(FINE.replace("{% endif +%}", "{% endif %}") + "Dziękujemy.")["glued-sentences"]
    assert not one.is_error
    assert refusals(SMS, FINE.replace("{% endif +%}", "{% endif %}") + "Dziękujemy.") == []
    assert "glued-sentences" not in found(FINE + "Dziękujemy.")


def test_a_broken_text_is_looked_at_as_far_as_it_can_be_read() -> None:
    problems = examine(SMS, "{{ sende }} Zapłać!")
    assert {one.rule if isinstance(one, Finding) else one.code for one in problems} == {"name_unknown", "exclamation"}


# --- Shipped ----------------------------------------------------------------------------------------------------------

SHIPPED = [key for channel in CHANNELS for key in shipped_texts(channel)]


@pytest.mark.parametrize("key", SHIPPED, ids=[key.path for key in SHIPPED])
def test_no_shipped_text_has_anything_to_mend(key: TextKey) -> None:
    assert [(one.rule, one.sentence, one.sample) for one in lint(key, shipped(f"{key.path}.txt") or "")] == []


def test_no_shared_piece_says_anything_wrong() -> None:
    folder = Path(__file__).parents[4] / "templates"
    pieces = [one for channel in CHANNELS for one in (folder / channel).glob("*/_*.txt")]
    assert len(pieces) > 10
    for one in pieces:
        assert lint_source("/".join(one.parts[-3:]), one.read_text(encoding="utf-8")) == []
