"""The package of a .pptx and its relations: a deck's zip is judged by its directory before anything is unpacked.

1. Too many entries, too large when unpacked, or packed far tighter than slides ever are: too large.
2. A part is read only when it is asked for, and only XML parts are: videos and pictures stay where they are.
3. XML with a document type is refused; entities are not resolved, nothing outside is looked up.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lxml import etree

from bot.documents.deck_slide import UnreadableDeck
from bot.model.deck import DeckProblem

MOST_ENTRIES = 20_000
MOST_UNPACKED = 8 << 30  # bytes of all entries
MOST_XML = 48 << 20  # bytes of one part that is read
MOST_XML_TOGETHER = 512 << 20
TIGHT = 120  # unpacked bytes per packed byte, judged above SMALL
SMALL = 128 << 20

RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
ROOT = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a part points: `target` is a part's name, or as written where it lies outside."""

    id: str
    kind: str  # last word of its type: slide, image, video, media, hyperlink, …
    target: str
    external: bool


class Package:
    """The parts of an OOXML file. Names carry no leading slash and are compared without case."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._entries = {entry.filename.lstrip("/").casefold(): entry for entry in archive.infolist()}
        self._read = 0
        _check_size(archive.infolist())

    def has(self, name: str) -> bool:
        """Whether the part is there with any content."""
        entry = self._entries.get(name.casefold())
        return entry is not None and entry.file_size > 0

    def xml(self, name: str) -> Any:
        """The root element of a part; UnreadableDeck if it is not there, not XML, or too large."""
        entry = self._entries.get(name.casefold())
        if entry is None:
            raise UnreadableDeck(DeckProblem.DAMAGED)
        self._read += entry.file_size
        if entry.file_size > MOST_XML or self._read > MOST_XML_TOGETHER:
            raise UnreadableDeck(DeckProblem.TOO_LARGE)
        try:
            root = etree.fromstring(self._archive.read(entry), _parser())
        except RuntimeError as error:  # an entry with a zip password
            raise UnreadableDeck(DeckProblem.ENCRYPTED) from error
        except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise UnreadableDeck(DeckProblem.DAMAGED) from error
        except NotImplementedError as error:  # packed in a way that no presentation is
            raise UnreadableDeck(DeckProblem.DAMAGED) from error
        if root.getroottree().docinfo.doctype:
            raise UnreadableDeck(DeckProblem.DAMAGED)
        return root

    def relations(self, name: str) -> dict[str, Relation]:
        """The relations of a part (ROOT: of the package) by their id; none where it has none."""
        folder, file = posixpath.split(name)
        source = posixpath.join(folder, "_rels", f"{file}.rels")
        if not self.has(source):
            return {}
        found = (_relation(element, folder) for element in self.xml(source).iter(RELATION))
        return {relation.id: relation for relation in found}

    def names(self) -> Iterator[str]:
        """The names of all entries, in lower case."""
        yield from self._entries


def _check_size(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    tight = unpacked > SMALL and unpacked > TIGHT * max(packed, 1)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or tight:
        raise UnreadableDeck(DeckProblem.TOO_LARGE)


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _relation(element: Any, folder: str) -> Relation:
    external = element.get("TargetMode") == "External"
    target = element.get("Target", "")
    if not external:
        target = unquote(target.partition("#")[0])
        joined = target if target.startswith("/") else posixpath.join(folder, target)
        target = posixpath.normpath(joined).lstrip("/")
    kind = re.split(r"[/:]", element.get("Type", ""))[-1]
    return Relation(element.get("Id", ""), kind, target, external)
