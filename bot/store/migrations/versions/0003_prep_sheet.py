"""The prep sheet's version, readiness, list of questions, and how often it was mailed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("prep_entry") as table:
        table.alter_column(
            "part",
            existing_type=sa.String(length=20),
            existing_nullable=False,
            existing_comment="reason, matters or questions",
            comment="id of a part in data/prep",
        )
    _create_sheet()
    _create_question()
    _create_mail()


def _create_sheet() -> None:
    op.create_table(
        "prep_sheet",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="grows by one with each change; a change to an older one is refused",
        ),
        sa.Column("readiness", JSON, nullable=False, comment="true or false by the id of each statement"),
        sa.Column("updated_at", MOMENT, nullable=False),
        _of_conversation("prep_sheet"),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_prep_sheet")),
    )


def _create_question() -> None:
    op.create_table(
        "prep_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="place in the patient's order, from 0"),
        sa.Column(
            "question",
            sa.String(length=100),
            nullable=True,
            comment="id in data/prep, or of the answer that it came from; none for the patient's own",
        ),
        sa.Column("text", sa.Text(), nullable=False, comment="as it was when it was put on the list"),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("top", sa.Boolean(), nullable=False),
        _of_conversation("prep_question"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prep_question")),
        sa.UniqueConstraint("conversation_id", "question", name=op.f("uq_prep_question_conversation_id_question")),
    )
    name = op.f("ix_prep_question_conversation_id_position")
    op.create_index(name, "prep_question", ["conversation_id", "position"])


def _create_mail() -> None:
    op.create_table(
        "prep_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        _of_conversation("prep_mail"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prep_mail")),
    )
    op.create_index(op.f("ix_prep_mail_conversation_id_sent_at"), "prep_mail", ["conversation_id", "sent_at"])


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_conversation_id_conversation")
    return sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for name in ("prep_mail", "prep_question", "prep_sheet"):
        op.drop_table(name)
    with op.batch_alter_table("prep_entry") as table:
        table.alter_column(
            "part",
            existing_type=sa.String(length=20),
            existing_nullable=False,
            existing_comment="id of a part in data/prep",
            comment="reason, matters or questions",
        )
