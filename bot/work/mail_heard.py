"""What the words of a mail come to, where its sender may not order anything."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.dialogue.asides import courtesy
from bot.dialogue.mail_lines import order_within, read_order, signs_off
from bot.dialogue.mail_text import LONGEST
from bot.dialogue.questions import asks
from bot.dialogue.script import simplify
from bot.dialogue.words import Command
from bot.work.mail_talk import Talk
from bot.work.turn import Clerk

_MOST_QUESTIONS = 3
_SILENT = Talk((), (), None, False, (), False)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the dialogue made of a mail's words, or what is said where it may not."""

    talk: Talk = _SILENT
    said: tuple[str, ...] = ()
    took_part: bool = False  # the dialogue heard the words, and the values of a form inside
    is_refused: bool = False  # they wanted something that the sender may not do


def only_answers(clerk: Clerk, text: str) -> Heard:
    """Of somebody whose words change nothing: their questions, and whether they wanted more."""
    lines = [line.strip() for line in text[:LONGEST].splitlines() if line.strip()]
    questions = [line for line in lines if asks(line) and read_order(line) is None]
    said = [clerk.knowledge.answer(line).text for line in questions[:_MOST_QUESTIONS]]
    rest = [line for line in lines if line not in questions]
    labelled = any(one.field for one in clerk.labels.values("\n".join(rest)))
    ordered = labelled or any(read_order(line) or order_within(line) for line in rest)
    return Heard(replace(_SILENT, said_something=bool(said)), tuple(said), is_refused=ordered)


def begins_another(text: str) -> bool:
    """Whether a mail says 另报一个单位."""
    lines = text[:LONGEST].splitlines()
    within = (order_within(line) for line in lines)
    return any(found is not None and found[0] is Command.ANOTHER for found in within)


def only_thanks(text: str) -> bool:
    """Whether a mail says nothing but thanks, above a signature."""
    lines = [line.strip() for line in text[:LONGEST].splitlines() if line.strip()]
    return (
        bool(lines)
        and courtesy(simplify(lines[0])) is not None
        and signs_off([line for line in lines[1:] if courtesy(simplify(line)) is None])
    )
