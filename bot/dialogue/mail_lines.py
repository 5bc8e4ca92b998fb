"""What single lines of a mail are: closings, device marks, chatter, orders. Pure; lines without quote marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.dialogue.asides import courtesy, names_place
from bot.dialogue.fields import can_be, normalise
from bot.dialogue.people import is_person
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
    "撤回本次申报": Command.WITHDRAW,
    "撤回这份申报": Command.WITHDRAW,
}
"""Orders as letters word them."""

_WISH = re.compile(
    r"(?:我们单位|我们|我单位|本单位|我局|我)?(?:现在?|特)?(?:要|想|申请|希望|请求|请|需要|决定)*"
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
_BETWEEN = re.compile(r"[。！!；;，,、\s]+")
_CELLS = re.compile(r"\s*[\t|｜]\s*")
_TALK = re.compile(r"[，。！；,;!]|请|谢|附件|查收|[您你我]")
_LONGEST_CHATTER = 40
_LONGEST_VALUE = 60


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
    return len(plain) <= _LONGEST_CHATTER and _CHATTER.fullmatch(_bare(plain)) is not None


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


def _command(plain: str) -> Command | None:
    letters = "".join(filter(str.isalnum, plain))
    command = _BY_LETTER.get(letters) or read_command(plain)
    if command is None and (wish := _WISH.match(letters)):
        rest = letters[wish.end() :]
        command = _BY_LETTER.get(rest) or read_command(rest)
        if command is Command.CONFIRM and "请" in wish[0]:
            return None  # 请确认 asks us for something
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


def looks_like_value(line: str) -> bool:
    """Whether a line without a label may have been meant for the form."""
    plain = simplify(line)
    if any(can_be(kind, plain) for kind in (FieldKind.DATE, FieldKind.PHONE, FieldKind.EMAIL)):
        return True
    return len(plain) <= _LONGEST_VALUE and not _TALK.search(plain) and names_place(plain)


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
