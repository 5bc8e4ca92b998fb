"""WeCom as a part of the service: its client and the app's menu. Part of the composition root."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp

from bot.model.message import Inbound
from bot.ports import Writer
from config.settings import Settings
from handlers.wecom.client import WeComClient
from handlers.wecom.menu import MenuItem
from handlers.wecom.oauth import member_name
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


class Names:
    """Callbacks bring no names: a new member's is asked for, once, beside the turn."""

    def __init__(self, client: WeComClient, writer: Writer, begin: Callable[[object], None]) -> None:
        self._client = client
        self._writer = writer
        self._begin = begin
        self._asked: set[str] = set()

    def learn(self, inbound: Inbound) -> None:
        """Ask for the sender's name, unless that was done."""
        if inbound.sender in self._asked:
            return
        if len(self._asked) > 10_000:
            self._asked.clear()
        self._asked.add(inbound.sender)
        self._begin(self._fetch(inbound))

    async def _fetch(self, inbound: Inbound) -> None:
        name = await member_name(self._client, inbound.sender)
        if not name:
            self._asked.discard(inbound.sender)  # asked again with the next message
            return
        await self._writer.run(
            lambda store: store.visitor(inbound.channel, inbound.sender, name, inbound.arrived_at)
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
