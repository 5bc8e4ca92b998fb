"""`python -m bot check-campaign DIR`: every mistake in a campaign's files, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from bot.documents.form_fill import missing_marks
from config.load import check_campaign, lies_in_the_past, load_campaign


def run(arguments: Sequence[str], stdout: TextIO, stderr: TextIO) -> int:
    """Nothing and 0 for a sound campaign, else the mistakes and 1; 2 for wrong usage."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: python -m bot check-campaign DIR", file=stderr)
        return 2
    folder = Path(arguments[0])
    problems = check_campaign(folder)
    if not problems:
        campaign = load_campaign(folder)
        template = campaign.form.template
        problems = [f"{template}: {mark}: 模板中应有这个书签" for mark in missing_marks(campaign)]
        if lies_in_the_past(campaign, datetime.now(UTC)):
            print(f"提示：活动“{campaign.title}”已全部在过去（{campaign.ends}结束）。", file=stderr)
    for problem in problems:
        print(problem, file=stdout)
    return 1 if problems else 0
