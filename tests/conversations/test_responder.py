"""What is said: approved words, or the honest news that there are none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversations.models import Message
from bot.conversations.reply import Kind, Reply
from bot.handoffs.models import HandoffReason, HandoffState
from bot.handoffs.queue import MOST_OPEN
from bot.settings import Settings
from bot.web.services import Services
from tests.support.factories import a_conversation, a_message, agree, an_answer, today

SEND_OR_NOT = ["handoff:accept", "handoff:decline"]
BODY_START = an_answer().body[:20]


@pytest.fixture
async def message(services: Services) -> Message:
    overdue = today() - timedelta(days=2)
    await services.catalogue.load(
        [
            an_answer("risks/infection"),
            an_answer("risks/allergy"),
            an_answer("evidence/skin"),
            an_answer("results/when"),
            an_answer("comparison/prp"),
            an_answer("cost/price", review_due=overdue),
        ]
    )
    return await a_message(services.database)


async def _answer(services: Services, message: Message, answer_id: str, *also: str) -> Reply:
    return await services.responder.answer(message.conversation_id, message.id, answer_id, also=also)


async def test_an_answer_is_the_approved_words_with_their_revision(services: Services, message: Message) -> None:
    reply = await _answer(services, message, "risks/infection")
    assert (reply.kind, reply.answer, reply.revision) == (Kind.ANSWER, "risks/infection", "risks/infection@1")
    assert reply.text == an_answer().body
    assert (reply.handoff, reply.choices) == (None, ())


@pytest.mark.parametrize("answer_id", ["evidence/skin", "results/when", "comparison/prp"])
async def test_the_regulatory_status_stands_under_what_could_be_taken_for_a_promise(
    services: Services, message: Message, answer_id: str
) -> None:
    reply = await _answer(services, message, answer_id)
    assert reply.text.endswith("regulated as drugs and biological products.*")


async def test_a_second_question_in_the_same_message_becomes_a_button(services: Services, message: Message) -> None:
    reply = await _answer(services, message, "risks/infection", "risks/allergy", "cost/price")
    assert [choice.id for choice in reply.choices] == ["answer:risks/allergy"]


async def test_an_overdue_answer_is_withheld_and_a_person_offered(services: Services, message: Message) -> None:
    reply = await _answer(services, message, "cost/price")
    assert (reply.kind, reply.answer, reply.revision) == (Kind.WITHHELD, "cost/price", None)
    assert BODY_START not in reply.text
    assert [choice.id for choice in reply.choices] == SEND_OR_NOT
    assert reply.handoff


@pytest.mark.parametrize("answer_id", ["", "risks/nothing", "../../etc/passwd"])
async def test_an_answer_that_does_not_exist_leads_to_a_person(
    services: Services, message: Message, answer_id: str
) -> None:
    reply = await _answer(services, message, answer_id)
    assert (reply.kind, [choice.id for choice in reply.choices]) == (Kind.HANDOFF, SEND_OR_NOT)


async def test_did_you_mean_shows_up_to_three_titles_and_a_way_out(services: Services, message: Message) -> None:
    wanted = ["risks/infection", "risks/allergy", "evidence/skin", "results/when"]
    reply = await services.responder.clarify(message.conversation_id, message.id, wanted)
    assert reply.kind == Kind.CLARIFY
    assert [choice.label for choice in reply.choices[:-1]] == [an_answer(answer_id).title for answer_id in wanted[:3]]
    assert [choice.id for choice in reply.choices] == [f"answer:{name}" for name in wanted[:3]] + ["none_of_these"]
    assert list(reply.suggestions) == wanted[:3]


@pytest.mark.parametrize("wanted", [[], ["cost/price"], ["risks/nothing"]])
async def test_nothing_to_suggest_leads_to_a_person(services: Services, message: Message, wanted: list[str]) -> None:
    reply = await services.responder.clarify(message.conversation_id, message.id, wanted)
    assert reply.kind == Kind.HANDOFF


@pytest.mark.parametrize(
    ("verb", "reason"),
    [
        ("personal", HandoffReason.PERSONAL_MEDICAL),
        ("person", HandoffReason.ASKED_FOR_PERSON),
        ("not_understood", HandoffReason.NOT_UNDERSTOOD),
    ],
)
async def test_an_offer_is_committed_and_waits_for_the_patient(
    services: Services, message: Message, verb: str, reason: HandoffReason
) -> None:
    reply = await getattr(services.responder, verb)(message.conversation_id, message.id)
    handoff = await services.handoffs.of_message(message.id)
    assert handoff
    assert (handoff.state, handoff.reason) == (HandoffState.OFFERED, reason)
    assert [choice.id for choice in reply.choices] == SEND_OR_NOT
    assert reply.handoff.reference == handoff.reference
    assert handoff.reference in reply.text


@pytest.mark.parametrize(("verb", "kind"), [("red_flag", Kind.HANDOFF), ("emergency_found_by_brain", Kind.EMERGENCY)])
async def test_what_is_or_may_be_an_emergency_is_sent_without_asking(
    services: Services, message: Message, settings: Settings, verb: str, kind: Kind
) -> None:
    reply = await getattr(services.responder, verb)(message.conversation_id, message.id)
    handoff = await services.handoffs.of_message(message.id)
    assert handoff
    assert (handoff.state, handoff.urgent) == (HandoffState.WAITING, True)
    assert (reply.kind, reply.choices, reply.handoff.urgent) == (kind, (), True)
    assert settings.emergency_number in reply.text


async def test_a_yes_sends_nothing_and_asks_the_patient_to_look_first(services: Services, message: Message) -> None:
    offer = await services.responder.personal(message.conversation_id, message.id)
    reply = await services.responder.accept_handoff(message.conversation_id)
    handoff = await services.handoffs.of_message(message.id)
    assert handoff
    assert (handoff.state, handoff.consented_at) == (HandoffState.OFFERED, None)
    assert "Nothing is sent until you press" in reply.text
    assert offer.handoff
    assert (reply.kind, reply.handoff, reply.consent) == (Kind.HANDOFF, offer.handoff, handoff.reference)
    assert [choice.id for choice in reply.choices] == SEND_OR_NOT


async def test_a_yes_to_what_was_sent_says_so_and_when_it_is_usually_answered(
    services: Services, message: Message
) -> None:
    await services.responder.personal(message.conversation_id, message.id)
    await agree(services.handoffs, message.conversation_id)
    reply = await services.responder.accept_handoff(message.conversation_id)
    assert services.times.outlook().reply_expected in reply.text
    assert (reply.handoff is None, reply.consent) == (False, None)


async def _ask_for_five(services: Services, message: Message) -> None:
    for _ in range(MOST_OPEN):
        another = await a_message(services.database, conversation_id=message.conversation_id)
        await services.responder.personal(message.conversation_id, another.id)
        await agree(services.handoffs, message.conversation_id)


async def test_where_too_many_are_sent_one_more_is_offered_to_be_added_and_not_shown_as_sent(
    services: Services, message: Message, settings: Settings
) -> None:
    await _ask_for_five(services, message)
    one_more = await a_message(services.database, conversation_id=message.conversation_id)
    reply = await services.responder.personal(message.conversation_id, one_more.id)
    assert "This one is not. Shall I add it" in reply.text
    assert ([choice.id for choice in reply.choices], reply.handoff) == (SEND_OR_NOT, None)
    assert settings.clinic_phone in reply.text


async def test_yes_shows_one_more_question_that_is_added_to_what_waits_when_the_patient_agrees(
    services: Services, message: Message
) -> None:
    await _ask_for_five(services, message)
    where = message.conversation_id
    one_more = await a_message(services.database, "one more", conversation_id=where)
    offer = await services.responder.person(where, one_more.id)
    reply = await services.responder.accept_handoff(where)
    assert (reply.handoff, [choice.id for choice in reply.choices]) == (None, SEND_OR_NOT)
    assert f"reference **{reply.consent}**" in offer.text
    sent = await agree(services.handoffs, where)
    assert sent
    assert [shared.text for shared in (await services.dossiers.of(sent)).shares][-1:] == ["one more"]
    assert len(await services.handoffs.of_conversation(where)) == MOST_OPEN


async def test_no_adds_nothing_and_leaves_what_was_sent(services: Services, message: Message) -> None:
    await _ask_for_five(services, message)
    where = message.conversation_id
    one_more = await a_message(services.database, conversation_id=where)
    await services.responder.personal(where, one_more.id)
    before = [handoff.shared_until for handoff in await services.handoffs.of_conversation(where)]
    reply = await services.responder.decline_handoff(where)
    assert "nothing more is sent" in reply.text
    assert [handoff.shared_until for handoff in await services.handoffs.of_conversation(where)] == before


async def test_a_question_that_is_closed_by_now_is_not_said_to_be_sent(services: Services, message: Message) -> None:
    await services.responder.personal(message.conversation_id, message.id)
    await agree(services.handoffs, message.conversation_id)
    async with services.database.writing() as session:
        handoff = await services.handoffs.of_message(message.id)
        (await session.merge(handoff)).state = HandoffState.RESOLVED
    reply = await services.responder.accept_handoff(message.conversation_id)
    assert "has been sent" not in reply.text


async def test_accepting_what_was_never_offered_promises_nothing(services: Services) -> None:
    conversation = await a_conversation(services.database)
    reply = await services.responder.accept_handoff(conversation.id)
    assert (reply.kind, reply.handoff) == (Kind.SMALLTALK, None)
    assert "sent to" not in reply.text


async def test_declining_is_taken_at_its_word(services: Services, message: Message) -> None:
    await services.responder.personal(message.conversation_id, message.id)
    reply = await services.responder.decline_handoff(message.conversation_id)
    handoff = await services.handoffs.of_message(message.id)
    assert handoff
    assert (handoff.state, reply.handoff) == (HandoffState.DECLINED, None)


async def test_declining_what_was_already_sent_does_not_say_that_it_was_not(
    services: Services, message: Message
) -> None:
    await services.responder.red_flag(message.conversation_id, message.id)
    reply = await services.responder.decline_handoff(message.conversation_id)
    handoff = await services.handoffs.of_message(message.id)
    assert handoff
    assert handoff.state == HandoffState.WAITING
    assert "have not sent" not in reply.text


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("¿Cuáles son los riesgos?", "es", "inglés"),
        ("Wie teuer ist die Behandlung?", "de", "Englisch"),
        ("Mitä se maksaa?", None, "only understand English"),
    ],
)
async def test_another_language_is_answered_in_it_and_a_person_offered(
    services: Services, message: Message, text: str, language: str | None, word: str
) -> None:
    reply = await services.responder.other_language(message.conversation_id, message.id, text)
    assert (reply.kind, [choice.id for choice in reply.choices]) == (Kind.DECLINED, SEND_OR_NOT)
    assert word in reply.text
    assert reply.languages == ((language,) if language else ())


async def test_another_language_that_is_offered_to_be_added_is_told_in_english(
    services: Services, message: Message
) -> None:
    await services.responder.red_flag(message.conversation_id, message.id)
    reply = await services.responder.other_language(message.conversation_id, message.id, "¿Cuánto cuesta?")
    assert reply.languages == ()
