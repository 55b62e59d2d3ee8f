"""What AWS answers when it does not do as asked, in words of the domain. The one place where its errors are turned."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from upominek.domain.errors import Conflict, ItemFull, NotFound, Unavailable, UpominekError

MISSING = frozenset(
    {"ResourceNotFoundException", "NoSuchKey", "NoSuchBucket", "404", "AWS.SimpleQueueService.NonExistentQueue"}
)
CHANGED = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException", "TransactionConflictException"})


def error_code(error: ClientError) -> str:
    """The short name of the answer, such as `ThrottlingException`."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def is_item_full(code: str, message: str) -> bool:
    """Whether an item would have become larger than the 400 KB that DynamoDB takes.

    Of a transaction's and a statement's own reasons the code is another one than of a request.
    """
    return code in {"ValidationException", "ValidationError"} and "item size" in message.lower()


def domain_error(error: BotoCoreError | ClientError, what: str) -> UpominekError:
    """The same error for use cases.

    Args:
        what: what was asked for, without personal data.
    """
    if isinstance(error, ClientError):
        code = error_code(error)
        if is_item_full(code, str(error.response.get("Error", {}).get("Message", ""))):
            return ItemFull()
        if code in CHANGED:
            return Conflict(what)
        if code in MISSING:
            return NotFound("not_found", pl=f"Nie ma: {what}.", en=f"There is no {what}.")
        return Unavailable(what, code)
    return Unavailable(what, type(error).__name__)


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raise domain errors instead of AWS's, within the block."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise domain_error(error, what) from error
