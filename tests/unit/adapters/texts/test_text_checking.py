"""What is said of a text that cannot go out: where it is, what it is, and what helps."""

import pytest

from upominek.adapters.texts.checking import check
from upominek.adapters.texts.samples import CREDITOR, samples
from upominek.adapters.texts.sources import shipped, shipped_texts
from upominek.domain.errors import InvalidValue
from upominek.domain.parties.creditor import Creditor
from upominek.domain.texts.overrides import TextKey

SMS = TextKey.parse("sms/pl/overdue.friendly")
EMAIL = TextKey.parse("email/pl/overdue.friendly")
GOOD = """{# parts: 1; shorten: contact #}
{{ sender }}: prosimy o zapłatę {{ totals | map("short_amount") | join(" i ") }}
{% if not drop.contact and contact %}, {{ contact }}{% endif %}"""


def found(source: str, key: TextKey = SMS, creditor: Creditor | None = None) -> list[tuple[str, int, int]]:
    return [(one.code, one.where.line, one.where.column) for one in check(key, source, creditor)]


def test_a_text_that_can_go_out_has_no_problems() -> None:
    assert found(GOOD) == []
    assert found(GOOD, TextKey.parse("sms/uk/overdue.friendly")) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("ż\n\nx {{ sender ", ("syntax", 3, 6)),
        ("żółć {{ sender | }}", ("syntax", 1, 18)),
        ("x\n  {% if contact %}y", ("syntax", 2, 19)),
        ("x\n{{ sendr }}", ("name_unknown", 2, 4)),
        ("{% if register %}{{ register.bureu }}{% endif %}x", ("name_unknown", 1, 21)),
        ("x {{ debtor.pesel }}", ("name_unknown", 1, 6)),
        ("x {% if not drop.thanks %}y{% endif %}", ("name_unknown", 1, 13)),
        ("x\n{{ contact }}", ("hole", 2, 1)),
        ("x\n{{ sender }}\n  {{ invoices }}", ("hole", 3, 3)),
        ("x\n{{ is_consumer }}", ("hole", 2, 1)),
        ("x {{ invoice.number }}", ("does_not_render", 1, 6)),
        ("x\n {{ totals | short_amount }}", ("hole", 2, 2)),
        ("{# parts: 11 #}x", ("policy_invalid", 1, 1)),
        ("{% if invoice %}x{% endif %}", ("text_empty", 1, 1)),
        ("x" * 161, ("too_many_parts", 1, 1)),
        ("{# shorten: a #}x{% if drop.a %}" + "y" * 200 + "{% endif %}", ("shorten_lengthens", 1, 13)),
        ("x {% include 'sms/pl/_nope.txt' %}", ("piece_unknown", 1, 3)),
        ("x\n{% set a = 1 %}", ("statement_refused", 2, 1)),
        ("x {{ count * 2 }}", ("operator_refused", 1, 3)),
        ("{% for a in invoices | list %}x{% endfor %}", ("loop_refused", 1, 1)),
        ("x\x07", ("control_character", 1, 2)),
        ("x" * 20_001, ("text_too_big", 1, 20_001)),
        ("{{ nope | upper }} {{ invoices | map('upper') | join('a') | join('b') }}", ("filter_refused", 1, 20)),
        ("x {{ sender | urlencode }}", ("does_not_render", 1, 15)),
    ],
)
def test_each_mistake_is_shown_where_it_is(source: str, problem: tuple[str, int, int]) -> None:
    assert found(source)[0] == problem
    for one in check(SMS, source):
        assert one.pl != one.en
        assert one.where.file == "sms/pl/overdue.friendly.txt"


def test_near_names_are_offered() -> None:
    assert "sender" in check(SMS, "{{ sendr }}")[0].pl
    unknown = TextKey.parse("sms/pl/overdu.friendly")
    assert [(one.code, "overdue" in one.en) for one in check(unknown, "x")] == [("text_unknown", True)]


def test_a_creditor_with_a_long_name_is_told_with_that_name() -> None:
    long = Creditor(id="c", name="Przedsiębiorstwo Usług Komunalnych i Wodociągowych w Lipowej Górnej nad Bystrą")
    assert found(GOOD, creditor=CREDITOR) == []
    assert found(GOOD + " " + "x" * 50, creditor=long) == [("too_many_parts", 1, 1)]


BLOCKS = """{{% extends "email/pl/_message.txt" %}}
{{% block subject %}}{subject}{{% endblock %}}
{{% block preheader %}}{preheader}{{% endblock %}}
{{% block opening %}}{opening}{{% endblock %}}
{{% block closing %}}Dziękujemy.{{% endblock %}}
"""


@pytest.mark.parametrize(
    ("subject", "preheader", "opening", "problems"),
    [
        ("Faktury", "Do zapłaty", "Prosimy o wpłatę.", []),
        ("", "Do zapłaty", "Prosimy.", [("section_missing", 2, 4)]),
        ("Faktury", "Faktury", "Prosimy.", [("preheader_repeats", 3, 4)]),
        ("Faktury", "y" * 101, "Prosimy.", [("preheader_too_long", 3, 4)]),
        ("y" * 151, "Do zapłaty", "Prosimy.", [("subject_too_long", 2, 4)]),
        ("Faktury", "Do zapłaty", "{% if invoice %}x{% endif %}", [("section_missing", 4, 4)]),
        ("{{ debtor.nip }}", "Do zapłaty", "Prosimy.", [("hole", 2, 20)]),
    ],
)
def test_an_email_needs_its_sections(
    subject: str, preheader: str, opening: str, problems: list[tuple[str, int, int]]
) -> None:
    assert found(BLOCKS.format(subject=subject, preheader=preheader, opening=opening), EMAIL) == problems


@pytest.mark.parametrize("channel", ["sms", "email", "letter"])
def test_every_shipped_text_can_be_told_for_every_sample(channel: str) -> None:
    problems = [problem for key in shipped_texts(channel) for problem in check(key, shipped(f"{key.path}.txt") or "")]
    assert [(one.where, one.code) for one in problems] == []


@pytest.mark.parametrize("path", ["sms/pl/overdue", "letter/pl/demand.formal", "fax/pl/x", "../x", "sms/pl/_a.formal"])
def test_what_names_no_text(path: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        TextKey.parse(path)
    assert caught.value.code == "text_name_invalid"


@pytest.mark.parametrize("path", ["sms/pl/overdue.friendly", "email/en/tax-final.formal.public", "letter/pl/demand"])
def test_a_path_names_its_text(path: str) -> None:
    assert TextKey.parse(f"{path}.txt").path == path


def test_samples_are_of_the_kind_that_a_text_is_for() -> None:
    public = samples(TextKey.parse("email/pl/overdue.formal.public"))
    assert {one.context.kind for one in public} == {"public", "healthcare"}
    assert all(one.context.interest is None for one in samples(TextKey.parse("sms/pl/before-due.formal")))
    assert all(one.context.register for one in samples(TextKey.parse("letter/pl/register-warning")))
    assert len({one.name for one in samples()}) == len(samples())
