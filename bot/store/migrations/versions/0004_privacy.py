"""Private codes, receipts of deletions, and when a token was given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_token_issue()
    with op.batch_alter_table("message") as table:
        table.create_index(table.f("ix_message_in_reply_to"), ["in_reply_to"], unique=False)
    op.create_table(
        "private_code",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False, comment="SHA-256 of the code"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_private_code_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_private_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_private_code_code_hash")),
    )
    op.create_table(
        "deletion_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", JSON, nullable=False, comment="rows that were deleted, by table"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion_receipt")),
    )
    op.create_table(
        "unfinished_deletion",
        sa.Column("conversation_id", sa.Uuid(), nullable=False, comment="of a conversation that is no more"),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_unfinished_deletion")),
    )


def _add_token_issue() -> None:
    """The token of a conversation that is there already was given when it began."""
    comment = "when its token was given; old ones die"
    moment = sa.Column("token_issued_at", sa.DateTime(timezone=True), nullable=True, comment=comment)
    with op.batch_alter_table("conversation") as table:
        table.add_column(moment)
    op.execute("UPDATE conversation SET token_issued_at = created_at")
    with op.batch_alter_table("conversation") as table:
        table.alter_column("token_issued_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        table.create_index(table.f("ix_conversation_last_used_at"), ["last_used_at"], unique=False)


def downgrade() -> None:
    for name in ("unfinished_deletion", "deletion_receipt", "private_code"):
        op.drop_table(name)
    with op.batch_alter_table("message") as table:
        table.drop_index(table.f("ix_message_in_reply_to"))
    with op.batch_alter_table("conversation") as table:
        table.drop_index(table.f("ix_conversation_last_used_at"))
        table.drop_column("token_issued_at")
