"""A deck's report as JSON (commands page §5), and back."""

from __future__ import annotations

import json
from typing import Any

from bot.model.deck import Coverage, DeckProblem, DeckReport, Level, Video


def report_json(report: DeckReport, file: str) -> dict[str, Any]:
    """The report on the file of this name, with exactly the keys of the commands page."""
    return {
        "file": file,
        "bytes": report.size,
        "sha256": report.sha256,
        "format": report.format,
        "opens": report.opens,
        "problem": report.problem.value if report.problem else None,
        "macros": report.macros,
        "slides": report.slides,
        "characters": report.characters,
        "pictures": report.pictures,
        "videos": [
            {"slide": video.slide, "name": video.name, "embedded": video.embedded, "target": video.target}
            for video in report.videos
        ],
        "conditions": {
            key: {"level": found.level.value, "slides": list(found.slides), "evidence": list(found.evidence)}
            for key, found in report.conditions.items()
        },
        "triad": {name: list(slides) for name, slides in report.triad.items()},
        "messages": list(report.messages),
    }


def report_from_json(text: str) -> DeckReport:
    """The report in what `report_json` made; the file's name is not part of it."""
    data = json.loads(text)
    problem = data["problem"]
    return DeckReport(
        size=data["bytes"],
        sha256=data["sha256"],
        format=data["format"],
        opens=data["opens"],
        problem=DeckProblem(problem) if problem else None,
        macros=data["macros"],
        slides=data["slides"],
        characters=data["characters"],
        pictures=data["pictures"],
        videos=tuple(Video(**video) for video in data["videos"]),
        conditions={
            key: Coverage(Level(found["level"]), tuple(found["slides"]), tuple(found["evidence"]))
            for key, found in data["conditions"].items()
        },
        triad={name: tuple(slides) for name, slides in data["triad"].items()},
        messages=tuple(data["messages"]),
    )
