"""Receipts of deletions as lines of text, to be kept beside backups."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import BrokenReceiptsError
from bot.privacy.models import DeletionReceipt


class _Line(BaseModel):
    model_config = ConfigDict(from_attributes=True, val_json_bytes="hex", ser_json_bytes="hex")

    id: UUID
    deleted_at: datetime
    counts: dict[str, int]
    conversation_hash: bytes | None


def hash_of(conversation_id: UUID) -> bytes:
    """What a receipt holds of a conversation's id: it tells nothing to who has not got the id, which is random."""
    return hashlib.sha256(conversation_id.bytes).digest()


def as_line(receipt: DeletionReceipt) -> str:
    """A receipt as one line of JSON."""
    return _Line.model_validate(receipt).model_dump_json()


def read_receipts(path: Path) -> Sequence[DeletionReceipt]:
    """The receipts in a file, one a line.

    Raises:
        BrokenReceiptsError: A line is no receipt; the message names it.
    """
    return [_read(line, f"{path}:{number}") for number, line in enumerate(path.read_bytes().splitlines(), start=1)]


def _read(line: bytes, where: str) -> DeletionReceipt:
    try:
        return DeletionReceipt(**dict(_Line.model_validate_json(line)))
    except ValidationError as error:
        raise BrokenReceiptsError(where) from error
