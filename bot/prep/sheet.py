"""The prep sheet of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, select

from bot.prep.models import PrepEntry
from bot.store.database import Database

PARTS = ("reason", "matters", "questions")


class PrepSheets:
    """Each conversation's sheet, in the patient's own words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, conversation_id: UUID, parts: Mapping[str, str]) -> None:
        """Replace the given parts of a sheet."""
        async with self._database.writing() as session:
            await session.execute(
                delete(PrepEntry).where(PrepEntry.conversation_id == conversation_id, PrepEntry.part.in_(parts))
            )
            session.add_all(
                PrepEntry(conversation_id=conversation_id, part=part, text=text) for part, text in parts.items()
            )

    async def of(self, conversation_id: UUID) -> dict[str, str]:
        """The parts of a sheet that are filled in."""
        query = select(PrepEntry).where(PrepEntry.conversation_id == conversation_id)
        async with self._database.reading() as session:
            entries = {entry.part: entry.text for entry in await session.scalars(query)}
        return {part: entries[part] for part in PARTS if part in entries}
