"""The self-check (自查) as a small conversation of its own inside the dialogue. Pure.

The position is derived: the first question of the standard, in order, that has neither an answer nor been
left open, and still matters. What is no answer is given back to the caller, who may take it as a question
about the notice and then ask again (`ask_again`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.dialogue.script import simplify
from bot.model.message import Choice, Reply
from bot.review.selfcheck import SelfQuestion, assess, outstanding, questions
from bot.review.selfcheck_answer import UNSURE, read_answer
from bot.review.selfcheck_view import finding_of, lines
from config.campaign import AnswerKind, Campaign

_BACK = re.compile(r"(?:返回|回到?|修?改)?上一[题步个]|返回")
_LEAVE = re.compile(r"(?:退出|结束|停止|取消|暂停)自查|自查(?:退出|结束)|先?不自查了?|退出|暂停|先到这里?")

YES_NO = (Choice("是", "是"), Choice("否", "否"), Choice("不清楚", "不清楚"))


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """What a unit has answered. It is all of JSON, and private to the unit."""

    answers: Mapping[str, int | None] = field(default_factory=dict)  # as bot.review.selfcheck.Answers


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of the self-check. `finished`: what comes next is no answer to it any more."""

    state: SelfCheck
    replies: tuple[Reply, ...]
    finished: bool


def begin(campaign: Campaign, known: SelfCheck | None = None) -> Step:
    """The first question, or what earlier answers leave open; the result where nothing is left to ask."""
    before = known.answers if known else {}
    state = SelfCheck({key: count for key, count in before.items() if count is not None})
    left = len(outstanding(campaign.standard, state.answers))
    if not left:
        return _result(state, campaign)
    if state.answers:
        opening = campaign.phrases["selfcheck_resume"].format(count=left)
    else:
        shown = assess(campaign.standard, {})
        opening = campaign.phrases["selfcheck_begin"].format(
            count=left, maximum=f"{float(shown.maximum):g}", own=f"{float(shown.own_maximum):g}"
        )
    return _ask(state, campaign, opening)


def take(state: SelfCheck, text: str, campaign: Campaign) -> Step | None:
    """The turn that a message makes; None if it is neither an answer nor one of the self-check's words."""
    asked = pending(state, campaign)
    if asked is None:
        return _result(state, campaign)
    said = re.sub(r"\s+", "", simplify(text)).rstrip("。！!.~～")
    if _LEAVE.fullmatch(said):
        return Step(state, (Reply(campaign.phrases["selfcheck_left"]),), True)
    if _BACK.fullmatch(said):
        return _back(state, asked, campaign)
    count = read_answer(asked.rule, text)
    if count is None:
        return None
    answered = SelfCheck({**state.answers, asked.key: None if count is UNSURE else count})
    told = _acknowledge(answered, asked, campaign)
    if pending(answered, campaign) is None:
        return _result(answered, campaign, told)
    return _ask(answered, campaign, told)


def pending(state: SelfCheck, campaign: Campaign) -> SelfQuestion | None:
    """The question that is asked now; None when all are answered or left open."""
    left = outstanding(campaign.standard, state.answers)
    return next((question for question in left if question.key not in state.answers), None)


def ask_again(state: SelfCheck, campaign: Campaign) -> Reply | None:
    """The pending question once more, with what helps to answer it; None when nothing is pending."""
    asked = pending(state, campaign)
    return None if asked is None else _question(asked, campaign, "selfcheck_ask_again")


def _back(state: SelfCheck, asked: SelfQuestion, campaign: Campaign) -> Step:
    """The answer before the pending question is dropped and its question asked again."""
    every = questions(campaign.standard)
    before = [one.key for one in every[: every.index(asked)] if one.key in state.answers]
    if not before:
        return _ask(state, campaign, campaign.phrases["selfcheck_no_back"])
    kept = {key: count for key, count in state.answers.items() if key != before[-1]}
    return _ask(SelfCheck(kept), campaign)


def _ask(state: SelfCheck, campaign: Campaign, *before: str) -> Step:
    asked = pending(state, campaign)
    if asked is None:
        return _result(state, campaign, *before)
    question = _question(asked, campaign, "selfcheck_ask")
    return Step(state, (Reply("\n".join([*before, question.text]), question.choices),), False)


def _question(asked: SelfQuestion, campaign: Campaign, phrase: str) -> Reply:
    every = questions(campaign.standard)
    text = campaign.phrases[phrase].format(
        place=every.index(asked) + 1,
        count=len(every),
        number=asked.item.number,
        title=asked.item.title,
        question=asked.rule.question,
        help=asked.rule.help,
    )
    yes_no = asked.rule.answer in (AnswerKind.YES, AnswerKind.NO)
    return Reply(text, YES_NO if yes_no else ())


def _acknowledge(state: SelfCheck, asked: SelfQuestion, campaign: Campaign) -> str:
    rows = assess(campaign.standard, state.answers).items
    row = next(row for row in rows if row.item.id == asked.item.id)
    if state.answers[asked.key] is None:
        phrase = "selfcheck_left_open"
    else:  # an item asked about in two questions is judged after the second
        phrase = "selfcheck_noted" if row.open else "selfcheck_taken"
    return campaign.phrases[phrase].format(
        number=asked.item.number, title=asked.item.title, finding=finding_of(row, campaign)
    )


def _result(state: SelfCheck, campaign: Campaign, *before: str) -> Step:
    told = lines(assess(campaign.standard, state.answers), campaign)
    return Step(state, tuple(Reply(text) for text in (*before, *told)), True)
