"""Who is of a sheet's team, who is recused, and how often it was signed: kept with it, for lists of sheets."""

from __future__ import annotations

import json
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sheet") as batch_op:
        batch_op.add_column(sa.Column("members", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("recused", sa.String(), nullable=False, server_default="|"))
        batch_op.add_column(sa.Column("signed", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("reopened", sa.Integer(), nullable=False, server_default="0"))
    _take_over()


def downgrade() -> None:
    with op.batch_alter_table("sheet") as batch_op:
        for name in ("members", "recused", "signed", "reopened"):
            batch_op.drop_column(name)


def _take_over() -> None:
    connection = op.get_bind()
    recused: dict[int, list[int]] = {}
    times: dict[tuple[int, str], int] = {}
    for sheet, kind, content in connection.execute(
        sa.text(
            "SELECT sheet, kind, content FROM sheet_line"
            " WHERE kind IN ('recused', 'member_signed', 'reopened') ORDER BY id"
        )
    ).all():
        if kind == "recused":
            recused.setdefault(sheet, []).append(json.loads(content)["person"])
        else:
            times[sheet, kind] = times.get((sheet, kind), 0) + 1
    change = sa.text(
        "UPDATE sheet SET members = :members, recused = :recused, signed = :signed, reopened = :reopened"
        " WHERE id = :id"
    )
    for sheet, team in connection.execute(sa.text("SELECT id, team FROM sheet")).all():
        row = {
            "id": sheet,
            "members": _listed(person for person, _ in json.loads(team)),
            "recused": _listed(recused.get(sheet, ())),
            "signed": times.get((sheet, "member_signed"), 0),
            "reopened": times.get((sheet, "reopened"), 0),
        }
        connection.execute(change, row)


def _listed(people: Iterable[int]) -> str:
    return "|" + "".join(f"{one}|" for one in people)
