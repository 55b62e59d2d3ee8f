"""What a campaign file may not let its steps say, as far as the file alone, or its creditor, shows it.

What depends on the single case (how old, how much, who owes) is decided when the day is planned: see
`upominek.domain.planning.claims`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from upominek.adapters.config_files.file_model import FileModel, not_among, one_of
from upominek.adapters.config_files.yaml_file import Document, Place
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import INTEREST_NOTE, NO_CLAIMS, REGISTER_WARNING, TAX_TEXT, Claims, Use
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.values.channel import Channel

REGISTER_DAYS: Final = 30
"""How long a debt must be overdue before an entry.

Source: art. 14 section 1 point 2 and art. 15 section 1 point 2 of the act of 9 April 2010 on access to economic
information and exchange of economic data.
"""

_MONEY: Final = {
    "interest": (
        "Odsetki należą się od dnia po terminie płatności (art. 481 § 1 KC)",
        "Interest is owed from the day after the due date (art. 481 § 1 of the Civil Code)",
    ),
    "compensation": (
        "Rekompensata należy się od dnia, w którym można żądać odsetek (art. 10 ust. 1 ustawy z 8 marca 2013 r.)",
        "Compensation is owed from the day from which interest is (art. 10 section 1 of the act of 8 March 2013)",
    ),
}


class ClaimsFile(FileModel):
    """What a step says beyond asking for payment."""

    interest: Annotated[Use, one_of(Use)] = Use.NONE
    compensation: Annotated[Use, one_of(Use)] = Use.NONE
    register_: Annotated[bool, Field(alias="register")] = NO_CLAIMS.register

    def claims(self) -> Claims:
        """As the domain has them."""
        return Claims(interest=self.interest, compensation=self.compensation, register=self.register_)


@dataclass(frozen=True, slots=True)
class _RawStep:
    """A step as far as it can be read, whatever else is wrong with it."""

    place: Place
    values: dict[str, Any]

    @property
    def offset(self) -> int | None:
        """Days from the due date; None where no number stands."""
        try:
            return int(self.values["offset"])
        except (TypeError, ValueError, KeyError):
            return None

    @property
    def channels(self) -> frozenset[str]:
        """The channels that it names, in whatever writing."""
        channels = self.values.get("channels")
        return frozenset(str(one).strip().lower() for one in channels) if isinstance(channels, list) else frozenset()

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """Keys that name a text or letter, with what they name."""
        for key in ("template", "otherwise", "letter"):
            if isinstance(name := self.values.get(key), str):
                yield key, name.strip()

    def claims(self, key: str) -> bool:
        """Whether something is said under this key of `claims`."""
        claims = self.values.get("claims")
        try:
            said = ClaimsFile.model_validate({key: claims.get(key)} if isinstance(claims, dict) else {})
        except ValidationError:  # told where the file is held to its model
            return False
        return said.claims() != NO_CLAIMS


def check_claims(document: Document, creditor: Creditor | None) -> None:
    """Note every claim that no case of this campaign allows, and every letter that cannot go.

    Args:
        creditor: whose campaign it is, where that is known.
    """
    audience = document.value.get("audience")
    kinds = audience.get("kinds") if isinstance(audience, dict) else None
    only_consumers = isinstance(kinds, list) and {str(k).strip().lower() for k in kinds} == {DebtorKind.CONSUMER.value}
    ladder = document.value.get("ladder")
    for number, values in enumerate(ladder if isinstance(ladder, list) else ()):
        if isinstance(values, dict):
            step = _RawStep(("ladder", number), values)
            _check_money(document, step, only_consumers=only_consumers)
            _check_register(document, step, creditor)
            _check_letter(document, step)
            _check_channels(document, step)


def _check_money(document: Document, step: _RawStep, *, only_consumers: bool) -> None:
    offset = step.offset
    for key in filter(step.claims, _MONEY):
        place = (*step.place, "claims", key)
        if offset is not None and offset <= 0:
            pl, en = _MONEY[key]
            document.problem(
                place,
                "claim_too_early",
                pl=f"{pl}, a ten krok jest {offset:+d}. Usuń „{key}” albo przenieś je do kroku po terminie.",
                en=f"{en}, and this step is {offset:+d}. Take “{key}” out, or move it to a step after the due date.",
            )
        if any(name.startswith(TAX_TEXT) for _, name in step.texts):
            document.problem(
                place,
                "claim_on_tax",
                pl="Podatki i opłaty mają własne odsetki za zwłokę (art. 53 Ordynacji podatkowej), których tu nie "
                f"liczymy. Usuń „{key}”.",
                en="Taxes and fees bear interest of their own (art. 53 of the Tax Ordinance), which is not worked out "
                f"here. Take “{key}” out.",
            )
    if only_consumers and step.claims("compensation"):
        document.problem(
            (*step.place, "claims", "compensation"),
            "compensation_consumers",
            pl="Konsument nie płaci rekompensaty; należy się ona tylko od firm i podmiotów publicznych (art. 2 i 10 "
            "ustawy z 8 marca 2013 r.), a ta kampania pisze tylko do konsumentów. Usuń „compensation”.",
            en="A consumer owes no compensation; only businesses and public bodies do (art. 2 and 10 of the act of "
            "8 March 2013), and this campaign writes to consumers only. Take “compensation” out.",
        )


def _check_register(document: Document, step: _RawStep, creditor: Creditor | None) -> None:
    place = (*step.place, "claims", "register")
    if not step.claims("register"):
        for key, name in step.texts:
            if name == REGISTER_WARNING:
                document.problem(
                    (*step.place, key),
                    "register_unclaimed",
                    pl=f"„{REGISTER_WARNING}” ostrzega o wpisie do rejestru dłużników, więc krok musi to mówić: "
                    "„claims: {register: true}”. Dopisz to albo wybierz inny tekst.",
                    en=f"“{REGISTER_WARNING}” warns of an entry in a register of debtors, so the step has to say so: "
                    "“claims: {register: true}”. Add that, or choose another text.",
                )
        return
    offset = step.offset
    if offset is not None and offset < REGISTER_DAYS:
        document.problem(
            place,
            "register_too_early",
            pl=f"O wpisie do rejestru dłużników wolno pisać najwcześniej {REGISTER_DAYS} dni po terminie (art. 14 i 15 "
            f"ustawy z 9 kwietnia 2010 r.), a ten krok jest {offset:+d}. Przenieś go na +{REGISTER_DAYS} lub później "
            "albo usuń „register”.",
            en=f"An entry in a register of debtors may be mentioned from {REGISTER_DAYS} days after the due date on "
            f"(art. 14 and 15 of the act of 9 April 2010), and this step is {offset:+d}. Move it to +{REGISTER_DAYS} "
            "or later, or take “register” out.",
        )
    if creditor is not None and creditor.register is None:
        document.problem(
            place,
            "register_unknown",
            pl=f"Wierzyciel „{creditor.id}” nie podaje rejestru, a ostrzeżenie musi go nazwać (art. 14 i 15 ustawy "
            "z 9 kwietnia 2010 r.). Dopisz w pliku wierzyciela „register: {bureau: …, seat: …}” albo usuń „register”.",
            en=f"The creditor “{creditor.id}” names no register, and a warning has to (art. 14 and 15 of the act of "
            "9 April 2010). Add “register: {bureau: …, seat: …}” to the creditor's file, or take “register” out.",
        )
    if step.values.get("otherwise") == REGISTER_WARNING:
        document.problem(
            (*step.place, "otherwise"),
            "otherwise_claims",
            pl="Tekst zastępczy idzie wtedy, gdy ostrzec nie wolno, więc sam nie może ostrzegać. Wybierz inny, np. "
            "overdue.",
            en="This text goes where a warning is not allowed, so it may not warn itself. Choose another, such as "
            "overdue.",
        )


def _check_letter(document: Document, step: _RawStep) -> None:
    letter = step.values.get("letter")
    if not isinstance(letter, str):
        return
    place = (*step.place, "letter")
    # What a debtor has to sign and send back is agreed on first, by people.
    kinds = [kind.value for kind in LetterKind if not kind.traits.is_form]
    if letter.strip() not in kinds:
        unknown = not_among(letter, kinds, pl="Nie ma pisma", en="There is no letter")
        document.problem(place, "letter_unknown", pl=unknown.pl, en=unknown.en)
    if letter.strip() == INTEREST_NOTE and not step.claims("interest"):
        document.problem(
            place,
            "interest_unclaimed",
            pl="Nota odsetkowa żąda odsetek (art. 481 § 1 KC), więc krok musi to mówić: „claims: {interest: claim}”.",
            en="An interest note asks for interest (art. 481 § 1 of the Civil Code), so the step has to say so: "
            "“claims: {interest: claim}”.",
        )
    offset = step.offset
    if offset is not None and offset <= 0:
        document.problem(
            place,
            "letter_too_early",
            pl=f"Pisma mówią o zaległości, a ten krok jest {offset:+d}. Usuń „letter” albo przenieś je na krok po "
            "terminie.",
            en=f"Letters are about arrears, and this step is {offset:+d}. Take “letter” out, or move it to a step "
            "after the due date.",
        )


def _check_channels(document: Document, step: _RawStep) -> None:
    """A letter needs a way to go, what is posted needs a letter, and what is not needs a text."""
    channels, has_letter = step.channels, step.values.get("letter") is not None
    posts = Channel.LETTER.value in channels
    if has_letter and channels and not channels & {Channel.EMAIL.value, Channel.LETTER.value}:
        document.problem(
            (*step.place, "letter"),
            "letter_without_way",
            pl="Pismo idzie pocztą albo jako załącznik e-maila, a ten krok nie robi ani jednego, ani drugiego. Dopisz "
            "kanał letter lub email albo usuń „letter”.",
            en="The letter is posted or attached to an e-mail, and this step does neither. Add the channel letter or "
            "email, or take “letter” out.",
        )
    if posts and not has_letter:
        document.problem(
            (*step.place, "channels"),
            "letter_unnamed",
            pl="Krok wysyła pismo pocztą, więc musi powiedzieć jakie, np. „letter: demand”.",
            en="The step posts a letter, so it has to say which, such as “letter: demand”.",
        )
    if channels != {Channel.LETTER.value} and "template" not in step.values:
        document.problem(step.place, "missing", pl="Brakuje „template”.", en="“template” is missing.", at_key=True)
