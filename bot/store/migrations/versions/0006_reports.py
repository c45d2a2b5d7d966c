"""Reports of what followed a treatment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "client_report_id", sa.Uuid(), nullable=False, comment="the widget's id; the same id is the same report"
        ),
        sa.Column("handoff_id", sa.Uuid(), nullable=False),
        sa.Column(
            "fields", JSON, nullable=False, comment="the patient's words by the name of the field, uninterpreted"
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_report_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoff.id"], name=op.f("fk_report_handoff_id_handoff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint(
            "conversation_id", "client_report_id", name=op.f("uq_report_conversation_id_client_report_id")
        ),
        sa.UniqueConstraint("handoff_id", name=op.f("uq_report_handoff_id")),
    )


def downgrade() -> None:
    op.drop_table("report")
