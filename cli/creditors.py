"""Commands about creditors and their campaigns."""

import secrets as random_secrets
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.printing import AsJson, Stack, emit, fail, out, table
from cli.target import find_target
from upominek.adapters.config_files.campaigns_file import read_campaign
from upominek.adapters.config_files.creditors_file import keeping_shards, read_creditor
from upominek.adapters.config_files.yaml_file import InvalidFile, file_bytes
from upominek.adapters.json.problem import problem_to_dict
from upominek.bootstrap import Application
from upominek.domain.errors import NotFound
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign, Step, Use
from upominek.domain.values.calendar import ContactHours

creditor_commands = typer.Typer(no_args_is_help=True, help="Creditors: whose money it is.")
campaign_commands = typer.Typer(no_args_is_help=True, help="Campaigns: who hears what, and when.")

YamlFile = Annotated[Path, typer.Argument(help="A YAML file.", exists=True, dir_okay=False, readable=True)]
CreditorId = Annotated[str, typer.Argument(help="Id of the creditor.")]


@creditor_commands.command("add")
def add_creditor(file: YamlFile, stack: Stack = None, as_json: AsJson = False) -> None:
    """Take a creditor and its campaigns in from a file, or change them; a new one gets a webhook secret, shown once."""
    stated = read_creditor(file)
    application = find_target(stack, as_json=as_json).application
    data = save_creditor(application, stated.creditor, stated.campaigns)

    def show() -> None:
        out.print(f"{data['id']}: {len(stated.campaigns)} campaigns", markup=False)
        if data["webhook_secret"]:
            out.print(f"webhook secret (keep it safe, it is not shown again): {data['webhook_secret']}", markup=False)

    emit(data, as_json=as_json, show=show)


def save_creditor(application: Application, stated: Creditor, campaigns: tuple[Campaign, ...]) -> dict[str, Any]:
    """Store a creditor with its campaigns; a new one gets a webhook secret, which is returned this one time.

    Campaigns that the creditor had and that are not among these stay as they are: what is to end says `active: no`.
    """
    secret = None
    with suppress(NotFound):  # it is new
        stated = keeping_shards(application.creditors.get(stated.id), stated)
    try:
        application.secrets.webhook_secrets(stated.id)
    except NotFound:
        secret = new_webhook_secret()
        application.secrets.save_webhook_secrets(stated.id, (secret,))
    # The creditor last: once it can be found, all that belongs to it is there.
    for campaign in campaigns:
        application.creditors.save_campaign(stated.id, campaign)
    application.creditors.save(stated)
    return {"id": stated.id, "campaigns": [one.id for one in campaigns], "webhook_secret": secret}


@creditor_commands.command("rotate-secret")
def rotate_secret(creditor: CreditorId, stack: Stack = None, as_json: AsJson = False) -> None:
    """Make a new webhook secret; the one before stays valid beside it until the next rotation."""
    application = find_target(stack, as_json=as_json).application
    application.creditors.get(creditor)
    secret = new_webhook_secret()
    application.secrets.save_webhook_secrets(creditor, (secret, *application.secrets.webhook_secrets(creditor)[:1]))
    emit(
        {"id": creditor, "webhook_secret": secret},
        as_json=as_json,
        show=lambda: out.print(
            f"{creditor}: new webhook secret {secret}, valid within a minute; the one before still works", markup=False
        ),
    )


@creditor_commands.command("show")
def show_creditor(creditor: CreditorId, stack: Stack = None, as_json: AsJson = False) -> None:
    """Show a creditor and its campaigns."""
    application = find_target(stack, as_json=as_json).application
    data = _described(application.creditors.get(creditor), application.creditors.campaigns(creditor))

    def show() -> None:
        shown = [(name, value) for name, value in data.items() if name != "campaigns" and value is not None]
        table(creditor, ["what", "value"], shown)
        _draw_campaigns(data["campaigns"])

    emit(data, as_json=as_json, show=show)


@creditor_commands.command("list")
def list_creditors(stack: Stack = None, as_json: AsJson = False) -> None:
    """List the creditors."""
    application = find_target(stack, as_json=as_json).application
    found = [application.creditors.get(one) for one in application.creditors.ids()]
    data = [{"id": one.id, "name": one.name, "shards": one.shards[-1]} for one in found]
    emit(
        data,
        as_json=as_json,
        show=lambda: table("creditors", ["id", "name", "shards>"], [tuple(one.values()) for one in data]),
    )


@campaign_commands.command("check")
def check_campaign(file: YamlFile, as_json: AsJson = False) -> None:
    """Say what is wrong with a campaign file, by line, or show the ladder that it describes. Stores nothing."""
    try:
        campaign = read_campaign(file_bytes(file), str(file))
    except InvalidFile as error:
        if not as_json:
            fail(error, code=1)
        emit(
            {"valid": False, "problems": [problem_to_dict(one) for one in error.problems]},
            as_json=True,
            show=lambda: None,
        )
        raise typer.Exit(1) from error
    data = {"valid": True, "problems": [], "campaign": _campaign(campaign)}
    emit(data, as_json=as_json, show=lambda: _draw_ladder(campaign))


@campaign_commands.command("add")
def add_campaign(creditor: CreditorId, file: YamlFile, stack: Stack = None, as_json: AsJson = False) -> None:
    """Give a creditor a campaign from a file, or change one."""
    application = find_target(stack, as_json=as_json).application
    campaign = read_campaign(file_bytes(file), str(file), application.creditors.get(creditor))
    application.creditors.save_campaign(creditor, campaign)
    emit(_campaign(campaign), as_json=as_json, show=lambda: _draw_ladder(campaign))


@campaign_commands.command("list")
def list_campaigns(creditor: CreditorId, stack: Stack = None, as_json: AsJson = False) -> None:
    """List a creditor's campaigns in the order in which an invoice tries them."""
    application = find_target(stack, as_json=as_json).application
    application.creditors.get(creditor)
    data = _campaigns(application.creditors.campaigns(creditor))
    emit(data, as_json=as_json, show=lambda: _draw_campaigns(data))


def new_webhook_secret() -> str:
    """A fresh secret in the form of Standard Webhooks: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + b64encode(random_secrets.token_bytes(32)).decode()


def _described(creditor: Creditor, campaigns: tuple[Campaign, ...]) -> dict[str, Any]:
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
        "shards": creditor.shards[-1],
        "address": list(creditor.address),
        "register": creditor.register and {"bureau": creditor.register.bureau, "seat": creditor.register.seat},
        "offers_instalments": creditor.offers_instalments,
        "offers_later_date": creditor.offers_later_date,
        "claim_kind": creditor.claim_kind.value,
        "message_lifetime_hours": creditor.message_lifetime.total_seconds() / 3600,
        "text_days": creditor.text_days,
        "retention_years": creditor.retention_years,
        "campaigns": _campaigns(campaigns),
    }


def _campaigns(campaigns: tuple[Campaign, ...]) -> list[dict[str, Any]]:
    return [_campaign(one) for one in sorted(campaigns, key=lambda one: (not one.is_active, one.order, one.id))]


def _campaign(one: Campaign) -> dict[str, Any]:
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
        "ladder": [
            {
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
            for step in one.ladder
        ],
    }


def _hours(hours: ContactHours) -> dict[str, Any]:
    return {
        "zone": hours.zone,
        "weekdays": sorted(hours.weekdays),
        "opens": f"{hours.opens:%H:%M}",
        "closes": f"{hours.closes:%H:%M}",
        "holidays": hours.holidays,
    }


def _draw_campaigns(campaigns: list[dict[str, Any]]) -> None:
    table(
        "campaigns",
        ["id", "name", "order>", "active"],
        [(one["id"], one["name"], one["order"], "yes" if one["active"] else "no") for one in campaigns],
    )


def _draw_ladder(campaign: Campaign) -> None:
    table(
        f"{campaign.name}: planned at {campaign.at:%H:%M}",
        ["step>", "channels", "template", "tone", "claims", "letter"],
        [
            (s.name, ", then ".join(c.value for c in s.channels), s.template, s.tone.value, _claims(s), s.letter or "")
            for s in campaign.ladder
        ],
    )


def _claims(step: Step) -> str:
    """What a step claims, and the text that goes where it may not."""
    claims = step.claims
    said = [
        f"{use.value} {what}" for what, use in (("interest", claims.interest), ("compensation", claims.compensation))
    ]
    said = [one for one in said if not one.startswith(Use.NONE.value)] + ["register"] * claims.register
    return f"{', '.join(said)}; else {step.neutral_text}" if said else ""
