"""Commands about payments: list them, say what one was for, take that back."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

from cli.printing import AsJson, Stack, emit, out, table
from cli.target import actor_named, find_target

Creditor = Annotated[str, typer.Argument(help="Id of the creditor.")]
PaymentId = Annotated[str, typer.Argument(help="Id of the payment, as the list has it.")]
By = Annotated[str, typer.Option("--by", help="Who says so, for the history; you, if left out.")]


class _PaymentsGroup(TyperGroup):
    """`payments CREDITOR` lists them, without a further word."""

    @override
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["list", *args]
        return super().parse_args(ctx, args)


payments_commands = typer.Typer(
    cls=_PaymentsGroup,
    no_args_is_help=True,
    help="List payments and which of them wait (`payments CREDITOR`), say what one was for, or take that back.",
)


@payments_commands.command("list")
def list_payments(
    creditor: Creditor,
    unmatched: Annotated[bool, typer.Option("--unmatched", help="Only those that wait for somebody.")] = False,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """List the payments of a creditor, by day."""
    from upominek.adapters.json.payments import payment_to_dict

    lines = find_target(stack, as_json=as_json).application.show_payments(creditor, unmatched_only=unmatched)
    data = [payment_to_dict(line) for line in lines]

    def show() -> None:
        table(
            "payments that wait" if unmatched else "payments",
            ["day", "id", "amount>", "", "debtor", "invoice", "status", "why", "days>", "title"],
            [
                (
                    one["day"],
                    one["id"],
                    one["amount"],
                    one["currency"],
                    one["debtor"] or "",
                    one["invoice"] or "",
                    one["status"],
                    one["why"] or "",
                    one["age_days"],
                    " ".join(filter(None, (one["payer"], one["title"]))),
                )
                for one in data
            ],
            empty="none",
        )

    emit(data, as_json=as_json, show=show)


@payments_commands.command()
def assign(
    creditor: Creditor,
    payment: PaymentId,
    debtor: Annotated[str, typer.Option("--debtor", help="Whose invoice it is.")],
    invoice: Annotated[str, typer.Option("--invoice", help="Number of the invoice.")],
    by: By = "",
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Book a payment that waits to an invoice."""
    from upominek.adapters.json.payments import booking_to_dict

    use_case = find_target(stack, as_json=as_json).application.assign_payment
    booking = use_case.assign(actor_named(by), creditor, payment, debtor, invoice)
    data = booking_to_dict(payment, booking, done="assigned")
    said = f"{payment}: booked to {booking.number} of {booking.debtor}"
    emit(data, as_json=as_json, show=lambda: out.print(said, markup=False))


@payments_commands.command()
def unassign(creditor: Creditor, payment: PaymentId, by: By = "", stack: Stack = None, as_json: AsJson = False) -> None:
    """Take a payment off the invoice that it was assigned to; it waits again."""
    from upominek.adapters.json.payments import booking_to_dict

    booking = find_target(stack, as_json=as_json).application.assign_payment.unassign(
        actor_named(by), creditor, payment
    )
    data = booking_to_dict(payment, booking, done="unassigned")
    said = f"{payment}: taken off {booking.number} of {booking.debtor}, and waits again"
    emit(data, as_json=as_json, show=lambda: out.print(said, markup=False))
