"""Feedback on answers, as a client gives it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select

from bot.conversations.models import AnswerFeedback
from bot.conversations.reply import Kind
from bot.web.services import Services
from tests.support.factories import a_reply
from tests.support.patients import Patient, open_conversation
from tests.support.scripted_brain import ScriptedBrain

YES: dict[str, Any] = {"helpful": True, "reason": None}
NO: dict[str, Any] = {"helpful": False, "reason": "unclear"}


async def an_answered(patient: Patient, brain: ScriptedBrain, **reply: Any) -> str:
    """The id of the bot's reply to a question."""
    brain.will_say(a_reply(**reply))
    return str((await patient.say("Is it painful?")).json()["replies"][0]["id"])


async def give(patient: Patient, message_id: object, body: object) -> httpx.Response:
    """Say something of a message."""
    return await patient.http.post(f"{patient.path}/{message_id}/feedback", json=body, headers=patient.headers)


async def said(patient: Patient) -> list[object]:
    """What a reload shows as said of each message."""
    return [message["feedback"] for message in await patient.read()]


async def test_feedback_is_kept_and_shown_with_the_history(patient: Patient, brain: ScriptedBrain) -> None:
    answer = await an_answered(patient, brain)
    response = await give(patient, answer, YES)
    assert (response.status_code, response.content) == (204, b"")
    assert await said(patient) == [None, YES]


async def test_changed_feedback_takes_the_place_of_the_first(
    patient: Patient, brain: ScriptedBrain, services: Services
) -> None:
    answer = await an_answered(patient, brain)
    for body in (NO, YES, NO | {"reason": "missing"}):
        assert (await give(patient, answer, body)).status_code == 204
    assert await said(patient) == [None, NO | {"reason": "missing"}]
    assert await rows(services) == 1


async def test_feedback_from_two_tabs_at_once_is_one(
    patient: Patient, brain: ScriptedBrain, services: Services
) -> None:
    answer = await an_answered(patient, brain)
    responses = await asyncio.gather(*(give(patient, answer, body) for body in (YES, NO) * 4))
    assert {response.status_code for response in responses} == {204}
    assert await rows(services) == 1


async def rows(services: Services) -> int | None:
    async with services.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(AnswerFeedback))


async def test_message_of_another_conversation_is_not_found(
    http: httpx.AsyncClient, patient: Patient, brain: ScriptedBrain
) -> None:
    answer = await an_answered(patient, brain)
    other = await open_conversation(http)
    assert (await give(other, answer, YES)).status_code == 404
    assert (await give(patient, uuid4(), YES)).status_code == 404


async def test_own_words_and_other_replies_are_no_answers(patient: Patient, brain: ScriptedBrain) -> None:
    greeting = await an_answered(patient, brain, kind=Kind.SMALLTALK)
    (own, _) = await patient.read()
    for message in (greeting, own["id"]):
        response = await give(patient, message, YES)
        assert response.status_code == 422
        assert response.json()["detail"] == "This message is not an answer."


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"helpful": "yes"},
        {"helpful": 1},
        {"helpful": None},
        {"helpful": False},
        {"helpful": False, "reason": None},
        {"helpful": False, "reason": "boring"},
        {"helpful": True, "reason": "unclear"},
    ],
)
async def test_bad_feedback_is_refused(patient: Patient, brain: ScriptedBrain, body: object) -> None:
    answer = await an_answered(patient, brain)
    response = await give(patient, answer, body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert await said(patient) == [None, None]


async def test_only_the_own_token_opens_it(http: httpx.AsyncClient, patient: Patient, brain: ScriptedBrain) -> None:
    answer = await an_answered(patient, brain)
    other = await open_conversation(http)
    path = f"{patient.path}/{answer}/feedback"
    assert (await http.post(path, json=YES)).status_code == 401
    assert (await http.post(path, json=YES, headers=other.headers)).status_code == 401
