"""Who a released notice is still to be written for, as rows; the order in which applications are told."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["notice"], ["notice.id"], name="fk_notice_recipient_notice"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_notice_recipient_person"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_recipient"),
    )
    with op.batch_alter_table("notice_recipient") as batch_op:
        batch_op.create_index("ix_notice_recipient_person", ["notice", "person"], unique=False)
    with op.batch_alter_table("notice_delivery") as batch_op:
        batch_op.create_index("ix_notice_delivery_key", ["key"], unique=False)
    with op.batch_alter_table("application") as batch_op:
        batch_op.create_index(
            "ix_application_audience", ["campaign", "seq", "stage", "holder", "body", "id"], unique=False
        )
    _take_over()


def _take_over() -> None:
    """What was still to be written stood in settings, a page of people each."""
    connection = op.get_bind()
    pages = connection.execute(
        sa.text("SELECT key, value FROM setting WHERE key LIKE 'notice:%\\:page:%' AND value <> ''")
    ).all()
    for key, value in sorted(pages, key=lambda page: [int(part) for part in page[0].split(":")[1::2]]):
        for person, _, body, applications in json.loads(value):
            rows = [(body, ""), *((body, application) for application in applications)]
            for own, application in rows[1:] or rows:
                connection.execute(
                    sa.text(
                        "INSERT INTO notice_recipient (notice, person, body, application, again)"
                        " VALUES (:notice, :person, :body, :application, :again)"
                    ),
                    {
                        "notice": int(key.split(":")[1]),
                        "person": person,
                        "body": own,
                        "application": application,
                        "again": False,
                    },
                )
    connection.execute(sa.text("DELETE FROM setting WHERE key LIKE 'notice:%\\:page%'"))


def downgrade() -> None:
    with op.batch_alter_table("application") as batch_op:
        batch_op.drop_index("ix_application_audience")
    with op.batch_alter_table("notice_delivery") as batch_op:
        batch_op.drop_index("ix_notice_delivery_key")
    op.drop_table("notice_recipient")
