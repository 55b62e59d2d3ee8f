"""Managing: who may do what, and the order in which things are written."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from upominek.adapters.config_files.campaigns_file import shipped_campaign
from upominek.adapters.formats.csv.writing import csv_rows
from upominek.adapters.memory.world import World
from upominek.application.administration.bring_file import BringFile
from upominek.application.administration.import_rates import ImportRates, ReferenceFile
from upominek.application.administration.redrive_dead_letters import RedriveDeadLetters, ShowDeadLetters
from upominek.application.administration.rotate_secret import RotateSecret, ShowSecrets
from upominek.application.administration.save_campaign import SaveCampaign
from upominek.application.administration.save_creditor import SaveCreditor
from upominek.application.administration.show_creditors import ShowCreditors
from upominek.application.administration.show_messages import ShowMessages
from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.application.planning.foresee_campaign import ForeseeCampaign
from upominek.application.ports.administration import DeadLetter, WorkQueue
from upominek.domain.errors import InvalidValue, NotFound, Refused, Unavailable
from upominek.domain.messages.reminder import reminder_key
from upominek.domain.parties.actor import Actor, Face
from upominek.domain.parties.creditor import Creditor

EWA = Actor("Ewa Kowal", Face.COMMAND_LINE)
ONLY_RURA = Actor("Jan", Face.COMMAND_LINE, frozenset({"rura"}))
HYDRO = Creditor(id="hydro", name="Hydro", shards=(2,))
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World(NOW)


def saver(world: World) -> SaveCreditor:
    numbers = iter(range(9))
    wake = WakeDebtors(world.creditors, world.cases, world.progress, world.clock)
    return SaveCreditor(
        creditors=world.creditors,
        save_campaign=SaveCampaign(
            world.creditors,
            world.invoices,
            wake,
            world.clock,
            ForeseeCampaign(world.creditors, world.cases, world.invoices, world.clock),
        ),
        secrets=world.secrets,
        new_secret=lambda: f"whsec_{next(numbers)}",
    )


# --- who


@pytest.mark.parametrize("name", ["", " ", " Ewa", "x" * 201])
def test_an_actor_has_a_name(name: str) -> None:
    with pytest.raises(InvalidValue):
        Actor(name, Face.COMMAND_LINE)


def test_who_manages_one_creditor_learns_nothing_of_another() -> None:
    ONLY_RURA.require("rura")
    EWA.require("hydro")
    EWA.require_all()
    with pytest.raises(NotFound) as unknown:
        ONLY_RURA.require("hydro")
    assert unknown.value.code == "creditor_not_found"
    with pytest.raises(NotFound):
        ONLY_RURA.require_all()


# --- creditors


def test_a_new_creditor_is_told_its_secret_once(world: World) -> None:
    save, campaign = saver(world), shipped_campaign("default")
    first = save(EWA, HYDRO, [campaign])
    assert (first.campaigns, first.webhook_secret) == (("default",), "whsec_0")
    assert save(EWA, replace(HYDRO, name="Hydro SA"), []).webhook_secret is None
    view = ShowCreditors(world.creditors).one("hydro")
    assert (view.creditor.name, [one.id for one in view.campaigns]) == ("Hydro SA", ["default"])
    assert ShowSecrets(world.creditors, world.secrets)(EWA) == {"hydro": "whsec_0"}


def test_a_creditor_can_be_found_only_once_all_that_belongs_to_it_is_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise Unavailable("PutItem")

    monkeypatch.setattr(world.creditors, "save_campaign", fails)
    save = saver(world)
    with pytest.raises(Unavailable):
        save(EWA, HYDRO, [shipped_campaign("default")])
    assert world.creditors.ids() == []
    assert world.secrets.webhook_secrets("hydro") == ("whsec_0",)


def test_shards_are_kept_and_never_lowered(world: World) -> None:
    save = saver(world)
    save(EWA, HYDRO, [])
    save(EWA, replace(HYDRO, shards=(4,)), [])
    assert world.creditors.get("hydro").shards == (2, 4)
    with pytest.raises(Refused):
        save(EWA, HYDRO, [])


def test_after_a_rotation_two_secrets_hold_and_after_the_next_one_the_oldest_does_not(world: World) -> None:
    saver(world)(EWA, HYDRO, [])
    numbers = iter("ab")
    rotate = RotateSecret(creditors=world.creditors, secrets=world.secrets, new_secret=lambda: f"whsec_{next(numbers)}")
    assert rotate(EWA, "hydro") == "whsec_a"
    assert world.secrets.webhook_secrets("hydro") == ("whsec_a", "whsec_0")
    rotate(EWA, "hydro")
    assert world.secrets.webhook_secrets("hydro") == ("whsec_b", "whsec_a")
    with pytest.raises(NotFound):
        rotate(EWA, "nobody")


# --- files


class Importer:
    """The bucket's other side: writes a report when somebody has waited long enough."""

    def __init__(self, world: World, report: dict[str, Any], after: int) -> None:
        self.world, self.report, self.left = world, report, after
        self.real_time = NOW

    def bring(self) -> BringFile:
        world = self.world
        return BringFile(
            creditors=world.creditors,
            files=world.files,
            clock=self,
            real_time=lambda: self.real_time,
            read_table=csv_rows,
        )

    def now(self) -> datetime:
        return NOW

    def sleep(self, seconds: float) -> None:
        self.real_time += timedelta(seconds=seconds)
        self.left -= 1
        if self.left == 0:
            self.world.files.put("reports/hydro/a.csv.json", json.dumps(self.report).encode())


def blocks(*content: bytes) -> Iterable[bytes]:
    return iter(content)


def test_a_file_is_brought_in_and_its_own_report_is_waited_for(world: World) -> None:
    world.creditors.save(HYDRO)
    world.files.put("reports/hydro/a.csv.json", b'{"state": "done", "import": "earlier"}')
    table = "row;column;code;message_pl;message_en\r\n3;Telefon;phone_invalid;Źle;Wrong\r\n"
    world.files.put("rejected/hydro/a.csv", table.encode("utf-8-sig"))
    report = {"state": "done", "rejects_file": "rejected/hydro/a.csv"}
    told = Importer(world, report, after=3).bring()(EWA, "hydro", "a.csv", blocks(b"ab", b"c"))
    assert world.files.files["incoming/hydro/a.csv"] == b"abc"
    assert told.report == report
    assert [(one.where.row, one.where.column, one.code, one.en) for one in told.rejects] == [
        (3, "Telefon", "phone_invalid", "Wrong")
    ]


def test_a_full_list_goes_where_full_lists_go(world: World) -> None:
    world.creditors.save(HYDRO)
    told = Importer(world, {"state": "waiting"}, after=1).bring()(EWA, "hydro", "a.csv", blocks(b"x"), is_snapshot=True)
    assert "snapshot/hydro/a.csv" in world.files.files
    assert told.rejects == ()


def test_nobody_waits_for_ever(world: World) -> None:
    world.creditors.save(HYDRO)
    with pytest.raises(Unavailable, match="the report on a"):
        Importer(world, {}, after=999).bring()(EWA, "hydro", "a.csv", blocks(b"x"), wait=timedelta(seconds=30))


# --- dead letters


def letter(letter_id: str, body: object) -> DeadLetter:
    return DeadLetter(id=letter_id, body=body if isinstance(body, str) else json.dumps(body), since=NOW, received=1)


def test_only_ids_are_shown_and_never_what_is_not_ours(world: World) -> None:
    world.dead_letters.dead[WorkQueue.SMS] = [
        letter("a", {"creditor": "hydro", "debtor": "D-1", "phone": "+48512345678"}),
        letter("b", {"requestPayload": {"creditor": "rura"}, "responsePayload": {}}),
        letter("c", "no JSON: +48512345678"),
        letter("d", [1]),
    ]
    world.dead_letters.logged = {"a": "NotFound"}
    (sms,) = ShowDeadLetters(world.dead_letters)([WorkQueue.SMS])
    assert [dict(one.ids) for one in sms.examples] == [
        {"creditor": "hydro", "debtor": "D-1"},
        {"creditor": "rura"},
        {},
        {},
    ]
    assert [one.reason for one in sms.examples] == ["NotFound", None, None, None]
    assert len(ShowDeadLetters(world.dead_letters)()) == len(WorkQueue)


def test_a_letter_leaves_only_once_it_is_back_at_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.dead_letters.dead[WorkQueue.SMS] = [letter("a", {}), letter("b", {})]
    redrive = RedriveDeadLetters(world.dead_letters)

    def fails(*_: object) -> None:
        raise Unavailable("SendMessage")

    monkeypatch.setattr(world.dead_letters, "put_back", fails)
    with pytest.raises(Unavailable):
        redrive(EWA, [WorkQueue.SMS])
    monkeypatch.undo()
    assert world.dead_letters.count(WorkQueue.SMS) == 2
    assert redrive(EWA, [WorkQueue.SMS]) == {WorkQueue.SMS: 2}
    assert [one.id for one in world.dead_letters.back[WorkQueue.SMS]] == ["a", "b"]
    assert redrive(EWA)[WorkQueue.SMS] == 0


# --- messages and rates


def test_a_reminder_that_was_given_back_since_is_left_out(world: World) -> None:
    key = reminder_key("hydro", "default", "D-1", date(2026, 3, 2))
    world.sending_log.lines = [(NOW, key), (NOW, key)]
    show = ShowMessages(reminders=world.reminders, log=world.sending_log, real_time=lambda: NOW)
    assert show(within=timedelta(hours=1)) == []


def test_rates_that_contradict_are_refused_and_nothing_is_stored(world: World) -> None:
    known = world.rates.tables()
    last = known.reference[-1]
    file = ReferenceFile(name="f.xml", rates=[replace(last, percent=last.percent + 1)], checked_on=last.since)
    imports = ImportRates(world.rates)
    with pytest.raises(Refused) as refused:
        imports.reference(EWA, file)
    assert refused.value.code == "rates_contradict"
    assert world.rates.tables() == known
    (one,) = imports.reference(EWA, file, may_replace=True).contradicts
    assert (one.day, one.known, one.file) == (last.since, last.percent, last.percent + 1)
    assert world.rates.tables() != known
