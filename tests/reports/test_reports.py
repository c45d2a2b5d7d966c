"""A report: on record with its urgent handoff or not at all, once, and an emergency in it seen first."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select

from bot.conversations.models import Conversation, MessageStatus
from bot.conversations.reply import Kind, Reply
from bot.conversations.spoken import Spoken
from bot.errors import MessageConflictError, ReportConflictError, ReportNotFoundError, UnknownConversationError
from bot.handoffs.models import Handoff, HandoffAttachment, HandoffReason, HandoffState
from bot.reports.models import Report
from bot.reports.reports import Incident
from bot.settings import Settings
from bot.tables import Base
from bot.web.services import Services
from tests.support.broken_database import database_failing_at
from tests.support.factories import a_conversation, an_incoming


def an_incident(what_happened: str = "My knee got stiff.", **changes: Any) -> Incident:
    """A report as a client sends it; other fields may be given."""
    client_id = changes.pop("client_id", None) or uuid4()
    return Incident(client_report_id=client_id, fields={"what_happened": what_happened} | changes)


async def _conversation(services: Services) -> UUID:
    return (await a_conversation(services.database)).id


async def _count(services: Services, table: type[Base]) -> int:
    async with services.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def _replies(services: Services, conversation: UUID) -> list[Reply]:
    history = await services.ledger.history(conversation)
    return [Reply.model_validate(message.reply) for message in history if message.reply]


async def test_a_report_is_a_message_of_the_patient_with_an_urgent_handoff(services: Services) -> None:
    conversation = await _conversation(services)
    filed = await services.reports.file(conversation, an_incident(maker="Acme", now="same"))
    message, reply = await services.ledger.history(conversation)
    assert filed.is_new
    assert filed.warning is None
    assert (message.author, message.status) == ("patient", MessageStatus.ANSWERED)
    assert message.text.splitlines()[2:] == [
        "What happened? My knee got stiff.",
        "How is it now? The same",
        "Who made it? Acme",
    ]
    handoff = filed.handoff
    assert (handoff.message_id, handoff.reason) == (message.id, HandoffReason.ADVERSE_EVENT)
    assert (handoff.state, handoff.urgent) == (HandoffState.WAITING, True)
    assert handoff.reference in reply.text


async def test_the_report_travels_with_its_handoff(services: Services) -> None:
    filed = await services.reports.file(await _conversation(services), an_incident(lot_number="L-7"))
    async with services.database.reading() as session:
        attachment = (await session.scalars(select(HandoffAttachment))).one()
    assert (attachment.handoff_id, attachment.kind) == (filed.handoff.id, "adverse_event")
    assert attachment.content == {"fields": {"what_happened": "My knee got stiff.", "lot_number": "L-7"}}


async def test_it_is_the_patient_who_reports(services: Services) -> None:
    filed = await services.reports.file(await _conversation(services), an_incident())
    (event,) = (await services.dossiers.of(filed.handoff)).events
    assert (event.actor, event.new_state) == ("patient", "waiting")


async def test_the_same_id_is_the_same_report(services: Services) -> None:
    conversation, incident = await _conversation(services), an_incident()
    first = await services.reports.file(conversation, incident)
    again = await services.reports.file(conversation, incident)
    assert (again.is_new, again.handoff.reference) == (False, first.handoff.reference)
    assert await _count(services, Report) == await _count(services, Handoff) == 1


async def test_twenty_at_once_with_one_id_are_one_report(services: Services) -> None:
    conversation, incident = await _conversation(services), an_incident()
    filed = await asyncio.gather(*(services.reports.file(conversation, incident) for _ in range(20)))
    assert len({one.handoff.reference for one in filed}) == 1
    assert [one.is_new for one in filed].count(True) == 1
    assert [message.seq for message in await services.ledger.history(conversation)] == [1, 2]


async def test_the_same_id_with_other_words_is_a_conflict(services: Services) -> None:
    conversation, incident = await _conversation(services), an_incident()
    await services.reports.file(conversation, incident)
    with pytest.raises(ReportConflictError):
        await services.reports.file(conversation, an_incident("Other.", client_id=incident.client_report_id))


async def test_the_id_of_a_message_is_a_conflict(services: Services) -> None:
    conversation, incoming = await _conversation(services), an_incoming()
    await services.turns.take(conversation, incoming)
    with pytest.raises(MessageConflictError):
        await services.reports.file(conversation, an_incident(client_id=incoming.client_message_id))


async def test_one_id_in_two_conversations_is_two_reports(services: Services) -> None:
    incident = an_incident()
    first = await services.reports.file(await _conversation(services), incident)
    second = await services.reports.file(await _conversation(services), incident)
    assert first.handoff.reference != second.handoff.reference


@pytest.mark.parametrize("field", ["what_happened", "now_words", "when_it_happened", "where_given", "maker"])
@pytest.mark.parametrize("text", ["I can't breathe", "my throat is swelling shut", "i cаnt brеathe"])
async def test_an_emergency_in_any_field_is_answered_first(
    services: Services, settings: Settings, field: str, text: str
) -> None:
    conversation = await _conversation(services)
    filed = await services.reports.file(conversation, an_incident(**{field: text}))
    warning, received = await _replies(services, conversation)
    assert warning.kind == Kind.EMERGENCY
    assert warning.triage
    assert settings.emergency_number in warning.text
    assert filed.handoff.reference in warning.text
    assert filed.warning == Spoken(warning.text)
    assert received.kind == Kind.HANDOFF
    assert filed.handoff.urgent


async def test_thoughts_of_self_harm_get_the_crisis_line(services: Services, settings: Settings) -> None:
    filed = await services.reports.file(await _conversation(services), an_incident(now_words="I want to kill myself"))
    assert filed.warning
    assert settings.crisis_line in filed.warning.text


@pytest.mark.parametrize("text", ["fever since Tuesday", "hives on my arms", "the redness is spreading"])
async def test_everything_in_a_report_comes_after_a_treatment(services: Services, text: str) -> None:
    """The floor calls these an emergency only where a treatment is named; here the form names it."""
    conversation = await _conversation(services)
    await services.reports.file(conversation, an_incident(text))
    assert (await _replies(services, conversation))[0].kind == Kind.EMERGENCY


async def test_a_red_flag_that_is_past_gets_the_words_that_it_gets_in_the_chat(
    services: Services, settings: Settings
) -> None:
    conversation = await _conversation(services)
    filed = await services.reports.file(conversation, an_incident("The chest pain has gone away"))
    warning, _ = await _replies(services, conversation)
    assert warning.kind == Kind.HANDOFF
    assert filed.warning == Spoken(warning.text)
    assert settings.emergency_number in warning.text


async def test_nobody_is_told_what_was_not_committed(services: Services) -> None:
    conversation = await _conversation(services)
    with database_failing_at(services.handoffs, "attach_within"):
        await services.reports.file(conversation, an_incident())
    assert await services.ledger.history(conversation) == []
    assert await _count(services, Handoff) == await _count(services, Report) == 0


async def test_reports_are_found_by_reference_in_their_own_conversation_alone(services: Services) -> None:
    conversation = await _conversation(services)
    first = await services.reports.file(conversation, an_incident("One."))
    second = await services.reports.file(conversation, an_incident("Two."))
    found = await services.reports.find(conversation, first.handoff.reference)
    assert found.report.fields == {"what_happened": "One."}
    listed = await services.reports.of_conversation(conversation)
    assert [one.handoff.reference for one in listed] == [second.handoff.reference, first.handoff.reference]
    with pytest.raises(ReportNotFoundError):
        await services.reports.find(await _conversation(services), first.handoff.reference)


async def test_a_report_to_no_conversation_is_refused(services: Services) -> None:
    with pytest.raises(UnknownConversationError):
        await services.reports.file(uuid4(), an_incident())


async def test_a_conversation_that_is_erased_takes_its_reports_along(services: Services) -> None:
    conversation = await _conversation(services)
    await services.reports.file(conversation, an_incident())
    async with services.database.writing() as session:
        await session.execute(delete(Conversation).where(Conversation.id == conversation))
    assert await _count(services, Report) == await _count(services, HandoffAttachment) == 0


async def test_whoever_listens_hears_of_it(services: Services) -> None:
    conversation = await _conversation(services)
    with services.announcer.listening(conversation) as news:
        await services.reports.file(conversation, an_incident())
        assert news.is_set()


async def test_a_red_flag_in_spanish_is_seen_in_a_report_and_answered_in_spanish_first(services: Services) -> None:
    filed = await services.reports.file(await _conversation(services), an_incident("fiebre y escalofríos"))
    assert filed.warning
    assert filed.warning.text.startswith("**Esto podría ser una emergencia")
    assert filed.warning.languages == ("es",) * 3 + ("en",) * 3
