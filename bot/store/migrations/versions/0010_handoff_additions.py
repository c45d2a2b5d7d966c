"""Further messages that a handoff stands for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handoff_addition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handoff_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False, comment="why a person is needed for this one"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"],
            ["handoff.id"],
            name=op.f("fk_handoff_addition_handoff_id_handoff"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_handoff_addition_message_id_message"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_addition")),
        sa.UniqueConstraint("message_id", name=op.f("uq_handoff_addition_message_id")),
    )
    op.create_index(op.f("ix_handoff_addition_handoff_id"), "handoff_addition", ["handoff_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_handoff_addition_handoff_id"), table_name="handoff_addition")
    op.drop_table("handoff_addition")
