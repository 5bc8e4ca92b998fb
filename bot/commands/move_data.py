"""`python -m bot move-data --to URL`: everything into another database, verified. Stop the service first."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TextIO

from bot.ports import StorageUnavailable
from config.addresses import database_url
from config.settings import Settings
from storage.move_data import MoveRefused, move_data


def run(arguments: Sequence[str], settings: Settings, stdout: TextIO, stderr: TextIO) -> int:
    """A line per table with the rows copied; 1 if nothing was copied, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m bot move-data")
    parser.add_argument("--to", required=True, metavar="URL", help="an empty database")
    given = parser.parse_args(list(arguments)).to
    try:
        target = database_url(given)
    except ValueError as error:
        print(f"--to: {error}", file=stderr)
        return 2
    try:
        counts = move_data(settings.database_url.get_secret_value(), target)
    except MoveRefused as refused:
        print(f"没有搬移：{refused}", file=stderr)
        return 1
    except (StorageUnavailable, OSError) as error:
        print(f"没有搬移：数据库打不开（{type(error).__name__}），请检查两个地址。", file=stderr)
        return 1
    for table, count in counts.items():
        print(f"{table}：{count} 行", file=stdout)
    return 0
