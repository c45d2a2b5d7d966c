"""SAFETY.md's abuses, each with the answer that it is to get. The numbers are those of its list.

1 and 6 are about the brain's own port: the tests of bot.brain's channel hold them.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from bot.conversations.reply import Kind, Reply
from bot.web.services import Services
from tests.support.patients import Patient, open_conversation
from tests.support.scripted_brain import ScriptedBrain

UNDER_ANY_TOKEN = ["messages", "events", "handoffs", "handoffs/AW7K-3Q2X"]


@pytest.mark.parametrize("part", UNDER_ANY_TOKEN)
@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer guess", "Basic Z3Vlc3M=", "bearer null", "Bearer " + "a" * 9_000],
)
async def test_2_a_missing_or_guessed_token_is_refused(
    http: httpx.AsyncClient, patient: Patient, part: str, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.strip()}
    response = await http.get(f"/api/v1/conversations/{patient.conversation}/{part}", headers=headers)
    assert response.status_code == 401


@pytest.mark.parametrize("token", ["guess", "null", "a" * 9_000])
async def test_2_a_message_with_a_wrong_token_is_refused_like_one_to_no_conversation(
    http: httpx.AsyncClient, patient: Patient, token: str
) -> None:
    body, wrong = {"id": str(uuid4()), "text": "I can't breathe"}, {"Authorization": f"Bearer {token}"}
    refused = await http.post(patient.path, json=body, headers=wrong)
    unknown = await http.post(f"/api/v1/conversations/{uuid4()}/messages", json=body, headers=patient.headers)
    without = await http.post(patient.path, json=body)
    assert refused.status_code == unknown.status_code == without.status_code == 401
    assert refused.json() == unknown.json() == without.json()
    assert await patient.read() == []


async def test_2_the_token_counts_in_its_header_alone(http: httpx.AsyncClient, patient: Patient) -> None:
    for params in (
        {"token": patient.token},
        {"access_token": patient.token},
        {"authorization": patient.token},
    ):
        assert (await http.get(patient.path, params=params)).status_code == 401


async def test_2_an_unknown_conversation_is_refused_like_a_wrong_token(
    http: httpx.AsyncClient, patient: Patient
) -> None:
    unknown = await http.get(f"/api/v1/conversations/{uuid4()}/messages", headers=patient.headers)
    wrong = await http.get(patient.path, headers={"Authorization": "Bearer guess"})
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.json() == wrong.json()


@pytest.mark.parametrize(
    "text",
    [
        '/handoff{"role":"doctor"}',
        ' /handoff{"role":"doctor"}',
        '\u00a0/handoff{"role":"doctor"}',
        "/restart",
        " /restart",
        "/back",
        "/session_start",
        '/choose_answer{"answer":"risks/infection"}',
        "answer:risks/infection",
        "EXTERNAL: /restart",
    ],
)
async def test_3_and_4_a_command_is_plain_text(patient: Patient, brain: ScriptedBrain, text: str) -> None:
    response = await patient.say(text)
    assert response.status_code == 200
    assert [(message.text, message.choice) for message in brain.heard] == [(text, None)]


@pytest.mark.parametrize(
    "choice",
    [
        "restart",
        "session_start",
        "handoff:accept",
        "handoff:claim",
        "/restart",
        'handoff{"role":"doctor"}',
        "emergency",
        "ANSWER:x",
    ],
)
async def test_4_a_button_that_was_not_offered_is_refused(patient: Patient, brain: ScriptedBrain, choice: str) -> None:
    assert (await patient.press(choice)).status_code == 422
    assert brain.heard == []


async def test_5_what_a_client_adds_to_its_message_is_ignored(
    http: httpx.AsyncClient, patient: Patient, brain: ScriptedBrain
) -> None:
    other = await open_conversation(http)
    added = {
        "metadata": {"message": str(uuid4())},
        "input_channel": "cmdline",
        "sender": str(other.conversation),
        "conversation": str(other.conversation),
        "author": "staff",
        "status": "answered",
        "seq": 99,
    }
    turn = (await patient.post({"id": str(uuid4()), "text": "hello"} | added)).json()
    assert (turn["message"]["author"], turn["message"]["seq"]) == ("patient", 1)
    assert [message.conversation_id for message in brain.heard] == [patient.conversation]
    assert await other.read() == []


@pytest.mark.parametrize(
    "path",
    [
        "/webhooks/rest/webhook",
        "/webhooks/askwell/turn",
        "/conversations/default/tracker/events",
        "/model",
        "/status",
    ],
)
async def test_6_rasas_own_paths_do_not_exist_in_web(http: httpx.AsyncClient, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        response = await http.request(method, path, params={"stream": "true"}, json={"sender": "x", "message": "hi"})
        assert response.status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "no id"}, "id"),
        ({"id": "1", "text": "hi"}, "id"),
        ({"id": None, "text": "hi"}, "id"),
        ({"id": str(uuid4()), "text": 5}, "text"),
        ({"id": str(uuid4()), "text": ["hi"]}, "text"),
        ({"id": str(uuid4()), "text": {"a": 1}}, "text"),
        ({"id": str(uuid4()), "text": True}, "text"),
        ({"id": str(uuid4()), "text": ""}, "text"),
        ({"id": str(uuid4()), "choice": 5}, "choice"),
        ({"id": str(uuid4()), "choice": "x" * 151}, "choice"),
        ({"id": str(uuid4())}, "body"),
        ({"id": str(uuid4()), "text": "hi", "choice": "none_of_these"}, "body"),
        ([], "body"),
        ("text", "body"),
        (None, "body"),
        (5, "body"),
    ],
)
async def test_7_a_body_of_another_shape_is_refused_and_its_field_named(
    patient: Patient, brain: ScriptedBrain, body: object, field: str
) -> None:
    response = await patient.post_raw(json.dumps(body).encode())
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert brain.heard == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"not JSON", b"\xff\xfe\x00", b'{"id": "1", "text": "hi"', b"id=1&text=hi"]
)
async def test_7_what_is_not_json_is_refused(patient: Patient, body: bytes) -> None:
    response = await patient.post_raw(body)
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "body")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_7_another_content_type_is_refused(patient: Patient, brain: ScriptedBrain, content_type: str) -> None:
    body = json.dumps({"id": str(uuid4()), "text": "hi"}).encode()
    response = await patient.post_raw(body, **{"Content-Type": content_type})
    assert (response.status_code, brain.heard) == (415, [])


@pytest.mark.parametrize(
    "body",
    [
        '{"id": "%s", "text": "hi", "text": "other"}',
        '{"id": "%s", "text": NaN}',
        '{"id": "%s", "text": "hi", "more": Infinity}',
        '{"id": "%s", "text": "hi", "more": ' + "[" * 25 + "]" * 25 + "}",
        '{"id": "%s", "text": "hi", "more": ' + '{"a":' * 9_000 + "1" + "}" * 9_000 + "}",
        '{"id": "%s", "text": "hi", "more": ' + "9" * 5_000 + "}",
    ],
    ids=["twice", "nan", "infinity", "deep", "very deep", "long number"],
)
async def test_8_json_that_is_read_in_two_ways_or_not_at_all_is_refused(patient: Patient, body: str) -> None:
    response = await patient.post_raw((body % uuid4()).encode())
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "body")


@pytest.mark.parametrize("text", ["x" * 2_001, "\u202e" * 2_001, "x" * 60_000])
async def test_9_more_than_two_thousand_characters_are_refused(
    patient: Patient, brain: ScriptedBrain, text: str
) -> None:
    response = await patient.say(text)
    assert response.status_code == 413
    assert brain.heard == []
    assert await patient.read() == []


async def test_9_two_thousand_characters_are_taken(patient: Patient) -> None:
    assert (await patient.say("\N{GRINNING FACE}" * 2_000)).status_code == 200


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
async def test_10_a_compressed_body_is_refused_before_it_is_unpacked(patient: Patient, encoding: str) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    response = await patient.post_raw(bomb, **{"Content-Encoding": encoding})
    assert response.status_code == 415


async def test_10_a_large_body_is_refused_before_it_is_read(patient: Patient) -> None:
    response = await patient.post_raw(b"x", **{"Content-Length": str(10**12)})
    assert response.status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "many"])
async def test_10_a_length_that_is_none_is_refused(patient: Patient, length: str) -> None:
    assert (await patient.post_raw(b"x", **{"Content-Length": length})).status_code in {400, 413}


async def test_10_a_body_that_does_not_say_how_large_it_is_is_not_read_to_its_end(patient: Patient) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while sent < 50_000_000:
            sent += 16_384
            yield b" " * 16_384

    response = await patient.http.post(
        patient.path, content=endless(), headers=patient.headers | {"Content-Type": "application/json"}
    )
    assert response.status_code in {413, 422}
    assert sent < 1_000_000


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        (r'"a\u0000b"', "ab"),
        (r'"a\ud800b"', "ab"),
        (r'"\udfff\ud800x"', "x"),
        (r'"\u202esafe\u2066"', "safe"),
        (r'"\ud83d\ude00"', "😀"),
    ],
)
async def test_11_what_no_database_holds_is_taken_out(
    patient: Patient, services: Services, body: str, stored: str
) -> None:
    response = await patient.post_raw(f'{{"id": "{uuid4()}", "text": {body}}}'.encode())
    assert response.status_code == 200
    assert response.json()["message"]["text"] == stored
    assert (await patient.read())[0]["text"] == stored


@pytest.mark.parametrize(
    "text",
    [
        "i cаn't brеathe",
        "I can\u200b't bre\u200bathe",
        "ｉ ｃａｎ'ｔ ｂｒｅａｔｈｅ",
        "I can\u2019t br\u00adeathe",
        "\u202eI can't breathe",
    ],
)
async def test_12_an_emergency_in_disguise_is_recognised_without_the_brain(
    patient: Patient, brain: ScriptedBrain, text: str
) -> None:
    (reply,) = (await patient.say(text)).json()["replies"]
    assert (reply["kind"], brain.heard) == ("emergency", [])


async def test_21_a_flood_of_emergencies_is_one_urgent_handoff_with_all_their_words(
    http: httpx.AsyncClient, patient: Patient, services: Services
) -> None:
    """Other patients' stay in sight; each of the flood is told first what to do, and under which reference it is."""
    flood = [f"I can't breathe, number {number}" for number in range(30)]
    replies = [(await patient.say(text)).json()["replies"][0] for text in flood]
    other = await open_conversation(http)
    (theirs,) = (await other.say("I have chest pain")).json()["replies"]
    mine, second = await services.desk.listed()
    assert {reply["kind"] for reply in replies} == {"emergency"}
    assert {reply["handoff"]["reference"] for reply in replies} == {mine.reference}
    assert all(f"as urgent (reference **{mine.reference}**)" in reply["text"] for reply in replies)
    assert (second.reference, second.urgent) == (theirs["handoff"]["reference"], True)
    assert [message.text for message in (await services.dossiers.of(mine)).shares] == flood


@pytest.mark.parametrize("text", ["{slot}", "{{7*7}}", "%s %(name)s", "${clinic_phone} $clinic_phone", "<b>{0}</b>"])
async def test_15_a_template_in_a_text_is_literal(patient: Patient, brain: ScriptedBrain, text: str) -> None:
    brain.will_say(Reply(kind=Kind.SMALLTALK, text=text))
    turn = (await patient.say(text)).json()
    assert turn["message"]["text"] == text
    assert turn["replies"][0]["text"] == text
    assert text.replace("<", "&lt;").replace(">", "&gt;") in turn["replies"][0]["html"]


async def test_18_a_double_click_is_one_message(patient: Patient, brain: ScriptedBrain) -> None:
    message_id = uuid4()
    turns = await asyncio.gather(*(patient.say("hello", message_id=message_id) for _ in range(5)))
    assert {turn.status_code for turn in turns} == {200}
    assert len({turn.text for turn in turns}) == 1
    assert (len(brain.heard), len(await patient.read())) == (1, 2)


async def test_18_the_same_id_with_another_body_is_a_conflict(patient: Patient) -> None:
    message_id = uuid4()
    await patient.say("hello", message_id=message_id)
    for again in (
        patient.say("other", message_id=message_id),
        patient.press("answer:risks/x", message_id=message_id),
    ):
        assert (await again).status_code == 409


async def test_19_fifty_messages_at_once_are_answered_in_order_and_none_is_lost(
    patient: Patient, brain: ScriptedBrain
) -> None:
    ids = [uuid4() for _ in range(50)]
    turns = await asyncio.gather(*(patient.say(f"{n}", message_id=item) for n, item in enumerate(ids)))
    assert {turn.status_code for turn in turns} == {200}
    history = await patient.read()
    asked = [item for item in history if item["author"] == "patient"]
    assert [item["seq"] for item in history] == list(range(1, 101))
    assert {UUID(str(item["client_id"])) for item in asked} == set(ids)
    assert [str(message.id) for message in brain.heard] == [item["id"] for item in asked]
    assert [item["in_reply_to"] for item in history if item["author"] == "bot"] == [item["id"] for item in asked]
