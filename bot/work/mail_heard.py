"""What the words of a mail come to, where its sender may not order anything."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.dialogue.asides import courtesy
from bot.dialogue.mail_lines import OPENINGS, order_within, read_order, signs_off
from bot.dialogue.mail_text import LONGEST
from bot.dialogue.questions import asks
from bot.dialogue.script import simplify
from bot.dialogue.words import Command
from bot.model.application import Application
from bot.review.debts import Debt, debt_labels, owes
from bot.work.clerk import Clerk
from bot.work.mail_talk import Talk
from config.campaign import Campaign

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


def brought_up_to_date(heard: Heard, campaign: Campaign, before: Application, after: Application) -> Heard:
    """What the dialogue said of the debts before the files of the same mail were taken, as it is now."""
    owed, owes_now = owes(campaign, before), owes(campaign, after)
    if owed == owes_now:
        return heard
    old, new = (
        campaign.phrases["debts"].format(debts="、".join(debt_labels(campaign, one)))
        for one in (owed, owes_now)
    )
    clause = campaign.clause(campaign.deadline_clause).label
    deck = campaign.phrases["submitted_deck"].format(email=campaign.contact.email, clause=clause)
    said = [text.replace(old, new) for text in heard.said]
    if Debt.DECK not in owes_now:
        said = [text.replace(f"{deck}\n", "") for text in said]
    return replace(heard, said=tuple(said))


def begins_another(text: str) -> bool:
    """Whether a mail says 另报一个单位."""
    lines = text[:LONGEST].splitlines()
    within = (order_within(line) for line in lines)
    return any(found is not None and found[0] is Command.ANOTHER for found in within)


def begins_own(text: str) -> bool:
    """Whether a mail says 我要申报 or 另报一个单位."""
    lines = text[:LONGEST].splitlines()
    orders = {read_order(line) for line in lines} | {
        found[0] for line in lines if (found := order_within(line))
    }
    return not OPENINGS.isdisjoint(orders)


def only_thanks(text: str) -> bool:
    """Whether a mail says nothing but thanks, above a signature."""
    lines = [line.strip() for line in text[:LONGEST].splitlines() if line.strip()]
    return (
        bool(lines)
        and courtesy(simplify(lines[0])) is not None
        and signs_off([line for line in lines[1:] if courtesy(simplify(line)) is None])
    )
