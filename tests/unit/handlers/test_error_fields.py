"""What is logged of an error."""

from upominek.domain.errors import OutcomeUnknown, PermanentFailure
from upominek.handlers.error_fields import fault_of

SECRET = "+48512345678"


def test_type_code_place_notes_and_cause_and_no_words() -> None:
    def call() -> None:
        try:
            raise ValueError(SECRET)  # noqa: TRY301 - the cause of the other
        except ValueError as error:
            error.add_note("Handed over as m-1.")
            raise OutcomeUnknown("timeout", SECRET) from error

    try:
        call()
    except OutcomeUnknown as error:
        fault = fault_of(error)
    assert SECRET not in str(fault)
    assert (fault["error"], fault["code"]) == ("OutcomeUnknown", "timeout")
    assert fault["where"][-1].endswith(" call")
    assert fault["cause"]["error"] == "ValueError"
    assert fault["cause"]["notes"] == ["Handed over as m-1."]


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert fault_of(PermanentFailure("refused")) == {"error": "PermanentFailure", "code": "refused"}
