"""Answers from the standard: points, methods and deductions of its items and sections."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.knowledge import wording
from bot.knowledge.numbers import Deduction, deduct, figure, measure_of
from config.campaign import Item, Section, Standard

_ASKS_MOST = re.compile(r"最多(会|能|要)?扣|扣到顶|上限|封顶|最多.{0,4}扣")
_ASKS_POINTS = re.compile(r"几分|多少分|分值|满分|占分|总分|得分|多大分|权重|占多少|多少$")
_ASKS_DEDUCTION = re.compile(r"扣|减|丢|罚|损失|不合格|不规范|没有|缺")
_ASKS_METHOD = re.compile(
    r"怎么(查|看|考|检|了解|评|验|测|抽)|看什么|查什么|方式|途径|方法|手段|形式|抽|检查|考察|核查|了解|查看|来看"
)


class StandardAnswers:
    """Sentences about a standard. `text` is always the normalised question."""

    def __init__(self, standard: Standard) -> None:
        self._sections = standard.sections
        self._items = {item.id: item for section in standard.sections for item in section.items}
        self._section_of = {item.id: section for section in standard.sections for item in section.items}

    def item(self, item_id: str) -> Item | None:
        """The item with this id, None if the standard has none."""
        return self._items.get(item_id)

    def section_of(self, item_id: str) -> Section:
        """The section an item belongs to."""
        return self._section_of[item_id]

    def about_item(self, item: Item, text: str, required: int) -> tuple[str, bool]:
        """The sentence that answers a question about an item, and whether the item's maximum capped it."""
        worked = deduct(item, text, required)
        if worked is not None and not self._section_of[item.id].bonus:
            return self._worked(item, worked)
        return self._plain(item, text), False

    def worked(self, item: Item, text: str, required: int) -> tuple[str, float] | None:
        """What a text costs under an item, in words and points; None where it cannot be worked out."""
        worked = None if self._section_of[item.id].bonus else deduct(item, text, required)
        return (self._worked(item, worked)[0], worked.points) if worked else None

    def _worked(self, item: Item, worked: Deduction) -> tuple[str, bool]:
        values = {
            "count": figure(worked.count),
            "measure": measure_of(worked.rule),
            "points": figure(worked.points),
            "words": worked.rule.words,
            "maximum": figure(item.maximum),
            "left": figure(worked.left),
            "raw": figure(worked.raw),
            "each": figure(worked.rule.points) + "分",
        }
        if worked.parts:
            text = wording.DEDUCTED_SEVERAL.format(parts="，".join(worked.parts), **values)
            return text, worked.raw > item.maximum
        if worked.count == 0:
            return wording.DEDUCTED_NONE.format(**values), False
        if worked.raw > item.maximum:
            return wording.CAPPED.format(**values), True
        return (wording.DEDUCTED_WHOLE if worked.rule.whole else wording.DEDUCTED).format(**values), False

    def _plain(self, item: Item, text: str) -> str:
        title, points = item.title, figure(item.maximum)
        if any(rule.veto for rule in item.rules):
            return wording.ITEM_VETO.format(title=title)
        if self._section_of[item.id].bonus:
            return wording.ITEM_BONUS.format(title=title, points=points)
        if _ASKS_MOST.search(text):
            return wording.ITEM_MOST.format(title=title, points=points)
        if _ASKS_METHOD.search(text) and not _ASKS_DEDUCTION.search(text):
            return wording.ITEM_METHOD.format(title=title, points=points, method=_without_points(item.method))
        if not item.rules or (_ASKS_POINTS.search(text) and not _ASKS_DEDUCTION.search(text)):
            return wording.ITEM_POINTS.format(title=title, points=points)
        rules = "；".join(rule.reason.format(count=1, points=figure(rule.points)) for rule in item.rules)
        return wording.ITEM_RULES.format(title=title, points=points, rules=rules)

    def named(self, text: str) -> list[Section]:
        """The sections whose titles a question names, in the standard's order."""
        return [section for section in self._sections if section.title[:-1] in text]

    def summed(self, sections: Sequence[Section]) -> str:
        """Several sections added up."""
        parts = "，".join(f"{s.title}{figure(s.points)}分" for s in sections)
        return wording.SUM.format(parts=parts, total=figure(sum(s.points for s in sections)))

    def about_section(self, section: Section) -> str:
        """What a section is worth and how it divides."""
        parts = "、".join(_item_points(item) for item in section.items)
        return wording.SECTION.format(title=section.title, points=figure(section.points), items=parts)


def _item_points(item: Item) -> str:
    if any(rule.veto for rule in item.rules):
        return wording.SECTION_VETO.format(title=item.title)
    return wording.SECTION_ITEM.format(title=item.title, points=figure(item.maximum))


def _without_points(method: str) -> str:
    return re.sub(r"（\d+分）$", "", method)
