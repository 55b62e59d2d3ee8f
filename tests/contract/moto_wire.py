"""The direct clients over moto: what they put on the wire goes to moto, which plays AWS for the `requests` library."""

from dataclasses import dataclass
from typing import Any

import requests

from upominek.adapters.aws.client.direct import DirectSecretsManager, DirectSqs, JsonClient


@dataclass(frozen=True)
class Answer:
    """As urllib3 has it."""

    status: int
    headers: Any
    data: bytes


@dataclass(frozen=True)
class MotoPool:
    """A pool of connections to moto."""

    endpoint: str

    def urlopen(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        answer = requests.request(method, self.endpoint + path, data=body, headers=headers, timeout=5)
        return Answer(answer.status_code, answer.headers, answer.content)


def over_moto(client: JsonClient) -> Any:  # noqa: ANN401 - stands for a client of botocore
    client.pool = MotoPool(client.endpoint)  # type: ignore[assignment]
    return client


def sqs() -> Any:  # noqa: ANN401
    return over_moto(DirectSqs(connections=1))


def secretsmanager() -> Any:  # noqa: ANN401
    return over_moto(DirectSecretsManager())
