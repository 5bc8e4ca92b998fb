"""How a visit stands, kept with it, so that lists are found, ordered and counted by the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_WORDS = ("state", "day", "start", "told_day", "told_start", "told_team", "agreed")
_NUMBERS = ("leader", "told_leader")
_FLAGS = ("told_on", "wish")
_OF_THE_UNIT = ("confirmed", "other_day", "kept", "told")


def upgrade() -> None:
    with op.batch_alter_table("visit") as batch_op:
        for name in _WORDS:
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        for name in _NUMBERS:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        for name in _FLAGS:
            batch_op.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index("ix_visit_day", ["campaign", "day"], unique=False)
    _take_over()


def downgrade() -> None:
    with op.batch_alter_table("visit") as batch_op:
        batch_op.drop_index("ix_visit_day")
        for name in (*_WORDS, *_NUMBERS, *_FLAGS):
            batch_op.drop_column(name)


def _take_over() -> None:
    connection = op.get_bind()
    answers: dict[int, list[Sequence[Any]]] = {}
    for row in connection.execute(
        sa.text("SELECT visit, version, person, kind FROM visit_answer ORDER BY id")
    ).all():
        answers.setdefault(row[0], []).append(row)
    versions: dict[int, list[Sequence[Any]]] = {}
    for row in connection.execute(
        sa.text("SELECT visit, version, plan, cancelled, state FROM visit_version ORDER BY visit, version")
    ).all():
        versions.setdefault(row[0], []).append(row)
    values = ", ".join(f"{name} = :{name}" for name in (*_WORDS, *_NUMBERS, *_FLAGS))
    change = sa.text(f"UPDATE visit SET {values} WHERE id = :id")
    for visit, kept in versions.items():
        connection.execute(change, {"id": visit, **_outline(kept, answers.get(visit, ()))})


def _outline(versions: Sequence[Sequence[Any]], answers: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """As the program works it out: by the last version, the last one released, and the answers to that."""
    proposed = versions[-1] if versions[-1][4] == "proposed" else None
    current = next((one for one in reversed(versions) if one[4] == "released"), None)
    latest = json.loads((proposed or current or versions[-1])[2])
    told = json.loads(current[2]) if current else None
    is_on = current is not None and not current[3]
    if current is None:
        state = "planned" if proposed else "dropped"
    else:
        state = "changing" if proposed else "announced" if is_on else "cancelled"
    team = [one[0] for one in (told["leader"], *told["members"])] if told else []
    said = [one for one in answers if current and one[1] == current[1] and one[3] in _OF_THE_UNIT]
    last_of = {one[2]: one[3] for one in said}
    of_unit = [one[3] for one in said if one[2] not in team]
    return {
        "state": state,
        "day": latest["day"],
        "start": latest["start"],
        "leader": latest["leader"][0],
        "told_day": told["day"] if told else "",
        "told_start": told["start"] if told else "",
        "told_leader": told["leader"][0] if told else 0,
        "told_team": _listed(team),
        "told_on": is_on,
        "wish": of_unit[-1:] == ["other_day"],
        "agreed": _listed(
            sorted(person for person, kind in last_of.items() if kind in ("confirmed", "told"))
        ),
    }


def _listed(people: Sequence[int]) -> str:
    return f"|{'|'.join(str(one) for one in people)}|"
