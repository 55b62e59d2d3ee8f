"""Creditors and campaigns as JSON."""

# A command starts without the use cases that only name what is shown.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from upominek.domain.values.channel import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from upominek.application.administration.save_creditor import SavedCreditor
    from upominek.application.administration.show_creditors import CreditorView
    from upominek.domain.parties.creditor import Creditor
    from upominek.domain.planning.campaign import Campaign, Step
    from upominek.domain.values.calendar import ContactHours


def saved_to_dict(saved: SavedCreditor) -> dict[str, Any]:
    """The shape of `creditor add --json`."""
    return {"id": saved.id, "campaigns": list(saved.campaigns), "webhook_secret": saved.webhook_secret}


def line_to_dict(creditor: Creditor) -> dict[str, Any]:
    """One line of a list of creditors."""
    return {"id": creditor.id, "name": creditor.name, "shards": creditor.shards[-1]}


def creditor_to_dict(view: CreditorView) -> dict[str, Any]:
    """Everything in a creditor's file, and its campaigns."""
    creditor = view.creditor
    return {
        "id": creditor.id,
        "name": creditor.name,
        "nip": creditor.nip,
        "account": creditor.account,
        "sms_sender": creditor.sms_sender,
        "email_from": creditor.email_from,
        "reply_to": creditor.reply_to,
        "contact_person": creditor.contact_person,
        "contact_phone": creditor.contact_phone,
        "website": creditor.website,
        "hours": _hours(creditor.hours),
        "per_day": creditor.limits.per_day,
        "per_week": creditor.limits.per_week,
        "days_between": creditor.limits.days_between,
        "smallest": {"reminder": creditor.smallest.reminder, "demand": creditor.smallest.demand},
        "shards": creditor.shards[-1],
        "address": list(creditor.address),
        "register": creditor.register and {"bureau": creditor.register.bureau, "seat": creditor.register.seat},
        "offers_instalments": creditor.offers_instalments,
        "offers_later_date": creditor.offers_later_date,
        "claim_kind": creditor.claim_kind.value,
        "message_lifetime_hours": creditor.message_lifetime.total_seconds() / 3600,
        "text_days": creditor.text_days,
        "retention_years": creditor.retention_years,
        "carriers": {channel.value: creditor.carriers.of(channel).value for channel in Channel},
        "campaigns": campaigns_to_list(view.campaigns),
    }


def campaigns_to_list(campaigns: Iterable[Campaign]) -> list[dict[str, Any]]:
    """Campaigns in the order in which they are given."""
    return [campaign_to_dict(one) for one in campaigns]


def campaign_to_dict(one: Campaign) -> dict[str, Any]:
    """A campaign with its ladder."""
    audience = one.audience
    return {
        "id": one.id,
        "name": one.name,
        "order": one.order,
        "active": one.is_active,
        "audience": {
            "kinds": sorted(kind.value for kind in audience.kinds),
            "minimum": audience.minimum and f"{audience.minimum.plain()} {audience.minimum.currency}",
            "tags": sorted(audience.tags),
            "without_tags": sorted(audience.without_tags),
        },
        "at": f"{one.at:%H:%M}",
        "weekdays": sorted(one.weekdays),
        "hours": one.hours and _hours(one.hours),
        "entry": one.entry.value,
        "most_per_day": one.most_per_day,
        "since": one.since and one.since.isoformat(),
        "ladder": [_step(step) for step in one.ladder],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "step": step.name,
        "channels": [channel.value for channel in step.channels],
        "template": step.template,
        "tone": step.tone.value,
        "expires_after_days": step.expires_after_days,
        "claims": {
            "interest": step.claims.interest.value,
            "compensation": step.claims.compensation.value,
            "register": step.claims.register,
        },
        "otherwise": step.neutral_text,
        "letter": step.letter,
        "pay_within_days": step.pay_within_days,
    }


def _hours(hours: ContactHours) -> dict[str, Any]:
    return {
        "zone": hours.zone,
        "weekdays": sorted(hours.weekdays),
        "opens": f"{hours.opens:%H:%M}",
        "closes": f"{hours.closes:%H:%M}",
        "holidays": hours.holidays,
    }
