"""Names of file types, and what an extension promises."""

from __future__ import annotations

from pathlib import PurePosixPath

UNKNOWN = "unknown"

DECK_TYPES = frozenset({"pptx", "ppsx", "potx", "pptm", "ppsm", "potm", "ppt", "pps", "dps"})
WORD_TYPES = frozenset({"docx", "dotx", "docm", "dotm", "doc", "wps"})
SHEET_TYPES = frozenset({"xlsx", "xltx", "xlsm", "xltm", "xlsb", "xls", "et"})
OFFICE_TYPES = DECK_TYPES | WORD_TYPES | SHEET_TYPES
PICTURE_TYPES = frozenset({"jpg", "png", "tif", "bmp", "webp", "heic", "gif"})
PACKED_TYPES = frozenset({"zip", "rar", "7z", "tar", "gz", "bz2", "xz"})
FILM_TYPES = frozenset({"mp4", "mov", "avi", "wmv", "mkv", "mp3", "wav"})

_PROMISING = OFFICE_TYPES | PICTURE_TYPES | PACKED_TYPES | FILM_TYPES | {"pdf", "ofd", "rtf", "exe"}
"""Types whose extension says what must be inside; a .txt or .html may hold anything."""

_OTHER_NAMES = {
    "jpeg": "jpg",
    "jpe": "jpg",
    "jfif": "jpg",
    "tiff": "tif",
    "heif": "heic",
    "avif": "heic",
    "tgz": "gz",
    "m4v": "mp4",
    "asf": "wmv",
    "pot": "ppt",
    "dot": "doc",
    "dpt": "dps",
    "wpt": "wps",
    "ett": "et",
}
"""Extension → its type, where that is called differently."""

_ALIKE = (
    frozenset({"pptx", "ppsx", "potx"}),
    frozenset({"pptm", "ppsm", "potm"}),
    frozenset({"ppt", "pps"}),
    frozenset({"docx", "dotx"}),
    frozenset({"docm", "dotm"}),
    frozenset({"xlsx", "xltx"}),
    frozenset({"xlsm", "xltm"}),
    frozenset({"wps", "works"}),
    frozenset({"mp4", "mov"}),
    frozenset({"gz", "tar"}),
)
"""Types that programs open under each other's extension."""


def extension_of(name: str) -> str:
    """The extension in lower case without its dot; "" if there is none."""
    return PurePosixPath(name.replace("．", ".").strip().rstrip(".")).suffix[1:].strip().lower()


def promised_type(extension: str) -> str | None:
    """The type an extension stands for; None if it promises nothing."""
    name = _OTHER_NAMES.get(extension, extension)
    return name if name in _PROMISING else None


def is_mislabelled(found: str, extension: str) -> bool:
    """True if a file of type `found` would not be expected, or not be opened, under the extension."""
    promised = promised_type(extension)
    if promised is None or found in {promised, UNKNOWN}:
        return False
    return not any(found in group and promised in group for group in _ALIKE)
