"""What the office says to draft, release and follow notices, and what a notice's own words give away. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 600  # characters of a notice: it fits one message


class Act(StrEnum):
    """What is to be done with a notice."""

    DRAFT = "draft"
    SEND = "send"  # 发送
    SIGN = "sign"  # 签发
    STATUS = "status"
    RESEND = "resend"
    TOLD = "told"
    STOP = "stop"
    RECALL = "recall"
    CORRECT = "correct"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Order:
    """One order. `notice` is 0 where none is named; `to` an audience's words, or a name; `text` as written."""

    act: Act
    notice: int = 0
    to: str = ""
    text: str = ""
    signed: bool = False  # the drafter asks for a second person's signature


_N = r"(?:第?(?P<n{0}a>\d{{1,6}})号?通知|通知第?#?(?P<n{0}b>\d{{1,6}})号?)"
_VERBS = {
    Act.SEND: "发送|发出|发布|确认发送|发了吧",
    Act.SIGN: "签发|同意签发|审签|批准发送|同意发送",
    Act.STATUS: "(?:的)?(?:送达|发送|发放)?(?:情况|进度|进展|回执|状态|结果|看板|统计|怎么样了?|如何)"
    "|查看|查询|谁没收到|谁没确认|谁没回|没确认的|未确认的?",
    Act.RESEND: "重发|补发|重新发送|重发失败的|失败重发",
    Act.STOP: "停止|停发|停止发送|叫停|作废|取消|取消发送|删除",
    Act.RECALL: "撤回|召回|撤回来",
}
_ORDERS = [
    (act, re.compile(rf"(?:(?:{verbs}){_N.format(1)}|{_N.format(2)}(?:{verbs}))[。!?了吧]*"))
    for act, verbs in _VERBS.items()
]
_ALONE = [(act, re.compile(rf"(?:{_VERBS[act]})[。!]*")) for act in (Act.SEND, Act.SIGN)]
_ONE = re.compile(rf"{_N.format(1)}[。?]*")
_LIST = re.compile(
    r"(?:通知列表|全部通知|所有通知|最近的?通知|通知情况|通知汇总|有哪些通知|查看通知|通知)[。?]*"
)
_TOLD = re.compile(
    rf"(?:{_N.format(1)}[,、:]?(?:已|已经)?(?:电话|当面|口头)(?:已|已经)?(?:通知|告知)(?:了|到)?[,:]?(?P<to1>[^\d].{{0,30}})"
    rf"|(?:已|已经)?(?:电话|当面|口头)(?:已|已经)?(?:通知|告知)(?:了|到)?[,:]?(?P<to2>[^\d,].{{0,30}}?)[,、:]?{_N.format(2)})[。]*"
)
_DRAFT = re.compile(
    r"(?:请)?(?:起草|拟|拟发|发|群发|下发)?(?:一[条个份])?通知\s*(?!第?\s*#?\d{1,6}\s*号?\s*[:：])(?P<to>[^:：]{0,200}?)\s*[:：]"
)
_DRAFT_TO = re.compile(
    r"(?:请)?(?:给|向)(?P<to>[^:：]{1,200}?)(?:发|下发|发送|群发)(?:一[条个份])?通知\s*[:：]"
)
_CORRECT = re.compile(
    r"更正\s*(?:第?\s*(?P<n1a>\d{1,6})\s*号?\s*通知|通知\s*第?\s*#?\s*(?P<n1b>\d{1,6})\s*号?)\s*:"
)
_SIGNED = re.compile(r"[(（\[【]?\s*[须需要](?:要|经)?签发\s*[)）\]】]?")
_CONFIRM = re.compile(
    rf"(?:(?:好的|好|您好)[,。!]*)?(?:我|我们|我单位|本单位)?(?:已经|均已|都已|已)?(?:收到|收悉|知悉)(?:了|啦)?[,。]*{_N.format(1)}?"
    r"(?:[,。!~]*(?:谢谢|感谢|辛苦)(?:了|您|领导|老师)*)?[。!~]*"
)  # fmt: skip


def plain(text: str) -> str:
    """As orders are read: half-width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read_order(text: str, raw: str) -> Order | None:
    """The order in a message, if it is one. `text` is in simplified script; `raw` is what was written.

    Both have the same length, so that what is drafted keeps its own words.
    """
    if head := _DRAFT.match(text) or _DRAFT_TO.match(text):
        to, flagged = _SIGNED.subn("", head["to"])
        written, more = (
            _SIGNED.subn("", raw[head.end() :]) if _is_flag(raw[head.end() :]) else (raw[head.end() :], 0)
        )
        return Order(Act.DRAFT, to=to.strip(), text=written.strip(), signed=bool(flagged or more))
    if head := _CORRECT.match(unicodedata.normalize("NFKC", text)):
        start = re.search(r"[:：]", raw)
        return Order(Act.CORRECT, _number(head), text=raw[start.end() :].strip() if start else "")
    return _read_short(plain(text))


def _is_flag(text: str) -> bool:
    """Whether 须签发 stands as a remark of its own, at either end."""
    found = _SIGNED.search(text)
    return found is not None and (not text[: found.start()].strip() or not text[found.end() :].strip(" 。"))


def _read_short(text: str) -> Order | None:
    if len(text) > 60:
        return None
    if told := _TOLD.fullmatch(text):
        return Order(Act.TOLD, _number(told), to=(told["to1"] or told["to2"]).strip("。,，:"))
    for act, pattern in _ORDERS:
        if found := pattern.fullmatch(text):
            return Order(act, _number(found))
    for act, pattern in _ALONE:
        if pattern.fullmatch(text):
            return Order(act)
    if _LIST.fullmatch(text):
        return Order(Act.LIST)
    if one := _ONE.fullmatch(text):
        return Order(Act.STATUS, _number(one))
    return None


def _number(found: re.Match[str]) -> int:
    given = [value for name, value in found.groupdict().items() if value and name.startswith("n")]
    return int(given[0]) if given else 0


def read_confirmation(text: str) -> int | None:
    """The notice that a message says was received: its number, 0 where none is named; None for anything else."""
    if len(text) > 40:
        return None
    found = _CONFIRM.fullmatch(plain(text))
    return None if found is None else _number(found)


# What a text says

_COUNT = "[零一二两三四五六七八九十]"
_DAY_WORDS = (
    "今天|明天|后天|今日|明日|次日|当日|当天|昨天|今晚|明晚|本周|下周|本月|下月|月底|月初|月中|周末|星期|礼拜|上午|下午|中午|晚上|凌晨"
    "|截止|期限|时限|到期|延期|顺延|提前|逾期|过期|最后一天|届时|之前(?:报|交|送|提)|前(?:报送|上报|提交|交到|送达|完成|反馈)"
)
_DATED = re.compile(
    rf"\d+\s*[月号日点时:：]|\d+\s*[年/.-]\s*\d+\s*[月/.-]|{_COUNT}+月|{_COUNT}+[号日](?!常)|{_COUNT}+点(?:半|钟|整|前|之前|{_COUNT}+分)"
    rf"|周[一二三四五六日天]|(?:\d+|{_COUNT}+)个?(?:工作日|小时|天|周|星期)|{_DAY_WORDS}|[{{｛]\s*截止\s*[}}｝]"
)
_DECIDING = re.compile(
    r"结果|入选|落选|当选|中选|评为|授予|命名|表彰|通报|公示|公布|公告|名单|拟定|名额|排名|名次|得分|分数|评分|授牌|匾牌|挂牌"
    r"|否决|不予|不再|取消|终止|暂停|退回|驳回|拒绝|放弃|迟报|漏报|未按时|不合格|不符合|未通过|已通过|通过(?:评审|审核|验收|推荐)|资格|认定|处理决定"
    r"|推迟|改为|改到|变更|调整为"
)
_COVERT = re.compile(
    r"暗访|明察暗|明查暗|暗查|暗检|暗中|密访|私访|不打招呼|不打个招呼|不事先通知|不提前通知|不预先通知|未经通知|不通知(?:直接|就)|突击(?:检查|抽查|访|验收)"
    r"|突袭|飞行检查|神秘(?:顾客|访客)|四不两直|直奔(?:基层|现场)|随机(?:走访|到访|上门)|(?:不期|不约)而(?:至|访)"
)
_PLANNED = re.compile(
    r"有|存在|将|拟|要|会|准备|计划|打算|安排|开展|进行|组织|前往|赶赴|赴|到访|来访|上门|派|去|来|近期|近日|最近|随时|马上|即将|下一步|后续|注意|留意|做好|迎接|应对"
    r"|期间|时间|阶段|行程|路线|名单|对象|单位|[{｛]"
)  # fmt: skip
_VARIABLE = re.compile(r"[{｛][^{}｛｝]{0,20}[}｝]")
_TITLE = re.compile(r"^\s*[【《\[]([^】》\]]{1,30})[】》\]]")


def decides(text: str) -> bool:
    """Whether a text is dated or decides something, so that a second person releases it. Rather once too often."""
    said = unicodedata.normalize("NFKC", text)
    return bool(_DATED.search(said) or _DECIDING.search(said))


def announces_covert_visit(text: str, names: Iterable[str], addressed: bool) -> bool:
    """Whether a text gives away an unannounced visit (暗访): its words beside a time, a unit or a plan.

    `names` are those of units; `addressed` says that the audience itself is one. Blanks and marks between
    characters hide nothing.
    """
    said = "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum() or char in "{}")
    if not _COVERT.search(said):
        return False
    return bool(
        addressed
        or _DATED.search(text)
        or _DATED.search(said)
        or _PLANNED.search(said)
        or any(n in said for n in names)
    )


def title_of(text: str) -> str:
    """A short name for a notice: what stands in 【】 at its head, else its first words; … for variables."""
    text = _VARIABLE.sub("…", text)
    if headed := _TITLE.match(text):
        return headed[1].strip()
    first = re.split(r"[。！？!?\n；;，,：:]", text.strip(), maxsplit=1)[0].strip()
    return first if len(first) <= 20 else first[:19] + "…"
