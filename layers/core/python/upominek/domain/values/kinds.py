"""Kinds of holds and of legal claims."""

from enum import StrEnum


class HoldKind(StrEnum):
    """Why a case is not addressed now."""

    PAUSE = "pause"
    DISPUTE = "dispute"
    PROMISE = "promise"
    OPT_OUT = "opt-out"
    HANDED_OVER = "handed-over"
    CHECK = "check"  # set by the product: what is known is in doubt, and a person is to look first


class ClaimKind(StrEnum):
    """What is owed for: it decides when a claim is time-barred (see `law.limitation`)."""

    SALE = "sale"  # things sold by a business
    BUSINESS = "business"  # anything else that belongs to running a business: services, works
    PERIODIC = "periodic"  # rent, subscriptions: what comes back regularly
    TRANSPORT = "transport"
    TAX = "tax"  # taxes and fees owed to a public office
    OTHER = "other"
