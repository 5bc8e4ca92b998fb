"""Our own properties of a printed form (docProps/custom.xml): what the paper does not show.

They hold the campaign, the print code, the version and all field values, the contact's included, so that
a form of ours is read back exactly. The values are one JSON text cut into short properties: Word keeps no
more than 255 characters of one. JSON escapes whatever XML cannot hold.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree

from docx.opc.packuri import PackURI
from docx.opc.part import Part

PART_NAME = "docProps/custom.xml"

_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # the one all custom properties carry

_CAMPAIGN, _CODE, _VERSION, _VALUES = "campaign", "print_code", "version", "values"
_PIECE = 120  # code points; at most 240 UTF-16 units
_NOT_XML = re.compile("[\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class FormProperties:
    """What a form of ours says of itself. `values` holds the fields that were filled."""

    campaign: str
    code: str | None
    version: str
    values: Mapping[str, str]


def attach(document: Any, properties: FormProperties) -> None:
    """Put the properties into a python-docx document that has none yet."""
    package = document.part.package
    part = Part(PackURI(f"/{PART_NAME}"), _CONTENT_TYPE, _xml(properties), package)
    package.relate_to(part, _RELATION)


def read_properties(root: ElementTree.Element) -> FormProperties | None:
    """The properties in a parsed custom.xml; None if they are not ours or not whole."""
    texts = {entry.get("name", ""): "".join(entry.itertext()) for entry in root}
    campaign, version = texts.get(_CAMPAIGN), texts.get(_VERSION)
    values = _joined(texts)
    if not campaign or not version or values is None:
        return None
    return FormProperties(campaign, texts.get(_CODE) or None, version, values)


def with_fields(content: bytes, fields: Container[str]) -> bytes:
    """A form of ours (.docx) whose properties hold no values but those of these fields."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w") as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename == PART_NAME and (known := read_properties(ElementTree.fromstring(part))):
                values = {name: value for name, value in known.values.items() if name in fields}
                part = _xml(replace(known, values=values))
            target.writestr(entry, part)
    return made.getvalue()


def _joined(texts: Mapping[str, str]) -> dict[str, str] | None:
    pieces = {name: text for name, text in texts.items() if re.fullmatch(rf"{_VALUES}_\d+", name)}
    try:
        values = json.loads("".join(pieces[f"{_VALUES}_{n}"] for n in range(1, len(pieces) + 1)))
    except (KeyError, ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        return None
    return values


def _xml(properties: FormProperties) -> bytes:
    text = json.dumps(dict(properties.values), ensure_ascii=False, sort_keys=True)
    text = _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
    entries = {
        _CAMPAIGN: properties.campaign,
        _CODE: properties.code or "",
        _VERSION: properties.version,
        **{f"{_VALUES}_{number}": piece for number, piece in enumerate(pieces, start=1)},
    }
    root = ElementTree.Element(f"{{{_NAMESPACE}}}Properties")
    for number, (name, value) in enumerate(entries.items(), start=2):
        entry = ElementTree.SubElement(
            root, f"{{{_NAMESPACE}}}property", {"fmtid": _FORMAT_ID, "pid": str(number), "name": name}
        )
        ElementTree.SubElement(entry, f"{{{_TYPES}}}lpwstr").text = value
    written: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written
