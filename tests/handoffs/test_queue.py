"""Handoffs: one for each message, every change on record, no way but those of the table."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.conversations.models import Message
from bot.errors import IllegalTransitionError
from bot.handoffs import queue as handoff_queue
from bot.handoffs.models import Handoff, HandoffEvent, HandoffReason, HandoffState
from bot.handoffs.queue import TRANSITIONS, HandoffQueue
from bot.store.database import Database
from tests.support.factories import a_conversation, a_handoff, a_message

O, D, W, C, A, R = HandoffState  # noqa: E741 (one letter keeps the table readable)
ALLOWED = {
    (O, W),  # the patient accepts the offer, or it turns out to be urgent
    (O, D),  # the patient declines it
    (D, W),  # … and changes their mind
    (W, C),  # a member of staff takes it
    (C, W),  # … and gives it back
    (C, A),  # … and replies
    (C, R),  # … and closes it, as after a phone call
    (A, C),  # the patient writes again
    (A, R),  # it is done
}


@pytest.mark.parametrize("old", HandoffState)
@pytest.mark.parametrize("new", HandoffState)
async def test_a_state_changes_only_as_the_table_says(
    handoffs: HandoffQueue, database: Database, old: HandoffState, new: HandoffState
) -> None:
    assert (new in TRANSITIONS[old]) is ((old, new) in ALLOWED)


@pytest.mark.parametrize(("old", "new"), [(O, C), (W, O), (W, D), (R, W), (W, W)])
async def test_any_other_change_is_an_error_that_names_both_states(
    handoffs: HandoffQueue, database: Database, old: HandoffState, new: HandoffState
) -> None:
    handoff = await a_handoff(database)
    handoff.state = old
    with pytest.raises(IllegalTransitionError, match=f"{old}.*{new}"):
        async with database.writing() as session:
            handoffs._move(session, handoff, new, actor="a test")
    assert handoff.state == old


async def test_an_offer_waits_for_the_patient(handoffs: HandoffQueue, database: Database) -> None:
    handoff = await a_handoff(database)
    assert (handoff.state, handoff.urgent) == (HandoffState.OFFERED, False)
    assert await _changes(database, handoff) == [("bot", None, "offered")]


@pytest.mark.parametrize("first", ["offer", "send"])
@pytest.mark.parametrize("second", ["offer", "send"])
async def test_one_message_leads_to_one_handoff(
    handoffs: HandoffQueue, database: Database, first: str, second: str
) -> None:
    message = await a_message(database)
    made = [await _act(handoffs, name, message) for name in (first, second)]
    assert made[0].reference == made[1].reference
    assert len(await handoffs.of_conversation(message.conversation_id)) == 1


async def test_ten_at_once_for_one_message_are_one(handoffs: HandoffQueue, database: Database) -> None:
    message = await a_message(database)
    outcomes = await asyncio.gather(*(_act(handoffs, "send", message) for _ in range(10)), return_exceptions=True)
    assert len({handoff.reference for handoff in outcomes if isinstance(handoff, Handoff)}) == 1
    assert len(await handoffs.of_conversation(message.conversation_id)) == 1


async def test_sending_what_was_offered_needs_no_patient(handoffs: HandoffQueue, database: Database) -> None:
    message = await a_message(database)
    await _act(handoffs, "offer", message)
    sent = await _act(handoffs, "send", message)
    assert sent.state == HandoffState.WAITING
    assert await _changes(database, sent) == [("bot", None, "offered"), ("bot", "offered", "waiting")]


async def test_urgent_stays_urgent(handoffs: HandoffQueue, database: Database) -> None:
    message = await a_message(database)
    for urgent in (False, True, False):
        await handoffs.send(message.conversation_id, message.id, HandoffReason.EMERGENCY, urgent=urgent)
    found = await handoffs.of_message(message.id)
    assert found
    assert found.urgent


async def test_the_patient_accepts(handoffs: HandoffQueue, database: Database) -> None:
    offered = await a_handoff(database)
    accepted = await handoffs.accept(offered.conversation_id)
    assert accepted
    assert (accepted.reference, accepted.state) == (offered.reference, HandoffState.WAITING)
    assert (await _changes(database, accepted))[-1] == ("patient", "offered", "waiting")


async def test_the_patient_declines_and_changes_their_mind(handoffs: HandoffQueue, database: Database) -> None:
    offered = await a_handoff(database)
    await handoffs.decline(offered.conversation_id)
    await handoffs.accept(offered.conversation_id)
    assert await _changes(database, offered) == [
        ("bot", None, "offered"),
        ("patient", "offered", "declined"),
        ("patient", "declined", "waiting"),
    ]


@pytest.mark.parametrize("decision", ["accept", "decline"])
async def test_nothing_offered_is_nothing_to_decide(handoffs: HandoffQueue, database: Database, decision: str) -> None:
    conversation = await a_conversation(database)
    assert await getattr(handoffs, decision)(conversation.id) is None


async def test_deciding_twice_changes_and_records_nothing_more(handoffs: HandoffQueue, database: Database) -> None:
    offered = await a_handoff(database)
    for _ in range(2):
        accepted = await handoffs.accept(offered.conversation_id)
    declined = await handoffs.decline(offered.conversation_id)
    assert accepted
    assert declined
    assert declined.state == HandoffState.WAITING
    assert len(await _changes(database, offered)) == 2


async def test_the_newest_offer_is_the_one_decided_on(handoffs: HandoffQueue, database: Database) -> None:
    older = await a_handoff(database)
    message = await a_message(database, conversation_id=older.conversation_id)
    newer = await a_handoff(database, message)
    accepted = await handoffs.accept(older.conversation_id)
    assert accepted
    assert accepted.reference == newer.reference
    listed = await handoffs.of_conversation(older.conversation_id)
    assert [item.state for item in listed] == [HandoffState.WAITING, HandoffState.OFFERED]


async def test_a_larger_transaction_that_fails_takes_the_handoff_with_it(
    handoffs: HandoffQueue, database: Database
) -> None:
    message = await a_message(database)

    async def fail_after_it() -> None:
        async with database.writing() as session:
            await handoffs.send_within(
                session, message.conversation_id, message.id, HandoffReason.EMERGENCY, urgent=True
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_after_it()
    assert await handoffs.of_message(message.id) is None


def test_references_are_read_out_easily_and_never_meet() -> None:
    references = {handoff_queue._new_reference() for _ in range(5_000)}
    assert len(references) == 5_000
    letters = set("".join(references)) - {"-"}
    assert letters <= set(handoff_queue.REFERENCE_LETTERS)
    assert not letters & set("IO01")


async def _act(handoffs: HandoffQueue, name: str, message: Message) -> Handoff:
    made: Handoff = await getattr(handoffs, name)(message.conversation_id, message.id, HandoffReason.PERSONAL_MEDICAL)
    return made


async def _changes(database: Database, handoff: Handoff) -> list[tuple[str, str | None, str]]:
    query = select(HandoffEvent).where(HandoffEvent.handoff_id == handoff.id).order_by(HandoffEvent.at)
    async with database.reading() as session:
        return [(event.actor, event.old_state, event.new_state) for event in await session.scalars(query)]
