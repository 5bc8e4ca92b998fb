"""What the office, the teams and the units say about inspections (实地验收). Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum


class Act(StrEnum):
    LIST = "list"
    MINE = "mine"
    OPEN = "open"  # those that wait for an answer
    PLAN = "plan"
    CHANGE = "change"
    CANCEL = "cancel"
    DROP = "drop"
    RELEASE = "release"
    KEEP = "keep"
    TOLD = "told"
    COVERT = "covert"
    COVERT_MINE = "covert_mine"
    COVERT_CANCEL = "covert_cancel"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is said of one visit; "" and () where nothing is. `about` holds unit, day and time as written."""

    about: str = ""
    leader: str = ""
    members: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""
    place: str = ""
    prepare: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VisitOrder:
    """One order of staff. `visits` are numbers of visits; `about` is what is said of a list's days."""

    act: Act
    visits: tuple[int, ...] = ()
    said: Arrangement = field(default_factory=Arrangement)


@dataclass(frozen=True, slots=True)
class Confirm:
    """确认 验收3-1. 0 where nothing is named."""

    visit: int = 0
    version: int = 0
    surely: bool = True  # whether it can be about nothing but a visit


@dataclass(frozen=True, slots=True)
class OtherDay:
    """需改期 验收3 …; `words` is the reason and the wish."""

    visit: int
    words: str
    surely: bool = True  # whether it can be about nothing but a visit


VisitReply = Confirm | OtherDay

_END = r"[。.!~?]*"
_V = r"验收\s*(?:第?\s*#?\s*)?(?P<v>\d{1,6})(?:\s*号)?(?![\d\-/.:月日点年])"
_NAMED = re.compile(r"验收\s*#?\s*(\d{1,6})(?:-(\d{1,4}))?(?![\d/.:月日点年])")
_LABELS = {
    "leader": "组长|带队|领队|负责人",
    "members": "成员|组员|队员|参加人员|同行",
    "contact": "联系人",
    "phone": "联系电话|电话|手机",
    "place": "地点|地址|集合地点",
    "prepare": "准备事项|准备材料|需准备|请准备|准备",
    "reason": "理由|原因|因为",
}
_LABEL = re.compile(
    r"(?<![现])(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
    + r")\s*(?:改为|换成|换为|为|是|:)?\s*"
)
_BETWEEN = re.compile(r"[\s、,，;和及]+")
_DAYS = r"(?:本周|这周|下周|今天|今日|明天|明日|后天|本月|近期|最近)?的?"
_ASK = r"(?:请|帮我|麻烦)?(?:查|查看|查询|看|看看|看一下|查一下|列出|显示)?(?:一下)?"
_LIST = re.compile(
    rf"{_ASK}{_DAYS}(?:现场|实地)?验收(?:工作)?(?:的)?(?:安排|计划|日程|时间表|日程表|安排表|行程)(?:表)?(?:情况|列表|是什么|有哪些)?{_END}"
)
_MINE = re.compile(
    rf"{_ASK}(?:我|我们|我们组|我组)?{_DAYS}(?:我的|我们的|我们组的)?(?:要)?(?:参加的|负责的)?(?:实地)?(?:验收任务|验收行程|验收安排|验收)(?:有哪些|是什么)?{_END}"
)
_WHERE = re.compile(
    rf"(?:我|我们|我们组){_DAYS}(?:要)?(?:去|到)(?:哪里|哪儿|哪家|哪个单位|哪些单位|哪)(?:验收)?{_END}"
)
_WHEN = re.compile(
    r"(?:请问|想问下?|咨询一下)?[,\s]*(?:你们|您们|市里|市办公室|验收组|专家组|检查组)?(?:对|给|到|来)?(?:我们?|我单位|我局|本单位)?(?:的|单位)?"
    r"(?:(?:什么时候|何时|哪天|几号|哪一天|几点|什么时间)(?:来|到|过来|进行|开展|开始)?(?:对|给)?(?:我们?(?:单位|局)?|本单位)?(?:实地|现场)?验收|(?:实地|现场)?验收(?:组)?(?:安排)?(?:的)?(?:时间)?(?:是|在|定在|安排在)?"
    r"(?:什么时候|何时|哪天|几号|哪一天|几点|什么时间)(?:来|到)?|(?:实地|现场)?验收(?:的)?(?:时间|安排|计划|日程))(?:吗|呢|啊|了|是什么时候)?[?。!]*"
)
_OPEN = re.compile(
    rf"{_ASK}(?:(?:谁|哪些单位|哪些|哪几家)(?:还)?(?:没有|没|未)(?:确认|回复)(?:实地)?验收(?:安排|时间)?|(?:还)?(?:未|没有|没)确认的?(?:实地)?验收(?:安排)?|验收(?:安排)?(?:未确认|没确认|确认情况))(?:的)?(?:单位|名单|有哪些)?{_END}"
)
_PLAN = re.compile(r"(?:请)?(?:安排|预定|预约|新增|增加|排)(?:一[次个场])?(?:实地|现场)?验收[\s:,]*(?=\S)")
_PLAN_LATER = re.compile(r"(?:实地|现场)?验收安排[\s:,]+(?=.*\d)")
_COVERT = re.compile(r"(?:请)?(?:安排|预定|新增|增加|开展|登记)?(?:一[次个])?暗访[\s:,]*(?=\S)")
_COVERT_MINE = re.compile(
    rf"{_ASK}(?:我的|我参加的|全部|所有)?(?:暗访)(?:安排|任务|列表|情况)?(?:有哪些)?{_END}"
)
_COVERT_CANCEL = re.compile(r"(?:取消|撤销)\s*暗访\s*(?P<v>\d{1,6})" + _END)
_CHANGE = re.compile(
    r"(?:请)?(?:改期|调整|修改|变更|更改|更换|改)\s*(?:实地)?(?:验收(?:时间|安排)?)?[\s:,]*(?=\S)"
)
_CHANGE_LATER = re.compile(
    rf"(?:实地)?{_V}\s*(?:的?(?:时间)?)?(?:改期|改到|改为|改在|调整到|调整为|调整|推迟到|提前到|更换|换|改)(?:到|至|为)?[\s:,]*"
)
_CANCEL = re.compile(r"(?:取消|撤销)(?:实地)?(?:验收(?!安排))[\s:,]*(?=\S)|(?:取消|撤销)\s*(?=验收\s*\d)")
_CANCEL_LATER = re.compile(rf"{_V}\s*(?:取消|撤销|不去了)[\s:,]*")
_DROP = re.compile(rf"(?:作废|撤回|删除)(?:改期|验收安排|验收改期)?\s*{_V}{_END}")
_RELEASE = re.compile(
    r"(?:请)?(?:发布|签发|下达|发出|发送|公布|同意发布|批准|审签)(?:全部|所有|新的)?(?:实地)?验收(?:安排|计划|日程|通知)?(?P<which>(?:[\s、,和#]*(?:验收)?\d{1,6})*)"
    + _END
)
_KEEP = re.compile(rf"(?:不改期|不同意改期|维持原定?(?:时间)?|按原定时间|按原计划)[\s:,]*{_V}")
_KEEP_LATER = re.compile(rf"{_V}\s*(?:不改期|不同意改期|维持原定?(?:时间)?|按原定时间|按原计划)[\s:,]*")
_TOLD = re.compile(
    rf"{_V}\s*(?:已|已经)?(?:电话|口头|当面)(?:已|已经)?(?:确认|通知|告知)(?:了)?[\s:,]*(?P<words>.{{0,100}})"
)
_TOLD_FIRST = re.compile(
    rf"(?:已|已经)?(?:电话|口头|当面)(?:已|已经)?(?:确认|通知|告知)(?:了)?\s*{_V}[\s:,]*(?P<words>.{{0,100}})"
)
_LONGEST = 400

_COURTESY = r"(?:(?:好的|好|您好|领导好|收到|收悉|知悉|嗯|行|没问题|可以)(?:了|啦)?[,。!~\s]*)*"
_THANKS = r"(?:[,。!~\s]*(?:谢谢|感谢|辛苦)(?:了|您|领导|老师)*)?[。!~]*"
_WHO = r"(?:我|我们|我单位|我局|本单位|我方|本局)?"
_SURE = re.compile(
    rf"{_COURTESY}{_WHO}(?:(?:确认|同意|收到|可以)\s*(?:实地)?验收(?:安排|时间|通知)?\s*#?(?P<v>\d{{1,6}})?(?:-(?P<n>\d{{1,4}}))?(?:号)?(?:的?安排|的?时间)?"
    rf"|(?:已确认[,]?)?(?:届时|准时|按时|到时候?|将)\s*(?:(?:会|将|按时|准时|做好|认真)*(?:接待|恭候|参加|配合|到场|迎接|准备)(?:好|验收|工作|检查|迎检)*)"
    rf"|(?:验收)?(?:时间|安排)(?:可以|没问题|没有问题|合适|方便))(?:[,。!~\s]*(?:届时|准时|按时)(?:接待|恭候|参加))?{_THANKS}"
)
_BARE = re.compile(
    rf"{_WHO}(?:确认|收到|收悉|知悉|已收到|已确认|确认收到|收到确认|确认参加|没问题)(?:了)?{_THANKS}"
)
_OTHER = re.compile(
    r"改期|另约|(?:改|换|挪|调整?|推迟|提前|延后|推后)(?:个|一个|一下|一|下)?(?:验收)?(?:的)?(?:时间|日期|日子|天)"
    r"|(?:时间|日期)(?:能|可)?(?:不能|否|以)?(?:改|换|调)|(?:希望|能否|可否|能不能|可不可以|申请|请求|建议|想|请)(?:把验收|验收|将验收)?(?:时间)?(?:改到|改为|换到|推迟|延期|提前|延后|推后)"
    r"|(?:那天|当天|这天|那个时间|这个时间|该时间|\d日|\d号)(?:确实|实在|恐怕|可能)?(?:不行|不方便|没空|没时间|安排不开|接待不了|不能接待|无法接待)|(?:不能|无法)按时(?:接待|参加)"
)
_OF_A_VISIT = re.compile(
    r"改期|另约|验收(?:的)?(?:时间|日期|安排)|[那当这]天|[那这该]个?时间|接待|\d[日号](?:确实|实在|恐怕|可能)?[不没无]"
)
_OF_THE_FORM = re.compile(
    r"(?:联系人|电话|手机|地址|名称|级别|负责人|邮箱|意见|推荐单位)(?:的)?(?:要|想|需要?|请|应该?|希望)?(?:改|换|调)|填报|填写|报送|申报|材料|报告|提交|补正|声明|盖章|告知"
)
_IS_ASKED = re.compile(r"(?:是否|会不会|有没有|会|要|需要?)改期(?:了)?(?:吗|么|没有|呢)?[?。]*$")
_OTHER_HEAD = re.compile(
    r"^(?:您好|领导好)?[,。!\s]*(?:我单位|我们|我局|本单位|我)?\s*(?:需要|需|申请|请求|要求|想|要)?\s*改期(?:为)?[\s:,。、]*(?:(?:理由|原因)(?:是|为)?[\s:,]*)?"
)


def plain(text: str) -> str:
    """Half-width; blanks as single ones."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


def written(text: str) -> str:
    """With full-width commas again: what is kept and shown of what somebody wrote."""
    return re.sub(r"(?<=[\u4e00-\u9fff])\s*,\s*", "，", text).strip()


def read_visit_order(text: str) -> VisitOrder | None:
    """The order that a text in simplified script is; None where it is none."""
    said = plain(text)
    if not said or len(said) > _LONGEST:
        return None
    return _read_covert(said) or _read_list(said) or _read_short(said) or _read_long(said)


def asks_when(text: str) -> bool:
    """Whether a unit asks when it is visited."""
    said = plain(text)
    return len(said) <= 60 and _WHEN.fullmatch(said) is not None


def read_visit_reply(text: str) -> VisitReply | None:
    """What a unit or one of a team answers; None for anything else. Bare 确认 is not surely about a visit, nor is
    能否推迟几天; what speaks of the form's own items is about the form."""
    said = plain(text)
    if not said or len(said) > _LONGEST:
        return None
    if sure := _SURE.fullmatch(said):
        return Confirm(int(sure["v"] or 0), int(sure["n"] or 0))
    if _BARE.fullmatch(said):
        return Confirm(surely=False)
    if _OTHER.search(said) and not (
        _IS_ASKED.search(said) and said.endswith(("吗", "么", "?", "呢", "没有"))
    ):
        named = _NAMED.search(said)
        rest = f"{said[: named.start()]} {said[named.end() :]}" if named else said
        rest = re.sub(r"\s+", " ", rest).strip()
        wish = written(_OTHER_HEAD.sub("", rest).strip(" ,。:"))
        if _OF_A_VISIT.search(said):
            return OtherDay(int(named[1]) if named else 0, wish)
        return None if _OF_THE_FORM.search(said) else OtherDay(0, wish, surely=False)
    return None


def _read_covert(said: str) -> VisitOrder | None:
    if "暗访" not in said:
        return None
    if found := _COVERT_CANCEL.fullmatch(said):
        return VisitOrder(Act.COVERT_CANCEL, (int(found["v"]),))
    if _COVERT_MINE.fullmatch(said):
        return VisitOrder(Act.COVERT_MINE)
    found = _COVERT.match(said)
    if found is None:
        return None
    arranged = read_arrangement(said[found.end() :])
    return VisitOrder(Act.COVERT, (), arranged) if arranged.leader else None


def _read_list(said: str) -> VisitOrder | None:
    if _OPEN.fullmatch(said):
        return VisitOrder(Act.OPEN)
    if _LIST.fullmatch(said) and not said.startswith("我"):
        return VisitOrder(Act.LIST, said=Arrangement(about=said))
    if _WHERE.fullmatch(said) or (said.startswith(("我", "查我", "看我")) and _MINE.fullmatch(said)):
        return VisitOrder(Act.MINE, said=Arrangement(about=said))
    return None


def _read_short(said: str) -> VisitOrder | None:
    if found := _RELEASE.fullmatch(said):
        return VisitOrder(Act.RELEASE, tuple(int(one) for one in re.findall(r"\d+", found["which"])))
    if found := _DROP.fullmatch(said):
        return VisitOrder(Act.DROP, (int(found["v"]),))
    for pattern in (_KEEP, _KEEP_LATER):
        if found := pattern.match(said):
            return VisitOrder(Act.KEEP, (int(found["v"]),), Arrangement(reason=_reason(said[found.end() :])))
    for pattern in (_TOLD, _TOLD_FIRST):
        if found := pattern.fullmatch(said):
            return VisitOrder(Act.TOLD, (int(found["v"]),), Arrangement(reason=found["words"].strip()))
    return None


def _read_long(said: str) -> VisitOrder | None:
    if found := _CANCEL_LATER.match(said):
        return VisitOrder(Act.CANCEL, (int(found["v"]),), Arrangement(reason=_reason(said[found.end() :])))
    if found := _CHANGE_LATER.match(said):
        return VisitOrder(Act.CHANGE, (int(found["v"]),), read_arrangement(said[found.end() :]))
    if found := _CANCEL.match(said):
        return _with_number(Act.CANCEL, found[0], said[found.end() :])
    if found := _PLAN.match(said) or _PLAN_LATER.match(said):
        return VisitOrder(Act.PLAN, (), read_arrangement(said[found.end() :]))
    found = _CHANGE.match(said)
    if found and (
        "验收" in found[0]
        or found[0].strip(" :,请") == "改期"
        or re.match(r"(?:实地)?验收\s*\d", said[found.end() :])
    ):
        return _with_number(Act.CHANGE, found[0], said[found.end() :])
    return None


def _with_number(act: Act, head: str, rest: str) -> VisitOrder:
    """The number of the visit at the beginning, or the unit in `about`."""
    numbered = re.match(r"(?:验收)?\s*#?(\d{1,6})(?![\d\-/.:月日号点年])", rest)
    if numbered and ("验收" in head or rest.startswith("验收")):
        said = read_arrangement(rest[numbered.end() :])
        if act is Act.CANCEL and not said.reason:
            said = Arrangement(reason=_reason(said.about))
        return VisitOrder(act, (int(numbered[1]),), said)
    return VisitOrder(act, (), read_arrangement(rest))


def read_arrangement(text: str) -> Arrangement:
    """What follows an order: 2019-017 7月30日上午9:30 组长王五 成员赵六、钱七 联系人… 电话… 理由…"""
    said = plain(text)
    labels = list(_LABEL.finditer(said))
    head = said[: labels[0].start()] if labels else said
    parts: dict[str, str] = {}
    for place, found in enumerate(labels):
        end = labels[place + 1].start() if place + 1 < len(labels) else len(said)
        name = str(found.lastgroup)
        if name not in parts:
            parts[name] = written(said[found.end() : end].strip(" ,;。、"))
    members = tuple(name for name in _BETWEEN.split(parts.pop("members", "")) if name)
    return Arrangement(about=head.strip(" ,;。"), members=members, **parts)


def _reason(text: str) -> str:
    return written(re.sub(r"^(?:,|理由|原因|因为|因|:|\s|是)+", "", text).strip(" ,;。"))
