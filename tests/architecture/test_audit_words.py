"""Whatever is written into the audit log is called by a Chinese name on the page 操作记录."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.console.audit_words import action_words
from bot.model.mail import MailOutcome
from bot.model.results import EntryKind
from bot.model.visit import AnswerKind
from bot.work.mail_history import MailAct
from config.campaign import Campaign

BOT = Path(__file__).parents[2] / "bot"
PUT_TOGETHER = [
    *(f"mail_{outcome}" for outcome in MailOutcome if outcome is not MailOutcome.NEW),
    *(f"mail_{act}" for act in MailAct),
    *(f"objection_{kind}" for kind in EntryKind),
    *(f"visit_{kind}" for kind in AnswerKind),
]


def written() -> Iterator[str]:
    """The names of acts in the code: the first argument of an entry, the second of what logs one."""
    for file in sorted(BOT.rglob("*.py")):
        prefix = "material_" if file.name == "register.py" else ""
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = {"AuditEntry": 0, "log": 1, "_log": 1}.get(name, len(node.args))
            for argument in node.args[place : place + 1]:
                said = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
                for one in said:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield prefix + one.value if name == "_log" else one.value


def test_every_act_has_its_words(campaign: Campaign) -> None:
    found = sorted({*written(), *PUT_TOGETHER})
    assert len(found) > 80
    assert [action for action in found if action_words(campaign, action) == action] == []
