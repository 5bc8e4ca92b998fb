"""A recommendation that a body mails the old way: which units it names, in which order, with which files. Pure.

Units are known by the forms inside, by the body's list (a table), and by name. A deck or a scan belongs to the unit
whose name stands in its file's name or in that of the folder around it; the last one left belongs to the last unit
that has none. The order is the list's, else that of numbered lines, or of a sentence on the order, in the mail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.script import simplify
from bot.dialogue.units import unit_key
from bot.mail.kinds import take
from bot.model.mail import FileKind, Inspection, ParsedMail, Part
from config.campaign import Campaign

_UNIT = re.compile(r"单位名称|申报单位|推荐单位名|单位|名称")
_RANK = re.compile(r"推荐顺序|推荐次序|推荐排序|排序|顺序|次序|名次|位次|序号")
_NO_UNIT = re.compile(r"级别|地址|电话|联系|类型|性质|负责人")
_NUMBERED = re.compile(
    r"\s*(?:[(（]?第?\s*(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})\s*(?:名|位|[.．、:：)）]|\s))"
)
_ORDERED = re.compile(r"(?:推荐)?(?:顺序|次序|排序|排名)")
_NOISE = re.compile(
    r"申报报告|汇报材料|申报材料|申报表|盖章|扫描件?|附件|材料|报告|汇报|ppt|定稿|终稿|最终|版|[0-9\W_]+",
    re.IGNORECASE,
)
_SHORTEST = 3  # characters of a unit's name that may stand for it in a file's name
_CONFIRM = re.compile(
    r"(?:我们?|我单位|我办|我局)?(?:已核对|核对|经核对)?(?:无误)?(?:现)?(?:确认|同意)(?:邮件)?上报(?:推荐)?(?:吧|。)?"
)
_DROP = re.compile(r"(?:取消|不要|撤销|放弃)(?:邮件|本次)?(?:上报|报送)")
_PARTS = re.compile(r"[。！!；;，,、\s]+")
_DOUBTS = re.compile(r"不|没|未|别|勿|先|暂|等|待|如|若|要是|是否|能否|再|后|但|改|有误|错|[?？]")


@dataclass(frozen=True, slots=True)
class MailedUnit:
    """A unit the mail names. `files` are the positions of its decks and scans among the parts."""

    name: str
    form: Mapping[str, str] | None = None
    files: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MailedPackage:
    """`units` stand in their order where `ordered`. `loose`: decks and scans of which it is not said whose they are."""

    units: tuple[MailedUnit, ...] = ()
    ordered: bool = False
    loose: tuple[int, ...] = ()


def read_package(
    campaign: Campaign,
    parsed: ParsedMail,
    inspections: Sequence[Inspection | None],
    known: Sequence[str],
) -> MailedPackage:
    """What a mail recommends. `known`: names of the units that handed something in to its sender's body."""
    names = _Names(campaign)
    forms: dict[str, tuple[str, Mapping[str, str]]] = {}
    for one in inspections:
        unit = one.form.get(campaign.form.unit_field, "") if one is not None and one.form else ""
        if one is not None and one.form and unit:
            forms.setdefault(names.key(unit), (unit, one.form))
    listed = [row for one in inspections if one is not None and one.rows for row in _list(one.rows)]
    written = {names.key(unit): unit for unit, _ in forms.values()}
    for name in known:
        written.setdefault(names.key(name), name)
    sheet = _unique(_matched(names, written, listed))
    text = _unique(_in_text(names, written, parsed.text))
    order = sheet or text
    wanted = _unique([*order, *(key for key in written if key in forms)])
    files, loose = _files(names, written, wanted, parsed.parts, inspections)
    wanted = _unique([*wanted, *(key for key in written if key in files)])
    agreed = not (sheet and text) or [key for key in sheet if key in text] == text
    ordered = len(wanted) == 1 or (bool(order) and set(order) >= set(wanted) and agreed)
    units = [
        MailedUnit(written[key], forms[key][1] if key in forms else None, tuple(files.get(key, ())))
        for key in wanted
    ]
    return MailedPackage(tuple(units), ordered, tuple(loose))


def confirms(text: str) -> bool:
    """Whether a mail says 确认上报 and nothing that doubts it."""
    return _says(text, _CONFIRM)


def drops(text: str) -> bool:
    """Whether a mail says 取消上报."""
    return _says(text, _DROP)


def _says(text: str, pattern: re.Pattern[str]) -> bool:
    parts = [part for part in _PARTS.split(simplify(text[:400])) if part]
    said = [part for part in parts if pattern.fullmatch(part)]
    return bool(said) and not any(_DOUBTS.search(part) for part in parts if part not in said)


class _Names:
    """Spellings of units compared."""

    def __init__(self, campaign: Campaign) -> None:
        self.key: Callable[[str], str] = lambda text: unit_key(campaign.units, text)

    def within(self, keys: Iterable[str], text: str) -> list[str]:
        """The units a text names, in its order; a longer name counts before one that is part of it."""
        line, found = self.key(text), []
        for key in sorted(keys, key=len, reverse=True):
            place = line.find(key) if key else -1
            if place >= 0:
                found.append((place, key))
                line = line.replace(key, "\x00" * len(key))
        return [key for _, key in sorted(found)]


def _list(rows: Sequence[Sequence[str]]) -> list[str]:
    """The names in a table's column of units, by rank where it has such a column, else as they stand there."""
    for head, row in enumerate(rows):
        column = _column(row, _UNIT)
        if column is None or len([cell for cell in row if cell]) < 2:
            continue
        rank = _column(row, _RANK)
        found = [(_rank(one, rank), one[column].strip()) for one in rows[head + 1 :] if column < len(one)]
        found = [(place, name) for place, name in found if name]
        places = [place for place, _ in found]
        if None not in places and len(set(places)) == len(places):
            found.sort(key=lambda item: item[0] or 0)
        return [name for _, name in found]
    return [" ".join(row) for row in rows]


def _column(row: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    fitting = [n for n, cell in enumerate(row) if pattern.search(cell) and not _NO_UNIT.search(cell)]
    return fitting[0] if fitting else None


def _rank(row: Sequence[str], column: int | None) -> int | None:
    cell = row[column].strip() if column is not None and column < len(row) else ""
    return int(cell) if cell.isascii() and cell.isdecimal() else None


def _matched(names: _Names, written: dict[str, str], listed: Sequence[str]) -> list[str]:
    """The listed units; one that is known neither by a form nor to the body joins `written`."""
    order: list[str] = []
    for name in listed:
        found = names.within(written, name)
        key = names.key(name)
        if not found and _looks_like_unit(name):
            written[key] = name
            found = [key]
        order += found[:1]
    return order


def _looks_like_unit(name: str) -> bool:
    return (
        4 <= len(name) <= 40
        and re.search(r"(?:局|委|办|所|院|队|中心|站|厅|处|会|政府|公司)$", name) is not None
    )


def _in_text(names: _Names, written: Mapping[str, str], text: str) -> list[str]:
    """The order that a letter gives: numbered lines, else a sentence on the order that names several."""
    lines = [line for line in text.splitlines() if line.strip()]
    numbered = [names.within(written, line) for line in lines if _NUMBERED.match(line)]
    found = [keys[0] for keys in numbered if len(keys) == 1]
    if len(found) > 1:
        return found
    for line in lines:
        keys = names.within(written, line)
        if len(keys) > 1 and _ORDERED.search(line):
            return keys
    return []


def _files(
    names: _Names,
    written: Mapping[str, str],
    wanted: Sequence[str],
    parts: Sequence[Part],
    inspections: Sequence[Inspection | None],
) -> tuple[dict[str, list[int]], list[int]]:
    """Whose the decks and scans are, and those of which that is not said."""
    files: dict[str, list[int]] = {}
    loose: list[int] = []
    taken = {FileKind.DECK: set[str](), FileKind.SCAN: set[str]()}
    for place, (part, seen) in enumerate(zip(parts, inspections, strict=True)):
        kind = take(part, seen).kind
        if kind not in taken:
            continue
        key = _owner(names, [*wanted, *(one for one in written if one not in wanted)], part)
        if key is None:
            loose.append(place)
        else:
            files.setdefault(key, []).append(place)
            taken[kind].add(key)
    for kind, having in taken.items():
        without = [key for key in wanted if key not in having]
        left = [place for place in loose if take(parts[place], inspections[place]).kind is kind]
        if len(without) == len(left) == 1:
            files.setdefault(without[0], []).append(left[0])
            loose.remove(left[0])
    return files, loose


def _owner(names: _Names, keys: Sequence[str], part: Part) -> str | None:
    """The one unit that a file's name, else the name of what it was inside of, speaks of."""
    for text in (part.name, *reversed(part.path)):
        found = names.within(keys, text)
        if len(found) == 1:
            return found[0]
        short = names.key(_NOISE.sub("", text.rpartition(".")[0] or text))
        fitting = [key for key in keys if len(short) >= _SHORTEST and short in key]
        if len(fitting) == 1:
            return fitting[0]
    return None


def _unique(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))
