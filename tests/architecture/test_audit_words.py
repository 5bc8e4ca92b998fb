"""Whatever is written into the audit log is called by a Chinese name on the page 操作记录."""

from __future__ import annotations

import ast
import re
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
    """The names of acts in the code: what an entry or whatever logs one is given, and what is called `action`."""
    for file in sorted(BOT.rglob("*.py")):
        prefix = "material_" if file.name == "register.py" else ""
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign):
                named = [getattr(target, "id", "") for target in node.targets]
                yield from names_in(node.value) if "action" in named else ()
            if isinstance(node, ast.Call):
                callee = getattr(node.func, "id", getattr(node.func, "attr", ""))
                places = {"AuditEntry": slice(0, 1)}.get(callee, slice(1, 3))
                if callee == "AuditEntry" or re.fullmatch(r"_?log(_version)?", callee):
                    for argument in node.args[places]:
                        yield from (
                            prefix + name if callee == "_log" else name for name in names_in(argument)
                        )


def names_in(node: ast.expr) -> Iterator[str]:
    """The names that an expression may be."""
    for one in [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]:
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value:
            yield one.value


def test_every_act_has_its_words(campaign: Campaign) -> None:
    found = sorted({*written(), *PUT_TOGETHER})
    assert len(found) > 80
    assert [action for action in found if action_words(campaign, action) == action] == []
