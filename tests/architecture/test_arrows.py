"""Imports point one way: config ← bot ← storage, handlers; only the composition root sees all four rooms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.architecture.imports import calls, cycle, graph, imported, module_name, sources, target

ROOT = Path(__file__).parents[2]

MAY_IMPORT = {
    "config": {"config"},
    "bot": {"bot", "config"},
    "storage": {"storage", "bot", "config"},
    "handlers": {"handlers", "bot", "config"},
}

OURS = {*MAY_IMPORT, "bench", "tests", "tools"}

COMPOSITION_ROOT = (
    "bot/__main__.py",
    "bot/app.py",
    "bot/app_console.py",
    "bot/app_health.py",
    "bot/app_mail.py",
    "bot/app_pages.py",
    "bot/app_wecom.py",
    "bot/commands/",
)
"""What puts the parts together and may see all four rooms. Nothing else of ours imports it."""

PURE = (
    "bot/model/",
    "bot/dialogue/",
    "bot/knowledge/",
    "bot/review/",
    "bot/documents/",
    "bot/mail/",
    "bot/reminders/",
    "bot/campaign_edits/",
    "bot/results/marks.py",
    "bot/results/review_sheet.py",
    "bot/results/window.py",
    "bot/sheets/content_json.py",
    "bot/sheets/drawing.py",
    "bot/sheets/judging.py",
    "bot/sheets/read_entries.py",
    "bot/sheets/signing.py",
    "bot/sheets/snapshot.py",
    "bot/sheets/tally.py",
    "bot/sheets/views.py",
    "bot/staff/dates_words.py",
    "bot/staff/dossier.py",
    "bot/staff/results_orders.py",
    "bot/staff/results_words.py",
    "bot/staff/visit_words.py",
    "bot/visits/conflicts.py",
    "bot/visits/ics.py",
    "bot/visits/route.py",
    "bot/visits/schedule_rows.py",
    "bot/visits/when.py",
    "bot/visits/wording.py",
    "handlers/mail/automatic.py",
    "handlers/mail/bounces.py",
    "handlers/mail/charsets.py",
    "handlers/mail/headers.py",
    "handlers/mail/lines.py",
    "handlers/mail/linked_file.py",
    "handlers/mail/link_hosts.py",
    "handlers/mail/links.py",
    "handlers/mail/markup.py",
    "handlers/mail/mime_addresses.py",
    "handlers/mail/names.py",
    "handlers/mail/quotes.py",
    "handlers/mail/sender.py",
    "handlers/mail/shares.py",
    "handlers/mail/trust.py",
    "handlers/wecom/text.py",
)
"""Files and folders that decide: values in, values out. Their `*_command.py` are the exception, the command
line of the same part."""

IMPURE = {
    "aiohttp", "aiosmtplib", "apscheduler", "asyncio", "logging", "os", "random", "secrets", "socket",
    "sqlalchemy", "sqlite3", "sqlmodel", "structlog", "subprocess", "threading", "time", "wechatpy",
}  # fmt: skip
"""What a pure file never imports: waiting, the clock, chance, the network, the database, logs."""

BEHIND = {
    "alembic": "storage/",
    "sqlalchemy": "storage/",
    "sqlmodel": "storage/",
    "wechatpy": "handlers/wecom/",
}
"""Library → the one folder that may import it."""

CLOCK_AND_CHANCE = frozenset({"now", "utcnow", "today", "uuid1", "uuid4"})


def is_pure(path: str) -> bool:
    return path.startswith(PURE) and not path.endswith("_command.py")


def wrong_arrows(files: Mapping[str, str]) -> Iterator[str]:
    """`FILE imports MODULE` for every import against the arrows."""
    roots = {module_name(path) for path in COMPOSITION_ROOT if path.endswith(".py")} | {"bot.commands"}
    modules = {module_name(path): path for path in files} | dict.fromkeys(roots, "")
    for path, text in files.items():
        if path.startswith(COMPOSITION_ROOT):
            continue
        for name in sorted(imported(path, text)):
            room = name.partition(".")[0]
            outside = room in OURS and room not in MAY_IMPORT[path.partition("/")[0]]
            found = target(name, modules) or ""
            if outside or found in roots or found.startswith("bot.commands."):
                yield f"{path} imports {name}"


def impurities(files: Mapping[str, str]) -> Iterator[str]:
    """`FILE imports MODULE` or `FILE:LINE: CALL()` for whatever makes a pure file impure."""
    paths = {module_name(path): path for path in files}
    for path, text in files.items():
        if not is_pure(path):
            continue
        for name in sorted(imported(path, text)):
            ours = target(name, paths)
            impure_neighbour = (
                ours is not None and not paths[ours].startswith("config/") and not is_pure(paths[ours])
            )
            if name.partition(".")[0] in IMPURE or impure_neighbour:
                yield f"{path} imports {name}"
        for call in calls(path, text, CLOCK_AND_CHANCE):
            yield f"{path}:{call}"


def strays(files: Mapping[str, str]) -> Iterator[str]:
    """`FILE imports NAME` for every library imported outside the folder it stays behind."""
    for path, text in files.items():
        for name in sorted(imported(path, text)):
            if not path.startswith(BEHIND.get(name.partition(".")[0], "")):
                yield f"{path} imports {name}"


def test_rooms_import_only_what_their_arrow_allows() -> None:
    assert list(wrong_arrows(sources(ROOT))) == []


def test_pure_files_neither_wait_nor_ask_the_time_nor_touch_the_world() -> None:
    assert list(impurities(sources(ROOT))) == []


def test_libraries_stay_behind_their_adapter() -> None:
    assert list(strays(sources(ROOT))) == []


def test_library_outside_its_adapter_is_found() -> None:
    files = {"handlers/web.py": "import wechatpy.enterprise", "storage/writer.py": "import sqlite3, sqlmodel"}
    assert list(strays(files)) == ["handlers/web.py imports wechatpy.enterprise"]


def test_modules_import_each_other_without_a_cycle() -> None:
    assert cycle(graph(sources(ROOT))) == []


def test_named_files_and_folders_exist() -> None:
    assert [name for name in (*PURE, *COMPOSITION_ROOT) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("config/campaign.py", "import bot.model", ["config/campaign.py imports bot.model"]),
        ("bot/work/turn.py", "def f():\n    from storage import x", ["bot/work/turn.py imports storage.x"]),
        (
            "storage/writer.py",
            "from handlers.wecom import send",
            ["storage/writer.py imports handlers.wecom.send"],
        ),
        ("handlers/web.py", "import storage", ["handlers/web.py imports storage"]),
        ("handlers/web.py", "from tests.fakes import x", ["handlers/web.py imports tests.fakes.x"]),
        ("handlers/web.py", "from bot.app import build", ["handlers/web.py imports bot.app.build"]),
        ("handlers/web.py", "from bot import app", ["handlers/web.py imports bot.app"]),
        ("bot/work/turn.py", "from .. import app", ["bot/work/turn.py imports bot.app"]),
        ("bot/app.py", "import storage, handlers", []),
        ("storage/writer.py", "from bot.model import message\nimport config\nimport asyncio", []),
    ],
)
def test_arrow_against_the_rule_is_found(path: str, text: str, found: list[str]) -> None:
    assert list(wrong_arrows({path: text})) == found


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("bot/dialogue/engine.py", "import os.path", ["bot/dialogue/engine.py imports os.path"]),
        ("bot/review/scoring.py", "from asyncio import Lock", ["bot/review/scoring.py imports asyncio.Lock"]),
        ("bot/dialogue/engine.py", "\nt = datetime.now(UTC)", ["bot/dialogue/engine.py:2: now()"]),
        ("bot/dialogue/engine.py", "from bot.clock import f", ["bot/dialogue/engine.py imports bot.clock.f"]),
        ("bot/knowledge/ask_command.py", "import os, time", []),
        ("bot/clock.py", "import time\ntime.time()", []),
        ("bot/dialogue/engine.py", "from config.campaign import Campaign\nseen = world.now", []),
    ],
)
def test_impurity_is_found(path: str, text: str, found: list[str]) -> None:
    others = {"bot/clock.py": "", "config/campaign.py": ""}
    assert list(impurities({**others, path: text})) == found


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (
            {"bot/a.py": "from bot import b", "bot/b.py": "def f():\n    from .a import g"},
            ["bot.a", "bot.b", "bot.a"],
        ),
        ({"bot/a.py": "import bot.b", "bot/b.py": "import bot.c", "bot/c.py": "import aiohttp"}, []),
        ({"bot/a.py": "import bot.b\nimport bot.c", "bot/b.py": "import bot.c", "bot/c.py": ""}, []),
    ],
)
def test_cycle_is_found(files: dict[str, str], found: list[str]) -> None:
    assert cycle(graph(files)) == found
