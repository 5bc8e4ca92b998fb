"""Single lines of a sheet in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model.sheet import (
    Bonus,
    Found,
    LeaderSigned,
    Line,
    Looked,
    MemberSigned,
    Recused,
    Reopened,
    Scored,
    Settled,
    TeamChanged,
    VetoConcluded,
    VetoProposed,
    VetoSeconded,
    Withdrawn,
)
from bot.model.spoken import spoken_time
from bot.review.scoring import exact, number
from bot.sheets.access import Desk
from bot.sheets.content_json import kind_of
from bot.sheets.judging import Entry, Judged, Mark, Veto
from bot.sheets.views import EntryView, VetoView
from bot.staff.desk import StaffAsk
from config.campaign import Item


def entry_views(ask: StaffAsk, item: Item, judged: Judged) -> tuple[EntryView, ...]:
    """The entries about an item in the order in which they came."""
    found: dict[str, Entry] = {}
    for entry in (*judged.looked, *(one for group in judged.groups for one in group.entries)):
        # "nothing found" is also a side of each difference about its item, and says so
        if _item_of(entry.line) == item.id and (entry.line.id not in found or entry.mark is not Mark.COUNTS):
            found[entry.line.id] = entry
    return tuple(_entry(ask, item, entry) for entry in sorted(found.values(), key=lambda one: one.line.at))


def veto_view(ask: StaffAsk, desk: Desk, veto: Veto) -> VetoView:
    """A proposed veto and how far it has come."""
    content = veto.line.content
    assert isinstance(content, VetoProposed)
    second = ""
    if veto.second is not None and isinstance(veto.second.content, VetoSeconded):
        second = ask.say("sheet_veto_second", name=veto.second.name, evidence=veto.second.content.evidence)
    is_live = veto.mark is Mark.COUNTS and veto.concluded is None
    may_enter = desk.is_member and not desk.is_locked
    is_mine = veto.line.by == ask.person.id
    return VetoView(
        id=veto.line.id,
        item=content.item,
        text=_words(ask, content.item, content.rule),
        evidence=content.evidence,
        photos=content.photos,
        by=veto.line.name,
        second=second,
        state=_veto_state(ask, veto),
        may_second=is_live and may_enter and not is_mine and veto.second is None,
        may_withdraw=is_live and may_enter and (is_mine or desk.is_leader),
        may_conclude=is_live and desk.is_office and veto.is_signed,
    )


def history_lines(ask: StaffAsk, desk: Desk) -> tuple[str, ...]:
    """What happened to the sheet beside its entries."""
    names = {member.person: member.name for member in desk.sheet.team}
    names |= {line.by: line.name for line in desk.lines}
    return tuple(text for line in desk.lines if (text := _happened(ask, line, names)))


def _happened(ask: StaffAsk, line: Line, names: dict[int, str]) -> str:
    said = {"name": line.name, "time": spoken_time(line.at.astimezone(ask.clerk.campaign.zone))}
    match line.content:
        case Recused(person=person, reason=reason):
            whom = names.get(person, "")
            return ask.say("sheet_was_recused", whom=whom, reason=reason, **said)
        case TeamChanged(reason=reason):
            return ask.say("sheet_was_given", reason=reason, **said)
        case LeaderSigned(open_reason=reason):
            return ask.say("sheet_was_signed_first", reason=f"（{reason}）" if reason else "", **said)
        case MemberSigned(version=version):
            return ask.say("sheet_was_signed", version=version, **said)
        case Reopened(reason=reason):
            return ask.say("sheet_was_reopened", reason=reason, **said)
        case VetoConcluded(upheld=upheld, reason=reason):
            phrase = "sheet_was_vetoed" if upheld else "sheet_was_not_vetoed"
            return ask.say(phrase, reason=reason, **said)
    return ""


def _entry(ask: StaffAsk, item: Item, entry: Entry) -> EntryView:
    line = entry.line
    zone = ask.clerk.campaign.zone
    rule, evidence = "", ""
    photos: tuple[str, ...] = ()
    if isinstance(line.content, Found):
        rule = line.content.rule
    if isinstance(line.content, Found | Looked):
        evidence, photos = line.content.evidence, line.content.photos
    return EntryView(
        id=line.id,
        kind=kind_of(line.content),
        rule=rule,
        text=_text(ask, item, line),
        evidence=evidence,
        photos=photos,
        by=line.name,
        is_mine=line.by == ask.person.id,
        at=line.at.astimezone(zone),
        noted_at=_local(line.noted_at, zone),
        verified=entry.verified,
        mark=entry.mark,
        mark_label=_mark_label(ask, item, entry),
        word=_word(ask, entry),
    )


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if moment is None else moment.astimezone(zone)


def _text(ask: StaffAsk, item: Item, line: Line) -> str:
    match line.content:
        case Found(rule=rule, count=count):
            return ask.say("sheet_text_found", words=_rule_words(item, rule), count=count)
        case Scored(scores=scores):
            mean = number(sum(map(exact, scores), exact(0)) / len(scores))
            return ask.say("sheet_text_tested", count=len(scores), mean=mean)
        case Bonus(points=points, system=system, measures=measures, effect=effect):
            said = {"system": system, "measures": measures, "effect": effect}
            return ask.say("sheet_text_bonus", points=number(exact(points)), **said)
    return ask.say("sheet_text_looked")


def _mark_label(ask: StaffAsk, item: Item, entry: Entry) -> str:
    content = entry.line.content
    if entry.mark is Mark.COUNTS and isinstance(content, Found):
        needs = any(rule.id == content.rule and rule.verified for rule in item.rules)
        if needs and not entry.verified:
            return ask.say("sheet_mark_unverified")
    return ask.say(f"sheet_mark_{entry.mark}")


def _word(ask: StaffAsk, entry: Entry) -> str:
    if entry.by_word is None:
        return ""
    match entry.by_word.content:
        case Withdrawn(reason=reason):
            return ask.say("sheet_word_withdrawn", name=entry.by_word.name, reason=reason)
        case Settled(reason=reason):
            return ask.say(
                "sheet_word_settled", name=entry.by_word.name, reason=f"：{reason}" if reason else ""
            )
    return ""


def _veto_state(ask: StaffAsk, veto: Veto) -> str:
    if veto.mark is not Mark.COUNTS:
        return ask.say(f"sheet_mark_{veto.mark}")
    if veto.concluded is not None and isinstance(veto.concluded.content, VetoConcluded):
        return ask.say("sheet_veto_upheld" if veto.concluded.content.upheld else "sheet_veto_dismissed")
    return ask.say("sheet_veto_waits_office" if veto.second else "sheet_veto_waits_second")


def _words(ask: StaffAsk, item: str, rule: str) -> str:
    items: Iterable[Item] = (one for section in ask.clerk.campaign.standard.sections for one in section.items)
    return next((_rule_words(one, rule) for one in items if one.id == item), rule)


def _rule_words(item: Item, rule: str) -> str:
    return next((one.words for one in item.rules if one.id == rule), rule)


def _item_of(line: Line) -> str:
    content = line.content
    return content.item if isinstance(content, Found | Looked | Scored | Bonus) else ""
