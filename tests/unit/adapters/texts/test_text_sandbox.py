"""What a hostile text can do: nothing but say what the context has, within its means."""

import pytest

from upominek.adapters.texts.checking import check
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.adapters.texts.samples import samples
from upominek.adapters.texts.values import ATTRIBUTES, plain, view_of
from upominek.application.ports.texts import Rendered
from upominek.domain.errors import InvalidValue
from upominek.domain.parties.debtor import Debtor
from upominek.domain.texts.overrides import TextKey
from upominek.domain.values.channel import Channel

KEY = TextKey.parse("sms/pl/overdue.friendly")
CONTEXT = next(one.context for one in samples(KEY) if one.name == "three invoices of a consumer")

ESCAPES = [
    "{{ debtor.pesel }}",
    "{{ debtor.phones }}",
    "{{ debtor.__class__ }}",
    "{{ debtor['__class__'] }}",
    "{{ debtor._of.pesel }}",
    "{{ debtor['_of'] }}",
    "{{ creditor.hours }}",
    "{{ creditor.__init__.__globals__ }}",
    "{{ drop.__class__ }}",
    "{{ section.__globals__ }}",
    "{{ invoices.__class__.__mro__ }}",
    "{{ invoices | map(attribute='__class__.__mro__') | list }}",
    "{{ debtor | attr('_of') }}",
    "{{ debtor | attr('__class__') }}",
    "{{ as_of.today() }}",
    "{{ as_of.strftime('%c') }}",
    "{{ totals.append(1) }}",
    "{{ totals[0].currency }}",
    "{{ sender.upper() }}",
    "{{ '{0.__class__}'.format(debtor) }}",
    "{{ '%s' | format(debtor) }}",
    "{{ debug() }}",
    "{{ namespace() }}",
    "{{ dict(a=1) }}",
    "{{ debtor | tojson }}",
    "{{ debtor | pprint }}",
    "{% include '../../../../etc/passwd' %}",
    "{% include '/etc/passwd' %}",
    "{% include 'email/layout.html' %}",
    "{% include 'campaigns/default.yaml' %}",
    "{% include 'sms/pl/../../email/layout.txt' %}",
    "{% include 'sms/pl/overdue.friendly.txt' %}",
    "{% from 'sms/pl/_amount.txt' import x %}x",
]
BOMBS = [
    "{{ 'a' * 100000000 }}",
    "{{ range(100000) | list }}",
    "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "{% for a in invoices %}" * 8 + "x" * 500 + "{% endfor %}" * 8,
    "{% for a in ['x' ~ sender] %}{% for b in [a ~ a ~ a] %}{{ b }}{% endfor %}{% endfor %}",
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ sender | replace('a', 'aaaaaaaaaaaaaaaa') | replace('a', 'aaaaaaaaaaaaaaaa') }}",
    "{{ sender | join('aaaaaaaaaaaaaaaa') | join('aaaaaaaaaaaaaaaaaaa') | join('aaaaaaaaaaaaaaa') }}",
    "{{ '%999999999s' | format(1) }}",
    "{{ sender | indent(100000000) }}",
    "{{ sender | wordwrap(1) }}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{% if 1 %}" * 3000 + "x" + "{% endif %}" * 3000,
    "x" * 30_000,
]


HIDDEN = [
    # What looks like a comment, a loop's end or a tag's end here is part of a string, or in brackets, for the engine.
    '{{ "}}" ~ "{#" }}{% set a = "aaaaaaaaaa" %}' + "{% set a = a ~ a %}" * 27 + '{{ "#}" }}x',
    '{{ {"a": {}} ~ "{#" }}{% set a = 1 %}{{ "#}" }}x',
    "{{ ('}}' ~ '{#') }}{% set a = 1 %}{{ '#}' }}x",
    "{% for a in invoices %}" + '{{ "}}{% endfor %}" }}{% for b in invoices %}' * 8 + "x" * 500 + "{% endfor %}" * 9,
    "x{{ '" + "a" * 9_900 + "' | join('" + "b" * 9_900 + "') }}",
]


def told(source: str) -> Rendered:
    return TemplateRenderer({f"{KEY.path}.txt": source}.get).render(Channel.SMS, "overdue", CONTEXT)


@pytest.mark.parametrize("source", ESCAPES)
def test_nothing_beyond_the_context_can_be_said(source: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        told(source)
    assert caught.value.code == "template_invalid"
    assert check(KEY, source)


def test_filters_pass_over_what_they_must_not_see_and_the_check_says_so() -> None:
    source = "x{{ invoices | map(attribute='_of') | join(',') }}"
    assert told(source).text == "x,,"
    assert [one.code for one in check(KEY, source)] == ["name_unknown"]


@pytest.mark.parametrize("source", BOMBS, ids=range(len(BOMBS)))
def test_what_could_fill_the_memory_is_never_saved(source: str) -> None:
    assert check(KEY, source)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("source", HIDDEN, ids=range(len(HIDDEN)))
def test_nothing_is_hidden_from_the_check(source: str) -> None:
    assert {one.code for one in check(KEY, source)} <= {"tag_unclear", "literal_too_long"}
    assert check(KEY, source)


@pytest.mark.parametrize("source", ["{% for a in invoices %}" * 14 + "x" + "{% endfor %}" * 14, "{{ self }}"])
def test_what_runs_for_long_runs_out_of_fuel(source: str) -> None:
    with pytest.raises(InvalidValue, match="does not render"):
        told(source)


def test_a_value_with_the_syntax_of_templates_is_a_value() -> None:
    context = next(one.context for one in samples(KEY) if one.name == "a name with the syntax of templates")
    rendered = TemplateRenderer({f"{KEY.path}.txt": "{{ debtor.name }}"}.get).render(Channel.SMS, "overdue", context)
    assert rendered.text == "{{ creditor.name }} {% if %} <b>&amp;</b>"


def test_views_have_what_is_listed_and_nothing_else() -> None:
    for kind, names in ATTRIBUTES.items():
        seen = {name for name in dir(view_of(kind)) if not name.startswith("_")}
        assert seen == set(names)
    assert not {"pesel", "phones", "emails", "regon", "email_clause"} & set(ATTRIBUTES[Debtor])


def test_a_thing_that_nobody_thought_of_is_not_shown() -> None:
    with pytest.raises(TypeError, match="bytes"):
        plain(b"")


def test_every_value_of_every_context_can_be_shown() -> None:
    for sample in samples():
        for name, value in sample.context.as_mapping().items():
            plain(value)
            assert name


def test_line_ends_and_turned_writing_never_come_out_of_a_value() -> None:
    assert plain("a\r\nBcc: x\u202eb\u2028c\ud800\x85d") == "a Bcc: x b c d"
    assert plain("Żółć\u00a0sp. z o.o.") == "Żółć\u00a0sp. z o.o."
