"""What the office says to draft, release and follow notices, and what a notice's own words give away. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.staff.notice_time import MOMENT, normalised

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
    SCHEDULE = "schedule"  # 定时
    OTHER = "other"  # by another channel
    CALLS = "calls"  # 电话单


@dataclass(frozen=True, slots=True)
class Order:
    """One order. `notice` is 0 where none is named; `to` an audience's words, or a name; `text` as written."""

    act: Act
    notice: int = 0
    to: str = ""
    text: str = ""
    signed: bool = False  # the drafter asks for a second person's signature
    when: str = ""  # the words of a time


_N = r"(?:第?(?P<n{0}a>\d{{1,6}})号?通知|通知第?#?(?P<n{0}b>\d{{1,6}})号?)"
_VERBS = {
    Act.SEND: "发送|发出|发布|确认发送|发了吧",
    Act.SIGN: "签发|同意签发|审签|批准发送|同意发送",
    Act.STATUS: "(?:的)?(?:送达|发送|发放)?(?:情况|进度|进展|回执|状态|结果|看板|统计|怎么样了?|如何)"
    "|查看|查询|谁没收到|谁没确认|谁没回|没确认的|未确认的?",
    Act.RESEND: "重发|补发|重新发送|重发失败的|失败重发",
    Act.STOP: "停止|停发|停止发送|叫停|作废|取消|取消发送|删除",
    Act.RECALL: "撤回|召回|撤回来",
    Act.CALLS: "(?:的)?(?:电话单|电话表|电话名单|电话通知单|拨打名单|要打的电话|打电话名单)",
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
_OTHER = re.compile(
    rf"(?:{_N.format(1)}[,、:]?(?P<how1>换个?(?:渠道|方式)|改用?其他(?:渠道|方式)|改发邮件|改发短信|改打电话|另行通知)(?:给|发给)?[,:]?(?P<to1>[^\d].{{0,30}})"
    rf"|(?P<how2>换个?(?:渠道|方式)|改用?其他(?:渠道|方式)|改发邮件|改打电话)(?:给|发给)?[,:]?(?P<to2>[^\d,].{{0,30}}?)[,、:]?{_N.format(2)})[。]*"
)
_N_APART = re.compile(
    r"第?\s*\d{1,6}\s*号?\s*通知|通知\s*第?\s*#?\s*\d{1,6}(?!\d|\s*[:月日年点时/.-])\s*(?:号(?!\s*\d{1,2}\s*[:点时]))?"
)
_AT_A_TIME = "定时(?:发送|发出|发布|发)?|预约(?:发送|发出)?|定于|定在|定到"
_AT_ANOTHER = "改时间|改期|改为|改到|改成|改在|推迟到|推迟至|延到|延后到|提前到|提前至|时间改为"
_SCHEDULE = re.compile(
    rf"\s*(?:请|把|将)?\s*(?P<lead>发送|发出|签发|发)?\s*(?P<verb>{_AT_A_TIME}|{_AT_ANOTHER})?\s*[:,，]?\s*(?P<when>(?:{MOMENT})?)\s*(?P<sent>再|才)?(?P<send>发送|发出|发布|下发|发)?(?:吧)?[。!]*\s*"
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


_THING = r"(?:贵办|贵方|贵单位|您|你们|你)?(?:的|发来的)?(?:邮件|来信|来函|来件|消息|信息|文件|函)?"
_MAILED = re.compile(
    rf"(?:(?:好的?|嗯|您好|你好)[,。!]*)?(?:我|我们|我单位|本单位|我局|我办|我方|我处)?{_THING}(?:{_N.format(1)}|通知|此件)?[,]?(?:已经|均已|都已|已|均|现已)?"
    r"(?:确认)?(?:收到|收悉|知悉|知晓|阅悉|阅知|知道|获悉|已阅|确认|明白|了解)(?:确认)?(?:了|啦|无误)?"
    rf"(?:{_THING}|{_N.format(2)}|(?:该|此|本)?通知)?(?:[,。!]*(?:我们|我单位|我局)?(?:将|会|一定|马上|立即|尽快|正在|已)*(?:按|按照|遵照|依照)?(?:要求|通知|通知要求|时)*"
    r"(?:认真|抓紧|尽快|积极)?(?:办理|落实|执行|准备|安排|照办|遵照执行|组织落实|转办|传达|报送|上报|参加|完成))?(?:[,。!~]*(?:多谢|谢谢|感谢|辛苦)(?:了|您|领导|老师|贵办|告知|提醒)*)*[。!~]*"
)
_GREETING = re.compile(
    r"(?:尊敬的|各位)?[^,。!?;]{0,14}?(?:您好|你好|大家好|领导|老师|同志|办公室|主任|科长)(?:们)?(?:您好|你好|好)?[,:。!]*"
)  # fmt: skip


def read_mailed_confirmation(line: str) -> int | None:
    """The notice that a line of a mail says was received: its number, 0 where none is named; None for other words.

    By mail more words say so than in the chat, where 确认 and 知道了 answer the form.
    """
    if len(line) > 60:
        return None
    found = _MAILED.fullmatch(plain(line))
    return None if found is None else _number(found)


def greets(line: str) -> bool:
    """Whether a line only addresses somebody: 尊敬的领导：, 市办公室，您好！"""
    return _GREETING.fullmatch(plain(line)) is not None


def plain(text: str) -> str:
    """As orders are read: half-width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read_order(text: str, raw: str) -> Order | None:
    """The order in a message, if it is one. `text` is in simplified script; `raw` is what was written.

    Both have the same length, so that what is drafted keeps its own words.
    """
    if timed := _read_time(text):
        return timed
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


def _read_time(text: str) -> Order | None:
    """定时 通知3 7月12日9:05, 通知3 明天上午9点05分发送, 改时间 通知3 …; without a number where 定时 is said."""
    if len(text) > 60:
        return None
    said = normalised(text)
    named = _N_APART.search(said)
    rest = said if named is None else f"{said[: named.start()]} {said[named.end() :]}"
    # 定时 通知3 7月12日9:05, 7月12日9:05 定时发送 通知3: the verb may stand on either side
    found = _SCHEDULE.fullmatch(_verb_first(rest))
    if found is None and named is not None and re.match(r"\s*(?:定时|预约|改时间)", rest):
        return Order(Act.SCHEDULE, _digits(named))  # with a time that is not understood
    if found is None or not (found["verb"] or ((found["send"] or found["lead"]) and found["when"])):
        return None
    if named is None and not re.match(_AT_A_TIME, found["verb"] or ""):
        return None
    if not found["when"] and not re.match("定时|预约|改时间|改期", found["verb"] or ""):
        return None
    return Order(Act.SCHEDULE, _digits(named) if named else 0, when=found["when"].strip())


def _digits(named: re.Match[str]) -> int:
    return int("".join(re.findall(r"\d", named[0])))


def _verb_first(rest: str) -> str:
    """The words with 定时 at their head, wherever it stood."""
    found = re.search(rf"\s*(?:在)?\s*({_AT_A_TIME}|改时间)\s*$", rest)
    return f"{found[1]} {rest[: found.start()]}" if found else rest


def _read_short(text: str) -> Order | None:
    if len(text) > 60:
        return None
    if told := _TOLD.fullmatch(text):
        return Order(Act.TOLD, _number(told), to=(told["to1"] or told["to2"]).strip("。,，:"))
    if other := _OTHER.fullmatch(text):
        return Order(Act.OTHER, _number(other), to=(other["to1"] or other["to2"]).strip("。,，:"))
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
    r"结果|入选|落选|当选|中选|评为|授予|命名|表彰|通报|公示|公布|公告|拟定|名额|排名|名次|得分|分数|评分|授牌|匾牌|挂牌"
    r"|否决|不予|不再|取消|终止|暂停|退回|驳回|拒绝|放弃|迟报|漏报|未按时|不合格|不符合|未通过|已通过|通过(?:评审|审核|验收|推荐)|资格|认定|处理决定"
    r"|推迟|改为|改到|变更|调整为"
)
# a list of people, or one that units hand in, is no result
_HARMLESS_LIST = re.compile(
    r"(?:联系人|联络员|联系方式|通讯录?|人员|人|参会|与会|参训|培训|参加|报名|值班|签到|收件人|成员|代表|专家|评委|经办|附件|材料|报送|上报|提交"
    r"|提供|填写|填报|核对|更新|补充|整理|完善|汇总)(?:的|一下|好|本单位|最新|信息|变动|调整|人员|联系人)*名单"
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
    others = _HARMLESS_LIST.sub("", said)
    return bool(_DATED.search(said) or _DECIDING.search(said) or "名单" in others)


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


def clean_title(title: str) -> str:
    """A title as it was written, on one line and with … for variables."""
    return " ".join(_VARIABLE.sub("…", title).split())


def title_of(text: str) -> str:
    """A short name for a notice: what stands in 【】 at its head, else its first words; … for variables."""
    text = _VARIABLE.sub("…", text)
    if headed := _TITLE.match(text):
        return headed[1].strip()
    first = re.split(r"[。！？!?\n；;，,：:]", text.strip(), maxsplit=1)[0].strip()
    opened = first.rfind("（")
    if opened > 0 and "）" not in first[opened:]:  # the split was within brackets
        first = first[:opened]
    return first if len(first) <= 20 else first[:19] + "…"
