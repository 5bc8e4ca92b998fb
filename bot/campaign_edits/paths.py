"""Places in a campaign's files, by path: what stands there, and the files with something else there. Pure.

A path is the file's name without `.toml`, then keys: `campaign/contact/phone`. A row of an array of tables goes
by its own name, so that it is found wherever it stands: `campaign/body/baofeng/name`,
`reminders/workday/2019-07-20`. Phrases are one table whatever file they stand in: `phrases/help`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from config.reading import RawFiles, Values

PHRASES = "phrases"
_NAMED_BY = ("id", "date", "clause", "key")  # what a row goes by, the first that it has
_DAY = "$date"  # a date in JSON: {"$date": "2019-07-20"}


class PathError(Exception):
    """There is no such place; the message is the part of the path that is missing."""


def to_json(value: Any) -> str:
    """A value of a file as it is kept; None, which stands for nothing, is null."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_dated)


def from_json(text: str) -> Any:
    """The value that `to_json` kept."""
    return json.loads(text, object_hook=_undated)


def _dated(value: object) -> dict[str, str]:
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    raise TypeError(f"no value of a campaign: {type(value).__name__}")


def _undated(value: dict[str, Any]) -> Any:
    return date.fromisoformat(value[_DAY]) if value.keys() == {_DAY} else value


def row_name(row: Mapping[str, Any]) -> str:
    """What a row goes by in a path; "" if nothing names it."""
    return next((str(row[key]) for key in _NAMED_BY if key in row), "")


def file_of(files: RawFiles, path: str) -> str:
    """The name of the file that a path leads into. `PathError` if there is none."""
    stem, _, key = path.partition("/")
    if stem == PHRASES:
        named = (name for name, values in files.items() if name.startswith(PHRASES) and key in values)
        found = next(named, None)
    else:
        found = f"{stem}.toml" if f"{stem}.toml" in files else None
    if found is None or not key:
        raise PathError(path)
    return found


def value_at(files: RawFiles, path: str) -> Any:
    """What stands at a path; None for nothing, also where the path leads nowhere."""
    try:
        found: Any = files[file_of(files, path)]
        for key in path.split("/")[1:]:
            found = _child(found, key)
    except PathError:
        return None
    return found


def with_value(files: RawFiles, path: str, value: Any) -> RawFiles:
    """The files with another value at a path; None takes away what is there.

    The last key of the path may be new, and so may an array of tables of which it is the first row. `PathError`
    where the way to it is missing, where a new row does not go by its name, or where nothing can be taken away.
    """
    name = file_of(files, path)
    return {**files, name: _put(files[name], path.split("/")[1:], value)}


def _child(node: Any, key: str) -> Any:
    if isinstance(node, Mapping):
        return node.get(key)
    if isinstance(node, list):
        return next((row for row in node if isinstance(row, dict) and row_name(row) == key), None)
    return None


def _put(node: Mapping[str, Any], keys: list[str], value: Any) -> Values:
    key, *rest = keys
    child = node.get(key)
    if not rest:
        return _without(node, key) if value is None else {**node, key: value}
    if isinstance(child, list) or (child is None and len(rest) == 1 and isinstance(value, dict)):
        rows = _put_row(child or [], rest, value)
        return {**node, key: rows} if rows else _without(node, key)
    if isinstance(child, Mapping):
        return {**node, key: _put(child, rest, value)}
    raise PathError(key)


def _put_row(rows: list[Any], keys: list[str], value: Any) -> list[Any]:
    name, *rest = keys
    place = next((at for at, row in enumerate(rows) if isinstance(row, dict) and row_name(row) == name), None)
    if rest:
        if place is None:
            raise PathError(name)
        return [*rows[:place], _put(rows[place], rest, value), *rows[place + 1 :]]
    if value is None:
        if place is None:
            raise PathError(name)
        return [*rows[:place], *rows[place + 1 :]]
    if not isinstance(value, dict) or row_name(value) != name:
        raise PathError(name)
    place = len(rows) if place is None else place
    return [*rows[:place], value, *rows[place + 1 :]]


def _without(node: Mapping[str, Any], key: str) -> Values:
    if key not in node:
        raise PathError(key)
    return {known: value for known, value in node.items() if known != key}
