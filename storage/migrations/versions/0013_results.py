"""By what reviews are compared, kept beside them: sheets of before count as not compared until one is entered again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("review_outcome") as batch_op:
        batch_op.add_column(sa.Column("key", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("review_outcome") as batch_op:
        batch_op.drop_column("key")
