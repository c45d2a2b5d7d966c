"""Private codes: the only thing besides the token that opens a record."""

from __future__ import annotations

import asyncio
import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from bot.conversations.ledger import Ledger
from bot.errors import UnknownCodeError, UnknownConversationError
from bot.privacy.codes import PrivateCodes
from bot.privacy.models import PrivateCode
from bot.store.database import Database
from tests.support.clock import SetClock
from tests.support.factories import a_handoff, a_message


@pytest.fixture
def timed_ledger(database: Database, clock: SetClock) -> Ledger:
    return Ledger(database, clock=clock)


@pytest.fixture
def codes(database: Database, timed_ledger: Ledger) -> PrivateCodes:
    return PrivateCodes(database, timed_ledger)


async def test_a_code_opens_its_conversation_however_it_is_typed(codes: PrivateCodes, timed_ledger: Ledger) -> None:
    conversation, _ = await timed_ledger.open()
    code = await codes.make(conversation.id)
    assert re.fullmatch(r"([A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}", code)
    for typed in (code, code.lower(), code.replace("-", " "), f" {code.replace('-', '')}\n"):
        opened, token = await codes.open(typed)
        assert opened == conversation.id
        await timed_ledger.authenticate(conversation.id, token)


async def test_two_codes_at_once_leave_one_that_opens(codes: PrivateCodes, timed_ledger: Ledger) -> None:
    conversation, _ = await timed_ledger.open()
    made = await asyncio.gather(*(codes.make(conversation.id) for _ in range(4)))
    opened = await asyncio.gather(*map(codes.open, made), return_exceptions=True)
    assert sum(isinstance(outcome, UnknownCodeError) for outcome in opened) == 3


async def test_a_deleted_conversation_gets_no_code(codes: PrivateCodes) -> None:
    with pytest.raises(UnknownConversationError):
        await codes.make(uuid4())


async def test_the_device_that_had_the_conversation_loses_it(codes: PrivateCodes, timed_ledger: Ledger) -> None:
    conversation, old = await timed_ledger.open()
    await codes.open(await codes.make(conversation.id))
    with pytest.raises(UnknownConversationError):
        await timed_ledger.authenticate(conversation.id, old)


async def test_a_code_opens_what_no_token_opens_any_more(
    codes: PrivateCodes, timed_ledger: Ledger, clock: SetClock
) -> None:
    conversation, _ = await timed_ledger.open()
    code = await codes.make(conversation.id)
    clock.pass_time(days=200)
    _, token = await codes.open(code)
    await timed_ledger.authenticate(conversation.id, token)


async def test_a_new_code_replaces_the_old(codes: PrivateCodes, timed_ledger: Ledger) -> None:
    conversation, _ = await timed_ledger.open()
    old, new = await codes.make(conversation.id), await codes.make(conversation.id)
    with pytest.raises(UnknownCodeError):
        await codes.open(old)
    assert await codes.conversation_of(new) == conversation.id


@pytest.mark.parametrize("code", ["", "----", "AAAA-AAAA-AAAA-AAAA", "\ud800", "a" * 100_000])
async def test_other_codes_open_nothing(codes: PrivateCodes, code: str) -> None:
    with pytest.raises(UnknownCodeError):
        await codes.open(code)


async def test_the_reference_of_a_handoff_opens_nothing(codes: PrivateCodes, database: Database) -> None:
    message = await a_message(database)
    await codes.make(message.conversation_id)
    handoff = await a_handoff(database, message, sent=True)
    with pytest.raises(UnknownCodeError):
        await codes.open(handoff.reference)


async def test_the_code_itself_is_not_stored(codes: PrivateCodes, timed_ledger: Ledger, database: Database) -> None:
    conversation, _ = await timed_ledger.open()
    code = await codes.make(conversation.id)
    async with database.reading() as session:
        (stored,) = (await session.scalars(select(PrivateCode.code_hash))).all()
    assert len(stored) == 32
    assert code.replace("-", "").encode() not in stored
