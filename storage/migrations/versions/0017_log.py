"""The audit log by what was done: how often each act stands in it, and the latest of one kind."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_action", "audit", ["action", "id", "person"])


def downgrade() -> None:
    op.drop_index("ix_audit_action", "audit")
