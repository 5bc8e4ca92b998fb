"""How a deck is laid out: which slides only announce (cover, agenda, section title) and which have something to say.

Decks are titled in many ways: a title placeholder or a plain text box, the number beside the title or in a
box of its own, one slide that announces a section or the section's name on every slide. Lines are compared
without blanks and quotation marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.documents.deck_proof import has_figure
from bot.documents.deck_slide import Picture, Slide

_NOISE = re.compile(r"[\s\u200b\ufeff“”\"'‘’「」『』·•●■◆★►▶]+")
_CHINESE = "一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾"
_NUMBERS = (
    (1, re.compile(r"(?:part|chapter|section)[.\-:]?(?:\d+|one|two|three|four|five|six|seven|eight|nine)?")),
    (1, re.compile(rf"第[{_CHINESE}\d]{{1,3}}(?:部分|章|节|篇|点|方面)")),
    (1, re.compile(rf"[{_CHINESE}]{{1,3}}(?=[、.,，:：\-—]|$)")),
    (1, re.compile(r"0\d(?!\d)")),
    (2, re.compile(rf"\([{_CHINESE}]{{1,3}}\)|[㈠-㈩]")),
    (3, re.compile(r"\d{1,2}(?=[、.,，:：)]|$)(?!\.\d)|\(\d{1,2}\)|[①-⑳]")),
)
_SET_OFF = re.compile(rf"^([{_CHINESE}]{{1,3}}|\d{{1,2}})\s+(?=[^\d\s])")  # set off by a blank alone
_AFTER_NUMBER = re.compile(r"[、.,，:：)\-—/|]+")
_AGENDA = re.compile(
    r"^(?:目录|提纲|汇报提纲|汇报目录|汇报内容|主要内容|内容提要|内容概要|contents?|agenda|catalogue?)+$"
)
_CLOSING = re.compile(
    r"^(?:谢谢|感谢(?:聆听|观看|您|各位)|敬请|汇报完毕|汇报结束|请.{0,6}(?:指正|批评)|thank|下一?步|存在.{0,6}(?:问题|不足)|"
    r"问题(?:和|与|及)不足|不足之处|努力方向|今后|未来|展望|结束语|结语)|(?:工作)?(?:打算|计划|设想)$"
)
_INTRODUCTION = re.compile(
    r"^.{0,6}(?:概况|简介|基本情况|单位情况|机构设置|机构职能|主要职责|辖区情况|前言|引言)$"
)
_SHORT = 24  # characters of a line that may be a heading
_DIVIDER = 24  # characters of a slide that announces a section
_SMALL, _WHOLE = 0.02, 0.92  # of the slide's area: ornaments and backdrops
_OFTEN = 3  # uses of one image that make it an ornament


def normal(text: str) -> str:
    """Text as it is compared: half-width, lower case, without blanks and quotation marks."""
    plain = unicodedata.normalize("NFKC", text).lower().strip()
    return _NOISE.sub("", _SET_OFF.sub(r"\1、", plain))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a slide, normalised: `text` without the number before it, whose rank is `level` (0: none)."""

    text: str
    level: int = 0
    title: bool = False  # stands in the slide's title

    @property
    def short(self) -> bool:
        return 0 < len(self.text) <= _SHORT and self.text[-1] not in "。；;！!？?，,"


@dataclass(frozen=True, slots=True)
class Page:
    """A slide as it is judged. `level` is the rank of the number its title carries, 0 if it has none."""

    number: int
    lines: tuple[Line, ...]
    level: int
    visual: bool  # a picture that is no ornament, a table, a chart or a video
    agenda: bool
    aside: bool  # introduces the unit, tells of plans, or takes leave

    @property
    def characters(self) -> int:
        return sum(len(line.text) for line in self.lines)

    @property
    def divider(self) -> bool:
        """So little text that it announces rather than tells."""
        told = any(has_figure(line.text) for line in self.lines)
        return self.characters <= _DIVIDER and len(self.lines) <= 3 and not told

    @property
    def tops(self) -> tuple[Line, ...]:
        """The lines that may say what the slide is about: its titles, else its first line; all of a divider's."""
        if self.divider:
            return tuple(line for line in self.lines if line.short)
        titles = [line for line in self.lines if line.title] or list(self.lines[:1])
        return tuple(line for line in titles if line.short)


def pages(slides: Sequence[Slide]) -> tuple[Page, ...]:
    """The slides as they are judged, in order, numbered from 1."""
    repeated = _repeated(slides)
    ornaments = _ornaments(slides)
    return tuple(_page(number, slide, repeated, ornaments) for number, slide in enumerate(slides, start=1))


def _repeated(slides: Sequence[Slide]) -> frozenset[str]:
    """Lines that most slides carry: slogans and bars with all the section names."""
    counted = Counter(line for slide in slides for line in {normal(text) for text in slide.texts})
    least = max(4, len(slides) // 2 + 1)
    return frozenset(line for line, count in counted.items() if count >= least)


def _ornaments(slides: Sequence[Slide]) -> frozenset[str]:
    counted = Counter(image for slide in slides for image in {picture.image for picture in slide.pictures})
    return frozenset(image for image, count in counted.items() if count >= _OFTEN)


def _page(number: int, slide: Slide, repeated: frozenset[str], ornaments: frozenset[str]) -> Page:
    lines: list[Line] = []
    rank = 0
    for texts, title in ((slide.titles, True), (slide.paragraphs, False)):
        for text in texts:
            line = normal(text)
            if not line or line in repeated:
                continue
            level, rest = _numbered(line)
            if title or not rest:
                rank = rank or level
            if rest:
                lines.append(Line(rest, level, title))
    if not rank and lines and not any(line.title for line in lines):  # the title is a plain box
        rank = lines[0].level
    page = Page(number, tuple(lines), rank, _is_visual(slide, ornaments), agenda=False, aside=False)
    agenda = any(_AGENDA.match(line.text) for line in lines if line.short)
    aside = any(_CLOSING.match(line.text) or _INTRODUCTION.match(line.text) for line in page.tops[:2])
    return replace(page, agenda=agenda, aside=aside)


def _is_visual(slide: Slide, ornaments: frozenset[str]) -> bool:
    shown = any(_is_shown(picture, ornaments) for picture in slide.pictures)
    return shown or slide.figures > 0 or any(not clip.sound for clip in slide.clips)


def _is_shown(picture: Picture, ornaments: frozenset[str]) -> bool:
    if picture.missing or picture.image in ornaments:
        return False
    return picture.share is None or _SMALL <= picture.share <= _WHOLE


def _numbered(line: str) -> tuple[int, str]:
    """The rank of the number at the head of a line (1 highest, 0 none) and the line without it."""
    for level, pattern in _NUMBERS:
        found = pattern.match(line)
        if found and found[0]:
            rest = line[found.end() :]
            after = _AFTER_NUMBER.match(rest)
            return level, rest[after.end() :] if after else rest
    return 0, line


def segments(page: Page, heads: Sequence[Line]) -> Iterator[tuple[Line | None, tuple[Line, ...]]]:
    """The page's lines cut before each of these lines: the head and what follows it."""
    head: Line | None = None
    body: list[Line] = []
    for line in page.lines:
        if any(line is one for one in heads):
            if head is not None or body:
                yield head, tuple(body)
            head, body = line, []
        else:
            body.append(line)
    yield head, tuple(body)
