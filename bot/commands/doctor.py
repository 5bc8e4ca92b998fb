"""`python -m bot doctor`: a line per check of this deployment, with what to do where something is wrong."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TextIO

import aiohttp
import aiosmtplib
from yarl import URL

from bot.app_wecom import wecom_client
from bot.ports import StorageUnavailable
from bot.work.mailbox import FolderTrouble, MailboxTrouble
from config.load import campaign_folder, lies_in_the_past, load_campaign
from config.settings import Settings
from handlers.mail.imap import ImapBox
from handlers.wecom.errcodes import WeComFailure
from storage.database import open_database
from storage.schema import migrate_engine, schema_state
from storage.shared_cache import DatabaseCache

GOOD = "正常"
DISK_LEAST = 1 << 30  # bytes
_HERE = frozenset({"127.0.0.1", "localhost", "::1", "0.0.0.0", "::"})


def run(settings: Settings, stdout: TextIO) -> int:
    """Every check, a line each; 0 if all is well, else 1."""
    lines = checks(settings)
    for name, state in lines:
        print(f"{name}：{state}", file=stdout, flush=True)
    return 0 if all(state.startswith((GOOD, "未设置", "提示")) for _, state in lines) else 1


def checks(settings: Settings) -> list[tuple[str, str]]:
    """What was checked and what was found. Blocking; not from within an event loop's own thread."""
    return list(_checks(settings))


def _checks(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "设置", _values(settings)
    yield "活动", _guard(lambda: _campaign(settings))
    yield "数据库", _guard(lambda: _database(settings))
    yield "磁盘", _guard(lambda: _disk(settings))
    yield "时钟", _clock(settings)
    yield "企业微信", _guard(lambda: asyncio.run(_wecom(settings)))
    yield "发信", _guard(lambda: asyncio.run(_outgoing_mail(settings)))
    yield "收信", _guard(lambda: _incoming_mail(settings))
    yield "字体", _fonts()


def _guard(check: Callable[[], str]) -> str:
    """A check that breaks is a finding, not a stack trace."""
    try:
        return check()
    except Exception as error:
        return f"检查没有完成（{type(error).__name__}）：{error}"


def _values(settings: Settings) -> str:
    if not settings.secret_key:
        return "缺少 BOT_SECRET_KEY，正式运行前请设置一段随机的长字符串"
    if settings.wecom_on and URL(settings.public_url).host in _HERE:
        url = settings.public_url
        return f"提示：发给成员的页面地址以 {url} 开头，在别的设备上打不开，请设置 BOT_PUBLIC_URL"
    return GOOD


def _campaign(settings: Settings) -> str:
    campaign = load_campaign(campaign_folder(settings.campaign))
    if lies_in_the_past(campaign, settings.clock or datetime.now(UTC)):
        return f"提示：活动已全部在过去（{campaign.ends}结束），演练请设置 BOT_CLOCK"
    return f"{GOOD}，{campaign.title}"


def _database(settings: Settings) -> str:
    try:
        state = schema_state(settings.database_url.get_secret_value())
    except StorageUnavailable:
        return "打不开，请检查 BOT_DATABASE_URL、数据库服务、文件权限和磁盘"
    return {
        "current": GOOD,
        "empty": f"{GOOD}，尚无数据，启动时自动建立",
        "older": "结构较旧，请运行 python -m bot migrate",
        "newer": "由更新版本的程序建立，请使用该版本或更新的程序",
    }[state]


def _disk(settings: Settings) -> str:
    folder = settings.files_dir
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(b"probe")
    free = shutil.disk_usage(folder).free
    if free < DISK_LEAST:
        return f"剩余空间不足（{free >> 20} MB），请清理磁盘或更换 BOT_FILES_DIR"
    return f"{GOOD}，剩余 {free >> 30} GB"


def _clock(settings: Settings) -> str:
    if settings.clock is None:
        return f"{GOOD}，使用真实时间 {time.strftime('%Y-%m-%d %H:%M %z')}"
    return f"{GOOD}，活动时钟从 {settings.clock.isoformat()} 开始（只在数据库首次使用时生效）"


async def _wecom(settings: Settings) -> str:
    if not settings.wecom_on:
        return "未设置（BOT_WECOM__*），企业微信不启用"
    # a database of its own: the service's may not exist yet, and a check leaves no trace in it
    database = open_database("sqlite://", settings.campaign)
    migrate_engine(database.engine)
    try:
        async with aiohttp.ClientSession() as session:
            await wecom_client(settings, DatabaseCache(database), session).get("getcallbackip")
    except WeComFailure as failed:
        delivery = failed.delivery()
        return delivery.alarm or delivery.error
    finally:
        database.close()
    return f"{GOOD}，凭证有效，本机IP可以调用接口"


_NO_MAIL = "未设置（BOT_MAIL__*），不收发邮件"


def _incoming_mail(settings: Settings) -> str:
    if not settings.mail_on:
        return _NO_MAIL
    box = ImapBox(settings.mail.imap, settings.mail.address or "", settings.mail.folders)
    try:
        box.connect()
        folders = box.folders()
        for folder in folders:
            box.open(folder, 1)
    except MailboxTrouble as trouble:
        return trouble.text
    except FolderTrouble as trouble:
        return f"有文件夹打不开（{trouble}），请核对 BOT_MAIL__FOLDERS"
    finally:
        box.close()
    return f"{GOOD}，读取 {'、'.join(folder.name for folder in folders)}"


async def _outgoing_mail(settings: Settings) -> str:
    if not settings.mail_on:
        return _NO_MAIL
    server = settings.mail.smtp
    client = aiosmtplib.SMTP(
        hostname=server.host, port=server.port, use_tls=server.tls, start_tls=None if server.tls else False
    )
    try:
        async with client:
            if server.user:
                await client.login(server.user, server.code)
    except aiosmtplib.SMTPAuthenticationError:
        return "登录被拒绝，请在邮箱网页设置中确认授权码有效、SMTP服务已开启"
    except (aiosmtplib.SMTPException, OSError) as error:
        return f"连不上发信服务器（{type(error).__name__}），请检查 BOT_MAIL__SMTP_URL 和网络"
    return f"{GOOD}，可以登录发信服务器"


def _fonts() -> str:
    listed = shutil.which("fc-list")
    if listed is None:
        return "提示：没有 fc-list，无法检查；申报表以 .docx 交付，由单位电脑上的仿宋字体显示"
    found = subprocess.run([listed, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    if "仿宋" in found.stdout or "FangSong" in found.stdout:
        return GOOD
    return "提示：本机没有仿宋字体；申报表以 .docx 交付，由单位电脑上的仿宋字体显示"
