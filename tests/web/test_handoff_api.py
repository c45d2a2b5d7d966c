"""Handoffs as the widget meets them: what would be shared, the patient's decision, and where it stands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from bot.conversations.announcer import Announcer
from bot.conversations.hold import hold
from bot.conversations.models import Message
from bot.conversations.phrases import Phrases
from bot.conversations.plain_words import PlainWords
from bot.conversations.reply import HandoffNote, Kind, Reply
from bot.handoffs.desk import Desk
from bot.handoffs.hours import ReplyTimes
from bot.handoffs.models import Handoff, HandoffReason
from bot.handoffs.notices import Notices
from bot.handoffs.queue import MOST_OPEN, Contact
from bot.prep.models import PrepEntry
from bot.settings import Settings
from bot.store.database import Database
from bot.web.patient_api import stream_events
from bot.web.services import Services
from bot.web.views import MessageViews
from tests.support.factories import EVERYTHING, a_reply
from tests.support.patients import Patient, open_conversation
from tests.support.scripted_brain import ScriptedBrain

LONG_ENOUGH_TO_REACH_THE_LOCK_S = 0.3
CHAT = {"contact": {"way": "chat"}}
SEEN = {**CHAT, "shares_until": EVERYTHING}


@pytest.fixture
async def offered(patient: Patient, services: Services) -> Handoff:
    """What the patient's second message led to."""
    await patient.say("I have lupus.")
    return await _offer(patient, services, "Can I have it?")


async def _offer(patient: Patient, services: Services, text: str) -> Handoff:
    turn = (await patient.say(text)).json()
    return await services.handoffs.offer(
        patient.conversation, UUID(turn["message"]["id"]), HandoffReason.PERSONAL_MEDICAL
    )


def _path(patient: Patient, *parts: str) -> str:
    return "/".join([f"/api/v1/conversations/{patient.conversation}/handoffs", *parts])


async def _get(patient: Patient, *parts: str) -> httpx.Response:
    return await patient.http.get(_path(patient, *parts), headers=patient.headers)


async def _post(patient: Patient, *parts: str, body: object = None) -> httpx.Response:
    return await patient.http.post(_path(patient, *parts), json=body, headers=patient.headers)


async def _agree(patient: Patient, reference: str, **consent: object) -> httpx.Response:
    """Agree to all that is shown, as the dialog does."""
    shown = (await _get(patient, reference)).json()
    return await _post(patient, reference, "consent", body={**CHAT, "shares_until": shown["shares_until"], **consent})


async def test_an_offer_shows_word_for_word_what_would_be_shared(
    patient: Patient, offered: Handoff, services: Services
) -> None:
    await patient.say("Something else.")
    view = (await _get(patient, offered.reference)).json()
    outlook = services.times.outlook()
    shares = [(item["text"], set(item)) for item in view.pop("shares")]
    assert shares == [(text, {"text", "created_at"}) for text in ("I have lupus.", "Can I have it?")]
    assert datetime.fromisoformat(view.pop("created_at")).utcoffset() is not None
    assert view == {
        "reference": offered.reference,
        "reason": "personal_medical",
        "state": "offered",
        "urgent": False,
        "taken_by": None,
        "shares_more": False,
        "shares_until": 3,
        "contact": {"way": "chat", "detail": None},
        "attachments": [],
        "open_now": outlook.open_now,
        "opens_at": outlook.opens_at.isoformat() if outlook.opens_at else None,
        "reply_expected": outlook.reply_expected,
        "consented_at": None,
    }


async def _says_yes(patient: Patient, services: Services, brain: ScriptedBrain) -> dict[str, Any]:
    """The reply to a typed "yes", as the brain's action makes it."""

    async def accept(message: Message) -> list[Reply]:
        return [await services.responder.accept_handoff(message.conversation_id)]

    brain.will_do(accept)
    reply: dict[str, Any] = (await patient.say("yes")).json()["replies"][0]
    return reply


async def test_a_typed_yes_names_what_to_agree_to_and_sends_nothing(
    patient: Patient, offered: Handoff, services: Services, brain: ScriptedBrain
) -> None:
    reply = await _says_yes(patient, services, brain)
    assert (reply["consent"], reply["handoff"]["state"]) == (offered.reference, "offered")
    view = (await _get(patient, reply["consent"])).json()
    assert [item["text"] for item in view["shares"]] == ["I have lupus.", "Can I have it?"]
    assert (await services.desk.listed(), view["consented_at"]) == ([], None)
    assert (await _agree(patient, reply["consent"])).json()["state"] == "waiting"
    assert (await _says_yes(patient, services, brain))["consent"] is None


async def test_what_is_added_while_the_patient_looks_is_not_sent_unseen(
    patient: Patient, services: Services, brain: ScriptedBrain
) -> None:
    texts = [f"question {number}" for number in range(MOST_OPEN + 1)]
    offers = [await _offer(patient, services, text) for text in texts[:-1]]
    shown = (await _get(patient, offers[-1].reference)).json()["shares_until"]
    added_to = await _offer(patient, services, texts[-1])
    assert added_to.reference == offers[-1].reference
    refused = await _post(patient, added_to.reference, "consent", body={**CHAT, "shares_until": shown})
    assert (refused.status_code, await services.desk.listed()) == (409, [])
    view = (await _agree(patient, added_to.reference)).json()
    assert (view["state"], view["shares"][-1]["text"]) == ("waiting", texts[-1])


async def test_what_is_added_to_a_question_is_shown_agreed_to_and_then_on_the_sheet(
    patient: Patient, services: Services, brain: ScriptedBrain
) -> None:
    texts = [f"question {number}" for number in range(MOST_OPEN + 1)]
    for text in texts[:-1]:
        await _agree(patient, (await _offer(patient, services, text)).reference)
    added_to = await _offer(patient, services, texts[-1])
    assert texts[-1] not in [message.text for message in (await services.dossiers.of(added_to)).shares]
    reply = await _says_yes(patient, services, brain)
    assert (reply["consent"], reply["handoff"]) == (added_to.reference, None)
    view = (await _get(patient, reply["consent"])).json()
    assert [item["text"] for item in view["shares"]] == texts
    assert [item["reference"] is None for item in await _for_provider(patient)] == [False] * MOST_OPEN + [True]
    await _agree(patient, reply["consent"])
    on_sheet = await _for_provider(patient)
    assert [item["text"] for item in on_sheet] == texts
    assert on_sheet[-1]["reference"] == added_to.reference
    assert len(await services.desk.listed()) == MOST_OPEN


async def _for_provider(patient: Patient) -> list[dict[str, Any]]:
    path = f"/api/v1/conversations/{patient.conversation}/sheet"
    asked: list[dict[str, Any]] = (await patient.http.get(path, headers=patient.headers)).json()["for_provider"]
    return asked


async def test_handoffs_are_listed_newest_first(patient: Patient, offered: Handoff, services: Services) -> None:
    newer = await _offer(patient, services, "And my mother?")
    listed = (await _get(patient)).json()["handoffs"]
    assert [item["reference"] for item in listed] == [newer.reference, offered.reference]
    assert [len(item["shares"]) for item in listed] == [3, 2]
    assert listed[1] == (await _get(patient, offered.reference)).json()


async def test_after_hours_the_opening_is_named(
    patient: Patient, offered: Handoff, services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.times, "_clock", lambda: datetime(2026, 11, 20, 23, tzinfo=UTC))
    view = (await _get(patient, offered.reference)).json()
    assert (view["open_now"], view["opens_at"]) == (False, "2026-11-23T09:00:00-05:00")
    assert "opens again on Monday, November 23, at 9:00 am" in view["reply_expected"]


@pytest.mark.parametrize(
    ("contact", "stored"),
    [
        ({"way": "chat"}, {"way": "chat", "detail": None}),
        ({"way": "phone", "detail": " +1 (555) 010-0199 "}, {"way": "phone", "detail": "+1 (555) 010-0199"}),
        ({"way": "phone", "detail": "\u202a5550100\u202c"}, {"way": "phone", "detail": "5550100"}),
        ({"way": "email", "detail": "a.b+c@mail.example.org"}, {"way": "email", "detail": "a.b+c@mail.example.org"}),
        ({"way": "email", "detail": "josé@exämple.org"}, {"way": "email", "detail": "josé@exämple.org"}),
    ],
)
async def test_consent_sends_it_and_may_be_repeated(
    patient: Patient, offered: Handoff, contact: dict[str, str], stored: dict[str, str]
) -> None:
    answers = [await _agree(patient, offered.reference, contact=contact, more=1) for _ in range(2)]
    first, second = [answer.json() for answer in answers]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert first == second
    assert (first["state"], first["contact"]) == ("waiting", stored)
    assert first["consented_at"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"contact": ...}, "contact"),
        ({"contact": None}, "contact"),
        ({"contact": {}}, "contact.way"),
        ({"contact": {"way": "fax"}}, "contact.way"),
        ({"contact": {"way": "chat", "detail": "5550100199"}}, "contact.detail"),
        ({"contact": {"way": "chat", "detail": ""}}, "contact.detail"),
        ({"contact": {"way": "phone"}}, "contact.detail"),
        ({"contact": {"way": "phone", "detail": None}}, "contact.detail"),
        ({"contact": {"way": "phone", "detail": "123456"}}, "contact.detail"),
        ({"contact": {"way": "phone", "detail": "1" * 21}}, "contact.detail"),
        ({"contact": {"way": "phone", "detail": "٥٥٥٠١٠٠١٩٩"}}, "contact.detail"),
        ({"contact": {"way": "phone", "detail": "5550100199\r\nBcc: x"}}, "contact.detail"),
        ({"contact": {"way": "phone", "detail": "call me 5550100199"}}, "contact.detail"),
        ({"contact": {"way": "phone", "detail": 5550100199}}, "contact.detail"),
        ({"contact": {"way": "email"}}, "contact.detail"),
        ({"contact": {"way": "email", "detail": "a@b"}}, "contact.detail"),
        ({"contact": {"way": "email", "detail": "a@@example.org"}}, "contact.detail"),
        ({"contact": {"way": "email", "detail": "a@example.org\n"}}, "contact.detail"),
        ({"contact": {"way": "email", "detail": "a@example.org\r\nBcc: b@example.org"}}, "contact.detail"),
        ({"contact": {"way": "email", "detail": "A <a@example.org>"}}, "contact.detail"),
        ({"contact": {"way": "email", "detail": "=?utf-8?q?a=40b=2Eorg=2C?=@example.org"}}, "contact.detail"),
        ({"contact": {"way": "email", "detail": "a" * 200 + "@example.org"}}, "contact.detail"),
        ({**CHAT, "attach_sheet": "yes"}, "attach_sheet"),
        ({"shares_until": None}, "shares_until"),
        ({"shares_until": "3"}, "shares_until"),
        ({"shares_until": -1}, "shares_until"),
        ([], "body"),
    ],
)
async def test_a_body_that_cannot_be_used_names_its_field_and_sends_nothing(
    patient: Patient, offered: Handoff, body: Any, field: str
) -> None:
    given = {name: value for name, value in {**SEEN, **body}.items() if value is not ...} if body else body
    with capture_logs() as logged:
        refused = await _post(patient, offered.reference, "consent", body=given)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert [item["field"] for item in refused.json()["errors"]] == [field]
    for secret in ("5550100199", "example.org\r"):
        assert secret not in f"{refused.text} {logged}"
    assert (await _get(patient, offered.reference)).json()["state"] == "offered"


async def test_declining_sends_nothing_and_may_be_taken_back(patient: Patient, offered: Handoff) -> None:
    for _ in range(2):
        declined = await _post(patient, offered.reference, "decline")
        assert (declined.status_code, declined.json()["state"]) == (200, "declined")
        assert declined.json()["consented_at"] is None
    sent = await _agree(patient, offered.reference)
    assert sent.json()["state"] == "waiting"
    assert (await _post(patient, offered.reference, "decline")).json()["state"] == "waiting"


async def test_who_has_it_keeps_it_although_the_contact_changes(
    patient: Patient, offered: Handoff, services: Services
) -> None:
    await _agree(patient, offered.reference)
    await services.desk.claim(offered.reference, "Kim")
    changed = {"way": "phone", "detail": "5550100199"}
    view = (await _agree(patient, offered.reference, contact=changed)).json()
    assert (view["state"], view["taken_by"], view["contact"]) == ("claimed", "Kim", changed)


class OneSheet:
    """A sheet for whoever asks."""

    async def attachment_within(self, _: AsyncSession, conversation_id: UUID) -> dict[str, Any] | None:
        return {"reason": "my knee", "of": str(conversation_id)}


@pytest.mark.parametrize("wanted", [True, False])
async def test_the_sheet_goes_along_if_the_patient_wants_it(
    patient: Patient, offered: Handoff, services: Services, *, wanted: bool
) -> None:
    services.consents._sheets = OneSheet()
    view = (await _agree(patient, offered.reference, attach_sheet=wanted)).json()
    assert view["attachments"] == (["prep_sheet"] if wanted else [])
    attachments = (await services.dossiers.of(offered)).attachments
    assert [item.content["of"] for item in attachments] == ([str(patient.conversation)] if wanted else [])


async def test_a_change_that_is_being_saved_is_on_the_sheet_that_goes_along(
    patient: Patient, offered: Handoff, services: Services
) -> None:
    give = services.consents.give(
        patient.conversation, offered.reference, Contact(), shown_until=EVERYTHING, attach_sheet=True
    )
    async with services.database.writing() as other:
        await hold(other, patient.conversation)
        giving = asyncio.create_task(give)
        await asyncio.sleep(LONG_ENOUGH_TO_REACH_THE_LOCK_S)
        other.add(PrepEntry(conversation_id=patient.conversation, part="reason", text="at the last moment"))
    await giving
    (sheet,) = (await services.dossiers.of(offered)).attachments
    assert sheet.content["parts"][0]["text"] == "at the last moment"


async def test_of_a_sheet_with_nothing_on_it_none_is_attached(patient: Patient, offered: Handoff) -> None:
    view = (await _agree(patient, offered.reference, attach_sheet=True)).json()
    assert (view["state"], view["attachments"]) == ("waiting", [])


@pytest.mark.parametrize("reference", ["AW7K-3Q2X", "%00", "' OR 1=1", "a" * 500])
async def test_an_unknown_reference_is_not_found(patient: Patient, reference: str) -> None:
    for response in (
        await _get(patient, reference),
        await _post(patient, reference, "consent", body=SEEN),
        await _post(patient, reference, "decline"),
    ):
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"


async def test_anothers_handoff_is_as_unknown_as_none(
    http: httpx.AsyncClient, patient: Patient, offered: Handoff
) -> None:
    other = await open_conversation(http)
    unknown = await _get(other, "AW7K-3Q2X")
    for response in (
        await _get(other, offered.reference),
        await _post(other, offered.reference, "consent", body=SEEN),
        await _post(other, offered.reference, "decline"),
    ):
        assert (response.status_code, response.json()) == (404, unknown.json())
    assert (await _get(other)).json() == {"handoffs": []}
    assert (await _get(patient, offered.reference)).json()["state"] == "offered"


@pytest.mark.parametrize("verb", ["", "consent", "decline"])
async def test_another_token_opens_nothing(
    http: httpx.AsyncClient, patient: Patient, offered: Handoff, verb: str
) -> None:
    other = await open_conversation(http)
    path = _path(patient, offered.reference, verb).rstrip("/")
    send = {"method": "POST", "json": CHAT} if verb else {"method": "GET"}
    assert (await http.request(url=path, headers=other.headers, **cast("Any", send))).status_code == 401
    assert (await http.request(url=path, **cast("Any", send))).status_code == 401


async def test_a_message_carries_what_is_so_now_and_not_what_it_said(
    patient: Patient, offered: Handoff, services: Services, brain: ScriptedBrain
) -> None:
    brain.will_say(a_reply(kind=Kind.HANDOFF, handoff=HandoffNote(reference=offered.reference)))
    (reply,) = (await patient.say("Can I?")).json()["replies"]
    assert reply["handoff"] == _summary(offered, "offered")
    await _agree(patient, offered.reference)
    await services.desk.claim(offered.reference, "Kim")
    assert (await patient.read())[-1]["handoff"] == _summary(offered, "claimed", "Kim")


async def test_while_it_waits_a_message_says_when_a_reply_can_be_expected(
    patient: Patient, offered: Handoff, services: Services, brain: ScriptedBrain, monkeypatch: pytest.MonkeyPatch
) -> None:
    brain.will_say(a_reply(kind=Kind.HANDOFF, handoff=HandoffNote(reference=offered.reference)))
    await patient.say("Can I?")
    agreed = (await _agree(patient, offered.reference)).json()
    assert (await _told(patient)) == agreed["reply_expected"]
    for at, told in [
        (datetime(2026, 11, 20, 20, tzinfo=UTC), "The clinic is open now. The team usually replies within"),
        (datetime(2026, 11, 20, 23, tzinfo=UTC), "opens again on Monday, November 23, at 9:00 am. The team usually"),
    ]:
        monkeypatch.setattr(services.times, "_clock", lambda at=at: at)
        assert told in await _told(patient)
    await services.desk.claim(offered.reference, "Kim")
    await services.desk.return_(offered.reference, "Kim")
    assert "opens again" in await _told(patient)


async def _told(patient: Patient) -> str:
    """What the newest message that speaks of a handoff says of the reply."""
    speaking = [message for message in await patient.read() if message["handoff"]]
    return str(speaking[-1]["handoff"]["reply_expected"])


async def test_history_reads_all_handoffs_at_once_and_an_answer_none(
    patient: Patient, offered: Handoff, services: Services, brain: ScriptedBrain
) -> None:
    for _ in range(3):
        brain.will_say(a_reply(kind=Kind.HANDOFF, handoff=HandoffNote(reference=offered.reference)))
        await patient.say("Can I?")
    statements: list[str] = []
    engine = services.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    await patient.read()
    assert len([statement for statement in statements if "FROM handoff" in statement]) == 1
    statements.clear()
    await patient.say("hello")
    assert not [statement for statement in statements if "FROM handoff" in statement]


async def test_what_a_person_said_is_shown_as_typed_and_by_whom(
    patient: Patient, offered: Handoff, services: Services
) -> None:
    await _agree(patient, offered.reference)
    await services.desk.claim(offered.reference, "Kim")
    typed = "**Hello** <img src=x onerror=alert(1)>\nSee [this](javascript:alert(1)) & https://a.example"
    await services.desk.reply(offered.reference, "Kim", typed)
    message = (await patient.read())[-1]
    assert (message["author"], message["by"], message["text"]) == ("staff", "Kim", typed)
    assert message["html"] == (
        "<p>**Hello** &lt;img src=x onerror=alert(1)&gt;<br>"
        "See [this](javascript:alert(1)) &amp; https://a.example</p>\n"
    )


async def test_a_claim_by_another_process_reaches_the_stream_at_its_next_look(
    patient: Patient, offered: Handoff, services: Services, settings: Settings
) -> None:
    await _agree(patient, offered.reference)
    stream = await _stream(patient, services)
    assert (await _next_handoff(stream))["state"] == "waiting"
    elsewhere = Database(settings.store_url)
    phrases = Phrases(settings)
    notices = Notices(phrases, ReplyTimes(settings, phrases))
    desk = Desk(elsewhere, services.ledger, notices, Announcer())
    await desk.claim(offered.reference, "Kim")
    await elsewhere.close()
    await services.watcher.look()
    assert await _next_handoff(stream) == _summary(offered, "claimed", "Kim")
    await stream.aclose()


async def test_a_stream_begins_with_what_was_sent_and_tells_of_each_change_once(
    patient: Patient, offered: Handoff, services: Services
) -> None:
    stream = await _stream(patient, services)
    assert await anext(stream) == ": open\n\n"
    waiting = asyncio.create_task(anext(stream))
    await asyncio.sleep(0.05)
    assert not waiting.done()  # an offer is told by the message that makes it
    await _agree(patient, offered.reference)
    told = await waiting
    assert told.startswith("event: handoff\ndata: {")
    assert "id:" not in told
    expected = services.times.outlook().reply_expected
    assert json.loads(told.partition("data: ")[2]) == _summary(offered, "waiting", reply_expected=expected)
    waiting = asyncio.create_task(anext(stream))
    await _agree(patient, offered.reference)  # changes nothing
    await services.desk.claim(offered.reference, "Kim")
    assert json.loads((await waiting).partition("data: ")[2]) == _summary(offered, "claimed", "Kim")
    await stream.aclose()


async def test_a_stream_tells_that_the_clinic_has_closed_meanwhile(
    patient: Patient, offered: Handoff, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _agree(patient, offered.reference)
    stream = await _stream(patient, services)
    for at, told in [(20, "open now"), (23, "closed now")]:
        monkeypatch.setattr(services.times, "_clock", lambda at=at: datetime(2026, 11, 20, at, tzinfo=UTC))
        services.announcer.announce(patient.conversation)
        assert told in (await _next_handoff(stream))["reply_expected"]
    await stream.aclose()


async def test_consent_that_fails_to_commit_sends_nothing(
    patient: Patient, offered: Handoff, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(services.handoffs, "_agree", fails)
    assert (await _agree(patient, offered.reference)).status_code == 500
    monkeypatch.undo()
    assert (await _get(patient, offered.reference)).json()["state"] == "offered"


def _summary(
    handoff: Handoff, state: str, taken_by: str | None = None, reply_expected: str | None = None
) -> dict[str, object]:
    where = {"reference": handoff.reference, "state": state, "urgent": False, "taken_by": taken_by}
    return where | {"reply_expected": reply_expected}


async def _stream(patient: Patient, services: Services) -> Any:
    plain = PlainWords(services.catalogue, services.phrases)
    views = MessageViews(services.catalogue, services.handoffs, plain, services.times)
    response = await stream_events(patient.conversation, services, views, 99, token=patient.token)
    return cast("AsyncIterator[str]", response.body_iterator)


async def _next_handoff(stream: AsyncIterator[str]) -> Any:
    async for part in stream:
        if part.startswith("event: handoff\n"):
            return json.loads(part.partition("data: ")[2])
    raise AssertionError("the stream ended")
