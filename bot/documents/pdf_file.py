"""Opens a PDF: needs it a password, how many pages has it, what do they look like, what is written on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

from bot.model.mail import FileState

_WINDOW = 1 << 16
_MOST_PAGES = 20
_MOST_CHARACTERS = 20_000
_WIDE = 1.15
"""Width to height of a page that lies on its side."""

_PAPER, _ABOUT = 2**0.5, 0.07
"""Width to height of A3 or A4 on its side, and how far a scanner may be off."""


@dataclass(frozen=True, slots=True)
class PdfLook:
    """What a PDF looks like. `slides` counts the pages among the first `looked_at` that could be slides."""

    pages: int | None = None  # None: it does not open
    problem: FileState | None = None  # ENCRYPTED, DAMAGED, EMPTY
    looked_at: int = 0
    slides: int = 0
    text: str = ""  # of those pages; "" for a picture of a page


def is_locked_pdf(path: Path) -> bool:
    """True if the file cannot be opened without a password. Only a file that mentions encryption is opened."""
    with path.open("rb") as file:
        ends = file.read(_WINDOW)
        file.seek(max(0, path.stat().st_size - _WINDOW))
        ends += file.read(_WINDOW)
    return b"/Encrypt" in ends and look_at(path, most_pages=0).problem is FileState.ENCRYPTED


def look_at(path: Path, most_pages: int = _MOST_PAGES) -> PdfLook:
    """The PDF at `path`, no more of it than its first pages."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        locked = error.err_code == pdfium.raw.FPDF_ERR_PASSWORD
        return PdfLook(problem=FileState.ENCRYPTED if locked else FileState.DAMAGED)
    try:
        return _look(document, most_pages)
    finally:
        document.close()


def _look(document: pdfium.PdfDocument, most_pages: int) -> PdfLook:
    pages = len(document)
    slides, texts = 0, []
    looked_at = min(pages, most_pages)
    for number in range(looked_at):
        try:
            page = document[number]
        except pdfium.PdfiumError:
            continue
        width, height = page.get_size()
        texts.append(_text(page))
        slides += _is_slide(width / max(height, 1), bool(texts[-1]))
        page.close()
    return PdfLook(pages, None if pages else FileState.EMPTY, looked_at, slides, "\n".join(texts).strip())


def _text(page: pdfium.PdfPage) -> str:
    words = page.get_textpage()
    try:
        return str(words.get_text_range(0, min(words.count_chars(), _MOST_CHARACTERS))).strip()
    finally:
        words.close()


def _is_slide(shape: float, has_text: bool) -> bool:
    """A page on its side; without text it may also be a sheet that was scanned lying."""
    return shape > _WIDE and (has_text or abs(shape - _PAPER) > _ABOUT)
