"""Fills the official form (附件1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import docx

from bot.documents.form_properties import FormProperties, attach
from bot.documents.form_version import version_of as version_of
from bot.documents.word_marks import PRINT_CODE_MARK, field_mark, fill_mark, marks_in, printable_lines
from bot.documents.word_package import package_bytes
from bot.model.spoken import full_date
from config.campaign import Campaign, Field, FieldKind

LONG_KINDS = (FieldKind.TEXT, FieldKind.COLLECTED)
"""The kinds whose line breaks are printed."""


def fill_form(campaign: Campaign, values: Mapping[str, str], code: str | None) -> bytes:
    """The campaign's form as .docx: the values in their places, `code` at the foot of every page.

    `values` are stored values by field id; absent or empty ones leave their place blank, and values that
    the paper has no place for only go into the file's own properties. ValueError if an id is no field of
    the form or the template lacks the place of a printed field.
    """
    unknown = sorted(set(values) - {field.id for field in campaign.form.fields})
    if unknown:
        raise ValueError(f"not in the form: {', '.join(unknown)}")
    document = docx.Document(str(Path(campaign.folder) / campaign.form.template))
    marks = marks_in(document.element)
    for field in campaign.form.fields:
        if field.printed:
            _fill(marks, field_mark(field.id), printed_lines(field, values.get(field.id) or ""))
    if code is not None:
        _print_code(document, code)
    attach(document, _properties(campaign, values, code))
    return package_bytes(document)


def printed_lines(field: Field, value: str) -> list[str]:
    """The lines in which a stored value is printed: a date as 2019年7月10日, no line for an empty value."""
    if field.kind is FieldKind.DATE and value:
        value = full_date(date.fromisoformat(value))
    lines = printable_lines(value)
    return lines if field.kind in LONG_KINDS else [" ".join(lines)] if lines else []


def missing_marks(campaign: Campaign) -> list[str]:
    """The bookmarks that the campaign's template should have and has not."""
    document = docx.Document(str(Path(campaign.folder) / campaign.form.template))
    marks = marks_in(document.element)
    wanted = [field_mark(field.id) for field in campaign.form.fields if field.printed]
    return [mark for mark in wanted if mark not in marks]


def _fill(marks: Mapping[str, object], mark: str, lines: list[str]) -> None:
    if mark not in marks:
        raise ValueError(f"the template has no bookmark {mark}")
    if lines:
        fill_mark(marks[mark], lines)


def _print_code(document: object, code: str) -> None:
    """Every footer that has a place for the code gets it."""
    for section in document.sections:  # type: ignore[attr-defined]
        if not section.footer.is_linked_to_previous:
            marks = marks_in(section.footer._element)
            if PRINT_CODE_MARK in marks:
                fill_mark(marks[PRINT_CODE_MARK], [f"打印码 {code}"])


def _properties(campaign: Campaign, values: Mapping[str, str], code: str | None) -> FormProperties:
    filled = {field_id: value for field_id, value in values.items() if value}
    return FormProperties(campaign.id, code, version_of(campaign, values), filled)
