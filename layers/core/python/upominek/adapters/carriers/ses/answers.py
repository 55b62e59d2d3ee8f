"""What SES's events say, in our words."""

from collections.abc import Mapping
from functools import cache

from upominek.adapters.carriers.answers import ANY, Answer, answer_rows


def answer_of(event: str, kind: str = "", subtype: str = "") -> Answer:
    """The meaning of an event: the most exact entry of the table counts."""
    places = [(event, kind, subtype), (event, kind, ""), (event, kind, ANY), (event, ANY, "")]
    if subtype:
        places.insert(1, (event, ANY, subtype))
    return next((answers()[one] for one in places if one in answers()), answers()[ANY, "", ""])


@cache
def answers() -> Mapping[tuple[str, str, str], Answer]:
    """The table by event, type and subtype."""
    rows = answer_rows("upominek.adapters.carriers.ses")
    return {(row["event"], row.get("type", ""), row.get("subtype", "")): answer for row, answer in rows}
