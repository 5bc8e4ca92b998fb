"""Reads one TOML file against a table of keys and collects every mistake in it.

A mistake is one line, `FILE: KEY: what was expected`. Rows of a `[[row]]` array
count from 1 in KEY (`field[3].limit`), because people count the way the form does.
What is wrong is left out of the result, so that later checks see only good values.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter
from typing import Any

Values = dict[str, Any]
RawFiles = Mapping[str, Values]
"""What stands in TOML files, by file name, before it is checked."""
REQUIRED = object()
WHOLE_FILE = "文件"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it must hold, in words and as a test, and what it becomes."""

    expected: str
    fits: Callable[[Any], bool]
    becomes: Callable[[Any], Any] = lambda value: value
    default: object = REQUIRED

    def otherwise(self, default: object) -> Key:
        """The same key, but it may be left out."""
        return replace(self, default=default)


@dataclass(frozen=True, slots=True)
class Rows:
    """An array of tables, `[[name]]`, with at least `least` rows."""

    keys: Table
    least: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A table of its own, `[name]`."""

    keys: Table


@dataclass(frozen=True, slots=True)
class Strings:
    """A table of any keys whose values are all text; left out, it is empty."""


Table = Mapping[str, "Key | Rows | Part | Strings"]


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a campaign and the list its mistakes go to."""

    name: str
    problems: list[str]

    def refuse(self, key: str, expected: str) -> None:
        """Adds one mistake."""
        self.problems.append(f"{self.name}: {key}: {expected}")

    def load(self, folder: Path) -> Values | None:
        """The file's raw TOML, or None when it is missing or no TOML (then refused)."""
        try:
            return tomllib.loads((folder / self.name).read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            self.refuse(WHOLE_FILE, "应有此文件，活动文件夹中没有找到")
        except OSError as error:
            self.refuse(WHOLE_FILE, f"应可读取（{error.strerror}）")
        except UnicodeDecodeError:
            self.refuse(WHOLE_FILE, "应为UTF-8编码的文本")
        except tomllib.TOMLDecodeError as error:
            self.refuse(*_place_of(str(error)))
        return None

    def table(self, data: Mapping[str, Any], keys: Table, path: str = "") -> Values:
        """The good values of `data`; every unknown, missing or wrong key is refused."""
        for name in data:
            if name not in keys:
                self.refuse(path + name, f"没有这个键，可用的键是 {'、'.join(keys)}")
        values: Values = {}
        for name, spec in keys.items():
            self._value(values, data, name, spec, path)
        return values

    def strings(self, data: Mapping[str, Any], path: str = "") -> dict[str, str]:
        """`data` as a flat mapping of text; any other value is refused."""
        for name, value in data.items():
            if not isinstance(value, str):
                self.refuse(path + name, f"应为文字，现为 {value!r}")
        return {name: value for name, value in data.items() if isinstance(value, str)}

    def _value(
        self, values: Values, data: Mapping[str, Any], name: str, spec: Key | Rows | Part | Strings, path: str
    ) -> None:
        given = data.get(name)
        match spec:
            case Key():
                self._single(values, data, name, spec, path)
            case Rows():
                values[name] = self._rows(given, spec, path + name)
            case Part():
                values[name] = self._part(given, spec.keys, path + name)
            case Strings():
                if given is not None and not isinstance(given, dict):
                    self.refuse(path + name, f"应为一个表 [{name}]，现为 {given!r}")
                values[name] = self.strings(given, f"{path}{name}.") if isinstance(given, dict) else {}

    def _single(self, values: Values, data: Mapping[str, Any], name: str, key: Key, path: str) -> None:
        if name not in data:
            if key.default is REQUIRED:
                self.refuse(path + name, f"缺少此项，应为{key.expected}")
            else:
                values[name] = key.default
        elif key.fits(data[name]):
            values[name] = key.becomes(data[name])
        else:
            self.refuse(path + name, f"应为{key.expected}，现为 {data[name]!r}")

    def _rows(self, given: object, spec: Rows, path: str) -> list[Values]:
        if not isinstance(given, list):
            if given is not None or spec.least:
                self.refuse(path, f"应为若干个 [[{path}]] 表")
            return []
        if len(given) < spec.least:
            self.refuse(path, f"应至少有{spec.least}个 [[{path}]] 表")
        return [self._part(row, spec.keys, f"{path}[{place}]") for place, row in enumerate(given, start=1)]

    def _part(self, given: object, keys: Table, path: str) -> Values:
        if isinstance(given, dict):
            return self.table(given, keys, path + ".")
        self.refuse(path, "缺少此项，应为一个表" if given is None else f"应为一个表，现为 {given!r}")
        return {}


def _place_of(message: str) -> tuple[str, str]:
    """Where the TOML reader stopped, from its message `… (at line 3, column 5)`."""
    place = re.search(r"\(at line (\d+), column (\d+)\)", message)
    key = f"第{place[1]}行" if place else "文件末尾"
    return key, f"应为有效的TOML（{message}）"


def placeholders(text: str) -> set[str] | None:
    """The names in `{…}` of a phrase; None when the braces are malformed."""
    try:
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return None
    return names if all(name.isidentifier() for name in names) else None


def repeated(source: Source, places: Iterable[tuple[str, object]]) -> None:
    """Refuses every value that an earlier place already has; `places` are (key, value), None is skipped."""
    first: dict[object, str] = {}
    for key, value in places:
        if value is None:
            continue
        if value in first:
            source.refuse(key, f"应与其他各项不同，{value!r} 已用于 {first[value]}")
        first.setdefault(value, key)
