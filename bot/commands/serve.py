"""`python -m bot serve`: the service in the foreground, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import sys
from collections.abc import Sequence

from aiohttp import web

from bot.app import Role, Service, build
from bot.logs import configure
from bot.ports import StorageUnavailable
from config.load import lies_in_the_past
from config.settings import Settings
from storage.schema import migrate, schema_state

STOP_SECONDS = 6.0  # of the 10 a stop may take, for requests under way


def run(arguments: Sequence[str], settings: Settings) -> int:
    """Serve until told to stop. 2 if the address or the database do not allow it."""
    parser = argparse.ArgumentParser(prog="python -m bot serve")
    parser.add_argument("--role", choices=("all", "web", "worker"), default="all")
    role: Role = parser.parse_args(list(arguments)).role
    if settings.files_url is not None:
        print("BOT_FILES_URL: 本程序把文件存放在 BOT_FILES_DIR，请去掉此项设置", file=sys.stderr)
        return 2
    configure(settings.log_level)
    if not prepare_database(settings):
        return 2
    service = build(settings, role)
    if lies_in_the_past(service.campaign, service.clock.now()):
        past = f"活动“{service.campaign.title}”已全部在过去（{service.campaign.ends}结束）"
        print(f"提示：{past}。", file=sys.stderr)
    return 0 if asyncio.run(serve(service)) else 2


def prepare_database(settings: Settings, migrates: tuple[str, ...] = ("empty",)) -> bool:
    """Migrate a database in one of the states `migrates`; refuse one that cannot be used and say what to do."""
    url = settings.database_url.get_secret_value()
    try:
        state = schema_state(url)
        if state in migrates:
            migrate(url)
            state = "current"
    except (StorageUnavailable, OSError) as error:
        cause = type(error).__name__
        print(f"数据库打不开（{cause}），请检查 BOT_DATABASE_URL、数据库服务和磁盘。", file=sys.stderr)
        return False
    if state == "older":
        print("数据库结构较旧，请先运行：python -m bot migrate", file=sys.stderr)
    elif state == "newer":
        print("数据库由更新版本的程序建立，请使用该版本或更新的程序。", file=sys.stderr)
    return state == "current"


async def serve(service: Service, announce: str = "") -> bool:
    """Run the service on its address until SIGTERM or SIGINT, then stop it gracefully.

    False if it cannot listen there.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    runner = web.AppRunner(service.web, access_log=None, handle_signals=False, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    await service.start()
    address = service.settings.listen_address
    try:
        if not await _listens(web.TCPSite(runner, address.host, address.port)):
            where = f"{address.host}:{address.port}"
            print(f"无法监听 {where}，请检查 BOT_LISTEN，或停用占用它的程序。", file=sys.stderr)
            return False
        print(announce or f"服务已启动：http://{address.host}:{address.port}", file=sys.stderr, flush=True)
        service.work()
        # what has been loaded stays: a full collection over it would hold everybody up for a tenth of a second
        gc.collect()
        gc.freeze()
        gc.enable()
        await service.offer_menu()
        await stopping.wait()
    finally:
        await service.rest()
        await runner.cleanup()
        await service.stop()
    return True


async def _listens(site: web.TCPSite) -> bool:
    try:
        await site.start()
    except OSError:
        return False
    return True
