"""Small stand-ins for what the workers run on a mail: a reader that obeys its subject, and an inspector."""

from __future__ import annotations

import email
import hashlib
import os
import time
from email import policy
from pathlib import Path

from bot.model.mail import FileKind, Inspection, ParsedMail, Part
from config.campaign import Campaign


def read(raw: str, out: str) -> ParsedMail:
    """The subjects "hang", "crash", "fail" and "hog" are orders; "once" fails while the file it names is there."""
    message = email.message_from_bytes(Path(raw).read_bytes(), policy=policy.default)
    subject = str(message["Subject"])
    (Path(out) / "half").write_bytes(b"half of a file")
    _obey(subject)
    parts = []
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        sha256 = hashlib.sha256(content).hexdigest()
        if subject == "once" and Path(content.decode()).exists():
            raise ValueError(subject)
        (Path(out) / sha256).write_bytes(content)
        name = part.get_filename() or ""
        parts.append(Part(name, (), len(content), sha256, name.rpartition(".")[2]))
    return ParsedMail(
        message_id=str(message["Message-ID"] or ""),
        sender=str(message["From"]),
        subject=subject,
        parts=tuple(parts),
    )


def _obey(order: str) -> None:
    if order.startswith("hang"):
        time.sleep(60)
    if order.startswith("crash"):
        os.abort()
    if order.startswith("fail"):
        raise ValueError(order)
    if order.startswith("hog"):
        bytearray(64 << 30)


def inspect(path: Path, name: str, type: str, campaign: Campaign) -> Inspection:
    content = path.read_bytes()
    if content.startswith(b"bomb"):
        os.abort()
    return Inspection(FileKind.DECK, code=Path(campaign.folder).name, pages=len(content))
