"""`python -m bot deck check FILE… [--json]`: what a deck holds, a line or a paragraph per file (commands page §5).

Every file is read in a process of its own, with limits of time and memory; a deck that is too much for it
is a result too.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from bot.documents.deck import check_deck, unopened
from bot.documents.deck_json import report_json
from bot.documents.deck_messages import deck_lines
from bot.model.deck import DeckProblem, DeckReport
from bot.work.workers import WorkerFailed, Workers
from config.campaign import Campaign

OK, REFUSED, WRONG_USAGE = 0, 1, 2
SECONDS, MEMORY = 60.0, 1 << 30

_GIVEN_UP = {"timeout": DeckProblem.TIMEOUT, "memory": DeckProblem.TOO_LARGE}
"""Why a check without a result ended → what is said of the deck; anything else means damaged."""


def run(argv: Sequence[str], stdout: TextIO, campaign: Campaign) -> int:
    """Run the command with what follows `deck`; its exit status. Wrong usage is explained on stderr."""
    try:
        options = _parser().parse_args(list(argv))
    except SystemExit as leaving:
        return OK if leaving.code in (None, 0) else WRONG_USAGE
    workers = Workers(preload=("bot.documents.deck",))
    try:
        read = [_print(workers, name, options.json, stdout, campaign) for name in options.files]
    finally:
        workers.close()
    return OK if all(read) else REFUSED


def checked(workers: Workers, path: Path, name: str, campaign: Campaign) -> DeckReport:
    """The report on the file, whatever becomes of the process that reads it. OSError if there is no such file."""
    path.open("rb").close()
    try:
        return workers.run_blocking(check_deck, path, name, campaign, seconds=SECONDS, memory=MEMORY)
    except WorkerFailed as failed:
        return unopened(path, name, _GIVEN_UP.get(failed.reason, DeckProblem.DAMAGED), campaign)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot deck", description="检查申报报告（演示文稿）")
    actions = parser.add_subparsers(dest="action", required=True)
    check = actions.add_parser("check", help="逐个检查文件")
    check.add_argument("files", nargs="+", metavar="FILE", help="演示文稿（.pptx .ppt .ppsx .pps .dps …）")
    check.add_argument("--json", action="store_true", help="每个文件输出一行JSON")
    return parser


def _print(workers: Workers, name: str, as_json: bool, stdout: TextIO, campaign: Campaign) -> bool:
    """Print the report on one file; False if there is none to read."""
    path = Path(name)
    try:
        report = checked(workers, path, path.name, campaign)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        message = "没有找到这个文件，请核对文件名和路径。" if missing else "文件不能读取，请核对权限。"
        code = "not_found" if missing else "unreadable"
        line = {"file": name, "error": {"code": code, "message": message}}
        print(_json(line) if as_json else f"{name}\n{message}", file=stdout, flush=True)
        return False
    if as_json:
        print(_json(report_json(report, name)), file=stdout, flush=True)
    else:
        print(
            "\n".join([name, *(f"  {line}" for line in deck_lines(report, campaign))]),
            file=stdout,
            flush=True,
        )
    return True


def _json(value: object) -> str:
    """One line of JSON; half characters, which UTF-8 cannot hold, are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)
