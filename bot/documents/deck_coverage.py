"""How far a deck covers the notice's conditions, and where it brings out what every deck is to bring out.

1. A section's title holds until the next title of its rank; what stands in the section belongs to it.
2. Elsewhere a slide belongs to the condition whose words weigh most on it, and to others that weigh nearly as much.
3. Shown: content, and an example, figures or a picture beside it. Mentioned: words only, a title without
   content, or a line of an agenda or of a slide that touches on everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.documents.deck_outline import Line, Page, segments
from bot.documents.deck_proof import has_example, has_figure
from bot.documents.deck_words import (
    ENOUGH,
    Heading,
    Subject,
    best_heading,
    weight,
)
from bot.model.deck import Coverage, Level

MOST_WORDS = 12
_CONTENT = 6  # characters beside the title that make a slide more than a title
_GUEST = 7  # weight of another condition's words within a section that make them more than a passing remark
_NEARLY = 0.75
_COVER = 60  # characters of a first slide that only names the report


@dataclass(frozen=True, slots=True)
class _Section:
    key: str | None
    level: int
    announced: bool  # by a slide of its own, a number, or the notice's own words


@dataclass(slots=True)
class _Tally:
    """What was found of one condition."""

    shown: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)  # belongs, but proves nothing
    mentioned: set[int] = field(default_factory=set)
    words: dict[str, int] = field(default_factory=dict)
    mentions: dict[str, int] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)  # titles that name it


def coverage(pages: Sequence[Page], subjects: Sequence[Subject]) -> dict[str, Coverage]:
    """Every condition's coverage by its key."""
    tallies = {subject.key: _Tally() for subject in subjects}
    section: _Section | None = None
    for page in pages:
        heads = page_headings(page, subjects)
        if _is_overview(page, heads, len(subjects)):
            _mention(page, heads, tallies)
            section = None
            continue
        section = _next_section(section, page, heads)
        for named in heads:
            tallies[named.key].heads[named.line.text] = ENOUGH
        if page.aside or _is_cover(page, heads):
            continue
        for head, lines in _parts(page, heads):
            key = head.key if head else section.key if section else None
            _judge(page, key, head, lines, subjects, tallies)
    return {key: _result(tally) for key, tally in tallies.items()}


def aspect_slides(pages: Sequence[Page], subjects: Sequence[Subject]) -> dict[str, tuple[int, ...]]:
    """For each aspect the slides that are headed by it, or stand in a section that is, and say something."""
    found: dict[str, set[int]] = {subject.key: set() for subject in subjects}
    section: _Section | None = None
    for page in pages:
        heads = page_headings(page, subjects)
        if page.agenda or page.aside:
            section = None
            continue
        section = _next_section(section, page, heads)
        if not _has_content(page, page.lines, heads):
            continue
        for key in {head.key for head in heads} | _labelled(page.lines, subjects):
            found[key].add(page.number)
        if section and section.key and section.announced:
            found[section.key].add(page.number)
    return {key: tuple(sorted(numbers)) for key, numbers in found.items()}


def page_headings(page: Page, subjects: Sequence[Subject]) -> tuple[Heading, ...]:
    """The lines of a page that name a subject: its title, and in plain text only what is clearly a heading."""
    found = []
    tops = page.tops
    for line in page.lines:
        heading = best_heading(subjects, line)
        if heading is None:
            continue
        if line.title or any(line is top for top in tops) or line.level or _is_exact(heading, subjects):
            found.append(heading)
    return tuple(found)


def _is_exact(heading: Heading, subjects: Sequence[Subject]) -> bool:
    """Whether the line is a heading and nothing more."""
    for subject in subjects:
        if subject.key == heading.key:
            whole = subject.headings.fullmatch(heading.line.text)
            return whole is not None or heading.line.text == subject.title
    return False


def _is_overview(page: Page, heads: Sequence[Heading], count: int) -> bool:
    """An agenda, or a slide that names half of the conditions without telling of them."""
    keys = {head.key for head in heads}
    if page.agenda:
        return True
    named = sum(len(head.line.text) for head in heads)
    return len(keys) >= max(2, (count + 1) // 2) and page.characters - named < 20 * len(keys)


def _mention(page: Page, heads: Iterable[Heading], tallies: Mapping[str, _Tally]) -> None:
    for head in heads:
        tallies[head.key].mentioned.add(page.number)
        tallies[head.key].mentions[head.line.text] = ENOUGH


def _is_cover(page: Page, heads: Sequence[Heading]) -> bool:
    return page.number == 1 and not heads and page.characters <= _COVER


def _next_section(section: _Section | None, page: Page, heads: Sequence[Heading]) -> _Section | None:
    """The section that a page stands in, given the one of the page before."""
    head = next((head for head in heads if head.line.title), heads[0] if heads else None)
    if head is None:
        ends = page.aside or page.agenda or (section and page.level and page.level <= section.level)
        return None if ends or (section and not section.announced) else section
    level = head.line.level or page.level
    if section and section.announced and not head.official:
        beneath = level > section.level if level else not page.divider
        if beneath:
            return section
    if page.aside:
        return None
    return _Section(head.key, level or 2, bool(level) or head.official or page.divider)


def _parts(page: Page, heads: Sequence[Heading]) -> list[tuple[Heading | None, tuple[Line, ...]]]:
    """The page as one part, or cut where it tells of several conditions one after the other."""
    if len({head.key for head in heads}) < 2:
        return [(None, page.lines)]
    by_line = {id(head.line): head for head in heads}
    cut = segments(page, [head.line for head in heads])
    return [(by_line[id(line)] if line else None, (line, *body) if line else body) for line, body in cut]


def _judge(
    page: Page,
    owner: str | None,
    head: Heading | None,
    lines: tuple[Line, ...],
    subjects: Sequence[Subject],
    tallies: Mapping[str, _Tally],
) -> None:
    """Adds what a page, or a part of one, says to the conditions it says it of."""
    found = {subject.key: subject.found(lines) for subject in subjects}
    weights = {key: weight(words) for key, words in found.items()}
    best = max(weights.values(), default=0)
    if owner and not weights[owner] and best >= 2 * ENOUGH and head is None and not page.divider:
        owner = None  # the section ended without a word
    touches_all = owner is None and _touches_all(weights)
    least = _GUEST if owner else ENOUGH if touches_all else max(ENOUGH, _NEARLY * best)
    claims = {key for key, value in weights.items() if key != owner and value >= least}
    heads = [] if owner is None else [line for line in lines if _names(subjects, owner, line)]
    content = _has_content(page, lines, heads)
    told = [line.text for line in lines if not any(line is one for one in heads)]
    proof = page.visual or any(has_figure(text) or has_example(text) for text in told)
    for key in claims | ({owner} if owner else set()):
        tally = tallies[key]
        words = found[key] or {line.text: ENOUGH for line in heads if key == owner}
        if content and proof and not touches_all:
            tally.shown.add(page.number)
            tally.words |= words
        elif content and key == owner:
            tally.told.add(page.number)
            tally.words |= words
        else:
            tally.mentioned.add(page.number)
            tally.mentions |= words


def _touches_all(weights: Mapping[str, int]) -> bool:
    """Whether the words speak of most conditions and of none above all."""
    spoken = [value for value in weights.values() if value >= ENOUGH]
    return len(spoken) >= max(3, len(weights) // 2 + 1) and 2 * max(spoken) < sum(spoken)


def _names(subjects: Sequence[Subject], key: str, line: Line) -> bool:
    return any(subject.key == key and subject.heading(line) is not None for subject in subjects)


def _has_content(page: Page, lines: Iterable[Line], heads: Iterable[Heading | Line]) -> bool:
    """Whether there is more than titles: text beside them, or something to see."""
    named = {id(head.line if isinstance(head, Heading) else head) for head in heads}
    said = sum(len(line.text) for line in lines if not line.title and id(line) not in named)
    return page.visual or said >= _CONTENT


def _labelled(lines: Iterable[Line], subjects: Sequence[Subject]) -> set[str]:
    """The subjects whose name stands before a colon at the head of a line."""
    keys = set()
    for line in lines:
        label, colon, _ = line.text.partition(":")
        if not colon or len(label) > 8:
            continue
        keys |= {subject.key for subject in subjects if subject.headings.search(label)}
    return keys


def _result(tally: _Tally) -> Coverage:
    if tally.shown:
        slides, words = tally.shown | tally.told, tally.words
        level = Level.SHOWN
    elif tally.told or tally.mentioned:
        slides, words = tally.told | tally.mentioned, tally.words | tally.mentions
        level = Level.MENTIONED
    else:
        return Coverage(Level.ABSENT)
    words = words or tally.heads
    ordered = sorted(words, key=lambda word: -words[word])  # stable: in the order found
    return Coverage(level, tuple(sorted(slides)), tuple(ordered[:MOST_WORDS]))
