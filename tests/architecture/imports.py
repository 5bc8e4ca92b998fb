"""Reads who imports whom out of the source, without running any of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOMS = ("config", "bot", "storage", "handlers")


def sources(root: Path) -> dict[str, str]:
    """Path relative to `root`, with slashes → text, of every Python file of the four rooms."""
    return {
        file.relative_to(root).as_posix(): file.read_text(encoding="utf-8")
        for room in ROOMS
        for file in sorted((root / room).rglob("*.py"))
    }


def module_name(path: str) -> str:
    """`bot/dialogue/state.py` → `bot.dialogue.state`; `bot/__init__.py` → `bot`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported(path: str, text: str) -> set[str]:
    """Dotted names that the file imports, wherever in it and for types only too; relative ones made absolute.

    `from a import b` gives `a.b`: whether b is a module or a name in `a` is for `target` to tell.
    """
    package = module_name(path).split(".")
    if not path.endswith("/__init__.py"):
        package = package[:-1]
    names: set[str] = set()
    for node in ast.walk(ast.parse(text, path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            parts = [*base, *([node.module] if node.module else [])]
            names.update(".".join([*parts, alias.name]) for alias in node.names)
    return names


def target(name: str, modules: Mapping[str, object]) -> str | None:
    """The module of ours that an imported name lies in, None if it is not ours."""
    if name in modules:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in modules else None


def graph(files: Mapping[str, str]) -> dict[str, set[str]]:
    """Module → modules of ours that it imports."""
    modules = {module_name(path): path for path in files}
    return {
        module: {found for name in imported(path, files[path]) if (found := target(name, modules))} - {module}
        for module, path in modules.items()
    }


def cycle(edges: Mapping[str, set[str]]) -> list[str]:
    """The modules of one cycle in order, its first one repeated at the end; empty if there is none."""
    done: set[str] = set()

    def walk(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in done:
            return []
        found = next(filter(None, (walk(to, [*path, module]) for to in sorted(edges[module]))), [])
        done.add(module)
        return found

    return next(filter(None, (walk(module, []) for module in sorted(edges))), [])


def calls(path: str, text: str, names: frozenset[str]) -> Iterator[str]:
    """`line: name()` for every call of a function or method with one of these names."""
    for node in ast.walk(ast.parse(text, path)):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in names:
                yield f"{node.lineno}: {name}()"
