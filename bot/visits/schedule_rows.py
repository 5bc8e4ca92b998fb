"""A schedule of visits out of the rows of a sheet: columns by name in any order, an error per row. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.dialogue.units import unit_key
from bot.model.application import Application
from bot.model.day_words import plain
from bot.model.visit import Inspector, VisitPlan
from bot.visits.conflicts import Booked, Calendar, booked, obstacles
from bot.visits.when import read_when
from bot.visits.wording import spoken_when


class Row(Protocol):
    """A row of a sheet: its number as the sheet shows it, and what its cells show."""

    @property
    def number(self) -> int: ...

    @property
    def cells(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class SheetWorld:
    """What the rows are read against. `people` are those who may be sent, `taken` the visits there are."""

    calendar: Calendar
    applications: Sequence[Application]
    people: Sequence[Inspector]
    taken: Sequence[Booked]


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row that is a visit."""

    row: int
    application: Application
    plan: VisitPlan
    is_there: bool = False  # just this visit has been entered before


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row, or with the sheet as a whole (row 0)."""

    row: int
    cell: str  # as the sheet names it: "C3"; "" where it is not of one cell
    written: str  # what stands in that cell
    what: str  # the sentence, with what to write instead
    text: str  # the same with its row, as one line

    @property
    def wrong(self) -> str:
        """The sentence up to the advice."""
        return _ADVICE.split(self.what, maxsplit=1)[0].rstrip("。，") + "。"

    @property
    def advice(self) -> str:
        """What to write instead; "" where the sentence gives none."""
        found = _ADVICE.split(self.what, maxsplit=1)
        return f"请{found[1].rstrip('。')}。" if len(found) > 1 else ""


_COLUMNS = {
    "number": ("申报编号", "编号", "申报号", "受理编号"),
    "unit": ("单位", "单位名称", "申报单位", "被验收单位", "验收单位", "受检单位"),
    "day": ("日期", "验收日期", "时间安排", "验收时间", "日程"),
    "time": ("时间", "时段", "具体时间", "开始时间", "上下午"),
    "end": ("结束时间", "截止时间"),
    "leader": ("组长", "带队", "带队领导", "验收组长", "组长姓名"),
    "members": ("成员", "组员", "验收成员", "参加人员", "成员姓名", "验收组成员"),
    "contact": ("联系人", "联络人", "验收联系人"),
    "phone": ("电话", "联系电话", "联系方式", "手机", "手机号"),
    "place": ("地点", "地址", "验收地点"),
    "prepare": ("备注", "准备事项", "准备材料", "说明"),
}
_NEEDED = ("leader",)
_HEAD_ROWS = 10  # among which the row of names is looked for: titles stand above it
_BLANK_TIME = re.compile(r"[ T]00:00(?::00)?$")
_ADVICE = re.compile(r"[，。]\s*(?:如需改动，)?请")
_BETWEEN = re.compile(r"[\s、,，;；/]+")


def named_in(rows: Sequence[Row]) -> tuple[frozenset[str], frozenset[str]]:
    """(numbers, units) that the rows name, as written: what is to be looked up for `SheetWorld`."""
    found = _header(rows)
    if found is None:
        return frozenset(), frozenset()
    place, columns = found
    written: dict[str, set[str]] = {"number": set(), "unit": set()}
    for row in rows[place + 1 :]:
        for name, texts in written.items():
            at = columns.get(name)
            if at is not None and at < len(row.cells):
                texts.add(row.cells[at].strip())
    return frozenset(written["number"] - {""}), frozenset(written["unit"] - {""})


def read_schedule(
    rows: Sequence[Row], world: SheetWorld
) -> tuple[tuple[PlannedRow, ...], tuple[RowProblem, ...]]:
    """(visits, problems); with any problem nothing is to be imported.

    Rows that name a unit and nothing of a visit are left out: not every unit of a list is visited.
    """
    phrases = world.calendar.campaign.phrases
    found = _header(rows)
    if found is None:
        return (), (_of_sheet(phrases["visit_sheet_header"]),)
    place, columns = found
    known = _Known(world)
    planned: list[PlannedRow] = []
    problems: list[RowProblem] = []
    for row in rows[place + 1 :]:
        if not any(cell.strip() for cell in row.cells):
            continue
        read = _Row(row, columns, known)
        if not read.arranges:
            continue
        if one := read.planned():
            planned.append(one)
        problems += read.wrong
    if not planned and not problems:
        problems.append(_of_sheet(phrases["visit_sheet_empty"]))
    fresh = [one for one in planned if not one.is_there]
    problems += _clashes(fresh, columns, world)
    return tuple(planned), tuple(problems)


def _header(rows: Sequence[Row]) -> tuple[int, Mapping[str, int]] | None:
    """Place of the row of names, and column by meaning."""
    meanings = {name: meaning for meaning, names in _COLUMNS.items() for name in names}
    for place, row in enumerate(rows[:_HEAD_ROWS]):
        columns: dict[str, int] = {}
        for at, cell in enumerate(row.cells):
            name = re.sub(r"[\s*＊:：]|[(（].*", "", cell)
            if name in meanings:
                columns.setdefault(meanings[name], at)
        if "time" in columns and "day" not in columns:
            columns["day"] = columns.pop("time")
        if {"unit", "number"} & set(columns) and {"day", *_NEEDED} <= set(columns):
            return place, columns
    return None


def _of_sheet(what: str) -> RowProblem:
    return RowProblem(0, "", "", what, what)


def _cell_name(row: int, column: int | None) -> str:
    """C3 for the third column (2) of row 3; "" for no column."""
    if column is None:
        return ""
    letters, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


class _Known:
    """The world, to be looked things up in."""

    def __init__(self, world: SheetWorld) -> None:
        self.calendar, self.campaign = world.calendar, world.calendar.campaign
        self.applications: dict[str, list[Application]] = {}  # by number, receipt and key of the unit
        self.people: dict[str, list[Inspector]] = {}
        for one in world.applications:
            for name in {one.number, one.receipt, self.key_of(one)} - {""}:
                self.applications.setdefault(name, []).append(one)
        for inspector in world.people:
            self.people.setdefault(inspector.name, []).append(inspector)
        self.there = {(one.application, _times(one.plan)) for one in world.taken}

    def unit_of(self, application: Application) -> str:
        return application.values.get(self.campaign.form.unit_field, "")

    def key_of(self, application: Application) -> str:
        return unit_key(self.campaign.units, self.unit_of(application))


def _times(plan: VisitPlan) -> tuple[object, ...]:
    """What makes two visits to a unit one and the same."""
    return plan.day, plan.start, plan.end, plan.leader.person, frozenset(one.person for one in plan.members)


class _Row:
    """One row under way; `wrong` collects what is to be put right."""

    def __init__(self, row: Row, columns: Mapping[str, int], known: _Known) -> None:
        self.known, self.campaign = known, known.campaign
        cells = row.cells
        self.cell = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
        self.number = row.number
        self.columns = columns
        self.wrong: list[RowProblem] = []

    @property
    def arranges(self) -> bool:
        """Whether anything of a visit is said, beside whom it would be to."""
        return any(self._text(name) for name in ("day", "time", "end", "leader", "members"))

    def planned(self) -> PlannedRow | None:
        """The visit, None where anything is wrong."""
        application = self._application()
        leader = self._leader()
        names = [name for name in _BETWEEN.split(self._text("members")) if name]
        members = [self._person("members", name) for name in names if name != self._text("leader")]
        when = read_when(self._when_text(), self.known.calendar.today, self.campaign.visits)
        if when.day is None:
            self._say("day", "visit_sheet_day", day=when.wrong or self._text("day"))
        elif when.start is None or when.end is None:
            self._say(
                "time" if "time" in self.columns else "day",
                "visit_sheet_time",
                time=when.wrong or self._text("time"),
            )
        if self.wrong or application is None or leader is None:
            return None
        assert when.day is not None
        assert when.start is not None
        assert when.end is not None
        campaign = self.campaign
        own = (self._text("contact"), self._text("phone"))
        plan = VisitPlan(
            when.day,
            when.start,
            when.end,
            leader,
            tuple(dict.fromkeys(one for one in members if one is not None)),
            own[0] if any(own) else campaign.contact.person,
            own[1] or campaign.contact.phone,
            self._text("place") or application.values.get(campaign.visits.address_field, ""),
            self._text("prepare"),
        )
        is_there = (application.id, _times(plan)) in self.known.there
        return PlannedRow(self.number, application, plan, is_there)

    def _text(self, name: str) -> str:
        return self.cell.get(name, "")

    def _when_text(self) -> str:
        """Day, time and end as one text; a cell that holds a day only shows midnight at times."""
        day, clock, end = (_BLANK_TIME.sub("", plain(self._text(name))) for name in ("day", "time", "end"))
        clock = re.sub(r"^\d{4}-\d{2}-\d{2}[ T]", "", clock)
        return f"{day} {clock}-{end}" if end and clock else f"{day} {clock}"

    def _say(self, column: str, phrase: str, **facts: object) -> None:
        """A problem of the cell in this column."""
        what = self.campaign.phrases[phrase].format(**facts)
        text = self.campaign.phrases["visit_sheet_problem"].format(row=self.number, what=what)
        cell = _cell_name(self.number, self.columns.get(column))
        self.wrong.append(RowProblem(self.number, cell, self._text(column), what, text))

    def _application(self) -> Application | None:
        """By number where there is one, else by the unit's name."""
        number, unit = self._text("number"), self._text("unit")
        key = unit_key(self.campaign.units, unit)
        if not number and not unit:
            self._say("unit" if "unit" in self.columns else "number", "visit_sheet_no_unit")
            return None
        found = self.known.applications.get(number or key, [])
        standing = [one for one in found if one.stage in self.campaign.visits.stages] or found
        if len(standing) != 1:
            phrase = "visit_sheet_several" if standing else "visit_sheet_unknown"
            self._say("number" if number else "unit", phrase, what=number or unit)
            return None
        one = standing[0]
        if number and unit and key != self.known.key_of(one):
            named = self.known.unit_of(one)
            self._say("unit", "visit_sheet_other_unit", number=number, unit=named, written=unit)
            return None
        return one

    def _leader(self) -> Inspector | None:
        name = self._text("leader")
        if not name:
            self._say("leader", "visit_sheet_leader")
        return self._person("leader", name) if name else None

    def _person(self, column: str, name: str) -> Inspector | None:
        found = self.known.people.get(name, [])
        if len({one.person for one in found}) == 1:
            return found[0]
        if found:
            self._say(column, "visit_sheet_namesakes", name=name)
        else:
            self._say(column, "visit_no_inspector", name=name)
        return None


def _clashes(
    planned: Sequence[PlannedRow], columns: Mapping[str, int], world: SheetWorld
) -> list[RowProblem]:
    """What stands in the way of each, the rows before it and the visits there are."""
    campaign, phrases = world.calendar.campaign, world.calendar.campaign.phrases
    others = list(world.taken)
    problems = []
    for one in planned:
        wanted = booked(campaign, 0, one.application, one.plan)
        cell = _cell_name(one.row, columns["day"])
        problems += [
            RowProblem(
                one.row,
                cell,
                spoken_when(one.plan),
                what,
                phrases["visit_sheet_problem"].format(row=one.row, what=what),
            )
            for what in obstacles(world.calendar, wanted, others)
        ]
        others.append(wanted)
    return problems
