"""Processes are killed in mid-message: nothing is lost, doubled or reordered, and nobody waits in silence."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from bot.conversations.ledger import Ledger
from bot.conversations.models import Message, MessageStatus
from bot.handoffs.models import Handoff, HandoffState
from bot.store.database import Database
from tests.faults.conftest import System
from tests.support.patients import Patient, open_conversation

CONVERSATIONS, MESSAGES, KILLS = 10, 5, 20
PHONE, EMERGENCY_NUMBER = "(555) 010-0199", "911"


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hanging"])
async def test_a_brain_that_fails_in_mid_message_means_an_honest_fallback_within_ten_seconds(
    system: System, web: httpx.AsyncClient, stored: Database, fault: signal.Signals
) -> None:
    patient = await open_conversation(web)
    asking = asyncio.create_task(patient.say("slow: what are the risks?"))
    await system.until_brain_has_it()
    began = time.monotonic()
    os.kill(system.brain.pid, fault)
    turn = (await asking).json()
    assert time.monotonic() - began < 10
    (reply,) = turn["replies"]
    handoff = await _handoff_of(stored, UUID(turn["message"]["id"]))
    assert (turn["message"]["status"], reply["kind"]) == ("failed", "unavailable")
    assert handoff.state == HandoffState.WAITING
    for told in (PHONE, EMERGENCY_NUMBER, handoff.reference):
        assert told in reply["text"]


async def test_an_emergency_is_answered_while_the_brain_is_dead(system: System, web: httpx.AsyncClient) -> None:
    system.brain.kill()
    patient = await open_conversation(web)
    (reply,) = (await patient.say("I can't breathe and my throat is swelling")).json()["replies"]
    assert reply["kind"] == "emergency"
    assert (await web.get("/readyz")).status_code == 503


async def test_a_brain_that_comes_back_answers_again(system: System, web: httpx.AsyncClient) -> None:
    patient = await open_conversation(web)
    system.brain.kill()
    assert (await patient.say("one")).json()["replies"][0]["kind"] == "unavailable"
    system.brain.start()
    assert (await patient.say("two")).json()["replies"][0]["text"] == "You said: two"


async def test_what_web_was_killed_over_is_answered_after_its_restart_and_not_doubled(
    system: System, web: httpx.AsyncClient, stored: Database
) -> None:
    patient, message_id = await open_conversation(web), uuid4()
    asking = asyncio.create_task(patient.say("slow: hello", message_id=message_id))
    await system.until_brain_has_it()
    system.web.kill()
    assert isinstance((await asyncio.gather(asking, return_exceptions=True))[0], httpx.HTTPError)
    system.brain.kill()
    system.web.start()
    turns = [(await patient.say("slow: hello", message_id=message_id)).json() for _ in range(3)]
    assert {turn["message"]["id"] for turn in turns} == {turns[0]["message"]["id"]}
    history = await patient.read()
    assert [(item["seq"], item["kind"]) for item in history] == [(1, None), (2, "unavailable")]
    assert await _handoff_of(stored, UUID(turns[0]["message"]["id"]))


async def test_web_answers_by_itself_after_its_restart_what_nobody_asks_for_again(
    system: System, web: httpx.AsyncClient, stored: Database
) -> None:
    patient = await open_conversation(web)
    asking = asyncio.create_task(patient.say("slow: hello"))
    await system.until_brain_has_it()
    system.web.kill()
    system.brain.kill()
    await asyncio.gather(asking, return_exceptions=True)
    system.web.start()
    async with asyncio.timeout(20):
        while len(await Ledger(stored).history(patient.conversation)) < 2:  # noqa: ASYNC110 (another process writes)
            await asyncio.sleep(0.05)


async def test_twenty_kills_lose_double_and_reorder_nothing(
    system: System, web: httpx.AsyncClient, stored: Database
) -> None:
    kills = _Counter()
    patients = [await open_conversation(web) for _ in range(CONVERSATIONS)]
    talking = [asyncio.create_task(_talk(patient, kills)) for patient in patients]
    async with asyncio.timeout(150):  # some 20 s when the machine is not busy
        await _kill_again_and_again(system, kills)
        acknowledged = await asyncio.gather(*talking)
    assert kills.count == KILLS
    for patient, sent in zip(patients, acknowledged, strict=True):
        await _check(stored, patient.conversation, sent)


class _Counter:
    """Counts, and lets others wait for a count."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = asyncio.Condition()

    async def add(self) -> None:
        async with self._changed:
            self.count += 1
            self._changed.notify_all()

    async def reaches(self, count: int) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self.count >= count)


async def _kill_again_and_again(system: System, kills: _Counter) -> None:
    for number in range(KILLS):
        process = system.web if number % 2 else system.brain
        process.kill()
        await kills.add()
        await asyncio.to_thread(process.start)


async def _talk(patient: Patient, kills: _Counter) -> list[UUID]:
    """Send messages among the kills, each until it is acknowledged, as the widget does."""
    sent = []
    for number in range(MESSAGES):
        await kills.reaches(number * KILLS // MESSAGES)
        message_id = uuid4()
        while not await _is_acknowledged(patient, number, message_id):  # noqa: ASYNC110 (web is another process)
            await asyncio.sleep(0.05)
        sent.append(message_id)
    return sent


async def _is_acknowledged(patient: Patient, number: int, message_id: UUID) -> bool:
    try:
        return (await patient.say(f"message {number}", message_id=message_id)).is_success
    except httpx.HTTPError:
        return False


async def _check(stored: Database, conversation: UUID, sent: list[UUID]) -> None:
    history = await Ledger(stored).history(conversation)
    asked = [item for item in history if item.author == "patient"]
    replies = Counter(item.in_reply_to for item in history if item.author == "bot")
    assert [item.seq for item in history] == list(range(1, 2 * MESSAGES + 1))
    assert [item.client_message_id for item in asked] == sent
    assert [item.text for item in asked] == [f"message {number}" for number in range(MESSAGES)]
    assert replies == {item.id: 1 for item in asked}
    await _check_failed(stored, [item for item in asked if item.status != MessageStatus.ANSWERED])


async def _check_failed(stored: Database, asked: list[Message]) -> None:
    for message in asked:
        assert message.status == MessageStatus.FAILED
        assert (await _handoff_of(stored, message.id)).state == HandoffState.WAITING


async def _handoff_of(stored: Database, message: UUID) -> Handoff:
    async with stored.reading() as session:
        return (await session.scalars(select(Handoff).where(Handoff.message_id == message))).one()
