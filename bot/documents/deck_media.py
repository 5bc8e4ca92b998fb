"""Videos and sounds of a slide: which lie in the deck and which only point to a file elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from bot.documents.deck_package import Package, Relation
from bot.documents.deck_slide import Clip

VIDEO_NAME = re.compile(
    r"\.(?:mp4|m4v|mov|avi|wmv|asf|mpe?g|mpg|m2ts|mts|mkv|flv|f4v|swf|rmvb|rm|vob|3gp|webm|ts|dat)$", re.I
)
_VIDEO_TAGS = frozenset({"videoFile", "quickTimeFile"})
_SOUND_TAGS = frozenset({"audioFile", "wavAudioFile", "audioCd"})
_DRIVE = re.compile(r"/*(?=[A-Za-z]:[\\/])")


def local(element: Any) -> str:
    """The element's name without its namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def relation_ids(element: Any) -> list[str]:
    """The values of the attributes r:link, r:embed, r:id, in that order."""
    values = {name.rpartition("}")[2]: value for name, value in element.attrib.items() if "}" in name}
    return [values[name] for name in ("link", "embed", "id") if values.get(name)]


def clip_of(shape: Any, relations: Mapping[str, Relation], package: Package) -> Clip | None:
    """The video or sound that a picture shape plays, None if it plays none."""
    ids: list[str] = []
    sound = True
    found = False
    for element in shape.iter():
        tag = local(element)
        if tag in _VIDEO_TAGS or tag in _SOUND_TAGS:
            found = True
            sound = sound and tag in _SOUND_TAGS
            ids += relation_ids(element)
        elif tag == "media" and "2010" in element.tag:
            ids += relation_ids(element)
    if not found:
        return None
    pointed = [relations[id] for id in ids if id in relations]
    return _clip(pointed, _shape_name(shape), package, sound)


def linked_clips(element: Any, relations: Mapping[str, Relation]) -> list[Clip]:
    """Videos that a click is to open from a file outside the deck."""
    clips = []
    for link in element.iter():
        if local(link) not in ("hlinkClick", "hlinkHover"):
            continue
        for id in relation_ids(link):
            relation = relations.get(id)
            if relation is None or not relation.external or re.match(r"https?:", relation.target, re.I):
                continue
            target = shown_target(relation.target)
            if VIDEO_NAME.search(target):
                clips.append(Clip(base_name(target), embedded=False, target=target))
    return clips


def player_clip(control: Any, relations: Mapping[str, Relation], package: Package) -> Clip | None:
    """The file that a media player control on the slide is set to play."""
    for id in relation_ids(control):
        relation = relations.get(id)
        if relation is None or relation.external or not relation.target.endswith(".xml"):
            continue
        if not package.has(relation.target):
            continue
        for setting in package.xml(relation.target).iter():
            values = {name.rpartition("}")[2]: value for name, value in setting.attrib.items()}
            if values.get("name", "").lower() in ("url", "movie", "filename") and values.get("value"):
                target = shown_target(values["value"])
                return Clip(base_name(target), embedded=False, target=target)
    return None


def shown_target(target: str) -> str:
    """A link's target as people know the file: no file:// and no escapes, D:\\… with backslashes."""
    path = target
    if re.match(r"file:", path, re.I):
        path = unquote(path[5:])
        path = path.removeprefix("//") if path.startswith("//") else path
    elif "%" in path and not re.match(r"[a-z]+:", path, re.I):
        path = unquote(path)
    if _DRIVE.match(path):
        path = _DRIVE.sub("", path, count=1).replace("/", "\\")
    return path


def base_name(path: str) -> str:
    """The last piece of a path, whichever slashes it has."""
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1]


def _clip(pointed: list[Relation], name: str, package: Package, sound: bool) -> Clip:
    """Embedded if any of the places pointed to is a part that is there."""
    inside = [relation for relation in pointed if not relation.external and package.has(relation.target)]
    outside = [shown_target(relation.target) for relation in pointed if relation.external]
    if inside:
        return Clip(name or base_name(inside[0].target), embedded=True, sound=sound)
    lost = [relation.target for relation in pointed if not relation.external and relation.target]
    target = next(iter([*filter(None, outside), *lost]), "")
    return Clip(base_name(target) or name, embedded=False, target=target, sound=sound)


def _shape_name(shape: Any) -> str:
    """The shape's name where it is the inserted file's: PowerPoint keeps that."""
    for element in shape.iter():
        if local(element) == "cNvPr":
            for name in (element.get("name", ""), element.get("descr", "")):
                if VIDEO_NAME.search(name) or re.search(r"\.\w{2,4}$", name):
                    return base_name(name)
            return ""
    return ""
