"""A small deck to try the mail with, made when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from pptx import Presentation
from pptx.util import Pt


@dataclass(frozen=True, slots=True)
class Slide:
    title: str
    lines: Sequence[str]


def sample_deck(slides: Sequence[Slide]) -> bytes:
    """The slides as a .pptx file, a title and a few lines each."""
    deck = Presentation()
    layout = deck.slide_layouts[1]
    for slide in slides:
        made = deck.slides.add_slide(layout)
        made.shapes.title.text = slide.title
        frame = made.placeholders[1].text_frame
        frame.text = "\n".join(slide.lines)
        for paragraph in frame.paragraphs:
            paragraph.font.size = Pt(20)
    content = BytesIO()
    deck.save(content)
    return content.getvalue()
