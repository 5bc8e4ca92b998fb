"""The units of a package as rows, taken from what is kept of each."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    units = op.create_table(
        "package_unit",
        sa.Column("package", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["package"], ["package.id"], name="fk_package_unit_package"),
        sa.PrimaryKeyConstraint("package", "rank", name="pk_package_unit"),
    )
    with op.batch_alter_table("package_unit") as batch_op:
        batch_op.create_index("ix_package_unit_application", ["application"], unique=False)
    kept = op.get_bind().execute(sa.text("SELECT id, content FROM package ORDER BY id")).all()
    rows = [
        {"package": package, "rank": rank, "application": str(item["application"])}
        for package, content in kept
        for rank, item in enumerate(json.loads(content).get("order", []), start=1)
        if isinstance(item, dict)
    ]
    if rows:
        op.bulk_insert(units, rows)


def downgrade() -> None:
    op.drop_table("package_unit")
