"""Orders of candidates, packages sent upward, and the ledger of paper forms."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import bindparam, delete, insert, select

from bot.model.staff import Package, Paper, Ranked
from storage import staff_tables
from storage.part import Part, dumps
from storage.session import Row, Statement
from storage.tables import columns, table, to_moment, to_number

_RANKING = table(staff_tables.Ranking)
_PACKAGE = table(staff_tables.Package)
_PAPER = table(staff_tables.Paper)

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
_PACKAGES = Statement(
    select(*columns(staff_tables.Package, "campaign"))
    .where(_PACKAGE.c.campaign == bindparam("campaign"))
    .order_by(_PACKAGE.c.id)
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
        return replace(package, id=added[0])

    def packages(self, body: str | None = None) -> Sequence[Package]:
        found = [_package(row) for row in self.session.rows(_PACKAGES, {"campaign": self.campaign})]
        return [one for one in found if body is None or one.body == body]

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
