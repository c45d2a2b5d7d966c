"""The team's verbs: one has it, the bot is silent meanwhile, and speaks again when the last is given back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.conversations.models import Author, Conversation, Holder, Message
from bot.conversations.reply import Kind, Reply
from bot.errors import (
    AlreadyClaimedError,
    AskwellError,
    EmptyReplyError,
    IllegalTransitionError,
    MessageTooLongError,
    NotHeldError,
    UnknownHandoffError,
    UnusableNameError,
)
from bot.handoffs.desk import Desk
from bot.handoffs.models import Handoff, HandoffEvent, HandoffReason, HandoffState
from bot.handoffs.queue import Contact
from bot.handoffs.states import HELD, TRANSITIONS
from bot.store.database import Database
from bot.web.services import Services
from tests.support.factories import EVERYTHING, a_conversation, a_handoff, a_message, agree, an_incoming


@pytest.fixture
def desk(services: Services) -> Desk:
    return services.desk


@pytest.fixture
async def sent(services: Services) -> Handoff:
    return await a_handoff(services.database, sent=True)


async def test_who_claims_it_has_it_and_the_bot_is_silent(services: Services, desk: Desk, sent: Handoff) -> None:
    claimed = await desk.claim(sent.reference, " Dr Amara Okafor ")
    assert (claimed.state, claimed.taken_by) == (HandoffState.CLAIMED, "Dr Amara Okafor")
    assert await _holder(services.database, sent) == Holder.PERSON
    assert (await _events(services.database, sent))[-1] == ("staff:Dr Amara Okafor", "waiting", "claimed")


async def test_claiming_ones_own_again_changes_and_records_nothing(
    services: Services, desk: Desk, sent: Handoff
) -> None:
    for _ in range(2):
        await desk.claim(sent.reference.lower().replace("-", ""), "Kim")
    assert len(await _events(services.database, sent)) == 2


async def test_of_fifty_who_claim_it_at_once_one_has_it(services: Services, desk: Desk, sent: Handoff) -> None:
    claims = [desk.claim(sent.reference, f"person {number}") for number in range(50)]
    outcomes = await asyncio.gather(*claims, return_exceptions=True)
    (winner,) = [item for item in outcomes if isinstance(item, Handoff)]
    lost = [item for item in outcomes if isinstance(item, AlreadyClaimedError)]
    assert len(lost) == 49
    assert all(f"{winner.taken_by} has it" in str(error) for error in lost)
    assert len(await _events(services.database, sent)) == 2


@pytest.mark.parametrize("verb", ["claim", "return_", "resolve"])
async def test_what_the_patient_has_not_agreed_to_is_out_of_reach(desk: Desk, services: Services, verb: str) -> None:
    offered = await a_handoff(services.database)
    with pytest.raises(IllegalTransitionError, match="offered"):
        await getattr(desk, verb)(offered.reference, "Kim")


async def test_a_reply_is_the_persons_own_and_answers_it(services: Services, desk: Desk, sent: Handoff) -> None:
    await desk.claim(sent.reference, "Kim")
    message = await desk.reply(sent.reference, "Kim", "  Hello,\n**I** am <b>Kim</b>.\x00 ")
    (stored,) = [item for item in await services.ledger.history(sent.conversation_id) if item.author == Author.STAFF]
    assert (stored.id, stored.said_by, stored.in_reply_to) == (message.id, "Kim", None)
    assert stored.text == "Hello,\n**I** am <b>Kim</b>."
    assert await _state(services.database, sent) == HandoffState.ANSWERED


async def test_a_second_reply_is_no_second_change(services: Services, desk: Desk, sent: Handoff) -> None:
    await desk.claim(sent.reference, "Kim")
    for text in ("one", "two"):
        await desk.reply(sent.reference, "Kim", text)
    assert [event[2] for event in await _events(services.database, sent)] == ["waiting", "claimed", "answered"]


@pytest.mark.parametrize("holder", [None, "Lee"])
async def test_only_who_has_it_replies(services: Services, desk: Desk, sent: Handoff, holder: str | None) -> None:
    if holder:
        await desk.claim(sent.reference, holder)
    with pytest.raises(NotHeldError, match=f"Kim does not have {sent.reference}"):
        await desk.reply(sent.reference, "Kim", "Hello.")
    assert len(await services.ledger.history(sent.conversation_id)) == 1


@pytest.mark.parametrize(
    ("text", "error"), [("", EmptyReplyError), (" \n\x00", EmptyReplyError), ("a" * 2_001, MessageTooLongError)]
)
async def test_a_reply_has_words_and_not_too_many(
    services: Services, desk: Desk, sent: Handoff, text: str, error: type[AskwellError]
) -> None:
    await desk.claim(sent.reference, "Kim")
    with pytest.raises(error):
        await desk.reply(sent.reference, "Kim", text)
    assert await _state(services.database, sent) == HandoffState.CLAIMED


@pytest.mark.parametrize("name", ["", "  ", "a" * 51, "two\nlines", "tab\tbed", "\u202eevil"])
async def test_a_name_is_one_that_a_patient_can_be_shown(desk: Desk, sent: Handoff, name: str) -> None:
    with pytest.raises(UnusableNameError):
        await desk.claim(sent.reference, name)


@pytest.mark.parametrize("verb", ["claim", "return_", "resolve"])
async def test_an_unknown_reference_is_said_to_be(desk: Desk, verb: str) -> None:
    with pytest.raises(UnknownHandoffError):
        await getattr(desk, verb)("AW7K-3Q2X", "Kim")


@pytest.mark.parametrize(
    ("verb", "state", "words"),
    [
        ("return_", HandoffState.WAITING, "still with the team"),
        ("resolve", HandoffState.RESOLVED, "has closed your question"),
    ],
)
async def test_given_back_or_closed_the_bot_speaks_again_and_says_so(
    services: Services, sent: Handoff, verb: str, state: HandoffState, words: str
) -> None:
    desk = services.desk
    await desk.claim(sent.reference, "Kim")
    given_up = await getattr(desk, verb)(sent.reference, "Lee")  # a colleague may, and is on record
    assert given_up.state == state
    assert given_up.taken_by == (None if verb == "return_" else "Kim")
    assert await _holder(services.database, sent) == Holder.BOT
    assert (await _events(services.database, sent))[-1][0] == "staff:Lee"
    said = (await services.ledger.history(sent.conversation_id))[-1]
    assert (said.author, said.in_reply_to) == (Author.BOT, None)
    reply = Reply.model_validate(said.reply)
    assert (reply.kind, reply.handoff and reply.handoff.reference) == (Kind.HANDOFF, sent.reference)
    assert words in said.text
    assert "You are talking to the automated assistant again" in said.text


@pytest.mark.parametrize("returned_by", ["Kim", "Lee"])
async def test_what_is_answered_can_change_hands(services: Services, sent: Handoff, returned_by: str) -> None:
    desk = services.desk
    await desk.claim(sent.reference, "Kim")
    await desk.reply(sent.reference, "Kim", "Hello.")
    with pytest.raises(AlreadyClaimedError, match=r"Kim has it\. To take it over, return it first"):
        await desk.claim(sent.reference, "Lee")
    await desk.return_(sent.reference, returned_by)
    assert (await desk.claim(sent.reference, "Lee")).taken_by == "Lee"
    await desk.reply(sent.reference, "Lee", "Hello again.")
    assert (await _events(services.database, sent))[2:] == [
        ("staff:Kim", "claimed", "answered"),
        (f"staff:{returned_by}", "answered", "waiting"),
        ("staff:Lee", "waiting", "claimed"),
        ("staff:Lee", "claimed", "answered"),
    ]


async def test_the_bot_stays_silent_until_the_last_is_given_back(services: Services, desk: Desk) -> None:
    first, second = await _two_of_one_conversation(services)
    for handoff in (first, second):
        await desk.claim(handoff.reference, "Kim")
    await desk.return_(first.reference, "Kim")
    assert await _holder(services.database, first) == Holder.PERSON
    assert [item.author for item in await services.ledger.history(first.conversation_id)] == [Author.PATIENT] * 2
    await desk.resolve(second.reference, "Kim")
    assert await _holder(services.database, first) == Holder.BOT


async def test_the_last_two_given_back_at_once_do_not_leave_the_bot_silent(services: Services, desk: Desk) -> None:
    for _ in range(5):
        pair = await _two_of_one_conversation(services)
        for handoff in pair:
            await desk.claim(handoff.reference, "Kim")
        await asyncio.gather(*(desk.resolve(handoff.reference, "Kim") for handoff in pair))
        assert await _holder(services.database, pair[0]) == Holder.BOT


async def test_urgent_ones_come_first_then_the_oldest(services: Services, desk: Desk) -> None:
    old, new = [await a_handoff(services.database, sent=True) for _ in range(2)]
    message = await a_message(services.database)
    urgent = await services.handoffs.send(message.conversation_id, message.id, HandoffReason.EMERGENCY, urgent=True)
    await a_handoff(services.database)  # offered: not with the team
    assert [item.reference for item in await desk.listed()] == [urgent.reference, old.reference, new.reference]
    assert [item.state for item in await desk.listed({HandoffState.OFFERED})] == [HandoffState.OFFERED]


async def test_an_emergency_comes_first_and_next_to_it_what_its_patient_asked_before(
    services: Services, desk: Desk
) -> None:
    old, held = [await a_handoff(services.database, sent=True) for _ in range(2)]
    await desk.claim(held.reference, "Kim")
    await desk.reply(held.reference, "Kim", "Hello.")
    await services.turns.take(held.conversation_id, an_incoming("I can't breathe"))
    urgent, *others = await desk.listed()
    assert urgent.reason == HandoffReason.EMERGENCY
    assert [item.reference for item in others] == [held.reference, old.reference]
    assert (await _events(services.database, held))[-1] == ("patient", "answered", "claimed")
    await desk.claim(urgent.reference, "Lee")
    await desk.resolve(urgent.reference, "Lee")
    assert [item.reference for item in await desk.listed()] == [old.reference, held.reference]


async def test_open_streams_hear_of_each_change(services: Services, desk: Desk, sent: Handoff) -> None:
    changes: Sequence[Callable[[], Awaitable[object]]] = [
        lambda: desk.claim(sent.reference, "Kim"),
        lambda: desk.reply(sent.reference, "Kim", "Hello."),
        lambda: desk.resolve(sent.reference, "Kim"),
    ]
    with services.announcer.listening(sent.conversation_id) as news:
        for change in changes:
            news.clear()
            await change()
            assert news.is_set()


VERBS = ["claim", "reply", "return_", "resolve", "consent", "refuse", "accept", "decline", "write", "alarm"]


@pytest.mark.only_on("sqlite")
@given(st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(["Kim", "Lee"])), max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_done_a_state_changes_only_as_the_table_says(
    services: Services, steps: list[tuple[str, str]]
) -> None:
    """Each change is on record, follows the one before it, and the bot is silent just while somebody has it."""
    offered = await a_handoff(services.database)
    for verb, name in steps:
        await _try(services, offered, verb, name)
    events = (await _events(services.database, offered))[1:]
    states = [HandoffState.OFFERED, *(HandoffState(new) for _, _, new in events)]
    assert [old for _, old, _ in events] == states[:-1]
    assert all(new in TRANSITIONS[old] for old, new in pairwise(states))
    assert await _state(services.database, offered) == states[-1]
    is_held = await _holder(services.database, offered) == Holder.PERSON
    assert is_held == (states[-1] in HELD)


async def _try(services: Services, handoff: Handoff, verb: str, name: str) -> None:
    desk, queue, where = services.desk, services.handoffs, handoff.conversation_id
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "reply": lambda: desk.reply(handoff.reference, name, "Hello."),
        "consent": lambda: queue.consent(where, handoff.reference, Contact(), shown_until=EVERYTHING),
        "refuse": lambda: queue.refuse(where, handoff.reference),
        "accept": lambda: agree(queue, where),
        "decline": lambda: queue.decline(where),
        "write": lambda: services.turns.take(where, an_incoming("thank you")),
        "alarm": lambda: services.turns.take(where, an_incoming("I can't breathe")),
    }
    try:
        await acts.get(verb, lambda: getattr(desk, verb)(handoff.reference, name))()
    except (IllegalTransitionError, AlreadyClaimedError, NotHeldError):
        return


async def _two_of_one_conversation(services: Services) -> tuple[Handoff, Handoff]:
    conversation = await a_conversation(services.database)
    messages: list[Message] = [
        await a_message(services.database, text, conversation_id=conversation.id) for text in ("one", "two")
    ]
    first, second = [await a_handoff(services.database, message, sent=True) for message in messages]
    return first, second


async def _state(database: Database, handoff: Handoff) -> str | None:
    async with database.reading() as session:
        return await session.scalar(select(Handoff.state).where(Handoff.id == handoff.id))


async def _holder(database: Database, handoff: Handoff) -> str | None:
    async with database.reading() as session:
        return await session.scalar(select(Conversation.holder).where(Conversation.id == handoff.conversation_id))


async def _events(database: Database, handoff: Handoff) -> list[tuple[str, str | None, str]]:
    query = select(HandoffEvent).where(HandoffEvent.handoff_id == handoff.id).order_by(HandoffEvent.at)
    async with database.reading() as session:
        return [(event.actor, event.old_state, event.new_state) for event in await session.scalars(query)]
