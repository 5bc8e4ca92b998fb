"""Figures in questions, and deductions worked out by the standard's rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.knowledge.cues import alike, is_question
from config.campaign import Item, Rule

_DATE = re.compile(r"(?:(\d{1,2})月份?(?:(\d{1,2})[日号]?)?|(?<![\d.])(\d{1,2})[日号])(?![字楼])")
_COUNT = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*([\u4e00-\u9fff]{0,2})")
_BOUND = (
    "这",
    "那",
    "该",
    "每",
    "不少于",
    "不低于",
    "至少",
    "满分",
    "不超过",
    "要求",
    "规定",
    "第",
    "近",
    "总共",
    "一共",
    "最多",
)
_SHORT = ("缺", "少", "差", "没做", "没有", "漏", "欠", "不足", "未")
_DONE = ("只", "仅", "就", "做了", "搞了", "有", "去了", "指导了", "统计了", "完成", "开展了", "才")
_VERIFIED = re.compile(r"(核实|查实|其中|只有)[了的有是出]*$")
_LOOKED_AT = (
    "抽",
    "抽了",
    "抽查",
    "抽查了",
    "抽取",
    "抽取了",
    "抽到",
    "测了",
    "考了",
    "选了",
    "查了",
    "看了",
    "共有",
)
_AMISS = re.compile(r"[不没未无错差缺少漏]")
_IN_PART = re.compile(r"专职|兼职|专人|专门的人")  # lacking in some way, which is not lacking altogether
_ONLY = ("只", "仅", "光", "单单", "就做", "就搞", "才")
_STOP = re.compile(r"[,;。!?\s]")
_PARTED = re.compile(r"[,;。、!?\s]")
_LACKING = re.compile(r"没|未|缺|少|漏|忘|差|无")
_NONE = ("没有", "没", "无", "未", "不存在", "空白", "拿不出", "压根")
_ALL_MISSING = re.compile(r"(都|全|1次都|1项都|1个都|也|完全|从来|从没|啥也|压根|根本)(没|未|不)|0(次|项|个)")
_PARTLY = re.compile(r"其中|核实|抽|里头|里面|只有")
_ASKS_FIGURE = re.compile(r"(?<!部)分|多少|扣|剩|怎么算|咋算|得")
_FAULT = re.compile(r"[不没未无缺少漏差]|问题|查出|发现")  # something is amiss, as a plain statement tells it
_NAMED = 3  # pairs that a text shares with a rule it names
_ALIKE = {"个": ("个", "处", "项", "件", "起", "样"), "次": ("次", "回", "趟", "遍")}  # said for one another
_MEASURES = ("人", "次", "处", "个", "项", "名", "件", "条", "点", "份", "起", "回", "趟", "遍", "家", "样")


@dataclass(frozen=True, slots=True)
class Count:
    """A figure in a question: its value, what follows it and what stands before it."""

    value: float
    measure: str
    before: str
    around: str
    part: str  # the part of the sentence it stands in


@dataclass(frozen=True, slots=True)
class Deduction:
    """A deduction worked out: `raw` before the item's maximum, `points` after it."""

    rule: Rule
    count: float
    raw: float
    points: float
    left: float
    parts: tuple[str, ...] = ()  # what adds up, where several rules apply


def figure(value: float) -> str:
    """A figure as people write it: 3, 2.5."""
    return str(int(value)) if value == int(value) else f"{value:g}"


def counts(text: str) -> list[Count]:
    """The figures of a normalised text, in order."""
    ends = [m.start() for m in _STOP.finditer(text)]
    found = []
    for m in _COUNT.finditer(text):
        at = m.start()
        first = max((end + 1 for end in ends if end < at), default=0)
        last = min((end for end in ends if end >= m.end(1)), default=len(text))
        around = text[max(0, at - 6) : m.end() + 6]
        found.append(Count(float(m[1]), m[2], text[max(0, at - 4) : at], around, text[first:last]))
    return found


def date_in(text: str, month: int) -> tuple[int, int] | None:
    """The first date of a normalised text as (month, day); a bare day is one of `month`.

    A month without a day has day 0, unless it is `month` itself: then it says nothing.
    """
    for m in _DATE.finditer(text):
        if m[3]:
            return month, int(m[3])
        if m[2] or int(m[1]) != month:
            return int(m[1]), int(m[2] or 0)
    return None


def measure_of(rule: Rule) -> str:
    """What a rule counts, by its words: 次, 处, 项, 个, 人次."""
    found = re.search(r"(?:1|每)(人次|处|次|个|项)", rule.words)
    return found[1] if found else ""


def _reported(text: str) -> list[Count]:
    """Counts that say what happened: not bounds, years, points or ordinals, nor of how many it happened.

    What was verified goes before what was claimed, what is amiss before what was looked at, and the case that is
    asked about last (…扣几分，3个呢) before the one that was asked about first.
    """
    found = [c for c in counts(text) if c.measure.startswith(_MEASURES) and not c.before.endswith(_BOUND)]
    for tells in (
        lambda c: _VERIFIED.search(c.before) or re.search(rf"{c.value:g}[^\d]{{0,6}}属实", c.part),
        lambda c: c.part.endswith("呢") and text.rstrip("?").endswith(c.part),
        lambda c: not c.before.endswith(_LOOKED_AT),
        lambda c: _AMISS.search(c.part),
    ):
        telling = [c for c in found if tells(c)]
        told = "".join(alike(c.measure[0]) for c in telling)
        found = [c for c in found if c in telling or c.measure[0] not in told]
    return found


def _missing(count: Count, text: str, required: int) -> float:
    if not required:
        return count.value
    if any(word in count.before for word in _SHORT) or _ALL_MISSING.search(text):
        return min(count.value, required)
    if any(word in text for word in _DONE):
        return max(0.0, required - count.value)
    return count.value


def _told(rule: Rule, reported: Sequence[Count], text: str, required: int) -> float:
    """How often a rule is broken, by what the text reports."""
    if required:
        done = [c for c in reported if any(word in c.before for word in _ONLY)]
        return _missing((done or reported)[0], text, required)
    same = [c for c in reported if c.measure.startswith(measure_of(rule))]
    if len(same) > 1 and len(same) == len(reported) and not _PARTLY.search(text):
        return sum(c.value for c in same)
    return max(reported, key=lambda c: _shared(rule, c.around)).value


def _per_count(rules: Sequence[Rule], text: str) -> Rule | None:
    found = [rule for rule in rules if not rule.whole and not rule.veto]
    return max(found, key=lambda rule: _shared(rule, text), default=None)


def _worked(item: Item, rule: Rule, count: float) -> Deduction:
    raw = rule.points if rule.whole and count else rule.points * count
    points = min(raw, item.maximum)
    return Deduction(rule, count, raw, points, item.maximum - points)


def deduct(item: Item, text: str, required: int = 0) -> Deduction | None:
    """What the situation told in `text` (normalised) costs under `item`; None when it tells no figure.

    It is worked out where points are asked for, and where nothing is asked: somebody just says what is amiss.

    `required` is how many the item asks for: "只做了1次" then counts what is missing.
    """
    told = (not is_question(text) or text.endswith("呢")) and _FAULT.search(text)
    if not (told or _ASKS_FIGURE.search(text)) or item.averaged:
        return None
    rule = _per_count(item.rules, text)
    only = any(any(word in c.before for word in _ONLY) for c in _reported(text))
    short = any(any(word in c.before for word in _SHORT) for c in _reported(text))
    if rule and required and not short and not only and (named := _named(rule, text, required)):
        return _worked(item, rule, named)
    several = _whole_and_counted(item, text) or _several(item, text)
    if several is not None:
        return several
    reported = [c for c in _reported(text) if c.value]
    nothing = _ALL_MISSING.search(text)
    if rule and reported and not (nothing and any(c.value == 1 for c in reported) and len(reported) == 1):
        return _worked(item, rule, _told(rule, reported, text, required))
    whole = [r for r in item.rules if r.whole and not r.veto]
    best = None if _IN_PART.search(text) else max(whole, key=lambda r: _shared(r, text), default=None)
    if rule and required and nothing and (best is None or _shared(rule, text) > _shared(best, text)):
        return _worked(item, rule, required)
    if best and (any(word in text for word in _NONE) or _shared(best, text) >= _NAMED):
        return _worked(item, best, 1)
    return None


def _named(rule: Rule, text: str, required: int) -> int:
    """How many of the things a rule lists (年初安排部署、年中督促检查…) the text says are missing."""
    listed = [part[:2] for part in rule.words.split("，")[0].split("、") if len(part) > 3]
    if len(listed) < 2:
        return 0
    done = missing = 0
    for part in _PARTED.split(text):
        named = sum(word in part for word in listed)
        if any(word in part for word in _ONLY):
            done += named
        elif _LACKING.search(part):
            missing += named
    return missing or (required - done if done else 0)


def _whole_and_counted(item: Item, text: str) -> Deduction | None:
    """The sum where one part of the text says that something is not there, and another counts faults."""
    rule = _per_count(item.rules, text)
    whole = [r for r in item.rules if r.whole and not r.veto]
    parts = _PARTED.split(text)
    lacking = [p for p in parts if not counts(p) and any(word in p for word in _NONE)]
    faults = [p for p in parts if _reported(p)]
    gone = max(
        (r for r in whole for p in lacking if _shared(r, p) >= 2), key=lambda r: r.points, default=None
    )
    if rule is None or gone is None or not faults:
        return None
    count = sum(c.value for p in faults for c in _reported(p))
    raw = gone.points + rule.points * count
    points = min(raw, item.maximum)
    said = (
        f"没有的扣{figure(gone.points)}分",
        f"{figure(count)}{measure_of(rule)}扣{figure(rule.points * count)}分",
    )
    return Deduction(rule, count, raw, points, item.maximum - points, said)


def _several(item: Item, text: str) -> Deduction | None:
    """The sum where the text reports on several rules, each with a measure word of its own."""
    rules = [rule for rule in item.rules if not rule.whole and not rule.veto]
    measures = [_ALIKE.get(measure_of(rule), (measure_of(rule),)) for rule in rules]
    reported = [
        (rule, sum(c.value for c in _reported(text) if c.measure.startswith(said)))
        for rule, said in zip(rules, measures, strict=True)
    ]
    if len(rules) < 2 or not all(count for _, count in reported):
        return None
    raw = sum(rule.points * count for rule, count in reported)
    points = min(raw, item.maximum)
    parts = tuple(f"{figure(n)}{measure_of(rule)}扣{figure(rule.points * n)}分" for rule, n in reported)
    return Deduction(rules[0], sum(n for _, n in reported), raw, points, item.maximum - points, parts)


def _shared(rule: Rule, text: str) -> int:
    return sum(rule.words[i : i + 2] in text for i in range(len(rule.words) - 1))
