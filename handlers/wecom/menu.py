"""The app's menu (自定义菜单, path/90231): items that say words, or open a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers.wecom.client import WeComClient
from handlers.wecom.parse import SAYS

TOP_ITEMS = 3
ITEMS_BELOW = 5
TOP_NAME = 16  # bytes: five Chinese characters
NAME_BELOW = 40  # bytes
KEY = 128  # bytes


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One item: it says `says`, or opens `url`, or holds `items` (one level deep)."""

    name: str
    says: str = ""
    url: str = ""
    items: tuple[MenuItem, ...] = ()


def menu_json(items: Sequence[MenuItem]) -> dict[str, Any]:
    """The body of menu/create; ValueError naming the item that breaks one of WeCom's limits."""
    if not 1 <= len(items) <= TOP_ITEMS:
        raise ValueError(f"a menu has 1 to {TOP_ITEMS} items, not {len(items)}")
    return {"button": [_item(item, TOP_NAME) for item in items]}


async def upload_menu(client: WeComClient, items: Sequence[MenuItem]) -> None:
    """Replace the app's menu; WeComFailure if WeCom refuses."""
    query = {"agentid": str(client.agent_id)}
    await client.post("menu/create", menu_json(items), query, repeatable=True)


def _item(item: MenuItem, longest_name: int) -> dict[str, Any]:
    if not 0 < len(item.name.encode()) <= longest_name:
        raise ValueError(f"menu item {item.name!r}: a name has 1 to {longest_name} bytes")
    if item.items:
        if longest_name != TOP_NAME or len(item.items) > ITEMS_BELOW:
            raise ValueError(f"menu item {item.name!r}: at most {ITEMS_BELOW} items, one level deep")
        return {"name": item.name, "sub_button": [_item(below, NAME_BELOW) for below in item.items]}
    if item.url:
        return {"name": item.name, "type": "view", "url": item.url}
    key = f"{SAYS}{item.says}"
    if not item.says or len(key.encode()) > KEY:
        raise ValueError(f"menu item {item.name!r}: needs words of at most {KEY - len(SAYS)} bytes, or a url")
    return {"name": item.name, "type": "click", "key": key}
