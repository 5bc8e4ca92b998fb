"""Inspections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_visit_application"),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
    )
    with op.batch_alter_table("visit") as batch_op:
        batch_op.create_index("ix_visit_application", ["application"], unique=False)
        batch_op.create_index("ix_visit_campaign", ["campaign"], unique=False)

    op.create_table(
        "visit_version",
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_visit_version_by"),
        sa.ForeignKeyConstraint(["visit"], ["visit.id"], name="fk_visit_version_visit"),
        sa.PrimaryKeyConstraint("visit", "version", name="pk_visit_version"),
    )
    op.create_table(
        "visit_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_visit_answer_by"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_visit_answer_person"),
        sa.ForeignKeyConstraint(["visit"], ["visit.id"], name="fk_visit_answer_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_visit_answer"),
    )
    with op.batch_alter_table("visit_answer") as batch_op:
        batch_op.create_index("ix_visit_answer_visit", ["visit"], unique=False)

    op.create_table(
        "covert_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_covert_visit_application"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_covert_visit_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_covert_visit"),
    )
    with op.batch_alter_table("covert_visit") as batch_op:
        batch_op.create_index("ix_covert_visit_application", ["application"], unique=False)
        batch_op.create_index("ix_covert_visit_campaign", ["campaign"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("covert_visit") as batch_op:
        batch_op.drop_index("ix_covert_visit_campaign")
        batch_op.drop_index("ix_covert_visit_application")

    op.drop_table("covert_visit")
    with op.batch_alter_table("visit_answer") as batch_op:
        batch_op.drop_index("ix_visit_answer_visit")

    op.drop_table("visit_answer")
    op.drop_table("visit_version")
    with op.batch_alter_table("visit") as batch_op:
        batch_op.drop_index("ix_visit_campaign")
        batch_op.drop_index("ix_visit_application")

    op.drop_table("visit")
