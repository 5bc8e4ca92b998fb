"""The official form as the recommending body stamps it: with the order in its opinion box (推荐意见).

The notice asks for it where several are recommended (附件1: 推荐多个单位的，注明推荐顺序). It is a paper of its own
with a print code of its own; the unit's printed version stays what it is.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import pairwise
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from bot.documents.form_fill import fill_form
from bot.documents.form_labels import OPINION, Labels
from bot.documents.form_version import version_of
from bot.documents.print_code import candidates
from bot.documents.word_package import package_bytes
from config.campaign import Campaign

_SPACE = re.compile(r"\s+")


def opinion_page(campaign: Campaign, values: Mapping[str, str], rank: int, count: int, code: str) -> bytes:
    """The filled form as .docx; the opinion box names the rank where `count` is above 1.

    ValueError as `fill_form` says, and if the template has no box for the recommending body's opinion.
    """
    document = docx.Document(io.BytesIO(fill_form(campaign, values, code)))
    box = _opinion_box(campaign, document)
    if count > 1:
        words = campaign.phrases["opinion_rank"].format(rank=rank, count=count)
        _write(box, words)
    return package_bytes(document)


def opinion_version(campaign: Campaign, values: Mapping[str, str], rank: int, count: int) -> str:
    """SHA-256 in hex: what the page's code stands for. Another rank or another value is another page."""
    named = f"opinion:{rank}:{count}:{version_of(campaign, values)}"
    return hashlib.sha256(named.encode("ascii")).hexdigest()


def opinion_codes(application: str, rank: int, count: int) -> Iterator[str]:
    """The codes a page may have, in order of preference; endless."""
    return candidates(f"opinion:{application}:{rank}:{count}")


def _opinion_box(campaign: Campaign, document: Any) -> Any:
    labels = Labels(campaign.form)
    for table in document.tables:
        for row in table.rows:
            cells = row.cells
            for label, box in pairwise(cells):
                text = _SPACE.sub("", label.text)
                if box._tc is not label._tc and text and labels.whole(text) == OPINION:
                    return box
    raise ValueError("the template has no box for the recommending body's opinion")


def _write(box: Any, words: str) -> None:
    """A line after the box's first one, its hint, and in the look of it."""
    first = box.paragraphs[0]._p
    line = OxmlElement("w:p")
    if first.pPr is not None:
        line.append(deepcopy(first.pPr))
    run = OxmlElement("w:r")
    look = next((found for found in box._tc.iter(qn("w:rPr")) if found.getparent().tag == qn("w:r")), None)
    if look is not None:
        run.append(deepcopy(look))
    text = OxmlElement("w:t")
    text.text = words
    run.append(text)
    line.append(run)
    first.addnext(line)
