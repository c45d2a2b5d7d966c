"""Keep on record who looked at a patient's words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "actor", sa.String(length=60), nullable=False, comment="patient, or the account of a member of staff"
        ),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("of", sa.String(length=20), nullable=False, comment="a handoff's reference, or an export's format"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_look_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
    )
    op.create_index(op.f("ix_look_conversation_id"), "look", ["conversation_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_look_conversation_id"), table_name="look")
    op.drop_table("look")
