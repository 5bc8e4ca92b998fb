"""Orders of candidates, packages sent upward, and the ledger of paper forms."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Text, and_, bindparam, delete, func, insert, literal, literal_column, select

from bot.model.application import Application
from bot.model.staff import Package, Paper, Ranked, SentCount
from storage import staff_tables, tables
from storage.applications import APPLICATION_COLUMNS, to_application
from storage.part import Part, dumps
from storage.session import Row, Statement
from storage.sql import among, json_text
from storage.tables import HAS_RECEIPT, columns, table, to_moment, to_number

_RANKING = table(staff_tables.Ranking)
_PACKAGE = table(staff_tables.Package)
_UNIT = table(staff_tables.PackageUnit)
_PAPER = table(staff_tables.Paper)
_APPLICATION = table(tables.Application)

_RANKS = Statement(
    select(_RANKING.c.application, _RANKING.c.rank)
    .where(_RANKING.c.campaign == bindparam("campaign"), _RANKING.c.body == bindparam("body"))
    .order_by(_RANKING.c.rank)
)
_ALL_RANKS = Statement(
    select(_RANKING.c.body, _RANKING.c.application, _RANKING.c.rank)
    .where(_RANKING.c.campaign == bindparam("campaign"))
    .order_by(_RANKING.c.body, _RANKING.c.rank)
)
_CLEAR = Statement(
    delete(_RANKING).where(_RANKING.c.campaign == bindparam("campaign"), _RANKING.c.body == bindparam("body"))
)
_CLEAR_ONE = Statement(delete(_RANKING).where(_RANKING.c.application == bindparam("application")))
_RANK = Statement(
    insert(_RANKING).values({column: bindparam(column.name) for column in columns(staff_tables.Ranking)})
)
_ADD_PACKAGE = Statement(
    insert(_PACKAGE)
    .values({column: bindparam(column.name) for column in columns(staff_tables.Package, "id")})
    .returning(_PACKAGE.c.id)
)
_ADD_UNIT = Statement(
    insert(_UNIT).values({column: bindparam(column.name) for column in columns(staff_tables.PackageUnit)})
)
_OURS = _PACKAGE.c.campaign == bindparam("campaign")
_OF_BODY = and_(_OURS, _PACKAGE.c.body == bindparam("body"))
_WHOLE = select(*columns(staff_tables.Package, "campaign")).order_by(_PACKAGE.c.id)
_HEAD = select(*columns(staff_tables.Package, "campaign", "content")).order_by(_PACKAGE.c.id)
_PACKAGES, _PACKAGES_OF = Statement(_WHOLE.where(_OURS)), Statement(_WHOLE.where(_OF_BODY))
_HEADS, _HEADS_OF = Statement(_HEAD.where(_OURS)), Statement(_HEAD.where(_OF_BODY))
_PACKAGE_OF = Statement(_WHOLE.where(_OURS, _PACKAGE.c.receipt == bindparam("receipt")))
_SENT_IN = Statement(
    select(*APPLICATION_COLUMNS)
    .join(_UNIT, _UNIT.c.application == _APPLICATION.c.id)
    .where(_UNIT.c.package == bindparam("package"))
    .order_by(_UNIT.c.rank)
)
_OF_CAMPAIGN = func.coalesce(_APPLICATION.c.campaign, "") == bindparam("campaign")
"""Of a few that are named: SQLite would read the whole campaign by an index on the bare column."""
_AMONG = Statement(
    select(*APPLICATION_COLUMNS)
    .where(_OF_CAMPAIGN, among("ids", _APPLICATION.c.id))
    .order_by(_APPLICATION.c.seq)
)
_HANDED_IN_ALIKE = Statement(
    select(_APPLICATION.c.id, _APPLICATION.c.body, _APPLICATION.c.route_key).where(
        _APPLICATION.c.campaign == bindparam("campaign"),
        literal_column(f"application.{HAS_RECEIPT}"),
        among("keys", _APPLICATION.c.route_key),
    )
)
_STAGE = func.coalesce(_APPLICATION.c.stage, literal("", Text()))
_HAS_PAPER = func.coalesce(json_text(_APPLICATION.c.dossier, literal("paper", Text())), "") != ""
_COUNTS = Statement(
    select(_UNIT.c.package, _STAGE.label("now"), _HAS_PAPER.label("paper"), func.count())
    .outerjoin(_APPLICATION, _APPLICATION.c.id == _UNIT.c.application)
    .where(among("packages", _UNIT.c.package))
    .group_by(_UNIT.c.package, "now", "paper")
    .order_by(_UNIT.c.package, "now", "paper")
)
_ADD_PAPER = Statement(
    insert(_PAPER).values({column: bindparam(column.name) for column in columns(staff_tables.Paper, "id")})
)
_PAPERS = Statement(
    select(*columns(staff_tables.Paper, "id"))
    .where(_PAPER.c.application == bindparam("application"))
    .order_by(_PAPER.c.id)
)


class Recommendation(Part):
    __slots__ = ()

    def applications_by_id(self, applications: Sequence[str]) -> Sequence[Application]:
        wanted = {"campaign": self.campaign, "ids": json.dumps(list(applications))}
        return [to_application(row) for row in self.session.rows(_AMONG, wanted)]

    def handed_in_alike(self, route_keys: Sequence[str]) -> Sequence[tuple[str, str, str]]:
        wanted = {"campaign": self.campaign, "keys": json.dumps(list(route_keys), ensure_ascii=False)}
        return [(one, body, key) for one, body, key in self.session.rows(_HANDED_IN_ALIKE, wanted)]

    def ranking(self, body: str) -> Sequence[Ranked]:
        rows = self.session.rows(_RANKS, {"campaign": self.campaign, "body": body})
        return [Ranked(application, rank) for application, rank in rows]

    def rankings(self) -> Mapping[str, Sequence[Ranked]]:
        found: dict[str, list[Ranked]] = {}
        for body, application, rank in self.session.rows(_ALL_RANKS, {"campaign": self.campaign}):
            found.setdefault(body, []).append(Ranked(application, rank))
        return found

    def set_ranking(self, body: str, applications: Sequence[str]) -> None:
        self.session.change(_CLEAR, {"campaign": self.campaign, "body": body})
        for rank, application in enumerate(applications, start=1):
            self.session.change(_CLEAR_ONE, {"application": application})  # it came from another body
            row = {"application": application, "campaign": self.campaign, "body": body, "rank": rank}
            self.session.change(_RANK, row)

    def add_package(self, package: Package) -> Package:
        added = self.session.row(
            _ADD_PACKAGE,
            {
                "campaign": self.campaign,
                "body": package.body,
                "receipt": package.receipt,
                "zero": package.zero,
                "late": package.late,
                "by": package.by,
                "at": to_number(package.at),
                "content": dumps(dict(package.content)),
            },
        )
        assert added is not None
        order = package.content.get("order", [])
        units = [item for item in order if isinstance(item, dict)] if isinstance(order, list) else []
        self.session.change_each(
            _ADD_UNIT,
            [
                {"package": added[0], "rank": rank, "application": item["application"]}
                for rank, item in enumerate(units, start=1)
            ],
        )
        return replace(package, id=added[0])

    def packages(self, body: str | None = None) -> Sequence[Package]:
        return [_package(row) for row in self._packages(_PACKAGES, _PACKAGES_OF, body)]

    def package_heads(self, body: str | None = None) -> Sequence[Package]:
        return self.once(
            (_HEADS, body),
            lambda: [_package((*row, "{}")) for row in self._packages(_HEADS, _HEADS_OF, body)],
        )

    def _packages(self, every: Statement, of_one: Statement, body: str | None) -> list[Row]:
        if body is None:
            return self.session.rows(every, {"campaign": self.campaign})
        return self.session.rows(of_one, {"campaign": self.campaign, "body": body})

    def package(self, receipt: str) -> Package | None:
        row = self.session.row(_PACKAGE_OF, {"campaign": self.campaign, "receipt": receipt})
        return None if row is None else _package(row)

    def sent_in(self, package: int) -> Sequence[Application]:
        return [to_application(row) for row in self.session.rows(_SENT_IN, {"package": package})]

    def sent_counts(self, packages: Sequence[int]) -> Sequence[SentCount]:
        rows = self.session.rows(_COUNTS, {"packages": json.dumps(list(packages))})
        return [SentCount(package, stage, bool(paper), count) for package, stage, paper, count in rows]

    def add_paper(self, paper: Paper) -> None:
        self.session.change(
            _ADD_PAPER,
            {
                "application": paper.application,
                "code": paper.code,
                "brought_by": paper.brought_by,
                "received_by": paper.received_by,
                "at": to_number(paper.at),
            },
        )

    def papers(self, application: str) -> Sequence[Paper]:
        rows = self.session.rows(_PAPERS, {"application": application})
        return [Paper(known, code, by, received, to_moment(at)) for known, code, by, received, at in rows]


def _package(row: Row) -> Package:
    package, body, receipt, zero, late, by, at, content = row
    return Package(package, body, receipt, bool(zero), bool(late), by, to_moment(at), json.loads(content))
