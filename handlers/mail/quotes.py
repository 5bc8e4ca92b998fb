"""What a reply says anew: the body without the mail it answers.

1. Only whole lines and the boxes that mail programs put around a quote are markers; a word in a sentence is none.
2. From a separator (`---- 回复的原邮件 ----`), a block of header lines (发件人, 发送时间, 收件人 …) or an attribution
   (`在 …，… 写道：`) with nothing quoted under it, all the rest is the quote.
3. Quoted lines under an attribution go, what is written below or between them stays.
4. Where nothing would be left (a forwarded mail, an answer without a word), everything stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import islice

from handlers.mail.lines import Level, Line, html_lines, text_lines

_LONGEST_MARKER = 300  # characters of one line; longer ones are somebody's text
_BLOCK = 12  # lines a block of header lines may take
_EMPTY = 4  # empty lines between an attribution and what it stands over
_STRANGE = 4  # of which may be something else: a long list of recipients goes over several lines

_NAMES_OF_A_QUOTE = (
    r"原始?邮件|邮件原[文件]|回复的?原?邮件|(?:开始)?转发的?原?邮件|转发的消息|转发邮件信息|回复邮件信息|原始郵件|轉寄的郵件"
    r"|original(?: message)?|replied message|forwarded message|begin forwarded message"
)
_SEPARATOR = re.compile(rf"[-—─=_*~]{{2,}} ?(?:{_NAMES_OF_A_QUOTE}) ?[-—─=_*~]{{2,}}", re.IGNORECASE)
_BARE_NAME = re.compile(rf"(?:{_NAMES_OF_A_QUOTE}) ?[:：]?", re.IGNORECASE)
_HEADERS = frozenset({"sender", "time", "other"})  # other: recipient, subject
_RULE = re.compile(r"[-—─=_*~ ]{3,}")

_LABEL = re.compile(
    r"[|*> ]{0,4}(?:(?P<sender>发 ?件 ?人|发 ?信 ?人|寄 ?件 ?[人者]|from)"
    r"|(?P<time>发 ?[送件] ?时 ?间|发送日期|日 ?期|时 ?间|寄件日期|sent time|sent|date)"
    r"|(?P<other>收 ?件 ?[人者]|主 ?[题旨]|标 ?题|抄 ?送|to|cc|subject))[* ]{0,3}[:：|]",
    re.IGNORECASE,
)

_CLOCK = r"(?:[上下]午|[早晚]上|中午|凌晨|傍晚|[AP]M)? ?\d{1,2} ?[:：] ?\d{2}(?: ?[:：] ?\d{2})? ?(?:[AP]M)?"
_DAY = r"\d{4} ?[-年/.] ?\d{1,2} ?[-月/.] ?\d{1,2} ?日?"
_WROTE = r"(?:写[道到]|寫道|wrote|来信说) ?[:：]"
_ADDRESS = r"[^<>]{0,120}<[^<>]*@[^<>]*>"
_ATTRIBUTIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # NetEase, Apple and Thunderbird; the comma keeps apart what somebody wrote at a meeting at 10:00.
        rf"(?:在|于|at)? ?{_DAY}.{{0,12}}?{_CLOCK}(?: ?\+0800)? ?[，,、].{{0,200}}{_WROTE}",
        rf"(?:在|于|at)? ?{_DAY}.{{0,40}}?{_ADDRESS} ?{_WROTE}",
        rf".{{1,150}}[> ]于 ?{_DAY}.{{0,12}}?{_CLOCK} ?{_WROTE}",  # Gmail
        rf"on .{{0,60}}\d{{4}}.{{0,30}}(?:{_CLOCK}|{_ADDRESS}).{{0,200}}wrote ?[:：]",
        rf"{_DAY} {_CLOCK}.{{0,20}}{_ADDRESS} ?[:：]",
    )
)
_MAYBE_ATTRIBUTION = re.compile(rf".*\d.*(?:{_WROTE}|> ?[:：])", re.IGNORECASE)

_DEVICE = re.compile(
    r"发自我?的? ?[^，。,.!！?？；;：:]{1,30}|sent from (?:my )?[\w .-]{1,40}|(?:获取|下载|get) ?outlook for .{1,20}"
    r"|从 ?windows .{0,10}发送",
    re.IGNORECASE,
)


def newest_part(text: str, html: str) -> str:
    """What the sender wrote in this mail, from whichever body could be cut further; the whole body if neither could.

    Lines end with "\\n"; never empty unless both bodies are.
    """
    bodies = [lines for lines in (text_lines(text), html_lines(html)) if any(_normal(line) for line in lines)]
    cut = [short for short in map(_without_quote, bodies) if short]
    if cut:
        return min(cut, key=len)
    return _joined(bodies[0]) if bodies else ""


def html_text(html: str) -> str:
    """The text of an HTML body, a line for each line a reader sees; scripts, styles and comments are left out."""
    return _joined(html_lines(html))


def _without_quote(lines: Sequence[Line]) -> str:
    """The lines without the quote; empty if there is none or nothing but one."""
    end = _quote_start(lines)
    kept = _without_cited(lines[:end])
    if len(kept) == len(lines):
        return ""
    return _joined(_without_devices(kept))


def _quote_start(lines: Sequence[Line]) -> int:
    """The index from which on everything is a quote; the number of lines if nothing is."""
    for index, line in enumerate(lines):
        if line.level is Level.CUT or _opens_quote(lines, index):
            return _before_rules(lines, index)
        if line.level < Level.CITED and (first := _attribution(lines, index)) is not None:
            following = _next_written(lines, index + 1)
            if following is None or following.level is Level.OWN:
                return first
    return len(lines)


def _opens_quote(lines: Sequence[Line], index: int) -> bool:
    if lines[index].level >= Level.CITED:
        return False
    text = _normal(lines[index])
    if not text:
        return False
    if _SEPARATOR.fullmatch(text):
        return True
    label = _LABEL.match(text)
    if not label or not label["sender"]:
        return False
    heading = any(_BARE_NAME.fullmatch(_normal(line)) for line in lines[max(index - _EMPTY, 0) : index])
    return _is_header_block(lines[index : index + _BLOCK], {"sender", "time"} if heading else _HEADERS)


def _is_header_block(lines: Sequence[Line], wanted: Set[str]) -> bool:
    """Whether all wanted kinds of header lines follow each other closely."""
    kinds: set[str | None] = set()
    strange = 0
    for line in lines:
        text = _normal(line)
        label = _LABEL.match(text)
        kinds.add(label.lastgroup if label else None)
        strange += bool(text) and label is None
        if strange > _STRANGE:
            return False
        if wanted <= kinds:
            return True
    return False


def _before_rules(lines: Sequence[Line], index: int) -> int:
    """Step back over the rule or the bare heading that stands above a quote."""
    while index > 0:
        text = _normal(lines[index - 1])
        if text and not _RULE.fullmatch(text) and not _BARE_NAME.fullmatch(text):
            break
        index -= 1
    return index


def _attribution(lines: Sequence[Line], last: int) -> int | None:
    """The index at which the attribution that ends with line `last` begins; mail programs break it into up to three."""
    text = _normal(lines[last])
    if not text.endswith((":", "：")):
        return None
    for first in range(last, max(last - 3, -1), -1):
        if first < last:
            above = _normal(lines[first])
            if not above:
                return None
            text = f"{above} {text}"
        if any(pattern.fullmatch(text) for pattern in _ATTRIBUTIONS):
            return first
    return None


def _next_written(lines: Sequence[Line], start: int) -> Line | None:
    following = islice(lines, start, None)
    return next((line for line in following if line.level is Level.CUT or _normal(line)), None)


def _without_cited(lines: Sequence[Line]) -> list[Line]:
    """Drop quoted lines with the attribution above them; cited ones only where it is plain that they are a quote."""
    kept: list[Line] = []
    attributed = False
    for index, line in enumerate(lines):
        if line.level is Level.OWN or line.level is Level.CUT:
            kept.append(line)
            continue
        first_of_run = index == 0 or lines[index - 1].level is not line.level
        if first_of_run and (start := _attribution_above(kept)) is not None:
            attributed = True
            del kept[start:]
        alone = first_of_run and (index + 1 == len(lines) or lines[index + 1].level is not line.level)
        cited = line.level is Level.CITED and not alone
        if not (line.level is Level.QUOTED or attributed or cited):
            kept.append(line)
    return kept


def _attribution_above(kept: Sequence[Line]) -> int | None:
    last = len(kept) - 1
    while last >= 0 and len(kept) - last <= _EMPTY and not _normal(kept[last]):
        last -= 1
    if last < 0:
        return None
    first = _attribution(kept, last)
    if first is None and _MAYBE_ATTRIBUTION.fullmatch(_normal(kept[last])):
        return last
    return first


def _without_devices(lines: Sequence[Line]) -> Sequence[Line]:
    """Drop `发自我的iPhone` and the like from the end."""
    end = len(lines)
    while end > 0 and (not (text := _normal(lines[end - 1])) or _DEVICE.fullmatch(text)):
        end -= 1
    return lines[:end]


def _normal(line: Line) -> str:
    """The line for comparing: one kind of white space, none at the ends; empty if it is too long for a marker."""
    if len(line.text) > _LONGEST_MARKER:
        return "…"
    return " ".join(line.text.split())


def _joined(lines: Sequence[Line]) -> str:
    return "\n".join(line.text.replace("\xa0", " ").rstrip() for line in lines).strip()
