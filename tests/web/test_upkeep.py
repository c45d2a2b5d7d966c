"""What web does by itself: finish deletions, and purge once a day."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.conversations.models import Conversation
from bot.web import upkeep
from bot.web.services import Services
from bot.web.upkeep import Upkeep
from tests.support.broken_database import database_failing_at
from tests.support.clock import SetClock
from tests.support.factories import a_conversation, an_incoming


@pytest.fixture
def keeping(services: Services, clock: SetClock) -> Upkeep:
    return Upkeep(services.turns, services.privacy.deletion, services.privacy.retention, clock=clock)


async def an_old_conversation(services: Services, clock: SetClock) -> Conversation:
    conversation, _ = await services.ledger.open()
    clock.pass_time(days=366)
    return conversation


async def test_the_first_round_purges_and_then_one_a_day(services: Services, clock: SetClock, keeping: Upkeep) -> None:
    first = await an_old_conversation(services, clock)
    await keeping.round()
    assert not await services.ledger.exists(first.id)
    second, _ = await services.ledger.open()
    async with services.database.writing() as session:
        (await session.get_one(Conversation, second.id)).last_used_at = first.created_at
    clock.pass_time(hours=23)
    await keeping.round()
    assert await services.ledger.exists(second.id)
    clock.pass_time(hours=1)
    await keeping.round()
    assert not await services.ledger.exists(second.id)


async def test_a_message_whose_turn_the_database_failed_is_replied_to(
    services: Services, clock: SetClock, keeping: Upkeep
) -> None:
    conversation = await a_conversation(services.database)
    with database_failing_at(services.ledger, "close_within"):
        await services.turns.take(conversation.id, an_incoming("I can't breathe"))
    clock.pass_time(minutes=1)
    await keeping.round()
    (message, reply) = await services.ledger.history(conversation.id)
    assert (message.status, (reply.reply or {})["kind"]) == ("answered", "emergency")


async def test_a_failing_round_is_logged_by_its_kind_and_followed_by_another(
    keeping: Upkeep, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, failed = asyncio.Event(), asyncio.Event()

    async def fail() -> None:
        (second if failed.is_set() else failed).set()
        raise RuntimeError("secret words")

    monkeypatch.setattr(upkeep, "SECONDS_BETWEEN_ROUNDS", 0.0)
    monkeypatch.setattr(keeping, "round", fail)
    with capture_logs() as logged:
        task = asyncio.create_task(keeping.run())
        await asyncio.wait_for(second.wait(), 5)
        task.cancel()
    assert logged[0] == {"event": "upkeep_failed", "error": "RuntimeError", "log_level": "error"}
