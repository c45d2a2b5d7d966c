"""Ledger, answers, handoffs and prep sheets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Long as the list of tables is long; a migration that has run on clinics' databases is not rearranged.
def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.String(length=100), nullable=False, comment="category/name, such as risks/infection"),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False, comment="SHA-256 of the patient's token"),
        sa.Column("holder", sa.String(length=10), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False, comment="number of the newest message"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, comment="place in the conversation, from 1, without gaps"),
        sa.Column(
            "client_message_id",
            sa.Uuid(),
            nullable=True,
            comment="the widget's id; the same id is the same message",
        ),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column(
            "text",
            sa.Text(),
            nullable=False,
            comment="as typed, less what no database holds; Markdown if the bot's",
        ),
        sa.Column(
            "choice",
            sa.String(length=200),
            nullable=True,
            comment="the button that was pressed instead of typing",
        ),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("in_reply_to", sa.Uuid(), nullable=True),
        sa.Column("reply", JSON, nullable=True, comment="the bot's decision record, choices and handoff"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_message_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["in_reply_to"], ["message.id"], name=op.f("fk_message_in_reply_to_message"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "conversation_id", "client_message_id", name=op.f("uq_message_conversation_id_client_message_id")
        ),
        sa.UniqueConstraint("conversation_id", "seq", name=op.f("uq_message_conversation_id_seq")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_message_status_conversation_id"), ["status", "conversation_id"], unique=False
        )

    op.create_table(
        "prep_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False, comment="reason, matters or questions"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_prep_entry_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prep_entry")),
        sa.UniqueConstraint("conversation_id", "part", name=op.f("uq_prep_entry_conversation_id_part")),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … within the answer"),
        sa.Column(
            "content_hash",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of the content, to tell whether it changed",
        ),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column(
            "starter",
            sa.Boolean(),
            nullable=False,
            comment="came with Askwell; no clinician of this clinic reviewed it",
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="Markdown"),
        sa.Column("jurisdiction", sa.String(length=20), nullable=True),
        sa.Column("review_due", sa.Date(), nullable=False, comment="withheld from patients after this day"),
        sa.Column("examples", JSON, nullable=False, comment="questions that train the classifier"),
        sa.Column("tests", JSON, nullable=False, comment="questions that only measure it"),
        sa.Column("sources", JSON, nullable=False),
        sa.Column("clinic_facts", JSON, nullable=False, comment="what the clinic is to fill in"),
        sa.Column("ask", JSON, nullable=True, comment="the question this adds to the patient's list"),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("approved_by", sa.String(length=60), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=op.f("fk_revision_answer_id_answer"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("answer_id", "number", name=op.f("uq_revision_answer_id_number")),
    )
    op.create_table(
        "handoff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False, comment="what the patient can say on the phone"),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_handoff_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_handoff_message_id_message"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff")),
        sa.UniqueConstraint("message_id", name=op.f("uq_handoff_message_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_handoff_reference")),
    )
    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handoff_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_handoff_state_urgent_created_at"), ["state", "urgent", "created_at"], unique=False
        )

    op.create_table(
        "handoff_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handoff_id", sa.Uuid(), nullable=False),
        sa.Column(
            "actor",
            sa.String(length=60),
            nullable=False,
            comment="patient, bot, or the account of a member of staff",
        ),
        sa.Column("old_state", sa.String(length=10), nullable=True),
        sa.Column("new_state", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"],
            ["handoff.id"],
            name=op.f("fk_handoff_event_handoff_id_handoff"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_event")),
    )
    with op.batch_alter_table("handoff_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handoff_event_handoff_id"), ["handoff_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("handoff_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handoff_event_handoff_id"))

    op.drop_table("handoff_event")
    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handoff_state_urgent_created_at"))
        batch_op.drop_index(batch_op.f("ix_handoff_conversation_id"))

    op.drop_table("handoff")
    op.drop_table("revision")
    op.drop_table("prep_entry")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_status_conversation_id"))

    op.drop_table("message")
    op.drop_table("conversation")
    op.drop_table("answer")
