"""What a message says about the form: labels and their values (dialogue page §5.3, §6.1). Pure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.dialogue.corrections import EARLY, Correction, Corrections
from bot.dialogue.fields import can_be
from bot.dialogue.script import simplify
from bot.dialogue.words import GREETING
from config.campaign import Field, FieldKind, Form

_CONNECTOR = r"(?P<connector>\s*+(?:[是为叫在]\s*+[：:]?|[：:]|的话[，,：:]?)|\s++)?\s*+"
_SEPARATORS = " ，,；;。、！!\r\n\t\u3000\u00a0"
_FIRST = r"[（(]?[1一][)）.．]"
_NUMBERED = re.compile(
    r"(?:\A|\n)[（(]?[0-9一二三四五六七八九十]{1,2}[)）.．、][ \t]*\Z"
)  # 2. in a pasted list
# what can only be meant as a value, however wrong: 电话12345 is one to refuse, 电话局院内 is an address
_NUMERAL = "0-9０-９〇○零一二三四五六七八九十"
_ATTEMPTS = {
    FieldKind.DATE: re.compile(rf"(?=.*[{_NUMERAL}])[{_NUMERAL}年月日号/.\-／．－\s]+"),
    FieldKind.PHONE: re.compile(r"(?=.*[0-9０-９])[0-9０-９+()＋（）\-－—–\s]+"),
    FieldKind.EMAIL: re.compile(r"(?=.*[A-Za-z0-9Ａ-Ｚａ-ｚ０-９])[!-~！-～\s]+"),
}
_PIECES = re.compile(r"(?<=[，,；;。、\n])")
_LOOKED_AT = 200  # characters after a label that tell whether a value follows
_LONG = (FieldKind.TEXT, FieldKind.COLLECTED)


@dataclass(frozen=True, slots=True)
class Said:
    """A value somebody gave for a named field; field "" is the part in front of the first label.

    `sure`: the label stands before 是, a colon or a blank, not just before a word; `colon`: before a colon.
    """

    field: str
    value: str
    sure: bool = True
    colon: bool = dataclasses.field(default=False, compare=False)


class Labels:
    """The names of a form's items, as people write them."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._names: dict[str, str] = {}
        self._alone: dict[str, str] = {}
        patterns = sorted(self._learn(form), key=lambda pair: -len(pair[0]))
        name = f"(?P<name>{'|'.join(pattern for _, pattern in patterns)})"
        # after a greeting without a comma too; a number in front belongs to a pasted list: 2. 单位地址：
        after = r"(?<=[，,；;。、\s！!])|(?<=\n[0-9][.．])|(?<=\n[0-9][0-9][.．])"
        start = rf"(?:\A(?:{GREETING}|{_FIRST})?|{after})"
        self._label = re.compile(rf"{start}{EARLY}{name}{_CONNECTOR}")
        self._own = re.compile(rf"\s*+{EARLY}{name}{_CONNECTOR}")
        self._corrections = Corrections(form, self._names, patterns)

    def _learn(self, form: Form) -> Iterator[tuple[str, str]]:
        """Every name with its pattern. An alias 单位+是叫为 counts only before a character after the +."""
        for field in form.fields:
            for alias in (field.label, *field.aliases):
                name, _, needs = alias.partition("+")
                self._names[name] = field.id
                if not needs:
                    self._alone[name] = field.id
                yield name, re.escape(name) + (rf"(?=\s*[{re.escape(needs)}])" if needs else "")
        for label in form.reserved:
            self._names[label] = self._alone[label] = f"!{label}"
            yield label, re.escape(label)

    def correction(self, text: str) -> Correction | None:
        """The correction or wish to change that the whole message is (§6.2), if it is one."""
        return self._corrections.find(text, simplify(text))

    def corrections(self, text: str) -> tuple[Said, ...]:
        """The values of a message that corrects several items: 地址改为…，负责人改成…; () if it is no such message."""
        parts: list[str] = []
        pieces = _PIECES.split(text)
        while pieces:
            piece = pieces.pop(0)
            found = self.correction(piece.strip(_SEPARATORS))
            if found is not None and found.value is None and pieces:  # 地址写错了，应该是…
                piece += pieces.pop(0)
                found = self.correction(piece.strip(_SEPARATORS))
            if not parts or (found is not None and found.plain and found.value and found.field):
                parts.append(piece)
            else:
                parts[-1] += piece
        said = [found for part in parts if (found := self.correction(part.strip(_SEPARATORS)))]
        short = all(one.field and self.form.field(one.field).kind not in _LONG for one in said)
        if not len({one.field for one in said}) == len(parts) > 1 or not short:
            return ()
        return tuple(Said(one.field, one.value) for one in said if one.value)

    def alone(self, text: str) -> str | None:
        """The field ("!…" for a reserved label) whose name the whole message is, if any."""
        if len(text) > 40:
            return None
        return self._alone.get(re.sub(r"\s+", "", simplify(text)).rstrip("。：:"))

    def strip_own(self, field: Field, text: str) -> str:
        """The text without the field's own label in front (§5.3, §6.4)."""
        match = self._own.match(simplify(text))
        if match is None or self._names[match["name"]] != field.id:
            return text
        if field.kind in _LONG and not match["connector"]:
            return text  # 基本情况良好 is a sentence, not a label
        rest = text[match.end() :]
        return rest if rest.strip() else text

    def starts_other(self, field: Field, text: str) -> bool:
        """Whether a message begins with the label of another field and a colon (§6.4)."""
        match = self._own.match(simplify(text))
        if match is None or self._names[match["name"]] == field.id:
            return False
        return _is_colon(match["connector"])

    def values(self, text: str) -> tuple[Said, ...]:
        """The labelled values of a message in order (§6.1); () if it has no label.

        What stands before the first label comes first, as field "". Reserved labels come as "!推荐意见".
        """
        plain = simplify(text)
        found = self._counting(plain)
        if not found:
            return ()
        said: list[Said] = []
        front = _NUMBERED.sub("", text[: found[0].start()]).strip(_SEPARATORS)
        if front:
            said.append(Said("", front))
        for match, following in zip(found, [*found[1:], None], strict=True):
            name = self._names[match["name"]]
            value = text[match.end() : following.start() if following else len(text)]
            connector = match["connector"]
            cut = self._cut(name, value, following is None)
            said.append(Said(name, cut, bool(connector), _is_colon(connector)))
        return tuple(said)

    def _cut(self, name: str, value: str, last: bool) -> str:
        """A value without what separates it from the next; a long text keeps its own final mark (§5.2)."""
        if not last:
            value = _NUMBERED.sub("", value)
        if name.startswith("!") or self.form.field(name).kind not in _LONG:
            return value.strip(_SEPARATORS)
        return value.strip() if last else value.strip().rstrip("，,；;、")

    def _counting(self, plain: str) -> list[re.Match[str]]:
        """The labels that count, in order; read from the end, because a value runs to the next of them."""
        found: list[re.Match[str]] = []
        end = len(plain)
        for match in reversed(list(self._label.finditer(plain))):
            if self._counts(match, plain[match.end() : min(end, match.end() + _LOOKED_AT)]):
                found.append(match)
                end = match.start()
        return found[::-1]

    def _counts(self, match: re.Match[str], following: str) -> bool:
        """A label without 是：or a space counts only before something that can be its value.

        `following` is the beginning of the text up to the next label.
        """
        if match["connector"]:
            return True
        rest = re.split(r"[，,；;。、\n]", following, maxsplit=1)[0].strip()
        name = self._names[match["name"]]
        if not rest or name.startswith("!"):
            return bool(rest) and match.start() == 0
        kind = self.form.field(name).kind
        if kind in _ATTEMPTS:
            return self.attempted(self.form.field(name), rest)
        return kind not in _LONG

    def attempted(self, field: Field, plain: str) -> bool:
        """Whether a simplified text is, right or wrong, meant as a date, a telephone number or a mail address."""
        return can_be(field.kind, plain) or _ATTEMPTS[field.kind].fullmatch(plain) is not None


def _is_colon(connector: str | None) -> bool:
    return (connector or "").strip().endswith(("：", ":"))
