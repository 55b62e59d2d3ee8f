"""The e-mails that were taken, as files that a mail program opens: with their pictures and attachments.

SES would build the same parts: text and HTML to choose from, pictures beside the HTML, files behind all of it.
"""

from __future__ import annotations

import threading
from base64 import b64decode
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

KEPT = 500
"""The newest so many stay: a load test must not fill the disk."""


class MailFolder:
    """Files `<message id>.eml`. Safe for threads."""

    def __init__(self, folder: Path, *, kept: int = KEPT) -> None:
        self._folder = folder
        self._kept = kept
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._count = sum(1 for _ in folder.glob("*.eml"))

    def keep(self, message_id: str, mail: EmailMessage) -> None:
        """Write an e-mail down under the id that its carrier gave it."""
        mail["Message-ID"] = f"<{message_id}>"
        with self._lock:
            (self._folder / f"{message_id.partition('@')[0]}.eml").write_bytes(mail.as_bytes())
            self._count += 1
            if self._count > 2 * self._kept:
                self._forget_the_oldest()

    def _forget_the_oldest(self) -> None:
        files = sorted(self._folder.glob("*.eml"), key=lambda file: file.stat().st_mtime)
        for file in files[: -self._kept]:
            file.unlink(missing_ok=True)
        self._count = min(len(files), self._kept)


def as_mail(request: dict[str, Any]) -> EmailMessage:
    """The message that a `SendEmail` request of SES describes.

    Raises:
        ValueError: a header would end its line.
    """
    simple = request["Content"]["Simple"]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = request["FromEmailAddress"]
    mail["To"] = ", ".join(request["Destination"]["ToAddresses"])
    mail["Subject"] = simple["Subject"]["Data"]
    if request.get("ReplyToAddresses"):
        mail["Reply-To"] = ", ".join(request["ReplyToAddresses"])
    for header in simple.get("Headers") or ():
        mail[header["Name"]] = header["Value"]
    mail.set_content(simple["Body"]["Text"]["Data"])
    files = simple.get("Attachments") or ()
    if "Html" in simple["Body"]:
        mail.add_alternative(simple["Body"]["Html"]["Data"], subtype="html")
        html: Any = list(mail.iter_parts())[-1]
        for one in files:
            if one.get("ContentDisposition") == "INLINE":
                html.add_related(_content(one), cid=f"<{one['ContentId']}>", disposition="inline", **_kind(one))
    for one in files:
        if one.get("ContentDisposition") != "INLINE":
            mail.add_attachment(_content(one), **_kind(one))
    return mail


def _content(one: dict[str, Any]) -> bytes:
    # A request over HTTP carries it in base64, whatever the message does.
    return b64decode(one["RawContent"])


def _kind(one: dict[str, Any]) -> dict[str, Any]:
    kind, _, subtype = one["ContentType"].partition("/")
    return {"maintype": kind, "subtype": subtype, "filename": one["FileName"]}
