"""Let a deletion be repeated on a restored backup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COMMENT = "SHA-256 of its id, to know it again in a restored backup"


def upgrade() -> None:
    op.add_column(
        "deletion_receipt", sa.Column("conversation_hash", sa.LargeBinary(length=32), nullable=True, comment=COMMENT)
    )


def downgrade() -> None:
    with op.batch_alter_table("deletion_receipt") as table:
        table.drop_column("conversation_hash")
