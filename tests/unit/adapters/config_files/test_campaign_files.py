"""Campaign files: what is taken, and what the writer is told about everything that is not."""

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upominek.adapters.config_files.campaigns_file import read_campaign, shipped_campaign, shipped_campaigns
from upominek.adapters.config_files.yaml_file import LARGEST_BYTES, InvalidFile
from upominek.adapters.json.problem import problem_to_dict
from upominek.adapters.texts.sources import text_names
from upominek.domain.errors import NotFound
from upominek.domain.parties.creditor import Creditor, Register
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import NO_CLAIMS, Audience, Campaign, Claims, Entry, Step, Use
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.money import Money

LADDER = """
ladder:
  - {offset: 5, channels: [sms], template: overdue}
"""
MINIMAL = "name: Small\n" + LADDER


def read(text: str | bytes, file: str = "shop/my-campaign.yaml", **creditor: object) -> Campaign:
    """A campaign of a creditor that is described so, or of nobody in particular."""
    whose = replace(Creditor(id="hydro", name="Hydro"), **creditor) if creditor else None  # type: ignore[arg-type]
    return read_campaign(text if isinstance(text, bytes) else text.encode(), file, whose)


def mistakes(text: str | bytes, file: str = "my-campaign.yaml", **creditor: object) -> list[tuple[int, str]]:
    with pytest.raises(InvalidFile) as raised:
        read(text, file, **creditor)
    for problem in raised.value.problems:
        assert problem.pl != problem.en
        assert problem.where.file == file
    return [(problem.where.line, problem.code) for problem in raised.value.problems]


def told(text: str) -> str:
    with pytest.raises(InvalidFile) as raised:
        read(text, "my.yaml")
    return raised.value.en


# --- What is taken ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["business-firm", "consumers", "default", "town-hall"])
def test_the_campaigns_that_come_with_the_product_are_right(name: str) -> None:
    assert name in shipped_campaigns()
    campaign = shipped_campaign(name)
    assert campaign.id == name
    assert campaign.is_active


def test_the_default_ladder() -> None:
    ladder = shipped_campaign("default").ladder
    assert [(step.name, step.channels[0].value, step.template) for step in ladder] == [
        ("-3", "sms", "before-due"),
        ("+1", "email", "just-due"),
        ("+5", "sms", "overdue"),
        ("+14", "email", "demand"),
        ("+30", "email", "final-demand"),
    ]


def test_a_file_may_say_everything() -> None:
    campaign = read(
        """
        id: vip
        name: Stali klienci
        order: 7
        active: false
        audience: {kinds: [consumer, PUBLIC], minimum: "1 234,50 zł", tags: [a, b], without_tags: [c]}
        schedule: {at: 9.30, days: [mon, wt, Sat]}
        hours: {days: [mon, tue, sat], opens: 9:00, closes: "17:00", time_zone: Europe/Berlin, holidays: PL}
        entry: Current
        most_per_day: 40
        ladder:
          - {offset: +14, channels: [email], template: demand, tone: formal, expires_after: 10,
             claims: {interest: claim, compensation: mention, register: no}, otherwise: just-due, letter: demand,
             pay_within: 10}
          - {offset: -3, channels: [sms, email], template: before-due}
        """
    )
    assert campaign == Campaign(
        id="vip",
        name="Stali klienci",
        order=7,
        is_active=False,
        audience=Audience(
            kinds=frozenset({DebtorKind.CONSUMER, DebtorKind.PUBLIC}),
            minimum=Money(123450),
            tags=frozenset({"a", "b"}),
            without_tags=frozenset({"c"}),
        ),
        at=time(9, 30),
        weekdays=frozenset({0, 1, 5}),
        hours=ContactHours(
            zone="Europe/Berlin", weekdays=frozenset({0, 1, 5}), opens=time(9), closes=time(17), holidays="PL"
        ),
        entry=Entry.CURRENT,
        most_per_day=40,
        ladder=(
            Step(
                offset_days=-3,
                channels=(Channel.SMS, Channel.EMAIL),
                template="before-due",
                tone=Tone.FRIENDLY,
                expires_after_days=3,
            ),
            Step(
                offset_days=14,
                channels=(Channel.EMAIL,),
                template="demand",
                tone=Tone.FORMAL,
                expires_after_days=10,
                claims=Claims(interest=Use.CLAIM, compensation=Use.MENTION),
                otherwise="just-due",
                letter="demand",
                pay_within_days=10,
            ),
        ),
    )


def test_what_a_file_leaves_out_has_a_default() -> None:
    campaign = read(MINIMAL)
    assert campaign == Campaign(
        id="my-campaign",
        name="Small",
        weekdays=frozenset(range(6)),
        ladder=(Step(offset_days=5, channels=(Channel.SMS,), template="overdue"),),
    )


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    assert read(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode()) == read(MINIMAL)


@pytest.mark.parametrize(
    ("line", "entry", "most"),
    [
        ("", Entry.GENTLE, None),
        ("entry: gentle", Entry.GENTLE, None),
        ("entry: current", Entry.CURRENT, None),
        ("entry: none", Entry.NONE, None),
        ("most_per_day: 1", Entry.GENTLE, 1),
        ("most_per_day: 100000", Entry.GENTLE, 100_000),
    ],
)
def test_how_a_campaign_begins_with_what_it_hears_of_late(line: str, entry: Entry, most: int | None) -> None:
    campaign = read(f"{line}\n{MINIMAL}")
    assert (campaign.entry, campaign.most_per_day) == (entry, most)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("entry: soft", "my.yaml:1:8: Not allowed: “soft”; possible: gentle, current, none."),
        ("entry:", "my.yaml:1:7: Not allowed: “”; possible: gentle, current, none."),
        ("most_per_day: 0", "my.yaml:1:15: The number must be at least 1."),
        ("most_per_day: 2.5", "my.yaml:1:15: This must be a whole number, such as 5 or -3."),
        ("most_per_day: many", "my.yaml:1:15: This must be a whole number, such as 5 or -3."),
    ],
)
def test_how_it_cannot_begin(line: str, sentence: str) -> None:
    assert told(f"{line}\n{MINIMAL}") == sentence


@pytest.mark.parametrize("name", shipped_campaigns())
def test_shipped_campaigns_begin_gently_and_take_every_invoice_of_their_debtors(name: str) -> None:
    campaign = shipped_campaign(name)
    assert campaign.entry is Entry.GENTLE
    assert campaign.audience.minimum is None
    assert campaign.steps_overdue[0].tone is Tone.FRIENDLY


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    campaign = read("name: no\naudience: {tags: [on, 2026-03-02, 010, null1]}\nschedule: {at: 12:30}\n" + LADDER)
    assert campaign.name == "no"
    assert campaign.audience.tags == {"on", "2026-03-02", "010", "null1"}
    assert campaign.at == time(12, 30)


# --- What is not -----------------------------------------------------------------------------------------------------


def test_all_mistakes_are_told_at_once_with_their_lines() -> None:
    text = """\
nam: Small
audience:
  kinds: [consumer, bussiness]
  minimum: 1.234
  tag: [a]
  kinds: [public]
schedule:
  at: "22:00"
  days: [sun, mon]
hours:
  time_zone: Europe/Warszawa
  opens: 9
order: first
active: maybe
ladder:
  - offset: -3
    channels: [smss, email]
    template: before_due
  - offset: -3
    channels: []
    template: overdu
    tone: harsh
    expires_after: -1
  - offset: x
  - offset: 400
    channels: [sms, sms]
    template: overdue
"""
    assert mistakes(text) == [
        (1, "missing"),
        (1, "unknown_key"),
        (3, "not_allowed"),
        (4, "amount_ambiguous"),
        (5, "unknown_key"),
        (6, "duplicate_key"),
        (9, "sunday"),
        (11, "zone_unknown"),
        (12, "time_invalid"),
        (13, "int_parsing"),
        (14, "bool_parsing"),
        (17, "not_allowed"),
        (18, "template_unknown"),
        (19, "duplicate_offset"),
        (20, "empty"),
        (21, "template_unknown"),
        (22, "not_allowed"),
        (23, "greater_than_equal"),
        (24, "missing"),
        (24, "missing"),
        (24, "int_parsing"),
        (25, "less_than_equal"),
        (26, "duplicate_channel"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "name: X\nladdr: []\n" + LADDER,
            (
                "my.yaml:2:1: Unknown key “laddr”; "
                "possible: id, name, order, active, audience, schedule, hours, entry, most_per_day, ladder. "
                "Did you mean “ladder”?"
            ),
        ),
        (
            "name: X\nladder:\n  - offset: 1\n    channels: [pigeon]\n    template: overdue\n",
            "my.yaml:4:16: Not allowed: “pigeon”; possible: sms, email, letter.",
        ),
        (
            "name: X\nladder:\n  - offset: 1\n    channels: [sms]\n    template: overdo\n",
            (
                "my.yaml:5:15: The channel sms has no template “overdo”; "
                f"possible: {', '.join(text_names(Channel.SMS))}. Did you mean “overdue”?"
            ),
        ),
        (
            "name: X\nschedule: {days: [monday]}\n" + LADDER,
            "my.yaml:2:19: Not allowed: “monday”; possible: mon, tue, wed, thu, fri, sat. Did you mean “mon”?",
        ),
        ("name: X\naudience:\n  minimum: -5\n" + LADDER, "my.yaml:3:12: The amount may not be below zero."),
        ("ladder: []\nname: X\n", "my.yaml:1:1: The list is empty; at least one entry is needed."),
        ("name: X\nladder: sms\n", "my.yaml:2:9: This must be a list, such as [a, b]."),
        ("name: X\naudience: all\n" + LADDER, "my.yaml:2:11: This must be keys with values."),
        ("name: [a]\n" + LADDER, "my.yaml:1:1: This must be text in one line."),
        ('name: "a\\tb"\n' + LADDER, "my.yaml:1:7: This must be text in one line, without invisible characters."),
        ("name:\n" + LADDER, "my.yaml:1:6: This must be text in one line."),
        ("name: ''\n" + LADDER, "my.yaml:1:7: This must not be empty."),
        (
            "name: " + "x" * 101 + LADDER,
            "my.yaml:1:7: The text is too long: 100 characters are allowed.",
        ),
        (
            "id: My Campaign\nname: X\n" + LADDER,
            "my.yaml:1:5: An id is 1 to 32 small letters a–z, digits and hyphens, such as default.",
        ),
    ],
)
def test_a_mistake_is_told_in_a_plain_sentence(text: str, sentence: str) -> None:
    assert told(text) == sentence


def test_a_problem_can_be_told_to_programs() -> None:
    with pytest.raises(InvalidFile) as raised:
        read("name: X\nladder: sms\n", "my.yaml")
    assert problem_to_dict(raised.value.problems[0]) == {
        "file": "my.yaml",
        "line": 2,
        "column": 9,
        "code": "tuple_type",
        "message": {"pl": "To ma być lista, np. [a, b].", "en": "This must be a list, such as [a, b]."},
    }
    assert raised.value.pl == "my.yaml:2:9: To ma być lista, np. [a, b]."


def test_the_text_of_every_channel_of_a_step_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "upominek.adapters.config_files.campaigns_file.text_names",
        lambda channel: ("overdue",) if channel is Channel.SMS else ("demand",),
    )
    both = "name: X\nladder:\n  - {offset: 1, channels: [sms, email], template: overdue}\n"
    assert mistakes(both) == [(3, "template_unknown")]
    assert "The channel email has no template" in told(both)


def test_the_hour_of_planning_lies_within_contact_hours_and_before_the_last_tick() -> None:
    def at(hour: str) -> str:
        return f"name: X\nschedule:\n  at: {hour}\n" + LADDER

    assert read(at("08:00")).at == time(8)
    assert read(at("19:45")).at == time(19, 45)
    assert mistakes(at("07:59")) == mistakes(at("19:46")) == [(3, "time_outside_hours")]
    assert "Possible: from 08:00 to 19:45" in told(at("22:00"))
    late = ContactHours(opens=time(12))
    assert mistakes(MINIMAL, hours=late) == [(1, "time_outside_hours")]
    assert read("hours: {opens: '8:00'}\n" + MINIMAL, hours=late).at == time(9)


def test_a_campaign_needs_a_contact_day() -> None:
    saturdays = "name: X\nschedule:\n  days: [sat]\n" + LADDER
    assert mistakes(saturdays) == [(3, "no_contact_day")]
    assert read(saturdays, hours=ContactHours(weekdays=frozenset({4, 5}))).weekdays == {5}


def test_hours_that_cannot_be_are_shown_where_they_stand() -> None:
    text = "name: X\nhours:\n  opens: '17:00'\n  closes: '9:00'\n" + LADDER
    assert mistakes(text) == [(2, "contact_hours_invalid")]


def test_a_file_whose_name_is_no_id_has_to_say_one() -> None:
    assert mistakes(MINIMAL, "Moja kampania.yaml") == [(1, "id_missing")]
    assert read("id: moja\n" + MINIMAL, "C:\\Teksty\\Moja kampania.yaml").id == "moja"


def test_a_step_keeps_its_place_in_the_file_however_the_steps_are_ordered() -> None:
    text = """\
name: X
ladder:
  - {offset: 14, channels: [sms], template: demand}
  - {offset: +1, channels: [sms], template: just-due}
  - {offset: 1, channels: [sms], template: overdue}
"""
    assert mistakes(text) == [(5, "duplicate_offset")]
    assert "is in line 4 already" in told(text)


# --- What no case would allow ----------------------------------------------------------------------------------------

REGISTER = Register("Rejestr BIG S.A.", "ul. Wzorcowa 1, Warszawa")


def claiming(*steps: str, kinds: str = "consumer, business") -> str:
    """A campaign whose steps say this, each on a line from 4."""
    ladder = "".join(f"  - {{channels: [email, sms], template: overdue, {step}}}\n" for step in steps)
    return f"name: X\naudience: {{kinds: [{kinds}]}}\nladder:\n{ladder}"


@pytest.mark.parametrize(
    "what", ["interest: claim", "interest: mention", "compensation: claim", "compensation: mention"]
)
@pytest.mark.parametrize(("offset", "is_refused"), [(-3, True), (0, True), (1, False)])
def test_nothing_is_added_up_to_the_due_date(what: str, offset: int, *, is_refused: bool) -> None:
    text = claiming(f"offset: {offset}, claims: {{{what}}}")
    if is_refused:
        assert mistakes(text) == [(4, "claim_too_early")]
    else:
        assert read(text).ladder[0].claims.adds_money


def test_a_mistake_about_a_claim_has_its_place_its_article_and_a_way_out() -> None:
    assert told(claiming("offset: -3, claims: {interest: claim}")) == (
        "my.yaml:4:80: Interest is owed from the day after the due date (art. 481 § 1 of the Civil Code), and this "
        "step is -3. Take “interest” out, or move it to a step after the due date."
    )
    assert "art. 10" in told(claiming("offset: -3, claims: {compensation: claim}"))
    assert "Move it to +30" in told(claiming("offset: 29, claims: {register: true}"))


@pytest.mark.parametrize(
    ("kinds", "is_refused"), [("consumer", True), ("consumer, public", False), ("healthcare", False)]
)
def test_consumers_alone_are_never_asked_for_compensation(kinds: str, *, is_refused: bool) -> None:
    text = claiming("offset: 30, claims: {compensation: mention}", kinds=kinds)
    if is_refused:
        assert mistakes(text) == [(4, "compensation_consumers")]
    else:
        assert read(text).ladder[0].claims == Claims(compensation=Use.MENTION)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("offset: 29, claims: {register: true}", ["register_too_early"]),
        ("offset: -1, claims: {register: yes}", ["register_too_early"]),
        ("offset: 30, claims: {register: true}", []),
        ("offset: 30, claims: {register: no}", []),
        ("offset: 30, claims: {register: true}, otherwise: register-warning", ["otherwise_claims"]),
        ("offset: 30, otherwise: register-warning", ["register_unclaimed"]),
        ("offset: 30, letter: register-warning", ["register_unclaimed"]),
        ("offset: 30, letter: register-warning, claims: {register: true}", []),
        ("offset: 30, claims: {register: perhaps}", ["bool_parsing"]),
        ("offset: 30, claims: {interest: always}", ["not_allowed"]),
        ("offset: 30, claims: {interests: claim}", ["unknown_key"]),
        ("offset: 30, claims: all", ["model_type"]),
        ("offset: 30, otherwise: overdo", ["template_unknown"]),
        ("offset: 30, otherwise: tax-overdue, claims: {interest: claim}", ["claim_on_tax"]),
        ("offset: 30, letter: demnad", ["letter_unknown"]),
        ("offset: 30, letter: interest-note", ["interest_unclaimed"]),
        ("offset: 30, letter: interest-note, claims: {interest: claim}", []),
        ("offset: 30, pay_within: 0", ["greater_than_equal"]),
        ("offset: 30, pay_within: 91", ["less_than_equal"]),
    ],
)
def test_what_a_step_may_claim(step: str, expected: list[str]) -> None:
    text = claiming(step)
    if expected:
        assert mistakes(text) == [(4, code) for code in expected]
    else:
        read(text)


def test_a_text_that_warns_needs_a_step_that_says_so() -> None:
    text = "name: X\nladder:\n  - {offset: 45, channels: [email], template: register-warning}\n"
    assert mistakes(text) == [(3, "register_unclaimed")]
    assert "claims: {register: true}" in told(text)


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("channels: [sms], template: demand, letter: demand", "letter_without_way"),
        ("channels: [letter]", "letter_unnamed"),
        ("channels: [email, letter], template: demand", "letter_unnamed"),
        ("channels: [email, letter], letter: demand", "missing"),
        ("channels: [letter], letter: balance-confirmation", "letter_unknown"),
        ("channels: [letter], letter: instalment-agreement", "letter_unknown"),
    ],
)
def test_a_letter_is_posted_or_goes_with_an_e_mail(step: str, code: str) -> None:
    assert mistakes(f"name: X\nladder:\n  - {{offset: 14, {step}}}\n") == [(3, code)]


def test_a_letter_is_about_arrears() -> None:
    text = "name: X\nladder:\n  - {offset: 0, channels: [letter], letter: reminder}\n"
    assert mistakes(text) == [(3, "letter_too_early")]


def test_a_step_that_posts_a_letter_needs_no_other_text() -> None:
    (alone, both) = read(
        "name: X\nladder:\n  - {offset: 14, channels: [letter], letter: demand}\n"
        "  - {offset: 30, channels: [email, letter], template: final-demand, letter: final-demand}\n"
    ).ladder
    assert (alone.channels, alone.letter, alone.template) == ((Channel.LETTER,), "demand", "demand")
    assert (both.channels, both.letter) == ((Channel.EMAIL, Channel.LETTER), "final-demand")


def test_a_warning_needs_a_register_where_the_creditor_is_known() -> None:
    text = claiming("offset: 30, claims: {register: true}")
    assert mistakes(text, nip=None) == [(4, "register_unknown")]
    assert read(text, register=REGISTER).ladder[0].claims.register
    with pytest.raises(InvalidFile, match="names no register"):
        shipped_campaign("business-firm", Creditor(id="hydro", name="Hydro"))
    assert shipped_campaign("business-firm", Creditor(id="hydro", name="Hydro", register=REGISTER)).is_active


def test_wrong_claims_are_told_beside_all_else_that_is_wrong() -> None:
    text = claiming(
        "offset: x, claims: {compensation: claim}, tone: harsh",
        "offset: 0, claims: {interest: claim}",
        kinds="consumer",
    )
    assert sorted(mistakes(text)) == [
        (4, "compensation_consumers"),
        (4, "int_parsing"),
        (4, "not_allowed"),
        (5, "claim_too_early"),
    ]


@pytest.mark.parametrize("name", shipped_campaigns())
def test_friendly_steps_of_shipped_campaigns_claim_nothing(name: str) -> None:
    for step in shipped_campaign(name).ladder:
        assert step.tone is not Tone.FRIENDLY or step.claims == NO_CLAIMS


# --- Files that are none ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", (1, "file_empty")),
        (b"# only a remark\n", (1, "file_empty")),
        (b"- a\n- b\n", (1, "model_type")),
        (b"just words", (1, "model_type")),
        (b"name: X\n\tladder: []\n", (2, "syntax")),
        (b"name: X\nladder: [a\n", (3, "syntax")),
        (b"name: X: Y\n", (1, "syntax")),
        (b"name: X\nladder: \x00\n", (2, "syntax")),
        ("name: X\nladder: Łódź\n".encode("cp1250"), (2, "encoding")),
        (b"name: X\n---\nname: Y\n", (2, "second_document")),
        (b"name: &n X\nladder: *n\n", (1, "anchor")),
        (b"name: *n\n", (1, "alias")),
        (b"name: !!python/object/apply:os.system [ls]\n", (1, "tag")),
        (b"name: !!str X\n", (1, "tag")),
        (b"[a]: b\n", (1, "key")),
        (b"a: " + b"[" * 2000, (1, "too_deep")),
        (b"name: " + b"x" * LARGEST_BYTES, (1, "file_too_large")),
        (b"PK\x03\x04\x14\x00\x06\x00", (1, "syntax")),
    ],
)
def test_what_is_no_campaign_file_ends_with_one_clear_mistake(content: bytes, expected: tuple[int, str]) -> None:
    assert mistakes(content) == [expected]


def test_a_bomb_of_anchors_ends_at_the_first() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    assert mistakes("\n".join(lines)) == [(1, "anchor")]


def test_a_repeated_part_is_told_once_whatever_is_inside() -> None:
    text = "name: X\naudience: {tags: [a]}\naudience: {tags: [b], nonsense: [c]}\n" + LADDER
    assert mistakes(text) == [(3, "duplicate_key")]


@given(st.text(max_size=300) | st.text("[]{}:,-&*!|>'\"%@`#? \n\tab1", max_size=300))
@settings(deadline=None)
def test_whatever_stands_in_a_file_the_answer_is_a_list_of_mistakes(text: str) -> None:
    with pytest.raises(InvalidFile) as raised:
        read(text.encode("utf-8", "surrogatepass"))
    assert raised.value.problems


def test_an_unknown_name_gets_the_list_of_those_there_are() -> None:
    with pytest.raises(NotFound, match="Did you mean “default”"):
        shipped_campaign("defaults")


@pytest.mark.parametrize(
    "content",
    [
        "name: a\u2028b: c: d",
        "a\rb\rc: d: e",
        "\x85\x85\x85{",
        'name: "\\U99999999"',
        "%YAML " + "9" * 5000 + ".1\n---\na: b",
    ],
)
def test_a_mistake_where_yaml_counts_lines_or_letters_otherwise_is_told_too(content: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        read_campaign(content.encode(), "kampania.yaml")
    assert [one.code for one in caught.value.problems] == ["syntax"]
