"""Which cells of a workbook's sheet are merged: read from the sheet's own part, since only a reader that
holds every formatted cell in memory would tell."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree
from openpyxl.utils.cell import range_boundaries

_RELATION_ID = re.compile(r"\{[^}]*officeDocument[^}]*\}id")
_RANGE = re.compile(r"[A-Za-z]{1,3}[0-9]{1,7}:[A-Za-z]{1,3}[0-9]{1,7}")
_MOST_RANGES = 20_000


def merged_ranges(archive: zipfile.ZipFile, title: str) -> Iterator[tuple[int, int, int, int]]:
    """Top row, first column, bottom row, last column of the merged ranges of the sheet with this title."""
    part = _part_of(archive, title)
    if part is None:
        return
    with archive.open(part) as stream:
        for count, element in enumerate(_elements(stream, "mergeCell")):
            if count == _MOST_RANGES:
                return
            reference = element.get("ref", "")
            if _RANGE.fullmatch(reference):
                start, top, end, bottom = range_boundaries(reference)
                yield top, start, bottom, end


def _part_of(archive: zipfile.ZipFile, title: str) -> str | None:
    """The name of the part that holds a sheet."""
    book = next((name for name in archive.namelist() if name.lower().endswith("workbook.xml")), None)
    if book is None:
        return None
    folder, file = posixpath.split(book)
    wanted = ""
    with archive.open(book) as stream:
        for sheet in _elements(stream, "sheet"):
            if sheet.get("name") == title:
                wanted = next((value for name, value in sheet.items() if _RELATION_ID.fullmatch(name)), "")
    relations = posixpath.join(folder, "_rels", f"{file}.rels")
    names = set(archive.namelist())
    if not wanted or relations not in names:
        return None
    with archive.open(relations) as stream:
        for relation in _elements(stream, "Relationship"):
            if relation.get("Id") == wanted:
                target = relation.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                path = posixpath.normpath(path)
                return path if path in names else None
    return None


def _elements(stream: Any, name: str) -> Iterator[Any]:
    """The elements of a name in any namespace, one at a time; the others are forgotten as they pass."""
    for _, element in etree.iterparse(
        io.BufferedReader(stream), events=("end",), resolve_entities=False, no_network=True, huge_tree=False
    ):
        if etree.QName(element).localname == name:
            yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
