"""The patient API as a client meets it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import update

from bot.answers.models import Revision, RevisionStatus
from bot.conversations.announcer import MOST_LOOKS_AT_ONCE
from bot.conversations.plain_words import PlainWords
from bot.conversations.reply import Choice, HandoffNote, Kind
from bot.settings import Settings
from bot.web.patient_api import stream_events
from bot.web.services import Services
from bot.web.views import MessageViews
from tests.support.clock import SetClock
from tests.support.factories import a_reply, an_answer, an_incoming, today
from tests.support.patients import Patient, open_conversation
from tests.support.scripted_brain import ScriptedBrain


async def test_the_clinic_is_known_before_the_first_message(http: httpx.AsyncClient, settings: Settings) -> None:
    clinic = (await http.get("/api/v1/clinic")).json()
    assert clinic["name"] == settings.clinic_name
    assert (clinic["emergency_number"], clinic["crisis_line"]) == ("911", "988")
    assert clinic["disclosure"] == "You are talking to an automated assistant, not a clinician."


async def test_topics_are_the_titles_that_can_be_read_now(http: httpx.AsyncClient, services: Services) -> None:
    overdue = an_answer("risks/old", review_due=today() - timedelta(days=2))
    await services.catalogue.load([an_answer("risks/side_effects"), an_answer("cost/price"), overdue])
    topics = (await http.get("/api/v1/topics")).json()
    listed = {category["id"]: [answer["id"] for answer in category["answers"]] for category in topics["categories"]}
    assert listed == {"risks": ["risks/side_effects"], "cost": ["cost/price"]}
    assert topics["suggested"] == [{"id": "risks/side_effects", "title": "What about side effects?"}]


async def test_a_message_gets_its_replies(patient: Patient, brain: ScriptedBrain) -> None:
    brain.will_say(a_reply("**Yes**, it is."), a_reply("More."))
    message_id = uuid4()
    response = await patient.say("Is it possible?", message_id=message_id)
    turn = response.json()
    assert response.status_code == 200
    assert turn["message"] | {"id": "", "created_at": ""} == {
        "id": "",
        "seq": 1,
        "author": "patient",
        "by": None,
        "text": "Is it possible?",
        "html": None,
        "created_at": "",
        "status": "answered",
        "kind": None,
        "answer": None,
        "choices": [],
        "handoff": None,
        "consent": None,
        "decision": None,
        "feedback": None,
        "in_reply_to": None,
        "client_id": str(message_id),
    }
    assert [reply["seq"] for reply in turn["replies"]] == [2, 3]
    assert turn["replies"][0]["html"] == "<p><strong>Yes</strong>, it is.</p>\n"
    assert {reply["in_reply_to"] for reply in turn["replies"]} == {turn["message"]["id"]}


async def test_an_answer_comes_with_its_sources_and_marks(
    patient: Patient, brain: ScriptedBrain, services: Services
) -> None:
    await services.catalogue.load([an_answer()])
    brain.will_say(a_reply(answer="risks/infection", revision="risks/infection@1", confidence=0.9))
    (reply,) = (await patient.say("infection?")).json()["replies"]
    assert reply["answer"] == {
        "id": "risks/infection",
        "title": "What about infection?",
        "revision": "risks/infection@1",
        "sources": [
            {
                "title": "Public Safety Notification",
                "publisher": "A regulator",
                "url": "https://regulator.example/notice",
            }
        ],
        "approved_by": None,
        "approved_on": None,
        "review_due": str(an_answer().review_due),
        "starter": True,
    }
    assert reply["decision"]["revision"] == "risks/infection@1"
    assert reply["decision"]["confidence"] == 0.9


async def test_history_shows_the_words_as_they_were_said_although_the_answer_changed(
    patient: Patient, brain: ScriptedBrain, services: Services
) -> None:
    await services.catalogue.load([an_answer()])
    brain.will_say(a_reply("Old words.", answer="risks/infection", revision="risks/infection@1"))
    await patient.say("infection?")
    await services.catalogue.load([an_answer(title="A new title?")])
    _, reply = await patient.read()
    assert reply["text"] == "Old words."
    assert cast("dict[str, Any]", reply["answer"])["title"] == "What about infection?"


async def test_a_handoff_offer_can_be_accepted_by_its_button(patient: Patient, brain: ScriptedBrain) -> None:
    offer = a_reply(
        kind=Kind.HANDOFF,
        choices=[Choice(id="handoff:accept", label="Send it")],
        handoff=HandoffNote(reference="AW7K-3Q2X"),
    )
    brain.will_say(offer)
    await patient.say("I have lupus, can I have it?")
    assert (await patient.press("handoff:accept")).status_code == 200
    assert brain.heard[-1].choice == "handoff:accept"


async def test_a_pressed_title_is_shown_as_what_the_patient_asked(
    patient: Patient, brain: ScriptedBrain, services: Services
) -> None:
    await services.catalogue.load([an_answer()])
    brain.will_say(a_reply("The words.", answer="risks/infection", revision="risks/infection@1"))
    turn = (await patient.press("answer:risks/infection")).json()
    pressed, _ = await patient.read()
    assert turn["message"]["text"] == pressed["text"] == "What about infection?"


@pytest.mark.parametrize(
    "withdrawn", [{"status": RevisionStatus.RETIRED}, {"review_due": today() - timedelta(days=1)}], ids=str
)
async def test_a_pressed_title_stays_when_its_answer_is_withdrawn(
    patient: Patient, brain: ScriptedBrain, services: Services, withdrawn: dict[str, object]
) -> None:
    await services.catalogue.load([an_answer()])
    brain.will_say(a_reply("The words.", answer="risks/infection", revision="risks/infection@1"))
    await patient.press("answer:risks/infection")
    async with services.database.writing() as session:
        await session.execute(update(Revision).values(**withdrawn))
    pressed, _ = await patient.read()
    assert pressed["text"] == "What about infection?"


async def test_history_goes_on_after_a_number(patient: Patient) -> None:
    for text in ("one", "two"):
        await patient.say(text)
    assert [message["seq"] for message in await patient.read(after=2)] == [3, 4]
    assert await patient.read(after=99) == []


@pytest.mark.parametrize("after", ["-1", "x", "1e3", str(2**31), "9" * 30])
async def test_a_number_that_is_none_is_named(patient: Patient, after: str) -> None:
    response = await patient.http.get(patient.path, params={"after": after}, headers=patient.headers)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "after"


async def test_two_conversations_do_not_see_each_other(http: httpx.AsyncClient, patient: Patient) -> None:
    other = await open_conversation(http)
    await patient.say("mine")
    assert await other.read() == []
    assert (await http.get(patient.path, headers=other.headers)).status_code == 401


async def test_errors_are_problem_details(http: httpx.AsyncClient) -> None:
    response = await http.get(f"/api/v1/conversations/{uuid4()}/messages")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["www-authenticate"] == "Bearer"
    assert set(response.json()) == {"type", "title", "status", "detail"}
    assert response.json()["status"] == 401


async def test_nothing_of_a_conversation_is_cached(patient: Patient) -> None:
    response = await patient.http.get(patient.path, headers=patient.headers)
    assert response.headers["cache-control"] == "no-store"


async def test_events_resume_after_the_last_one_and_go_on(patient: Patient, services: Services) -> None:
    await patient.say("one")
    stream = await _stream(patient, services, after=1)
    assert await anext(stream) == ": open\n\n"
    assert _data(await anext(stream))["text"] == "You said: one"
    later = asyncio.create_task(anext(stream))
    await services.turns.take(patient.conversation, an_incoming("two"))
    first, second = await later, await anext(stream)
    assert [_data(item)["text"] for item in (first, second)] == ["two", "You said: two"]
    assert second.startswith("event: message\nid: 4\ndata: {")
    await stream.aclose()


async def test_a_stream_waits_while_many_others_look(patient: Patient, services: Services) -> None:
    await patient.say("one")
    async with AsyncExitStack() as others:
        for _ in range(MOST_LOOKS_AT_ONCE):
            await others.enter_async_context(services.announcer.looks)
        stream = await _stream(patient, services, after=1)
        assert await anext(stream) == ": open\n\n"
        first = asyncio.create_task(anext(stream))
        await asyncio.sleep(0.05)
        assert not first.done()
    assert _data(await first)["text"] == "You said: one"
    await stream.aclose()


async def test_events_want_the_token_too(http: httpx.AsyncClient, patient: Patient) -> None:
    response = await http.get(f"/api/v1/conversations/{patient.conversation}/events")
    assert response.status_code == 401


async def test_somebody_at_the_page_keeps_the_token_and_its_stream(
    patient: Patient, services: Services, clock: SetClock
) -> None:
    stream = await _stream(patient, services, after=0)
    assert await anext(stream) == ": open\n\n"
    for number in range(3):
        clock.pass_time(minutes=50)
        assert (await _be_there(patient)).status_code == 204
        await services.turns.take(patient.conversation, an_incoming(f"from within {number}"))
        assert [_data(await anext(stream))["author"] for _ in range(2)] == ["patient", "bot"]
        services.announcer.announce(patient.conversation)
    assert (await patient.http.get(patient.path, headers=patient.headers)).status_code == 200
    await stream.aclose()


async def test_an_open_stream_alone_does_not_keep_the_token(
    patient: Patient, services: Services, clock: SetClock
) -> None:
    stream = await _stream(patient, services, after=0)
    assert await anext(stream) == ": open\n\n"
    for _ in range(2):
        clock.pass_time(minutes=30)
        await services.turns.take(patient.conversation, an_incoming("from within"))
    assert await anext(stream) == "event: ended\ndata: {}\n\n"
    assert (await _be_there(patient)).status_code == 401


async def test_only_the_token_of_a_conversation_tells_that_somebody_is_there(
    http: httpx.AsyncClient, patient: Patient
) -> None:
    other = await open_conversation(http)
    assert (await _be_there(Patient(http, patient.conversation, other.token))).status_code == 401


async def test_a_stream_ends_when_the_token_dies(patient: Patient, services: Services, clock: SetClock) -> None:
    stream = await _stream(patient, services, after=0)
    assert await anext(stream) == ": open\n\n"
    clock.pass_time(minutes=60)
    assert await anext(stream) == "event: ended\ndata: {}\n\n"
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_a_token_that_was_not_used_for_long_is_refused(patient: Patient, clock: SetClock) -> None:
    await patient.say("hello")
    clock.pass_time(minutes=60)
    assert (await patient.say("again")).status_code == 401
    assert (await patient.http.get(patient.path, headers=patient.headers)).status_code == 401


async def _be_there(patient: Patient) -> httpx.Response:
    path = f"/api/v1/conversations/{patient.conversation}/presence"
    return await patient.http.post(path, headers=patient.headers)


async def _stream(patient: Patient, services: Services, *, after: int) -> Any:
    plain = PlainWords(services.catalogue, services.phrases)
    views = MessageViews(services.catalogue, services.handoffs, plain, services.times)
    response = await stream_events(patient.conversation, services, views, after, token=patient.token)
    return cast("AsyncIterator[str]", response.body_iterator)


def _data(event: str) -> dict[str, Any]:
    line = next(line for line in event.splitlines() if line.startswith("data: "))
    return cast("dict[str, Any]", json.loads(line.removeprefix("data: ")))
