"""All that a carrier needs: what sets it apart, its sender, its reports; `answers.toml` and `errors.toml` beside it."""

from functools import partial
from typing import Any

import urllib3

from upominek.adapters.carriers.answers import answer_rows
from upominek.adapters.carriers.at_most_once import AtMostOnce, NoAnswer, NotConnected, Refused, Word
from upominek.adapters.carriers.reporting import digest, utc_time
from upominek.application.ports.carriers import SmsMessage
from upominek.application.receipts.record_receipt import Report
from upominek.domain.messages.carrier_traits import CarrierTraits, ReportNaming
from upominek.domain.messages.receipt import Price, Receipt
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.channel import Channel

FOLDER = "tests.contract.toy_gateway"
TRAITS = CarrierTraits(Channel.SMS, "Zabawka sp. z o.o. (SMS)", "Toy Gateway Ltd (SMS)", ReportNaming.ITS_ID)


def in_our_words(error: Exception) -> Word | None:
    match error:
        case urllib3.exceptions.NewConnectionError() | urllib3.exceptions.ConnectTimeoutError():
            return NotConnected(type(error).__name__)
        case urllib3.exceptions.HTTPError() | ValueError():
            return NoAnswer(type(error).__name__)
    return None


class ToySender:
    def __init__(self, url: str) -> None:
        self._url, self._pool = url, urllib3.PoolManager(retries=False, timeout=0.5)
        self._once = AtMostOnce(self, FOLDER, in_our_words)

    def close(self) -> None:
        self._pool.clear()

    def send(self, message: SmsMessage) -> str:
        return self._once.call(partial(self._ask, {"to": message.to, "text": message.text}))

    def _ask(self, fields: dict[str, str]) -> str:
        answer = self._pool.request("POST", self._url, fields=fields)
        said: dict[str, Any] = answer.json()
        if "error" in said:
            raise Refused(str(said["error"]), str(said.get("message", "")), status=answer.status)
        return str(said["id"])


def sender(of: Any) -> ToySender:  # noqa: ANN401 - it asks for more than carriers have so far
    return ToySender(of.toy_url)


def per_second(_: object) -> float:
    return 5.0


def read_report(body: dict[str, Any]) -> Report:
    said, at = str(body["status"]), utc_time(body["at"])
    answer = next(answer for row, answer in answer_rows(FOLDER) if row["answer"] in {said, "*"})
    receipt = Receipt(
        id=digest(body["id"], said),
        kind=answer.kind,
        at=at,
        code=answer.code,
        action=answer.action,
        price=Price(body["price"], "PLN"),
    )
    return Report(carrier=Carrier("toy"), receipt=receipt, message_id=body["id"], pl=answer.pl, en=answer.en)
