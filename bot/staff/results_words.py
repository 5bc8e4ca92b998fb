"""What the office says about results, and how anybody asks for one, read from plain simplified text. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.dialogue.fields import NARROW
from bot.model.results import Column, EntryKind, Outcome, Received, ReleaseKind
from bot.results.window import read_workdays
from bot.staff.results_orders import (
    Announce,
    Approve,
    Asked,
    Decide,
    FinishReview,
    HandOver,
    Object,
    ObjectionStep,
    Publish,
    ResultOrder,
    SetTerms,
    ShowBoard,
    ShowFactors,
    ShowList,
    ShowObjections,
    ShowPlaques,
    ShowRelease,
    Sign,
    Withdraw,
)

T = TypeVar("T")

LONGEST = 2600
_NUMBER = r"[0-9]{4}-[0-9]{3,5}(?:-[0-9]{1,3})?"
_GAP = r"[\s,，;；:：、]*"
_ASK = r"(?:请|麻烦|帮我)?(?:查看|查询|看一下|看看|看|查一下|查|列出|显示)?(?:一下)?"
_CHOSEN = r"(?:入选|选上|评上|中选|上榜|当选|入围|获评|选中|评选上|落选|没选上|没评上|被否决)"
_WHO = r"(?:(?:谁|哪些单位|哪几家|哪些|哪家|哪个单位|有谁|都有谁)(?:能|会)?(?:最后|最终)?(?:被)?)"
_A_UNIT = r"(?:我们|咱们|我|单位|局|队|委|所|办|科|中心|政府)(?:单位|局)?"
_RULES = re.compile(
    r"能|可以|会|怎|如何|才|需|要|应|一定|条件|多少|几个|什么样|为什么|如果|没有(?!$)|必须|名额|标准"
)
_ASKED = (
    re.compile(rf"(?P<whom>[^，,。？?]{{0,40}}?)(?:是不是|是否|有没有|到底|已经|最后|最终)+(?:被)?{_CHOSEN}了?(?:吗|么|嘛|呢|没有|没|啊|呀)?"),
    re.compile(rf"(?P<whom>[^，,。？?]{{0,40}}?)(?:被)?{_CHOSEN}(?:了)?(?:吗|么|嘛|没有|没|了没|了没有|不)"),
    re.compile(rf"(?P<whom>){_WHO}{_CHOSEN}(?:了)?(?:呢|啊|吗)?"),
    re.compile(
        r"(?P<whom>[^，,。？?]{0,30}?)(?:的)?(?:评选|评审|最终|最后|拟定|入选|公示)?(?:结果|名单)"
        r"(?:是什么|怎么样|怎样|如何|出来了?吗|出来了?没有?|出了吗|出了没有?|定了吗|定了没有?|定下来了?吗|有谁|有哪些|"
        r"都有谁|都有哪些|公布了吗|公布了没有?|公布没有?|下来了?吗|下来了?没有?|什么样)(?:呢|啊)?"
    ),
    re.compile(r"(?P<whom>[^，,。？?]{0,30}?)(?:最终|拟定|入选|公示)?名单(?:什么时候|何时|哪天|几号|多久)(?:才|能|会)*(?:公布|公示|出来?|定|下来|发布)"),
    re.compile(rf"(?:我?听说|据说)?(?P<whom>[^，,。？?]{{0,30}}?)(?:被)?(?:没有?|没被)?{_CHOSEN}了?[，,]?(?:这)?(?:是)?(?:真的?|对)(?:吗|么|假的)"),
    re.compile(
        r"(?P<whom>)(?:请|麻烦|请问)?(?:您|你们?)?(?:能不能|能否|可否|可以|能)?(?:先|提前|私下|悄悄)?(?:告诉|告知|透露)?(?:一下|下)?(?:我|我们)?(?:把)?"
        r"(?:示范点|评选|评审|最终|拟定|入选|公示|初步)*的?(?:结果|名单)(?:能不能|能否|可否|可以|能)?(?:先|提前|私下|悄悄)?"
        r"(?:发|给|透露|告诉|告知|说)(?:一?下|给我们?|我们?|看看|一份|一?个)*(?:吗|吧|嘛|好吗)?"
    ),
    re.compile(
        r"(?P<whom>)(?:请问|请|麻烦)?(?:您|你们?)?(?:能不能|能否|可否|可以|能)?(?:先|提前)?(?:告诉|告知|透露|说|查|看)?(?:一下|下)?(?:我们?|咱们?|本)(?:单位|局)?的?"
        r"(?:评审|验收|实地验收|最后|最终|一共|总共|现在)*(?:的)?(?:得分|分数|评分|成绩|排名|名次|得?了?多少分|考了?多少分|(?:排|排名|排在|是)?第几(?:名|位)?)"
        r"(?:是|有)?(?:多少|几|第几名?|怎么样|如何|高不高|高吗)?(?:吗|呢|啊)?"
    ),
    re.compile(
        r"(?P<whom>)(?:请|麻烦|请问)?(?:您|你们?)?(?:能不能|能否|可否|可以|能)?(?:先|提前|私下|悄悄)?(?:告诉|告知|透露|说)(?:一下|下)?(?:我们?)?(?:一下|下)?"
        r"(?:示范点|评选|评审|最终|最后|拟定|入选|公示)*的?(?:结果|名单)(?:吗|吧|嘛|好吗)?"
    ),
    re.compile(r"(?P<whom>)(?:排|排名|排在)?第几[名位]"),
    re.compile(
        r"(?P<whom>[^，,。？?]{0,40}?)(?:是不是|是否|有没有)(?:已经?|被)*(?:列入|进入|进|上|在)了?(?:拟定|公示|入选|最终)?名单(?:里|上|中)?了?(?:吗|么|呢)?"
    ),
    re.compile(
        r"(?P<whom>[^，,。？?]{0,40}?)(?:已经?|被)*(?:列入|进入|进|上|在)了?(?:拟定|公示|入选|最终)?名单(?:里|上|中)?(?:了?(?:吗|么|没有?)|不在)"
    ),
    re.compile(
        rf"(?P<whom>)(?:拟定|公示|入选|最终)?名单(?:里|上|中)?面?(?:有没有|有)[^，,。？?]{{0,25}}?{_A_UNIT}(?:吗|么|呢)?"
    ),
    re.compile(r"(?P<whom>)(?:最后|最终|一共|总共|今年|这次)*(?:评上|入选|选上|选中|评出)了?(?:几|多少)(?:家|个)(?:单位)?"),
    re.compile(r"(?P<whom>)(?:最后|最终|今年)*(?:入选|评上|选上|选中)了?的?(?:单位)?(?:有|是|都有|都是)(?:哪些|哪几家|哪家|谁)(?:单位)?"),
    re.compile(
        rf"(?P<whom>[^，,。？?]{{0,40}}?{_A_UNIT})的?(?:评审|验收|最终|最后)*(?:得分|分数|评分|排名|名次)(?:是|有)?(?:多少|几|第几)(?:分|名)?(?:呢|啊)?"
    ),
    re.compile(
        r"(?P<whom>[^，,。？?]{0,40}?)(?:是不是|是否|算不算)(?:已经?|被)*(?:确定|认定|评|命名)?为?(?:了)?示范点(?:了)?(?:吗|么)?"
    ),
    re.compile(r"(?P<whom>)(?:名单|结果)?公示(?:出来)?了(?:吗|么|没有?)"),
    re.compile(r"(?P<whom>)(?:我们?|咱们?|本)(?:单位|局)?(?:今年|这次|还)?(?:有没有|有|没)(?:戏|希望|机会)了?(?:吗|么|没有|没)?"),
)  # fmt: skip
_BOARD = re.compile(rf"{_ASK}(?:评选|评审|最终)?结果(?:办理|工作)?(?:情况|进展|进度|看板|汇总)?")
_LIST = re.compile(rf"{_ASK}(?:当前|现在的?|目前的?)?(?:拟定|入选|拟入选)?名单")
_COLUMNS = {
    "编号": Column.NUMBER, "单位": Column.UNIT, "评审": Column.REVIEW, "评审分": Column.REVIEW,
    "验收": Column.ON_SITE, "验收分": Column.ON_SITE, "实地验收": Column.ON_SITE,
    "推荐": Column.RECOMMENDATION, "推荐顺序": Column.RECOMMENDATION,
}  # fmt: skip
_FACTORS = re.compile(
    rf"{_ASK}(?:结果)?(?:三项(?:对照|比较|因素)?(?:表)?|对照表|三因素(?:对照)?(?:表)?){_GAP}"
    rf"(?:按(?:照)?(?P<column>{'|'.join(sorted(_COLUMNS, key=len, reverse=True))})(?:排序|排列|排)?{_GAP}"
    r"(?P<down>从高到低|降序|倒序|从大到小)?(?:从低到高|升序)?)?"
)
_RELEASES = {"公示": ReleaseKind.PUBLIC_NOTICE, "公布": ReleaseKind.ANNOUNCEMENT}
_SHOW_RELEASE = re.compile(rf"{_ASK}(?:(?P<kind>公示|公布)(?:稿|草稿)|公示(?:情况|进展)?)")
_SIGN = re.compile(r"(?:同意)?签发(?:一下)?\s*(?P<kind>公示|公布)(?:稿|名单)?")
_WITHDRAW = re.compile(r"(?:作废|取消|撤销|撤回)\s*(?P<kind>公示|公布)(?:稿|草稿)")
_FINISH = re.compile(
    rf"(?:评审结束|结束评审|评审完成|完成评审){_GAP}(?P<which>{_NUMBER}(?:{_GAP}{_NUMBER})*)"
)
_OUTCOMES = {
    "列入拟定名单": Outcome.IN, "列入拟定": Outcome.IN, "拟定": Outcome.IN, "拟入选": Outcome.IN,
    "入选": Outcome.IN, "不予入选": Outcome.OUT, "不入选": Outcome.OUT, "未入选": Outcome.OUT,
    "不列入": Outcome.OUT, "落选": Outcome.OUT,
    "一票否决": Outcome.VETO, "否决": Outcome.VETO,
}  # fmt: skip
_ACTS = "|".join(sorted(_OUTCOMES, key=len, reverse=True))
_WHY = r"(?:理由|原因)(?:是|为)?[\s:：]*"
_DECIDE = (
    re.compile(
        rf"(?P<act>{_ACTS}){_GAP}(?P<which>{_NUMBER})(?![0-9-]){_GAP}(?:{_WHY})?(?P<reason>.*)", re.DOTALL
    ),
    re.compile(rf"(?P<which>{_NUMBER}){_GAP}(?P<act>{_ACTS}){_GAP}(?:{_WHY})?(?P<reason>.*)", re.DOTALL),
    re.compile(rf"(?P<act>{_ACTS}){_GAP}(?P<which>\S[^\n]{{1,60}}?){_GAP}{_WHY}(?P<reason>.*)", re.DOTALL),
)  # fmt: skip
_APPROVE = re.compile(rf"(?:领导|主要领导)?审定(?:意见|结果)?{_GAP}(?P<rest>.*)")
_LABELS = re.compile(r"^(?:文号|领导(?:姓名)?|审定人|日期|时间|审定日期)(?:是|为)?[:：]?")
_TERMS = re.compile(
    rf"公示期(?:限)?(?:是|为|定为)?{_GAP}(?P<days>[^\n,，;；]{{1,12}}?工作[日天]){_GAP}"
    rf"(?:提出)?异议(?:的)?(?:渠道|方式|受理)?(?:是|为)?{_GAP}(?P<channel>.+)",
    re.DOTALL,
)
_URL = re.compile(r"https?://[^\s，。；、]+")
_PUBLISH = re.compile(r"(?:开始公示|更正公示|重新公示)(?P<rest>.*)", re.DOTALL)
_ANNOUNCE = re.compile(r"(?:起草)?公布(?:结果|名单)?(?P<rest>(?:[\s,，:：].*)?)", re.DOTALL)
_OBJECTIONS = re.compile(
    rf"{_ASK}(?:全部|所有|未办结的?)?异议(?:列表|登记簿|情况|台账)?\s*(?P<number>[0-9]{{1,4}})?(?:号)?"
)
_STEP = re.compile(
    r"异议\s*(?P<number>[0-9]{1,4})号?[\s,，:：]*(?P<kind>办理情况|办理|处理|核实|办结|结论|答复|回复)?"
    r"(?:是|为)?[\s,，:：]*(?P<finding>不成立|成立|不属实|属实)?[\s,，:：;；]*(?P<text>.*)",
    re.DOTALL,
)
_OBJECT = re.compile(
    r"(?:登记)?(?P<check>异议|核查)(?:登记)?(?P<head>[^:：\n]{0,80})[:：\n](?P<subject>.+)", re.DOTALL
)
_RECEIVED = {
    "电子邮件": Received.MAIL, "邮件": Received.MAIL, "邮箱": Received.MAIL,
    "电话": Received.PHONE, "来电": Received.PHONE,
    "来信": Received.LETTER, "信件": Received.LETTER, "信函": Received.LETTER, "书面": Received.LETTER,
    "来访": Received.VISIT, "当面": Received.VISIT, "核查": Received.CHECK,
}  # fmt: skip
_SIGNED = {"实名": True, "署名": True, "匿名": False, "未署名": False, "不署名": False}
_PLAQUES = re.compile(rf"{_ASK}匾牌(?:清单|名单|列表|情况|发放情况)?")
_HAND_OVER = re.compile(
    rf"(?:发放|授牌|领取)?匾牌{_GAP}(?P<which>\S[^\n]{{1,60}}?){_GAP}(?:领取人|由|领牌人)(?:是|为)?{_GAP}"
    rf"(?P<name>[^\s,，;；0-9]{{1,30}}?)(?:领取|领走|取走)?(?:{_GAP}(?P<day>[0-9年月日号\-/.]{{3,11}}|今天|昨天))?(?:领取|领走)?"
)


def read_result_order(text: str) -> ResultOrder | None:
    """The order, or the question for a result, that a text is as a whole; None where it is neither."""
    plain = re.sub(r"[ \t\u3000]+", " ", text.translate(NARROW)).strip().rstrip("。.！!？?~～").strip()
    plain = re.sub(r"(?<=[0-9])[－—–‐−](?=[0-9])", "-", plain)
    if not plain or len(plain) > LONGEST:
        return None
    if len(plain) <= 60 and _is_asked(plain):
        return Asked()
    for pattern, build in _PATTERNS:
        if (found := pattern.fullmatch(plain)) and (order := build(found)) is not None:
            return order
    return None


def _is_asked(plain: str) -> bool:
    """A question for an outcome, not one about the rules by which it is found."""
    found = [match for pattern in _ASKED if (match := pattern.fullmatch(plain))]
    return any(not _RULES.search(match["whom"]) for match in found)


def _decide(found: re.Match[str]) -> Decide:
    reason = (found["reason"] or "").strip(" ,，;；:：\n")
    return Decide(_OUTCOMES[found["act"]], found["which"].strip('《》“”" '), reason)


def _approve(found: re.Match[str]) -> Approve:
    words = (_LABELS.sub("", word) for word in re.split(r"[\s,，;；]+", found["rest"]))
    return Approve(tuple(word for word in words if word))


def _terms(found: re.Match[str]) -> SetTerms | None:
    days = read_workdays(found["days"])
    return SetTerms(days, found["channel"].strip()) if days else None


def _publish(found: re.Match[str]) -> Publish:
    link = _URL.search(found["rest"])
    words = re.sub(r"(?:网址|链接|地址)[:：]?", "", _URL.sub("", found["rest"])).strip(" ,，;；:：\n")
    day = words.removesuffix("起").removeprefix("自").removeprefix("从")
    return Publish(day, link[0] if link else "")


def _announce(found: re.Match[str]) -> Announce:
    link = _URL.search(found["rest"])
    words = _URL.sub("", found["rest"]).strip(" ,，;；:：\n")
    return Announce(
        re.sub(r"^(?:文号|发文字号)[:：\s]*|(?:网址|链接)[:：]?", "", words).strip(), link[0] if link else ""
    )


def _object(found: re.Match[str]) -> Object | None:
    head = found["head"]
    received = Received.CHECK if found["check"] == "核查" else _word_in(head, _RECEIVED)
    signed = _word_in(head, _SIGNED)
    if found["check"] == "核查":
        signed = True if signed is None else signed
    for word in sorted((*_RECEIVED, *_SIGNED), key=len, reverse=True):
        head = head.replace(word, " ")
    which = head.strip(" ,，;；、")
    if re.fullmatch(r"[0-9]{1,4}号?.*", which) and not re.match(_NUMBER, which):
        return None  # about an objection on record
    return Object(which, received, signed, found["subject"].strip())


def _word_in(head: str, words: Mapping[str, T]) -> T | None:
    return next((words[word] for word in sorted(words, key=len, reverse=True) if word in head), None)


def _step(found: re.Match[str]) -> ObjectionStep | None:
    kind, finding, text = found["kind"] or "", found["finding"], found["text"].strip()
    number = int(found["number"])
    if finding and kind in ("", "办结", "结论"):
        upheld = finding in ("成立", "属实")
        return ObjectionStep(number, EntryKind.UPHELD if upheld else EntryKind.REJECTED, text)
    if kind in ("答复", "回复"):
        return ObjectionStep(number, EntryKind.REPLY, f"{finding or ''}{text}")
    if kind in ("办理情况", "办理", "处理", "核实"):
        return ObjectionStep(number, EntryKind.HANDLING, f"{finding or ''}{text}")
    return None


def _hand_over(found: re.Match[str]) -> HandOver:
    return HandOver(found["which"], found["name"], found["day"] or "")


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], ResultOrder | None]], ...] = (
    (_BOARD, lambda found: ShowBoard()),
    (_LIST, lambda found: ShowList()),
    (_FACTORS, lambda found: ShowFactors(_COLUMNS.get(found["column"], Column.NUMBER), bool(found["down"]))),
    (_SIGN, lambda found: Sign(_RELEASES[found["kind"]])),
    (_WITHDRAW, lambda found: Withdraw(_RELEASES[found["kind"]])),
    (_SHOW_RELEASE, lambda found: ShowRelease(_RELEASES[found["kind"] or "公示"])),
    (_FINISH, lambda found: FinishReview(tuple(dict.fromkeys(re.findall(_NUMBER, found["which"]))))),
    *((pattern, _decide) for pattern in _DECIDE),
    (_TERMS, _terms),
    (_PUBLISH, _publish),
    (_ANNOUNCE, _announce),
    (_OBJECTIONS, lambda found: ShowObjections(int(found["number"] or 0))),
    (_STEP, _step),
    (_OBJECT, _object),
    (_PLAQUES, lambda found: ShowPlaques()),
    (_HAND_OVER, _hand_over),
    (_APPROVE, _approve),
)
