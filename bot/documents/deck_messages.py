"""What a deck's report says to people: what arrived, what is missing, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.documents.deck_slide import Deck
from bot.documents.type_names import extension_of
from bot.model.deck import DeckProblem, DeckReport, Level
from config.campaign import Campaign

_EACH = 5  # slides with the same trouble that get a sentence each; the rest are counted


def problem_message(problem: DeckProblem, name: str, format: str | None, campaign: Campaign) -> str:
    """Why the file cannot be used as it is, and what to do."""
    said = campaign.phrases[f"deck_problem_{problem.value}"]
    return said.format(given=extension_of(name), format=format or "")


def findings(deck: Deck, campaign: Campaign) -> tuple[str, ...]:
    """What to mend in a deck that opens, a sentence each."""
    troubles: dict[str, list[int]] = {}
    for number, slide in enumerate(deck.slides, start=1):
        for clip in slide.clips:
            if not clip.embedded:
                missing = not clip.sound and clip.target.startswith("ppt/")
                kind = "sound_linked" if clip.sound else "video_missing" if missing else "video_linked"
                troubles.setdefault(kind, []).append(number)
        if any(picture.missing for picture in slide.pictures):
            troubles.setdefault("picture_missing", []).append(number)
    said = [line for kind, slides in troubles.items() for line in _each(kind, slides, campaign)]
    if deck.macros:
        said.append(campaign.phrases["deck_macros"])
    if deck.notes and all(slide.blank for slide in deck.slides):
        said.append(campaign.phrases["deck_notes_only"])
    return tuple(said)


def deck_lines(report: DeckReport, campaign: Campaign) -> list[str]:
    """The report for a mail or a chat, a sentence each, ending with what it is: a hint."""
    lines = []
    if report.opens and report.problem is not DeckProblem.EMPTY:
        lines += [_counts(report, campaign), *_coverage(report, campaign)]
    lines += [f"{message}。" for message in report.messages]
    return [*lines, campaign.phrases["deck_hint"]]


def page_ranges(slides: Iterable[int]) -> str:
    """Slide numbers for people: 3—5、9."""
    runs: list[list[int]] = []
    for number in sorted(set(slides)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "、".join(_run(first, last) for first, last in runs)


def _run(first: int, last: int) -> str:
    if first == last:
        return str(first)
    return f"{first}、{last}" if last == first + 1 else f"{first}—{last}"


def _each(kind: str, slides: Sequence[int], campaign: Campaign) -> Iterator[str]:
    distinct = sorted(set(slides))
    for slide in distinct[:_EACH]:
        yield campaign.phrases[f"deck_trouble_{kind}"].format(slide=slide)
    if len(distinct) > _EACH:
        yield campaign.phrases["deck_more"].format(count=len(distinct) - _EACH)


def _counts(report: DeckReport, campaign: Campaign) -> str:
    linked = sum(not video.embedded for video in report.videos)
    return campaign.phrases["deck_counts"].format(
        slides=report.slides,
        characters=report.characters,
        pictures=report.pictures,
        videos=len(report.videos),
        linked=campaign.phrases["deck_counts_linked"].format(count=linked) if linked else "",
    )


def _coverage(report: DeckReport, campaign: Campaign) -> Iterator[str]:
    for level in (Level.SHOWN, Level.MENTIONED, Level.ABSENT):
        named = [key for key, found in report.conditions.items() if found.level is level]
        if named:
            listed = "、".join(_condition(report, key, campaign) for key in named)
            yield campaign.phrases[f"deck_level_{level.value}"].format(count=len(named), conditions=listed)
    absent = [f"“{name}”" for name, slides in report.triad.items() if not slides]
    if absent:
        yield campaign.phrases["deck_aspects_absent"].format(aspects="、".join(absent))


def _condition(report: DeckReport, key: str, campaign: Campaign) -> str:
    title, slides = campaign.clause(key).title, report.conditions[key].slides
    if not slides:
        return campaign.phrases["deck_condition_absent"].format(title=title)
    return campaign.phrases["deck_condition"].format(title=title, pages=page_ranges(slides))
