"""Gathers what the FHIR bundle of a conversation is written from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from bot.answers.catalogue import Catalogue
from bot.answers.models import Revision
from bot.conversations.ledger import Ledger
from bot.conversations.models import Message
from bot.conversations.plain_words import PlainWords
from bot.conversations.token_life import Clock
from bot.errors import UnknownConversationError
from bot.handoffs.models import Handoff, HandoffEvent
from bot.prep.models import PrepEntry, PrepQuestion
from bot.privacy.fhir import Clinic, Record, as_bundle
from bot.store.base import now
from bot.store.database import Database


class FhirExport:
    """The export that other health software reads."""

    def __init__(  # noqa: PLR0913 (what a bundle is gathered from)
        self,
        database: Database,
        *,
        ledger: Ledger,
        catalogue: Catalogue,
        plain: PlainWords,
        clinic: Clinic,
        clock: Clock = now,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._catalogue = catalogue
        self._plain = plain
        self._clinic = clinic
        self._clock = clock

    async def of(self, conversation_id: UUID) -> dict[str, Any]:
        """A FHIR R4 Bundle.

        Raises:
            UnknownConversationError: There is no such conversation.
        """
        if not await self._ledger.exists(conversation_id):
            raise UnknownConversationError
        return as_bundle(await self._record(conversation_id), self._clinic, self._clock())

    async def _record(self, conversation_id: UUID) -> Record:
        messages = await self._ledger.history(conversation_id)
        plain = await self._plain.of(messages)
        handoffs = select(Handoff).where(Handoff.conversation_id == conversation_id).order_by(Handoff.created_at)
        changes = select(HandoffEvent.handoff_id, func.max(HandoffEvent.at)).join(
            Handoff, Handoff.id == HandoffEvent.handoff_id
        )
        sheet = select(PrepEntry).where(PrepEntry.conversation_id == conversation_id).order_by(PrepEntry.part)
        questions = select(PrepQuestion).where(PrepQuestion.conversation_id == conversation_id)
        async with self._database.reading() as session:
            changed = await session.execute(
                changes.where(Handoff.conversation_id == conversation_id).group_by(HandoffEvent.handoff_id)
            )
            return Record(
                conversation_id=conversation_id,
                messages=messages,
                plain=plain,
                handoffs=(await session.scalars(handoffs)).all(),
                changed_at={handoff_id: at for handoff_id, at in changed},  # noqa: C416 (rows are no pairs to mypy)
                sheet=(await session.scalars(sheet)).all(),
                questions=(await session.scalars(questions.order_by(PrepQuestion.position))).all(),
                revisions=await self._quoted(messages),
            )

    async def _quoted(self, messages: Sequence[Message]) -> dict[str, Revision]:
        labels = {str((message.reply or {}).get("revision") or "") for message in messages} - {""}
        found = {label: await self._catalogue.revision(label) for label in labels}
        return {label: revision for label, revision in found.items() if revision}
