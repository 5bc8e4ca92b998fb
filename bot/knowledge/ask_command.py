"""The command `ask`: one question in words, or many as JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, Protocol, TextIO

from bot.knowledge.answer import Answer, Knowledge
from config.campaign import Campaign

USAGE = 'usage: ask "问题" [--context "上一问"]…  |  ask --jsonl（--live：连同办公室的答复）'
_BAD_LINE = '这一行无法读取，应为一行JSON：{"id": "…", "q": "问题", "context": ["上一问"]}。'


class Answering(Protocol):
    """What answers: the notice alone, or with what a deployment adds to it."""

    def answer(self, question: str, context: Sequence[str] = ()) -> Answer: ...


def run(
    argv: Sequence[str],
    stdin: TextIO,
    stdout: TextIO,
    campaign: Campaign,
    knowledge: Answering | None = None,
) -> int:
    """Answer `argv`'s question, or each line of `stdin` with --jsonl. 0 answered, 2 wrong usage.

    `knowledge` answers in the place of the notice alone.
    """
    if list(argv) == ["--jsonl"]:
        _serve_lines(stdin, stdout, knowledge or Knowledge(campaign))
        return 0
    asked = _arguments(argv)
    if asked is None:
        print(USAGE, file=sys.stderr)
        return 2
    question, context = asked
    print((knowledge or Knowledge(campaign)).answer(question, context).text, file=stdout, flush=True)
    return 0


def _arguments(argv: Sequence[str]) -> tuple[str, list[str]] | None:
    questions: list[str] = []
    context: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--context":
            earlier = next(words, None)
            if earlier is None:
                return None
            context.append(earlier)
        elif word.startswith("--context="):
            context.append(word.removeprefix("--context="))
        elif word.startswith("--"):
            return None
        else:
            questions.append(word)
    return (questions[0], context) if len(questions) == 1 else None


def _serve_lines(stdin: TextIO, stdout: TextIO, knowledge: Answering) -> None:
    for line in stdin:
        print(json.dumps(_reply(line, knowledge), ensure_ascii=False), file=stdout, flush=True)


def _reply(line: str, knowledge: Answering) -> dict[str, Any]:
    asked = _read(line)
    if asked is None:
        return {"id": None, "clauses": [], "answer": _BAD_LINE, "refused": True, "error": "bad_input"}
    name, question, context = asked
    answer = knowledge.answer(question, context)
    reply = {"id": name, "clauses": list(answer.clauses), "answer": answer.text, "refused": answer.refused}
    return reply | {"approved": answer.approved} if answer.approved else reply


def _read(line: str) -> tuple[object, str, list[str]] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or not isinstance(row.get("q"), str) or not _is_name(row.get("id")):
        return None
    context = row.get("context") or []
    if not isinstance(context, list) or not all(isinstance(earlier, str) for earlier in context):
        return None
    return row["id"], row["q"], context


def _is_name(value: object) -> bool:
    if not isinstance(value, str | int):
        return False
    # JSON may hold half a surrogate pair, which no output can carry.
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return False
    return True
