"""One message from the patient and back, whatever happens to the brain, the client and web itself."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import event, select, update
from structlog.testing import capture_logs

from bot.conversations.ledger import Waiting
from bot.conversations.models import Conversation, Holder, Message, MessageStatus
from bot.conversations.reply import Choice, HandoffNote, Kind, Reply
from bot.errors import ChoiceNotOfferedError, UnknownConversationError
from bot.handoffs.models import Handoff, HandoffReason, HandoffState
from bot.settings import Settings
from bot.web.services import Services
from bot.web.upkeep import PATIENCE
from tests.support import scripted_brain
from tests.support.broken_database import database_failing_at, database_is_locked
from tests.support.clock import SetClock
from tests.support.factories import a_conversation, a_message, a_reply, an_incoming
from tests.support.scripted_brain import ScriptedBrain

EMERGENCIES = [
    "I can't breathe and my throat is swelling",
    "crushing chest pain since the injection",
    "I want to kill myself",
    "i cаnt brеathe",  # Cyrillic look-alikes
    "I can\u200b't bre\u200bathe",
]


async def _take(services: Services, text: str) -> tuple[Message, list[Reply]]:
    conversation = await a_conversation(services.database)
    message, replies = await services.turns.take(conversation.id, an_incoming(text))
    return message, [Reply.model_validate(reply.reply) for reply in replies]


async def _handoff_of(services: Services, message: UUID) -> Handoff:
    handoff = await services.handoffs.of_message(message)
    assert handoff
    return handoff


async def test_the_brains_replies_are_returned_and_stored(services: Services, brain: ScriptedBrain) -> None:
    brain.will_say(a_reply("One."), a_reply("Two."))
    message, replies = await _take(services, "What are the risks?")
    assert message.status == MessageStatus.ANSWERED
    assert [reply.text for reply in replies] == ["One.", "Two."]
    history = await services.ledger.history(message.conversation_id)
    assert [(item.seq, item.in_reply_to) for item in history] == [(1, None), (2, message.id), (3, message.id)]


async def test_a_message_is_committed_before_the_brain_has_it(services: Services, brain: ScriptedBrain) -> None:
    stored: list[Message | None] = []

    async def look(message: Message) -> list[Reply]:
        stored.append(await services.ledger.find(message.id))
        return [a_reply()]

    brain.will_do(look)
    await _take(services, "hello")
    assert [message.status for message in stored if message] == [MessageStatus.RECEIVED]


@pytest.mark.parametrize(
    ("text", "first"), [("No puedo respirar", "Esto podría ser"), ("Quiero morir", "No tiene que pasar")]
)
async def test_an_emergency_in_spanish_is_answered_in_spanish_and_then_in_english(
    services: Services, settings: Settings, text: str, first: str
) -> None:
    message, (reply,) = await _take(services, text)
    handoff = await _handoff_of(services, message.id)
    spanish, english = reply.text.split("**")[1], reply.text
    assert spanish.startswith(first)
    assert "I have passed your message" in english
    assert reply.languages == ("es",) * 3 + ("en",) * 3
    assert english.count(handoff.reference) == 2
    assert english.count(f"llame al {settings.emergency_number}") + english.count(
        f"Llame al {settings.emergency_number}"
    )


async def test_a_possible_red_flag_in_spanish_is_warned_of_in_spanish_too(
    services: Services, brain: ScriptedBrain
) -> None:
    urgent = HandoffNote(reference="AW00-0000", urgent=True)
    brain.will_say(a_reply("It can be serious.", kind=Kind.HANDOFF, handoff=urgent))
    _, (reply,) = await _take(services, "no tengo fiebre")
    assert reply.text.startswith("Lo que describe puede ser grave")
    assert reply.text.endswith("It can be serious.")


async def test_the_message_after_an_emergency_is_an_ordinary_one_until_the_brain_has_replied(
    services: Services, brain: ScriptedBrain
) -> None:
    conversation = await a_conversation(services.database)
    brain.will_say(a_reply("What matters most to you?", kind=Kind.PREP, model="m1"))
    brain.will_fail(times=2)
    brain.will_say(a_reply(model="m1", choices=[Choice(id="prep:start", label="")]))
    for text in ("make my prep sheet", "I can't breathe", "thank you", "what are the risks?", "hello"):
        _, replies = await services.turns.take(conversation.id, an_incoming(text))
        if text.startswith("what"):
            named = replies[-1].reply
    assert brain.after_emergency == [False, True, True, True, False]
    assert named
    assert named["choices"] == [{"id": "prep:start", "label": "Go on with my prep sheet"}]


@pytest.mark.parametrize("text", EMERGENCIES)
async def test_an_emergency_is_answered_at_once_without_the_brain(
    services: Services, brain: ScriptedBrain, settings: Settings, text: str
) -> None:
    brain.will_fail(times=10)
    message, (reply,) = await _take(services, text)
    handoff = await _handoff_of(services, message.id)
    assert brain.heard == []
    assert (message.status, reply.kind) == (MessageStatus.ANSWERED, Kind.EMERGENCY)
    assert settings.emergency_number in reply.text
    assert handoff.reference in reply.text
    assert (handoff.state, handoff.urgent, handoff.reason) == (
        HandoffState.WAITING,
        True,
        HandoffReason.EMERGENCY,
    )


async def test_the_record_of_an_emergency_names_the_words_that_showed_it(services: Services) -> None:
    _, (reply,) = await _take(services, "I can't breathe")
    assert reply.triage
    assert reply.triage.label == "emergency"
    assert reply.triage.because


async def test_thoughts_of_self_harm_get_the_crisis_line(services: Services, settings: Settings) -> None:
    _, (reply,) = await _take(services, "I want to kill myself")
    assert settings.crisis_line in reply.text


async def test_an_emergency_is_answered_while_a_person_holds_the_conversation(services: Services) -> None:
    conversation = await a_conversation(services.database, holder=Holder.PERSON)
    _, replies = await services.turns.take(conversation.id, an_incoming("I can't breathe"))
    assert [Reply.model_validate(reply.reply).kind for reply in replies] == [Kind.EMERGENCY]


async def test_the_bot_is_silent_while_a_person_holds_the_conversation(
    services: Services, brain: ScriptedBrain
) -> None:
    conversation = await a_conversation(services.database, holder=Holder.PERSON)
    message, replies = await services.turns.take(conversation.id, an_incoming("thank you"))
    assert (message.status, replies, brain.heard) == (MessageStatus.HELD, [], [])


async def test_a_conversation_is_held_and_resumed(services: Services, brain: ScriptedBrain) -> None:
    """From the claim on the bot is silent, what the patient writes goes to the person, and then the bot is back."""
    asked, _ = await _take(services, "Can I have it with lupus?")
    handoff = await services.handoffs.send(asked.conversation_id, asked.id, HandoffReason.PERSONAL_MEDICAL)
    where, reference = asked.conversation_id, handoff.reference
    await services.desk.claim(reference, "Kim")
    states = []
    for act in (
        lambda: services.turns.take(where, an_incoming("hello?")),
        lambda: services.desk.reply(reference, "Kim", "Hello."),
        lambda: services.turns.take(where, an_incoming("thank you")),
        lambda: services.desk.return_(reference, "Kim"),
        lambda: services.turns.take(where, an_incoming("What are the risks?")),
    ):
        await act()
        states.append((await services.handoffs.find(where, reference)).state)
    assert states == ["claimed", "answered", "claimed", "waiting", "waiting"]
    assert [message.text for message in brain.heard] == ["Can I have it with lupus?", "What are the risks?"]
    history = [(item.author, item.status) for item in await services.ledger.history(where)]
    assert history == [
        ("patient", "answered"),
        ("bot", "sent"),
        ("patient", "held"),
        ("staff", "sent"),
        ("patient", "held"),
        ("bot", "sent"),
        ("patient", "answered"),
        ("bot", "sent"),
    ]
    shared = [message.text for message in (await services.dossiers.of(handoff)).shares]
    assert shared == ["Can I have it with lupus?", "hello?", "thank you"]


async def test_an_emergency_while_a_person_holds_it_gets_its_text_and_stands_on_top_of_the_queue(
    services: Services,
) -> None:
    asked, _ = await _take(services, "Can I have it with lupus?")
    held = await services.handoffs.send(asked.conversation_id, asked.id, HandoffReason.PERSONAL_MEDICAL)
    await services.desk.claim(held.reference, "Kim")
    message, (reply,) = await services.turns.take(asked.conversation_id, an_incoming("I can't breathe"))
    urgent = await _handoff_of(services, message.id)
    assert Reply.model_validate(reply.reply).kind == Kind.EMERGENCY
    assert (urgent.urgent, urgent.state) == (True, HandoffState.WAITING)
    assert [item.reference for item in await services.desk.listed()] == [urgent.reference, held.reference]
    await services.desk.claim(urgent.reference, "Kim")
    await services.desk.resolve(held.reference, "Kim")
    again, replies = await services.turns.take(asked.conversation_id, an_incoming("hello"))
    assert (again.status, replies) == (MessageStatus.HELD, [])


async def test_what_a_patient_writes_to_a_person_and_that_it_is_a_question_again_are_one_transaction(
    services: Services,
) -> None:
    asked, _ = await _take(services, "Can I have it with lupus?")
    handoff = await services.handoffs.send(asked.conversation_id, asked.id, HandoffReason.PERSONAL_MEDICAL)
    await services.desk.claim(handoff.reference, "Kim")
    await services.desk.reply(handoff.reference, "Kim", "Hello.")
    with database_failing_at(services.ledger, "close_within"):
        await services.turns.take(asked.conversation_id, an_incoming("thank you"))
    assert (await _handoff_of(services, asked.id)).state == HandoffState.ANSWERED


async def test_a_person_who_gives_back_in_between_leaves_no_message_unanswered(
    services: Services, brain: ScriptedBrain, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, _ = await _take(services, "Can I have it with lupus?")
    handoff = await services.handoffs.send(asked.conversation_id, asked.id, HandoffReason.PERSONAL_MEDICAL)
    await services.desk.claim(handoff.reference, "Kim")
    look = services.ledger.oldest_waiting

    async def look_too_early(conversation: UUID) -> Waiting | None:
        waiting = await look(conversation)
        if waiting and waiting.holder == Holder.PERSON:
            await services.desk.resolve(handoff.reference, "Kim")
        return waiting

    monkeypatch.setattr(services.ledger, "oldest_waiting", look_too_early)
    message, (reply,) = await services.turns.take(asked.conversation_id, an_incoming("thank you"))
    assert (message.status, reply.text) == (MessageStatus.ANSWERED, "You said: thank you")


async def test_a_defect_keeps_nobody_waiting(services: Services, brain: ScriptedBrain) -> None:
    """The message that tripped over it goes to the team, and what is written after it is answered."""
    brain.will_fail(cause=RuntimeError("secret words"))
    with capture_logs() as logged:
        message, (reply,) = await _take(services, "trips over it")
    handoff = await _handoff_of(services, message.id)
    assert (message.status, reply.kind) == (MessageStatus.FAILED, Kind.UNAVAILABLE)
    assert (handoff.state, handoff.urgent) == (HandoffState.WAITING, True)
    assert "secret words" not in str(logged)
    assert logged[0]["at"].rpartition(":")[0] == scripted_brain.__file__
    _, (emergency,) = await services.turns.take(message.conversation_id, an_incoming("I can't breathe"))
    assert Reply.model_validate(emergency.reply).kind == Kind.EMERGENCY


@pytest.mark.only_on("postgresql")
async def test_staff_and_a_brain_that_fails_do_not_lock_each_other_out(
    services: Services, brain: ScriptedBrain
) -> None:
    """Both change the handoffs of one conversation, and its numbers."""
    conversation = await a_conversation(services.database)
    sent = [
        await services.handoffs.send(
            conversation.id,
            (await a_message(services.database, conversation_id=conversation.id)).id,
            HandoffReason.BRAIN_UNAVAILABLE,
        )
        for _ in range(5)
    ]
    brain.will_fail(times=1_000)

    async def claim_and_return(reference: str) -> None:
        await services.desk.claim(reference, "Kim")
        await services.desk.return_(reference, "Kim")

    for _ in range(5):
        await asyncio.gather(
            services.turns.recover(),
            services.turns.take(conversation.id, an_incoming()),
            *(services.sheets.add_words(conversation.id, "reason", str(number)) for number in range(5)),
            *(claim_and_return(handoff.reference) for handoff in sent),
        )


async def test_a_person_who_takes_over_in_between_silences_the_bot_for_what_still_waits(
    services: Services, brain: ScriptedBrain
) -> None:
    conversation = await a_conversation(services.database)
    for text in ("first", "second"):
        await a_message(services.database, text, conversation_id=conversation.id)

    async def take_over(_message: Message) -> list[Reply]:
        async with services.database.writing() as session:
            await session.execute(update(Conversation).values(holder=Holder.PERSON))
        return [a_reply()]

    brain.will_do(take_over)
    await services.turns.recover()
    assert [message.text for message in brain.heard] == ["first"]
    assert [item.status for item in await services.ledger.history(conversation.id)] == ["answered", "held", "sent"]


@pytest.mark.parametrize(("text", "fails"), [("hello", 0), ("hello", 2), ("I can't breathe", 0), ("\u200b", 0)])
async def test_what_is_returned_is_what_is_stored(
    services: Services, brain: ScriptedBrain, text: str, fails: int
) -> None:
    brain.will_fail(times=fails)
    conversation = await a_conversation(services.database)
    message, replies = await services.turns.take(conversation.id, an_incoming(text))
    returned = [(item.id, item.seq, item.status, item.text, item.reply) for item in (message, *replies)]
    history = await services.ledger.history(conversation.id)
    assert returned == [(item.id, item.seq, item.status, item.text, item.reply) for item in history]


async def test_a_message_takes_three_transactions(services: Services) -> None:
    """Received, looked at with who has the conversation, closed: each is dear."""
    conversation, token = await services.ledger.open()
    begun: list[object] = []
    event.listen(services.database.engine.sync_engine, "begin", begun.append)
    await services.turns.take(conversation.id, an_incoming(), token=token)
    assert len(begun) == 3


async def test_a_message_with_a_wrong_token_reaches_nobody(services: Services, brain: ScriptedBrain) -> None:
    conversation, _ = await services.ledger.open()
    with pytest.raises(UnknownConversationError):
        await services.turns.take(conversation.id, an_incoming("I can't breathe"), token="guess")
    assert brain.heard == []
    assert await services.ledger.history(conversation.id) == []


async def test_a_brain_that_fails_once_is_asked_again(services: Services, brain: ScriptedBrain) -> None:
    brain.will_fail()
    brain.will_say(a_reply("The second try."))
    message, (reply,) = await _take(services, "hello")
    assert (message.status, reply.text) == (MessageStatus.ANSWERED, "The second try.")
    assert await services.handoffs.of_message(message.id) is None


async def test_a_brain_that_fails_twice_means_an_honest_fallback_and_a_handoff(
    services: Services, brain: ScriptedBrain, settings: Settings
) -> None:
    brain.will_fail(times=2)
    message, (reply,) = await _take(services, "hello")
    handoff = await _handoff_of(services, message.id)
    assert (message.status, reply.kind, len(brain.heard)) == (MessageStatus.FAILED, Kind.UNAVAILABLE, 2)
    assert (handoff.state, handoff.reason) == (HandoffState.WAITING, HandoffReason.BRAIN_UNAVAILABLE)
    for promised in (settings.clinic_phone, settings.emergency_number, handoff.reference):
        assert promised in reply.text


@pytest.mark.parametrize(("text", "urgent"), [("hello", False), ("I had a fever after the injection last week", True)])
async def test_what_may_be_an_emergency_is_urgent_when_the_brain_is_down(
    services: Services, brain: ScriptedBrain, *, text: str, urgent: bool
) -> None:
    brain.will_fail(times=2)
    message, _ = await _take(services, text)
    assert (await _handoff_of(services, message.id)).urgent is urgent


@pytest.mark.parametrize(("text", "kind"), [("hello", "unavailable"), ("I can't breathe", "emergency")])
async def test_nothing_is_promised_that_could_not_be_committed(
    services: Services, brain: ScriptedBrain, text: str, kind: str
) -> None:
    """The handoff, the words that promise it and the mark on the message are one transaction."""
    brain.will_fail(times=2)
    conversation = await a_conversation(services.database)
    with database_failing_at(services.ledger, "close_within"):
        await services.turns.take(conversation.id, an_incoming(text))
    async with services.database.reading() as session:
        assert (await session.scalars(select(Handoff))).all() == []
    assert [item.status for item in await services.ledger.history(conversation.id)] == [MessageStatus.RECEIVED]


@pytest.mark.parametrize("text", ["\u200b", "\u202e", "   ", "\ud800", "\x00"])
async def test_a_message_without_words_is_answered_without_the_brain(
    services: Services, brain: ScriptedBrain, text: str
) -> None:
    message, (reply,) = await _take(services, text)
    assert (message.status, reply.kind, brain.heard) == (MessageStatus.ANSWERED, Kind.DECLINED, [])


async def test_a_message_that_was_answered_is_not_answered_again(services: Services, brain: ScriptedBrain) -> None:
    conversation, incoming = await a_conversation(services.database), an_incoming()
    first = await services.turns.take(conversation.id, incoming)
    again = await services.turns.take(conversation.id, incoming)
    assert len(brain.heard) == 1
    assert [item.id for item in first[1]] == [item.id for item in again[1]]


async def test_a_double_click_is_one_turn_and_both_clicks_get_its_reply(
    services: Services, brain: ScriptedBrain
) -> None:
    conversation, incoming = await a_conversation(services.database), an_incoming()
    turns = await asyncio.gather(*(services.turns.take(conversation.id, incoming) for _ in range(5)))
    assert len(brain.heard) == 1
    assert len({reply.id for _, (reply,) in turns}) == 1


async def test_fifty_messages_at_once_are_answered_in_the_order_of_their_numbers(
    services: Services, brain: ScriptedBrain
) -> None:
    conversation = await a_conversation(services.database)
    await asyncio.gather(*(services.turns.take(conversation.id, an_incoming(str(n))) for n in range(50)))
    history = await services.ledger.history(conversation.id)
    asked = [item for item in history if item.author == "patient"]
    assert [item.seq for item in history] == list(range(1, 101))
    assert [item.id for item in brain.heard] == [item.id for item in asked]
    assert [item.in_reply_to for item in history if item.author == "bot"] == [item.id for item in asked]


async def test_conversations_do_not_wait_for_each_other(services: Services, brain: ScriptedBrain) -> None:
    has_it, may_reply = brain.will_wait()
    slow = asyncio.create_task(_take(services, "slow"))
    await has_it.wait()
    _, (reply,) = await _take(services, "quick")
    assert reply.text == "You said: quick"
    may_reply.set()
    await slow


async def test_a_client_that_goes_away_gets_its_reply_later(services: Services, brain: ScriptedBrain) -> None:
    has_it, may_reply = brain.will_wait()
    conversation, incoming = await a_conversation(services.database), an_incoming()
    request = asyncio.create_task(services.turns.take(conversation.id, incoming))
    await has_it.wait()
    request.cancel()
    await asyncio.wait({request})
    may_reply.set()
    message, (reply,) = await services.turns.take(conversation.id, incoming)
    assert (message.status, len(brain.heard)) == (MessageStatus.ANSWERED, 1)
    assert reply.text == "You said: What are the risks?"


async def test_what_a_crash_left_is_answered_once_after_the_restart(services: Services, brain: ScriptedBrain) -> None:
    left = [await a_message(services.database, f"left {number}") for number in range(3)]
    await services.turns.recover()
    await services.turns.recover()
    assert sorted(message.text for message in brain.heard) == ["left 0", "left 1", "left 2"]
    for message in left:
        assert len(await services.ledger.replies_to(message.id)) == 1


async def test_recovering_and_repeating_the_message_do_not_answer_twice(
    services: Services, brain: ScriptedBrain
) -> None:
    conversation, incoming = await a_conversation(services.database), an_incoming()
    await services.ledger.receive(conversation.id, incoming)
    await asyncio.gather(services.turns.recover(), services.turns.take(conversation.id, incoming))
    assert len(brain.heard) == 1


async def test_what_waits_for_long_is_recovered_and_what_is_under_way_is_left_alone(
    services: Services, brain: ScriptedBrain, clock: SetClock
) -> None:
    await a_message(services.database, "left")
    await services.turns.recover(waiting_for=PATIENCE)
    assert brain.heard == []
    clock.pass_time(minutes=1)
    await services.turns.recover(waiting_for=PATIENCE)
    assert [message.text for message in brain.heard] == ["left"]


async def test_one_conversation_that_cannot_be_recovered_does_not_keep_the_others_waiting(
    services: Services, brain: ScriptedBrain
) -> None:
    for text in ("one", "two"):
        await a_message(services.database, text)
    brain.will_fail(cause=database_is_locked())
    await services.turns.recover()
    assert len(brain.heard) == 2


async def test_open_event_streams_hear_of_the_reply(services: Services) -> None:
    conversation = await a_conversation(services.database)
    with services.announcer.listening(conversation.id) as news:
        await services.turns.take(conversation.id, an_incoming())
        assert news.is_set()


SWOLLEN = "I had exosomes last week and my knee is swollen"
OFFER = a_reply(
    kind=Kind.HANDOFF, choices=[{"id": name, "label": name} for name in ("handoff:accept", "handoff:decline")]
)


async def test_who_tells_what_followed_a_treatment_is_offered_a_report(
    services: Services, brain: ScriptedBrain
) -> None:
    brain.will_say(OFFER)
    _, (reply,) = await _take(services, SWOLLEN)
    assert [choice.id for choice in reply.choices] == ["handoff:accept", "handoff:decline", "report:start"]
    assert reply.choices[-1].label == "Report what happened"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I have lupus, can I have it?", OFFER),
        (SWOLLEN, a_reply()),
        (SWOLLEN, a_reply(kind=Kind.HANDOFF)),
        (SWOLLEN, a_reply(kind=Kind.PREP, choices=OFFER.choices)),
    ],
)
async def test_nobody_else_is_offered_a_report(
    services: Services, brain: ScriptedBrain, text: str, said: Reply
) -> None:
    brain.will_say(said)
    _, (reply,) = await _take(services, text)
    assert reply.choices == said.choices


async def test_the_button_of_the_report_is_answered_without_the_brain(
    services: Services, brain: ScriptedBrain, settings: Settings
) -> None:
    brain.will_say(OFFER)
    message, _ = await _take(services, SWOLLEN)
    pressed, (reply,) = await services.turns.take(message.conversation_id, an_incoming(choice="report:start"))
    assert len(brain.heard) == 1
    assert pressed.status == MessageStatus.ANSWERED
    assert reply.reply
    assert reply.reply["choices"] == [{"id": "report:start", "label": "Report what happened"}]
    assert settings.emergency_number in reply.text


async def test_the_button_of_the_sheet_is_answered_without_the_brain(services: Services, brain: ScriptedBrain) -> None:
    brain.will_say(services.responder.prep_end("prep_saved"))
    message, _ = await _take(services, "Who will treat me?")
    pressed, (reply,) = await services.turns.take(message.conversation_id, an_incoming(choice="sheet:open"))
    assert len(brain.heard) == 1
    assert pressed.status == MessageStatus.ANSWERED
    assert reply.reply
    assert reply.reply["kind"] == Kind.PREP
    assert reply.reply["choices"] == [{"id": "sheet:open", "label": "Open my prep sheet"}]


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("Report what happened", "report:start"),
        ("report what happened.", "report:start"),
        ("Open my prep sheet", "sheet:open"),
        ("open my prep sheet!", "sheet:open"),
    ],
)
async def test_the_words_on_a_pages_button_lead_there_too(services: Services, text: str, choice: str) -> None:
    conversation = await a_conversation(services.database)
    _, (reply,) = await services.turns.take(conversation.id, an_incoming(text))
    page = services.responder.page(choice, "")
    assert page
    assert reply.text == page.text
    assert reply.reply
    assert [offered["id"] for offered in reply.reply["choices"]] == [choice]


@pytest.mark.parametrize("choice", ["report:start", "sheet:open"])
async def test_the_button_of_a_page_must_have_been_offered(services: Services, choice: str) -> None:
    conversation = await a_conversation(services.database)
    with pytest.raises(ChoiceNotOfferedError):
        await services.turns.take(conversation.id, an_incoming(choice=choice))
