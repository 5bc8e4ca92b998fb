"""The office gives applications to reviewers: evenly, or by hand (分派)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.model.review_round import Assignable, Assignment, Problem, Reviewer
from bot.model.staff import Role
from bot.results.marks import latest
from bot.results.office import named
from bot.results.own_review import LONGEST_TEXT
from bot.results.round import review_stages, still_open
from bot.results.spreading import Wanting, spread_evenly
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, find
from bot.staff.people import office_only
from bot.staff.standing import log, tell_people

MOST = 50  # reviewers of an application


@dataclass(frozen=True, slots=True)
class Given:
    """What an even distribution did."""

    added: int
    without_deck: int  # applications that nobody can review yet
    short: int  # applications with fewer reviewers than wanted, as nobody else may


def give_evenly(ask: StaffAsk, each: int) -> Given:
    """Give every application under review to so many reviewers, as far as there are any who may."""
    _round_open(ask)
    active = _active(ask)
    if not 1 <= each <= MOST or not active:
        raise Refused(ask.say("review_each_wrong", most=min(len(active), MOST)))
    every = ask.store.assignable(review_stages(ask.clerk.campaign))
    units = [one for one in every if one.deck]
    barred, has = barred_from(ask), _holders(ask)
    wanting = [Wanting(one.application, has[one.application], barred[one.application]) for one in units]
    pairs = spread_evenly(wanting, list(active), each)
    decks = {one.application: one.deck for one in units}
    give(ask, [Assignment(one, person, decks[one], ask.now) for one, person in pairs])
    now = Counter(one for one, _ in pairs)
    short = sum(len(has[one.application]) + now[one.application] < each for one in units)
    return Given(len(pairs), len(every) - len(units), short)


def give_by_hand(ask: StaffAsk, number: str, people: Sequence[int]) -> tuple[int, int]:
    """Let just these reviewers have an application; (added, taken back). Who handed a sheet in keeps it."""
    _round_open(ask)
    known, active = find(ask, number), _active(ask)
    (unit,) = ask.store.assignable(review_stages(ask.clerk.campaign), known.id) or (None,)
    if unit is None:
        raise Refused(ask.say("review_not_under_review", **named(ask, known)))
    if not unit.deck:
        raise Refused(ask.say("review_no_deck", **named(ask, known)))
    has = _holders(ask, [known.id])[known.id]
    wanted = {person for person in people if person in active}
    barred = wanted & barred_from(ask, [known.id])[known.id] - has
    if barred:
        names = "、".join(active[person].name for person in sorted(barred))
        raise Refused(ask.say("review_barred", names=names, **named(ask, known)))
    sheets = latest(ask.store.reviews(known.id)).get(known.id, {})
    dropped = [
        one for one in ask.store.reviewers()
        if one.person in has - wanted and one.name not in sheets
    ]  # fmt: skip
    for one in dropped:
        ask.store.unassign(known.id, one.person)
        log(ask, "unassign_review", known.id, **{"for": str(one.person)})
    added = give(ask, [Assignment(known.id, person, unit.deck, ask.now) for person in sorted(wanted - has)])
    return added, len(dropped)


def use_newest_deck(ask: StaffAsk, number: str) -> None:
    """Let all reviewers judge the deck that counts now instead of the one they were given; they are told."""
    _round_open(ask)
    known = find(ask, number)
    deck = known.dossier.get("deck", "")
    given = ask.store.assignments([known.id])
    if not given or not deck or all(one.deck == deck for one in given):
        raise Refused(ask.say("review_no_newer_deck", **named(ask, known)))
    ask.store.set_review_deck(known.id, deck)
    log(ask, "set_review_deck", known.id, deck=deck)
    told = ask.say("review_newer_deck_told", **named(ask, known))
    tell_people(ask, [one.person for one in given], "review_deck", told)


def answer_problem(ask: StaffAsk, problem: int, answer: str) -> Problem:
    """Answer what a reviewer reported; they are told."""
    office_only(ask)
    found, said = ask.store.problem(problem), answer.strip()
    known = ask.store.application(found.application) if found else None
    if found is None or known is None:
        raise Refused(ask.say("review_no_problem"))
    if found.answered_at is not None:
        raise Refused(ask.say("review_problem_answered"))
    if not said or len(said) > LONGEST_TEXT:
        raise Refused(ask.say("review_needs_answer", limit=LONGEST_TEXT))
    ask.store.answer_problem(problem, said, ask.person.id, ask.now)
    log(ask, "answer_review_problem", known.id)
    told = ask.say("review_answer_told", problem=found.text, answer=said, **named(ask, known))
    tell_people(ask, [found.person], "review_answer", told)
    return found


def barred_from(ask: StaffAsk, applications: Sequence[str] | None = None) -> defaultdict[str, frozenset[int]]:
    """Application → people who may not review it: they keep away, hold it, or speak for its body."""
    bodies: defaultdict[str, set[int]] = defaultdict(set)
    for member in ask.store.members(Role.BODY):
        bodies[member.body].add(member.person)
    found: defaultdict[str, set[int]] = defaultdict(set)
    for one in ask.store.recusals(applications):
        found[one.application].add(one.person)
    for unit in _units(ask, applications):
        found[unit.application] |= {unit.holder} | (bodies[unit.body] if unit.body else set())
    return defaultdict(frozenset, {one: frozenset(people) for one, people in found.items()})


def give(ask: StaffAsk, assignments: Sequence[Assignment]) -> int:
    """Keep assignments and tell each reviewer once; how many are new."""
    added = [one for one in assignments if ask.store.assign(one)]
    for one in added:
        log(ask, "assign_review", one.application, **{"for": str(one.person)})
    opened = ask.store.review_round()
    day = f"{opened.due.month}月{opened.due.day}日" if opened else ""
    for person, count in Counter(one.person for one in added).items():
        tell_people(ask, [person], "review_given", ask.say("review_given_told", count=count, day=day))
    return len(added)


def _units(ask: StaffAsk, applications: Sequence[str] | None) -> Sequence[Assignable]:
    stages = review_stages(ask.clerk.campaign)
    if applications is not None and len(applications) == 1:
        return ask.store.assignable(stages, applications[0])
    return ask.store.assignable(stages)


def _holders(ask: StaffAsk, applications: Sequence[str] | None = None) -> defaultdict[str, frozenset[int]]:
    found: defaultdict[str, frozenset[int]] = defaultdict(frozenset)
    for one in ask.store.assignments(applications):
        found[one.application] |= {one.person}
    return found


def _active(ask: StaffAsk) -> Mapping[int, Reviewer]:
    """Who reviews now, in the order of their invitation; whoever lost the role does not."""
    inspectors = {one.person for one in ask.store.members(Role.INSPECTOR)}
    return {one.person: one for one in ask.store.reviewers() if one.is_active and one.person in inspectors}


def _round_open(ask: StaffAsk) -> None:
    office_only(ask)
    opened = ask.store.review_round()
    if opened is None:
        raise Refused(ask.say("review_no_round"))
    still_open(ask, opened)
