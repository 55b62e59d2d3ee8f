"""The debtor (dłużnik, kontrahent): who owes, and how to reach them."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from upominek.domain.language.default import DEFAULT_LANGUAGE
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.unknown import Unknown


class DebtorKind(StrEnum):
    """The law and the tone differ by who owes."""

    CONSUMER = "consumer"
    BUSINESS = "business"
    PUBLIC = "public"
    HEALTHCARE = "healthcare"  # a public body too, but one that owes less interest for delay


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorDetails:
    """What one message or row says of a debtor; None means 'not said', which never erases what is known."""

    id: str
    name: str | None = None
    kind: DebtorKind | None = None
    first_name: str | None = None
    phones: tuple[Phone, ...] | None = None
    emails: tuple[Email, ...] | None = None
    language: str | None = None
    tags: frozenset[str] | None = None
    nip: str | None = None
    regon: str | None = None
    pesel: str | None = None
    address: tuple[str, ...] | None = None
    email_clause: str | None = None
    vat_id: str | None = None


SAID: Final = "said"
DATA: Final = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """Who owes.

    Attributes:
        id: given by the creditor's own system, unique within the creditor.
        phones, emails: in order of preference.
        language: ISO 639-1; which of them have texts is for `languages` to say.
        nip: of a Polish firm only; a foreign one has a `vat_id`, which begins with its country (`DE123456789`).
        address: lines of the postal address.
        email_clause: the e-mail address that the contract names for demands with a warning of a register entry.
        kind_basis: `SAID` of a firm that was called one, `DATA` of a consumer whom only the data show, else empty.
        changed_at: UTC time of the newest statement taken over; older statements change nothing.
    """

    id: str
    name: str | None = None
    kind: DebtorKind | Unknown = DebtorKind.BUSINESS
    first_name: str | None = None
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    language: str = DEFAULT_LANGUAGE
    tags: frozenset[str] = frozenset()
    nip: str | None = None
    regon: str | None = None
    pesel: str | None = None
    address: tuple[str, ...] = ()
    email_clause: str | None = None
    vat_id: str | None = None
    kind_basis: str = ""
    changed_at: datetime | None = None

    @property
    def seems_a_person(self) -> bool:
        """Whether the data are a person's: a PESEL, or a first name and no number of a firm."""
        return bool(self.pesel or (self.first_name and not (self.nip or self.vat_id or self.regon)))

    @property
    def kind_in_law(self) -> DebtorKind:
        """As whom the law is to treat them: who is of an unknown kind, as those whom it protects most."""
        return DebtorKind.CONSUMER if isinstance(self.kind, Unknown) else self.kind


def stated(details: DebtorDetails) -> dict[str, object]:
    """The fields that the details say something of, by name, without the id."""
    return {
        one.name: value
        for one in fields(details)
        if one.name != "id" and (value := getattr(details, one.name)) is not None
    }


def merged(debtor: Debtor, details: DebtorDetails, at: datetime) -> Debtor:
    """The debtor with the details taken over, unless something newer was taken over before.

    Of two statements of the same instant (the rows of a file, read side by side) the greater value stays, so that their
    order makes no difference. What is older is left alone even where nothing newer was said: it might bring back a
    number that was taken out.
    """
    known_at = debtor.changed_at
    if known_at is not None and at < known_at:
        return debtor
    changes = {
        name: value
        for name, value in stated(details).items()
        if (known := getattr(debtor, name)) != value
        and (at != known_at or _order(value) > _order(known) or (name == "kind" and debtor.kind_basis == DATA))
    }
    after = _of_its_kind(replace(debtor, **changes), details.kind)  # type: ignore[arg-type]
    return debtor if after == debtor else replace(after, changed_at=at)


def _of_its_kind(debtor: Debtor, stated_kind: DebtorKind | None) -> Debtor:
    """Who is not called anything is a firm, unless the data are a person's: the law protects a consumer.

    What a source calls somebody stands, whatever the data look like: a sole trader has a first name, too.
    """
    if stated_kind is not None:
        return replace(debtor, kind_basis=SAID if debtor.kind is DebtorKind.BUSINESS else "")
    if debtor.kind_basis == DATA or (debtor.kind is DebtorKind.BUSINESS and debtor.kind_basis != SAID):
        is_person = debtor.seems_a_person
        kind, basis = (DebtorKind.CONSUMER, DATA) if is_person else (DebtorKind.BUSINESS, "")
        return replace(debtor, kind=kind, kind_basis=basis)
    return debtor


def _order(value: object) -> str:
    """Anything said is greater than nothing."""
    return repr(sorted(value) if isinstance(value, frozenset) else value) if value else ""
