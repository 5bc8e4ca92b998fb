"""The answer to a visit by mail: 收到，届时接待, or 需改期 with the reason, as a line of a mail or all of it."""

from __future__ import annotations

from bot.dialogue.script import simplify
from bot.model.application import Person
from bot.model.message import Inbound
from bot.ports import Store
from bot.staff.desk import StaffAsk
from bot.staff.visit_answers import visits_of_holder
from bot.staff.visit_words import OtherDay, read_visit_reply
from bot.staff.visits import visit_reply_desk
from bot.work.clerk import Clerk

_MOST_LINES = 12


def visit_answer(clerk: Clerk, store: Store, inbound: Inbound, person: Person) -> tuple[str, ...]:
    """What is said to a mail in which somebody answers a visit, done; () for any other mail.

    `inbound.text` is the newest part of the mail, of a sender who is trusted to be this person.
    """
    ask = StaffAsk(clerk, store, inbound, person, (), "")
    if not clerk.campaign.visits.stages or not visits_of_holder(ask):
        return ()
    lines = [line.strip() for line in simplify(inbound.text).splitlines() if line.strip()][:_MOST_LINES]
    for text in _candidates(lines):
        said = visit_reply_desk(ask, text)
        if said is not None:
            return said.texts
    return ()


def _candidates(lines: list[str]) -> list[str]:
    """The texts that may be the answer: a wish with all that follows it, else each line by itself."""
    for place, line in enumerate(lines):
        if isinstance(read_visit_reply(line), OtherDay):
            return ["，".join(one.rstrip("，。,. ") for one in lines[place:])[:400], line]
    return lines
