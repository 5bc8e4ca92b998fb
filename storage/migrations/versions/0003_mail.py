"""Mail, what is on file beside the form, uploads."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("junk", sa.Boolean(), nullable=False),
        sa.Column("arrivals", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("application", sa.String(), nullable=True),
        sa.Column("matched_by", sa.String(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("sender_name", sa.String(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("trust", sa.String(), nullable=False),
        sa.Column("automatic", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("full_text", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.UniqueConstraint("campaign", "sha256", name="uq_mail_campaign_sha256"),
    )
    with op.batch_alter_table("mail") as batch_op:
        batch_op.create_index("ix_mail_application", ["application"], unique=False)
        batch_op.create_index(
            "ix_mail_message_id",
            ["message_id"],
            unique=False,
            sqlite_where=sa.text("message_id <> ''"),
            postgresql_where=sa.text("message_id <> ''"),
        )
        batch_op.create_index(
            "ix_mail_open",
            ["campaign", "arrived_at"],
            unique=False,
            sqlite_where=sa.text("outcome = 'new'"),
            postgresql_where=sa.text("outcome = 'new'"),
        )
        batch_op.create_index("ix_mail_outcome", ["campaign", "outcome", "id"], unique=False)

    op.create_table(
        "mail_sent",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("application", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_mail_sent"),
    )
    with op.batch_alter_table("mail_sent") as batch_op:
        batch_op.create_index("ix_mail_sent_application", ["application"], unique=False)

    op.create_table(
        "mail_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["mail"], ["mail.id"], name="fk_mail_file_mail"),
        sa.PrimaryKeyConstraint("id", name="pk_mail_file"),
        sa.UniqueConstraint("mail", "position", name="uq_mail_file_mail_position"),
    )
    with op.batch_alter_table("mail_file") as batch_op:
        batch_op.create_index("ix_mail_file_sha256", ["sha256"], unique=False)

    op.create_table(
        "mail_place",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("mail", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mail"], ["mail.id"], name="fk_mail_place_mail"),
        sa.PrimaryKeyConstraint("account", "folder", "uid_validity", "uid", name="pk_mail_place"),
    )
    with op.batch_alter_table("mail_place") as batch_op:
        batch_op.create_index("ix_mail_place_mail", ["mail"], unique=False)

    op.create_table(
        "material",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("printed", sa.String(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("pictures", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_material_application"),
        sa.PrimaryKeyConstraint("id", name="pk_material"),
        sa.UniqueConstraint("application", "kind", "version", name="uq_material_application_kind_version"),
    )
    with op.batch_alter_table("material") as batch_op:
        batch_op.create_index("ix_material_sha256", ["sha256"], unique=False)
        batch_op.create_index(
            "ix_material_unpictured", ["id"], unique=False, **_where("kind = 'deck' AND pictures IS NULL")
        )

    op.create_table(
        "upload",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name="fk_upload_application"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_upload_person"),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
    )
    with op.batch_alter_table("upload") as batch_op:
        batch_op.create_index("ix_upload_application", ["application"], unique=False)

    with op.batch_alter_table("application") as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("dossier", sa.Text(), server_default="{}", nullable=False))
        batch_op.create_index(
            "ix_application_email",
            ["campaign", "email"],
            unique=False,
            sqlite_where=sa.text("email <> ''"),
            postgresql_where=sa.text("email <> ''"),
        )

    with op.batch_alter_table("outbox") as batch_op:
        batch_op.create_index(
            "ix_outbox_mail",
            ["address", "created_at"],
            unique=False,
            sqlite_where=sa.text("channel = 'mail'"),
            postgresql_where=sa.text("channel = 'mail'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_index(
            "ix_outbox_mail",
            sqlite_where=sa.text("channel = 'mail'"),
            postgresql_where=sa.text("channel = 'mail'"),
        )

    with op.batch_alter_table("application") as batch_op:
        batch_op.drop_index(
            "ix_application_email",
            sqlite_where=sa.text("email <> ''"),
            postgresql_where=sa.text("email <> ''"),
        )
        batch_op.drop_column("dossier")
        batch_op.drop_column("email")

    with op.batch_alter_table("upload") as batch_op:
        batch_op.drop_index("ix_upload_application")

    op.drop_table("upload")
    with op.batch_alter_table("material") as batch_op:
        batch_op.drop_index("ix_material_sha256")

    op.drop_table("material")
    with op.batch_alter_table("mail_place") as batch_op:
        batch_op.drop_index("ix_mail_place_mail")

    op.drop_table("mail_place")
    with op.batch_alter_table("mail_file") as batch_op:
        batch_op.drop_index("ix_mail_file_sha256")

    op.drop_table("mail_file")
    with op.batch_alter_table("mail_sent") as batch_op:
        batch_op.drop_index("ix_mail_sent_application")

    op.drop_table("mail_sent")
    with op.batch_alter_table("mail") as batch_op:
        batch_op.drop_index("ix_mail_outcome")
        batch_op.drop_index(
            "ix_mail_open",
            sqlite_where=sa.text("outcome = 'new'"),
            postgresql_where=sa.text("outcome = 'new'"),
        )
        batch_op.drop_index(
            "ix_mail_message_id",
            sqlite_where=sa.text("message_id <> ''"),
            postgresql_where=sa.text("message_id <> ''"),
        )
        batch_op.drop_index("ix_mail_application")

    op.drop_table("mail")
