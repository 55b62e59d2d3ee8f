"""Amazon SNS: SMS."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from upominek.domain.messages.carrier_traits import CarrierTraits, ReportNaming
from upominek.domain.values.channel import Channel

if TYPE_CHECKING:
    from upominek.adapters.carriers.carrier_module import Resources
    from upominek.adapters.carriers.sns.sender import SnsSmsSender
    from upominek.application.receipts.record_receipt import Report
    from upominek.settings import Settings

TRAITS: Final = CarrierTraits(
    channel=Channel.SMS,
    naming=ReportNaming.ITS_ID,
    recipient_pl="operatorzy sieci komórkowych (SMS przez Amazon SNS)",
    recipient_en="mobile networks (SMS through Amazon SNS)",
)


def sender(of: "Resources") -> "SnsSmsSender":
    """SMS through SNS."""
    from upominek.adapters.carriers.sns.sender import SnsSmsSender  # noqa: PLC0415 - receipts send nothing

    return SnsSmsSender(of.clients.sns, max_price_usd=of.settings.sms_max_price_usd)


def per_second(settings: "Settings") -> float:
    """SMS parts of the whole account."""
    return settings.sms_parts_per_second


def read_report(body: Mapping[str, Any]) -> "Report | None":
    """A delivery log."""
    from upominek.adapters.carriers.sns.reports import read_report as read  # noqa: PLC0415 - the sender reads none

    return read(body)
