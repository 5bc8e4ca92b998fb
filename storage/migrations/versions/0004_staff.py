"""Roles, recommendation and notices."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "body_date",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("cutoff", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "body", name="pk_body_date"),
    )
    op.create_table(
        "invitation",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name="pk_invitation"),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_membership_person"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
    )
    with op.batch_alter_table("membership") as batch_op:
        batch_op.create_index("ix_membership_person", ["person"], unique=False, **_where("ended_at IS NULL"))
        batch_op.create_index(
            "ix_membership_role", ["campaign", "role", "body"], unique=False, **_where("ended_at IS NULL")
        )

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("decides", sa.Boolean(), nullable=False),
        sa.Column("drafted_by", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("replaces", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["drafted_by"], ["person.id"], name="fk_notice_drafted_by"),
        sa.ForeignKeyConstraint(["released_by"], ["person.id"], name="fk_notice_released_by"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_table(
        "package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("zero", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_package_by"),
        sa.PrimaryKeyConstraint("id", name="pk_package"),
    )
    with op.batch_alter_table("package") as batch_op:
        batch_op.create_index("ix_package_body", ["campaign", "body"], unique=False)

    op.create_table(
        "notice_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("told_by", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["notice"], ["notice.id"], name="fk_notice_delivery_notice"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_notice_delivery_person"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_delivery"),
        sa.UniqueConstraint("notice", "person", "channel", name="uq_notice_delivery_notice_person_channel"),
    )
    with op.batch_alter_table("notice_delivery") as batch_op:
        batch_op.create_index("ix_notice_delivery_person", ["person"], unique=False)

    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("brought_by", sa.String(), nullable=False),
        sa.Column("received_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_paper_application"),
        sa.ForeignKeyConstraint(["received_by"], ["person.id"], name="fk_paper_received_by"),
        sa.PrimaryKeyConstraint("id", name="pk_paper"),
    )
    with op.batch_alter_table("paper") as batch_op:
        batch_op.create_index("ix_paper_application", ["application"], unique=False)

    op.create_table(
        "ranking",
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_ranking_application"),
        sa.PrimaryKeyConstraint("application", name="pk_ranking"),
    )
    with op.batch_alter_table("ranking") as batch_op:
        batch_op.create_index("ix_ranking_body", ["campaign", "body"], unique=False)

    with op.batch_alter_table("application") as batch_op:
        batch_op.add_column(sa.Column("body", sa.String(), server_default="", nullable=False))
        batch_op.create_index("ix_application_body", ["campaign", "body", "stage"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("application") as batch_op:
        batch_op.drop_index("ix_application_body")
        batch_op.drop_column("body")

    with op.batch_alter_table("ranking") as batch_op:
        batch_op.drop_index("ix_ranking_body")

    op.drop_table("ranking")
    with op.batch_alter_table("paper") as batch_op:
        batch_op.drop_index("ix_paper_application")

    op.drop_table("paper")
    with op.batch_alter_table("notice_delivery") as batch_op:
        batch_op.drop_index("ix_notice_delivery_person")

    op.drop_table("notice_delivery")
    with op.batch_alter_table("package") as batch_op:
        batch_op.drop_index("ix_package_body")

    op.drop_table("package")
    op.drop_table("notice")
    with op.batch_alter_table("membership") as batch_op:
        batch_op.drop_index("ix_membership_role", **_where("ended_at IS NULL"))
        batch_op.drop_index("ix_membership_person", **_where("ended_at IS NULL"))

    op.drop_table("membership")
    op.drop_table("invitation")
    op.drop_table("body_date")
