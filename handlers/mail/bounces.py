"""What a bounce says: who could not be reached, by which of our mails, and whether that is final.

Sources in order: the machine's part of the report (RFC 3464), X-Failed-Recipients, the detectors of flufl.bounce,
and the texts of Chinese mail services, which send no machine's part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.message import Message
from urllib.parse import unquote

from flufl.bounce import all_failures

from bot.model.mail import Bounce
from handlers.mail.charsets import decode
from handlers.mail.quotes import html_text

_LONGEST_BODY = 100_000  # characters of the text that are read
_ADDRESS = re.compile(r"[A-Za-z0-9][\w.+=%-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,250}\.[A-Za-z]{2,24}", re.ASCII)
_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,400}@[^<>\s@]{1,400}>")
_ID_LINE = re.compile(
    r"^[ \t>|*]{0,6}(?:x-)?(?:original-)?message-id ?:\s{0,3}(<[^<>\s]{3,800}>)", re.IGNORECASE | re.MULTILINE
)
_TO_LINE = re.compile(r"^[ \t>|*]{0,6}to ?: ?([^\n]{3,500})", re.IGNORECASE | re.MULTILINE)
_DELIVERED = frozenset({"delivered", "relayed", "expanded"})

_UNREACHED = re.compile(
    r"(?:收件人(?:地址|邮件地址)?|收信人|退信地址|BouncedRcpt|无法(?:发送|投递|送达)[到至给]?|发[送往]至?)"
    r"[^A-Za-z0-9@\n]{0,20}\n?[^A-Za-z0-9@\n]{0,20}([\w.+=%-]{1,64}@[\w.-]{3,250})",
    re.ASCII,
)
_NOT_YET = re.compile(
    r"暂时(?:无法|未能|没有)|延迟|仍在(?:尝试|重试)|将继续(?:尝试|投递)|稍后(?:会)?(?:自动)?重[试发]"
    r"|will (?:continue|keep|be retried)|still (?:trying|being retried)|not yet been delivered|no action is required"
    r"|delivery (?:is |has been )?delayed|this is a warning message only|do not need to resend",
    re.IGNORECASE,
)


def read_bounce(message: Message, text: str) -> Bounce | None:
    """What the report says; None if it tells of a success. `text` is its readable part."""
    reported = _Reported(message)
    if reported.only_successes:
        return None
    failed, delayed = reported.failed, reported.delayed
    if not failed and not delayed:
        failed = list(_failed_recipients(message))
    if not failed and not delayed:
        delayed, failed = _detected(message)
    if not failed and not delayed:
        found = _in_text(text)
        failed, delayed = ([], found) if _NOT_YET.search(text) else (found, [])
    if not failed and not delayed and not _NOT_YET.search(text):
        failed = _original_recipients(message, text)
    permanent = bool(failed) or not (delayed or _NOT_YET.search(text))
    addresses = _distinct(address.lower() for address in failed or delayed)
    return Bounce(addresses, _distinct(_original_ids(message, text)), permanent)


def body_text(message: Message) -> str:
    """The readable text of a message, attached messages left out."""
    for part in _own_parts(message):
        if part.get_content_type() in ("text/plain", "text/html"):
            payload = part.get_payload(decode=True)
            body = (
                decode(payload, str(part.get_content_charset("") or "")) if isinstance(payload, bytes) else ""
            )
            if part.get_content_subtype() == "html":
                body = html_text(body)
            if body.strip():
                return body[:_LONGEST_BODY]
    return ""


def _own_parts(message: Message) -> Iterator[Message]:
    """The parts of a message without those of messages inside it."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting.extend(child for child in reversed(payload) if isinstance(child, Message))
        else:
            yield part


class _Reported:
    """The recipients of the machine's part by what became of the mail to them."""

    def __init__(self, message: Message) -> None:
        self.failed: list[str] = []
        self.delayed: list[str] = []
        self._others = 0
        for part in _own_parts(message):
            payload = part.get_payload()
            if part.get_content_type() == "message/delivery-status" and isinstance(payload, list):
                for fields in payload:
                    if isinstance(fields, Message):
                        self._read(fields)

    @property
    def only_successes(self) -> bool:
        return self._others > 0 and not self.failed and not self.delayed

    def _read(self, fields: Message) -> None:
        named = [str(fields.get(name, "")) for name in ("Original-Recipient", "Final-Recipient")]
        addresses = [found[0] for found in map(_ADDRESS.search, named) if found]
        action = str(fields.get("Action", "")).partition(";")[0].strip().lower()
        if action.startswith("fail") or (addresses and not action):
            self.failed.extend(addresses)
        elif action.startswith("delay"):
            self.delayed.extend(addresses)
        elif action in _DELIVERED:
            self._others += 1


def _failed_recipients(message: Message) -> Iterator[str]:
    for value in message.get_all("X-Failed-Recipients", []):
        yield from _ADDRESS.findall(str(value))


def _detected(message: Message) -> tuple[list[str], list[str]]:
    """Delayed and failed recipients as flufl.bounce finds them."""
    if not _ADDRESS.search(
        message.get("From", "")
    ):  # daemons that leave it out make one of the detectors fail
        del message["From"]
        message["From"] = "mailer-daemon@localhost"
    try:
        delayed, failed = all_failures(message)
    except Exception:  # its detectors meet whatever strangers send; a bounce without an address is still one
        return [], []
    return _plain(delayed), _plain(failed)


def _plain(addresses: Iterable[bytes | str]) -> list[str]:
    texts = (address.decode("latin-1") if isinstance(address, bytes) else address for address in addresses)
    return sorted(found[0] for found in map(_ADDRESS.search, texts) if found)


def _in_text(text: str) -> list[str]:
    """Addresses that a Chinese mail service names as not reached."""
    return [unquote(match[1]).rstrip(".-") for match in _UNREACHED.finditer(unquote(text))]


def _returned(message: Message, text: str) -> Iterator[str]:
    """The headers of the mails that came back, as texts they stand in."""
    for part in _own_parts(message):
        payload = part.get_payload()
        if part.get_content_maintype() == "message" and isinstance(payload, list):
            for inner in (inner for inner in payload if isinstance(inner, Message)):
                yield "\n".join(f"{name}: {value}" for name, value in inner.items())
        elif part is not message:  # headers, or the whole mail, as a text
            decoded = part.get_payload(decode=True)
            if isinstance(decoded, bytes):
                yield decoded[:_LONGEST_BODY].decode("latin-1").replace("\r\n", "\n")
    yield text


def _original_ids(message: Message, text: str) -> Iterator[str]:
    """Message-IDs of the mails that came back: of their headers, then what the report itself refers to."""
    own = str(message.get("Message-ID", "")).strip()
    for headers in _returned(message, text):
        yield from (match[1] for match in _ID_LINE.finditer(headers) if match[1] != own)
    for name in ("In-Reply-To", "References"):
        yield from (found for found in _MESSAGE_ID.findall(str(message.get(name, ""))) if found != own)


def _original_recipients(message: Message, text: str) -> list[str]:
    """To whom the mail that came back was sent, if to one address only."""
    for headers in _returned(message, text):
        recipients = {found for match in _TO_LINE.finditer(headers) for found in _ADDRESS.findall(match[1])}
        if len(recipients) == 1 and _ID_LINE.search(headers):
            return list(recipients)
    return []


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
