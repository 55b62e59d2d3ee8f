"""How values are kept in the table: nothing is lost, and old items stay readable."""

import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.case_items import case_from
from upominek.adapters.aws.table.invoice_items import due_from, invoice_from
from upominek.adapters.aws.table.reminder_items import reminder_from
from upominek.adapters.aws.table.settings_json import from_text, to_text
from upominek.adapters.aws.table.text_packing import pack, unpack
from upominek.adapters.aws.table.typed_json import decode_item, encode_item
from upominek.application.ports.invoices import InvoiceKey
from upominek.domain.messages.reminder import reminder_key
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.creditor import Creditor, Limits, Register, SmallestSums
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import NO_CLAIMS, Campaign, Claims, Entry, Step, Use
from upominek.domain.values.carrier import SES, SNS, Carrier
from upominek.domain.values.channel import Channel
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.shards import shard_of
from upominek.domain.values.unknown import Unknown

NOW = datetime(2026, 3, 2, tzinfo=UTC)
scalars = st.text() | st.integers() | st.booleans() | st.binary()
sets = st.sets(st.integers(), min_size=1) | st.sets(st.text(), min_size=1)
nested = st.lists(scalars, max_size=3) | st.dictionaries(st.text(max_size=5), scalars | sets, max_size=3)


@given(st.dictionaries(st.text(max_size=5), scalars | sets | nested, max_size=5))
def test_items_come_back_as_they_were(item: dict[str, object]) -> None:
    assert decode_item(encode_item(item)) == item


def test_what_is_none_is_left_out() -> None:
    assert encode_item({"a": None, "b": {"c": None}}) == {"b": {"M": {}}}
    assert decode_item({"a": {"NULL": True}}) == {"a": None}


def test_a_float_is_not_kept() -> None:
    with pytest.raises(TypeError):
        encode_item({"amount": 0.1})


@given(st.text())
def test_texts_come_back_as_they_were(text: str) -> None:
    assert unpack(pack(text)) == text


def test_a_usual_text_becomes_a_quarter() -> None:
    text = "Jeśli wpłata jest już w drodze, dziękujemy i prosimy pominąć tę wiadomość.\n\nTytuł przelewu: FV 7/2026"
    assert len(pack(text)) < len(text.encode()) / 4


DICTIONARIES = {
    "words_1.txt": "13af87b7bff58de7aeb9182f08b74a99fc23a6c2c5ecd66f3ae0f444a78e9165",
    "words_2.txt": "8d42648740724c6d2d41af2248959d413813c4d8627cb6dee8208cba2b3b2558",
}


@pytest.mark.parametrize("name", DICTIONARIES)
def test_dictionaries_stay_as_they_are(name: str) -> None:
    words = files("upominek.data").joinpath(name).read_bytes()
    assert sha256(words).hexdigest() == DICTIONARIES[name], (
        "texts in the table can be read with this very dictionary only: add a new one instead"
    )


def test_texts_packed_with_the_first_dictionary_stay_readable() -> None:
    text = "Dzień dobry, odnotowaliśmy termin płatności faktury FV 7/2026. Prosimy o zapłatę albo o krótką wiadomość."
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=files("upominek.data").joinpath("words_1.txt").read_bytes())
    assert unpack(b"2" + packer.compress(text.encode()) + packer.flush()) == text


@pytest.mark.parametrize("debtor", ["K-1", "K#D#1", "C#x#D#y", "żółw / 1"])
def test_keys_are_read_back_whatever_the_ids_are(debtor: str) -> None:
    key = reminder_key("acme", "standard", debtor, NOW.date())
    assert keys.reminder_in(*keys.reminder(key)) == key
    assert keys.debtor_in(keys.invoice(InvoiceKey("acme", debtor, "FV#1"))[0]) == ("acme", debtor)


def test_shards_split_in_two() -> None:
    for number in range(200):
        debtor = f"K-{number}"
        assert shard_of(debtor, 8) % 4 == shard_of(debtor, 4)
        assert shard_of(debtor, 1) == 0


@dataclass(frozen=True)
class Inner:
    kind: DebtorKind | None = None
    days: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Outer:
    name: str
    inner: Inner = Inner()
    many: tuple[Inner, ...] = ()


def test_settings_take_defaults_for_what_they_lack_and_ignore_what_they_do_not_know() -> None:
    assert from_text(Outer, '{"name": "x", "dropped": 1, "inner": {"dropped": 2}}') == Outer("x")
    value = Outer("x", Inner(DebtorKind.PUBLIC, frozenset({3, 1})), (Inner(),))
    assert from_text(Outer, to_text(value)) == value
    assert to_text(Outer("ż")) == '{"name":"ż"}'


def test_items_with_nothing_but_the_first_attributes_are_readable() -> None:
    partition = keys.case_partition("acme", "K-1")
    case = case_from({"pk": partition, "sk": "CASE", "opened_at": "2026-03-02T00:00:00Z"})
    assert (case.debtor.id, case.debtor.kind, case.holds) == ("K-1", DebtorKind.BUSINESS, {})
    assert (case.debtor.email_clause, case.acknowledged) == (None, {})
    assert invoice_from({"pk": partition, "sk": "INVOICE#A", "version": 1}).header is None
    stated = {"stated_at": "2026-03-02T00:00:00Z", "amount": "100 PLN", "due_on": "2026-03-16"}
    header = invoice_from({"pk": partition, "sk": "INVOICE#A", "version": 1, **stated}).header
    assert header is not None
    assert header.claim is None
    in_index = {"due_key": "2026-03-16#K-1#A", "outstanding": 100, "currency": "PLN"}
    assert due_from({"pk": partition, "sk": "INVOICE#A", **in_index}).claim is None
    reminder = reminder_from(
        {
            "pk": partition,
            "sk": "REMINDER#2026-03-02#abc",
            "campaign": "c",
            "step": "+5",
            "channel": "sms",
            "template": "t",
            "tone": "friendly",
            "status": "claimed",
            "claimed_at": "2026-03-02T00:00:00Z",
        }
    )
    assert (reminder.status, reminder.claimed_at, reminder.key.id) == (ReminderStatus.CLAIMED, NOW, "abc")


# --- Settings --------------------------------------------------------------------------------------------------------


def test_creditors_and_campaigns_stored_before_there_were_claims_still_load() -> None:
    creditor = from_text(Creditor, '{"id":"rura","name":"Rura","shards":[2]}')
    assert creditor == Creditor(id="rura", name="Rura", shards=(2,))
    step = '{"offset_days":5,"channels":["sms"],"template":"overdue","tone":"neutral"}'
    campaign = from_text(Campaign, f'{{"id":"main","name":"Main","ladder":[{step}]}}')
    assert campaign.ladder[0].claims == NO_CLAIMS
    assert campaign.ladder[0].neutral_text == "overdue"


def test_settings_of_a_version_that_knew_no_entry_and_no_smallest_sums_have_the_defaults() -> None:
    creditor = from_text(Creditor, '{"id":"rura","name":"Rura","limits":{"per_day":2}}')
    assert (creditor.limits, creditor.smallest) == (Limits(per_day=2, days_between=3), SmallestSums(2, 10))
    campaign = from_text(Campaign, '{"id":"main","name":"Main","ladder":[]}')
    assert (campaign.entry, campaign.most_per_day, campaign.since) == (Entry.GENTLE, None, None)


def test_entry_limits_and_smallest_sums_are_stored_and_come_back() -> None:
    creditor = Creditor(id="rura", name="Rura", limits=Limits(days_between=0), smallest=SmallestSums(0, 100))
    assert from_text(Creditor, to_text(creditor)) == creditor
    for entry in (*Entry, Unknown("z-newer")):
        campaign = Campaign(id="main", name="Main", ladder=(), entry=entry, most_per_day=5, since=date(2026, 3, 2))
        assert from_text(Campaign, to_text(campaign)) == campaign


def test_claims_and_a_register_are_stored_and_come_back() -> None:
    creditor = Creditor(
        id="rura",
        name="Rura",
        address=("ul. Krótka 1", "00-001 Warszawa"),
        register=Register("BIG", "Warszawa"),
        claim_kind=ClaimKind.PERIODIC,
        offers_instalments=True,
    )
    assert from_text(Creditor, to_text(creditor)) == creditor
    step = Step(
        offset_days=45,
        channels=(Channel.EMAIL,),
        template="register-warning",
        claims=Claims(interest=Use.CLAIM, register=True),
        otherwise="demand",
        letter="demand",
        pay_within_days=30,
    )
    campaign = Campaign(id="firmly", name="Firmly", ladder=(step,))
    assert from_text(Campaign, to_text(campaign)) == campaign


def test_ids_of_the_first_carriers_stand_alone_in_the_index_as_they_always_did() -> None:
    assert (keys.message(SNS, "7a3f"), keys.message(SES, "0102-7a3f")) == ("7a3f", "0102-7a3f")
    assert keys.message(Carrier("wicher"), "7a3f") == "wicher#7a3f"
