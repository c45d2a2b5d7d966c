"""Handoffs: one for each message, every change on record, no way but those of the table."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import ORMExecuteState, Session

from bot.conversations.models import Conversation, Message
from bot.errors import IllegalTransitionError, MoreToShareError, UnknownHandoffError
from bot.handoffs.dossier import MOST_SHARED, Dossiers
from bot.handoffs.models import AttachmentKind, ContactWay, Handoff, HandoffEvent, HandoffReason, HandoffState
from bot.handoffs.queue import MOST_OPEN, Contact, HandoffQueue
from bot.handoffs.reference import LETTERS, new_reference
from bot.handoffs.states import TRANSITIONS, move
from bot.store.database import Database
from tests.support.factories import EVERYTHING, a_conversation, a_handoff, a_message, agree
from tests.support.sheets import sheet_of

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
    (A, W),  # it changes hands
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
            move(session, handoff, new, actor="a test")
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
    accepted = await agree(handoffs, offered.conversation_id)
    assert accepted
    assert (accepted.reference, accepted.state) == (offered.reference, HandoffState.WAITING)
    assert (await _changes(database, accepted))[-1] == ("patient", "offered", "waiting")


async def test_the_patient_declines_and_changes_their_mind(handoffs: HandoffQueue, database: Database) -> None:
    offered = await a_handoff(database)
    await handoffs.decline(offered.conversation_id)
    await agree(handoffs, offered.conversation_id)
    assert await _changes(database, offered) == [
        ("bot", None, "offered"),
        ("patient", "offered", "declined"),
        ("patient", "declined", "waiting"),
    ]


@pytest.mark.parametrize("decision", ["asked", "decline"])
async def test_nothing_offered_is_nothing_to_decide(handoffs: HandoffQueue, database: Database, decision: str) -> None:
    conversation = await a_conversation(database)
    assert await getattr(handoffs, decision)(conversation.id) is None


async def test_deciding_twice_changes_and_records_nothing_more(handoffs: HandoffQueue, database: Database) -> None:
    offered = await a_handoff(database)
    for _ in range(2):
        accepted = await agree(handoffs, offered.conversation_id)
    declined = await handoffs.decline(offered.conversation_id)
    assert accepted
    assert declined
    assert declined.state == HandoffState.WAITING
    assert len(await _changes(database, offered)) == 2


async def test_the_newest_offer_is_the_one_decided_on(handoffs: HandoffQueue, database: Database) -> None:
    older = await a_handoff(database)
    message = await a_message(database, conversation_id=older.conversation_id)
    newer = await a_handoff(database, message)
    accepted = await agree(handoffs, older.conversation_id)
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


async def test_the_patients_yes_is_consent_to_what_was_written_until_then(
    handoffs: HandoffQueue, database: Database
) -> None:
    first = await a_message(database, "first")
    asked = await a_message(database, "asked", conversation_id=first.conversation_id)
    offered = await a_handoff(database, asked)
    assert (offered.consented_at, offered.shared_until) == (None, None)
    await a_message(database, "afterwards", conversation_id=first.conversation_id)
    accepted = await agree(handoffs, first.conversation_id)
    assert accepted
    assert accepted.consented_at
    assert (accepted.shared_until, accepted.contact_way) == (asked.seq, ContactWay.CHAT)


async def test_an_emergency_is_shared_without_consent(handoffs: HandoffQueue, database: Database) -> None:
    message = await a_message(database)
    sent = await handoffs.send(message.conversation_id, message.id, HandoffReason.EMERGENCY, urgent=True)
    assert (sent.state, sent.consented_at, sent.shared_until) == (HandoffState.WAITING, None, message.seq)


async def test_yes_means_the_offer_although_an_emergency_came_in_between(
    handoffs: HandoffQueue, database: Database
) -> None:
    offered = await a_handoff(database)
    later = await a_message(database, conversation_id=offered.conversation_id)
    emergency = await a_handoff(database, later, sent=True)
    accepted = await agree(handoffs, offered.conversation_id)
    assert accepted
    assert (accepted.reference, accepted.state) == (offered.reference, HandoffState.WAITING)
    untouched = await handoffs.find(offered.conversation_id, emergency.reference)
    assert untouched.consented_at is None


async def test_a_yes_that_is_handled_twice_sends_one_offer(handoffs: HandoffQueue, database: Database) -> None:
    older = await a_handoff(database)
    await a_handoff(database, await a_message(database, conversation_id=older.conversation_id))
    for _ in range(2):
        await agree(handoffs, older.conversation_id)
    states = [item.state for item in await handoffs.of_conversation(older.conversation_id)]
    assert states == [HandoffState.WAITING, HandoffState.OFFERED]


@pytest.mark.parametrize("state", [HandoffState.CLAIMED, HandoffState.ANSWERED, HandoffState.RESOLVED])
async def test_the_patient_takes_nothing_from_who_has_it(
    handoffs: HandoffQueue, database: Database, state: HandoffState
) -> None:
    offered = await a_handoff(database)
    await agree(handoffs, offered.conversation_id)
    await _set(database, offered, state=state)
    await agree(handoffs, offered.conversation_id)
    await handoffs.decline(offered.conversation_id)
    await handoffs.refuse(offered.conversation_id, offered.reference)
    await handoffs.consent(
        offered.conversation_id, offered.reference, Contact(ContactWay.PHONE, "5550100199"), shown_until=EVERYTHING
    )
    found = await handoffs.find(offered.conversation_id, offered.reference)
    assert (found.state, found.contact_detail) == (state, "5550100199")


async def test_consent_keeps_its_first_date_and_what_is_shared_and_takes_the_last_contact(
    handoffs: HandoffQueue, database: Database
) -> None:
    offered = await a_handoff(database)
    where, reference = offered.conversation_id, offered.reference
    first = await handoffs.consent(where, reference, Contact(), shown_until=EVERYTHING)
    later = await a_message(database, "later", conversation_id=where)
    second = await handoffs.consent(
        where, reference, Contact(ContactWay.EMAIL, "a@example.org"), shown_until=EVERYTHING
    )
    assert (second.consented_at, second.shared_until) == (first.consented_at, first.shared_until)
    assert later.seq > (second.shared_until or 0)
    assert (second.contact_way, second.contact_detail) == (ContactWay.EMAIL, "a@example.org")
    assert await _changes(database, offered) == [("bot", None, "offered"), ("patient", "offered", "waiting")]


async def test_nothing_is_sent_that_the_patient_has_not_seen(handoffs: HandoffQueue, database: Database) -> None:
    offered = await a_handoff(database)
    where, reference = offered.conversation_id, offered.reference
    with pytest.raises(MoreToShareError):
        await handoffs.consent(where, reference, Contact(), shown_until=0)
    found = await handoffs.find(where, reference)
    assert (found.state, found.shared_until, found.consented_at) == (HandoffState.OFFERED, None, None)


async def test_a_sheet_is_attached_once_as_it_was(handoffs: HandoffQueue, database: Database) -> None:
    offered = await a_handoff(database)
    for sheet in ({"reason": "first"}, {"reason": "second"}, None):
        await handoffs.consent(
            offered.conversation_id, offered.reference, Contact(), shown_until=EVERYTHING, sheet_of=sheet_of(sheet)
        )
    (attached,) = (await Dossiers(database).of(offered)).attachments
    assert (attached.kind, attached.content) == (AttachmentKind.PREP_SHEET, {"reason": "first"})


async def test_ten_consents_at_once_are_one(handoffs: HandoffQueue, database: Database) -> None:
    offered = await a_handoff(database)
    where, reference = offered.conversation_id, offered.reference
    given = [
        handoffs.consent(where, reference, Contact(), shown_until=EVERYTHING, sheet_of=sheet_of({"reason": "x"}))
        for _ in range(10)
    ]
    assert len({item.consented_at for item in await asyncio.gather(*given)}) == 1
    assert len((await Dossiers(database).of(offered)).attachments) == 1
    assert len(await _changes(database, offered)) == 2


@pytest.mark.parametrize("reference", ["", "x", "AW7K-3Q2X", "' OR 1=1"])
async def test_a_reference_that_is_not_the_conversations_own_is_unknown(
    handoffs: HandoffQueue, database: Database, reference: str
) -> None:
    mine, theirs = await a_handoff(database), await a_handoff(database)
    for unknown in (reference, theirs.reference):
        for act in (handoffs.find, handoffs.refuse):
            with pytest.raises(UnknownHandoffError):
                await act(mine.conversation_id, unknown)
        with pytest.raises(UnknownHandoffError):
            await handoffs.consent(mine.conversation_id, unknown, Contact(), shown_until=EVERYTHING)


@pytest.mark.parametrize("written", [str.lower, lambda reference: reference.replace("-", "")])
async def test_a_reference_is_read_however_it_is_written(
    handoffs: HandoffQueue, database: Database, written: Callable[[str], str]
) -> None:
    handoff = await a_handoff(database)
    found = await handoffs.find(handoff.conversation_id, written(handoff.reference))
    assert found.id == handoff.id


async def test_a_flood_of_offers_is_five_of_which_the_newest_of_the_reason_stands_for_more(
    handoffs: HandoffQueue, database: Database
) -> None:
    conversation = await a_conversation(database)
    reasons = [HandoffReason.ASKED_FOR_PERSON] + [HandoffReason.PERSONAL_MEDICAL] * (MOST_OPEN - 1)
    made = [await _offer_one(handoffs, database, conversation.id, reason) for reason in reasons]
    one_more = await a_message(database, conversation_id=conversation.id)
    again = await handoffs.offer(conversation.id, one_more.id, HandoffReason.ASKED_FOR_PERSON)
    assert len(await handoffs.of_conversation(conversation.id)) == MOST_OPEN
    assert (again.id, again.message_id, again.state) == (made[0].id, one_more.id, HandoffState.OFFERED)
    accepted = await agree(handoffs, conversation.id)
    assert accepted
    assert (accepted.id, accepted.shared_until) == (again.id, one_more.seq)


async def test_what_was_sent_is_not_offered_again_and_shares_no_more_than_was_agreed(
    handoffs: HandoffQueue, database: Database
) -> None:
    conversation, sent = await _all_sent(handoffs, database)
    again = await _offer_one(handoffs, database, conversation.id)
    assert (again.id, again.state, again.shared_until) == (sent.id, HandoffState.WAITING, sent.shared_until)


async def test_a_flood_of_messages_that_could_not_be_answered_is_shared_all_the_same(
    handoffs: HandoffQueue, database: Database
) -> None:
    conversation = await a_conversation(database)
    for number in range(MOST_OPEN + 3):
        message = await a_message(database, str(number), conversation_id=conversation.id)
        sent = await handoffs.send(conversation.id, message.id, HandoffReason.BRAIN_UNAVAILABLE)
    assert len(await handoffs.of_conversation(conversation.id)) == MOST_OPEN
    assert sent.shared_until == message.seq


async def test_a_flood_of_offers_keeps_no_emergency_out(handoffs: HandoffQueue, database: Database) -> None:
    conversation = await a_conversation(database)
    for _ in range(MOST_OPEN + 1):
        await _offer_one(handoffs, database, conversation.id)
    urgent = await _alarm(handoffs, database, conversation.id)
    assert (urgent.urgent, urgent.state) == (True, HandoffState.WAITING)
    assert len(await handoffs.of_conversation(conversation.id)) == MOST_OPEN + 1


async def test_a_flood_of_emergencies_is_one_handoff_that_keeps_every_word(
    handoffs: HandoffQueue, database: Database
) -> None:
    conversation = await a_conversation(database)
    flood = [f"I can't breathe {number}" for number in range(MOST_SHARED + 5)]
    for text in flood:
        sent = await _alarm(handoffs, database, conversation.id, text)
    (only,) = await handoffs.of_conversation(conversation.id)
    assert (only.id, only.urgent, only.state) == (sent.id, True, HandoffState.WAITING)
    assert [message.text for message in (await Dossiers(database).of(only)).shares] == flood


@pytest.mark.parametrize(
    ("state", "joins"),
    [(HandoffState.WAITING, True), (HandoffState.CLAIMED, False), (HandoffState.ANSWERED, False), (R, False)],
)
async def test_an_emergency_joins_the_urgent_handoff_that_waits_and_is_a_new_one_once_somebody_has_it(
    handoffs: HandoffQueue, database: Database, state: HandoffState, *, joins: bool
) -> None:
    conversation = await a_conversation(database)
    first = await _alarm(handoffs, database, conversation.id)
    await _set(database, first, state=state)
    further = await a_message(database, "it is getting worse", conversation_id=conversation.id)
    for _ in range(2):  # a turn that is tried again finds what it did
        second = await handoffs.send(conversation.id, further.id, HandoffReason.EMERGENCY, urgent=True)
    assert (second.id == first.id, second.shared_until) == (joins, further.seq)
    assert len(await handoffs.of_conversation(conversation.id)) == (1 if joins else 2)
    found = await handoffs.of_message(further.id)
    assert found
    assert found.id == second.id


async def test_another_patients_emergency_and_a_report_stand_for_themselves(
    handoffs: HandoffQueue, database: Database
) -> None:
    conversation = await a_conversation(database)
    report = await a_message(database, "what happened", conversation_id=conversation.id)
    filed = await handoffs.send(conversation.id, report.id, HandoffReason.ADVERSE_EVENT, urgent=True)
    mine = await _alarm(handoffs, database, conversation.id)
    another = await a_message(database, "and then", conversation_id=conversation.id)
    again = await handoffs.send(conversation.id, another.id, HandoffReason.ADVERSE_EVENT, urgent=True)
    theirs = await _alarm(handoffs, database, (await a_conversation(database)).id)
    assert len({filed.id, mine.id, again.id, theirs.id}) == 4


async def test_yes_to_what_was_added_is_answered_by_what_would_be_shared_then(
    handoffs: HandoffQueue, database: Database
) -> None:
    conversation, _ = await _all_sent(handoffs, database)
    decided = await handoffs.asked(conversation.id)
    added = await a_message(database, "one more", conversation_id=conversation.id)
    carrier = await handoffs.offer(conversation.id, added.id, HandoffReason.PERSONAL_MEDICAL)
    asked = await handoffs.asked(conversation.id)
    assert decided
    assert asked
    assert (decided.awaits, asked.awaits, asked.handoff.id) == (False, True, carrier.id)
    team, patient = await Dossiers(database).of(carrier), await Dossiers(database).of(carrier, if_agreed=True)
    assert "one more" not in [message.text for message in team.shares]
    assert patient.shares[-1].text == "one more"
    sent = await agree(handoffs, conversation.id)
    assert sent
    assert (sent.id, sent.shared_until) == (carrier.id, added.seq)


async def test_reading_locks_nothing(handoffs: HandoffQueue, database: Database) -> None:
    handoff = await a_handoff(database)
    statements: list[str] = []

    def note(state: ORMExecuteState) -> None:
        statements.append(str(state.statement.compile(dialect=postgresql.dialect())))

    event.listen(Session, "do_orm_execute", note)
    try:
        await handoffs.find(handoff.conversation_id, handoff.reference)
        await handoffs.of_conversation(handoff.conversation_id)
        await handoffs.of_message(handoff.message_id)
        await handoffs.asked(handoff.conversation_id)
        await Dossiers(database).of(handoff)
    finally:
        event.remove(Session, "do_orm_execute", note)
    assert len(statements) > 4
    assert [statement for statement in statements if "FOR UPDATE" in statement] == []


async def _all_sent(handoffs: HandoffQueue, database: Database) -> tuple[Conversation, Handoff]:
    """A conversation of which as many questions wait as may, and the newest of them."""
    conversation = await a_conversation(database)
    sent = None
    for _ in range(MOST_OPEN):
        await _offer_one(handoffs, database, conversation.id)
        sent = await agree(handoffs, conversation.id)
    assert sent
    return conversation, sent


async def _alarm(
    handoffs: HandoffQueue, database: Database, conversation_id: UUID, text: str = "I can't breathe"
) -> Handoff:
    message = await a_message(database, text, conversation_id=conversation_id)
    return await handoffs.send(conversation_id, message.id, HandoffReason.EMERGENCY, urgent=True)


async def _offer_one(
    handoffs: HandoffQueue,
    database: Database,
    conversation_id: UUID,
    reason: HandoffReason = HandoffReason.PERSONAL_MEDICAL,
) -> Handoff:
    message = await a_message(database, conversation_id=conversation_id)
    return await handoffs.offer(conversation_id, message.id, reason)


async def _set(database: Database, handoff: Handoff, **values: object) -> None:
    async with database.writing() as session:
        await session.execute(update(Handoff).where(Handoff.id == handoff.id).values(values))


def test_references_are_read_out_easily_and_never_meet() -> None:
    references = {new_reference() for _ in range(5_000)}
    assert len(references) == 5_000
    letters = set("".join(references)) - {"-"}
    assert letters <= set(LETTERS)
    assert not letters & set("IO01")


async def _act(handoffs: HandoffQueue, name: str, message: Message) -> Handoff:
    made: Handoff = await getattr(handoffs, name)(message.conversation_id, message.id, HandoffReason.PERSONAL_MEDICAL)
    return made


async def _changes(database: Database, handoff: Handoff) -> list[tuple[str, str | None, str]]:
    query = select(HandoffEvent).where(HandoffEvent.handoff_id == handoff.id).order_by(HandoffEvent.at)
    async with database.reading() as session:
        return [(event.actor, event.old_state, event.new_state) for event in await session.scalars(query)]
