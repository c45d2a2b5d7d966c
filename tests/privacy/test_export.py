"""An export leaves nothing out, and gives no secret away."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import pytest

from bot.answers.catalogue import Catalogue
from bot.conversations.ledger import Ledger
from bot.conversations.phrases import Phrases
from bot.conversations.plain_words import PlainWords
from bot.conversations.reply import Choice
from bot.errors import UnknownConversationError
from bot.privacy.export import DataExport, Exporter, usual_exporters
from bot.privacy.patient_tables import patient_tables
from bot.settings import Settings
from bot.store.database import Database
from bot.web.services import Services
from bot.web.site import catalogue, languages
from tests.privacy.test_deletion import PLANTED, a_full_conversation
from tests.support.factories import a_conversation, a_message, a_reply, an_incoming


def _exporters(database: Database) -> Sequence[Exporter]:
    plain = PlainWords(Catalogue(database, publish_starters=True), Phrases(Settings(_env_file=None)))
    return usual_exporters(database, Ledger(database), plain)


async def test_the_rows_of_every_table_are_in_it(database: Database) -> None:
    conversation = await a_full_conversation(database)
    held = await DataExport(database, _exporters(database)).of(conversation)
    assert PLANTED in str(held["messages"])
    assert PLANTED in str(held["handoffs"])
    assert PLANTED in str(held["prep_words"])
    assert held["private_code"][0]["conversation_id"] == str(conversation)
    assert "code_hash" not in str(held)


async def test_a_table_that_no_exporter_knows_is_in_it_all_the_same(database: Database) -> None:
    conversation = await a_full_conversation(database)
    held = await DataExport(database, _exporters(database)[:1]).of(conversation)
    assert held.keys() == patient_tables().keys()


@pytest.mark.parametrize("language", languages())
async def test_every_part_has_a_title_on_my_data(services: Services, language: str) -> None:
    parts = await services.privacy.exports.of((await a_conversation(services.database)).id)
    assert set(parts) <= set(catalogue("privacy", language)["kinds"])


async def test_another_conversations_rows_are_not(database: Database) -> None:
    conversation, _ = await a_full_conversation(database, "mine"), await a_full_conversation(database)
    assert PLANTED not in str(await DataExport(database, _exporters(database)).of(conversation))


async def test_what_does_not_exist_cannot_be_exported(database: Database) -> None:
    with pytest.raises(UnknownConversationError):
        await DataExport(database, _exporters(database)).of(uuid4())


async def test_messages_are_in_plain_words_beside_what_is_stored(database: Database) -> None:
    message = await a_message(database, "**mine**")
    offer = a_reply("Your reference is **XK9M-R24A**.", choices=[Choice(id="handoff:accept", label="Send it")])
    await Ledger(database).close(message, [offer])
    await Ledger(database).receive(message.conversation_id, an_incoming(choice="handoff:accept"))
    held = await DataExport(database, _exporters(database)).of(message.conversation_id)
    assert [(item["words"], item["button"]) for item in held["messages"]] == [
        ("**mine**", None),
        ("Your reference is XK9M-R24A.", None),
        ("", "Send it"),
    ]
    assert held["messages"][1]["text"] == "Your reference is **XK9M-R24A**."
