"""The typed shape of a campaign (评选活动): everything one notice asks, as data.

A campaign is a folder of TOML files (see `config/campaigns/pingdingshan-2019/`);
`config.load.load_campaign` reads it into the frozen values below. Nothing in the
code knows a particular notice: fields, limits, dates, clauses, scores, states and
sentences all come from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


class FieldKind(StrEnum):
    """How a form field's value is read (dialogue page §5)."""

    LINE = "line"  # one line of text
    UNIT = "unit"  # one line: the name of a unit
    DATE = "date"  # stored as YYYY-MM-DD
    PHONE = "phone"  # 11-digit mobile or 0375-2663225
    EMAIL = "email"
    TEXT = "text"  # one long message
    COLLECTED = "collected"  # long text sent in parts, ended by 完


class Measure(StrEnum):
    """What a field's limit counts."""

    CHARACTERS = "characters"  # code points of the normalised value
    WORDS = "words"  # 字数 as a word processor counts it (dialogue page §5.5)


class AnswerKind(StrEnum):
    """What a unit's answer to a rule's self-check question says."""

    YES = "yes"  # yes: the rule is met
    NO = "no"  # no: the rule is met
    DONE = "done"  # how many there are; the rule is met by what is short of `required`
    FAULTS = "faults"  # how often the rule is met


@dataclass(frozen=True, slots=True)
class Clause:
    """One citable piece of the notice, verbatim."""

    id: str  # "1.1", "a2.1.4", "a1.note.2", "contact"
    label: str  # as people find it on the paper, without brackets: 三（二）
    title: str  # short heading: 择优推荐
    text: str  # the words of the notice, nothing added


@dataclass(frozen=True, slots=True)
class Field:
    """One item of the application form, in the order of the form's numbers."""

    id: str
    number: int  # 1…n, what 修改第N项 refers to
    label: str  # 栏目, as printed
    kind: FieldKind
    limit: int  # 0: none
    measure: Measure
    aliases: tuple[str, ...]  # further names people use for it
    question: str  # what the bot asks
    help: str  # shown after a refused value or on request
    example: str
    mirrors: str | None  # id of the field that is normally the same value
    printed: bool  # stands on the paper form
    arabic_digits: bool  # warn where numbers are spelled in Chinese (§5.6)
    doubts: tuple[tuple[str, str], ...] = ()  # (pattern, hint): stored all the same, with the hint


@dataclass(frozen=True, slots=True)
class Form:
    """附件1: the items a unit fills, and the labels it must not fill."""

    title: str
    fields: tuple[Field, ...]
    unit_field: str  # id of the field whose value is the unit's name (one live application per unit)
    reserved: Mapping[str, str]  # label → who fills it: 推荐意见 → 推荐单位
    template: str  # file name of the official form in the campaign's folder

    def field(self, field_id: str) -> Field:
        """The field with this id; KeyError if the form has none."""
        for item in self.fields:
            if item.id == field_id:
                return item
        raise KeyError(field_id)


@dataclass(frozen=True, slots=True)
class Rule:
    """One deduction rule of the standard."""

    id: str  # "missing"
    points: float  # points deducted each time; 0 for a veto
    whole: bool  # True: once, whatever the count; False: per count
    verified: bool  # True: deducts only where the problem has been verified (经核实)
    veto: bool
    reason: str  # "缺{count}项，扣{points}分"
    words: str  # the notice's words
    question: str = ""  # what a unit is asked in its self-check; "" where it cannot know
    answer: AnswerKind | None = None  # set where there is a question
    required: int = 0  # how many the notice asks for; with AnswerKind.DONE only
    help: str = ""  # what helps to answer the question
    evidence: tuple[str, ...] = ()  # which of the item's papers the rule is about; (): all


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the standard (附件2)."""

    id: str  # "a2.1.1"
    number: str  # "1.1", short name on score sheets
    title: str  # 领导机制
    maximum: float
    known_by: str  # "unit" | "inspector" | "judgement"
    averaged: bool  # scored from an average by the office's formula
    method: str  # 方式方法, verbatim
    criteria: str  # 评分标准, verbatim
    evidence: tuple[str, ...]  # 佐证材料 a unit should have at hand
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Section:
    id: str  # "1"
    title: str  # 组织领导强
    points: float
    standard: str  # 工作标准, verbatim
    bonus: bool  # 创新加分: adds instead of deducting
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Standard:
    title: str
    note: str
    average_formula: str  # "" until the office sets one; "proportional": average / 100 × maximum
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """A recommending body (推荐单位): a county-level unit or a city department."""

    id: str
    name: str
    kind: str  # "county" | "department"
    aliases: tuple[str, ...]
    cutoff: date | None  # the body's own earlier date; None until it sets one


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something the notice does not say (待明确事项); cited only after the office answers."""

    id: str  # "Q1"
    question: str
    default: str  # what happens until the office decides; never told as a fact
    blocking: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """A state of an application (commands page §13)."""

    id: str
    label: str  # staff label
    public_label: str
    replay: str  # draft | submitted | withdrawn: what the replay interface calls it
    editable: bool  # the holder edits directly
    final: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """One allowed move between two stages."""

    source: str
    target: str
    role: str  # holder | body | office | system
    action: str  # submit, withdraw, accept, …
    needs_reason: bool
    label: str  # what staff read: 退回补正
    public_label: str  # what the unit reads: 推荐单位退回补正


@dataclass(frozen=True, slots=True)
class Contact:
    person: str
    phone: str
    email: str
    address: str
    office: str  # 平顶山市法治政府建设领导小组办公室
    office_short: str  # 市办公室


@dataclass(frozen=True, slots=True)
class UnitNames:
    """How two spellings of a unit's name are compared (dialogue page §9)."""

    prefixes: tuple[str, ...]  # leading words dropped, in this order
    replacements: tuple[tuple[str, str], ...]  # 市场监管局 → 市场监督管理局


@dataclass(frozen=True, slots=True)
class DeckCondition:
    """By what words of a deck (申报报告PPT) one condition of the notice is recognised."""

    clause: str  # id of the clause; its title is the condition's official heading
    headings: tuple[str, ...]  # what a section about it may be headed, beside the clause's title
    strong: tuple[str, ...]  # telling on their own; … in a word stands for up to six characters
    fair: tuple[str, ...]  # telling with another word
    weak: tuple[str, ...]  # telling with several


@dataclass(frozen=True, slots=True)
class DeckAspect:
    """One of the things every deck is to bring out (工作举措、亮点经验、工作实效)."""

    name: str
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeckRules:
    """What a deck is to cover; empty where the notice asks for nothing."""

    conditions: tuple[DeckCondition, ...] = ()
    aspects: tuple[DeckAspect, ...] = ()


class Audience(StrEnum):
    """Whom a reminder goes to. Those of a body are about what the body owes."""

    HOLDER = "holder"  # whoever fills the application
    CONTACT = "contact"  # a body's contacts
    DEPUTY = "deputy"  # a body's deputies
    CALL_SHEET = "call_sheet"  # the office telephones (电话通知清单)


class BaseDate(StrEnum):
    """The date a reminder is counted from."""

    DEADLINE = "deadline"  # the campaign's
    CUTOFF = "cutoff"  # the body's own; where it has none, the deadline
    DUE = "due"  # by which a returned application is due; where none is set, the cut-off


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """Who is reminded how long before which date."""

    id: str
    audience: Audience
    base: BaseDate
    days: tuple[int, ...]  # calendar days before the date, moved to the working day before
    stages: tuple[str, ...]  # of the application; for a body, those in which an application waits for it


Spans = tuple[tuple[time, time], ...]
"""Parts of a day, by the campaign's zone; both ends included, in order and apart."""


@dataclass(frozen=True, slots=True)
class Reminders:
    """When who is reminded of what; without rules nobody is."""

    rules: tuple[ReminderRule, ...] = ()
    windows: Spans = ()  # reminders are spread over these
    hours: Spans = ()  # office hours; outside of them nobody is written to
    contact_name: str = ""  # field with the name of whom the office telephones; "" if there is none
    contact_phone: str = ""  # field with the telephone; "" if there is none
    digest: time | None = None  # when bodies are told each working day what is new; None: never
    workdays: Mapping[date, bool] = field(default_factory=dict)  # days that differ from the calendar


@dataclass(frozen=True, slots=True)
class VisitRules:
    """How inspections on site (实地验收) are arranged; without stages there are none."""

    stages: tuple[str, ...] = ()  # in which an application may be visited
    slots: Spans = ()  # the usual times of a visit
    hours: Spans = ()  # outside of which none begins or ends
    minutes: int = 120  # how long a visit takes of which only the beginning is said
    travel_minutes: int = 60  # between two visits of one person in different counties
    patience: int = 2  # working days without an answer, after which the silent are taken further
    least_team: int = 2  # people; fewer are pointed out
    bodies_see: bool = True  # whether a recommending body sees the announced visits of its units
    address_field: str = ""  # field with the place of a visit; "" if there is none
    prepare: tuple[str, ...] = ()  # what every unit prepares, beside the papers of the standard


@dataclass(frozen=True, slots=True)
class ResultRules:
    """How the deck review is scored and results are made public; empty where the campaign says nothing."""

    conditions: tuple[str, ...] = ()  # clause ids, one line of the review sheet each
    maximum: int = 0  # of each condition, from 0; 0: remarks only
    total: bool = False  # whether the sheet itself adds the conditions up
    place: str = ""  # where the list is made public, as the notice names it
    workdays: int = 0  # length of the public notice; 0: not decided, and none can begin
    channel: str = ""  # how objections are raised; "" as long as it is not decided
    open_point: str = ""  # id of the open point that both are; "" if the notice says it


@dataclass(frozen=True, slots=True)
class Campaign:
    id: str
    title: str  # 2019年度平顶山市服务型行政执法示范点
    award: str  # what is conferred, as the announcement words it
    document_number: str
    zone: ZoneInfo
    opens: date
    deadline: date  # the last day in time, through 24:00
    deadline_words: str  # the notice's own words: 2019年7月25日之前
    deadline_clause: str  # id of the clause that sets it
    lateness_words: str  # the notice's words on lateness: 逾期不报视为自动放弃
    ends: date  # when the whole campaign is over
    quota: int
    contact: Contact
    clauses: tuple[Clause, ...]
    form: Form
    standard: Standard
    bodies: tuple[Body, ...]
    open_points: tuple[OpenPoint, ...]
    stages: tuple[Stage, ...]
    arrows: tuple[Arrow, ...]
    units: UnitNames
    phrases: Mapping[str, str]  # every sentence the bot says, by key
    questions: Mapping[str, object] = field(default_factory=dict)  # questions.toml, for bot.knowledge
    deck: DeckRules = DeckRules()
    reminders: Reminders = Reminders()
    results: ResultRules = ResultRules()
    visits: VisitRules = VisitRules()
    keep_until: date | None = None  # sealed: nothing is changed any more, and kept at least until this day
    folder: str = ""

    def clause(self, clause_id: str) -> Clause:
        """The clause with this id; KeyError if the notice has none."""
        for item in self.clauses:
            if item.id == clause_id:
                return item
        raise KeyError(clause_id)

    def stage(self, stage_id: str) -> Stage:
        """The stage with this id; KeyError if there is none."""
        for item in self.stages:
            if item.id == stage_id:
                return item
        raise KeyError(stage_id)

    def is_late(self, moment: datetime) -> bool:
        """Whether an aware `moment` lies after the deadline's last day in the campaign's zone."""
        return moment.astimezone(self.zone).date() > self.deadline
