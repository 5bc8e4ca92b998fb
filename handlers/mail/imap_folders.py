"""Which folders of a mailbox are read, by the server's list and the settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from imapclient.imap_utf7 import decode as decode_utf7

from bot.work.mailbox import Folder

INBOX = "INBOX"

# NetEase's own sorting. A newsletter folder (订阅邮件) is no suspicion of fraud: what lies there is answered
# like any other mail, newsletters themselves are known by their headers. Advertisements are.
_SUSPICIOUS = ("垃圾邮件", "病毒邮件", "广告邮件")
_SORTED_OUT = ("订阅邮件",)

Listed = tuple[Sequence[bytes], bytes | None, bytes | int]
"""Flags, delimiter, name in modified UTF-7, as LIST gives them."""


def folders_to_read(listed: Iterable[Listed], chosen: Sequence[str]) -> tuple[list[Folder], list[str]]:
    """The folders to read, INBOX first, and the chosen names that the mailbox does not have.

    Without a choice: INBOX and those where NetEase puts mail it thinks ill of.
    """
    known: dict[str, Folder] = {INBOX: Folder(INBOX, junk=False)}
    wanted = [INBOX]
    for flags, delimiter, raw in listed:
        name = _decoded(raw)
        if name is None or b"\\noselect" in {flag.lower() for flag in flags}:
            continue
        last = name.rpartition(delimiter.decode("latin-1"))[2] if delimiter else name
        junk = b"\\junk" in {flag.lower() for flag in flags} or last in _SUSPICIOUS
        if name.upper() == INBOX:
            continue
        known[name] = Folder(name, junk)
        if junk or last in _SORTED_OUT:
            wanted.append(name)
    if chosen:
        wanted = [INBOX if name.upper() == INBOX else name for name in chosen]
    unique = list(dict.fromkeys(wanted))
    return [known[name] for name in unique if name in known], [name for name in unique if name not in known]


def _decoded(raw: bytes | int) -> str | None:
    """None for a name that is not modified UTF-7: it can be none of ours."""
    if isinstance(raw, int):
        return str(raw)
    try:
        name: str = decode_utf7(raw)
    except (ValueError, LookupError):
        return None
    return name
