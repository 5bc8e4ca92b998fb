"""Reads a mail for the form: labelled values, orders and questions, line by line (guided mail mode). Pure.

1. A value has its label in front, on the same line or alone on the line before; numbers, bullets, table
   cells and the bracketed help of our own list do not matter. Nothing else becomes a value.
2. A long text runs on to the next label, order or closing; other one-line values end with their line.
3. What stands after a closing (此致敬礼) or in quoted lines is weak: it may fill what is empty, no more.
4. After "-- " nothing is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.dialogue import mail_lines
from bot.dialogue.asides import names_place
from bot.dialogue.declaring import read_declarations
from bot.dialogue.mail_lines import OPENINGS
from bot.dialogue.people import is_person
from bot.dialogue.questions import asks
from bot.dialogue.script import simplify
from bot.dialogue.several import read_switch
from bot.dialogue.understand import Labels, Said
from bot.dialogue.words import COMMANDS, Command, read_which_new
from config.campaign import Campaign, Field, FieldKind

_MARK = re.compile(
    r"[\s*·•●○◆■□▪☆★#]*(?:[（(]?(?:第\s*)?[0-9０-９一二三四五六七八九十]{1,3}\s*项?\s*[)）.．、:：]?\s*)?"
)
_BRACKETED = re.compile(r"[【\[「『](?P<name>[^】\]」』]{2,24})[】\]」』]\s*[：:]?\s*")
_HELP = re.compile(r"[（(].*[)）]\s*$")
_AMONG = re.compile(r"(?:更正|补充|修改|另|说明)(?:一下|如下)?[：:，,]\s*")
_ASKS = re.compile(r"请问|想问|问一下|咨询一下")
_SENTENCE = re.compile(r"[^。！!？?；;]+[。！!？?；;]*")
_DONE = frozenset(COMMANDS[Command.DONE].split())
_BLANKS = "_＿ \t\u3000"
_LONG_KINDS = (FieldKind.TEXT, FieldKind.COLLECTED)
_STRICT = (FieldKind.DATE, FieldKind.PHONE, FieldKind.EMAIL)
_SHORT = 200  # characters of a line in which other labels may follow a long text's
_LONG_QUESTION = 40  # characters a question inside a long text may have (dialogue page §6.4)
_LONG_CORRECTION = 200
LONGEST = 20_000
"""Characters of a mail that are read: ten times what a form holds, so that no mail keeps the others waiting."""
_LONGEST_LABEL = 200  # characters of a label with its number and its help
_WORDS = 12  # characters of a value that is neither a name nor a place, where its label has no colon


@dataclass(frozen=True, slots=True)
class Given:
    """A value for a field ("!推荐意见" for a reserved label). `weak`: only for a field that is empty."""

    field: str
    value: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class MailText:
    """What a mail says, each kind in the order of the mail."""

    values: tuple[Given, ...] = ()
    wishes: tuple[str, ...] = ()  # fields to be changed, without a new value
    openings: tuple[str, ...] = ()  # 我要申报, 另报一个单位, 切换到…
    orders: tuple[str, ...] = ()  # every other order
    questions: tuple[str, ...] = ()
    others: tuple[str, ...] = ()  # lines that are none of these, nor chatter
    signed: tuple[str, ...] = ()  # those of the others that stand where a signature does
    is_cut: bool = False  # longer than `LONGEST`: the rest was not read


def read_mail_text(campaign: Campaign, labels: Labels, text: str) -> MailText:
    """What the newest part of a mail says."""
    reader = _Reader(campaign, labels)
    lines = mail_lines.letter(text[:LONGEST])
    for line, quoted in lines:
        reader.take(line, quoted)
    read = reader.finish()
    last = max((place for place, (line, _) in enumerate(lines) if not line), default=0)
    block = [line for line, _ in lines[last + 1 :]] if last else []
    signed = tuple(line for line in block if line in read.others) if mail_lines.signs_off(block) else ()
    return replace(read, signed=signed, is_cut=len(text) > LONGEST)


class _Reader:
    """Where the reading of one mail stands."""

    def __init__(self, campaign: Campaign, labels: Labels) -> None:
        self.campaign = campaign
        self.form = campaign.form
        self.labels = labels
        self.values: list[Given] = []
        self.wishes: list[str] = []
        self.openings: list[str] = []
        self.orders: list[str] = []
        self.questions: list[str] = []
        self.others: list[str] = []
        self._awaited: Field | None = None  # its label stood alone on the line before
        self._long: Field | None = None  # the long text under way
        self._lines: list[str] = []
        self._weak = False  # whether the line in hand is weak
        self._long_weak = False
        self._closed = False

    def finish(self) -> MailText:
        self._end_long()
        return MailText(
            tuple(self.values),
            tuple(dict.fromkeys(self.wishes)),
            tuple(dict.fromkeys(self.openings)),
            tuple(dict.fromkeys(self.orders)),
            tuple(dict.fromkeys(self.questions)),
            tuple(self.others),
        )

    def take(self, line: str, quoted: bool) -> None:
        """One line, in order."""
        if not line:
            if self._long is not None and self._lines:
                self._lines.append("")
                if self._long.kind is FieldKind.TEXT:
                    self._end_long()
            return
        self._weak = quoted or self._closed
        if self._long is not None and self._goes_on(line, quoted):
            self._long_weak = self._weak and (self._long_weak or not any(self._lines))
            self._lines.append(line)
            return
        self._end_long()
        awaited, self._awaited = self._awaited, None
        if simplify(line) in _DONE or self._labelled(line):
            return
        if not self._weak and read_which_new(simplify(line).strip()):
            self.orders.append(line.strip())
            return
        if not quoted and (self._corrected(line) or self._ordered(line)):
            return
        within = None if self._weak else mail_lines.order_within(line)
        if within is not None:
            self._order(within[0])
            self._sentence(within[1])
            return
        if self._sentence(line):
            return
        if mail_lines.is_closing(line):
            self._closed = True
        elif awaited is not None and not asks(line) and _fits(self.labels, awaited, line):
            self._add(awaited.id, line)
        elif not quoted:
            self._rest(line)

    # long texts

    def _goes_on(self, line: str, quoted: bool) -> bool:
        """Whether a line belongs to the long text under way."""
        field = self._long
        assert field is not None
        if quoted and not self._lines:
            return False  # our own list quoted, the item left open
        plain = simplify(line)
        if mail_lines.is_closing(line) or plain in _DONE or mail_lines.read_order(line) is not None:
            return False
        if len(line) <= _LONG_QUESTION and (asks(line) or _ASKS.match(plain)):
            return False
        if re.match(r"(?:修改|更正|更改)", plain) and self._correction(line):
            return False
        name = self._label_of(line)
        if name is not None:
            return name == field.id
        if field.kind is FieldKind.TEXT and self._lines:
            return not mail_lines.is_chatter(line)
        return True

    def _label_of(self, line: str) -> str | None:
        """The field whose label a line inside a long text begins with; only what is plainly a label."""
        cells = mail_lines.cells(line)
        head = re.split(r"[：:]", line, maxsplit=1)[0] if len(cells) < 2 else cells[0]
        name = self._alone(head)
        if name is None or len(head) < len(line):
            return name
        return name if len(head.strip()) > 2 else None

    def _end_long(self) -> None:
        field, lines = self._long, self._lines
        self._long, self._lines = None, []
        if field is None:
            return
        mail_lines.drop_ending(lines)
        text = "\n".join(lines).strip()
        if text:
            weak, self._weak = self._weak, self._long_weak
            self._put(field.id, text)
            self._weak = weak

    # values

    def _labelled(self, line: str) -> bool:
        """A line that gives values, or names the field whose value follows."""
        line = _AMONG.sub("", line, count=1) if _AMONG.match(simplify(line)) else line
        cells = mail_lines.cells(line)
        if len(cells) > 1 and self._row(cells):
            return True
        name, rest = self._led(line)
        if name is None:
            return False
        self._give(name, rest.strip(_BLANKS))
        return True

    def _led(self, line: str) -> tuple[str | None, str]:
        """The field whose label leads the line, and what stands behind it."""
        begins = mark.end() if (mark := _MARK.match(line)) else 0
        marked = _BRACKETED.match(line, begins)
        if marked:
            name = self._alone(marked["name"])
            if name is not None:
                return name, line[marked.end() :]
        head, colon, rest = mail_lines.halves(line)
        name = self._alone(head)
        if name is not None and (colon or len(head.strip()) > 1):
            return name, rest
        return None, ""

    def _alone(self, head: str) -> str | None:
        """The field that a label stands for, however it is numbered, spaced and explained."""
        if len(head) > _LONGEST_LABEL:
            return None
        for text in (head, _MARK.sub("", head, count=1)):
            for wording in (text, _HELP.sub("", text)):
                name = self.labels.alone(wording.strip())
                if name is not None:
                    return name
        return None

    def _give(self, name: str, rest: str) -> None:
        """A field's label and what stands behind it on its line."""
        if name.startswith("!"):
            if _says(rest):
                self._put(name, rest)
            return
        field = self.form.field(name)
        if not _says(rest):
            self._await(field)
            return
        parts = self._parts(field, rest)
        for part in parts[:-1]:
            self._put(part.field, part.value)
        last = parts[-1]
        if not last.field.startswith("!") and self.form.field(last.field).kind in _LONG_KINDS:
            self._long, self._lines = self.form.field(last.field), [last.value]
            self._long_weak = self._weak
        else:
            self._add(last.field, last.value)

    def _await(self, field: Field) -> None:
        if field.kind in _LONG_KINDS:
            self._long, self._lines = field, []
        else:
            self._awaited = field

    def _parts(self, field: Field, rest: str) -> list[Said]:
        """The value behind a label, and further labelled values on the same line."""
        whole = [Said(field.id, rest, colon=True)]
        if field.kind in _LONG_KINDS and len(rest) > _SHORT:
            return whole
        said = [part for part in self.labels.values(f"{field.label}：{rest}") if part.field]
        if not said or said[0].field != field.id:
            return whole
        if field.kind in _LONG_KINDS and not all(part.colon for part in said):
            return whole
        return said

    def _row(self, cells: list[str]) -> bool:
        """A row of a table: label, value, label, value."""
        names = [self._alone(cell) for cell in cells]
        if names[0] is None:
            return False
        for position, name in enumerate(names):
            following = cells[position + 1] if position + 1 < len(cells) else ""
            if name is None:
                continue
            if following and names[position + 1] is None:
                self._give(name, following)
            elif not name.startswith("!") and position + 1 == len(cells):
                self._await(self.form.field(name))
        return True

    def _sentence(self, line: str) -> bool:
        """我们是…，地址在…，负责人张三: values inside a sentence, where they plainly are some."""
        if asks(line):
            return False
        taken = False
        for part in self.labels.values(line):
            if not part.field or part.field.startswith("!") or not _says(part.value):
                continue
            field = self.form.field(part.field)
            if part.colon or (
                not self._weak and field.kind not in _LONG_KINDS and _fits(self.labels, field, part.value)
            ):
                self._add(part.field, part.value)
                taken = True
        return taken

    def _corrected(self, line: str) -> bool:
        """地址改成…, 修改地址：…, 修改第5项."""
        found = self._correction(line)
        if found is None:
            return False
        name, value = found
        if value is None or not _says(value):
            self.wishes.append(name)
        elif asks(value):
            return False
        elif name.startswith("!") or self.form.field(name).kind in _LONG_KINDS:
            self._add(name, value)
        else:
            for part in self._parts(self.form.field(name), value):
                self._add(part.field, part.value)
        return True

    def _correction(self, line: str) -> tuple[str, str | None] | None:
        found = self.labels.correction(line) if len(line) <= _LONG_CORRECTION else None
        if found is None or not (found.field or found.reserved):
            return None
        return (f"!{found.reserved}" if found.reserved else found.field), found.value

    def _add(self, name: str, value: str) -> None:
        """A one-line value; a question behind it is a question."""
        asking = _ASKS.search(simplify(value))
        if asking:
            self.questions.append(value[asking.start() :].strip())
            value = value[: asking.start()].rstrip("，,。；; ")
        elif asks(value):
            self.questions.append(value)
            return
        if _says(value):
            self._put(name, value)

    def _put(self, name: str, value: str) -> None:
        """The last word counts; a weak one never replaces another."""
        value = value.strip(_BLANKS)
        if value.strip("（）()") == self.campaign.phrases["page_empty"].strip("（）()"):
            return
        if self._weak and any(given.field == name for given in self.values):
            return
        self.values = [given for given in self.values if given.field != name]
        self.values.append(Given(name, value, self._weak))

    # what else a line may be

    def _ordered(self, line: str) -> bool:
        command = mail_lines.read_order(line)
        if command is not None:
            self._order(command)
        elif read_switch(line):
            self.openings.append(line)
        elif read_declarations(self.campaign, line) is not None:
            self._declare(line)
        else:
            return False
        return True

    def _declare(self, line: str) -> None:
        """声明 …; two lines of it are one word, so that the second is not asked for after the first."""
        both = f"{self.orders[-1]}；{line.removeprefix('声明').strip(' ：:，,')}" if self.orders else ""
        if both and read_declarations(self.campaign, both) is not None:
            self.orders[-1] = both
        else:
            self.orders.append(line)

    def _order(self, command: Command) -> None:
        word = COMMANDS[command].split()[0]
        (self.openings if command in OPENINGS else self.orders).append(word)

    def _rest(self, line: str) -> None:
        """Questions, also in the middle of a line; the rest is chatter, or nobody knows."""
        asked = any(map(asks, _SENTENCE.findall(line)))
        self.questions.extend(filter(None, map(mail_lines.question_of, _SENTENCE.findall(line))))
        if not asked and not self._closed and not mail_lines.is_chatter(line):
            self.others.append(line)


def _says(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _fits(labels: Labels, field: Field, text: str) -> bool:
    """Whether words can be the value of a field whose label has no colon before them, or stands above them."""
    plain = simplify(text)
    if field.kind in _STRICT:
        return labels.attempted(field, plain)
    if mail_lines.is_chatter(text) or mail_lines.is_closing(text):
        return False
    if field.kind is FieldKind.UNIT or names_place(field.example):
        return names_place(plain)
    if mail_lines.talks(text):
        return False
    if is_person(field.example):
        return is_person("".join(plain.split()))
    return len(text) <= _WORDS
