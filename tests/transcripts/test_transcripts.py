"""Runs the golden chats of this folder through the pure engine.

A chat is a text file. `# …` is a comment; `@ 2019-07-26T00:00+08:00` sets the clock; `> …` is a message of
u1, `u2> …` of another person, `> <image>` one that is not text. What follows must hold for that message:

    < 已记下…          a line that the replies hold, in this order; a final … matches any rest of the line
    = leader draft      the field asked ("-" for none), the status, then error codes
    ! Revise Move       the effects, in this order ("! -" for none)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from bot.model.message import Kind
from tests.fakes.conversation import Chat, said

FOLDER = Path(__file__).parent
CHATS = sorted(FOLDER.glob("*.chat"))
_MESSAGE = re.compile(r"(?:(?P<user>u\d)(?:\((?P<name>[^)]+)\))?)?> ?(?P<text>.*)")


@dataclass
class Turn:
    """One message and what must hold after it."""

    line: int
    user: str
    name: str
    text: str
    replies: list[str] = field(default_factory=list)
    state: str | None = None
    effects: str | None = None
    at: datetime | None = None


def read(path: Path) -> list[Turn]:
    """The turns of a chat; a line that is none of the known kinds is an error."""
    turns: list[Turn] = []
    at: datetime | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if message := _MESSAGE.fullmatch(line):
            turns.append(Turn(number, message["user"] or "u1", message["name"] or "", message["text"], at=at))
            at = None
        elif line.startswith("@ "):
            at = datetime.fromisoformat(line[2:])
        elif line.startswith("< "):
            turns[-1].replies.append(line[2:])
        elif line.startswith("= "):
            turns[-1].state = line[2:]
        elif line.startswith("! "):
            turns[-1].effects = line[2:]
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"{path.name}:{number}: {line!r} is no line of a chat")
    return turns


def missed(expected: list[str], shown: list[str]) -> list[str]:
    """The expected lines that do not come, in order, among those shown."""
    position, left = 0, []
    for wanted in expected:
        pattern = re.escape(wanted.removesuffix("…")) + (".*" if wanted.endswith("…") else "")
        found = (at for at in range(position, len(shown)) if re.fullmatch(pattern, shown[at]))
        at = next(found, None)
        if at is None:
            left.append(wanted)
        else:
            position = at + 1
    return left


@pytest.mark.parametrize("path", CHATS, ids=lambda path: path.stem)
def test_chat_goes_as_written(path: Path) -> None:
    chat = Chat()
    for turn in read(path):
        chat.now = turn.at or chat.now
        kind = re.fullmatch(r"<([a-z]+)>", turn.text)
        text = turn.text.replace("\\n", "\n")
        outcome = chat.say("" if kind else text, turn.user, Kind(kind[1]) if kind else Kind.TEXT, turn.name)
        where = f"{path.name}:{turn.line}"
        shown = said(outcome)
        assert missed(turn.replies, shown.split("\n")) == [], f"{where}\n{shown}"
        if turn.state is not None:
            state = " ".join([outcome.asking or "-", outcome.status, *outcome.errors])
            assert state == turn.state, f"{where}\n{shown}"
        if turn.effects is not None:
            effects = " ".join(type(effect).__name__ for effect in chat.done) or "-"
            assert effects == turn.effects, where


def test_there_are_chats() -> None:
    assert len(CHATS) >= 5


def test_line_missing_or_out_of_order_is_found() -> None:
    assert missed(["一…", "二"], ["一二三", "二"]) == []
    assert missed(["二", "一…"], ["一二三", "二"]) == ["一…"]
    assert missed(["一"], ["一二三"]) == ["一"]
