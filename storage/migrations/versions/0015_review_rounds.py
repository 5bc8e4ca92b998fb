"""The review round: reviewers, recusals, who reviews what, what they report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OPEN = sa.text("answered_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "review_round",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name="fk_review_round_opened_by"),
        sa.PrimaryKeyConstraint("campaign", name="pk_review_round"),
    )
    op.create_table(
        "reviewer",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("invited_at", sa.BigInteger(), nullable=False),
        sa.Column("agreed_at", sa.BigInteger(), nullable=True),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_reviewer_person"),
        sa.PrimaryKeyConstraint("campaign", "person", name="pk_reviewer"),
    )
    op.create_table(
        "recusal",
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_recusal_application"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_recusal_person"),
        sa.PrimaryKeyConstraint("application", "person", name="pk_recusal"),
    )
    op.create_table(
        "assignment",
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("deck", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("draft_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_assignment_application"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_assignment_person"),
        sa.PrimaryKeyConstraint("application", "person", name="pk_assignment"),
    )
    op.create_table(
        "review_problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name="fk_review_problem_answered_by"),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_review_problem_application"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_review_problem_person"),
        sa.PrimaryKeyConstraint("id", name="pk_review_problem"),
    )
    op.create_index("ix_recusal_person", "recusal", ["campaign", "person"])
    op.create_index("ix_assignment_person", "assignment", ["campaign", "person"])
    op.create_index("ix_review_problem_application", "review_problem", ["application", "person"])
    op.create_index(
        "ix_review_problem_open",
        "review_problem",
        ["campaign", "id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    for name in ("review_problem", "assignment", "recusal", "reviewer", "review_round"):
        op.drop_table(name)
