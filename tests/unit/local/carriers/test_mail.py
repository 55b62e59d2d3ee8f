"""E-mails that the simulator took, as files."""

from base64 import b64encode
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest

from local.carriers.mail import MailFolder, as_mail

PICTURE = {
    "FileName": "transfer-code.png",
    "ContentType": "image/png",
    "ContentDisposition": "INLINE",
    "ContentId": "transfer-code",
    "RawContent": b64encode(b"\x89PNG").decode(),
}
LETTER = {
    "FileName": "Wezwanie do zapłaty.pdf",
    "ContentType": "application/pdf",
    "ContentDisposition": "ATTACHMENT",
    "RawContent": b64encode(b"%PDF").decode(),
}


def request(*files: dict[str, str], **changes: object) -> dict[str, Any]:
    simple: dict[str, Any] = {
        "Subject": {"Data": "Faktura – zażółć"},
        "Body": {"Text": {"Data": "Dzień dobry\n"}, "Html": {"Data": "<p>Dzień dobry</p>\n"}},
        "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}],
    }
    sent = {
        "FromEmailAddress": "=?utf-8?b?xbllZMW6?= <faktury@example.com>",
        "Destination": {"ToAddresses": ["anna@example.com"]},
        "ReplyToAddresses": ["Ewa <ewa@example.com>"],
        "Content": {"Simple": simple | ({"Attachments": list(files)} if files else {})},
    }
    return sent | changes


def read(file: Path) -> EmailMessage:
    return cast("EmailMessage", message_from_bytes(file.read_bytes(), policy=default))


def test_a_mail_is_read_back_as_it_was_sent(tmp_path: Path) -> None:
    MailFolder(tmp_path / "mail").keep("id-1@email.amazonses.com", as_mail(request(PICTURE, LETTER)))
    mail = read(tmp_path / "mail" / "id-1.eml")
    assert mail["Subject"] == "Faktura – zażółć"
    assert mail["From"] == "Źedź <faktury@example.com>"
    assert (mail["To"], mail["Reply-To"]) == ("anna@example.com", "Ewa <ewa@example.com>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<id-1@email.amazonses.com>"
    parts = [part for part in mail.walk() if not part.is_multipart()]
    assert [(part.get_content_type(), part["Content-ID"], part.get_content_disposition()) for part in parts] == [
        ("text/plain", None, None),
        ("text/html", None, None),
        ("image/png", "<transfer-code>", "inline"),
        ("application/pdf", None, "attachment"),
    ]
    assert [part.get_content() for part in cast("list[EmailMessage]", parts)] == [
        "Dzień dobry\r\n",
        "<p>Dzień dobry</p>\r\n",
        b"\x89PNG",
        b"%PDF",
    ]
    assert parts[3].get_filename() == "Wezwanie do zapłaty.pdf"


def test_without_files_there_are_two_texts_to_choose_from() -> None:
    assert as_mail(request()).get_content_type() == "multipart/alternative"


def test_a_header_does_not_begin_another_one() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        as_mail(request(FromEmailAddress="faktury@example.com\r\nBcc: all@firma.example"))


def test_the_newest_stay(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path, kept=3)
    for number in range(7):
        folder.keep(f"id-{number}", as_mail(request()))
    assert len(list(tmp_path.iterdir())) == 3
    folder = MailFolder(tmp_path, kept=3)
    for number in range(7, 11):
        folder.keep(f"id-{number}", as_mail(request()))
    assert (tmp_path / "id-10.eml").is_file()
    assert len(list(tmp_path.iterdir())) == 3
