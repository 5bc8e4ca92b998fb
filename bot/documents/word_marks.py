"""The places of a Word template that are filled: bookmarks (书签).

A template marks the place of a field with a bookmark `field_ID` (ID as in the campaign's form.toml) and
the place of the print code with `print_code`. What a bookmark encloses is the look of the place while it
is empty; a value replaces it and takes the formatting of the first enclosed run or, where nothing is
enclosed, of the paragraph's end. A bookmark stays within one paragraph; a value of several lines becomes
as many paragraphs of the same kind. Anybody can set bookmarks in Word or WPS (插入 → 书签).
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

PRINT_CODE_MARK = "print_code"

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""

_LINE_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")


def field_mark(field_id: str) -> str:
    """The bookmark's name for a field."""
    return f"field_{field_id}"


def printable_lines(value: str) -> list[str]:
    """The lines of a value as they are printed: nothing XML cannot hold, no blank lines, no indents."""
    lines = (_ILLEGAL.sub("", line).strip() for line in _LINE_BREAK.split(value))
    return [line for line in lines if line]


def marks_in(root: Any) -> dict[str, Any]:
    """Bookmark name → its start element, of a part's root element."""
    return {start.get(qn("w:name")): start for start in root.iter(qn("w:bookmarkStart"))}


def fill_mark(start: Any, lines: list[str]) -> None:
    """Replace what the bookmark encloses by the lines, each further line in a paragraph of its own."""
    paragraph = start.getparent()
    end = _end_of(start)
    enclosed = list(_between(start, end))
    look = _look(paragraph, enclosed)
    for element in enclosed:
        paragraph.remove(element)
    after = list(end.itersiblings())
    end.addprevious(_run(lines[0], look))
    last = paragraph
    for line in lines[1:]:
        following = OxmlElement("w:p")
        if paragraph.pPr is not None:
            following.append(deepcopy(paragraph.pPr))
        following.append(_run(line, look))
        last.addnext(following)
        last = following
    if last is not paragraph:
        last.extend([end, *after])


def _end_of(start: Any) -> Any:
    for sibling in start.itersiblings(qn("w:bookmarkEnd")):
        if sibling.get(qn("w:id")) == start.get(qn("w:id")):
            return sibling
    raise ValueError(f"bookmark {start.get(qn('w:name'))} does not end in the paragraph it begins in")


def _between(start: Any, end: Any) -> list[Any]:
    found = []
    for element in start.itersiblings():
        if element is end:
            break
        found.append(element)
    return found


def _look(paragraph: Any, enclosed: list[Any]) -> Any:
    """The run properties a value takes; None where the template sets none."""
    for element in enclosed:
        if element.tag == qn("w:r"):
            return element.find(qn("w:rPr"))
    return None if paragraph.pPr is None else paragraph.pPr.find(qn("w:rPr"))


def _run(text: str, look: Any) -> Any:
    run = OxmlElement("w:r")
    if look is not None:
        run.append(deepcopy(look))
    content = OxmlElement("w:t")
    content.text = text
    content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(content)
    return run
