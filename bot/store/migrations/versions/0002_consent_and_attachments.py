"""What a patient agreed to share with a handoff, who took it, and when a token was last used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_consent()
    _add_speaker()
    _add_last_use()
    _create_attachment()


def _add_consent() -> None:
    with op.batch_alter_table("handoff") as table:
        table.add_column(
            sa.Column(
                "consented_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="when the patient agreed to what is shared",
            )
        )
        table.add_column(
            sa.Column("shared_until", sa.Integer(), nullable=True, comment="number of the last message that is shared")
        )
        table.add_column(sa.Column("contact_way", sa.String(length=10), nullable=False, server_default="chat"))
        table.add_column(
            sa.Column(
                "contact_detail",
                sa.String(length=200),
                nullable=True,
                comment="phone number or e-mail address, if chosen",
            )
        )
        table.add_column(
            sa.Column("taken_by", sa.String(length=60), nullable=True, comment="who has it, as patients are told")
        )


def _add_speaker() -> None:
    with op.batch_alter_table("message") as table:
        table.add_column(
            sa.Column(
                "said_by", sa.String(length=60), nullable=True, comment="who of the staff said it, as patients are told"
            )
        )


def _create_attachment() -> None:
    op.create_table(
        "handoff_attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handoff_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"],
            ["handoff.id"],
            name=op.f("fk_handoff_attachment_handoff_id_handoff"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_attachment")),
        sa.UniqueConstraint("handoff_id", "kind", name=op.f("uq_handoff_attachment_handoff_id_kind")),
    )


def _add_last_use() -> None:
    """A conversation that is there already was last used, as far as is known, when it began."""
    comment = "when its token was last used; idle ones die"
    moment = sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True, comment=comment)
    with op.batch_alter_table("conversation") as table:
        table.add_column(moment)
    op.execute("UPDATE conversation SET last_used_at = created_at")
    with op.batch_alter_table("conversation") as table:
        table.alter_column("last_used_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    op.drop_table("handoff_attachment")
    with op.batch_alter_table("conversation") as table:
        table.drop_column("last_used_at")
    with op.batch_alter_table("message") as table:
        table.drop_column("said_by")
    with op.batch_alter_table("handoff") as table:
        for name in ("taken_by", "contact_detail", "contact_way", "shared_until", "consented_at"):
            table.drop_column(name)
