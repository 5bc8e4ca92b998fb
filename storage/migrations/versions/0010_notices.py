"""Notices at a set time, and the letter of a copy by mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notice") as batch_op:
        batch_op.add_column(sa.Column("at", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("notice_delivery") as batch_op:
        batch_op.add_column(sa.Column("letter", sa.String(), nullable=True))
        batch_op.create_index("ix_notice_delivery_letter", ["letter"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("notice_delivery") as batch_op:
        batch_op.drop_index("ix_notice_delivery_letter")
        batch_op.drop_column("letter")
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_column("at")
