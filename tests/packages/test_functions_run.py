"""Each function, cold, from its packages, under AWS's own runtime client, with one event as AWS sends it."""

import importlib.util
import json
import marshal
import shutil
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from tests.contract.conftest import REGION, create_table, dynamodb
from tests.faults.outside import Outside
from tests.functions.recorded import event, logs_event, sns_log, sqs_event
from tests.infra.conftest import Template
from tests.packages.conftest import Lambda, outside_over_http
from tests.unit.application.intake.test_receive_webhook import ISSUED, NEW, sign
from tests.worlds.intake_world import HURT
from tests.worlds.stage import CAMPAIGN, CREDITOR, DUE_ON, EMAIL, ISSUED_AT, ITEM, NOW, PHONE, TODAY
from upominek.application.jobs import PlanJob
from upominek.bootstrap import Application
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.planning.campaign import Entry
from upominek.domain.receivables.events import Header, InvoiceSettled, InvoiceStated
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.money import Money
from upominek.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="AWS's runtime client is for Linux")

FILE: Final = "incoming/hurt/faktury za luty (1) ż.csv"
ALL_WELL: Final = {"batchItemFailures": []}


@dataclass
class Cloud:
    """Where functions run, and what they find there."""

    functions: Lambda
    outside: Outside
    application: Application

    def waiting(self, queue: str) -> list[Any]:
        return [one.body for one in self.outside.waiting if one.queue == queue]


@pytest.fixture
def cloud(
    dynoxide: str, embedded: Template, runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cloud]:
    """A table with two creditors, a debtor and an invoice whose step lands today, which is 2 March 2026."""
    outside = Outside(NOW)
    clock = tmp_path / "clock"
    clock.write_text(str((NOW - datetime.now(UTC)).total_seconds()))
    with outside_over_http(outside) as places:
        endpoints = {f"AWS_ENDPOINT_URL_{name.upper()}": place for name, place in places.items()}
        endpoints |= {
            "AWS_ENDPOINT_URL_DYNAMODB": dynoxide,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }
        for name, value in endpoints.items():
            monkeypatch.setenv(name, value)
        table = create_table(dynamodb(dynoxide))
        queues = {
            name: f"{places['sqs']}/{name}"
            for function in embedded.functions.values()
            for name in function["Environment"]["Variables"]
            if name.endswith("_QUEUE_URL")
        }
        values = {
            "TABLE_NAME": table,
            "BUCKET_NAME": "files",
            "SES_CONFIGURATION_SET": "upominek",
            "WEBHOOK_SECRET_PREFIX": "secret/",
            "CLOCK_FILE": str(clock),
            **queues,
            **endpoints,
        }
        application = Application(Settings(table_name=table))
        prepare(application)
        outside.secrets["secret/hurt"] = json.dumps({"current": NEW})
        yield Cloud(Lambda(embedded, tmp_path, runtime, endpoints, values), outside, application)


def prepare(application: Application) -> None:
    application.creditors.save(HURT)
    application.creditors.save(CREDITOR)
    # The invoice becomes known by the real clock, long after the days that are played here.
    application.creditors.save_campaign("rura", replace(CAMPAIGN, entry=Entry.CURRENT))
    debtor = DebtorDetails(
        id="D-1",
        name="Anna Kowalska",
        first_name="Anna",
        kind=DebtorKind.CONSUMER,
        phones=(Phone(PHONE, may_receive_sms=True),),
        emails=(Email(EMAIL),),
        address=("ul. Przykładowa 1", "00-001 Warszawa"),
    )
    stated = InvoiceStated(
        number="FV/1", debtor=debtor, header=Header(at=ISSUED_AT, amount=Money(123456), due_on=DUE_ON)
    )
    application.apply_events.apply(CREDITOR, [stated])


# --- one event for each function; what came of it shows that all of it ran


def receive_invoices(cloud: Cloud) -> tuple[object, Callable[[Any], bool]]:
    body = json.dumps(ISSUED)
    request = event("http-api") | {"pathParameters": {"creditor": "hurt"}, "body": body}
    request["headers"] |= sign(body.encode())
    return request, lambda answer: answer["statusCode"] == 202 and bool(invoices(cloud, "hurt", "K-1"))


def import_invoices(cloud: Cloud) -> tuple[object, Callable[[Any], bool]]:
    cloud.outside.files[FILE] = b"numer;klient;kwota;termin\nFV/7;K-7;100,00;2026-03-16\n"
    return sqs_event(
        event("s3-object-created")
    ), lambda answer: answer == ALL_WELL and bool(invoices(cloud, "hurt", "K-7"))


def start_plans(cloud: Cloud) -> tuple[object, Callable[[Any], bool]]:
    return (
        event("scheduler"),
        lambda answer: (
            [one["creditor"] for one in answer["started"]] == ["rura"] and len(cloud.waiting("PLANS_QUEUE_URL")) == 1
        ),
    )


def plan_reminders(cloud: Cloud) -> tuple[object, Callable[[Any], bool]]:
    job = PlanJob(creditor="rura", campaign="main", shard=0, day=TODAY)

    def is_out(answer: Any) -> bool:  # noqa: ANN401 - JSON
        has_manifest = any(key.startswith("manifests/rura/2026-03-02/") for key in cloud.outside.files)
        return answer == ALL_WELL and cloud.waiting("SMS_QUEUE_URL") == [ITEM.to_dict()] and has_manifest

    return sqs_event(job.to_dict()), is_out


def sweep_reminders(cloud: Cloud) -> tuple[object, Callable[[Any], bool]]:
    return event(
        "scheduler"
    ), lambda answer: answer["creditors"] == 2 and cloud.application.health.get("rura") is not None


def send_reminder(cloud: Cloud) -> tuple[object, Callable[[Any], bool]]:
    return sqs_event(ITEM.to_dict()), lambda answer: answer == ALL_WELL and cloud.outside.sms == {PHONE: 1}


def make_letters(cloud: Cloud) -> tuple[object, Callable[[Any], bool]]:
    ladder = tuple(replace(one, channels=(Channel.EMAIL,), letter="reminder") for one in CAMPAIGN.ladder)
    cloud.application.creditors.save(replace(CREDITOR, address=("ul. Rurowa 2", "00-002 Warszawa")))
    cloud.application.creditors.save_campaign("rura", replace(CAMPAIGN, ladder=ladder, entry=Entry.CURRENT))
    item = replace(ITEM, channel=Channel.EMAIL, awaits_letter=True)

    def has_letter(answer: Any) -> bool:  # noqa: ANN401 - JSON
        (ready,) = cloud.waiting("EMAIL_QUEUE_URL")
        return answer == ALL_WELL and cloud.outside.files[ready["letter"]["key"]].startswith(b"%PDF")

    return sqs_event(item.to_dict()), has_letter


def forget_people(cloud: Cloud) -> tuple[object, Callable[[Any], bool]]:
    closed = InvoiceSettled(number="FV/1", debtor_id="D-1", at=NOW)
    cloud.application.apply_events.apply(CREDITOR, [closed])
    cloud.application.retention.begin_erasure("rura", "D-1", CREDITOR.shards, "secret")

    def is_forgotten(answer: Any) -> bool:  # noqa: ANN401 - JSON
        erased = [one["cases_erased"] for one in answer["done"] if one["creditor"] == "rura"]
        return erased == [1] and not cloud.application.cases.get_many("rura", ["D-1"])

    return event("scheduler"), is_forgotten


def forward_delivery_logs(cloud: Cloud) -> tuple[object, Callable[[Any], bool]]:
    return logs_event(
        json.dumps(sns_log("success", "sms-1"))
    ), lambda _: [one["notification"]["messageId"] for one in cloud.waiting("RECEIPTS_QUEUE_URL")] == ["sms-1"]


def record_receipt(cloud: Cloud) -> tuple[object, Callable[[Any], bool]]:
    # Of a message that nobody knows yet: it waits on the queue.
    return sqs_event(
        sns_log("success", "sms-1")
    ), lambda answer: answer == ALL_WELL and [one["waits"] for one in cloud.waiting("RECEIPTS_QUEUE_URL")] == [1]


def invoices(cloud: Cloud, creditor: str, debtor: str) -> tuple[Any, ...]:
    return cloud.application.cases.file(creditor, debtor).invoices


EVENTS: Final = {
    one.__name__: one
    for one in (
        receive_invoices,
        import_invoices,
        start_plans,
        plan_reminders,
        sweep_reminders,
        send_reminder,
        make_letters,
        forget_people,
        forward_delivery_logs,
        record_receipt,
    )
}


def test_every_function_of_the_stack_has_its_event_here(embedded: Template) -> None:
    assert set(embedded.functions) == set(EVENTS)


@pytest.mark.parametrize("name", EVENTS)
def test_a_function_runs_from_its_packages(cloud: Cloud, name: str) -> None:
    content, is_right = EVENTS[name](cloud)
    result = cloud.functions.invoke(name, content)
    assert result.kind == "response", result
    assert is_right(result.content), result


# --- what must turn the tests above red


def copies(cloud: Cloud, name: str, place: Path) -> tuple[Path, list[Path]]:
    task, layers = cloud.functions.unpacked(name)
    mine = [shutil.copytree(one, place / str(number), symlinks=True) for number, one in enumerate([task, *layers])]
    return mine[0], mine[1:]


def remove(folder: Path, *patterns: str) -> None:
    found = [one for pattern in patterns for one in folder.glob(pattern)]
    assert found
    for one in found:
        one.unlink()


@pytest.mark.parametrize("what", ["module", "data", "handler", "library"])
def test_a_package_that_lacks_something_is_noticed(cloud: Cloud, tmp_path: Path, what: str) -> None:
    task, layers = copies(cloud, "record_receipt", tmp_path / "copies")
    core, *libraries = sorted(layers, key=lambda one: not (one / "python/upominek").exists())
    match what:
        case "module":
            remove(
                core,
                "python/upominek/domain/messages/receipt.py",
                "python/upominek/domain/messages/__pycache__/receipt.*",
            )
        case "data":
            remove(core, "python/upominek/adapters/carriers/sns/answers.toml")
        case "handler":
            (task / "handler.py").rename(task / "main.py")
            remove(task, "__pycache__/handler.*")
        case "library":
            for one in libraries:
                shutil.rmtree(one / "python/aws_lambda_powertools", ignore_errors=True)
    content, is_right = record_receipt(cloud)
    result = cloud.functions.invoke("record_receipt", content, task=task, layers=layers)
    assert not (result.kind == "response" and is_right(result.content)), result


def packages(template: Template) -> list[Path]:
    return sorted(one for one in template.folder.glob("asset.*.zip"))


def stale(package: zipfile.ZipFile) -> tuple[list[str], int]:
    """Compiled modules of ours that are not those of their sources, and how many there are.

    Nobody compares the two at run time, so what is stale would run. Whoever compiled another source may have said that
    it was this one, so the code itself is compared with the same source compiled anew.
    """
    wrong, names = [], set(package.namelist())
    ours = [one for one in names if one.endswith(".pyc") and ("python/upominek/" in one or one.startswith("__pyc"))]
    for name in ours:
        folder, _, module = name.rpartition("__pycache__/")
        source, compiled = package.read(f"{folder}{module.split('.')[0]}.py"), package.read(name)
        (flags,) = struct.unpack("<I", compiled[4:8])
        fresh = compile(source, name, "exec", dont_inherit=True, optimize=0)
        is_right = flags == 0b01 and compiled[8:16] == importlib.util.source_hash(source)
        if not is_right or marshal.loads(compiled[16:]) != fresh:  # noqa: S302 - our own packages
            wrong.append(name)
    return wrong, len(ours)


def test_compiled_code_is_that_of_its_source(embedded: Template) -> None:
    compared = 0
    for path in packages(embedded):
        with zipfile.ZipFile(path) as package:
            wrong, count = stale(package)
        assert not wrong
        compared += count
    assert compared > 100


@pytest.mark.parametrize("claims", ["its own source", "the source beside it", "to be compared with its source"])
def test_compiled_code_of_another_source_is_noticed(tmp_path: Path, claims: str) -> None:
    source, other = b"FEE = 4000\n", b"FEE = 0\n"
    hashed = importlib.util.source_hash(other if claims == "its own source" else source)
    flags = struct.pack("<I", 0b11 if claims == "to be compared with its source" else 0b01)
    code = compile(source if claims == "to be compared with its source" else other, "handler.py", "exec")
    with zipfile.ZipFile(tmp_path / "function.zip", "w") as package:
        package.writestr("handler.py", source)
        package.writestr("__pycache__/handler.pyc", importlib.util.MAGIC_NUMBER + flags + hashed + marshal.dumps(code))
        assert stale(package) == (["__pycache__/handler.pyc"], 1)
