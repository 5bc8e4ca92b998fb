"""`python -m bot score [FILE|-] [--rules] [--json]`: findings as JSON in, the score sheet as JSON out.

Exit status: 0 a sheet or the rules were printed, 1 the input was refused (an error object on stdout),
2 wrong usage. Needs no settings, database or network.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from bot.review.scoring import ScoreError, parse_findings, rules_table, score, sheet_as_dict
from config.campaign import Campaign, Standard


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO, campaign: Campaign) -> int:
    """Runs the command with the arguments after `score`; returns its exit status."""
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as stopped:
        return int(stopped.code or 0)
    if arguments.rules:
        stdout.write(_rules(campaign.standard, arguments.json))
        return 0
    try:
        sheet = score(campaign.standard, parse_findings(_load(arguments.file, stdin)))
    except ScoreError as error:
        _print(stdout, {"error": {"code": error.code, "message": error.message}})
        return 1
    _print(stdout, sheet_as_dict(sheet))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot score", description="按验收标准计算得分")
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="JSON文件，- 为标准输入")
    parser.add_argument("--rules", action="store_true", help="列出全部扣分规则及通知原文")
    parser.add_argument("--json", action="store_true", help="规则以JSON输出（得分总是JSON）")
    return parser


def _load(name: str, stdin: TextIO) -> object:
    """The decoded JSON of a file or of stdin; ScoreError when there is none."""
    try:
        text = stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        source = "标准输入" if name == "-" else name
        raise ScoreError("unreadable", f"无法读取{source}，请核对文件名和编码（UTF-8）") from error
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ScoreError("bad_json", "输入内容应为有效的JSON") from error
    return value


def _rules(standard: Standard, as_json: bool) -> str:
    rows = rules_table(standard)
    if as_json:
        return json.dumps(rows, ensure_ascii=False) + "\n"
    return "".join(f"{row['item']} {row['rule']} {_effect(row)} {row['words']}\n" for row in rows)


def _effect(row: dict[str, object]) -> str:
    if row["veto"]:
        return "一票否决"
    times = "一次" if row["whole"] else "每个"
    return f"{times}扣{row['points']}分" + ("（经核实）" if row["verified"] else "")


def _print(stdout: TextIO, value: object) -> None:
    stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
