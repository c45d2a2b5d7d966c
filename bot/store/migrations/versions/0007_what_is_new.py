"""Find what is new without reading what is old."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_message_created_at"), "message", ["created_at"], unique=False)
    op.create_index(op.f("ix_handoff_event_at"), "handoff_event", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_handoff_event_at"), table_name="handoff_event")
    op.drop_index(op.f("ix_message_created_at"), table_name="message")
