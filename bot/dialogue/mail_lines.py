"""What single lines of a mail are: closings, device marks, chatter, orders. Pure; lines without quote marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.dialogue.asides import courtesy, names_place
from bot.dialogue.fields import can_be, normalise
from bot.dialogue.people import is_person
from bot.dialogue.questions import asks
from bot.dialogue.script import simplify
from bot.dialogue.words import Command, read_command
from config.campaign import FieldKind

OPENINGS = frozenset({Command.APPLY, Command.ANOTHER})
"""Orders that decide which application the rest of a mail speaks of."""

ORDERS = OPENINGS | {
    Command.MINE,
    Command.PROGRESS,
    Command.PREVIEW,
    Command.SUBMIT,
    Command.CONFIRM,
    Command.RESTART,
    Command.WITHDRAW,
    Command.CANCEL,
    Command.HELP,
    Command.SELF_CHECK,
    Command.SELF_CHECK_ANEW,
    Command.SELF_CHECK_SHEET,
    Command.ASK_TAKEOVER,
    Command.GRANT_TAKEOVER,
    Command.REFUSE_TAKEOVER,
    Command.PRINT,
    Command.PAGE,
    Command.MORE,
    Command.DECLARE,
    Command.USE_NEW,
    Command.KEEP_OLD,
    Command.RESTORE,
}
"""Commands that mean something in a mail; 上一步 or 跳过 only do where one question follows the other."""

_BY_LETTER = {
    "确认无误": Command.CONFIRM,
    "核对无误": Command.CONFIRM,
    "以上确认无误": Command.CONFIRM,
    "确认修改": Command.CONFIRM,
    "报送": Command.SUBMIT,
    "确认报送": Command.SUBMIT,
    "确认无误请提交": Command.SUBMIT,
}
"""Orders as letters word them."""

_CAPTIONS = frozenset({"申报表", "自查表"})
"""Commands of the chat that in a letter only name what is attached."""

_WITHDRAWAL = re.compile(
    r"撤回(?:我们单位|我单位|本单位|我局|我们|这份|这次|本次|此次)?的?(?:申报|申请|申报材料)?"
)
_FORM_WANTED = re.compile(r"(?:把|将)?(?:正式的?)?申报表(?:再?发|寄)(?:一份|一下)?(?:给|到)?(?:我们?|邮箱)")
_ABOUT = re.compile(
    r"(?:请问|想问|咨询|问)?(?:一下)?(?:我们单位|我单位|本单位|我局|我们)?的?(?:申报)?(?:材料|申报表)?(?:现在|目前)?"
)

_IN_PASSING = frozenset(
    {
        Command.APPLY,
        Command.ANOTHER,
        Command.SUBMIT,
        Command.CONFIRM,
        Command.WITHDRAW,
        Command.PRINT,
        Command.USE_NEW,
        Command.KEEP_OLD,
        Command.RESTORE,
    }
)
"""Orders that a sentence may hold among other words."""

_BINDING = frozenset({Command.SUBMIT, Command.CONFIRM, Command.USE_NEW})
"""Orders that count only where nothing beside them has doubts."""

_DOUBTS = re.compile(r"不|没|未|别|勿|先|暂|等|待|如|若|要是|是否|能否|可否|再|后|才|但|改|有误|错")

_WISH = re.compile(
    r"(?:麻烦|劳烦)?(?:您|你们?)?(?:帮忙?)?(?:我们单位|我们|我单位|本单位|我局|我)?(?:现在?|特)?"
    r"(?:要|想|申请|希望|请求|请|需要|决定|同意)*"
)
_QUOTE = re.compile(r"^[ \t\u3000\u00a0]*(?:[>＞][ \t\u3000\u00a0]?)+")
_DASHES = re.compile(r"-{2,}")
_DEVICE = re.compile(
    r"(?:发自|来自|从)我的.{1,20}|(?:发自|来自).{0,12}(?:手机|邮箱|客户端|iPhone|iPad).{0,10}"
    r"|(?:sent from|get outlook).{1,60}",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"此致(?:敬礼)?|敬礼|(?:顺?[祝颂致]|敬祝|谨祝|即颂)(?:您|你|各位|领导)?.{0,12}"
    r"|(?:商祺|工作顺利|工作愉快|身体健康|万事如意)"
)
_CHATTER = re.compile(
    r"(?:以上|附件|请|敬请|烦请|恳请|如有|谢谢|感谢|望|盼|特此|麻烦|辛苦|现将|随信)"
    r".*(?:查收|审核|审阅|审批|查阅|指正|知悉|联系|回复|批示|予以|收到|谢|复|报告|发给|发送|受理|附上)[^，。]{0,6}"
)
_FOR_US = re.compile(r"给我|发我|寄我")
_BETWEEN = re.compile(r"[。！!；;，,、\s]+")
_CLAUSES = re.compile(r"[。！!；;，,\s]+")
_PAPERS = re.compile(r"表|报告|件|材料|PPT", re.IGNORECASE)
_ITEM = re.compile(r"\s*[（(]?[0-9０-９]{1,2}[)）.．、]\s*")
_LABELLED = re.compile(r"(?P<label>[\u4e00-\u9fff]{2,8})(?:\s*[：:]\s*|[ \t\u3000]+)(?P<value>\S.*)")
_NO_LABEL = re.compile(
    r"链接|下载|提取码|密码|附件|文件|主题|发件人|收件人|抄送|打印码|回执|编号|领导|老师|同志|说明"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+", re.IGNORECASE)
_CELLS = re.compile(r"\s*[\t|｜]\s*")
_TALK = re.compile(r"[，。！；,;!]|请|谢|附件|查收|[您你我]")
_ASKS_NOTHING = re.compile(
    r"(?:您好|你好|老师|[，,！!\s])*(?:请问|想问|咨询|请教)?(?:一下)?(?:以下|下列|几个|[0-9一二两三四五]个)?(?:问题)?(?:如下)?[：:，,？?。\s]*"
)
_LONGEST_CHATTER = 40
_LONGEST_LABELLED = 80
_LONGEST_VALUE = 60
_SHORT_WORD = 2


def unquote(line: str) -> tuple[str, bool]:
    """A line without quote marks in front, and whether it had any."""
    match = _QUOTE.match(line)
    return (line[match.end() :].strip(), True) if match else (line.strip(), False)


def ends_mail(line: str) -> bool:
    """The mark after which only a signature follows: "-- "."""
    return _DASHES.fullmatch(line) is not None


def is_closing(line: str) -> bool:
    """此致, 敬礼, 祝工作顺利, 发自我的iPhone: what follows is a signature."""
    plain = simplify(line)
    return _DEVICE.fullmatch(plain) is not None or _CLOSING.fullmatch(_bare(plain)) is not None


def is_chatter(line: str) -> bool:
    """Courtesy, and the phrases with which letters begin and end."""
    plain = simplify(line)
    if courtesy(plain) is not None:
        return True
    if len(plain) > _LONGEST_CHATTER or _FOR_US.search(plain):
        return False
    return _CHATTER.fullmatch(_bare(plain)) is not None


def read_order(line: str) -> Command | None:
    """The order that a line is, courtesy around it left aside: 您好，我要申报，谢谢！"""
    plain = simplify(line)
    whole = _command(plain)
    if whole is not None:
        return whole
    if len(plain) > _LONGEST_CHATTER:
        return None
    parts = [part for part in _BETWEEN.split(plain) if part]
    known = [_command(part) for part in parts]
    found = [command for command in known if command is not None]
    rest = [part for part, command in zip(parts, known, strict=True) if command is None]
    return found[0] if len(found) == 1 and all(courtesy(part) for part in rest) else None


def order_within(line: str) -> tuple[Command, str] | None:
    """The one order that a sentence holds among other words, and those: 内容已核对无误，确认。

    A short word counts only at the end; 提交, 确认 and 用新版 only where no other word has doubts.
    """
    plain = simplify(line)
    if len(plain) > _LONGEST_CHATTER or asks(line):
        return None
    parts = [part for part in _CLAUSES.split(plain) if part and not courtesy(part)]
    found = [(place, command) for place, part in enumerate(parts) if (command := _command(part))]
    if len(found) != 1:
        return None
    place, command = found[0]
    rest = [part for part in parts if part is not parts[place]]
    at_end = place == len(parts) - 1
    if command not in _IN_PASSING or not (at_end or len(parts[place]) > _SHORT_WORD):
        return None
    return None if command in _BINDING and any(map(_DOUBTS.search, rest)) else (command, "，".join(rest))


def _command(plain: str) -> Command | None:
    letters = "".join(filter(str.isalnum, plain))
    if letters in _CAPTIONS:
        return None
    command = _BY_LETTER.get(letters) or read_command(plain)
    if command is None and (wish := _WISH.match(letters)):
        rest = letters[wish.end() :].removesuffix("吧")
        command = _BY_LETTER.get(rest) or read_command(rest)
        if command is None and _WITHDRAWAL.fullmatch(rest):
            command = Command.WITHDRAW
        if command is None and _FORM_WANTED.fullmatch(rest):
            command = Command.PRINT
        if command is Command.CONFIRM and "请" in wish[0]:
            return None  # 请确认 asks us for something
    if command is None and (about := _ABOUT.match(letters)):
        command = read_command(letters[about.end() :])
        command = command if command is Command.PROGRESS else None
    return command if command in ORDERS else None


def signs(line: str) -> bool:
    """Whether a line may be part of a signature: a unit, a name, a day."""
    plain = simplify(line)
    if len(plain) > _LONGEST_CHATTER or _TALK.search(plain):
        return False
    return can_be(FieldKind.DATE, plain) or names_place(plain) or is_person("".join(plain.split()))


def is_signature(block: Sequence[str]) -> bool:
    """Whether the last lines of a letter sign it: a unit, a name, and the day at the end."""
    if not block or not can_be(FieldKind.DATE, simplify(block[-1])):
        return False
    return all(len(line) <= _LONGEST_CHATTER and not re.search(r"[：:，。？?]", line) for line in block)


def signs_off(block: Sequence[str]) -> bool:
    """Whether the last lines of a letter may sign it: a unit, a name, a day, how to reach them."""
    return all(signs(line) or _is_exact(simplify(line)) for line in block)


def looks_like_value(line: str) -> bool:
    """Whether a line without a label of ours may have been meant for the form."""
    plain = simplify(line)
    if _is_exact(plain) or _has_label(plain):
        return True
    item = _ITEM.match(plain)
    rest = plain[item.end() :] if item else plain
    if len(rest) > _LONGEST_VALUE or _TALK.search(rest):
        return False
    is_name = item is not None and not _PAPERS.search(rest) and is_person("".join(rest.split()))
    return names_place(rest) or is_name


def _is_exact(plain: str) -> bool:
    return any(can_be(kind, plain) for kind in (FieldKind.DATE, FieldKind.PHONE, FieldKind.EMAIL))


def _has_label(plain: str) -> bool:
    """申报时间 2019年7月10日: something like a label, and a value behind it."""
    found = _LABELLED.fullmatch(_ADDRESS.sub("", plain).strip())
    if not found or len(plain) > _LONGEST_LABELLED or _NO_LABEL.search(found["label"]):
        return False
    return not _TALK.search(found["label"]) and not is_chatter(found["value"])


def question_of(part: str) -> str:
    """A question without its number and without addresses of pages; "" if it asks nothing: 请问："""
    plain = _ADDRESS.sub("", part)
    item = _ITEM.match(plain)
    plain = (plain[item.end() :] if item else plain).strip()
    return plain if asks(plain) and not _ASKS_NOTHING.fullmatch(plain) else ""


def talks(text: str) -> bool:
    """Whether a few words read like a sentence rather than a value."""
    return _TALK.search(simplify(text)) is not None


def letter(text: str) -> list[tuple[str, bool]]:
    """The lines without quote marks, with whether they had any; without a signature at the end."""
    lines: list[tuple[str, bool]] = []
    for raw in text.splitlines():
        line, quoted = unquote(normalise(raw).replace("\u00a0", " "))
        if ends_mail(line):
            break
        lines.append((line, quoted))
    while lines and not lines[-1][0]:
        lines.pop()
    last = max((place for place, (line, _) in enumerate(lines) if not line), default=0)
    if last and is_signature([line for line, _ in lines[last + 1 :]]):
        del lines[last:]
    return lines


def cells(line: str) -> list[str]:
    """The cells of a pasted table's row; a line without any is one cell."""
    return [cell for cell in _CELLS.split(line) if cell]


def halves(line: str) -> tuple[str, str, str]:
    """What stands before and behind the first colon; the help in brackets may hold one of its own."""
    match = re.match(r"(?P<head>[^：:（(]*(?:[（(].{0,160}?[)）])?\s*)(?P<colon>[：:])(?P<rest>.*)", line)
    if match:
        return match["head"], match["colon"], match["rest"]
    head, colon, rest = (
        re.split(r"([：:])", line, maxsplit=1) if re.search(r"[：:]", line) else (line, "", "")
    )
    return head, colon, rest


def drop_ending(lines: list[str]) -> None:
    """Without the words and the signature with which the letter ends behind a long text."""
    while lines and (not lines[-1] or is_chatter(lines[-1])):
        lines.pop()
    last = max((place for place, line in enumerate(lines) if not line), default=-1)
    if last > 0 and all(signs(line) for line in lines[last + 1 :]):
        del lines[last:]
        drop_ending(lines)


def _bare(plain: str) -> str:
    return "".join(plain.split()).strip("。．.！!？?~～，,：:")
