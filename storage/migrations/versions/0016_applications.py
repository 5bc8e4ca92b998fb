"""What is the same for one unit on two routes, kept with its application; put on record after the next start."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

HAS_RECEIPT = sa.text("receipt <> ''")


def upgrade() -> None:
    op.add_column("application", sa.Column("route_key", sa.String(), nullable=False, server_default=""))
    op.create_index(
        "ix_application_route",
        "application",
        ["campaign", "route_key", "body", "stage", "receipt"],
        sqlite_where=HAS_RECEIPT,
        postgresql_where=HAS_RECEIPT,
    )


def downgrade() -> None:
    op.drop_index("ix_application_route", "application")
    op.drop_column("application", "route_key")
