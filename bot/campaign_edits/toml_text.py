"""Values of a TOML file as text that people can read and edit further. Pure.

Simple keys come first, then tables, then arrays of tables; texts of several lines stay several lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDE = 100  # characters beyond which an array has a line per value
_DEL = "\x7f"


def toml_text(values: Mapping[str, Any]) -> str:
    """The file whose values these are. TypeError for what TOML does not know."""
    return "\n".join(_table(values, ())).strip("\n") + "\n"


def _table(values: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    for key, value in values.items():
        if not _is_table(value) and not _is_rows(value):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in values.items():
        here = (*path, key)
        if _is_table(value):
            yield f"\n[{_name(here)}]"
            yield from _table(value, here)
        elif _is_rows(value):
            for row in value:
                yield f"\n[[{_name(here)}]]"
                yield from _table(row, here)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _name(path: tuple[str, ...]) -> str:
    return ".".join(map(_key, path))


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _quoted(key)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _lines(value) if "\n" in value else _quoted(value)
        case date() | time():
            return value.isoformat()
        case list():
            return _array(value)
        case Mapping():
            return "{ " + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + " }"
        case _:
            raise TypeError(f"no value of TOML: {type(value).__name__}")


def _array(values: list[Any]) -> str:
    items = [_value(value) for value in values]
    line = f"[{', '.join(items)}]"
    if len(line) <= _WIDE and "\n" not in line:
        return line
    return "\n".join(["[", *(f"    {item}," for item in items), "]"])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace(_DEL, "\\u007f")


def _lines(text: str) -> str:
    escaped = [_quoted(line)[1:-1].replace('\\"', '"') for line in text.split("\n")]
    body = "\n".join(escaped).replace('"""', '\\"\\"\\"')
    if body.endswith('"'):
        body = body[:-1] + '\\"'
    return f'"""\n{body}"""'
