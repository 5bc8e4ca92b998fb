"""The office's edits of the campaign, and how people are telephoned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("previous", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_campaign_edit_by"),
        sa.PrimaryKeyConstraint("id", name="pk_campaign_edit"),
    )
    with op.batch_alter_table("campaign_edit") as batch_op:
        batch_op.create_index("ix_campaign_edit_campaign", ["campaign"], unique=False)

    op.create_table(
        "contact_card",
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("telephone", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_contact_card_person"),
        sa.PrimaryKeyConstraint("person", name="pk_contact_card"),
    )


def downgrade() -> None:
    op.drop_table("contact_card")
    with op.batch_alter_table("campaign_edit") as batch_op:
        batch_op.drop_index("ix_campaign_edit_campaign")

    op.drop_table("campaign_edit")
