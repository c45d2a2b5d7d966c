"""Everything that is held about a conversation, for the patient to read and to take along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Table

from bot.conversations.ledger import Ledger
from bot.conversations.plain_words import Plain, PlainWords
from bot.errors import UnknownConversationError
from bot.privacy.patient_tables import ROOT_TABLE, patient_tables, rows_of
from bot.store.database import Database


class Exporter(Protocol):
    """One feature's part of the export."""

    name: str
    """Under which the part stands."""
    tables: frozenset[str]
    """Whose rows it holds; those that no exporter has are exported as they are."""

    async def of(self, conversation_id: UUID) -> object:
        """The part, as JSON."""


class RowsExporter:
    """The rows of one table as they are."""

    def __init__(self, database: Database, table: Table, *, name: str | None = None) -> None:
        self.name = name or table.name
        self.tables = frozenset({table.name})
        self._database = database
        self._table = table

    async def of(self, conversation_id: UUID) -> object:
        """See `Exporter`."""
        async with self._database.reading() as session:
            return await rows_of(session, self._table, conversation_id)


class MessageExporter:
    """Messages as they are stored, each with its plain words or the title of its button."""

    name = "messages"
    tables = frozenset({"message"})

    def __init__(self, database: Database, ledger: Ledger, plain: PlainWords) -> None:
        self._database = database
        self._ledger = ledger
        self._plain = plain

    async def of(self, conversation_id: UUID) -> object:
        """See `Exporter`."""
        plain = await self._plain.of(await self._ledger.history(conversation_id))
        async with self._database.reading() as session:
            rows = await rows_of(session, patient_tables()["message"], conversation_id)
        return [row | asdict(plain.get(UUID(row["id"]), Plain(row["text"]))) for row in rows]


class HandoffExporter:
    """Handoffs, each with what happened to it, what it stands for too and what was sent along."""

    name = "handoffs"
    tables = frozenset({"handoff", "handoff_event", "handoff_addition", "handoff_attachment"})

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, conversation_id: UUID) -> object:
        """See `Exporter`."""
        tables = patient_tables()
        async with self._database.reading() as session:
            handoffs = await rows_of(session, tables["handoff"], conversation_id)
            events = await rows_of(session, tables["handoff_event"], conversation_id)
            additions = await rows_of(session, tables["handoff_addition"], conversation_id)
            attachments = await rows_of(session, tables["handoff_attachment"], conversation_id)
        return [
            handoff
            | {
                "events": _under(handoff, events),
                "additions": _under(handoff, additions),
                "attachments": _under(handoff, attachments),
            }
            for handoff in handoffs
        ]


class DataExport:
    """Puts the parts together; a table that no exporter knows of is never left out."""

    def __init__(self, database: Database, exporters: Sequence[Exporter]) -> None:
        claimed = frozenset[str]().union(*(exporter.tables for exporter in exporters))
        others = [RowsExporter(database, table) for name, table in patient_tables().items() if name not in claimed]
        self._exporters: Sequence[Exporter] = [*exporters, *others]

    async def of(self, conversation_id: UUID) -> dict[str, Any]:
        """All parts by name.

        Raises:
            UnknownConversationError: There is no such conversation.
        """
        parts = {exporter.name: await exporter.of(conversation_id) for exporter in self._exporters}
        if not parts[ROOT_TABLE]:
            raise UnknownConversationError
        return parts


def usual_exporters(database: Database, ledger: Ledger, plain: PlainWords) -> Sequence[Exporter]:
    """The parts that every export has, in the order in which a person would ask for them."""
    tables = patient_tables()
    return (
        RowsExporter(database, tables["conversation"]),
        MessageExporter(database, ledger, plain),
        HandoffExporter(database),
        RowsExporter(database, tables["prep_entry"], name="prep_words"),
        RowsExporter(database, tables["prep_question"], name="prep_questions"),
        RowsExporter(database, tables["report"], name="reports"),
        RowsExporter(database, tables["answer_feedback"], name="feedback"),
    )


def _under(handoff: dict[str, Any], rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["handoff_id"] == handoff["id"]]
