"""The sample of `upominek demo`: some 200 invoices of two invented creditors, with the mistakes that real files have.

Everybody in it is invented; phone numbers and e-mail addresses are those that the carrier simulator knows
(docs/carriers.md), so that each behaves in its own way. The same first day always gives the same sample.
"""

import csv
import io
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from stdnum.pl import nip as polish_nip

from local.carriers.behaviours import BEHAVIOURS, MAGIC_DOMAIN, MAGIC_PREFIX

WHOLESALER = "hydro-hurt"
TOWN_HALL = "gmina-lipowa"

# How many days before (negative) or after the first day invoices fall due: steps of the wholesaler's ladder (-3, +1,
# +5, +14) and of the town hall's (-7, -1, +3, +14, +28) come up on the three days; the rest is open and quiet.
WHOLESALER_DUE = (3, 4, 5, -1, 0, 1, -5, -4, -3, -14, -13, -12, 9, 20, -8, 30)
TOWN_HALL_DUE = (7, 8, 9, 1, 2, 3, -3, -2, -1, -14, -13, -12, -28, 20, -8, 30)
# How carriers treat the sample's people, by the names of the simulator's table; most just receive their message.
SMS_FATES = (*["delivered"] * 12, "unreachable", "opted-out", "twice", "early", "no-answer", "blocked")
EMAIL_FATES = (*["delivered"] * 12, "bounced", "complained", "twice", "early", "throttled", "cut-off")

TRADES = ("Instalacje", "Usługi Hydrauliczne", "Firma Budowlana", "Serwis Grzewczy", "Zakład Remontowy")
SURNAMES = (
    "Brzozowski",
    "Wierzba",
    "Olszański",
    "Jaworek",
    "Lipiec",
    "Kalina",
    "Sosnowski",
    "Topolewski",
    "Głóg",
    "Cisek",
)
FIRST_NAMES = ("Anna", "Jan", "Ewa", "Marek", "Zofia", "Piotr", "Halina", "Tomasz", "Łucja", "Grzegorz")
HEADER = (
    "Identyfikator klienta", "Nazwa", "Rodzaj", "NIP", "Telefon", "E-mail",
    "Numer faktury", "Data wystawienia", "Termin płatności", "Kwota brutto", "Zapłacono", "Waluta",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """What comes in on the first day.

    Attributes:
        csv: the wholesaler's file as a Polish Excel writes it: cp1250, semicolons, `1 234,56`.
        webhooks: bodies (lists of events) that the town hall's system posts.
        paying: debtor, invoice number and amount of the town hall: paid in the first night, a step is due the next day.
        disputing: debtor of the wholesaler who disputes in the first night; a step is due the next day.
    """

    csv: bytes
    webhooks: list[list[dict[str, Any]]]
    paying: tuple[str, str, str]
    disputing: str


def sample(first_day: date, now: datetime) -> Sample:
    """The sample for a demo that starts on `first_day`; `now` (aware UTC) is when the systems send it."""
    dice = random.Random(20260302)
    return Sample(
        csv=_wholesaler_file(first_day, dice),
        webhooks=_town_hall_events(first_day, now, dice),
        paying=("P-0007", "POD/2026/0007", "612.00"),
        disputing="K-004",
    )


def _nip(dice: random.Random) -> str:
    """An invented NIP: the check digit is right, and no tax office has the prefix 000."""
    while True:
        digits = f"000{dice.randrange(10**6):06d}"
        for check in "0123456789":
            if polish_nip.is_valid(digits + check):
                return digits + check


def _phone(fate: str, number: int) -> str:
    digits = next(one.digits for one in BEHAVIOURS if one.name == fate)
    return f"{MAGIC_PREFIX}{number:04d}{digits}"


def _email(fate: str, tag: str) -> str:
    return f"{fate}+{tag}@{MAGIC_DOMAIN}"


def _money(grosze: int) -> str:
    """As a Polish spreadsheet writes it: `1 234,56`."""
    return f"{grosze / 100:,.2f}".replace(",", " ").replace(".", ",")


def _wholesaler_file(first_day: date, dice: random.Random) -> bytes:
    rows: list[list[str]] = []
    for number in range(1, 91):
        surname, trade = SURNAMES[number % len(SURNAMES)], TRADES[number % len(TRADES)]
        customer = [
            f"K-{number:03d}",
            f"{trade} {surname}",
            "firma",
            _nip(dice),
            _phone(dice.choice(SMS_FATES), number) if number % 9 else "",
            _email(dice.choice(EMAIL_FATES), f"k{number:03d}") if number % 7 else "",
        ]
        # Some customers have two invoices that come up on the same day: they hear of both in one message.
        for part in range(1, 3 if number % 4 == 0 else 2):
            offset = 0 if customer[0] == "K-004" else WHOLESALER_DUE[number % len(WHOLESALER_DUE)]
            due = first_day + timedelta(days=offset)
            amount = dice.randrange(8_000, 900_000)
            paid = amount // 3 if number % 10 == 0 else 0
            rows.append(
                [
                    *customer,
                    f"FV/{number:03d}/{part}/2026",
                    (due - timedelta(days=14)).strftime("%d.%m.%Y"),
                    due.strftime("%d.%m.%Y"),
                    _money(amount),
                    _money(paid) if paid else "",
                    "PLN",
                ]
            )
    _make_messy(rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return text.getvalue().encode("cp1250")


def _make_messy(rows: list[list[str]]) -> None:
    """The mistakes that real files have: rows that are rejected with a reason, and cells that only cost themselves."""
    phone, amount, due, nip, email, number = 4, 9, 8, 3, 5, 6
    rows[10][due] = "31.02.2026"
    rows[23][amount] = "tysiąc"
    rows[37][nip] = rows[37][nip][:-1] + str((int(rows[37][nip][-1]) + 1) % 10)
    rows[41][email] = "biuro(at)example.pl"
    rows[55][phone] = "12"
    rows[60][number] = ""
    # One invoice twice, with different amounts: nobody can know which one is right.
    rows.append([*rows[70][:amount], "1,00", *rows[70][amount + 1 :]])


def _town_hall_events(first_day: date, now: datetime, dice: random.Random) -> list[list[dict[str, Any]]]:
    events: list[dict[str, Any]] = []
    for number in range(1, 91):
        first_name, surname = FIRST_NAMES[number % len(FIRST_NAMES)], SURNAMES[number // 9 % len(SURNAMES)]
        feminine = first_name.endswith("a") and surname.endswith("ski")
        due = first_day + timedelta(days=2 if number == 7 else TOWN_HALL_DUE[(number * 5) % len(TOWN_HALL_DUE)])  # noqa: PLR2004
        events.append(
            {
                "type": "invoice.issued",
                "timestamp": now.isoformat(),
                "data": {
                    "number": f"POD/2026/{number:04d}",
                    "issue_date": (due - timedelta(days=30)).isoformat(),
                    "due_date": due.isoformat(),
                    "amount": "612.00" if number == 7 else f"{dice.randrange(40, 2400)}.00",  # noqa: PLR2004
                    "currency": "PLN",
                    "debtor": {
                        "id": f"P-{number:04d}",
                        "name": f"{first_name} {surname[:-1] + 'a' if feminine else surname}",
                        "first_name": first_name,
                        "kind": "consumer",
                        "phones": [_phone(dice.choice(SMS_FATES), 200 + number)] if number % 8 else [],
                        "emails": [_email(dice.choice(EMAIL_FATES), f"p{number:04d}")] if number % 3 else [],
                    },
                },
            }
        )
    return [events[:50], events[50:]]
