"""Sessions of the console, notes of the staff, and what its lists are searched by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "console_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_console_link_person"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_console_link"),
    )
    with op.batch_alter_table("console_link") as batch_op:
        batch_op.create_index("ix_console_link_person", ["campaign", "person"], unique=False)

    op.create_table(
        "console_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_console_session_person"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_console_session"),
    )
    with op.batch_alter_table("console_session") as batch_op:
        batch_op.create_index("ix_console_session_person", ["campaign", "person"], unique=False)

    op.create_table(
        "clerical_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_clerical_note_application"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_clerical_note_person"),
        sa.PrimaryKeyConstraint("id", name="pk_clerical_note"),
    )
    with op.batch_alter_table("clerical_note") as batch_op:
        batch_op.create_index("ix_clerical_note_application", ["application"], unique=False)

    op.create_table(
        "delivery_seen",
        sa.Column("delivery", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["outbox.id"], name="fk_delivery_seen_delivery"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_delivery_seen_person"),
        sa.PrimaryKeyConstraint("delivery", name="pk_delivery_seen"),
    )

    with op.batch_alter_table("application") as batch_op:
        batch_op.add_column(sa.Column("form_version", sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("audit") as batch_op:
        batch_op.create_index("ix_audit_application", ["application", "id"], unique=False)
    with op.batch_alter_table("inbox") as batch_op:
        batch_op.create_index("ix_inbox_person", ["person", "id"], unique=False)
    in_trouble = sa.text("state IN ('failed', 'unsure')")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.create_index("ix_outbox_done", ["done_at"], unique=False)
        batch_op.create_index("ix_outbox_person", ["person", "id"], unique=False)
        batch_op.create_index(
            "ix_outbox_trouble", ["id"], unique=False, sqlite_where=in_trouble, postgresql_where=in_trouble
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_index("ix_outbox_trouble")
        batch_op.drop_index("ix_outbox_person")
        batch_op.drop_index("ix_outbox_done")
    with op.batch_alter_table("inbox") as batch_op:
        batch_op.drop_index("ix_inbox_person")
    with op.batch_alter_table("audit") as batch_op:
        batch_op.drop_index("ix_audit_application")
    with op.batch_alter_table("application") as batch_op:
        batch_op.drop_column("form_version")

    op.drop_table("delivery_seen")

    with op.batch_alter_table("clerical_note") as batch_op:
        batch_op.drop_index("ix_clerical_note_application")

    op.drop_table("clerical_note")

    with op.batch_alter_table("console_session") as batch_op:
        batch_op.drop_index("ix_console_session_person")

    op.drop_table("console_session")
    with op.batch_alter_table("console_link") as batch_op:
        batch_op.drop_index("ix_console_link_person")

    op.drop_table("console_link")
