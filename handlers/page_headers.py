"""Response headers that every page of ours needs, whoever it is for."""

from __future__ import annotations

from urllib.parse import quote

PAGE = {
    # Only our own files, no inline script or style: text that slips into a page cannot act there.
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def attachment(name: str, plain: str = "download") -> str:
    """The Content-Disposition that saves a file under `name`, whatever its characters (RFC 6266, RFC 5987).

    `plain` is the ASCII name for programs that do not read the extended one.
    """
    return (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name.encode(errors='replace'), safe='')}"
    )
