"""Letters that campaigns produce: posted, attached, printed; each once, and none that no longer holds."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import pytest

from tests.unit.application.sending.test_never_twice import MOST_CALLS, Killed, Life, Port
from tests.worlds.letter_stage import ADDRESS, ATTACHED, BY_POST_THEN, POSTED, TO_ATTACH, TO_POST, LetterStage
from tests.worlds.stage import ITEM, NOW, TODAY
from upominek.application.jobs import OutboxItem
from upominek.application.sending.reminder_letters import LARGEST_ATTACHMENT
from upominek.application.sending.send_reminder import MOST_REWRITES, SendOutcome
from upominek.application.ttl_cache import BELIEVED
from upominek.domain.cases.case import Fact
from upominek.domain.errors import InvalidValue, Unavailable
from upominek.domain.letters.letter import envelope_lines, expected_pages
from upominek.domain.letters.stored_letter import Batch, Route, StoredLetter, waiting
from upominek.domain.messages.receipt import Receipt, ReceiptKind
from upominek.domain.messages.reminder import PRINT_BATCH
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import INTEREST_NOTE, Claims, Use
from upominek.domain.planning.decision import SkipReason
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.receivables.events import PaymentReceived
from upominek.domain.values.carrier import PRINT, SES
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import address_hash
from upominek.domain.values.kinds import ClaimKind, HoldKind
from upominek.domain.values.money import Money

EMAIL_ITEM = replace(ITEM, channel=Channel.EMAIL)


@pytest.fixture
def stage() -> LetterStage:
    return LetterStage()


@pytest.fixture
def attaching() -> LetterStage:
    return LetterStage(ATTACHED)


def pays(stage: LetterStage, grosze: int = 10_000, payment: str = "p") -> None:
    at = stage.clock.now() - timedelta(minutes=1)
    stage.happens(PaymentReceived(id=payment, number="FV/1", debtor_id="D-1", amount=Money(grosze), at=at))


# --- posted


def test_a_posted_letter_is_kept_and_listed_and_its_reminder_says_so(stage: LetterStage) -> None:
    assert stage.make() is SendOutcome.SENT
    reminder = stage.reminder(TO_POST)
    key = f"letters/rura/2026-03-02/{reminder.key.id}.pdf"
    assert (reminder.status, reminder.reason) == (ReminderStatus.SENT, PRINT_BATCH)
    assert reminder.address == "\n".join(ADDRESS)
    assert reminder.letter is not None
    assert (reminder.letter.kind, reminder.letter.key, reminder.letter.pages) == ("demand", key, 1)
    assert reminder.letter.sha256 == sha256(stage.files.files[key]).hexdigest()
    assert "FV/1" in (reminder.text or "") or "1 234,56" in (reminder.text or "").replace("\u00a0", " ")
    (listed,) = stage.letters.of("rura")
    assert (listed.route, listed.debtor, listed.name, listed.address) == (Route.POST, "D-1", "Anna Kowalska", ADDRESS)
    assert stage.places() == 1
    assert stage.handed_over() == 0


def test_a_letter_needs_a_postal_address() -> None:
    stage = LetterStage()
    stage.homeless()
    assert stage.make() is SendOutcome.SKIPPED
    assert stage.reminder(TO_POST).reason == SkipReason.NO_ADDRESS
    assert stage.files.files == {}


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda stage: pays(stage, 123456), SkipReason.PAID),
        (lambda stage: stage.hold(HoldKind.DISPUTE), SkipReason.HELD),
    ],
)
def test_a_letter_that_is_not_to_go_any_more_is_not_made(stage: LetterStage, happens: object, reason: str) -> None:
    happens(stage)  # type: ignore[operator]
    assert stage.make() is SendOutcome.SKIPPED
    assert stage.reminder(TO_POST).reason == reason
    assert (stage.files.files, stage.letters.of("rura")) == ({}, [])


def test_letters_count_within_the_caps_like_everything_else(stage: LetterStage) -> None:
    stage.creditors.save_campaign("rura", replace(stage.creditors.campaigns("rura")[0], id="other"))
    assert stage.make() is SendOutcome.SENT
    other = replace(TO_POST, campaign="other")
    assert stage.make(other) is SendOutcome.SKIPPED
    assert stage.reminder(other).reason in {SkipReason.CAP_DAY, SkipReason.CHANGED}


def test_what_cannot_be_kept_was_not_sent_and_comes_again(stage: LetterStage) -> None:
    class Broken:
        def put(self, *_: object) -> None:
            raise Unavailable("PutObject")

    assert stage.maker(files=Broken())(TO_POST) is SendOutcome.DEFERRED
    assert stage.is_unclaimed(TO_POST)
    assert stage.places() == 0
    (again,) = stage.queues.take_outbox()
    assert stage.make(again) is SendOutcome.SENT


def test_a_letter_that_may_be_on_the_list_is_not_made_again(stage: LetterStage) -> None:
    letters = stage.letters

    class Silent:
        find = letters.find

        def add(self, letter: StoredLetter) -> StoredLetter:
            letters.add(letter)
            raise Unavailable("PutItem")

    assert stage.maker(letters=Silent())(TO_POST) is SendOutcome.UNKNOWN
    assert stage.make() is SendOutcome.ALREADY_HANDLED
    assert len(letters.of("rura")) == 1


def test_the_usual_reminder_is_posted_where_the_letter_of_the_step_is_not_allowed() -> None:
    stage = LetterStage(replace(POSTED, letter=INTEREST_NOTE))
    assert stage.make() is SendOutcome.SENT
    letter = stage.reminder(TO_POST).letter
    assert letter is not None
    assert letter.kind == "reminder"


def test_taxes_are_not_demanded_by_letters() -> None:
    stage = LetterStage(POSTED)
    stage.creditor(claim_kind=ClaimKind.TAX)
    stage.make()
    letter = stage.reminder(TO_POST).letter
    assert letter is not None
    assert letter.kind == "reminder"


# --- by post where e-mail does not work


def test_without_a_usable_e_mail_the_letter_is_posted() -> None:
    stage = LetterStage(BY_POST_THEN)
    stage.cases.suppress(
        "rura", "D-1", address_hash("anna@firma.example", "rura"), Fact(id="s", at=NOW, kind="address-suppressed")
    )
    assert stage.run(TO_ATTACH)[-1] is SendOutcome.SENT
    assert stage.reminder(TO_POST).channel is Channel.LETTER
    assert len(stage.letters.of("rura")) == 1


def test_an_e_mail_that_was_turned_away_and_has_lost_its_address_is_posted_by_the_carrier_of_letters() -> None:
    stage = LetterStage(BY_POST_THEN)
    stage.cases.suppress(
        "rura", "D-1", address_hash("anna@firma.example", "rura"), Fact(id="s", at=NOW, kind="address-suppressed")
    )
    assert stage.make(replace(TO_ATTACH, carrier=SES, attempt=1)) is SendOutcome.MOVED
    (item,) = stage.queues.take_outbox()
    assert (item.channel, item.carrier) == (Channel.LETTER, None)
    assert stage.run(item) == [SendOutcome.SENT]
    assert stage.reminder(TO_POST).carried_by == PRINT


def test_a_bounced_e_mail_is_followed_by_the_letter_on_paper() -> None:
    stage = LetterStage(BY_POST_THEN)
    stage.run(TO_ATTACH)
    reminder = stage.reminder(EMAIL_ITEM)
    receipt = Receipt(id="r", kind=ReceiptKind.BOUNCED, at=NOW)
    from upominek.application.sending.fallback import fallback_of  # noqa: PLC0415

    stage.reminders.apply_receipt(reminder.key, receipt, ReminderStatus.BOUNCED)
    item = fallback_of(stage.reminder(EMAIL_ITEM), stage.creditors.campaigns("rura"))
    assert item is not None
    assert item.lane is Channel.LETTER
    assert stage.run(item) == [SendOutcome.SENT]
    assert [one.route for one in stage.letters.of("rura")].count(Route.POST) == 1
    assert stage.places() == 1


# --- attached


def test_an_e_mail_takes_its_letter_along(attaching: LetterStage) -> None:
    assert attaching.run(TO_ATTACH) == [SendOutcome.MOVED, SendOutcome.SENT]
    (message,) = attaching.email.sent
    (attached,) = [one for one in message.attachments if one.content_id is None]
    letter = attaching.reminder(EMAIL_ITEM).letter
    assert letter is not None
    assert (attached.name, attached.media_type) == ("wezwanie-2026-03-02.pdf", "application/pdf")
    assert sha256(attached.content).hexdigest() == letter.sha256
    assert attached.content == attaching.files.files[letter.key]
    (listed,) = attaching.letters.of("rura")
    assert listed.route is Route.EMAIL
    assert not waiting([listed], [])


def test_an_item_planned_without_a_letter_fetches_one(attaching: LetterStage) -> None:
    assert attaching.run(EMAIL_ITEM) == [SendOutcome.MOVED, SendOutcome.MOVED, SendOutcome.SENT]
    assert attaching.reminder(EMAIL_ITEM).letter is not None


def test_a_payment_in_between_means_a_new_letter_and_never_the_old_one(attaching: LetterStage) -> None:
    attaching.make(TO_ATTACH)
    (ready,) = attaching.queues.take_outbox()
    pays(attaching)
    assert attaching.send(ready) is SendOutcome.MOVED
    assert attaching.is_unclaimed(EMAIL_ITEM)
    assert attaching.places() == 0
    (back,) = attaching.queues.take_outbox()
    assert (back.lane, back.letter, back.rewrites) == (Channel.LETTER, None, 1)
    assert attaching.run(back) == [SendOutcome.MOVED, SendOutcome.SENT]
    (message,) = attaching.email.sent
    letter = attaching.reminder(EMAIL_ITEM).letter
    assert letter is not None
    assert ready.letter is not None
    assert letter.sha256 != ready.letter.sha256
    assert "113456" in message.attachments[-1].content.decode()


def test_a_letter_is_written_anew_only_when_both_functions_believe_the_same(attaching: LetterStage) -> None:
    attaching.send(EMAIL_ITEM)
    assert [delay for _, delay in attaching.queues.outbox] == [0]
    attaching.queues.take_outbox()
    attaching.make(TO_ATTACH)
    (ready,) = attaching.queues.take_outbox()
    pays(attaching)
    attaching.send(ready)
    assert [delay for _, delay in attaching.queues.outbox] == [BELIEVED.total_seconds() + 1]


@pytest.mark.parametrize(
    "changes",
    [
        lambda stage: stage.lives_at("ul. Nowa 1", "00-000 Lipowa"),
        lambda stage: stage.creditor(account="PL83101010230000261395100000"),
        lambda stage: stage.clock.advance(days=1),
    ],
)
def test_a_letter_with_yesterdays_date_or_an_old_address_is_made_anew(attaching: LetterStage, changes: object) -> None:
    attaching.make(TO_ATTACH)
    (ready,) = attaching.queues.take_outbox()
    changes(attaching)  # type: ignore[operator]
    assert attaching.send(ready) is SendOutcome.MOVED
    (back,) = attaching.queues.take_outbox()
    assert back.awaits_letter


def test_a_file_that_is_gone_or_was_changed_is_made_anew(attaching: LetterStage) -> None:
    attaching.make(TO_ATTACH)
    (ready,) = attaching.queues.take_outbox()
    assert ready.letter is not None
    attaching.files.files[ready.letter.key] = b"another"
    assert attaching.send(ready) is SendOutcome.MOVED
    attaching.files.files.clear()
    assert attaching.send(ready) is SendOutcome.MOVED
    assert attaching.handed_over() == 0


def test_a_letter_that_never_holds_is_given_up_and_seen(attaching: LetterStage) -> None:
    tired = replace(EMAIL_ITEM, rewrites=MOST_REWRITES)
    assert attaching.send(tired) is SendOutcome.FAILED
    reminder = attaching.reminder(EMAIL_ITEM)
    assert (reminder.status, reminder.reason) == (ReminderStatus.FAILED, "letter-outdated")
    assert attaching.places() == 0


def test_a_letter_too_large_for_mail_programs_is_not_attached(attaching: LetterStage) -> None:
    attaching.make(TO_ATTACH)
    (ready,) = attaching.queues.take_outbox()
    assert ready.letter is not None
    content = b"x" * (LARGEST_ATTACHMENT + 1)
    attaching.files.files[ready.letter.key] = content
    large = replace(ready, letter=ready.letter._replace(sha256=sha256(content).hexdigest()))
    assert attaching.send(large) is SendOutcome.FAILED
    assert attaching.reminder(EMAIL_ITEM).reason == "letter-too-large"
    assert attaching.handed_over() == 0


def test_an_e_mail_whose_letter_is_not_allowed_goes_without_it() -> None:
    stage = LetterStage(replace(ATTACHED, letter=INTEREST_NOTE))
    assert stage.run(EMAIL_ITEM) == [SendOutcome.SENT]
    assert stage.reminder(EMAIL_ITEM).letter is None
    assert all(one.content_id for one in stage.email.sent[0].attachments)


def test_an_interest_note_goes_with_its_periods() -> None:
    claims = Claims(interest=Use.CLAIM)
    stage = LetterStage(replace(ATTACHED, letter=INTEREST_NOTE, claims=claims, template="demand"))
    stage.lives_at(kind=DebtorKind.BUSINESS)
    assert stage.run(TO_ATTACH)[-1] is SendOutcome.SENT
    letter = stage.reminder(EMAIL_ITEM).letter
    assert letter is not None
    assert letter.kind == LetterKind.INTEREST_NOTE


def test_who_paid_while_the_letter_was_being_made_hears_nothing(attaching: LetterStage) -> None:
    pays(attaching, 123456)
    assert attaching.run(TO_ATTACH) == [SendOutcome.MOVED, SendOutcome.SKIPPED]
    assert attaching.reminder(EMAIL_ITEM).reason == SkipReason.PAID
    assert attaching.files.files == {}


def test_making_the_letter_claims_nothing_and_takes_no_place(attaching: LetterStage) -> None:
    assert attaching.make(TO_ATTACH) is SendOutcome.MOVED
    assert attaching.is_unclaimed(EMAIL_ITEM)
    assert attaching.places() == 0


def test_messages_of_before_stay_readable_and_new_ones_survive_the_queue(attaching: LetterStage) -> None:
    attaching.make(TO_ATTACH)
    (ready,) = attaching.queues.take_outbox()
    assert OutboxItem.from_dict(ready.to_dict()) == ready
    assert OutboxItem.from_dict(TO_ATTACH.to_dict()) == TO_ATTACH
    old = EMAIL_ITEM.to_dict()
    assert not {"awaits_letter", "letter", "rewrites"} & old.keys()
    assert OutboxItem.from_dict(old) == EMAIL_ITEM


# --- once


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("item", [TO_POST, TO_ATTACH])
def test_killed_at_any_call_no_letter_is_listed_twice_and_no_e_mail_sent_twice(
    item: OutboxItem, *, after: bool
) -> None:
    for at in range(1, MOST_CALLS + 1):
        stage = LetterStage(POSTED if item is TO_POST else ATTACHED)
        life = Life(at, lambda: life.end(), after=after)  # noqa: B023, PLW0108 - it ends itself, at once
        names = (*stage.ports(), "files", "letters")
        mortal = stage.maker(**{name: Port(getattr(stage, name), life) for name in names})
        try:
            mortal(item)
        except Killed:
            pass
        else:
            assert life.calls < at
        stage.clock.advance(minutes=6)
        stage.run(item, item, *stage.queues.take_outbox())
        posted = [one for one in stage.letters.of("rura") if one.route is Route.POST]
        assert len(posted) <= 1
        assert len(stage.email.sent) <= 1
        status = stage.reminders.get(item.original_key).status
        assert status in {ReminderStatus.SENT, ReminderStatus.UNKNOWN}
        batches = stage.printer()("rura", TODAY)
        assert sum(len(batch.letters) for batch in batches) == len(posted)
    assert life.calls < MOST_CALLS


# --- printed


def letters(stage: LetterStage, *ids: str, day: date = TODAY) -> None:
    for letter_id in ids:
        pdf = f"pdf of {letter_id}".encode()
        letter = StoredLetter(
            creditor="rura",
            debtor=f"D-{letter_id}",
            day=day,
            id=letter_id,
            kind=LetterKind.DEMAND,
            route=Route.POST,
            at=NOW,
            sha256=sha256(pdf).hexdigest(),
            pages=2,
            name=f"=Firma {letter_id}",
            address=("ul. Długa 5", "00-000 Lipowa")[: 1 + len(letter_id) % 2],
        )
        stage.files.put(letter.key, pdf)
        stage.letters.add(letter)


def test_a_batch_is_one_document_and_a_table_of_it(stage: LetterStage) -> None:
    letters(stage, "b", "aa")
    (batch,) = stage.printer()("rura")
    assert (batch.number, batch.letters, batch.pages) == (1, ("aa", "b"), 2)
    document = stage.files.files[batch.key]
    assert document == b"2026-03-02pdf of aa\fpdf of b"
    assert batch.sha256 == sha256(document).hexdigest()
    index = stage.files.files[batch.index_key].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(index), delimiter=";"))
    assert [(row["debtor"], row["first_page"], row["pages"], row["reminder"]) for row in rows] == [
        ("D-aa", "1", "2", "aa"),
        ("D-b", "3", "2", "b"),
    ]
    assert {row["name"][:2] for row in rows} == {"'="}
    assert {row["address_2"] for row in rows} == {"", "00-000 Lipowa"}


def test_a_letter_that_comes_late_is_in_the_next_batch_and_only_there(stage: LetterStage) -> None:
    letters(stage, "a", "b")
    stage.printer()("rura")
    before = dict(stage.files.files)
    letters(stage, "c")
    first, second = stage.printer()("rura")
    assert (first.letters, second.letters, second.number) == (("a", "b"), ("c",), 2)
    assert stage.files.files[first.key] == before[first.key]
    assert stage.printer()("rura") == [first, second]


def test_two_that_gather_at_once_do_not_print_a_letter_twice(stage: LetterStage) -> None:
    letters(stage, "a")
    stage.letters.open_batch(Batch("rura", TODAY, 1, NOW, ("a",)))  # and then that worker died
    letters(stage, "b")
    first, second = stage.printer()("rura")
    assert (first.letters, second.letters) == (("a",), ("b",))
    assert stage.files.files[first.key].endswith(b"pdf of a")


def test_days_and_creditors_are_kept_apart(stage: LetterStage) -> None:
    letters(stage, "a")
    letters(stage, "z", day=date(2026, 3, 3))
    assert [one.letters for one in stage.printer().all()] == [("a",)]
    assert [one.letters for one in stage.printer()("rura", date(2026, 3, 3))] == [("z",)]
    assert list(stage.printer()("rura", date(2026, 3, 4))) == []


def test_a_file_that_is_not_the_letter_is_not_printed(stage: LetterStage) -> None:
    letters(stage, "a")
    stage.files.files["letters/rura/2026-03-02/a.pdf"] = b"forged"
    with pytest.raises(InvalidValue) as raised:
        stage.printer()("rura")
    assert raised.value.code == "letter_changed"
    assert not [key for key in stage.files.files if "batch" in key]


def test_an_address_from_one_cell_has_its_postcode_on_a_line_of_its_own(stage: LetterStage) -> None:
    stage.lives_at("ul. Długa 5 m. 3, 00-000 Lipowa")
    stage.make()
    (listed,) = stage.letters.of("rura")
    assert listed.address == ADDRESS
    assert envelope_lines(("Firma; 00-000 Lipowa", "Polska")) == ("Firma", "00-000 Lipowa", "Polska")
    assert envelope_lines(("ul. 11 Listopada 3, 2", "00-000 Lipowa")) == ("ul. 11 Listopada 3, 2", "00-000 Lipowa")
    assert [expected_pages(count) for count in (1, 10, 11, 40, 41)] == [1, 1, 2, 2, 3]
