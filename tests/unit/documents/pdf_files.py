"""Writes small PDF files: pages of a size, with a line of text or none, open or behind a password."""

from __future__ import annotations

import hashlib

PORTRAIT, LANDSCAPE = (595, 842), (960, 540)

_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def pdf_file(pages: int, size: tuple[int, int] = PORTRAIT, text: str = "", *, locked: bool = False) -> bytes:
    """A PDF 1.4. `text` in ASCII stands on every page. `locked`: it opens with a password only."""
    line = f"BT /F1 12 Tf 40 40 Td ({text}) Tj ET".encode()
    kids = " ".join(f"{5 + number} 0 R" for number in range(pages))
    page = (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size[0]} {size[1]}]/Contents 4 0 R"
        "/Resources<</Font<</F1 3 0 R>>>>>>"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {pages}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(line), line),
        *[page.encode()] * pages,
    ]
    written = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"<</Size %d/Root 1 0 R%s>>" % (len(objects) + 1, _encryption() if locked else b"")
    return b"%sxref\n0 %d\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (
        written,
        len(objects) + 1,
        table,
        trailer,
        len(written),
    )


def _encryption() -> bytes:
    """The standard security handler, revision 2 (PDF 1.7, 7.6.3), for the user password `secret`."""
    owner, identity = bytes(32), b"0123456789abcdef"
    password = (b"secret" + _PAD)[:32]
    key = hashlib.md5(password + owner + b"\xfc\xff\xff\xff" + identity).digest()[:5]
    user = _rc4(key, _PAD)
    return b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<%s><%s>]" % (
        owner.hex().encode(),
        user.hex().encode(),
        identity.hex().encode(),
        identity.hex().encode(),
    )


def _rc4(key: bytes, content: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = []
    for byte in content:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
