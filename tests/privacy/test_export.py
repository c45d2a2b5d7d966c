"""An export leaves nothing out, and gives no secret away."""

from __future__ import annotations

from uuid import uuid4

import pytest

from bot.errors import UnknownConversationError
from bot.privacy.export import DataExport, usual_exporters
from bot.privacy.patient_tables import patient_tables
from bot.store.database import Database
from tests.privacy.test_deletion import PLANTED, a_full_conversation


async def test_the_rows_of_every_table_are_in_it(database: Database) -> None:
    conversation = await a_full_conversation(database)
    held = await DataExport(database, usual_exporters(database)).of(conversation)
    assert PLANTED in str(held["messages"])
    assert PLANTED in str(held["handoffs"])
    assert PLANTED in str(held["prep_words"])
    assert held["private_code"][0]["conversation_id"] == str(conversation)
    assert "code_hash" not in str(held)


async def test_a_table_that_no_exporter_knows_is_in_it_all_the_same(database: Database) -> None:
    conversation = await a_full_conversation(database)
    held = await DataExport(database, usual_exporters(database)[:1]).of(conversation)
    assert held.keys() == patient_tables().keys()


async def test_another_conversations_rows_are_not(database: Database) -> None:
    conversation, _ = await a_full_conversation(database, "mine"), await a_full_conversation(database)
    assert PLANTED not in str(await DataExport(database, usual_exporters(database)).of(conversation))


async def test_what_does_not_exist_cannot_be_exported(database: Database) -> None:
    with pytest.raises(UnknownConversationError):
        await DataExport(database, usual_exporters(database)).of(uuid4())
