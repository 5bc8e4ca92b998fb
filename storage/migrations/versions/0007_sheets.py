"""On-site sheets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("covert", sa.Boolean(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_sheet_application"),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name="fk_sheet_opened_by"),
        sa.PrimaryKeyConstraint("id", name="pk_sheet"),
        sa.UniqueConstraint("application", "key", name="uq_sheet_application_key"),
    )
    with op.batch_alter_table("sheet") as batch_op:
        batch_op.create_index("ix_sheet_campaign", ["campaign"], unique=False)

    op.create_table(
        "sheet_draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("list_sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Float(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name="fk_sheet_draw_opened_by"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_sheet_draw_person"),
        sa.ForeignKeyConstraint(["sheet"], ["sheet.id"], name="fk_sheet_draw_sheet"),
        sa.PrimaryKeyConstraint("id", name="pk_sheet_draw"),
    )
    with op.batch_alter_table("sheet_draw") as batch_op:
        batch_op.create_index("ix_sheet_draw_sheet", ["sheet"], unique=False)

    op.create_table(
        "sheet_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_sheet_line_person"),
        sa.ForeignKeyConstraint(["sheet"], ["sheet.id"], name="fk_sheet_line_sheet"),
        sa.PrimaryKeyConstraint("id", name="pk_sheet_line"),
        sa.UniqueConstraint("sheet", "uid", name="uq_sheet_line_sheet_uid"),
    )
    op.create_table(
        "sheet_photo",
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_sheet_photo_person"),
        sa.ForeignKeyConstraint(["sheet"], ["sheet.id"], name="fk_sheet_photo_sheet"),
        sa.PrimaryKeyConstraint("sheet", "sha256", name="pk_sheet_photo"),
    )
    op.create_table(
        "sheet_snapshot",
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("leader", sa.Integer(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["leader"], ["person.id"], name="fk_sheet_snapshot_leader"),
        sa.ForeignKeyConstraint(["member"], ["person.id"], name="fk_sheet_snapshot_member"),
        sa.ForeignKeyConstraint(["sheet"], ["sheet.id"], name="fk_sheet_snapshot_sheet"),
        sa.PrimaryKeyConstraint("sheet", "version", name="pk_sheet_snapshot"),
    )


def downgrade() -> None:
    op.drop_table("sheet_snapshot")
    op.drop_table("sheet_photo")
    op.drop_table("sheet_line")
    with op.batch_alter_table("sheet_draw") as batch_op:
        batch_op.drop_index("ix_sheet_draw_sheet")

    op.drop_table("sheet_draw")
    with op.batch_alter_table("sheet") as batch_op:
        batch_op.drop_index("ix_sheet_campaign")

    op.drop_table("sheet")
