"""Corrections and wishes to change (dialogue page §6.2): 地址写错了，应该是…, 修改负责人, 修改第7项."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.asides import names_place
from config.campaign import Form

# what may stand in front without changing the sense
SORRY = (
    r"(?:(?>不好意思|抱歉|对不起|麻烦您?|请您?|请?帮我|刚才|刚刚|之前|前面|上面|那个|哦|噢|啊|呃|嗯|等等|等一下|等下|更正一下|更正|另外|还有|对了"
    r"|不对|错了|写错了|填错了|您好|你好|老师|补充一下|补充)(?>[的，,、：:。！!\s]*))*"
)
EARLY = r"(?:(?:我们|我|咱们|咱|本|贵)(?:单位|局)?的?|单位的)?"
_NAME_OF = r"(?:的?(?:名字|号码|内容|写法))?(?:这一?项|栏)?"
_WRONG = r"我?也?(?:写错|填错|打错|输错|说错|搞错|弄错|错|不对|有误|不准确|有问题|不正确)了?"
_SHOULD = (
    r"(?:应该(?:是|为|填|写成?|改为|改成)|应(?:为|是|填|写成?|改为|改成)|改成|改为|换成|更正为|更改为|修改为"
    r"|变更为|正确的是|是|为)"
)
_BECOMES = (
    r"(?:应该(?:是|为|写成?|填|改为|改成)|应(?:为|是|改为|改成)|改成|改为|改到|换成|换为|更正为|更正成"
    r"|更改为|更改成|修改为|修改成|变更为|变更成|更新为)"
)
_CHANGE = r"(?:修改|更改|变更|更正|改一下|改下|改|重填|重新填写|重写|换一下)(?:一下|下)?"
_WISH = r"(?:我要|我想|我需要|我想要|我|需要|要|想|可以|能)?"
_OLD = r"(?P<old>[^，,。；;：:！!\n]{1,40}?)"  # the value that was wrong
_GAP = r"[，,。；;、！!\s]*+"
_COUNT = r"(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})"
_UNIT = r"\s*+(?:项|条|栏|个)?+"
_ITEM = rf"(?:第\s*+(?P<number>{_COUNT}){_UNIT}|(?P<item>{_COUNT})\s*+项)"
_LOOSE_ITEM = rf"(?:第\s*+)?(?P<number>{_COUNT}){_UNIT}"
_END = r"[。！!.：:]?"
# every wish and every correction holds one of these
_TRIGGER = re.compile(r"[改错误变更换重]|不对|不准|不正|问题|应[该为是填写]")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class Correction:
    """A wish to change a field: to a value, or to be asked for one (value None).

    `field` is "" where the form has no such item; a reserved label is named in `reserved`. Not `plain`: other
    words, the wrong value, stand between the label and the phrase, as they may by chance in a long text.
    """

    field: str
    value: str | None
    reserved: str = ""
    plain: bool = True


class Corrections:
    """Reads corrections of one form's items."""

    def __init__(self, form: Form, names: Mapping[str, str], patterns: Sequence[tuple[str, str]]) -> None:
        """`names`: name → field id ("!label": a reserved one); `patterns`: (name, regex), longest first."""
        self._form = form
        self._names = names
        name = f"(?P<name>{'|'.join(pattern for _, pattern in patterns)})"
        # 单位, 我们 and the like name a field only before 是; here they would swallow other words
        whole = f"(?P<name>{'|'.join(re.escape(word) for word, pattern in patterns if '(?=' not in pattern)})"
        self._corrections = tuple(re.compile(pattern, re.DOTALL) for pattern in _correcting(name))
        self._wishes = tuple(re.compile(pattern) for pattern in _wishing(whole))
        self._unknown = re.compile(
            rf"{SORRY}{_WISH}(?:修改|更改|变更)(?:一下)?(?:信息|内容)?(?P<what>[^，。,;；：:\s]{{0,8}}){_END}"
        )

    def find(self, text: str, plain: str) -> Correction | None:
        """The correction that the whole message is, if any. `plain` is the text in simplified characters."""
        if not _TRIGGER.search(plain):
            return None
        for pattern in self._wishes:
            match = pattern.fullmatch(plain)
            if match and (found := self._target(match)) is not None:
                return Correction(found[0], None, found[1])
        for pattern in self._corrections:
            match = pattern.fullmatch(plain)
            if match and (found := self._target(match)) is not None:
                # values are kept as typed: cut the original at the same place
                value = text[match.start("value") :].strip()
                return Correction(found[0], value, found[1], "old" not in match.groupdict())
        match = self._unknown.fullmatch(plain)
        return Correction("", None) if match and not names_place(match["what"]) else None

    def _target(self, match: re.Match[str]) -> tuple[str, str] | None:
        """(field id, reserved label) of a matched target; ("", "") for a number the form lacks."""
        groups = match.groupdict()
        if name := groups["name"]:
            field = self._names[name]
            return ("", field[1:]) if field.startswith("!") else (field, "")
        number = _read_number(groups["number"] or groups.get("item") or "")
        if number is None:
            return None
        return next((field.id for field in self._form.fields if field.number == number), ""), ""


def _correcting(name: str) -> tuple[str, ...]:
    target = rf"(?:{EARLY}(?:{name}){_NAME_OF}|{_ITEM})"
    return (
        rf"{SORRY}(?:把|将)?{target}{_GAP}{_WRONG}(?:{_GAP}{_SHOULD}[:：]?|[，,：:\s]++)\s*+(?P<value>.+)",
        rf"{SORRY}(?:把|将)?{target}{_GAP}{_BECOMES}[:：]?\s*+(?P<value>.+)",
        rf"{SORRY}(?:把|将)?{target}[由从]{_OLD}{_GAP}{_BECOMES}[:：]?\s*+(?P<value>.+)",
        rf"{SORRY}{target}[是为]?{_OLD}{_WRONG}{_GAP}{_BECOMES}[:：]?\s*+(?P<value>.+)",
        rf"{SORRY}{_WISH}{_CHANGE}\s*+{target}(?:\s*+(?:改为|改成|为|成|是|[:：])|\s)\s*+(?P<value>.+)",
    )


def _wishing(name: str) -> tuple[str, ...]:
    loose = rf"(?:{EARLY}(?:{name}){_NAME_OF}|{_LOOSE_ITEM})"
    target = rf"(?:{EARLY}(?:{name}){_NAME_OF}|{_ITEM})"
    change = rf"{_WISH}(?:修改|更改|改一下|改下|改|重填)(?:一下|下)?"
    return (
        rf"{SORRY}{_WISH}{_CHANGE}\s*+{loose}{_END}",
        rf"{SORRY}(?:把|将)?{target}{_GAP}(?:{_WRONG}|{change}){_END}",
    )


def _read_number(text: str) -> int | None:
    """7, 七, 十二; None if it is no number up to 999."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.get(text)
    try:
        return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
    except KeyError:
        return None
