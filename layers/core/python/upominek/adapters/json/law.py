"""What the law says as JSON that others rely on: fields may be added, those that are here stay."""

from datetime import date
from typing import Any

from upominek.domain.law.acknowledgement import Acknowledgement
from upominek.domain.law.answers import Answer, Answers, ClaimAnswer
from upominek.domain.law.demand import Demand
from upominek.domain.law.limitation import Limitation, Standing
from upominek.domain.law.register_conditions import Missing
from upominek.domain.law.register_entry import UPDATE_DAYS, RegisterEntry


def answers_to_dict(answers: Answers) -> dict[str, Any]:
    """Every answer about a case."""
    return {
        **_case(answers),
        "register": register_to_dict(answers.register),
        "claims": [claim_to_dict(claim) for claim in answers.claims],
        "interest": answer_to_dict(answers.interest),
        "compensation": answer_to_dict(answers.compensation),
    }


def case_register_to_dict(answers: Answers) -> dict[str, Any]:
    """The register's answer alone."""
    return {**_case(answers), **register_to_dict(answers.register)}


def case_limitation_to_dict(answers: Answers) -> dict[str, Any]:
    """The answers about limitation alone."""
    return {**_case(answers), "claims": [claim_to_dict(claim) for claim in answers.claims]}


def register_to_dict(entry: RegisterEntry) -> dict[str, Any]:
    """Which conditions of an entry hold."""
    return {
        "may_mention": entry.may_mention,
        "mention_lacks": list(entry.mention_lacks),
        "lawful": entry.is_lawful,
        "entry_lawful_from": _day(entry.lawful_from),
        "lawful_if_demanded_today": _day(entry.lawful_if_demanded),
        "amount": entry.amount.plain(),
        "minimum": entry.terms.minimum.plain(),
        "currency": entry.amount.currency,
        "articles": {"amount_and_age": entry.terms.sum_article, "demand": entry.terms.demand_article},
        "update_within_days": UPDATE_DAYS,
        "missing": [_missing(missing) for missing in entry.missing],
        "excluded": [{"invoice": number, "reason": reason.value} for number, reason in entry.excluded.items()],
    }


def claim_to_dict(claim: ClaimAnswer) -> dict[str, Any]:
    """What holds for one open invoice."""
    return {
        "invoice": claim.number,
        "outstanding": claim.outstanding.plain(),
        "currency": claim.outstanding.currency,
        **limitation_to_dict(claim.limitation, claim.standing),
        **answer_to_dict(claim.answer),
        "interest": claim.interest and claim.interest.value,
    }


def limitation_to_dict(found: Limitation, standing: Standing) -> dict[str, Any]:
    """When a claim is time-barred, and where it stands."""
    return {
        "claim": found.claim.value,
        "due_date": found.due_on.isoformat(),
        "acknowledged_on": _day(found.acknowledged_on),
        "last_day": found.last_day.isoformat(),
        "barred_from": found.first_barred_day.isoformat(),
        "standing": standing.value,
        "article": found.article,
    }


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """One answer."""
    return {
        "allowed": answer.allowed,
        "article": answer.article,
        "message": {"pl": answer.pl, "en": answer.en},
    }


def acknowledgement_to_dict(said: Acknowledgement) -> dict[str, Any]:
    """An acknowledgement as it was written down."""
    return {
        "creditor": said.creditor,
        "debtor": said.debtor_id,
        "kind": said.kind.value,
        "channel": said.channel.value,
        "at": said.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "by": said.by,
        "taken_by": said.taken_by or None,
        "text": said.text,
        "invoices": list(said.numbers),
        "digest": said.digest,
    }


def demand_to_dict(demand: Demand) -> dict[str, Any]:
    """A demand as it was written down."""
    return {
        "route": demand.route.value,
        "sent_on": demand.sent_on.isoformat(),
        "bureau": demand.bureau,
        "seat": demand.seat,
        "invoices": list(demand.numbers),
        "letter": demand.letter or None,
        "by": demand.by or None,
    }


def _case(answers: Answers) -> dict[str, Any]:
    return {
        "creditor": answers.creditor,
        "debtor": answers.debtor,
        "kind": answers.kind.value,
        "date": answers.day.isoformat(),
    }


def _missing(missing: Missing) -> dict[str, Any]:
    return {
        "condition": missing.condition,
        "article": missing.article,
        "message": {"pl": missing.pl, "en": missing.en},
        "holds_from": _day(missing.holds_from),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
