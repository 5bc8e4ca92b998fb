"""What a rehearsal came to, kept so that every process can show it. Pure."""

from __future__ import annotations

import json
from datetime import datetime

from bot.work.rehearsal import Report
from bot.work.rehearsal_stage import Line, Spoken


def report_to_json(report: Report) -> bytes:
    """The record as it is kept."""
    lines = [[line.at.isoformat(), line.kind, line.who, line.channel, line.text] for line in report.lines]
    kept = {
        "lines": lines,
        "problems": report.problems,
        "stage": report.stage,
        "finished": report.finished,
    }
    return json.dumps(kept, ensure_ascii=False).encode()


def report_from_json(content: bytes) -> Report:
    """The record as it was."""
    kept = json.loads(content)
    lines = (
        Line(datetime.fromisoformat(at), Spoken(kind), who, channel, text)
        for at, kind, who, channel, text in kept["lines"]
    )
    return Report(tuple(lines), tuple(kept["problems"]), kept["stage"], kept["finished"])
