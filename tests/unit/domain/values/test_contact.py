from contextlib import suppress

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.errors import InvalidValue
from upominek.domain.values.contact import (
    Email,
    Phone,
    address_hash,
    find_emails,
    find_phones,
    parse_email,
    parse_phone,
)

MOBILE = Phone("+48512345678", may_receive_sms=True)


@pytest.mark.parametrize(
    "text",
    [
        "512 345 678",
        "512345678",
        "512-345-678",
        "512–345–678",
        "512.345.678",
        "512\u00a0345\u00a0678",
        " +48 512 345 678 ",
        "+48512345678",
        "(+48) 512 345 678",
        "0048512345678",
        "00 48 512 345 678",
        "48512345678",
        "0 512 345 678",
        "tel. 512 345 678",
        "Tel.: 512345678",
        "kom. 512 345 678",
        "'512345678",
        "５１２３４５６７８",
        "\u200b512345678\ufeff",
        "+48 (0) 512 345 678",
        "+48(0)512345678",
        "+48 0512345678",
        "0048 0512 345 678",
        "48 0 512 345 678",
        "GSM 512345678",
        "m. 512345678",
        "t: 512 345 678",
        "512345678 (p. Ania)",
        "512 345 678 (kom.)",
        "512345678 - Jan",
        "512345678 Anna",
        "Anna Kos: 512345678",
        "512345678 / brak",
        "512345678, p. Ania",
        "512 345 678 (po 16:00)",
        "512 345 678 w godz. 8-16",
        "512345678,00",
        "tel:+48512345678",
        "512 345 678, fax 22 123 45 67",
        "Telefon 2: 512 345 678",
    ],
)
def test_a_polish_mobile_is_read_however_it_is_written(text: str) -> None:
    assert parse_phone(text) == MOBILE


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("22 123 45 67", "+48221234567"),
        ("(22) 123-45-67", "+48221234567"),
        ("22/123 45 67", "+48221234567"),
        ("0-22 123 45 67", "+48221234567"),
        ("(0-22) 123 45 67", "+48221234567"),
        ("800 123 456", "+48800123456"),
        ("642 123 456", "+48642123456"),
        ("39 123 45 67", "+48391234567"),
        ("+48 (0) 22 123 45 67", "+48221234567"),
        ("0048 (0) 22 123 45 67", "+48221234567"),
        ("+48 022 123 45 67", "+48221234567"),
        ("48 022 123 45 67", "+48221234567"),
        ("tel/fax 22 123 45 67", "+48221234567"),
        ("tel./faks: 22 123 45 67", "+48221234567"),
        ("22 123 45 67/68", "+48221234567"),
        ("22 123 45 67-69", "+48221234567"),
    ],
)
def test_landlines_and_service_numbers_are_phones_but_receive_no_sms(text: str, e164: str) -> None:
    assert parse_phone(text) == Phone(e164, may_receive_sms=False)


@pytest.mark.parametrize(
    ("text", "e164", "may_receive_sms"),
    [
        ("+49 151 23456789", "+4915123456789", True),
        ("0049 30 901820", "+4930901820", False),
        ("+44 7911 123456", "+447911123456", True),
        ("+1 202 555 0143", "+12025550143", True),  # America does not tell mobiles from landlines
    ],
)
def test_foreign_numbers_need_their_prefix(text: str, e164: str, *, may_receive_sms: bool) -> None:
    assert parse_phone(text) == Phone(e164, may_receive_sms=may_receive_sms)


def test_another_region_reads_its_own_numbers() -> None:
    assert parse_phone("0151 23456789", region="DE") == Phone("+4915123456789", may_receive_sms=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "phone_missing"),
        (" - ", "phone_missing"),
        ("brak", "phone_invalid"),
        ("601 234 56", "phone_invalid"),
        ("512 345 678 9", "phone_invalid"),
        ("112", "phone_invalid"),
        ("+48 512 345 67", "phone_invalid"),
        ("0800-WINDYKACJA", "phone_invalid"),
        ("1" * 10_000, "phone_invalid"),
        ("4,85123E+10", "phone_scientific"),
        ("4.85E10", "phone_scientific"),
        ("512 345 678; 600 100 200", "phone_several"),
        ("512 345 678, 600 100 200", "phone_several"),
        ("512 345 678 / 600 100 200", "phone_several"),
        ("512 345 678 lub 22 123 45 67", "phone_several"),
        ("22 123 45 67 wew. 12", "phone_extension"),
        ("22 123 45 67 w. 5", "phone_extension"),
        ("22 123 45 67 ext 5", "phone_extension"),
        ("22 123 45 67 #5", "phone_extension"),
        ("22 123 45 67 w5", "phone_extension"),
        ("fax 22 123 45 67", "phone_fax"),
        ("22 123 45 67 (faks)", "phone_fax"),
        ("NIP 5261040828", "phone_invalid"),
        ("REGON: 123456785", "phone_invalid"),
        ("512345678A", "phone_invalid"),
        ("A512345678", "phone_invalid"),
        ("512 345 67 lub 601222333", "phone_several"),
        ("512345678/601222333", "phone_several"),
        ("2026-03-02", "phone_invalid"),
        ("61 1090 1014 0000 0712 1981 2874", "phone_invalid"),
        ("512345678 " + "x" * 400, "phone_invalid"),
    ],
)
def test_a_number_that_cannot_be_used_is_refused_without_being_repeated(text: str, code: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_phone(text)
    assert refusal.value.code == code
    assert not text.strip() or text not in refusal.value.pl + refusal.value.en


@given(st.from_regex(r"[1-9][0-9]{8}", fullmatch=True))
def test_the_fast_way_for_polish_mobiles_agrees_with_the_library(national: str) -> None:
    number = phonenumbers.parse(national, "PL")
    try:
        phone = parse_phone(national)
    except InvalidValue:
        assert not phonenumbers.is_valid_number(number)
    else:
        assert phonenumbers.is_valid_number(number)
        assert phone.may_receive_sms == (phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE)


@given(st.from_regex(r"(45|5[0137]|6[069]|7[2389]|88)[0-9]{7}", fullmatch=True))
def test_a_normalised_number_is_read_as_itself(national: str) -> None:
    phone = parse_phone(national)
    assert phone.may_receive_sms
    assert parse_phone(phone.e164) == phone


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("jan.kowalski@example.com", "jan.kowalski@example.com"),
        (" Jan@Firma.PL ", "Jan@firma.pl"),
        ("mailto:jan@firma.pl", "jan@firma.pl"),
        ("jan+faktury@firma.pl", "jan+faktury@firma.pl"),
        ("jan@żółw.pl", "jan@xn--w-uga1v8h.pl"),
        ("jan@firma.test", "jan@firma.test"),
        ("a" * 64 + "@firma.pl", "a" * 64 + "@firma.pl"),
        ("Jan Kos <jan@firma.pl>", "jan@firma.pl"),
        ('"Kos, Jan" <jan@firma.pl>', "jan@firma.pl"),
        ("<jan@firma.pl>", "jan@firma.pl"),
        ("MAILTO:jan@firma.pl", "jan@firma.pl"),
        ("'jan@firma.pl", "jan@firma.pl"),
        ("\u200bjan@firma.pl\ufeff", "jan@firma.pl"),
        ("jan@xn--w-uga1v8h.xn--p1ai", "jan@xn--w-uga1v8h.xn--p1ai"),
    ],
)
def test_an_address_is_normalised_to_what_can_be_sent_to(text: str, value: str) -> None:
    assert parse_email(text) == Email(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "email_missing"),
        ("mailto:", "email_missing"),
        ("jan", "email_invalid"),
        ("jan@firma", "email_invalid"),
        ("jan@test", "email_invalid"),
        ("jan@localhost", "email_invalid"),
        ("jan@firma.invalid", "email_invalid"),
        ("żółw@firma.pl", "email_invalid"),
        ("jan kowalski@firma.pl", "email_invalid"),
        ("jan@wp.p", "email_invalid"),
        ("jan@firma.p1", "email_invalid"),
        ("a" * 65 + "@firma.pl", "email_invalid"),
        ("Jan <jan@firma>", "email_invalid"),
        ("jan..k@firma.pl", "email_invalid"),
        ("jan@firma.pl\r\nBcc:x", "email_invalid"),
        ("a" * 10_000 + "@firma.pl", "email_invalid"),
        ("jan@firma.pl; ewa@firma.pl", "email_several"),
        ("jan@firma.pl\nBcc: ewa@firma.pl", "email_several"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_repeated(text: str, code: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_email(text)
    assert refusal.value.code == code
    assert not text or text not in refusal.value.pl + refusal.value.en


@pytest.mark.parametrize(
    ("text", "phones", "left_out"),
    [
        ("kom. 512 345 678, biuro 22 123 45 67", ["+48512345678", "+48221234567"], []),
        ("kom. 512 345 678 biuro 22 123 45 67", ["+48512345678", "+48221234567"], []),
        ("512345678 lub 601 222 333", ["+48512345678", "+48601222333"], []),
        ("512 345 678 i 601 222 333", ["+48512345678", "+48601222333"], []),
        ("512 345 678 601 222 333", ["+48512345678", "+48601222333"], []),
        ("512345678/22 123 45 67", ["+48512345678", "+48221234567"], []),
        ("+48512345678+48601222333", ["+48512345678", "+48601222333"], []),
        ("1) 512 345 678 2) 601 222 333", ["+48512345678", "+48601222333"], []),
        ("22 123 45 67 (fax) 512 345 678", ["+48512345678"], ["phone_fax"]),
        ("22 123 45 67 fax, 512 345 678 kom.", ["+48512345678"], ["phone_fax"]),
        ("22 123 45 67 wew. 12, 512 345 678", ["+48512345678"], ["phone_extension"]),
        ("512 345 67, 601 222 333", ["+48601222333"], ["phone_invalid"]),
        ("512345678, 512 345 678", ["+48512345678"], []),
        ("p. Ania", [], []),
        ("512 345 678 - nieaktualny", [], ["address_doubtful"]),
        ("512 345 678, nieaktualny", [], ["address_doubtful"]),
        ("nie dzwonić! 512 345 678", [], ["address_doubtful"]),
        ("stary: 512 345 678, nowy: 601 222 333", ["+48601222333"], ["address_doubtful"]),
        ("tel. no. 512 345 678", ["+48512345678"], []),
        ("512 345 678 (nie tylko kom.)", ["+48512345678"], []),
    ],
)
def test_all_the_numbers_in_a_text(text: str, phones: list[str], left_out: list[str]) -> None:
    found = find_phones(text)
    assert [phone.e164 for phone in found.members] == phones
    assert [error.code for error in found.left_out] == left_out


@pytest.mark.parametrize(
    ("text", "emails", "left_out"),
    [
        ("jan@firma.pl; ewa@firma.pl", ["jan@firma.pl", "ewa@firma.pl"], []),
        ("jan@firma.pl/ewa@firma.pl", ["jan@firma.pl", "ewa@firma.pl"], []),
        ("Kos, Jan <jan@firma.pl>, Ewa <ewa@firma.pl>", ["jan@firma.pl", "ewa@firma.pl"], []),
        ("Anna anna@firma.pl", ["anna@firma.pl"], []),
        ("biuro: b@firma.pl", ["b@firma.pl"], []),
        ("e-mail: jan@firma.pl (Jan)", ["jan@firma.pl"], []),
        ("jan@firma.pl - Jan", ["jan@firma.pl"], []),
        ("jan@firma.pl; brak", ["jan@firma.pl"], []),
        ("jan@firma.pl.", ["jan@firma.pl"], []),
        ("jan@, ewa@firma.pl", ["ewa@firma.pl"], ["email_invalid"]),
        ("jan kowalski@firma.pl", [], ["email_invalid"]),
        ("Jan kowalski@firma.pl", [], ["email_invalid"]),
        ("jan @firma.pl", [], ["email_invalid"]),
        ("brak", [], []),
        ("jan@firma.pl - nieaktualny", [], ["address_doubtful"]),
        ("nie pisać: jan@firma.pl", [], ["address_doubtful"]),
        ("Księgowość jan@firma.pl", ["jan@firma.pl"], []),
        ("nie@firma.pl", ["nie@firma.pl"], []),
    ],
)
def test_all_the_addresses_in_a_text(text: str, emails: list[str], left_out: list[str]) -> None:
    found = find_emails(text)
    assert [email.value for email in found.members] == emails
    assert [error.code for error in found.left_out] == left_out


WORDS = st.sampled_from(["", "Anna ", "tel. ", "kom.: ", "p. Ewa - ", "GSM ", "(biuro) ", "sekretariat: "])
BEHIND = st.sampled_from(["", " Anna", " (kom.)", " - p. Ewa", ", brak", "; ", " po 16", " /brak"])
PREFIXES = st.sampled_from(["", "+48", "+48 ", "0048 ", "+48 (0) ", "+48 0", "0 ", "(+48) "])


@given(st.from_regex(r"(45|5[0137]|6[069]|7[2389]|88|22|12)[0-9]{7}", fullmatch=True), PREFIXES, WORDS, BEHIND)
def test_words_and_prefixes_around_a_number_change_nothing(national: str, prefix: str, ahead: str, behind: str) -> None:
    try:
        bare = parse_phone(national)
    except InvalidValue:
        return
    grouped = f"{national[:3]} {national[3:6]} {national[6:]}"
    assert parse_phone(f"{ahead}{prefix}{grouped}{behind}") == bare
    assert find_phones(f"{ahead}{prefix}{grouped}{behind}").members == (bare,)


@given(st.text(alphabet=" 0123456789+-()/.,;#wx\u200bańé@<>'\n", max_size=60) | st.text())
def test_looking_for_addresses_in_any_text_ends_in_canonical_ones(text: str) -> None:
    for phone in find_phones(text).members:
        assert parse_phone(phone.e164) == phone
    for email in find_emails(text).members:
        assert parse_email(email.value) == email


@given(st.text())
def test_what_is_taken_is_taken_again_as_it_was_stored_and_the_rest_is_refused(text: str) -> None:
    with suppress(InvalidValue):
        phone = parse_phone(text)
        assert parse_phone(phone.e164) == phone
    with suppress(InvalidValue):
        email = parse_email(text)
        assert parse_email(email.value) == email


def test_a_hash_is_the_same_however_the_address_is_written_and_differs_by_creditor() -> None:
    assert address_hash("Jan@firma.pl", "hydro") == address_hash("jan@firma.pl", "hydro")
    assert address_hash("jan@firma.pl", "hydro") != address_hash("jan@firma.pl", "urzad")
    assert address_hash("jan@firma.pl", "hydro") != address_hash("ewa@firma.pl", "hydro")


def test_a_hash_never_changes_since_keys_are_made_of_it() -> None:
    assert address_hash("+48512345678", "hydro") == "29d15244a5d9fb9b7b2652a200328125"
