"""Amazon SES: e-mail."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from upominek.domain.messages.carrier_traits import CarrierTraits, ReportNaming
from upominek.domain.values.channel import Channel
from upominek.settings import MissingSettingError

if TYPE_CHECKING:
    from upominek.adapters.carriers.carrier_module import Resources
    from upominek.adapters.carriers.ses.sender import SesEmailSender
    from upominek.application.receipts.record_receipt import Report
    from upominek.settings import Settings

TRAITS: Final = CarrierTraits(
    channel=Channel.EMAIL,
    naming=ReportNaming.OUR_TAGS,
    has_reputation=True,
    recipient_pl="dostawcy poczty elektronicznej (e-mail przez Amazon SES)",
    recipient_en="mail providers (e-mail through Amazon SES)",
)


def sender(of: "Resources") -> "SesEmailSender":
    """E-mail through SES."""
    from upominek.adapters.carriers.ses.sender import SesEmailSender  # noqa: PLC0415 - receipts send nothing

    configuration_set = of.settings.ses_configuration_set
    if not configuration_set:
        raise MissingSettingError("SES_CONFIGURATION_SET")
    return SesEmailSender(of.clients.sesv2, configuration_set=configuration_set)


def per_second(settings: "Settings") -> float:
    """E-mails of the whole account."""
    return settings.ses_messages_per_second


def read_report(body: Mapping[str, Any]) -> "Report | None":
    """An event."""
    from upominek.adapters.carriers.ses.reports import read_report as read  # noqa: PLC0415 - the sender reads none

    return read(body)
