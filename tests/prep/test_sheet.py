"""The prep sheet keeps the patient's own words."""

from __future__ import annotations

from bot.prep.sheet import PrepSheets
from bot.store.database import Database
from tests.support.factories import a_conversation


async def test_a_sheet_holds_what_was_saved_in_its_own_order(database: Database) -> None:
    sheets, conversation = PrepSheets(database), await a_conversation(database)
    await sheets.save(conversation.id, {"questions": "Who treats me?", "reason": "my knee; 'quoted' {slot}"})
    assert list((await sheets.of(conversation.id)).items()) == [
        ("reason", "my knee; 'quoted' {slot}"),
        ("questions", "Who treats me?"),
    ]


async def test_saving_again_replaces_what_is_given_and_keeps_the_rest(database: Database) -> None:
    sheets, conversation = PrepSheets(database), await a_conversation(database)
    await sheets.save(conversation.id, {"reason": "first", "matters": "cost"})
    await sheets.save(conversation.id, {"reason": "second"})
    await sheets.save(conversation.id, {})
    assert await sheets.of(conversation.id) == {"reason": "second", "matters": "cost"}


async def test_sheets_are_kept_apart(database: Database) -> None:
    sheets = PrepSheets(database)
    one, two = await a_conversation(database), await a_conversation(database)
    await sheets.save(one.id, {"reason": "mine"})
    assert await sheets.of(two.id) == {}
