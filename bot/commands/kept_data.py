"""`python -m bot export` and `purge`: all that is kept of one application, written out or deleted."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from bot.ports import StorageUnavailable
from config.load import campaign_folder, load_campaign
from config.settings import Settings
from storage.database import Database, open_database
from storage.export import export_application, purge_application
from storage.files import DiskFiles
from storage.schema import schema_state

_Work = Callable[[Database, DiskFiles], object]


def export(arguments: Sequence[str], settings: Settings, stdout: TextIO, stderr: TextIO) -> int:
    """Print the path of the file written; 1 if there is no such application."""
    parser = argparse.ArgumentParser(prog="python -m bot export")
    parser.add_argument("application", help="id, number or receipt number")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR")
    options = parser.parse_args(list(arguments))
    return _print(
        settings,
        stdout,
        stderr,
        lambda database, files: export_application(database, files, options.application, options.out),
    )


def purge(arguments: Sequence[str], settings: Settings, stdout: TextIO, stderr: TextIO) -> int:
    """Print the id of the application deleted; 1 if there is no such application."""
    parser = argparse.ArgumentParser(prog="python -m bot purge")
    parser.add_argument("application", help="id, number or receipt number")
    parser.add_argument("--yes", action="store_true", required=True, help="it cannot be undone")
    options = parser.parse_args(list(arguments))
    now = datetime.now(UTC)
    return _print(
        settings,
        stdout,
        stderr,
        lambda database, files: purge_application(database, files, options.application, now),
    )


def _print(settings: Settings, stdout: TextIO, stderr: TextIO, work: _Work) -> int:
    url = settings.database_url.get_secret_value()
    try:
        if schema_state(url) != "current":
            print("数据库还没有建立或结构不是最新，请先运行：python -m bot migrate", file=stderr)
            return 1
        database = open_database(url, load_campaign(campaign_folder(settings.campaign)).id)
        try:
            print(work(database, DiskFiles(settings.files_dir)), file=stdout)
        finally:
            database.close()
    except KeyError:
        print("没有找到这份申报，或它的文件已不在库中。请用申报编号、回执号或内部编号。", file=stderr)
        return 1
    except (StorageUnavailable, OSError) as error:
        print(f"没有完成（{type(error).__name__}），请检查 BOT_DATABASE_URL 和磁盘。", file=stderr)
        return 1
    return 0
