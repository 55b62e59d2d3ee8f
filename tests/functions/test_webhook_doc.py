"""What `docs/webhook.md` and `docs/openapi.yaml` promise."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.functions.recorded import ROOT
from tests.unit.application.intake.test_receive_webhook import NEW, WebhookWorld
from tools import openapi
from upominek.adapters.json.case import error_to_dict
from upominek.adapters.webhook.events import TYPES
from upominek.domain.errors import InvalidValue
from upominek.domain.receivables.events import EventsInvalid

DOC = (ROOT / "docs" / "webhook.md").read_text(encoding="utf-8")
ENVIRONMENT = {**os.environ, "WEBHOOK_URL": "https://example.com/webhooks/hurt", "WEBHOOK_SECRET": NEW}

SENDER = """\
import json, sys, urllib.request
class Answer:
    status = 202
    def __enter__(self): return self
    def __exit__(self, *_): return None
    def read(self): return b"{}"
def urlopen(request):
    json.dump([request.full_url, dict(request.header_items()), request.data.decode()], open(sys.argv[1], "w"))
    return Answer()
urllib.request.urlopen = urlopen
"""
CURL = """\
#!/bin/sh
printf '%s\\0' "$@" > "$CAUGHT"
"""


def code(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOC, re.DOTALL)


def test_the_published_contract_is_up_to_date() -> None:
    assert openapi.FILE.read_text(encoding="utf-8") == openapi.text(), "run `python -m tools.openapi`"


def test_every_type_of_event_is_published_with_all_its_fields() -> None:
    schemas = yaml.safe_load(openapi.text())["components"]["schemas"]
    assert set(schemas["Event"]["discriminator"]["mapping"]) == set(TYPES)
    for kind, model in TYPES.items():
        assert schemas[model.__name__]["properties"]["type"]["const"] == kind
        data = schemas[schemas[model.__name__]["properties"]["data"]["$ref"].rpartition("/")[2]]
        assert data["additionalProperties"] is False
        for field in data["properties"]:
            assert f"`{field}`" in DOC


def test_the_example_of_a_message_is_taken_in() -> None:
    world = WebhookWorld()
    assert world.receive(json.loads(code("json")[0])) == {"events": 1, "new": 1}


def test_the_example_of_errors_is_what_is_answered() -> None:
    world = WebhookWorld()
    good = json.loads(code("json")[0])
    wrong = good | {"data": good["data"] | {"amount": ""}}
    with pytest.raises(InvalidValue) as caught:
        world.receive([good, wrong])
    assert isinstance(caught.value, EventsInvalid)
    assert error_to_dict(caught.value) == json.loads(code("json")[1])


def test_the_example_in_python_is_accepted(tmp_path: Path) -> None:
    caught = tmp_path / "caught.json"
    program = SENDER + code("python")[0]
    subprocess.run([sys.executable, "-c", program, str(caught)], env=ENVIRONMENT, check=True, capture_output=True)
    url, headers, body = json.loads(caught.read_text())
    assert url == ENVIRONMENT["WEBHOOK_URL"]
    assert accepted({name.lower(): value for name, value in headers.items()}, body)["payments"] == 1


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the example computes the signature with openssl")
def test_the_example_with_curl_is_accepted(tmp_path: Path) -> None:
    curl = tmp_path / "curl"
    curl.write_text(CURL)
    curl.chmod(curl.stat().st_mode | stat.S_IXUSR)
    caught = tmp_path / "caught"
    environment = ENVIRONMENT | {"PATH": f"{tmp_path}:{ENVIRONMENT['PATH']}", "CAUGHT": str(caught)}
    subprocess.run(["bash", "-eu", "-c", code("bash")[0]], env=environment, check=True, capture_output=True)
    arguments = caught.read_text(encoding="utf-8").split("\0")[:-1]
    headers = dict(value.split(": ", 1) for name, value in pairwise(arguments) if name == "--header")
    assert accepted(headers, arguments[arguments.index("--data-binary") + 1])["notes"] == 1


def accepted(headers: dict[str, str], body: str) -> dict[str, Any]:
    world = WebhookWorld()
    world.clock.advance(days=30)
    return dict(world.use_case.receive("hurt", headers, body.encode()))
