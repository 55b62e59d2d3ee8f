"""The one tree of errors.

    UpominekError
    ├── InvalidValue            a value from outside cannot be used (a cell, a field, a setting)
    ├── TableUnreadable         a file is no table that can be read
    ├── NotFound                a creditor, case, campaign or import that does not exist
    ├── Refused                 the request is understood and not allowed in this state
    │   └── ItemFull            there is no room for it where it belongs
    ├── Conflict                somebody else changed the record first: read again and repeat
    ├── NotUnderstood           what is stored or queued is of another version: nothing is done with it here
    ├── Unavailable             a store or a queue gave no usable answer: repeat the whole thing later
    └── SendingError
        ├── TemporaryFailure    certainly not sent; may be tried again
        ├── PermanentFailure    certainly not sent; will not work for this address or text
        ├── LaneFault           certainly not sent; the account is set up wrong, so nobody's message can go
        └── OutcomeUnknown      the request left and no answer came: may or may not have been sent

Each error carries a `code` for programs and a sentence in Polish and English for people.
"""


class UpominekError(Exception):
    """Anything that this product raises on purpose."""

    def __init__(self, code: str, *, pl: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.pl = pl
        self.en = en


class InvalidValue(UpominekError, ValueError):
    """A value from outside cannot be used; the sentence says how to mend it."""


class TableUnreadable(UpominekError):
    """The file is not a table that can be read at all."""


class NotFound(UpominekError, LookupError):
    """The creditor, case, campaign or import does not exist."""


class Refused(UpominekError):
    """The request is understood, and not allowed as things stand."""


class ItemFull(Refused):
    """What is to be kept has no room any more where it belongs: the same again, later, will not help."""

    def __init__(self) -> None:
        super().__init__(
            "item_full",
            pl="W tej sprawie (albo na tej fakturze) jest już za dużo wpisów: nie ma miejsca na kolejny. Ponawianie "
            "nic nie da: usuń zbędne wstrzymania. Sprzeciw (opt-out) można zapisać zawsze.",
            en="This case (or invoice) has too much in it already: there is no room for more. Trying again does not "
            "help: release holds that nobody needs. An opt-out can always be written.",
        )


class Conflict(UpominekError):
    """The record changed since it was read: read it again and repeat."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "conflict", pl=f"Rekord zmienił się w międzyczasie: {what}.", en=f"The record changed: {what}."
        )


class NotUnderstood(UpominekError):
    """What is stored or queued is of a kind that another version wrote and this one does not know."""

    def __init__(self, what: str, word: str) -> None:
        super().__init__(
            "not_understood",
            pl=f"Zapisano coś, czego ta wersja nie zna ({what}: „{word}”). Użyj wersji, która to zapisała, "
            "albo nowszej.",
            en=f"This version does not know what is stored ({what}: “{word}”). Use the version that wrote it, or a "
            "newer one.",
        )
        self.what, self.word = what, word


class Unavailable(UpominekError):
    """A store or a queue gave no usable answer, though asked several times; what was asked for may have been done."""

    def __init__(self, what: str, detail: str = "") -> None:
        super().__init__("unavailable", pl=f"Chwilowo niedostępne: {what}.", en=f"Not available for now: {what}.")
        self.detail = detail


class SendingError(UpominekError):
    """A provider did not take a message."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, pl=f"Nie wysłano: {code}.", en=f"Not sent: {code}.")
        self.detail = detail


class TemporaryFailure(SendingError):
    """Certainly not sent; the same message may be tried again."""


class PermanentFailure(SendingError):
    """Certainly not sent; the address or the text will never work."""

    def __init__(self, code: str, detail: str = "", *, address_unusable: bool = False) -> None:
        super().__init__(code, detail)
        self.address_unusable = address_unusable


class LaneFault(SendingError):
    """Certainly not sent; the account or the sender is set up wrong, so the lane must stop."""


class OutcomeUnknown(SendingError):
    """The request was sent and no answer came back: never repeat it blindly."""
