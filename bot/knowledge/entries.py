"""What can be answered: the campaign's clauses, standard and questions.toml as entries.

questions.toml holds how people ask. Everything in it is optional; without it the clauses and the
standard alone are indexed. Wordings are written in text blocks, parted by line breaks or `；`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.knowledge.numbers import counts, date_in
from config.campaign import Campaign, Item, Section

_PARTED = re.compile(r"[\n；]")
# What is asked of any item of a standard.
_ASPECTS = (
    "这一项满分多少分，占几分，分值是多少，总共几分，怎么扣分，扣几分，要扣多少，会扣分吗，最多扣几分，丢几分，"
    "怎么查，查看什么，怎么打分，评分标准，验收标准，工作标准，方式方法，有什么要求，通过什么方式了解"
)
_LISTING = (
    "有哪些",
    "有几项是什么",
    "包括哪些内容",
    "都有什么",
    "是什么",
    "分别叫什么",
    "请列出来",
    "要满足什么",
)
_OVER = (
    "超",
    "超了",
    "超出",
    "超出了",
    "多了",
    "多出",
    "多出了",
    "多写了",
)  # by how much a bound is exceeded
_BEYOND = ("超过", "超过了", "多于", "大于", *_OVER)
_SENTENCE = re.compile(r"[。；！？\n]")


class Sort(StrEnum):
    CLAUSE = "clause"  # a clause by its own words
    FACT = "fact"  # one fact of a clause, with the sentence that states it
    ITEM = "item"  # one item of the standard
    SECTION = "section"  # a section of the standard
    GROUP = "group"  # several clauses under one heading
    UNSTATED = "unstated"  # what people ask and the notice does not say


@dataclass(frozen=True, slots=True)
class Choice:
    """The notice names one of several things: `wrong` answers those who name a rival."""

    rivals: tuple[str, ...]
    wrong: str  # may hold {rival}


@dataclass(frozen=True, slots=True)
class Limit:
    """The notice sets a bound on a number with one of `measures`."""

    measures: tuple[str, ...]
    least: float
    most: float
    within: str  # may hold {n}
    beyond: str

    def concerns(self, text: str) -> bool:
        """Whether a normalised text holds a number with one of the measures."""
        return self.number(text) is not None

    def number(self, text: str) -> float | None:
        """The first such number; 超了50 is 50 more than the bound, 超过1000 with a bound of 1000 is no number."""
        found = [count for count in counts(text) if count.measure.startswith(self.measures)]
        for count in sorted(found, key=lambda count: not count.before.endswith(_OVER)):
            if count.before.endswith(_OVER) and count.value < self.most:
                return self.most + count.value
            return None if count.before.endswith(_BEYOND) and count.value == self.most else count.value
        return None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The notice sets a day before which something is done. The day itself is not decided here."""

    month: int
    day: int
    before: str  # may hold {date}
    after: str

    def sentence(self, text: str) -> str:
        """What a normalised text that names another day is told; "" if it names none."""
        named = date_in(text, self.month)
        if named is None or named == (self.month, self.day):
            return ""
        said = self.before if named < (self.month, self.day) else self.after
        return said.format(date=f"{named[0]}月{named[1]}日" if named[1] else f"{named[0]}月")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be answered."""

    sort: Sort
    clauses: tuple[str, ...]
    say: str  # the fact in one sentence; for UNSTATED the topic
    wordings: tuple[str, ...]
    background: str
    quote: str = ""  # words inside the clause that the quotation must hold
    note: str = ""  # UNSTATED: what the notice does say nearby
    words: tuple[str, ...] = ()  # UNSTATED: words that decide by themselves
    patterns: tuple[str, ...] = ()  # UNSTATED: the same as regular expressions
    instead: str = ""  # UNSTATED: said instead of "the notice does not say"
    choice: Choice | None = None
    limit: Limit | None = None
    deadline: Deadline | None = None


@dataclass(frozen=True, slots=True)
class Counting:
    """How people report what they did of an item."""

    required: int  # how many the item asks for; 0: no such figure


def wordings(block: object) -> tuple[str, ...]:
    """The wordings of a text block."""
    return tuple(part for raw in _PARTED.split(str(block or "")) if (part := raw.strip()))


def sentences(text: str) -> list[str]:
    """The sentences of a clause, without their stops."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def _tables(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def strings_of(value: object) -> tuple[str, ...]:
    """The strings of a TOML array; none for anything else."""
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


def build(campaign: Campaign) -> list[Entry]:
    """All entries of a campaign."""
    data = campaign.questions
    items = {item.id for section in campaign.standard.sections for item in section.items}
    found = [_clause(campaign, clause.id, data) for clause in campaign.clauses if clause.id not in items]
    found += [_fact(campaign, row) for row in _tables(data.get("fact"))]
    for section in campaign.standard.sections:
        found.append(_section(section, data))
        found += [_item(section, item, data) for item in section.items]
    groups = _table(data.get("groups"))
    found += [_group(campaign, prefix, strings_of(names)) for prefix, names in groups.items()]
    found += [_unstated(row) for row in _tables(data.get("unstated"))]
    return found


def counting(campaign: Campaign) -> dict[str, Counting]:
    """Item id → how many the item asks for."""
    rows = _table(campaign.questions.get("item"))
    return {key: Counting(int(row.get("required", 0))) for key, row in rows.items()}


def _clause(campaign: Campaign, clause_id: str, data: Mapping[str, object]) -> Entry:
    clause = campaign.clause(clause_id)
    row = _table(_table(data.get("clause")).get(clause_id))
    own = (clause.title, *sentences(clause.text), *wordings(row.get("ask")))
    return Entry(Sort.CLAUSE, (clause_id,), str(row.get("say", "")), own, clause.title + "。" + clause.text)


def _fact(campaign: Campaign, row: Mapping[str, Any]) -> Entry:
    clauses = strings_of(row["clauses"])
    background = "。".join(campaign.clause(c).title + "。" + campaign.clause(c).text for c in clauses)
    choice, limit, deadline = row.get("choice"), row.get("limit"), row.get("deadline")
    return Entry(
        Sort.FACT,
        clauses,
        str(row["say"]),
        (*wordings(row["ask"]), str(row["say"])),
        background,
        quote=str(row.get("quote", "")),
        choice=Choice(strings_of(choice["rivals"]), str(choice["wrong"])) if choice else None,
        limit=_limit(limit) if limit else None,
        deadline=Deadline(**deadline) if deadline else None,
    )


def _limit(row: Mapping[str, Any]) -> Limit:
    least, most = float(row.get("least", 0)), float(row.get("most", 1e9))
    return Limit(strings_of(row["measures"]), least, most, str(row["within"]), str(row["beyond"]))


def _section(section: Section, data: Mapping[str, object]) -> Entry:
    title = section.title
    asks = (
        title,
        f"{title}这一大块共多少分",
        f"{title}总分满分几分",
        f"{title}部分包括哪些项目查看哪些内容怎么打分",
        f"{title}的工作标准是什么",
        f"第{section.id}部分第{section.id}大项{title}",
        *sentences(section.standard),
        *wordings(_table(_table(data.get("section")).get(section.id)).get("ask")),
    )
    return Entry(Sort.SECTION, tuple(item.id for item in section.items), title, asks, section.standard)


def _item(section: Section, item: Item, data: Mapping[str, object]) -> Entry:
    asks = (
        item.title,
        *sentences(item.method),
        *sentences(item.criteria),
        *(rule.words for rule in item.rules),
        *wordings(_table(_table(data.get("item")).get(item.id)).get("ask")),
    )
    background = "。".join((section.title, _ASPECTS, *item.evidence))
    return Entry(Sort.ITEM, (item.id,), item.title, asks, background)


def _group(campaign: Campaign, prefix: str, names: tuple[str, ...]) -> Entry:
    members = [clause for clause in campaign.clauses if clause.id.rpartition(".")[0] == prefix]
    titles = "、".join(clause.title for clause in members)
    asks = tuple(f"{name}{tail}" for name in names for tail in _LISTING)
    say = f"{names[0]}共{len(members)}项：{titles}。"
    return Entry(Sort.GROUP, tuple(clause.id for clause in members), say, (*names, *asks), titles)


def _unstated(row: Mapping[str, Any]) -> Entry:
    topic = str(row["topic"])
    asks = (topic, *wordings(row.get("ask")))
    note = str(row.get("note", ""))
    return Entry(
        Sort.UNSTATED,
        (),
        topic,
        asks,
        "",
        note=note,
        words=strings_of(row.get("words")),
        patterns=strings_of(row.get("patterns")),
        instead=str(row.get("instead", "")),
    )
