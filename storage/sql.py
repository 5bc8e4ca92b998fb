"""Expressions that both databases understand in their own words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, Text, bindparam, cast, literal, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class json_text(FunctionElement[str]):
    """The text under a key of an object kept as JSON; "" where there is none."""

    type = Text()
    inherit_cache = True
    name = "json_text"


@compiles(json_text, "sqlite")
def _json_text_sqlite(element: json_text, compiler: SQLCompiler, **options: Any) -> str:
    content, key = (compiler.process(clause, **options) for clause in element.clauses)
    return f"coalesce(json_extract({content}, '$.\"' || {key} || '\"'), '')"


@compiles(json_text, "postgresql")
def _json_text_postgresql(element: json_text, compiler: SQLCompiler, **options: Any) -> str:
    content, key = (compiler.process(clause, **options) for clause in element.clauses)
    return f"coalesce(CAST({content} AS json) ->> {key}, '')"


class place_of(FunctionElement[int]):
    """Where a text begins in another, from 1; 0 where it does not stand in it."""

    inherit_cache = True
    name = "place_of"


@compiles(place_of, "sqlite")
def _place_of_sqlite(element: place_of, compiler: SQLCompiler, **options: Any) -> str:
    whole, part = (compiler.process(clause, **options) for clause in element.clauses)
    return f"instr({whole}, {part})"


@compiles(place_of, "postgresql")
def _place_of_postgresql(element: place_of, compiler: SQLCompiler, **options: Any) -> str:
    whole, part = (compiler.process(clause, **options) for clause in element.clauses)
    return f"strpos({whole}, {part})"


def listed(*values: str) -> str:
    """A set of words without bars as one parameter, to be asked by `place_in`."""
    return f"|{'|'.join(values)}|"


def place_in(name: str, column: ColumnElement[str]) -> ColumnElement[int]:
    """Where a column's value stands in the set that the parameter holds; 0 if it does not."""
    found: ColumnElement[int] = place_of(bindparam(name, type_=Text()), literal("|") + column + literal("|"))
    return found


def has_person(people: ColumnElement[str], person: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a person stands in a column that holds several as `listed` has them."""
    found: ColumnElement[bool] = place_of(people, literal("|") + cast(person, Text()) + literal("|")) > 0
    return found


def containing(text: str) -> str:
    """A pattern for `holds`: this text anywhere, whatever characters it has."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def holds(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether a column holds the text of the parameter, a pattern of `containing`."""
    return column.like(bindparam(name, type_=Text()), escape="\\")


def unless_given(name: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition, or anything where the parameter is ""."""
    return or_(bindparam(name, type_=Text()) == literal("", Text()), condition)


class _among(FunctionElement[bool]):
    """Whether a column's value is an item of a list kept as JSON; by an index where the column has one."""

    type = Boolean()
    inherit_cache = True
    name = "among"
    _is_implicitly_boolean = True  # else SQLite is asked whether it "= 1", and looks into no index


@compiles(_among, "sqlite")
def _among_sqlite(element: _among, compiler: SQLCompiler, **options: Any) -> str:
    column, items = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({items}))"


@compiles(_among, "postgresql")
def _among_postgresql(element: _among, compiler: SQLCompiler, **options: Any) -> str:
    column, items = (compiler.process(clause, **options) for clause in element.clauses)
    kind = "bigint" if isinstance(next(iter(element.clauses)).type, Integer) else "text"
    found = f"SELECT CAST(item AS {kind}) FROM json_array_elements_text(CAST({items} AS json)) AS item"
    return f"{column} = ANY(ARRAY({found}))"


def among(name: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the list that the parameter holds (`json.dumps`) has a column's value."""
    return _among(column, bindparam(name, type_=Text()))
