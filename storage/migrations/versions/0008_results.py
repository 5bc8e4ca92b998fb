"""Results and public notice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INDEXES = (
    ("final_decision", "ix_final_decision_application", "application"),
    ("final_decision", "ix_final_decision_campaign", "campaign"),
    ("list_approval", "ix_list_approval_campaign", "campaign"),
    ("objection", "ix_objection_application", "application"),
    ("objection_entry", "ix_objection_entry_objection", "objection"),
    ("plaque", "ix_plaque_campaign", "campaign"),
    ("release", "ix_release_campaign", "campaign"),
    ("review_outcome", "ix_review_outcome_campaign", "campaign"),
)


def upgrade() -> None:
    op.create_table(
        "final_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_final_decision_application"),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_final_decision_by"),
        sa.PrimaryKeyConstraint("id", name="pk_final_decision"),
    )
    op.create_table(
        "list_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("leader", sa.String(), nullable=False),
        sa.Column("decided_on", sa.String(), nullable=False),
        sa.Column("listed", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_list_approval_by"),
        sa.PrimaryKeyConstraint("id", name="pk_list_approval"),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received", sa.String(), nullable=False),
        sa.Column("received_on", sa.String(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("application", sa.String(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_objection_application"),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_objection_by"),
        sa.PrimaryKeyConstraint("id", name="pk_objection"),
        sa.UniqueConstraint("campaign", "number", name="uq_objection_campaign_number"),
    )
    op.create_table(
        "plaque",
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("handed_on", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_plaque_application"),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_plaque_by"),
        sa.PrimaryKeyConstraint("application", name="pk_plaque"),
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("listed", sa.Text(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("starts", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=False),
        sa.Column("workdays", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["drafted_by"], ["person.id"], name="fk_release_drafted_by"),
        sa.ForeignKeyConstraint(["released_by"], ["person.id"], name="fk_release_released_by"),
        sa.PrimaryKeyConstraint("id", name="pk_release"),
    )
    op.create_table(
        "review_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("deck", sa.String(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_review_outcome_application"),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_review_outcome_by"),
        sa.PrimaryKeyConstraint("id", name="pk_review_outcome"),
        sa.UniqueConstraint(
            "application",
            "reviewer",
            "revision",
            name="uq_review_outcome_application_reviewer_revision",
        ),
    )
    op.create_table(
        "informant",
        sa.Column("objection", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["objection"], ["objection.id"], name="fk_informant_objection"),
        sa.PrimaryKeyConstraint("objection", name="pk_informant"),
    )
    op.create_table(
        "objection_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objection", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_objection_entry_by"),
        sa.ForeignKeyConstraint(["objection"], ["objection.id"], name="fk_objection_entry_objection"),
        sa.PrimaryKeyConstraint("id", name="pk_objection_entry"),
    )
    for name, index, column in _INDEXES:
        with op.batch_alter_table(name) as batch_op:
            batch_op.create_index(index, [column], unique=False)


def downgrade() -> None:
    for name, index, _ in reversed(_INDEXES):
        with op.batch_alter_table(name) as batch_op:
            batch_op.drop_index(index)
    for name in (
        "objection_entry",
        "informant",
        "review_outcome",
        "release",
        "plaque",
        "objection",
        "list_approval",
        "final_decision",
    ):
        op.drop_table(name)
