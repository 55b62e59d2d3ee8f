"""Commands about creditors and their campaigns."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.printing import AsJson, Stack, emit, fail, out, table
from cli.target import actor_named, find_target

if TYPE_CHECKING:
    from upominek.domain.planning.campaign import Campaign, Step

creditor_commands = typer.Typer(no_args_is_help=True, help="Creditors: whose money it is.")
campaign_commands = typer.Typer(no_args_is_help=True, help="Campaigns: who hears what, and when.")

YamlFile = Annotated[Path, typer.Argument(help="A YAML file.", exists=True, dir_okay=False, readable=True)]
CreditorId = Annotated[str, typer.Argument(help="Id of the creditor.")]


@creditor_commands.command("add")
def add_creditor(file: YamlFile, stack: Stack = None, as_json: AsJson = False) -> None:
    """Take a creditor and its campaigns in from a file, or change them; a new one gets a webhook secret, shown once."""
    from upominek.adapters.config_files.creditors_file import read_creditor
    from upominek.adapters.json.creditor import saved_to_dict

    stated = read_creditor(file)
    application = find_target(stack, as_json=as_json).application
    data = saved_to_dict(application.save_creditor(actor_named(), stated.creditor, stated.campaigns))

    def show() -> None:
        out.print(f"{data['id']}: {len(stated.campaigns)} campaigns", markup=False)
        if data["webhook_secret"]:
            out.print(f"webhook secret (keep it safe, it is not shown again): {data['webhook_secret']}", markup=False)

    emit(data, as_json=as_json, show=show)


@creditor_commands.command("rotate-secret")
def rotate_secret(creditor: CreditorId, stack: Stack = None, as_json: AsJson = False) -> None:
    """Make a new webhook secret; the one before stays valid beside it until the next rotation."""
    secret = find_target(stack, as_json=as_json).application.rotate_secret(actor_named(), creditor)
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
    from upominek.adapters.json.creditor import creditor_to_dict

    data = creditor_to_dict(find_target(stack, as_json=as_json).application.show_creditors.one(creditor))

    def show() -> None:
        shown = [(name, value) for name, value in data.items() if name != "campaigns" and value is not None]
        table(creditor, ["what", "value"], shown)
        _draw_campaigns(data["campaigns"])

    emit(data, as_json=as_json, show=show)


@creditor_commands.command("list")
def list_creditors(stack: Stack = None, as_json: AsJson = False) -> None:
    """List the creditors."""
    from upominek.adapters.json.creditor import line_to_dict

    data = [line_to_dict(one) for one in find_target(stack, as_json=as_json).application.show_creditors()]
    emit(
        data,
        as_json=as_json,
        show=lambda: table("creditors", ["id", "name", "shards>"], [tuple(one.values()) for one in data]),
    )


@campaign_commands.command("check")
def check_campaign(file: YamlFile, as_json: AsJson = False) -> None:
    """Say what is wrong with a campaign file, by line, or show the ladder that it describes. Stores nothing."""
    from upominek.adapters.config_files.campaigns_file import read_campaign
    from upominek.adapters.config_files.yaml_file import InvalidFile, file_bytes
    from upominek.adapters.json.creditor import campaign_to_dict
    from upominek.adapters.json.problem import problem_to_dict

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
    data = {"valid": True, "problems": [], "campaign": campaign_to_dict(campaign)}
    emit(data, as_json=as_json, show=lambda: _draw_ladder(campaign))


@campaign_commands.command("add")
def add_campaign(
    creditor: CreditorId,
    file: YamlFile,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would change, and store nothing.")] = False,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Give a creditor a campaign from a file, or change one; says for how many debtors that changes what."""
    from upominek.adapters.config_files.campaigns_file import read_campaign
    from upominek.adapters.config_files.yaml_file import file_bytes
    from upominek.adapters.json.creditor import campaign_to_dict

    application = find_target(stack, as_json=as_json).application
    campaign = read_campaign(file_bytes(file), str(file), application.show_creditors.one(creditor).creditor)
    effect = application.save_campaign(actor_named(), creditor, campaign, only_foresee=dry_run).to_dict()

    def show() -> None:
        _draw_ladder(campaign)
        out.print(_effect_in_words(effect, campaign.id), markup=False, soft_wrap=True)
        if dry_run:
            out.print("nothing was stored", markup=False)

    emit({**campaign_to_dict(campaign), "effect": effect, "stored": not dry_run}, as_json=as_json, show=show)


@campaign_commands.command("list")
def list_campaigns(creditor: CreditorId, stack: Stack = None, as_json: AsJson = False) -> None:
    """List a creditor's campaigns in the order in which an invoice tries them."""
    from upominek.adapters.json.creditor import campaigns_to_list

    view = find_target(stack, as_json=as_json).application.show_creditors.one(creditor)
    data = campaigns_to_list(view.campaigns)
    emit(data, as_json=as_json, show=lambda: _draw_campaigns(data))


def _draw_campaigns(campaigns: list[dict[str, Any]]) -> None:
    table(
        "campaigns",
        ["id", "name", "order>", "active", "entry", "most a day>"],
        [
            (
                *(one["id"], one["name"], one["order"], "yes" if one["active"] else "no", one["entry"]),
                one["most_per_day"] or "no limit",
            )
            for one in campaigns
        ],
    )


_EFFECTS = (
    ("begins", "hear a first word"),
    ("earlier", "hear their next word earlier"),
    ("later", "later"),
    ("otherwise", "on the same day in other words"),
    ("never", "never any more"),
    ("same", "as before"),
    ("silent", "hear nothing, as before"),
)


def _effect_in_words(effect: dict[str, Any], campaign: str) -> str:
    """What the change does, in a line or two."""
    if not effect["debtors"]:
        return f"{campaign}: no debtor with open invoices is concerned"
    silent = "hear nothing of it" if effect["is_first"] else "hear nothing, as before"
    words = dict(_EFFECTS) | {"silent": silent}
    said = [f"{effect[name]} {text}" for name, text in words.items() if effect[name]]
    line = f"{campaign}: {effect['debtors']} debtors with open invoices: {', '.join(said)}"
    if effect["at_once"]:
        line += f"; {effect['at_once']} of them on the next contact day"
    if effect["gently"]:
        line += f"; {effect['gently']} begin gently, at the first step after the due date"
    if effect["not_again"]:
        line += f"; {effect['not_again']} heard the same words already and will not hear them again"
    return line


def _draw_ladder(campaign: "Campaign") -> None:
    table(
        f"{campaign.name}: planned at {campaign.at:%H:%M}",
        ["step>", "channels", "template", "tone", "claims", "letter"],
        [
            (s.name, ", then ".join(c.value for c in s.channels), s.template, s.tone.value, _claims(s), s.letter or "")
            for s in campaign.ladder
        ],
    )
    out.print(_entry_in_words(campaign), markup=False, soft_wrap=True)


_ENTRIES = {
    "gentle": "invoices heard of late begin at the first step after the due date",
    "current": "invoices heard of late begin at the step that they have reached",
    "none": "invoices heard of late are left to a person: no step speaks of them",
}


def _entry_in_words(campaign: "Campaign") -> str:
    """What becomes of invoices of which the campaign hears when several steps have passed."""
    words = f"entry {campaign.entry.value}: {_ENTRIES.get(campaign.entry.value, '')}".rstrip(": ")
    return words if campaign.most_per_day is None else f"{words}, at most {campaign.most_per_day} debtors a day"


def _claims(step: "Step") -> str:
    """What a step claims, and the text that goes where it may not."""
    from upominek.domain.planning.campaign import Use

    claims = step.claims
    said = [
        f"{use.value} {what}" for what, use in (("interest", claims.interest), ("compensation", claims.compensation))
    ]
    said = [one for one in said if not one.startswith(Use.NONE.value)] + ["register"] * claims.register
    return f"{', '.join(said)}; else {step.neutral_text}" if said else ""
