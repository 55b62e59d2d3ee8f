"""Places within the limits, taken by messages that no test sends."""

from upominek.application.ports.cases import CaseRepository, Reservation
from upominek.domain.cases.case import Case, Contact


def take_place(cases: CaseRepository, creditor: str, debtor: str, contact: Contact) -> Case:
    """Take a place as some other message would; the case after it."""
    place = Reservation(contact=contact, places=30, keeps_agenda=True)
    case = cases.reserve_contact(cases.get(creditor, debtor), place, (1,))
    assert case is not None
    return case
