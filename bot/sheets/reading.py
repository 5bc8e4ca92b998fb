"""A sheet as it stands, for a page: who looks decides only what may be done."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.sheet import Draw
from bot.model.spoken import spoken_time
from bot.review.scoring import Span, exact, number
from bot.sheets.access import FINISH, Desk, look_at, seen_sheets, versions
from bot.sheets.entry_views import entry_views, history_lines, veto_view
from bot.sheets.judging import Mark, recused
from bot.sheets.signing import digest_of, leader_signature
from bot.sheets.tally import Open, Tally, tally
from bot.sheets.views import Act, DrawView, ItemView, MemberView, RuleButton, SectionView, SheetView
from bot.staff.desk import StaffAsk
from bot.staff.moves import unit_of
from config.campaign import Item, Rule, Section

_GONE = (Mark.WITHDRAWN, Mark.VOID)


def sheet_view(ask: StaffAsk, sheet: int) -> SheetView:
    """The sheet, for whoever may see it; `Hidden` for everybody else."""
    return view_of(ask, look_at(ask, sheet))


def sheet_list(ask: StaffAsk, application: str) -> tuple[Desk, ...]:
    """The sheets of an application (id) that somebody may see, oldest first."""
    return seen_sheets(ask, application)


def view_of(ask: StaffAsk, desk: Desk) -> SheetView:
    """The view of a sheet that somebody was let see."""
    campaign, sheet = ask.clerk.campaign, desk.sheet
    stands = tally(campaign.standard, desk.lines)
    signed = leader_signature(sheet, desk.lines)
    void = recused(desk.lines)
    return SheetView(
        id=sheet.id,
        application=sheet.application,
        number=desk.application.number,
        unit=unit_of(campaign, desk.application),
        visit=sheet.visit,
        covert=sheet.covert,
        team=tuple(
            MemberView(one.person, one.name, one.person == sheet.leader, one.person in void)
            for one in sheet.team
        ),
        sections=tuple(_section(ask, section, stands) for section in campaign.standard.sections),
        base=figure(stands.base),
        bonus=figure(stands.bonus),
        total=figure(stands.total),
        vetoes=tuple(veto_view(ask, desk, veto) for veto in stands.judged.vetoes),
        open=open_lines(ask, stands),
        counting=ask.say("sheet_counting"),
        draws=tuple(
            draw_view(ask, draw, number) for number, draw in enumerate(ask.store.draws(sheet.id), start=1)
        ),
        history=history_lines(ask, desk),
        digest=digest_of(sheet, desk.lines),
        leader_signed=signed is not None and not desk.is_locked,
        open_reason=signed.open_reason if signed else "",
        is_locked=desk.is_locked,
        version=versions(desk.lines),
        may=frozenset(_acts(ask, desk, signed is not None)),
    )


def open_lines(ask: StaffAsk, stands: Tally) -> tuple[str, ...]:
    """What is not finished: 2.3 在线法律知识测试：尚无测试成绩."""
    items = {item.id: item for section in ask.clerk.campaign.standard.sections for item in section.items}
    return tuple(
        ask.say(
            "sheet_open_line",
            number=items[item].number,
            title=items[item].title,
            words="、".join(open_word(ask, one) for one in why),
        )
        for item, why in stands.open.items()
    )


def open_word(ask: StaffAsk, why: Open) -> str:
    return ask.say(f"sheet_open_{why}")


def figure(span: Span) -> str:
    """4, or 0–8."""
    low, high = number(span.low), number(span.high)
    return str(low) if low == high else f"{low}–{high}"


def draw_view(ask: StaffAsk, draw: Draw, number: int) -> DrawView:
    """A draw as a page shows it."""
    item = next(
        (
            one
            for section in ask.clerk.campaign.standard.sections
            for one in section.items
            if one.id == draw.item
        ),
        None,
    )
    text = ask.say(
        "sheet_draw",
        number=item.number if item else draw.item,
        size=draw.size,
        percent=f"{draw.percent:g}",
        count=draw.count,
        seed=draw.seed,
    )
    is_open = draw.opened_at is not None
    return DrawView(
        number,
        draw.item,
        text,
        draw.list_sha256,
        draw.seed,
        is_open,
        draw.names,
        draw.chosen,
        tuple(_draw_log(ask, draw)),
    )


def _draw_log(ask: StaffAsk, draw: Draw) -> Iterator[str]:
    names = {one.person: one.name for one in ask.store.members()}
    zone = ask.clerk.campaign.zone
    reason = ask.say("sheet_draw_reason", reason=draw.reason) if draw.reason else ""
    drawn = spoken_time(draw.at.astimezone(zone))
    yield ask.say("sheet_was_drawn", time=drawn, name=names.get(draw.by, ""), reason=reason)
    if draw.opened_at is not None and draw.opened_by is not None:
        opened = spoken_time(draw.opened_at.astimezone(zone))
        yield ask.say("sheet_was_draw_opened", time=opened, name=names.get(draw.opened_by, ""))


def _section(ask: StaffAsk, section: Section, stands: Tally) -> SectionView:
    points = stands.bonus if section.bonus else stands.section(section.id)
    return SectionView(
        section.id,
        section.title,
        section.standard,
        _number(section.points),
        figure(points),
        tuple(_item(ask, item, section.bonus, stands) for item in section.items),
    )


def _item(ask: StaffAsk, item: Item, bonus: bool, stands: Tally) -> ItemView:
    scored = next((one for one in stands.worst.items if one.item == item.id), None)
    why = stands.open.get(item.id, ())
    plain = _button_state(item.id, "", stands)
    return ItemView(
        id=item.id,
        number=item.number,
        title=item.title,
        maximum=_number(item.maximum),
        method=item.method,
        criteria=item.criteria,
        papers=item.evidence,
        known_by=ask.say(f"sheet_known_{item.known_by}"),
        points=figure(stands.bonus if bonus else stands.points(item.id)),
        is_exhausted=scored is not None and scored.points == 0 and scored.maximum > 0,
        reasons=scored.reasons if scored else (),
        open=why,
        open_words=tuple(open_word(ask, one) for one in why),
        averaged=item.averaged,
        bonus=bonus,
        differs=plain[0],
        valid=plain[1],
        rules=tuple(_button(item, rule, stands) for rule in item.rules),
        entries=entry_views(ask, item, stands.judged),
        is_vetoed=any(veto.is_live and veto.item == item.id for veto in stands.judged.vetoes),
    )


def _button(item: Item, rule: Rule, stands: Tally) -> RuleButton:
    differs, valid = _button_state(item.id, rule.id, stands)
    points = "" if rule.veto else _number(rule.points)
    return RuleButton(rule.id, rule.words, points, rule.whole, rule.verified, rule.veto, differs, valid)


def _button_state(item: str, rule: str, stands: Tally) -> tuple[bool, tuple[str, ...]]:
    """Whether inspectors differ there, and the entries that a settlement has to know."""
    groups = [group for group in stands.judged.groups if (group.item, group.rule) == (item, rule)]
    valid = [
        entry.line.id
        for group in groups
        for entry in group.entries
        if entry.mark not in (*_GONE, Mark.REPLACED)
    ]
    return any(group.differs for group in groups), tuple(valid)


def _acts(ask: StaffAsk, desk: Desk, signed: bool) -> list[Act]:
    arranges = desk.is_leader or desk.is_office
    if desk.is_locked:
        locked = [Act.REOPEN] if arranges else []
        if desk.is_office:
            locked += [Act.CONCLUDE_VETO] + ([Act.FINISH] if _may_finish(ask, desk) else [])
        return locked
    acts = [Act.ENTER, Act.RECUSE] if desk.is_member else [Act.RECUSE]
    if desk.is_leader:
        acts += [Act.SETTLE, Act.SIGN_AS_LEADER]
    elif desk.is_member and signed:
        acts.append(Act.SIGN_AS_MEMBER)
    if desk.is_office:
        acts += [Act.CHANGE_TEAM, Act.CONCLUDE_VETO]
    return acts


def _may_finish(ask: StaffAsk, desk: Desk) -> bool:
    """Whether the unit stands where its inspection is concluded; that all its sheets are signed the act sees to."""
    sources = {arrow.source for arrow in ask.clerk.campaign.arrows if arrow.action == FINISH}
    return desk.application.stage in sources


def _number(value: float) -> str:
    return str(number(exact(value)))
