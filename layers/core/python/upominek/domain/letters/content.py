"""What a letter says, before anybody has set it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from upominek.domain.law.interest import Interest
from upominek.domain.letters.letter import Instalment, Window
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.values.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterContent:
    """One letter.

    Attributes:
        context: what its text may name; the debtor's language is the letter's.
        reckoned: by number of the invoice, the interest with its periods; what a note of interest lists.
        instalments: what an agreement on instalments lists.
        is_registered: posted by registered letter, and says so beside the address.
        logo: the creditor's, as an SVG that was checked; None without one.
    """

    kind: LetterKind
    context: MessageContext
    reckoned: Mapping[str, Interest] = field(default_factory=dict)
    instalments: tuple[Instalment, ...] = ()
    is_registered: bool = False
    window: Window = Window.LEFT
    logo: str | None = None

    @property
    def sums(self) -> tuple[Money, ...]:
        """What the letter comes to, one sum for each currency: a note of interest asks for nothing but interest."""
        if self.kind.traits.is_for_interest and self.context.interest is not None:
            return (self.context.interest,)
        return self.context.grand_totals
