"""What people with a role ask about progress, and the office's acts on single applications. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.staff.recommend_words import read_return


@dataclass(frozen=True, slots=True)
class Board:
    """进度: body × state for the office, its own applications for a body."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """谁还没报."""


@dataclass(frozen=True, slots=True)
class ShortOfMaterials:
    """缺材料的."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """逾期的."""


@dataclass(frozen=True, slots=True)
class Show:
    """查 2019-017, 查 宝丰县市监局. `surely`: whatever is named, this is the order that was meant."""

    which: str
    surely: bool


@dataclass(frozen=True, slots=True)
class Act:
    """受理 2019-017、2019-018. `actions`: the campaign's actions, in order; those already done are passed over.

    `due` is what was written of a date, "" for nothing. Not `surely`: it may be a question (受理条件是什么).
    """

    actions: tuple[str, ...]
    which: tuple[str, ...]
    reason: str = ""
    due: str = ""
    surely: bool = True


ProgressOrder = Board | Unsent | ShortOfMaterials | Overdue | Show | Act

_NUMBER = r"[0-9]{4}-[0-9]{3,5}(?:-[0-9]{1,3})?"
_NUMBERS = rf"{_NUMBER}(?:[\s,，、;；和及]+{_NUMBER})*"
_GAP = r"[\s,，:：]*"
_ASK = r"(?:请|帮我|麻烦)?(?:查|查看|查询|看|看看|看一下|查一下|列出|列一下|显示)?(?:一下)?"

_BOARD = re.compile(
    rf"{_ASK}(?:总体|整体|申报|各单位|各县区|全市|目前的?|现在的?)*(?:进度|进展|申报情况|汇总|总表|看板)(?:表|怎么样|如何|情况)?"
)
_UNSENT = re.compile(
    rf"{_ASK}(?:还有|都有|目前还有)?(?:谁|哪些单位|哪些|哪几家|哪家|哪个单位)?(?:还|都还)?(?:没有|没|未)"
    r"(?:报送|上报|申报|提交|报|交)(?:完|齐|上来|材料)?(?:的)?(?:单位|名单)?(?:有哪些|有谁)?"
)
_MATERIALS = re.compile(
    rf"{_ASK}(?:谁|哪些单位|哪些|哪几家)?(?:还)?(?:(?:缺|欠|差|少)材料|材料(?:不齐|不全|没交齐|缺失))(?:的)?(?:单位|名单)?(?:有哪些|有谁)?"
)
_OVERDUE = re.compile(
    rf"{_ASK}(?:谁|哪些单位|哪些|哪几家)?(?:逾期|迟报|超期|晚报|过期)(?:了|待认定)?(?:的)?(?:单位|名单|申报|情况)?(?:有哪些|有谁)?"
)
_SHOW = re.compile(r"(?:请|帮我)?(?P<verb>查询|查看|查一下|查)(?P<gap>[\s:：]*)(?P<which>\S[^\n]{0,79})")
_IS_MARK = re.compile(rf"{_NUMBER}|[0-9A-Za-z][0-9A-Za-z\- ]{{5,8}}")
_PLAIN = {
    "收件": ("receive",),
    "受理": ("receive", "accept"),
    "收件并受理": ("receive", "accept"),
}
_LATE = {
    "继续填报": "reopen_late",
    "继续填写": "reopen_late",
    "填报": "reopen_late",
    "补报": "reopen_late",
    "报送": "accept_late",
    "报送推荐单位": "accept_late",
    "收件": "receive_late",
    "接收": "receive_late",
    "受理": "receive_late",
}
_ACT = re.compile(rf"(?P<act>收件并受理|收件|受理)(?:申报件?)?{_GAP}(?P<which>{_NUMBERS})")
_ACT_BY_NAME = re.compile(r"(?P<act>收件并受理|收件|受理)[\s:：]*(?P<which>[^\s:：\n][^\n]{1,199})")
_BETWEEN_NAMES = re.compile(r"[\s,，、;；]+")
_GRANT = re.compile(
    rf"(?:准予|同意|准许)(?P<before>{'|'.join(_LATE)})?{_GAP}(?P<which>{_NUMBERS}){_GAP}"
    rf"(?P<after>{'|'.join(sorted(_LATE, key=len, reverse=True))})?(?P<rest>(?:[\s,，;；。:：].*)?)",
    re.DOTALL,
)
_ABANDON = re.compile(
    rf"(?:认定)?(?:为)?(?:视为(?:自动)?放弃|自动放弃|不予受理){_GAP}(?P<which>{_NUMBERS})(?P<rest>(?:[\s,，;；。:：].*)?)",
    re.DOTALL,
)
_ABANDONED = re.compile(
    rf"(?P<which>{_NUMBERS}){_GAP}(?:认定为?)?(?:视为(?:自动)?放弃|不予受理)(?P<rest>(?:[\s,，;；。:：].*)?)",
    re.DOTALL,
)
_RETURN = re.compile(rf"退回(?:补正)?{_GAP}(?P<which>{_NUMBERS})(?P<rest>(?:[\s,，;；。:：].*)?)", re.DOTALL)


def read_progress_order(text: str) -> ProgressOrder | None:
    """The order that a simplified text is as a whole; None where it is none."""
    plain = re.sub(r"[ \t\u3000]+", " ", text).strip().rstrip("。.！!？?~～").strip()
    if not plain or len(plain) > 600:
        return None
    for pattern, order in _LISTS:
        if pattern.fullmatch(plain):
            return order
    return _read_act(plain) or _read_show(plain)


_LISTS: tuple[tuple[re.Pattern[str], ProgressOrder], ...] = (
    (_BOARD, Board()),
    (_MATERIALS, ShortOfMaterials()),
    (_UNSENT, Unsent()),
    (_OVERDUE, Overdue()),
)


def _read_act(plain: str) -> Act | None:
    if found := _ACT.fullmatch(plain):
        return Act(_PLAIN[found["act"]], _numbers(found["which"]))
    if found := _GRANT.fullmatch(plain):
        kind = found["before"] or found["after"]
        return _with_rest(_LATE[kind], found) if kind else None
    if found := _ABANDON.fullmatch(plain) or _ABANDONED.fullmatch(plain):
        return _with_rest("deem_abandoned", found)
    if found := _RETURN.fullmatch(plain):
        return _with_rest("return", found)
    if found := _ACT_BY_NAME.fullmatch(plain):
        names = tuple(name for name in _BETWEEN_NAMES.split(found["which"]) if name)
        return Act(_PLAIN[found["act"]], names, surely=False)
    return None


def _with_rest(action: str, found: re.Match[str]) -> Act:
    reason, due = read_return(found["rest"])
    return Act((action,), _numbers(found["which"]), reason, due)


def _read_show(plain: str) -> Show | None:
    found = _SHOW.fullmatch(plain)
    if found is None:
        return None
    which = found["which"].strip()
    return Show(which, bool(found["gap"]) or _IS_MARK.fullmatch(which) is not None)


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(_NUMBER, text)))
