"""Mails for the console's pages: real messages, read and decided about as in service."""

from __future__ import annotations

import hashlib
from email.message import EmailMessage

from bot.model.mail import Arrival
from tests.fakes.console import Console


async def receive(
    console: Console,
    sender: str,
    subject: str,
    text: str,
    *files: tuple[str, bytes],
    trusted: bool = False,
    junk: bool = False,
) -> int:
    """A mail that has come in and was decided about; its id."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "pdszffzb@126.com", subject
    message["Message-ID"] = f"<{hashlib.sha256((sender + subject + text).encode()).hexdigest()}@example.cn>"
    message["Date"] = console.now
    if trusted:
        domain = sender.rpartition("@")[2]
        message["Authentication-Results"] = f"mx.126.com; spf=pass smtp.mailfrom={domain}"
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    raw = message.as_bytes()
    sha256 = hashlib.sha256(raw).hexdigest()
    path = console.folder / f"{sha256}.eml"
    path.write_bytes(raw)
    arrival = Arrival(
        "pdszffzb@126.com", "INBOX", 1, int(sha256[:7], 16), sha256, len(raw), console.now, console.now, junk
    )
    mail, _ = await console.mails.put_on_record(path, arrival)
    await console.mails.work()
    return mail
