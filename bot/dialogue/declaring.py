"""The two declarations (commands page §13, product A2): asked after submission, taken by explicit words only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.dialogue import pages
from bot.dialogue.course import Course
from bot.dialogue.effects import Declare
from bot.dialogue.script import simplify
from bot.model.message import Choice
from bot.review.debts import ACCEPTED, DECLARATIONS, LAWFUL
from config.campaign import Campaign

_HEAD = re.compile(r"(?:我单位|本单位|我们)?声明[\s：:，,]+")
_BETWEEN = re.compile(r"[\s，,；;。．.！!、]+|(?:并且|同时|且|和)")
_BUTTON = 10  # characters a button shows
_LONGEST = 80  # characters of a message that declares something


class Stand(StrEnum):
    """What a declaration says."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration as a page shows it."""

    key: str  # in the dossier
    question: str
    answers: tuple[tuple[str, str], ...]  # yes | no | unsure and its words
    said: str  # what is on record; "" for nothing
    meaning: str  # what that answer means; "" where there is nothing to say


def declarations(campaign: Campaign, dossier: Mapping[str, str]) -> tuple[Declaration, ...]:
    """Both declarations with what is on record."""
    return tuple(
        Declaration(
            key,
            campaign.phrases[f"asked_{key}"],
            tuple((stand.value, _wordings(campaign, key, stand)[0]) for stand in Stand),
            dossier.get(key, ""),
            _meaning(campaign, key, dossier.get(key, "")),
        )
        for key in DECLARATIONS
    )


def _meaning(campaign: Campaign, key: str, said: str) -> str:
    contact = campaign.contact
    facts = {"office": contact.office_short, "phone": contact.phone}
    if said == Stand.UNSURE:
        return campaign.phrases["page_declared_unsure"].format(**facts)
    if said == Stand.NO:
        meant = "declared_not_accepted" if key == ACCEPTED else "declared_not_lawful"
        return campaign.phrases[meant].format(**facts)
    return ""


def read_declarations(campaign: Campaign, text: str) -> Mapping[str, str] | None:
    """声明 已验收合格，无严重违法: key in the dossier → yes | no | unsure; None if it is no such message.

    `declared_lawful` is yes where there was no such act. The words are the campaign's, and nothing else counts.
    """
    plain = simplify(text)
    head = _HEAD.match(plain) if len(plain) <= _LONGEST else None
    if head is None:
        return None
    known = _statements(campaign)
    found: dict[str, str] = {}
    for part in filter(None, _BETWEEN.split(plain[head.end() :])):
        if part not in known:
            return None
        key, stand = known[part]
        found[key] = stand
    return found or None


def _statements(campaign: Campaign) -> dict[str, tuple[str, str]]:
    """Every wording of every declaration → what it declares."""
    return {
        words: (key, stand.value)
        for key in DECLARATIONS
        for stand in Stand
        for words in _wordings(campaign, key, stand)
    }


def _wordings(campaign: Campaign, key: str, stand: Stand) -> list[str]:
    return campaign.phrases[f"words_{key}_{stand}"].split("|")


def ask(course: Course) -> None:
    """声明: both declarations with what is on record, then the first one that is open."""
    application = course.application
    if application is None:
        pages.offer_start(course)
        return
    course.say("declare")
    for key in DECLARATIONS:
        stand = application.dossier.get(key)
        said = _wordings(course.campaign, key, Stand(stand))[0] if stand else course.phrase("declare_open")
        course.say("declare_item", question=course.phrase(f"asked_{key}"), said=said)
    pages.ask_again(course)
    _ask_next(course, application.dossier)


def take(course: Course, answers: Mapping[str, str]) -> None:
    """Record what was declared. No answer blocks anything."""
    application = course.application
    if application is None:
        pages.offer_start(course)
        return
    if course.status == "withdrawn":
        course.say("already_withdrawn")
        return
    course.do(Declare(application.id, answers))
    said = (_wordings(course.campaign, key, Stand(stand))[0] for key, stand in answers.items())
    course.say("declared", said="，".join(said))
    contact = course.campaign.contact
    facts = {"office": contact.office_short, "phone": contact.phone}
    if answers.get(ACCEPTED) == Stand.NO:
        course.say("declared_not_accepted", **facts)
    if answers.get(LAWFUL) == Stand.NO:
        course.say("declared_not_lawful", **facts)
    if Stand.UNSURE in answers.values():
        course.say("declared_unsure", **facts)
    pages.ask_again(course)
    _ask_next(course, {**application.dossier, **answers})


def _ask_next(course: Course, known: Mapping[str, str]) -> None:
    """The first open declaration, with its answers as buttons and as words."""
    key = next((key for key in DECLARATIONS if not known.get(key)), None)
    if key is None:
        course.say("declare_done")
        return
    words = [_wordings(course.campaign, key, stand)[0] for stand in Stand]
    answers = [Choice(one[:_BUTTON], course.phrase("declare_says", words=one)) for one in words]
    quoted = "、".join(f"“{answer.says}”" for answer in answers)
    course.say("declare_ask", question=course.phrase(f"asked_{key}"), answers=quoted)
    course.offer(*answers)
