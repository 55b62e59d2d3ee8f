"""What all functions share: batches, schedules and requests, and what is logged of their failures."""

import json
from typing import Any

import pytest

from tests.functions.recorded import Context, sqs_event
from upominek.domain.errors import Conflict, InvalidValue, NotFound, Refused, Unavailable
from upominek.handlers.http import Endpoint, Request, status_of
from upominek.handlers.queue import Message, QueueWorker
from upominek.handlers.schedule import ScheduledRun, TimeLeft

PHONE = "+48 455 000 123"


class Ids(dict[str, Any]):
    """A job that says its ids."""

    def to_dict(self) -> dict[str, Any]:
        return {"creditor": self["creditor"]}


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    # Powertools keeps one logger for each service, and with it the standard output of the test that made it.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", request.node.name)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Upominek")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def working(worker: QueueWorker, **options: Any) -> Any:  # noqa: ANN401 - a handler
    def work(message: Message) -> None:
        if message.read(Ids)["creditor"] == "bad":
            raise ValueError(f"cannot call {PHONE}")

    return worker.handler(work, **options)


def test_only_what_failed_comes_back_named_by_its_ids(capsys: pytest.CaptureFixture[str]) -> None:
    handler = working(QueueWorker(failed="Not done"))
    answer = handler(sqs_event({"creditor": "good"}, {"creditor": "bad"}), Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    log, counted = lines(capsys)
    assert (log["message"], log["level"], log["creditor"], log["sqs_message"]) == ("Not done", "WARNING", "bad", "m-1")
    assert log["error"] == "ValueError"
    assert counted["Messages"] == [2.0]


def test_words_of_errors_are_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    working(QueueWorker(failed="Not done"))(sqs_event({"creditor": "bad"}), Context())
    assert PHONE not in capsys.readouterr().out


def test_a_batch_of_which_all_failed_is_no_failure_of_the_function() -> None:
    handler = working(QueueWorker(failed="Not done"))
    assert len(handler(sqs_event({"creditor": "bad"}, {"creditor": "bad"}), Context())["batchItemFailures"]) == 2


def test_what_is_no_json_comes_back(capsys: pytest.CaptureFixture[str]) -> None:
    answer = working(QueueWorker(failed="Not done"))(sqs_event("no json"), Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    assert lines(capsys)[0]["sqs_message"] == "m-0"


def test_an_empty_batch_is_answered_too() -> None:
    after: list[str] = []
    handler = working(QueueWorker(failed="Not done"), after=lambda: after.append("counted"))
    assert handler({"Records": []}, Context()) == {"batchItemFailures": []}
    assert after == ["counted"]


def test_a_terse_line_says_which_call_it_is_of_and_not_where(capsys: pytest.CaptureFixture[str]) -> None:
    working(QueueWorker(failed="Not done", terse=True))(sqs_event({"creditor": "bad"}), Context())
    log, _ = lines(capsys)
    assert log["function_request_id"] == Context().aws_request_id
    assert "location" not in log
    assert "function_name" not in log


def test_a_line_says_where_it_comes_from_in_the_function_itself(capsys: pytest.CaptureFixture[str]) -> None:
    worker = QueueWorker(failed="Not done")
    worker.handler(lambda message: worker.log("Done", creditor=message.body["creditor"]))(
        sqs_event({"creditor": "good"}), Context()
    )
    assert lines(capsys)[0]["location"].startswith("<lambda>")


def test_each_failure_of_a_run_is_logged_and_the_run_fails(capsys: pytest.CaptureFixture[str]) -> None:
    scheduled = ScheduledRun(failed="Not started", sparse=True)

    def run(time_left: TimeLeft) -> dict[str, Any]:
        assert time_left() == 120_000
        scheduled.count("Found", 3)
        raise ExceptionGroup("two", [NotFound("creditor_unknown", pl="", en=""), ValueError()])

    with pytest.raises(ExceptionGroup):
        scheduled.handler(run)({}, Context())
    counted, *logs = lines(capsys)
    assert counted["Found"] == [3.0]
    assert [log["error"] for log in logs] == ["NotFound", "ValueError"]


def test_a_sparse_run_writes_no_metrics_where_nothing_was_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert ScheduledRun(failed="", sparse=True).handler(lambda _: {"done": 1})({}, Context()) == {"done": 1}
    assert lines(capsys) == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused("body_too_large", pl="", en=""), 413),
        (Refused("signature_invalid", pl="", en=""), 401),
        (Refused("webhook_id_reused", pl="", en=""), 409),
        (Refused("anything_new", pl="", en=""), 409),
        (InvalidValue("events_invalid", pl="", en=""), 422),
        (InvalidValue("holidays_unknown", pl="", en=""), 503),
        (Conflict("invoice"), 503),
        (Unavailable("the table"), 503),
    ],
)
def test_only_what_may_succeed_later_is_asked_for_again(error: Any, status: int) -> None:  # noqa: ANN401
    assert status_of(error) == status


def test_a_refused_request_is_answered_counted_and_logged_by_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    def answer(request: Request) -> tuple[int, Any]:
        assert (request.path, request.headers, request.content) == ({"creditor": "a"}, {"x-id": "1"}, b"{}")
        raise InvalidValue("events_invalid", pl=PHONE, en=PHONE)

    endpoint = Endpoint(
        method="POST", refused="Refused", refused_metric="Refused", described=lambda error: {"code": error.code}
    )
    event = {
        "requestContext": {"http": {"method": "POST"}},
        "pathParameters": {"creditor": "a"},
        "headers": {"X-Id": "1"},
        "body": "e30=",
        "isBase64Encoded": True,
    }
    answered = endpoint.handler(answer)(event, Context())
    assert (answered["statusCode"], json.loads(answered["body"])) == (422, {"code": "events_invalid"})
    said = capsys.readouterr().out
    assert "events_invalid" in said
    assert PHONE not in said
