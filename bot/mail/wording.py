"""The campaign's phrases, and how moments, sizes and other people's words stand in them. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from bot.model.spoken import spoken_date, spoken_time
from config.campaign import Campaign

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_LONGEST_NAME = 80
_LONGEST_SUBJECT = 100
_REPLY = re.compile(
    r"(?:\s*(?:re|fw|fwd|回复|答复|转发)\s*[:：]\s*|\s*\[[0-9]{4}-[0-9]{3,5}(?:-[0-9]{1,3})?\]\s*)+", re.I
)
_TAG = re.compile(r"\s*\[[0-9]{4}-[0-9]{3,5}(?:-[0-9]{1,3})?\]")


class Wording:
    """Says things in one campaign's words and zone."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign

    def phrase(self, key: str, **facts: object) -> str:
        return self.campaign.phrases[key].format_map(facts)

    def moment(self, at: datetime) -> str:
        """7月16日10:42."""
        return spoken_time(at.astimezone(self.campaign.zone))

    def day(self, at: datetime) -> str:
        """7月16日."""
        return spoken_date(at.astimezone(self.campaign.zone))


def is_returned(campaign: Campaign, stage: str) -> bool:
    """Whether an application in this stage was sent back to be mended."""
    return any(arrow.target == stage and arrow.action == "return" for arrow in campaign.arrows)


def size(count: int) -> str:
    """A number of bytes as people read it: 812 B, 35 KB, 1.7 MB."""
    if count < 1024:
        return f"{count} B"
    if count < 1024 * 1000:
        return f"{count / 1024:.0f} KB"
    return f"{count / 1024 / 1024:.1f} MB"


def shown(text: str, longest: int = _LONGEST_NAME) -> str:
    """Somebody else's words (a file name, a subject) on one line, without what cannot be seen, not too long."""
    plain = _UNSEEN.sub(" ", text).strip()
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def bare_subject(subject: str) -> str:
    """A subject without the marks that replies and we put there."""
    plain = shown(subject, 4 * _LONGEST_SUBJECT)
    found = _REPLY.match(plain)
    plain = _TAG.sub("", plain[found.end() :] if found else plain).strip()
    return shown(plain, _LONGEST_SUBJECT)
