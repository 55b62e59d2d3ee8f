"""Letters on paper: one of a case, or a sample to look at."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

from cli.printing import AsJson, Stack, emit, err, fail, out
from cli.target import actor_named, find_target
from cli.values import SPOKEN, day_in
from upominek.adapters.json.problem import problem_to_dict
from upominek.domain.errors import InvalidValue
from upominek.domain.language.default import DEFAULT_LANGUAGE
from upominek.domain.language.languages import LANGUAGES
from upominek.domain.letters.letter import INSTALMENTS, MOST_INSTALMENTS, Window
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import PAY_WITHIN_DAYS, Use
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.values.problem import Problem

if TYPE_CHECKING:
    from upominek.application.letters.write_letter import Composed, LetterRequest
    from upominek.domain.letters.letter import Letter
    from upominek.domain.letters.remarks import Remark

KINDS = ", ".join(LetterKind)
Kind = Annotated[LetterKind | None, typer.Argument(help=f"One of {KINDS}.", metavar="KIND")]


class _LetterGroup(TyperGroup):
    """`letter CREDITOR DEBTOR KIND` writes one, without a further word."""

    @override
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["write", *args]
        return super().parse_args(ctx, args)


letter_commands = typer.Typer(
    cls=_LetterGroup,
    no_args_is_help=True,
    help="Write a letter (`letter CREDITOR DEBTOR KIND`), list those that were made, gather them to be printed.",
)


@letter_commands.command("write")
def letter(
    creditor: Annotated[str | None, typer.Argument(help="Id of the creditor.")] = None,
    debtor: Annotated[str | None, typer.Argument(help="Id of the debtor in the creditor's own system.")] = None,
    kind: Kind = None,
    file: Annotated[Path | None, typer.Option("--out", help="Where to write the PDF.", dir_okay=False)] = None,
    day: Annotated[str | None, typer.Option("--date", help="The day that the letter bears; today if left out.")] = None,
    language: Annotated[str | None, typer.Option("--language", help=f"{SPOKEN}; the debtor's if left out.")] = None,
    pay_within: Annotated[int, typer.Option("--pay-within", min=1, max=90, help="Days that it gives to pay.")] = (
        PAY_WITHIN_DAYS
    ),
    interest: Annotated[Use | None, typer.Option("--interest", help="Statutory interest for delay.")] = None,
    compensation: Annotated[Use, typer.Option("--compensation", help="Of recovery costs; never of consumers.")] = (
        Use.NONE
    ),
    instalments: Annotated[int, typer.Option("--instalments", min=2, max=MOST_INSTALMENTS)] = INSTALMENTS,
    first: Annotated[str | None, typer.Option("--first", help="Day of the first instalment; a month from now.")] = None,
    window: Annotated[Window, typer.Option("--window", help="Side of the envelope's window.")] = Window.LEFT,
    logo: Annotated[Path | None, typer.Option("--logo", help="The creditor's logo, PNG or SVG.", exists=True)] = None,
    record: Annotated[bool, typer.Option("--record", help="Keep it, with its hash in the case history.")] = False,
    sample: Annotated[LetterKind | None, typer.Option("--sample", help="Make one of invented data, offline.")] = None,
    sample_debtor: Annotated[DebtorKind, typer.Option("--sample-debtor")] = DebtorKind.BUSINESS,
    sample_invoices: Annotated[int, typer.Option("--sample-invoices", min=1, max=500)] = 3,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Write a letter of a case as PDF, with all invoices that are overdue; nothing is sent, or kept unless asked."""
    from upominek.application.letters.write_letter import LetterRequest

    chosen = sample or kind
    if chosen is None or (sample is None and (creditor is None or debtor is None)):
        fail("name a creditor, a debtor and a kind of letter, or give --sample KIND", as_json=as_json)
    request = LetterRequest(
        kind=chosen,
        day=day_in("--date", day) if day else None,
        language=_language(language),
        pay_within_days=pay_within,
        interest=interest,
        compensation=compensation,
        instalments=instalments,
        first_on=day_in("--first", first) if first else None,
        window=window,
        logo=_logo(logo),
    )
    kept = None
    if creditor and debtor and sample is None:
        application = find_target(stack, as_json=as_json).application
        made, composed = application.write_letter(creditor, debtor, request)
        kept = application.record_letter(actor_named(), made, composed) if record else None
    else:
        made, composed = _sample(request, sample_debtor, sample_invoices)
    path = file or Path(_name(composed))
    try:
        path.write_bytes(made.pdf)
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}", as_json=as_json)
    data = letter_to_dict(made, composed, str(path)) | {"id": kept and kept.id, "key": kept and kept.key}
    emit(data, as_json=as_json, show=lambda: _show(data))


def letter_to_dict(made: "Letter", composed: "Composed", file: str) -> dict[str, Any]:
    """A letter for programs; `totals` is what it asks for, or the balance."""
    context = composed.content.context
    return {
        "creditor": context.creditor.id,
        "debtor": context.debtor.id,
        "kind": made.kind.value,
        "language": made.language,
        "date": context.as_of.isoformat(),
        "file": file,
        "sha256": made.sha256,
        "pages": made.pages,
        "bytes": len(made.pdf),
        "invoices": [one.number for one in composed.invoices],
        "totals": [{"amount": one.plain(), "currency": one.currency} for one in composed.content.sums],
        "interest": context.interest.plain() if context.interest else None,
        "compensation": context.compensation.plain() if context.compensation else None,
        "instalments": [
            {"due_date": one.due_on.isoformat(), "amount": one.amount.plain(), "currency": one.amount.currency}
            for one in composed.content.instalments
        ],
        "remarks": [problem_to_dict(one) for one in (*composed.remarks, *_unprintable(made))],
    }


def _unprintable(made: "Letter") -> "tuple[Remark, ...]":
    if not made.unprintable:
        return ()
    return (
        Problem(
            None,
            "unprintable",
            f"Tych znaków nie ma w czcionkach pisma i stoi za nie □: {made.unprintable}",
            f"The fonts of letters lack these characters, and □ stands for them: {made.unprintable}",
        ),
    )


def _show(data: dict[str, Any]) -> None:
    pages = "1 page" if data["pages"] == 1 else f"{data['pages']} pages"
    totals = ", ".join(f"{one['amount']} {one['currency']}" for one in data["totals"])
    invoices = "1 invoice" if len(data["invoices"]) == 1 else f"{len(data['invoices'])} invoices"
    out.print(f"{data['file']}: {data['kind']}, {pages}, {invoices}, {totals}", markup=False, soft_wrap=True)
    out.print(f"sha256 {data['sha256']}", markup=False, soft_wrap=True)
    if data["id"]:
        out.print(f"kept as {data['id']}, in the case history", markup=False, soft_wrap=True)
    for one in data["remarks"]:
        err.print(f"note: {one['message']['en']}", style="yellow", markup=False, soft_wrap=True)


def _sample(request: "LetterRequest", debtor: DebtorKind, count: int) -> "tuple[Letter, Composed]":
    from local.stack.clock import WARSAW
    from tools.letter_sample import CREDITOR, sample_case, sample_rates
    from upominek.adapters.clock import real_time
    from upominek.adapters.letters.typesetting import TypstTypesetter
    from upominek.application.letters.write_letter import compose

    day = request.day or real_time().astimezone(WARSAW).date()
    file = sample_case(debtor, day, count, request.language or DEFAULT_LANGUAGE)
    composed = compose(CREDITOR, file, request, day, sample_rates(day))
    return TypstTypesetter().letter(composed.content), composed


def _logo(file: Path | None) -> str | None:
    if file is None:
        return None
    from upominek.adapters.letters.logo import MOST_BYTES, read_logo

    with file.open("rb") as content:
        return read_logo(content.read(MOST_BYTES + 1))


def _language(text: str | None) -> str | None:
    if text is not None and text not in LANGUAGES:
        raise InvalidValue(
            "letter_language",
            pl=f"--language: nie ma pism w języku „{text}”. Do wyboru: {', '.join(LANGUAGES)}.",
            en=f"--language: there are no letters in “{text}”. Choose one of: {', '.join(LANGUAGES)}.",
        )
    return text


def _name(composed: "Composed") -> str:
    context = composed.content.context
    debtor = re.sub(r"[^\w.-]+", "_", context.debtor.id).strip("._") or "letter"
    return f"{composed.content.kind.value}-{debtor}-{context.as_of.isoformat()}.pdf"
