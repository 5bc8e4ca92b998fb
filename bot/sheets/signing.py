"""What a signature on a sheet stands for, and which signatures hold."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.model.sheet import LeaderSigned, Line, MemberSigned, OnSiteSheet, VetoConcluded
from bot.sheets.content_json import canonical, content_as_dict, kind_of
from bot.sheets.judging import recused

_BESIDE = (LeaderSigned, MemberSigned, VetoConcluded)
"""What changes nothing of what is signed: the signatures themselves, and what the office makes of a veto."""


def digest_of(sheet: OnSiteSheet, lines: Sequence[Line]) -> str:
    """What a signature now would stand for: SHA-256 in hex over the team and all that was entered."""
    entered = [
        [line.id, line.by, kind_of(line.content), content_as_dict(line.content)]
        for line in lines
        if not isinstance(line.content, _BESIDE)
    ]
    whole = canonical([sheet.id, [member.person for member in sheet.team], entered])
    return hashlib.sha256(whole.encode()).hexdigest()


def leader_signature(sheet: OnSiteSheet, lines: Sequence[Line]) -> LeaderSigned | None:
    """The leader's signature under the sheet as it stands; anything entered since makes it void."""
    now = digest_of(sheet, lines)
    if sheet.leader in recused(lines):
        return None
    for line in reversed(lines):
        if isinstance(line.content, LeaderSigned) and line.by == sheet.leader and line.content.digest == now:
            return line.content
    return None
