"""Commands that make something to hand out: the code of a transfer."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.printing import AsJson, emit, err, fail, out
from upominek.domain.errors import InvalidValue
from upominek.domain.messages.transfer_code import LONGEST_RECIPIENT, LONGEST_TITLE, transfer_code
from upominek.domain.values.identifiers import parse_account, parse_nip
from upominek.domain.values.money import parse_amount

Drawing = Annotated[
    Path | None, typer.Option("--out", help="Draw the code into this file, .svg or .png.", dir_okay=False)
]


def qr(
    account: Annotated[str, typer.Option("--account", help="Account to pay to: the 26 digits of an NRB.")],
    amount: Annotated[str, typer.Option("--amount", help="Amount in złoty, such as 123,45.")],
    recipient: Annotated[str, typer.Option("--recipient", help=f"Its owner; {LONGEST_RECIPIENT} characters.")],
    title: Annotated[str, typer.Option("--title", help=f"Title of the transfer; {LONGEST_TITLE} characters.")],
    nip: Annotated[str | None, typer.Option("--nip", help="Tax number of the recipient, if it is a business.")] = None,
    reserved: Annotated[
        tuple[str, str, str], typer.Option("--reserved", help="The code's three last fields, usually empty.")
    ] = ("", "", ""),
    file: Drawing = None,
    as_json: AsJson = False,
) -> None:
    """Make the QR code that a banking application reads a transfer from."""
    draw = _drawing(file, as_json=as_json) if file else None
    payload = transfer_code(parse_nip(nip) if nip else None, account, parse_amount(amount), recipient, title, reserved)
    warnings = _doubts(account)
    if file and draw:
        try:
            file.write_bytes(draw(payload))
        except OSError as error:
            fail(f"{file} cannot be written: {error.strerror}", as_json=as_json)
    data = {"payload": payload, "file": str(file) if file else None, "warnings": warnings}

    def show() -> None:
        out.print(payload, markup=False, soft_wrap=True)
        if file:
            out.print(f"drawn into {file}", markup=False)
        for one in warnings:
            err.print(f"warning: {one['message']['en']}", style="yellow", markup=False)

    emit(data, as_json=as_json, show=show)


def _doubts(account: str) -> list[dict[str, Any]]:
    """What a bank would refuse, although the code can be drawn: samples in documents have such accounts."""
    try:
        parse_account(account)
    except InvalidValue as error:
        return [{"code": error.code, "message": {"pl": error.pl, "en": error.en}}]
    return []


def _drawing(file: Path, *, as_json: bool) -> Callable[[str], bytes]:
    from upominek.adapters.texts import qr as drawn

    kinds: Final = {".png": drawn.png, ".svg": drawn.svg}
    if file.suffix.lower() not in kinds:
        fail(f"{file.name}: a code is drawn as .svg or .png; give the file such a name", as_json=as_json)
    return kinds[file.suffix.lower()]
