"""Writes a python-docx document as the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from typing import Any

_MOMENT = (1980, 1, 1, 0, 0, 0)


def package_bytes(document: Any) -> bytes:
    """The .docx; the same document gives the same bytes, so that stored files are found again by content."""
    written = io.BytesIO()
    document.save(written)
    again = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, source.read(name))
    return again.getvalue()
