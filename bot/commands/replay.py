"""`python -m bot replay`: the dialogue on stdin and stdout, one JSON object a line (dialogue page §1–§3)."""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from bot.dialogue.understand import Labels
from bot.knowledge.answer import Knowledge
from bot.model.message import Channel, Inbound, Kind
from bot.ports import Store
from bot.work.turn import Clerk, look, receive
from config.campaign import Campaign
from storage.database import open_database
from storage.schema import migrate
from storage.writer import ThreadWriter

_BAD_LINE = "这一行不是一条可读的消息：需要一个 JSON 对象，含 user、text（字符串）和带时区的 at。"

_SURROGATE = re.compile("[\ud800-\udfff]")
_KINDS = {kind.value: kind for kind in Kind}


def make_clerk(campaign: Campaign) -> Clerk:
    """What all turns share, with real ids and the machine's clock."""
    return Clerk(
        campaign,
        Labels(campaign.form),
        Knowledge(campaign),
        lambda: secrets.token_hex(8),
        lambda: datetime.now(UTC),
    )


def run(stdin: TextIO, stdout: TextIO, campaign: Campaign) -> int:
    """Answer every line until the end of input. State lives in $REPLAY_STATE_DIR, else it is temporary."""
    folder = os.environ.get("REPLAY_STATE_DIR")
    if folder:
        return _serve(Path(folder), stdin, stdout, campaign)
    with tempfile.TemporaryDirectory(prefix="replay-") as temporary:
        return _serve(Path(temporary), stdin, stdout, campaign)


def _serve(folder: Path, stdin: TextIO, stdout: TextIO, campaign: Campaign) -> int:
    url = f"sqlite:///{folder / 'replay.db'}"
    migrate(url)
    database = open_database(url, campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    clerk = make_clerk(campaign)
    try:
        for line in stdin:
            if line.strip():
                answer = _answer(clerk, writer, line)
                print(json.dumps(answer, ensure_ascii=False), file=stdout, flush=True)
    finally:
        writer.stop()
        database.close()
    return 0


def _answer(clerk: Clerk, writer: ThreadWriter, line: str) -> dict[str, Any]:
    inbound = _read(line)
    if inbound is None:
        bad = ["bad_input"]
        return {"replies": [_BAD_LINE], "asking": None, "form": {}, "status": "none", "errors": bad}

    def turn(store: Store) -> dict[str, Any]:
        answer = receive(clerk, store, inbound)
        outcome = answer.outcome or look(clerk, store, inbound)
        return {
            "replies": list(answer.texts),
            "asking": outcome.asking,
            "form": dict(outcome.form),
            "status": outcome.status,
            "errors": [] if answer.repeated else list(outcome.errors),
        }

    return writer.run_blocking(turn)


def _read(line: str) -> Inbound | None:
    try:
        data = json.loads(line)
        user, text, at = data["user"], data["text"], datetime.fromisoformat(data["at"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        print(f"replay: a line could not be read: {type(error).__name__}", file=sys.stderr)
        return None
    if not isinstance(user, str) or not isinstance(text, str) or at.tzinfo is None:
        return None
    text = _SURROGATE.sub("\ufffd", text)  # half a character: no database and no output takes it
    kind = data.get("type") or "text"
    message_id, name = data.get("msg_id"), data.get("name")
    return Inbound(
        Channel.REPLAY,
        user,
        _KINDS.get(str(kind), Kind.UNKNOWN),
        text,
        at,
        key=None if message_id is None else f"replay:{user}:{message_id}",
        name=name if isinstance(name, str) else "",
    )
