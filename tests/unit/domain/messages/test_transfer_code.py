"""The text of a transfer's code, by the rules that the banks agreed on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.errors import InvalidValue
from upominek.domain.messages.transfer_code import LONGEST_CODE, transfer_code, whole_numbers
from upominek.domain.values.money import Money

ACCOUNT = "61109010140000071219812874"
AMOUNT = Money(12345)


def code(
    *,
    nip: str | None = None,
    account: str = ACCOUNT,
    amount: Money = AMOUNT,
    name: str = "Rura",
    title: str = "FV/1",
) -> str:
    return transfer_code(nip, account, amount, name, title)


def test_the_banks_own_examples() -> None:
    assert (
        transfer_code(None, "01234567890123456789012345", Money(12399), "Acme Inc.", "Payment title")
        == "|PL|01234567890123456789012345|012399|Acme Inc.|Payment title|||"
    )
    assert (
        transfer_code(
            "5214349636",
            "24160000035175530643314956",
            Money(12345),
            "Testowy odbiorca",
            "Tytuł płatności",
            ("11223344", "990066", "reserved"),
        )
        == "5214349636|PL|24160000035175530643314956|012345|Testowy odbiorca|Tytuł płatności|11223344|990066|reserved"
    )


@pytest.mark.parametrize(
    "account",
    [ACCOUNT, f"PL{ACCOUNT}", "61 1090 1014 0000 0712 1981 2874", "pl61-1090-1014-0000-0712-1981-2874"],
)
def test_an_account_may_be_written_as_people_do(account: str) -> None:
    assert code(account=account) == f"|PL|{ACCOUNT}|012345|Rura|FV/1|||"


@pytest.mark.parametrize(
    ("grosze", "written"), [(1, "000001"), (99, "000099"), (999999, "999999"), (1000000000, "1000000000")]
)
def test_an_amount_is_in_grosze_with_at_least_six_digits(grosze: int, written: str) -> None:
    assert code(amount=Money(grosze)).split("|")[3] == written


def test_what_is_too_long_is_cut_by_characters_not_bytes() -> None:
    _, _, _, _, name, title, *_ = code(name="ż" * 21, title="ó" * 33).split("|")
    assert (name, title) == ("ż" * 20, "ó" * 32)


def test_an_accent_is_not_parted_from_its_letter() -> None:
    name = code(name="a" * 19 + "o\u0301" + "b").split("|")[4]
    assert name == "a" * 19 + "ó"


def test_separators_and_line_ends_in_values_become_spaces() -> None:
    assert code(name="A|B\r\nC", title=" x\u2028|\ty ") == f"|PL|{ACCOUNT}|012345|A B C|x y|||"


def test_a_large_amount_takes_its_room_from_the_name() -> None:
    full = transfer_code("5214349636", ACCOUNT, Money(10**14), "n" * 20, "t" * 32, ("1" * 20, "2" * 12, "3" * 24))
    assert len(full) == LONGEST_CODE
    assert full.split("|")[4:] == ["n" * 11, "t" * 32, "1" * 20, "2" * 12, "3" * 24]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"amount": Money(100, "EUR")}, "transfer_code_currency"),
        ({"amount": Money(0)}, "transfer_code_amount"),
        ({"amount": Money(-1)}, "transfer_code_amount"),
        ({"account": "DE89370400440532013000"}, "transfer_code_account"),
        ({"account": ACCOUNT[:-1]}, "transfer_code_account"),
        ({"account": "٦١109010140000071219812874"}, "transfer_code_account"),
        ({"nip": "526-104-08-28"}, "transfer_code_nip"),
        ({"name": " | "}, "transfer_code_recipient"),
        ({"title": ""}, "transfer_code_title"),
    ],
)
def test_a_transfer_that_has_no_code_says_why(changes: dict[str, object], why: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        code(**changes)  # type: ignore[arg-type]
    assert caught.value.code == why
    assert caught.value.pl != caught.value.en


@given(
    st.sampled_from([None, "5214349636"]),
    st.integers(1, 10**15 - 1),
    st.text(min_size=1, max_size=150),
    st.text(min_size=1, max_size=150),
    st.tuples(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40)),
)
def test_whatever_the_values_are_nine_fields_within_the_limits_come_out(
    nip: str | None, grosze: int, name: str, title: str, reserved: tuple[str, str, str]
) -> None:
    try:
        made = transfer_code(nip, ACCOUNT, Money(grosze), name, title, reserved)
    except InvalidValue as error:
        assert error.code in {"transfer_code_recipient", "transfer_code_title"}  # noqa: PT017 - nothing was left of it
        return
    fields = made.split("|")
    assert len(made) <= LONGEST_CODE
    assert made.isprintable()
    assert all(len(field) <= most for field, most in zip(fields, (10, 2, 26, 15, 20, 32, 20, 12, 24), strict=True))
    assert int(fields[3]) == grosze


def test_of_a_list_of_numbers_whole_ones_are_kept() -> None:
    assert whole_numbers("FV/2026/01/0088, FV/2026/02/0107, FV/2026/02/0123") == "FV/2026/01/0088, FV/2026/02/0107"
    assert whole_numbers("FV/2026/02/0123") == "FV/2026/02/0123"
    assert whole_numbers("F" * 40 + ", FV/2") == "F" * 40
