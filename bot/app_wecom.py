"""WeCom as a part of the service: its client and the app's menu. Part of the composition root."""

from __future__ import annotations

import aiohttp

from config.settings import Settings
from handlers.wecom.client import WeComClient
from handlers.wecom.menu import MenuItem
from storage.shared_cache import DatabaseCache

MENU = (
    MenuItem("我要申报", says="我要申报"),
    MenuItem("进度", says="进度"),
    MenuItem(
        "更多",
        items=(
            MenuItem("预览", says="预览"),
            MenuItem("打印申报表", says="打印"),
            MenuItem("自查", says="自查"),
            MenuItem("我的页面", says="我的页面"),
            MenuItem("帮助", says="帮助"),
        ),
    ),
)


def wecom_client(settings: Settings, cache: DatabaseCache, session: aiohttp.ClientSession) -> WeComClient:
    """The client of the settings; ValueError if WeCom is not set up."""
    wecom = settings.wecom
    if wecom.secret is None or wecom.corp_id is None or wecom.agent_id is None:
        raise ValueError("WeCom is not set up")
    return WeComClient(
        api_base=wecom.api_base,
        corp_id=wecom.corp_id,
        agent_id=wecom.agent_id,
        secret=wecom.secret.get_secret_value(),
        cache=cache,
        session=session,
        ca_file=str(wecom.ca_file) if wecom.ca_file else None,
        proxy=wecom.proxy.get_secret_value() if wecom.proxy else None,
    )
