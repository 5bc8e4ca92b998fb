"""What the office does with its answers: decide, correct, withdraw. Every act is a new version and is audited."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.knowledge.approved import current
from bot.knowledge.normalise import plain
from bot.model.answers import ApprovedAnswer
from bot.model.application import AuditEntry
from bot.ports import Store
from config.campaign import Campaign

LOCK = "answers"  # of every use case here: versions are given out one after the other
_COUNTER = "answers.changes"
_LONGEST = 450  # characters of an answer: with its citation it still fits one message
_LONGEST_QUESTION = 200
_LONGEST_AUTHOR = 30


class AnswerRefused(Exception):
    """An act of the office that is not possible; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the office says. In a correction None keeps what stands."""

    author: str
    decided_on: date
    text: str | None = None
    question: str | None = None
    wordings: tuple[str, ...] | None = None
    clauses: tuple[str, ...] | None = None
    open_point: str | None = None


def changes(store: Store) -> int:
    """How often the office's answers have been changed: another figure means there is something new."""
    return int(store.setting(_COUNTER) or 0)


def decide(store: Store, campaign: Campaign, decision: Decision, now: datetime) -> ApprovedAnswer:
    """A new answer. `AnswerRefused` if it cannot be used as it is."""
    versions = store.answer_versions()
    number = max((answer.number for answer in versions), default=0) + 1
    blank = ApprovedAnswer(number, 1, "", (), "", (), "", decision.decided_on, "", True, "", now)
    return _keep(store, campaign, _decided(blank, decision), versions, "decide_answer", now)


def correct(
    store: Store, campaign: Campaign, number: int, decision: Decision, now: datetime
) -> ApprovedAnswer:
    """A new version of an answer."""
    versions = store.answer_versions()
    latest = _latest(versions, number)
    corrected = _decided(replace(latest, version=latest.version + 1, created_at=now), decision)
    return _keep(store, campaign, corrected, versions, "correct_answer", now)


def withdraw(store: Store, number: int, author: str, reason: str, on: date, now: datetime) -> ApprovedAnswer:
    """A last version: the answer is not given any more. A reason is needed."""
    if not reason.strip() or not author.strip():
        raise AnswerRefused("撤回需要写明经手人和理由。")
    latest = _latest(store.answer_versions(), number)
    withdrawn = replace(
        latest,
        version=latest.version + 1,
        author=author.strip(),
        decided_on=on,
        active=False,
        reason=reason.strip(),
        created_at=now,
    )
    return _write(store, withdrawn, "withdraw_answer", now)


def _latest(versions: Sequence[ApprovedAnswer], number: int) -> ApprovedAnswer:
    found = [answer for answer in versions if answer.number == number]
    if not found:
        raise AnswerRefused(f"没有编号为{number}的答复，请查看答复列表。")
    if not found[-1].active:
        raise AnswerRefused(f"答复{number}已经撤回，不能再改；请新增一条答复。")
    return found[-1]


def _decided(before: ApprovedAnswer, decision: Decision) -> ApprovedAnswer:
    wordings = before.wordings if decision.wordings is None else decision.wordings
    return replace(
        before,
        author=decision.author.strip(),
        decided_on=decision.decided_on,
        text=before.text if decision.text is None else decision.text.strip(),
        question=before.question if decision.question is None else " ".join(decision.question.split()),
        wordings=tuple(stripped for wording in wordings if (stripped := " ".join(wording.split()))),
        clauses=before.clauses if decision.clauses is None else decision.clauses,
        open_point=before.open_point if decision.open_point is None else decision.open_point,
    )


def _keep(
    store: Store,
    campaign: Campaign,
    answer: ApprovedAnswer,
    versions: Sequence[ApprovedAnswer],
    action: str,
    now: datetime,
) -> ApprovedAnswer:
    _check(campaign, answer)
    for other in current(versions):
        if other.number != answer.number and (same := _asked(answer) & _asked(other)):
            raise AnswerRefused(
                f"答复{other.number}已经回答同样的问法（{sorted(same)[0]}），请修改答复{other.number}。"
            )
    return _write(store, answer, action, now)


def _check(campaign: Campaign, answer: ApprovedAnswer) -> None:
    clauses = {clause.id for clause in campaign.clauses}
    unknown = [clause for clause in answer.clauses if clause not in clauses]
    points = [point.id for point in campaign.open_points]
    if unknown:
        raise AnswerRefused(
            f"没有这样的条款：{'、'.join(unknown)}。条款写编号，如 {campaign.deadline_clause}。"
        )
    if answer.open_point and answer.open_point not in points:
        raise AnswerRefused(f"没有编号为{answer.open_point}的待明确事项，现有：{'、'.join(points) or '无'}。")
    for what, text, longest in (
        ("答复", answer.text, _LONGEST),
        ("经手人", answer.author, _LONGEST_AUTHOR),
        *(("问题", text, _LONGEST_QUESTION) for text in (answer.question, *answer.wordings)),
    ):
        if not text:
            raise AnswerRefused(f"{what}不能为空。")
        if len(text) > longest:
            raise AnswerRefused(f"{what}共{len(text)}字，最多{longest}字，请精简。")
    if not all(_asked(answer)):
        raise AnswerRefused("问题里要有文字。")


def _asked(answer: ApprovedAnswer) -> frozenset[str]:
    texts = (answer.question, *answer.wordings)
    return frozenset("".join(filter(str.isalnum, plain(text))) for text in texts)


def _write(store: Store, answer: ApprovedAnswer, action: str, now: datetime) -> ApprovedAnswer:
    if not store.keep_answer(answer):
        raise AnswerRefused(f"答复{answer.number}刚刚被别人改过，请重新查看后再改。")
    digest = hashlib.sha256(answer.text.encode()).hexdigest()
    details = {"answer": answer.name, "text": digest, "open_point": answer.open_point}
    store.audit([AuditEntry(action, None, None, "command", details)], now)
    store.set_setting(_COUNTER, str(changes(store) + 1))
    return answer
