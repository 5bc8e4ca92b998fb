"""What a message says about the form: labels and their values, corrections, questions (dialogue page §6). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.dialogue.fields import read_date, read_email, read_phone
from bot.dialogue.script import simplify
from config.campaign import Field, FieldKind, Form

_CONNECTOR = "是为叫在：:"
_EARLY = r"(?:(?:我们|我|咱们|咱|本|贵)(?:单位|局)?的?|单位的)?"
_SORRY = (
    r"(?:(?:不好意思|抱歉|对不起|麻烦您?|请您?|请?帮我|刚才|刚刚|之前|前面|上面|那个|哦|噢|啊|呃|嗯|等等|等一下|等下|更正一下|更正|另外|还有|对了)[，,、：:\s]*)*"
)
_WRONG = r"我?(?:写错|填错|打错|输错|说错|搞错|弄错|错|不对|有误|不准确|有问题)了?+"
_SHOULD = r"(?:应该是|应该写成?|应该填|应写成?|应填|应该为|应该改为|应该改成|应为|应是|应改为|应改成|改成|改为|换成|更正为|更改为|修改为|变更为|正确的是|是|为)"
_BECOMES = r"(?:应该是|应该为|应该改为|应该改成|应为|应改为|应改成|改成|改为|改到|换成|换为|更正为|更改为|修改为|修改成|变更为|变更成|更新为)"
_CHANGE = r"(?:修改|更改|变更|更正|改一下|改下|改|重填|重新填写|重写|换一下)(?:一下|下)?"
_WISH = r"(?:我要|我想|我需要|我想要|我|需要|要|想|可以|能)?"
_GAP = r"[，,。；;、！!\s]*"
_COUNT = r"(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})"
_ITEM = rf"(?:第\s*(?P<number>{_COUNT})\s*(?:项|条|栏|个)?|(?P<item>{_COUNT})\s*项)"
_LOOSE_ITEM = rf"第?\s*(?P<number>{_COUNT})\s*(?:项|条|栏|个)?"
_QUESTION_END = re.compile(r"[？?][”\"』」)）\s]*$")
_QUESTION_WORD = re.compile(r"多少|几分|怎么|咋|什么|啥|哪|谁|能不能|要不要|行不行|可不可以|是不是|有没有|几份|几个|几天|何时|如何|为什么|为何")
_QUESTION_TAIL = re.compile(r"[吗呢么嘛吧不][。!！~～\s]*$")
_VALUE_TAIL = re.compile(
    r"(?:局|所|队|中心|院|厂|公司|委员会|办公室|办|处|厅|委|站|科|政府|路|街|巷|号|楼|室|层|村|镇|乡|县|区|市|级|网吧|酒吧|大道|大厦|东|西|南|北|对面|旁)[)）]?$"
)
_ONLY_QUESTION = re.compile(
    r"(?:要|应该?|需要|可以)?(?:填|写|报|用)?(?:的是)?(?:谁|什么|啥|哪里|哪儿|哪个|哪位|哪家|哪一天|几号|多少|几级|怎么[填写弄办]|咋[填写弄办])(?:啊|呀|呢|的)?"
)
_CHINESE_NUMBER = {char: value for value, char in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class Said:
    """A value somebody gave for a named field; field "" is the part in front of the first label.

    `sure`: the label stands before 是, a colon or a blank, not just before a word.
    """

    field: str
    value: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Correction:
    """A wish to change a field: to a value, or to be asked for one (value None).

    `field` is "" where the item named does not exist, "reserved" text goes to `reserved`.
    """

    field: str
    value: str | None
    reserved: str = ""


class Labels:
    """The names of a form's items, as people write them."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._names: dict[str, str] = {}
        patterns: list[tuple[str, str]] = []
        for field in form.fields:
            for alias in (field.label, *field.aliases):
                name, _, needs = alias.partition("+")
                self._names[name] = field.id
                tail = rf"(?=\s*[{re.escape(needs)}])" if needs else ""
                patterns.append((name, re.escape(name) + tail))
        for label in form.reserved:
            self._names[label] = f"!{label}"
            patterns.append((label, re.escape(label)))
        patterns.sort(key=lambda pair: -len(pair[0]))
        name = f"(?P<name>{'|'.join(pattern for _, pattern in patterns)})"
        # an own name for the whole message: 单位+是 makes no sense there
        whole = f"(?P<name>{'|'.join(re.escape(n) for n, p in patterns if '(?=' not in p)})"
        target = rf"(?:{_EARLY}(?:{name})|{_ITEM})"
        target_whole = rf"(?:{_EARLY}(?:{whole})|{_ITEM})"
        target_loose = rf"(?:{_EARLY}(?:{whole})|{_LOOSE_ITEM})"
        connector = rf"(?P<connector>\s*[{_CONNECTOR}]|\s+)?\s*"
        self._label = re.compile(rf"(?:(?<=^)|(?<=[，,；;。、\s！!]))\s*{_EARLY}{name}{connector}")
        self._own = re.compile(rf"\s*{_EARLY}{name}{connector}")
        corrections = (
            rf"{_SORRY}(?:把|将)?{target}(?:这项|这一项|栏)?{_GAP}{_WRONG}(?:{_GAP}{_SHOULD}[:：]?|[，,：:\s]+)\s*(?P<value>.+)",
            rf"{_SORRY}(?:把|将)?{target}(?:这项|这一项|栏)?{_GAP}{_BECOMES}[:：]?\s*(?P<value>.+)",
            rf"{_SORRY}{_WISH}{_CHANGE}\s*{target}(?:这项|这一项)?\s*(?:改为|改成|为|成|是|[:：]|\s)\s*(?P<value>.+)",
        )
        self._corrections = tuple(re.compile(pattern, re.DOTALL) for pattern in corrections)
        asks = (
            rf"{_SORRY}{_WISH}{_CHANGE}\s*{target_loose}[。！!.]?",
            rf"{_SORRY}(?:把|将)?{target_whole}(?:这项|这一项)?{_GAP}(?:{_WRONG}|{_WISH}(?:修改|更改|改一下|改下|改|重填)(?:一下|下)?)[。！!.]?",
        )
        self._asks = tuple(re.compile(pattern) for pattern in asks)
        self._unknown = re.compile(rf"{_SORRY}(?:我要|我想|我需要)?(?:修改|更改|变更)(?:一下)?(?P<what>[^，。,;；：:\s]{{1,8}})[。！!]?")
        self._reserved = re.compile(rf"{_EARLY}(?P<name>{'|'.join(map(re.escape, form.reserved)) or '(?!)'})\s*[{_CONNECTOR}]")

    def named(self, name: str) -> str | None:
        """The field a name stands for; "!…" for a reserved label; None if it is no name of the form."""
        return self._names.get(name)

    def correction(self, text: str) -> Correction | None:
        """The correction or wish to change that the whole message is (§6.2), if it is one."""
        plain = simplify(text)
        for pattern in self._corrections:
            match = pattern.fullmatch(plain)
            if match and (found := self._target(match)) is not None:
                # values are kept as typed: cut the original at the same place
                return Correction(found[0], text[match.start("value") :].strip(), found[1])
        compact = plain.strip()
        for pattern in self._asks:
            match = pattern.fullmatch(compact)
            if match and (found := self._target(match)) is not None:
                return Correction(found[0], None, found[1])
        match = self._unknown.fullmatch(compact)
        if match and not _VALUE_TAIL.search(match["what"]):
            return Correction("", None)
        return None

    def _target(self, match: re.Match[str]) -> tuple[str, str] | None:
        """(field id, reserved label) of a matched target; ("", "") for a number the form lacks."""
        if name := match["name"]:
            field = self._names[name]
            return ("", field[1:]) if field.startswith("!") else (field, "")
        groups = match.groupdict()
        number = _read_number(groups["number"] or groups.get("item") or "")
        if number is None:
            return None
        for field_ in self.form.fields:
            if field_.number == number:
                return field_.id, ""
        return "", ""

    def reserved(self, text: str) -> str | None:
        """The reserved label (推荐意见) a message begins with, if any."""
        match = self._reserved.match(simplify(text).lstrip())
        return match["name"] if match else None

    def alone(self, text: str) -> str | None:
        """The field whose name the whole message is, if any."""
        plain = re.sub(r"\s+", "", simplify(text)).rstrip("。：:")
        field = self._names.get(plain)
        needed = any(plain == alias.partition("+")[0] and "+" in alias for f in self.form.fields for alias in f.aliases)
        return field if field and not needed else None

    def strip_own(self, field: Field, text: str) -> str:
        """The text without the field's own label in front (§5.3, §6.4)."""
        match = self._own.match(simplify(text))
        if match is None or self._names[match["name"]] != field.id:
            return text
        long = field.kind in (FieldKind.TEXT, FieldKind.COLLECTED)
        if long and not match["connector"]:
            return text  # 基本情况良好 is a sentence, not a label
        rest = text[match.end() :]
        return rest if rest.strip() else text

    def starts_other(self, field: Field, text: str) -> bool:
        """Whether a message begins with the label of another field and a colon (§6.4)."""
        match = self._own.match(simplify(text))
        return bool(
            match and self._names[match["name"]] != field.id and (match["connector"] or "").strip() in ("：", ":")
        )

    def values(self, text: str) -> tuple[Said, ...]:
        """The labelled values of a message in order (§6.1); () if it has no label.

        What stands in front of the first label comes first under field "". Reserved labels come as "!推荐意见".
        """
        plain = simplify(text)
        found: list[re.Match[str]] = []
        for match in self._label.finditer(plain):
            if found and match.start() < found[-1].end():
                continue
            if self._counts(match, plain):
                found.append(match)
        if not found:
            return ()
        said: list[Said] = []
        front = text[: found[0].start()].strip(" ，,；;。、！!\r\n\t\u3000")
        if front:
            said.append(Said("", front))
        for position, match in enumerate(found):
            end = found[position + 1].start() if position + 1 < len(found) else len(text)
            value = text[match.end() : end]
            sure = bool(match["connector"])
            said.append(Said(self._names[match["name"]], value.strip(" ，,；;。、\r\n\t\u3000"), sure))
        return tuple(said)

    def _counts(self, match: re.Match[str], plain: str) -> bool:
        """A label without 是：or a space counts only before something that can be its value."""
        if match["connector"]:
            return True
        rest = re.split(r"[，,；;。、\n]", plain[match.end() :], maxsplit=1)[0].strip()
        if not rest:
            return False
        name = self._names[match["name"]]
        if name.startswith("!"):
            return False
        kind = self.form.field(name).kind
        if kind in (FieldKind.DATE, FieldKind.PHONE, FieldKind.EMAIL):
            return can_be(kind, rest)
        return kind not in (FieldKind.TEXT, FieldKind.COLLECTED)


def can_be(kind: FieldKind, text: str) -> bool:
    """Whether a text can be read as a value of a date, a telephone or a mail address."""
    match kind:
        case FieldKind.DATE:
            return read_date(text, date(2020, 1, 1)) is not None
        case FieldKind.PHONE:
            return read_phone(text) is not None
        case FieldKind.EMAIL:
            return read_email(text) is not None
    return False


def asks(text: str) -> bool:
    """Whether a message is plainly a question: it ends in a question mark or starts with 请问."""
    plain = simplify(text).strip()
    return _QUESTION_END.search(plain) is not None or plain.startswith("请问")


def may_ask(text: str, kind: FieldKind | None) -> bool:
    """Whether a message without a question mark may be a question while a field of `kind` is asked.

    It sounds like one, and cannot be read as a value of that field (§6.3). `kind` None: nothing is asked.
    """
    plain = simplify(text).strip()
    tail = _QUESTION_TAIL.search(plain)
    if not tail and not _QUESTION_WORD.search(plain):
        return False
    if kind in (FieldKind.DATE, FieldKind.PHONE, FieldKind.EMAIL):
        return not can_be(kind, plain)
    return not _VALUE_TAIL.search(plain.rstrip("。！!"))


def only_asks(text: str) -> bool:
    """Whether a value is nothing but a question word: 负责人是谁."""
    return _ONLY_QUESTION.fullmatch(simplify(text).strip()) is not None


def _read_number(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _CHINESE_NUMBER.get(text)
    try:
        return (_CHINESE_NUMBER[tens] if tens else 1) * 10 + (_CHINESE_NUMBER[ones] if ones else 0)
    except KeyError:
        return None
