"""Which recipient brings about what: the one table of the simulator."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

# A Polish mobile prefix that phonenumbers accepts and knows no operator of, so nobody's number is meant.
MAGIC_PREFIX = "+48455"
MAGIC_DOMAIN = "example.com"
# The addresses of the mailbox simulator of SES itself, which AWS documents.
SIMULATOR_DOMAIN = "simulator.amazonses.com"
SIMULATOR_NAMES = {
    "success": "delivered",
    "bounce": "bounced",
    "complaint": "complained",
    "suppressionlist": "opted-out",
    "ooto": "delivered",
}

ACCEPTED = "Message has been accepted by phone carrier"


class Call(Enum):
    """How the provider answers the call that hands a message over."""

    TAKEN = "taken"
    THROTTLED = "throttled"  # the first time; the next call to the same recipient is taken
    REFUSED = "refused"
    MISCONFIGURED = "misconfigured"
    BROKEN = "broken"
    CUT_OFF = "cut-off"  # taken, but the connection is closed before the answer
    HANGING = "hanging"  # taken, but the answer never comes


class Pace(Enum):
    """When the answers come."""

    USUAL = "usual"
    SLOW = "slow"  # ten times the usual delay
    LATE = "late"  # after half a minute, or once the clock was moved on by three days
    EARLY = "early"  # before the call that hands the message over is answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What happens to a message.

    Attributes:
        name: local part of the e-mail address.
        digits: last two digits of the phone number; None for what only e-mail knows.
        sms: what SNS logs, in its own words; `{phone}` stands for the number.
        email: what SES reports, in order: type of the event, and for bounces and complaints the kind.
        copies: how often each answer comes.
    """

    name: str
    digits: str | None = None
    sms: tuple[str, ...] = (ACCEPTED,)
    email: tuple[str, ...] = ("Send", "Delivery")
    call: Call = Call.TAKEN
    pace: Pace = Pace.USUAL
    copies: int = 1


DELIVERED = Behaviour(name="delivered", digits="00")
BEHAVIOURS = (
    DELIVERED,
    # What becomes of the message
    Behaviour(name="bounced", digits="01", sms=("Invalid phone number",), email=("Send", "Bounce Permanent/General")),
    Behaviour(
        name="complained",
        digits="02",
        sms=("Blocked as spam by phone carrier",),
        email=("Send", "Delivery", "Complaint abuse"),
    ),
    Behaviour(
        name="opted-out",
        digits="03",
        sms=("Phone number is opted out",),
        email=("Send", "Bounce Permanent/OnAccountSuppressionList"),
    ),
    Behaviour(
        name="unreachable",
        digits="04",
        sms=("Phone is currently unreachable/unavailable",),
        email=("Send", "DeliveryDelay", "Bounce Transient/General"),
    ),
    Behaviour(
        name="carrier-down",
        digits="05",
        sms=("Phone carrier is currently unreachable/unavailable",),
        email=("Send", "DeliveryDelay", "Bounce Undetermined/Undetermined"),
    ),
    Behaviour(
        name="blocked",
        digits="06",
        sms=("Phone carrier has blocked this message",),
        email=("Send", "Bounce Transient/ContentRejected"),
    ),
    Behaviour(
        name="suppressed",
        digits="07",
        sms=("Destination is on a blocked list",),
        email=("Send", "Bounce Permanent/Suppressed"),
    ),
    Behaviour(name="rejected", digits="08", sms=("Message body is invalid",), email=("Reject",)),
    Behaviour(
        name="no-mailbox", digits="09", sms=("Phone is on a blocked list",), email=("Send", "Bounce Permanent/NoEmail")
    ),
    Behaviour(
        name="mailbox-full", digits="10", sms=("Phone has blocked SMS",), email=("Send", "Bounce Transient/MailboxFull")
    ),
    Behaviour(name="too-dear", digits="11", sms=("This delivery would exceed max price",)),
    Behaviour(name="no-quota", digits="12", sms=("No quota left for account",)),
    Behaviour(name="unknown-error", digits="13", sms=("Unknown error attempting to reach phone",)),
    Behaviour(name="objected", digits="14", sms=("{phone} is opted out",)),
    Behaviour(name="returned", email=("Send", "Delivery", "Bounce Transient/MailboxFull")),
    Behaviour(name="absent", email=("Send", "Bounce Transient/General", "Delivery")),
    Behaviour(name="too-large", email=("Send", "Bounce Transient/MessageTooLarge")),
    Behaviour(name="attachment-rejected", email=("Send", "Bounce Transient/AttachmentRejected")),
    Behaviour(name="not-rendered", email=("Rendering Failure",)),
    Behaviour(name="delayed", email=("Send", "DeliveryDelay", "Delivery")),
    Behaviour(name="opened", email=("Send", "Delivery", "Open")),
    Behaviour(name="clicked", email=("Send", "Delivery", "Open", "Click")),
    # When, how often and in which order it is told
    Behaviour(name="no-answer", digits="20", sms=(), email=()),
    Behaviour(name="twice", digits="21", copies=2),
    Behaviour(name="slow", digits="22", pace=Pace.SLOW),
    Behaviour(name="late", digits="23", pace=Pace.LATE),
    Behaviour(name="early", digits="24", pace=Pace.EARLY),
    Behaviour(name="reversed", email=("Delivery", "DeliveryDelay")),
    # How the call itself is answered
    Behaviour(name="throttled", digits="90", call=Call.THROTTLED),
    Behaviour(name="refused", digits="91", call=Call.REFUSED),
    Behaviour(name="misconfigured", digits="92", call=Call.MISCONFIGURED),
    Behaviour(name="broken", digits="93", call=Call.BROKEN),
    Behaviour(name="cut-off", digits="94", call=Call.CUT_OFF),
    Behaviour(name="hanging", digits="95", call=Call.HANGING),
)

_BY_NAME = {each.name: each for each in BEHAVIOURS}
_BY_DIGITS = {each.digits: each for each in BEHAVIOURS if each.digits}


def behaviour_of(recipient: str) -> Behaviour:
    """What happens to a message to this phone number (E.164) or e-mail address; who is not in the table receives it.

    What follows a plus sign in an address is the recipient's own affair, so that one behaviour serves many debtors.
    """
    if "@" not in recipient:
        return _BY_DIGITS.get(recipient[-2:], DELIVERED) if recipient.startswith(MAGIC_PREFIX) else DELIVERED
    local, _, domain = recipient.lower().rpartition("@")
    name = local.partition("+")[0]
    if domain == SIMULATOR_DOMAIN:
        name = SIMULATOR_NAMES.get(name, name)
    elif domain != MAGIC_DOMAIN:
        return DELIVERED
    return _BY_NAME.get(name, DELIVERED)
