"""What recommending bodies and the office say about recommendation, read from plain simplified text. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.dialogue.fields import NARROW
from bot.dialogue.questions import asks
from bot.staff.recommend_commands import (
    AcceptCandidates,
    AnswerCorrection,
    ChooseRoute,
    Command,
    EnterPaper,
    GrantWithdrawal,
    MoveUp,
    Open,
    Place,
    PrintOpinion,
    ReceivePackage,
    Reorder,
    Return,
    SendPackage,
    SetCutoff,
    ShowOrder,
    ShowPackages,
    ShowPapers,
    ShowWaiting,
    Swap,
    ZeroReport,
)

_END = "。．.!！~～"
_SEP = r"[\s,，;；、:：]*"
_NUMBER = r"[0-9]{4}-[0-9]{3,5}(?:-[0-9]{1,3})?"
_MORE = r"(?:[\s,，;；、:：]+(?P<rest>.*))?"
_FIGURE = r"(?:[0-9]{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DIGITS = {char: value for value, char in enumerate("一二三四五六七八九", start=1)}
_DONE = r"(?:(?:补正|补齐|补报|补好|改好|报送|重报|提交|交来|完成)(?:到位)?)?"
_REASON = re.compile(r"(?:理由|原因|因为|事项|需补正|补正事项)(?:是|为)?[\s:：]*")
_WEEKDAY = r"[今明]天|今日|大?后天|(?:本|这|下)?个?(?:周|星期)[一二三四五六日天]"
_DATE = r"[0-9]{4}(?:年|[\-/.])[0-9]{1,2}(?:月|[\-/.])[0-9]{1,2}[日号]?|[0-9]{1,2}月[0-9]{1,2}[日号]?|[0-9]{1,2}[日号]"
_DUES = (
    re.compile(
        r"(?:补正)?(?:期限|限期|限|截止|截至|最迟|于)(?:是|为|到|至|在)?[\s:：]*"
        rf"([0-9年月日号\-/.]{{3,11}}|[一二三四五六七八九十月日号]{{3,8}}|{_WEEKDAY})(?:前|之前|以前)?{_DONE}"
    ),
    re.compile(rf"(?:请|务必|须)*(?:在)?({_DATE}|{_WEEKDAY})(?:前|之前|以前){_DONE}"),
    re.compile(rf"(?:^|(?<=[\s,，;；、。:：]))({_DATE})$"),  # a date alone at the end
)
"""How a day is given until which something is to be mended, the surest first."""


def read_command(text: str) -> Command | None:
    """The command that a text is as a whole; None where it is none. The text is simplified and trimmed."""
    plain = re.sub(r"[ \t\u3000]+", " ", text.translate(NARROW)).strip().rstrip(_END).strip()
    plain = re.sub(r"(?<=[0-9])[－—–‐−](?=[0-9])", "-", plain)
    if not plain or len(plain) > 600:
        return None
    for pattern, build in _PATTERNS:
        found = pattern.fullmatch(plain)
        if found:
            command = build(found)
            if command is not None:
                return command
    return _read_places(plain)


def read_bare_order(text: str) -> Reorder | None:
    """“1 3 2”, “2、1、3”, or names one a line: only where an order was asked for."""
    lines = [_unnumbered(line) for line in text.splitlines() if line.strip()]
    if len(lines) > 1:
        return Reorder(tuple(lines))
    words = [word for word in re.split(r"[\s,，、;；>＞]+", text.strip().rstrip(_END)) if word]
    is_list = len(words) > 1 and all(re.fullmatch(rf"{_FIGURE}|{_NUMBER}|\D{{3,60}}", word) for word in words)
    return Reorder(tuple(words)) if is_list else None


def read_rank(word: str) -> int | None:
    """第一, 第2名, 3, 首位, 最前; None for anything else."""
    plain = re.sub(r"^第|(?:位|名|个|家)$", "", word.strip())
    if plain in ("首", "最前", "最前面", "最上面"):
        return 1
    return read_figure(plain)


def read_figure(word: str) -> int | None:
    """3, 三, 十二; None for anything else."""
    if re.fullmatch(r"[0-9]{1,3}", word):
        return int(word)
    if not re.fullmatch(_FIGURE, word):
        return None
    tens, ten, ones = word.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def read_reason(text: str) -> str:
    """The reason in a message that says that it is one (理由…); "" in any other."""
    plain = text.strip()
    found = _REASON.match(plain)
    return plain[found.end() :].strip(" ,，;；、。:：\n") if found else ""


def read_return(text: str) -> tuple[str, str]:
    """(reason, due) of what follows 退回 2019-017: in either order, either may be ""."""
    text = re.sub(r"^[\s,，;；、:：]*补正(?=[\s,，;；:：])", "", text).rstrip(f"{_END} \n")
    due = next((found for pattern in _DUES if (found := pattern.search(text))), None)
    rest = re.sub(r"请?$", "", text[: due.start()]) + " " + text[due.end() :] if due else text
    reason = _REASON.sub("", rest, count=1).strip(" ,，;；、。:：\n")
    return reason, due[1] if due else ""


def _unnumbered(line: str) -> str:
    """A line of a list without its own numbering: “1. 宝丰县…” → “宝丰县…”; a bare figure stays."""
    return re.sub(rf"^(?:第?{_FIGURE}(?:名|位)?[.、．:：)）\s]+)(?=\D)", "", line.strip()).rstrip("。；;，,")


def _names(text: str) -> tuple[str, ...]:
    """The applications named in a list."""
    return tuple(word for word in re.split(r"[\s,，、;；]+|(?<=[0-9局])和", text.strip()) if word)


def _rest_and_reason(text: str) -> tuple[str, str]:
    """“宝丰县，理由材料齐全” → (宝丰县, 材料齐全)."""
    head, _, tail = re.sub(r"[,，;；、]", " ", text.strip(), count=1).partition(" ")
    return head, _REASON.sub("", tail, count=1).strip(" ,，;；、:：")


def _open(found: re.Match[str]) -> Command | None:
    which = found["which"].strip()
    return None if asks(which) else Open(which)


def _return(found: re.Match[str]) -> Command | None:
    if re.match(_NUMBER, found["rest"] or ""):  # several: not one return
        return None
    reason, due = read_return(found["rest"] or "")
    return Return(found["which"].strip(), reason, due)


def _withdrawal(found: re.Match[str]) -> Command | None:
    return GrantWithdrawal(*_rest_and_reason(found["rest"]))


def _receive(found: re.Match[str]) -> Command | None:
    body, reason = _rest_and_reason(found["rest"])
    return None if re.match(_NUMBER, reason) else ReceivePackage(body, reason)


_CODE = re.compile(r"打印码[\s:：]*(?:是|为)?[\s:：]*([0-9A-Za-z][0-9A-Za-z\- ]{4,8}[0-9A-Za-z])")
_NO_CODE = re.compile(r"(?:无|没有)打印码|打印码[\s:：]*(?:无|没有)")
_BROUGHT_BY = re.compile(
    r"(?:送件人|送来人|经办人|由)[\s:：]*(?:是|为)?\s*([^\s,，;；。]{2,20}?)(?:送来|送达|送)?(?=[\s,，;；。]|$)"
)


def read_paper(text: str) -> tuple[str, str]:
    """(print code as it was typed, or 无; who brought the paper), either may be ""."""
    code, by = _CODE.search(text), _BROUGHT_BY.search(text)
    none = "无" if _NO_CODE.search(text) else ""
    return code[1] if code else none, by[1] if by else ""


def _paper(found: re.Match[str]) -> Command | None:
    rest = found["rest"]
    code, by = read_paper(rest)
    for pattern in (_NO_CODE, _CODE, _BROUGHT_BY):
        rest = pattern.sub(" ", rest)
    which = rest.strip(" ,，;；、:：")
    return EnterPaper(which, code, by) if which else None


def _reorder(found: re.Match[str]) -> Command | None:
    rest: str = found["rest"]
    return read_bare_order(rest) or (Reorder((rest.strip(),)) if rest.strip() else None)


def _swap(found: re.Match[str]) -> Command | None:
    return Swap(_place_word(found["one"]), _place_word(found["other"]))


def _place_word(word: str) -> str:
    """第2位 names the one on place 2: “2”."""
    figure = re.fullmatch(rf"第?({_FIGURE})(?:位|名|个|家)?", word.strip())
    value = read_figure(figure[1]) if figure else None
    return word.strip() if value is None else str(value)


_RANKED = re.compile(
    rf"(?:把|将|让)?\s*(?P<which>[^\s,，;；].*?)\s*(?:放在?|排在?|排到|排|放到|调到|调至|移到|移至|提到|列在?|改为|改成)\s*"
    rf"(?P<rank>第{_FIGURE}(?:位|名|个|家)?|首位|最前面?|最上面)"
)


def _read_places(text: str) -> Command | None:
    """“把3放第一，宝丰县市监局排第2”: every part of the text must be such a wish."""
    ranks: list[tuple[str, int]] = []
    for part in re.split(r"[,，;；\n]+", text):
        if not part.strip():
            continue
        found = _RANKED.fullmatch(part.strip())
        rank = read_rank(found["rank"]) if found else None
        if found is None or rank is None:
            return None
        ranks.append((_place_word(found["which"]), rank))
    return Place(tuple(ranks)) if ranks else None


_Build = Callable[[re.Match[str]], Command | None]


def _rule(pattern: str, build: _Build) -> tuple[re.Pattern[str], _Build]:
    return re.compile(pattern, re.DOTALL), build


_PATTERNS = (
    _rule(r"(?:待办|新报|我的待办|待办事项|有什么新报的?|新报(?:的)?有哪些)", lambda _: ShowWaiting()),
    _rule(r"(?:打开|查看申报|看申报)" + _SEP + r"(?P<which>\S.*)", _open),
    _rule(
        r"(?:列为候选|列入候选|同意候选)" + _SEP + r"(?P<which>\S.*)",
        lambda m: AcceptCandidates(_names(m["which"])),
    ),
    _rule(
        r"(?:把|将)?(?P<which>\S+?)\s*(?:列为候选|列入候选)", lambda m: AcceptCandidates(_names(m["which"]))
    ),
    _rule(rf"退回(?:补正)?{_SEP}(?P<which>{_NUMBER})(?:\s*补正)?{_MORE}", _return),
    _rule(rf"退回(?:补正)?[\s:：]+(?P<which>[^\s,，;；、:：]+){_MORE}", _return),
    _rule(r"同意撤回" + _SEP + r"(?P<rest>\S.*)", _withdrawal),
    _rule(
        r"(?:设)?内部截止(?:时间|日期|日)?(?:设为|设到|改为|改到|定为|为|到)?" + _SEP + r"(?P<day>.*)",
        lambda m: SetCutoff(m["day"].strip()),
    ),
    _rule(r"(?:排序|推荐顺序|查看排序|当前排序|排名)", lambda _: ShowOrder()),
    _rule(r"(?:排序|推荐顺序|新顺序|顺序)(?:改为|改成|调整为|为)?[\s:：]+(?P<rest>\S.*)", _reorder),
    _rule(
        r"(?:把|将)?(?P<one>\S.*?)\s*(?:和|与|跟|同)\s*(?P<other>\S.*?)\s*(?:对调|互换|交换|调换|对换|换)(?:一下|过来|位置)*",
        _swap,
    ),
    _rule(
        r"打印(?:推荐)?意见(?:表|页)?" + _SEP + r"(?P<which>.*)", lambda m: PrintOpinion(m["which"].strip())
    ),
    _rule(r"(?:上报|打包上报|推荐上报)", lambda _: SendPackage(False)),
    _rule(r"确认上报", lambda _: SendPackage(True)),
    _rule(r"(?:零报告|登记零报告|零上报)", lambda _: ZeroReport(False)),
    _rule(r"确认(?:登记)?零报告", lambda _: ZeroReport(True)),
    _rule(
        r"由我(?:单位|县|区|市|局|们)推荐" + _SEP + r"(?P<which>\S.*)",
        lambda m: ChooseRoute(m["which"].strip(), ""),
    ),
    _rule(
        r"(?P<which>" + _NUMBER + r")\s*由\s*(?P<body>\S.*?)\s*推荐",
        lambda m: ChooseRoute(m["which"], "" if m["body"].startswith("我") else m["body"]),
    ),
    _rule(r"(?:包|推荐包|上报情况|收到的包)", lambda _: ShowPackages()),
    _rule(
        r"(?P<no>不)?同意(?:调整|更正)(?:排序|顺序)?" + _SEP + r"(?P<body>\S+)",
        lambda m: AnswerCorrection(m["body"], not m["no"]),
    ),
    _rule(r"(?P<no>不)?递补" + _SEP + r"(?P<body>\S+)", lambda m: MoveUp(m["body"], not m["no"])),
    _rule(r"(?:收件|准予收件)" + _SEP + r"(?P<rest>\S.*)", _receive),
    _rule(r"收到纸质(?:件|申报表|表)" + _SEP + r"(?P<rest>\S.*)", _paper),
    _rule(r"(?:纸质件|纸质台账|纸质件台账)" + _SEP + r"(?P<body>\S*)", lambda m: ShowPapers(m["body"])),
)
