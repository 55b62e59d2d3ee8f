"""What ministack is told that it has no setting for: it must still be there in the pinned version."""

from __future__ import annotations

import base64
import gzip
import io
import json
import subprocess
import threading
import time
import zipfile
from typing import TYPE_CHECKING, Any

from ministack.services import eventbridge, lambda_svc

from local.stack import emulator

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_events_of_aws_may_be_put(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventbridge._put_events, "__defaults__", (False,))
    entry = {"Source": "aws.ses", "DetailType": "Email Sent", "Detail": "{}"}
    assert json.loads(eventbridge._put_events({"Entries": [entry]})[2])["FailedEntryCount"] == 1
    emulator.take_events_of_aws()
    assert json.loads(eventbridge._put_events({"Entries": [entry]})[2])["FailedEntryCount"] == 0


def test_functions_find_boto3_and_none_of_our_other_libraries(tmp_path: Path) -> None:
    python = emulator.write_runtime(tmp_path / "folder with a space")
    emulator.write_runtime(tmp_path / "folder with a space")  # a second time, as at each start
    script = """
import importlib.util, sys, boto3, urllib3, dateutil
print([name for name in ("pydantic", "upominek", "infra", "ministack") if importlib.util.find_spec(name)])
"""
    found = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True, env={}, cwd=tmp_path)
    assert found.stdout == "[]\n"


def test_a_layer_is_unpacked_once_and_comes_before_everything_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = io.BytesIO()
    with zipfile.ZipFile(layer, "w") as archive:
        archive.writestr("python/boto3.py", "whose = 'the layer'")
    monkeypatch.setattr(lambda_svc, "_resolve_layer_zip", lambda _: layer.getvalue())
    emulator.share_layers(tmp_path / "layers")
    pointers = [lambda_svc._resolve_layer_zip("arn") for _ in range(2)]
    assert pointers[0] is not None
    assert len(pointers[0]) < 1000
    assert len(list((tmp_path / "layers").iterdir())) == 1

    with zipfile.ZipFile(io.BytesIO(pointers[0])) as archive:
        archive.extractall(tmp_path / "layer_0")
    python = emulator.write_runtime(tmp_path / "runtime")
    # As ministack's worker does it.
    packages = tmp_path / "layer_0" / "python" / "lib" / "python" / "site-packages"
    script = f"import site; site.addsitedir({str(packages)!r}); import boto3; print(boto3.whose)"
    found = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True, env={}, cwd=tmp_path)
    assert found.stdout == "the layer\n"


def test_no_layer_is_no_layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_svc, "_resolve_layer_zip", lambda _: None)
    emulator.share_layers(tmp_path)
    assert lambda_svc._resolve_layer_zip("arn") is None


def test_a_function_runs_only_so_often_at_once_and_nobody_else_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = {"busy": 0, "idle": 0}, {"busy": 0, "idle": 0}, threading.Lock()

    def dispatch(_: object, config: dict[str, Any], *__: object) -> None:
        name = config["FunctionName"]
        with lock:
            running[name] += 1
            most[name] = max(most[name], running[name])
        time.sleep(0.02 if name == "busy" else 0)
        with lock:
            running[name] -= 1

    monkeypatch.setattr(lambda_svc, "_execute_function_dispatch", dispatch)
    emulator.limit_concurrency(2)
    calls = [
        threading.Thread(target=lambda_svc._execute_function_dispatch, args=({}, {"FunctionName": name}, {}, "id", 0.0))
        for name in ["busy"] * 6 + ["idle"]
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert most == {"busy": 2, "idle": 1}


def test_log_records_are_handed_over_asynchronously_other_events_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_over: list[Any] = []
    monkeypatch.setattr(lambda_svc, "_execute_function_with_config_scope", lambda _, event: {"body": event})
    monkeypatch.setattr(lambda_svc, "invoke_async_with_retry", lambda _, event: handed_over.append(event))
    emulator.retry_log_subscriptions()
    records = {"awslogs": {"data": base64.b64encode(gzip.compress(b"{}")).decode()}}
    assert lambda_svc._execute_function_with_config_scope({}, records) is None
    assert lambda_svc._execute_function_with_config_scope({}, {"Records": []}) == {"body": {"Records": []}}
    assert handed_over == [records]
