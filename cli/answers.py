"""The options by which a person says what a file's columns mean."""

from typing import Annotated

import typer

ColumnAnswers = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="NAME=MEANING",
        help="What a column says: paid, outstanding, status, cancelled, paid-on, payment-on, or none (of payments).",
    ),
]
WordAnswers = Annotated[
    list[str] | None,
    typer.Option(
        "--word",
        metavar="WORD=MEANING",
        help="What a word of a status means: paid, unpaid, part, cancelled, draft, or none (of payments).",
    ),
]
