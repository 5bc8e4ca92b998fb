"""What the demo's page gets of members and messages, as JSON."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.demo.chat_times import ChatTimes
from handlers.demo.platform import Member
from handlers.demo.platform_shapes import Message

Shown = dict[str, Any]


def shown_member(member: Member, unit: str, last: Shown | None) -> Shown:
    """A line of the list of members."""
    return {"id": member.userid, "name": member.name, "colour": member.colour, "unit": unit, "last": last}


def shown_message(message: Message, times: ChatTimes) -> Shown:
    """A message with the campaign time at which it was written."""
    # To the nearest second: the platform cuts its stamps, and 8:00 sharp must not read 7:59.
    written = times.campaign_time(message) + timedelta(milliseconds=500)
    shown: Shown = {
        "id": message["id"],
        "from": message["from"],
        "type": message["type"],
        "at": written.isoformat(timespec="seconds"),
        "text": message.get("text", ""),
    }
    if message["type"] == "card":
        shown["card"] = _shown_card(message["card"])
    if "file" in message:
        shown["file"] = message["file"]
    return shown


def _shown_card(card: dict[str, Any]) -> Shown:
    heading = card.get("main_title", {})
    return {
        "task": card["task_id"],
        "title": heading.get("title", ""),
        "text": "\n".join(text for text in (heading.get("desc"), card.get("sub_title_text")) if text),
        "buttons": [{"key": button["key"], "text": button["text"]} for button in card.get("button_list", [])],
        "replaced": card.get("replaced"),
    }
