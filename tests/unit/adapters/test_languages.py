"""Languages: what each must know and have, and that a third one costs a module, a row and its texts."""

import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.ukrainian import TEXTS, UKRAINIAN
from tools.letter_sample import CREDITOR, sample_case, sample_rates
from upominek.adapters.letters.composing import compose as composed
from upominek.adapters.letters.typesetting import TypstTypesetter
from upominek.adapters.letters.writing import writing
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.adapters.texts.samples import samples
from upominek.adapters.texts.sources import labels, shipped, shipped_texts, text_names
from upominek.adapters.texts.values import filters
from upominek.application.letters.write_letter import LetterRequest, compose
from upominek.domain.language.default import DEFAULT_LANGUAGE
from upominek.domain.language.language import Language
from upominek.domain.language.languages import DEFAULT, LANGUAGES, language_of
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.texts.overrides import CHANNELS, Overrides, TextKey, TextOverride, fingerprint
from upominek.domain.values.channel import Channel
from upominek.domain.values.money import Money

CASES = {one.name: one.context for one in samples()}
DAY = date(2026, 3, 16)
WORDS = ("email/{}/labels.toml", "letter/{}/labels.toml", "pages/simulation.{}.toml")
CACHED = (shipped, shipped_texts, text_names, labels, writing)

each_language = pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)


def in_language(code: str, case: str = "three invoices of a consumer") -> MessageContext:
    context = CASES[case]
    debtor = replace(context.debtor, language=code)
    address = language_of(code).address_form(debtor.first_name)
    return replace(context, tone="friendly", debtor=debtor, address=address)


def own(path: str, source: str) -> Overrides:
    key, at = TextKey.parse(path), datetime(2026, 3, 2, 9, tzinfo=UTC)
    digest = fingerprint(source)
    return Overrides({path: TextOverride(key=key, source=source, version=1, sha256=digest, by="Ewa", at=at)})


def said_by(code: str, source: str, case: str = "three invoices of a consumer") -> str:
    """What an SMS of the creditor's own says to a debtor of the language."""
    texts = own(f"sms/{code}/overdue.friendly", source)
    rendered = TemplateRenderer().render(Channel.SMS, "overdue", in_language(code, case), texts)
    assert rendered.failed_override is None
    return rendered.text


# --- What each must have ----------------------------------------------------------------------------------------------


def words_of(path: str) -> set[str]:
    """The names that a file of words has, `channels.sms` for those below a heading."""
    found = set()
    for name, value in tomllib.loads(shipped(path) or "").items():
        found.update({f"{name}.{one}" for one in value} if isinstance(value, dict) else {name})
    return found


def lacking(code: str) -> list[str]:
    """What Polish has and the language has not: texts by their paths, words by file and name."""
    keys = [key for channel in CHANNELS for key in shipped_texts(channel) if key.language == DEFAULT_LANGUAGE]
    texts = [replace(key, language=code).path for key in keys]
    words = [
        f"{file.format(code)}: {name}"
        for file in WORDS
        for name in sorted(words_of(file.format(DEFAULT_LANGUAGE)) - words_of(file.format(code)))
    ]
    return [path for path in texts if shipped(f"{path}.txt") is None] + words


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_has_every_text_and_every_word(code: str) -> None:
    missing = lacking(code)
    assert not missing, "\n".join([f"{len(missing)} missing:", *missing])


def test_every_folder_of_texts_is_of_a_language_that_is_spoken() -> None:
    assert {key.language for channel in CHANNELS for key in shipped_texts(channel)} == set(LANGUAGES)


@each_language
def test_a_language_tells_days_months_and_amounts_apart(language: Language) -> None:
    days = [date(2026, month, 2) for month in range(1, 13)]
    for write in (language.long_date, language.short_date, language.document_date, language.table_date):
        assert len({write(day) for day in days}) == len(days)
        assert "2" in write(date(2026, 3, 2))
        assert "26" in write(date(2026, 3, 2))
    for write in (language.amount, language.short_amount):
        assert len({write(one) for one in (Money(123456), Money(-123456), Money(123456, "EUR"), Money(12345))}) == 4
    assert language.number("9.25") == f"9{language.decimal_sign}25"


@each_language
def test_every_count_has_a_form_and_every_form_a_count(language: Language) -> None:
    forms = [f"form {place}" for place in range(len(language.plurals))]
    assert {language.plural(count, *forms) for count in range(200)} == set(forms)
    with pytest.raises(TypeError):
        language.plural(1, *forms, "one too many")


def test_english_has_two_forms() -> None:
    assert [LANGUAGES["en"].plural(count, "invoice", "invoices") for count in (0, 1, -1, 2, 21)] == [
        *("invoices", "invoice", "invoice", "invoices", "invoices")
    ]


def test_a_language_that_is_not_spoken_is_written_as_polish() -> None:
    assert language_of("de") is DEFAULT
    assert writing("de").language is DEFAULT


# --- What texts of creditors may rely on ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["pl", "en", "de"])
def test_former_names_of_filters_write_as_they_did_in_every_language(code: str) -> None:
    source = (
        '{{ totals | map("short_amount") | join(", ") }}; '
        "{{ totals[0] | long_amount }}; {{ totals[0] | english_amount }}; "
        "{{ as_of | long_date }}; {{ as_of | short_date }}; {{ as_of | english_date }}; "
        '{{ count | plural("one", "few", "many") }}'
    )
    assert said_by(code, source) == (
        "1833,56 PLN; 1 833,56 zl; PLN 1,833.56; 10 marca 2026; 10.03.2026; 10 March 2026; few"
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("pl", "1 833,56 zl; 1833,56 PLN; 10 marca 2026; 10.03.2026"),
        ("en", "PLN 1,833.56; PLN 1,833.56; 10 March 2026; 10 March 2026"),
        ("de", "1 833,56 zl; 1833,56 PLN; 10 marca 2026; 10.03.2026"),
    ],
)
def test_filters_write_in_the_language_of_the_text(code: str, said: str) -> None:
    source = "{{ totals[0] | money }}; {{ grand_totals[0] | short_money }}; {{ as_of | day }}; {{ as_of | short_day }}"
    assert said_by(code, source) == said
    # And so they do where nothing is worked out beforehand.
    assert said_by(code, f"{{% set nothing = 1 %}}{source}") == said


def test_a_text_in_english_gives_two_forms() -> None:
    assert said_by("en", '{{ count | plural("invoice", "invoices") }}') == "invoices"
    assert said_by("en", '{{ count | plural("invoice", "invoices") }}', "one invoice of a consumer") == "invoice"


# --- A third one ------------------------------------------------------------------------------------------------------


@pytest.fixture
def ukrainian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ukrainian among the languages, with a few texts among those that are shipped, and words like Polish ones."""
    templates = tmp_path / "templates"
    shutil.copytree(Path(str(files("templates") / "sms")).parent, templates)
    for channel in CHANNELS:  # should Ukrainian be shipped one day, this is not it
        shutil.rmtree(templates / channel / "uk", ignore_errors=True)
    (templates / "pages" / "simulation.uk.toml").unlink(missing_ok=True)
    shutil.copytree(TEXTS, templates, dirs_exist_ok=True)
    for file in WORDS[:2]:
        words = tomllib.loads((templates / file.format("pl")).read_text(encoding="utf-8"))
        marked = "".join(f'{name} = "uk:{name}"\n' for name in words)
        (templates / file.format("uk")).write_text(marked, encoding="utf-8")
    monkeypatch.setattr("upominek.adapters.texts.sources.files", lambda _: templates)
    monkeypatch.setitem(LANGUAGES, "uk", UKRAINIAN)  # type: ignore[arg-type]
    for one in CACHED:
        one.cache_clear()
    yield
    for one in CACHED:
        one.cache_clear()


@pytest.mark.usefixtures("ukrainian")
@pytest.mark.parametrize(
    ("case", "counted"),
    [("one invoice of a consumer", "1 рахунок"), ("three invoices of a consumer", "3 рахунки")],
)
def test_an_sms_in_a_third_language(case: str, counted: str) -> None:
    context = in_language("uk", case)
    renderer = TemplateRenderer()
    text = renderer.render(Channel.SMS, "overdue", context).text
    first = f"{context.first_due_on:%d.%m.%y}"
    total = f"{context.totals[0].plain()} PLN".replace(".", ",")
    assert text == f"{context.sender}: {counted}, {total}, {first}, {first}"
    assert text == TemplateRenderer(refuses_holes=True).render(Channel.SMS, "overdue", context).text


@pytest.mark.usefixtures("ukrainian")
def test_its_counts_follow_its_own_rule() -> None:
    context = replace(in_language("uk"), count=21)
    assert "21 рахунок," in TemplateRenderer().render(Channel.SMS, "overdue", context).text


@pytest.mark.usefixtures("ukrainian")
def test_an_email_in_a_third_language() -> None:
    rendered = TemplateRenderer().render(Channel.EMAIL, "overdue", in_language("uk"), with_images=False)
    assert rendered.html is not None
    assert rendered.subject == "3 рахунки"
    assert '<html lang="uk"' in rendered.html
    for said in (rendered.text, rendered.html):
        assert "uk:due_as_of 10 березня 2026" in said
        assert "05.03.26" in said
        assert "1234,56 PLN" in said
        assert "термін минув 20 лютого 2026." in said
        assert not [foreign for foreign in ("marca", "March", "zł", "1,234.56", "05.03.2026") if foreign in said]


@pytest.mark.usefixtures("ukrainian")
def test_a_letter_in_a_third_language() -> None:
    request = LetterRequest(kind=LetterKind.DEMAND, day=DAY)
    content = compose(CREDITOR, sample_case(DebtorKind.BUSINESS, DAY, 2, "uk"), request, DAY, sample_rates(DAY)).content
    renderer = TemplateRenderer()
    block, unprintable = composed(content, renderer.sections("letter", "demand", content.context), str)
    table = next(one for one in block["body"] if one["is"] == "table")
    assert unprintable == ""
    assert block["language"] == "uk"
    assert ["uk:date", "Lipowa, 16 березня 2026 року"] in block["reference"]
    assert table["rows"][0][1:3] == ["24.01.26", "07.02.26"]
    assert table["totals"][-1]["label"] == "uk:total"
    letter = TypstTypesetter(renderer).letter(content)
    page = PdfReader(BytesIO(letter.pdf))
    assert page.trailer["/Root"]["/Lang"] == "uk"
    assert "станом на 16 березня 2026 не оплачено 2 рахунки" in " ".join(page.pages[0].extract_text().split())


@pytest.mark.usefixtures("ukrainian")
def test_a_text_that_it_lacks_is_polish_in_everything() -> None:
    polish, stands_in = (
        TemplateRenderer().render(Channel.EMAIL, "just-due", in_language(code, "one invoice of a consumer"))
        for code in ("pl", "uk")
    )
    assert "Pani Anno" in polish.text
    assert stands_in == polish


@pytest.mark.usefixtures("ukrainian")
def test_what_it_lacks_is_told() -> None:
    missing = lacking("uk")
    assert {"sms/uk/overdue.formal", "email/uk/demand.neutral", "letter/uk/reminder"} < set(missing)
    assert "pages/simulation.uk.toml: title" in missing
    assert "pages/simulation.uk.toml: channels.sms" in missing
    assert not {"sms/uk/overdue.friendly", "letter/uk/demand", "email/uk/labels.toml: total"} & set(missing)


@pytest.mark.usefixtures("ukrainian")
def test_its_sms_are_worked_out_beforehand_too() -> None:
    renderer, context = TemplateRenderer(), in_language("uk")
    renderer.render(Channel.SMS, "overdue", context)
    template = renderer._compiled["sms/uk/overdue.friendly"]
    assert {name for name in template.values(context) if name.startswith("prepared_")} == {
        f"prepared_{place}" for place in range(5)
    }


def test_filters_have_no_language_in_their_names_but_the_former_ones() -> None:
    assert set(filters(DEFAULT)) == {
        *("plural", "money", "short_money", "day", "short_day"),
        *("long_amount", "short_amount", "english_amount", "long_date", "short_date", "english_date"),
    }


@pytest.mark.parametrize(("code", "forms"), [("pl", '"a", "b"'), ("en", '"a"'), ("en", '"a", "b", "c", "d"')])
def test_a_wrong_number_of_forms_is_an_error(code: str, forms: str) -> None:
    texts = own(f"sms/{code}/overdue.friendly", f"x {{{{ count | plural({forms}) }}}}")
    rendered = TemplateRenderer().render(Channel.SMS, "overdue", in_language(code), texts)
    assert rendered.failed_override == f"sms/{code}/overdue.friendly"
