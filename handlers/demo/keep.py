"""What was said in the demo's chats, kept from one run to the next."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Any

from handlers.demo.platform import Member, Platform
from handlers.demo.platform_shapes import StoredMedia


def dump(platform: Platform) -> dict[str, Any]:
    """Members, messages and files, as JSON can hold them."""
    return {
        "members": [asdict(member) for member in platform.members.values()],
        "messages": {userid: platform.messages(userid) for userid in platform.members},
        "media": [
            asdict(media) | {"content": base64.b64encode(media.content).decode()}
            for media in platform.media.values()
        ],
    }


def restore(platform: Platform, kept: dict[str, Any]) -> None:
    """Put back what `dump` gave, into a platform nobody has used yet."""
    for member in kept["members"]:
        platform.members[member["userid"]] = Member(**member)
    for media in kept["media"]:
        content = base64.b64decode(media["content"])
        platform.media[media["media_id"]] = StoredMedia(**(media | {"content": content}))
    messages = [(userid, message) for userid, chat in kept["messages"].items() for message in chat]
    for userid, message in sorted(messages, key=lambda pair: pair[1]["id"]):
        platform.show(userid, message)
