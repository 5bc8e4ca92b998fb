"""Progress by chat: the board, who has not sent anything yet, what is owed, what came late, one application.

The office sees all, a body its own (I14); inspectors see nothing here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.console.applications import wanted_of
from bot.console.query import NO_BODY, ApplicationQuery, Mark, Owes
from bot.dialogue.words import Command, read_command
from bot.model.application import Application
from bot.model.message import Choice
from bot.model.spoken import spoken_date, spoken_time
from bot.ports_console import ListedApplication, Page, Scope
from bot.review.debts import debt_labels, owes
from bot.staff.acts import carry_out_act
from bot.staff.desk import StaffAnswer, StaffAsk, answer
from bot.staff.dossier import RETURN_DUE, late_attempts
from bot.staff.finding import Refused, find, title
from bot.staff.moves import cutoff_of
from bot.staff.one_application import show
from bot.staff.people import refused
from bot.staff.progress_words import (
    Act,
    Board,
    Overdue,
    ShortOfMaterials,
    Show,
    Unsent,
    read_progress_order,
)
from bot.staff.stage_words import stage_label

_MOST_LINES = 60
_MOST_NAMES = 4  # empty fields named in a line


def progress_desk(ask: StaffAsk, text: str) -> StaffAnswer | None:
    """Questions about progress, and the office's acts on single applications."""
    if read_command(text) not in (None, Command.PROGRESS):
        return None
    order = read_progress_order(text)
    if order is None or (isinstance(order, Board) and not (ask.is_office or ask.bodies)):
        return None
    if isinstance(order, Show):
        return _show(ask, order)
    if isinstance(order, Act) and (_is_sealed(ask) or not (order.surely or _are_known(ask, order.which))):
        return None
    if not ask.is_office and (isinstance(order, Act) or not ask.bodies):
        return answer(refused(ask))
    match order:
        case Act():
            return carry_out_act(ask, order)
        case Board():
            return _board(ask) if ask.is_office else _own(ask)
        case Unsent():
            return _unsent(ask)
        case ShortOfMaterials():
            return _short(ask)
        case Overdue():
            return _overdue(ask)


_Found = Page[ListedApplication, tuple[str, str]]


def _list(
    ask: StaffAsk, query: ApplicationQuery, only: Sequence[str] = (), limit: int = _MOST_LINES
) -> _Found:
    """The first applications that this person may see, by number; the sums count all, by (body, stage)."""
    scope = Scope(everything=ask.is_office, bodies=ask.bodies)
    wanted = wanted_of(ask.clerk.campaign, scope, query, ask.today)
    return ask.store.list_applications(replace(wanted, only=tuple(only), limit=limit))


# the board


def _board(ask: StaffAsk) -> StaffAnswer:
    campaign = ask.clerk.campaign
    found = _list(ask, ApplicationQuery(), limit=0)
    by_body: dict[str, Counter[str]] = {}
    for (body, stage), count in found.sums.items():
        by_body.setdefault(body, Counter())[stage] += count
    lines = [ask.say("board_head", time=_time(ask), count=found.total)]
    if found.total:
        lines.append(ask.say("board_total", stages=_counts(ask, sum(by_body.values(), Counter()))))
    for known in campaign.bodies:
        if here := by_body.get(known.id):
            stages = _counts(ask, here)
            lines.append(ask.say("board_body", body=known.name, count=here.total(), stages=stages))
    if "" in by_body:
        nowhere = _list(ask, ApplicationQuery(body=NO_BODY))
        numbers = "、".join(row.application.number for row in nowhere.rows)
        lines.append(ask.say("board_no_route", count=nowhere.total, numbers=numbers))
    silent = sum(known.id not in by_body for known in campaign.bodies)
    if silent:
        lines.append(ask.say("board_silent", count=silent))
    return answer("\n".join(lines), choices=_CHOICES)


_CHOICES = (Choice("谁还没报", "谁还没报"), Choice("缺材料的", "缺材料的"), Choice("逾期的", "逾期的"))


def _counts(ask: StaffAsk, counts: Counter[str]) -> str:
    """草稿2、已报推荐单位1: in the order of the campaign's stages."""
    return "、".join(
        f"{stage.label}{counts[stage.id]}" for stage in ask.clerk.campaign.stages if counts[stage.id]
    )


def _own(ask: StaffAsk) -> StaffAnswer:
    campaign = ask.clerk.campaign
    names = {body.id: body.name for body in campaign.bodies}
    lines = []
    for body in ask.bodies:
        found = _list(ask, ApplicationQuery(body=body))
        last = spoken_date(cutoff_of(ask, body))
        lines.append(ask.say("board_own_head", body=names.get(body, body), count=found.total, last=last))
        lines += _listed(ask, found)
    return answer("\n".join(lines), choices=_CHOICES)


def _standing_line(ask: StaffAsk, known: Application) -> str:
    wants = _wants(ask, known)
    line = ask.say("board_line", what=title(ask.clerk.campaign, known), stage=stage_label(ask, known))
    return f"{line}，{wants}" if wants else line


# who owes what


def _unsent(ask: StaffAsk) -> StaffAnswer:
    """Drafts and returned ones with what they owe; for the office the bodies that sent nothing upward."""
    campaign = ask.clerk.campaign
    open_stages = [one.id for one in campaign.stages if one.replay == "draft" and one.editable]
    found = _list(ask, ApplicationQuery(), open_stages)
    lines = [ask.say("unsent_head", count=found.total) if found.total else ask.say("unsent_none")]
    lines += _listed(ask, found)
    sent = {package.body for package in ask.store.packages()}
    if ask.is_office:
        silent = [body.name for body in campaign.bodies if body.id not in sent]
        if silent:
            lines.append(ask.say("unsent_bodies", count=len(silent), bodies="、".join(silent)))
    else:
        lines += [ask.say("unsent_own_package") for body in ask.bodies if body not in sent]
    return answer("\n".join(lines))


def _short(ask: StaffAsk) -> StaffAnswer:
    handed_in = [stage.id for stage in ask.clerk.campaign.stages if stage.replay == "submitted"]
    found = _list(ask, ApplicationQuery(owes=Owes.ANY), handed_in)
    if not found.total:
        return answer(ask.say("short_none"))
    return answer("\n".join([ask.say("short_head", count=found.total), *_listed(ask, found)]))


def _wants(ask: StaffAsk, known: Application) -> str:
    """未填：…；还缺：…；补正期限…: what an application owes now, by name; "" for nothing."""
    campaign = ask.clerk.campaign
    parts = []
    if campaign.stage(known.stage).replay == "draft":
        empty = [field.label for field in campaign.form.fields if not known.values.get(field.id)]
        if empty:
            names = "、".join(empty[:_MOST_NAMES])
            key = "wants_fields" if len(empty) <= _MOST_NAMES else "wants_fields_more"
            parts.append(ask.say(key, names=names, count=len(empty)))
    if debts := debt_labels(campaign, owes(campaign, known)):
        parts.append(ask.say("wants_materials", names="、".join(debts)))
    if due := known.dossier.get(RETURN_DUE):
        parts.append(ask.say("wants_return", month=int(due[5:7]), day=int(due[8:10])))
    return "；".join(parts)


# what came late


def _overdue(ask: StaffAsk) -> StaffAnswer:
    found = _list(ask, ApplicationQuery(mark=Mark.OVERDUE))
    if not found.total:
        return answer(ask.say("overdue_none"))
    head = ask.say("overdue_head", count=found.total, deadline=ask.clerk.campaign.deadline_words)
    tail = [ask.say("overdue_how")] if ask.is_office else []
    return answer("\n".join([head, *_listed(ask, found, _late_line), *tail]))


def _late_line(ask: StaffAsk, known: Application) -> str:
    times = [_late_time(ask, what, at) for what, at in late_attempts(known.dossier)]
    line = _standing_line(ask, known)
    return f"{line}（{'、'.join(times)}）" if times else line


def _late_time(ask: StaffAsk, what: str, at: datetime) -> str:
    moment = spoken_time(at.astimezone(ask.clerk.campaign.zone))
    return f"{moment}{ask.say(f'late_{what}')}"


# one application


def _show(ask: StaffAsk, order: Show) -> StaffAnswer | None:
    if not (ask.is_office or ask.bodies):
        return answer(refused(ask)) if order.surely else None
    try:
        known = find(ask, order.which)
    except Refused as why:
        return answer(str(why)) if order.surely else None
    return show(ask, known)


def _is_sealed(ask: StaffAsk) -> bool:
    return ask.clerk.campaign.keep_until is not None


def _are_known(ask: StaffAsk, names: Sequence[str]) -> bool:
    """Whether each of these names one application that this person may see."""
    try:
        return all(find(ask, name) for name in names)
    except Refused:
        return False


def _listed(
    ask: StaffAsk, found: _Found, line: Callable[[StaffAsk, Application], str] = _standing_line
) -> list[str]:
    """Numbered lines, and how many more there are."""
    shown = [f"{place}. {line(ask, row.application)}" for place, row in enumerate(found.rows, start=1)]
    more = found.total - len(shown)
    return [*shown, ask.say("board_more", count=more)] if more else shown


def _time(ask: StaffAsk) -> str:
    return spoken_time(ask.now.astimezone(ask.clerk.campaign.zone))
