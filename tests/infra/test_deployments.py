"""A deployment's file: what is taken, and how plainly a wrong one is refused."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from infra.bundling import ROOT
from infra.environments import Deployment, UnusableDeployment, read_deployment

Write = Callable[[object], Path]
LEAST = {
    "stack": "windykacja",
    "alarm_email": "ola@hurtownia.pl",
    "email": {"identities": ["hurtownia.pl", "biuro@gmail.com"]},
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: object) -> Path:
        path = tmp_path / "mine.yaml"
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
        return path

    return write


def test_the_example_shows_every_setting_with_its_default() -> None:
    shown = yaml.safe_load((ROOT / "deployments" / "example.yaml").read_text(encoding="utf-8"))
    read = read_deployment(ROOT / "deployments" / "example.yaml").model_dump(mode="json")
    assert shown == {name: value for name, value in read.items() if name != "account"}
    defaults = Deployment.model_validate(
        {name: shown[name] for name in ("stack", "alarm_email")}
        | {"email": {"identities": shown["email"]["identities"]}}
    )
    assert defaults.model_dump(mode="json") == read


def test_what_has_a_default_may_be_left_out(write: Write) -> None:
    assert read_deployment(write(LEAST)).sms.monthly_spend_limit_usd == 1


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"stack": "moja firma"}, "stack"),
        ({"region": "Warszawa"}, "region"),
        ({"account": 123456789012}, "account"),
        ({"alarm_email": "ola"}, "alarm_email"),
        ({"email": {"identities": []}}, "email.identities"),
        ({"email": {"identities": ["Hurtownia Sp. z o.o."]}}, "email.identities.0"),
        ({"sms": {"max_price_usd": "free"}}, "sms.max_price_usd"),
        ({"sender_concurrency": 1}, "sender_concurrency"),
        ({"retention": {"log_days": 91}}, "retention.log_days"),
        ({"retention": {"manifest_days": 389}}, "retention.manifest_days"),
        ({"time_zone": "Europe/Warszawa"}, "time_zone"),
        ({"colour": "green"}, "colour"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_found(write: Write, change: dict[str, object], complaint: str) -> None:
    with pytest.raises(UnusableDeployment, match=rf"(?m)^  {complaint}: .* \(found: "):
        read_deployment(write(LEAST | change))


def test_a_missing_setting_is_named(write: Write) -> None:
    with pytest.raises(UnusableDeployment, match="stack: Field required"):
        read_deployment(write("{}"))


@pytest.mark.parametrize(("content", "complaint"), [("stack: [", "is not YAML"), ("- stack", "valid dictionary")])
def test_what_is_no_settings_file_is_said_so(write: Write, content: str, complaint: str) -> None:
    with pytest.raises(UnusableDeployment, match=complaint):
        read_deployment(write(content))


def test_a_file_that_is_not_there_points_at_the_example(tmp_path: Path) -> None:
    with pytest.raises(UnusableDeployment, match=r"deployments/example\.yaml"):
        read_deployment(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [([], 2, "-c deployment="), (["nowhere.yaml"], 1, "nowhere.yaml: No such file")],
)
def test_the_app_says_in_one_sentence_what_is_missing(arguments: list[str], code: int, said: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "infra.app", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr
