"""The office's answers (口径库) on a page: decided, corrected, withdrawn, and whom a new one would reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.knowledge.answer import Knowledge
from bot.knowledge.approved import ApprovedKnowledge, current
from bot.model.answers import ApprovedAnswer, Asked
from bot.ports import Store
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, addresses
from bot.staff.standing import log
from bot.work.approve import AnswerRefused, Decision, correct, decide, withdraw
from bot.work.tell_askers import answered

_PORTION = 500


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """An answer as somebody typed it. `number` 0 for a new one; `seen` the version they had before them."""

    question: str = ""
    wordings: tuple[str, ...] = ()
    text: str = ""
    clauses: tuple[str, ...] = ()
    open_point: str = ""
    author: str = ""
    number: int = 0
    seen: int = 0


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """An answer with its course."""

    latest: ApprovedAnswer
    versions: tuple[ApprovedAnswer, ...]  # oldest first
    told: int  # how many people know any of them


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an answer would meet among those who asked in vain: people, and their questions."""

    people: int
    questions: tuple[str, ...]


def known_answers(ask: StaffAsk) -> Sequence[KnownAnswer]:
    """Every answer, those in force first. `Refused` for all but the office."""
    _office_alone(ask)
    told, found = ask.store.told_counts(), []
    for number, group in groupby(ask.store.answer_versions(), key=lambda one: one.number):
        versions = tuple(group)
        found.append(KnownAnswer(versions[-1], versions, told.get(number, 0)))
    return sorted(found, key=lambda one: (not one.latest.active, -one.latest.number))


def typed_of(ask: StaffAsk, number: int) -> TypedAnswer:
    """An answer in force as it stands, to be corrected. `Refused` if there is none."""
    _office_alone(ask)
    found = next((one for one in current(ask.store.answer_versions()) if one.number == number), None)
    if found is None:
        raise Refused(ask.say("staff_not_found"))
    return TypedAnswer(
        found.question,
        found.wordings,
        found.text,
        found.clauses,
        found.open_point,
        found.author,
        number,
        found.version,
    )


def approve_answer(ask: StaffAsk, typed: TypedAnswer) -> ApprovedAnswer:
    """Let this be the office's answer from now on; whoever asked is told by themselves.

    `Refused` for all but the office, where it cannot be used as it is, and where somebody was faster.
    """
    _office_alone(ask)
    said = Decision(
        typed.author, ask.today, typed.text, typed.question, typed.wordings, typed.clauses, typed.open_point
    )
    campaign, store = ask.clerk.campaign, ask.store
    try:
        if not typed.number:
            kept = decide(store, campaign, said, ask.now)
        elif typed_of(ask, typed.number).seen != typed.seen:
            raise Refused(ask.say("answer_meanwhile"))
        else:
            kept = correct(store, campaign, typed.number, said, ask.now)
    except AnswerRefused as why:
        raise Refused(str(why)) from None
    log(ask, "approve_answer", answer=kept.name)
    return kept


def withdraw_answer(ask: StaffAsk, number: int, reason: str) -> ApprovedAnswer:
    """Give this answer no more; whoever was told it is told so. `Refused` as `approve_answer`, or without a reason."""
    _office_alone(ask)
    try:
        kept = withdraw(ask.store, number, ask.person.label, reason, ask.today, ask.now)
    except AnswerRefused as why:
        raise Refused(str(why)) from None
    log(ask, "withdraw_answer", answer=kept.name)
    return kept


def reach(ask: StaffAsk, typed: TypedAnswer) -> Reach:
    """Who would be told of an answer, were it decided now: those whose question it meets and no other does.

    Reads every question that was refused and builds an index; not for the event loop.
    """
    _office_alone(ask)
    campaign, now = ask.clerk.campaign, ask.now
    others = [one for one in current(ask.store.answer_versions()) if one.number != typed.number]
    number = typed.number or 1 + max((one.number for one in ask.store.answer_versions()), default=0)
    wanted = ApprovedAnswer(
        number, typed.seen + 1, typed.question, typed.wordings, typed.text, typed.clauses, typed.author,
        ask.today, typed.open_point, True, "", now,
    )  # fmt: skip
    knowledge = ApprovedKnowledge(campaign, Knowledge(campaign), [*others, wanted])
    people: dict[str, set[int]] = {}
    for asked in _refused(ask.store):
        people.setdefault(asked.text, set()).add(asked.person)
    distinct = [Asked(place, place, text, now) for place, text in enumerate(people)]
    met = [text for (name, _), text in answered(knowledge, distinct).items() if name == number]
    told = set(ask.store.told(number))
    reached = set().union(*(people[text] for text in met)) - told
    return Reach(len(reached), tuple(met))


def tidy(typed: TypedAnswer) -> TypedAnswer:
    """As it is kept: blanks around everything gone, empty and repeated wordings left out."""
    wordings = dict.fromkeys(" ".join(one.split()) for one in typed.wordings)
    return replace(
        typed,
        question=" ".join(typed.question.split()),
        wordings=tuple(one for one in wordings if one),
        text=typed.text.strip(),
        author=typed.author.strip(),
    )


def _refused(store: Store) -> Iterator[Asked]:
    after = 0
    while portion := store.refused_questions(after, _PORTION):
        yield from portion
        after = portion[-1].id


def _office_alone(ask: StaffAsk) -> None:
    if not ask.is_office:
        raise Refused(ask.say("answer_office_only", **addresses(ask)))
