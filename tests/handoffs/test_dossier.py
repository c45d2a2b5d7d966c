"""What the team may read: the patient's own words up to the question, no more."""

from __future__ import annotations

from bot.conversations.ledger import Ledger
from bot.conversations.models import MessageStatus
from bot.conversations.reply import Choice
from bot.handoffs.dossier import MOST_SHARED, Dossier, Dossiers
from bot.handoffs.models import HandoffReason
from bot.handoffs.queue import Contact, HandoffQueue
from bot.store.database import Database
from bot.web.services import Services
from tests.support.factories import EVERYTHING, a_conversation, a_handoff, a_message, a_reply, an_incoming


def _texts(dossier: Dossier) -> list[str]:
    return [message.text for message in dossier.shares]


async def test_the_words_up_to_the_question_are_shared_and_none_of_the_bots(
    handoffs: HandoffQueue, ledger: Ledger, database: Database
) -> None:
    first = await a_message(database, "first")
    await ledger.close(first, [a_reply("The bot's.", choices=[Choice(id="none_of_these", label="None")])])
    await ledger.receive(first.conversation_id, an_incoming(choice="none_of_these"))
    asked = await a_message(database, "  As  typed\n<b>", conversation_id=first.conversation_id)
    offered = await a_handoff(database, asked)
    await a_message(database, "afterwards", conversation_id=first.conversation_id)
    await a_message(database, "another patient's")
    before = await Dossiers(database).of(offered)
    sent = await handoffs.consent(first.conversation_id, offered.reference, Contact(), shown_until=EVERYTHING)
    after = await Dossiers(database).of(sent)
    assert _texts(before) == _texts(after) == ["first", "  As  typed\n<b>"]
    assert not after.shares_more


async def test_the_latest_are_shared_and_older_ones_are_said_to_be(database: Database) -> None:
    conversation = await a_conversation(database)
    for number in range(MOST_SHARED + 1):
        message = await a_message(database, str(number), conversation_id=conversation.id)
    dossier = await Dossiers(database).of(await a_handoff(database, message))
    assert _texts(dossier) == [str(number) for number in range(1, MOST_SHARED + 1)]
    assert dossier.shares_more


async def test_what_is_written_to_the_person_who_holds_the_conversation_is_shared(
    ledger: Ledger, database: Database
) -> None:
    asked = await a_message(database, "asked")
    sent, offered = await a_handoff(database, asked, sent=True), await a_message(database, "to the bot")
    await a_message(database, "to the bot", conversation_id=asked.conversation_id)
    held = await a_message(database, "to the person", conversation_id=asked.conversation_id)
    await ledger.close(held, [], MessageStatus.HELD)
    assert _texts(await Dossiers(database).of(sent)) == ["asked", "to the person"]
    assert _texts(await Dossiers(database).of(await a_handoff(database, offered))) == ["to the bot"]


async def test_who_has_the_conversation_sees_its_emergency_in_its_place(services: Services) -> None:
    """It became a handoff of its own, which nobody has taken: the words must not stand in that one alone."""
    asked = await a_message(services.database, "asked")
    held, offered = (
        await a_handoff(services.database, asked, sent=True),
        await a_message(services.database, "to the bot"),
    )
    await services.desk.claim(held.reference, "Kim")
    for text in ("first", "Since the injection I can't breathe", "hello?"):
        await services.turns.take(asked.conversation_id, an_incoming(text))
    dossier = await services.dossiers.of(held)
    assert _texts(dossier) == ["asked", "first", "Since the injection I can't breathe", "hello?"]
    urgent, _ = await services.desk.listed()
    ((message, alarm),) = dossier.alarms.items()
    assert (message, alarm.reference) == (dossier.shares[2].id, urgent.reference)
    assert urgent.reason == HandoffReason.EMERGENCY
    elsewhere = await services.dossiers.of(await a_handoff(services.database, offered, sent=True))
    assert (_texts(elsewhere), elsewhere.alarms) == (["to the bot"], {})


async def test_an_emergency_is_seen_whatever_is_written_after_it_but_not_in_what_was_not_sent(
    services: Services,
) -> None:
    held = await a_handoff(services.database, sent=True)
    await services.desk.claim(held.reference, "Kim")
    for text in ("I can't breathe", *map(str, range(MOST_SHARED + 1))):
        await services.turns.take(held.conversation_id, an_incoming(text))
    assert _texts(await services.dossiers.of(held))[:2] == ["What are the risks?", "I can't breathe"]
    unsent = await a_message(services.database, "unsent")
    offered = await a_handoff(services.database, unsent)
    await services.handoffs.send(
        offered.conversation_id,
        (await a_message(services.database, "now!", conversation_id=offered.conversation_id)).id,
        HandoffReason.EMERGENCY,
        urgent=True,
    )
    assert _texts(await services.dossiers.of(offered)) == ["unsent"]


async def test_dossiers_come_in_the_order_of_their_handoffs_with_what_became_of_them(
    handoffs: HandoffQueue, database: Database
) -> None:
    message = await a_message(database)
    offered = await a_handoff(database, message)
    other = await a_message(database, conversation_id=message.conversation_id)
    await handoffs.send(message.conversation_id, other.id, HandoffReason.EMERGENCY, urgent=True)
    listed = await handoffs.of_conversation(message.conversation_id)
    dossiers = await Dossiers(database).of_all(listed)
    assert [dossier.handoff.id for dossier in dossiers] == [handoff.id for handoff in listed]
    (event,) = dossiers[-1].events
    assert (dossiers[-1].handoff.id, event.actor, event.new_state) == (offered.id, "bot", "offered")
    assert await Dossiers(database).of_all([]) == []
