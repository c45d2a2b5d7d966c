"""The record of looks: who read a patient's words or took a copy of them, and when; never the words."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from bot.errors import UnknownConversationError
from bot.privacy.models import Look, LookKind
from bot.store.database import Database

PATIENT = "patient"


class Looks:
    """Writes one row for each look; a row stands before the words are handed out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, conversation_id: UUID, actor: str, kind: LookKind, of: str) -> None:
        """Commit that `actor` looked at a conversation: `of` is a handoff's reference, or an export's format.

        Raises:
            UnknownConversationError: The conversation was deleted meanwhile.
        """
        try:
            async with self._database.writing() as session:
                session.add(Look(conversation_id=conversation_id, actor=actor, kind=kind, of=of))
        except IntegrityError as error:
            raise UnknownConversationError from error
