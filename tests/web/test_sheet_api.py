"""The prep sheet as its page meets it."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from email.policy import default
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.conversations.hold import hold
from bot.errors import MailUnavailableError, PdfUnavailableError
from bot.handoffs.models import Handoff, HandoffAttachment
from bot.prep.models import PrepEntry
from bot.prep.printer import Printer
from bot.settings import Settings
from bot.web.services import Services
from tests.support.factories import a_reply, an_answer
from tests.support.patients import Patient, open_conversation
from tests.support.scripted_brain import ScriptedBrain

LONG_ENOUGH_TO_REACH_THE_LOCK = 0.3
ROUTES = [("GET", ""), ("PUT", ""), ("POST", "/questions"), ("GET", ".pdf"), ("POST", "/email"), ("POST", "/share")]
BODIES: dict[str, Any] = {"": {"version": 0}, "/questions": {"question": "ind"}, "/email": {"to": "m@example.org"}}


async def ask(patient: Patient, method: str, route: str = "", body: object = None, **params: str) -> httpx.Response:
    path = f"/api/v1/conversations/{patient.conversation}/sheet{route}"
    return await patient.http.request(method, path, json=body, headers=patient.headers, params=params)


async def sheet_of(patient: Patient, **params: str) -> dict[str, Any]:
    sheet: dict[str, Any] = (await ask(patient, "GET", **params)).raise_for_status().json()
    return sheet


def texts_of(sheet: dict[str, Any]) -> dict[str, str]:
    return {part["id"]: part["text"] for section in sheet["sections"] for part in section["parts"] if part["text"]}


@pytest.mark.parametrize(("method", "route"), ROUTES)
async def test_only_the_conversations_own_token_opens_its_sheet(
    http: httpx.AsyncClient, patient: Patient, method: str, route: str
) -> None:
    other = await open_conversation(http)
    stranger = Patient(http, patient.conversation, other.token)
    for token in (stranger, Patient(http, patient.conversation, "guessed")):
        response = await ask(token, method, route, BODIES.get(route))
        assert response.status_code == 401
        assert response.headers["content-type"] == "application/problem+json"


async def test_a_new_sheet_is_empty_and_says_all_that_can_be_done(patient: Patient) -> None:
    sheet = await sheet_of(patient)
    assert (sheet["version"], sheet["updated_at"], sheet["questions"], sheet["emergency"]) == (0, None, [], None)
    assert texts_of(sheet) == {}
    assert len(sheet["topics"]) == 10
    assert len(sheet["readiness"]) == 4
    assert all(question["source"]["url"] for topic in sheet["topics"] for question in topic["questions"])


async def test_a_change_is_saved_and_shown(patient: Patient) -> None:
    change = {
        "version": 0,
        "parts": {"reason": "my knee \u202e\x00{slot} <b>"},
        "questions": [{"text": "Mine?"}, {"id": "ind", "top": True}],
        "readiness": {"values": False},
    }
    saved = (await ask(patient, "PUT", body=change)).json()
    assert saved["version"] == 1
    assert texts_of(saved) == {"reason": "my knee {slot} <b>"}
    assert [(item["id"], item["top"]) for item in saved["questions"]] == [(None, False), ("ind", True)]
    assert {item["id"]: item["answer"] for item in saved["readiness"]}["values"] is False
    assert await sheet_of(patient) == saved


async def test_two_tabs_lose_nothing(patient: Patient) -> None:
    await ask(patient, "PUT", body={"version": 0, "parts": {"reason": "first tab"}})
    refused = await ask(patient, "PUT", body={"version": 0, "parts": {"matters": "second tab"}})
    assert refused.status_code == 409
    version = (await sheet_of(patient))["version"]
    merged = await ask(patient, "PUT", body={"version": version, "parts": {"matters": "second tab"}})
    assert texts_of(merged.json()) == {"reason": "first tab", "matters": "second tab"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "version"),
        ({"version": -1}, "version"),
        ({"version": "0"}, "version"),
        ({"version": 0, "parts": {"reason": "a" * 2001}}, "parts.reason"),
        ({"version": 0, "parts": {"reason": None}}, "parts.reason"),
        ({"version": 0, "parts": {"nothing": "x"}}, "parts"),
        ({"version": 0, "parts": {f"p{number}": "x" for number in range(31)}}, "parts"),
        ({"version": 0, "readiness": {"values": "no"}}, "readiness.values"),
        ({"version": 0, "readiness": {"nothing": False}}, "readiness"),
        ({"version": 0, "questions": [{}]}, "questions"),
        ({"version": 0, "questions": [{"text": " "}]}, "questions"),
        ({"version": 0, "questions": [{"text": "a" * 501}]}, "questions.text"),
        ({"version": 0, "questions": [{"id": "../x"}]}, "questions.id"),
        ({"version": 0, "questions": [{"id": "nothing"}]}, "questions"),
        ({"version": 0, "questions": [{"text": f"{number}?", "top": True} for number in range(4)]}, "questions"),
        ({"version": 0, "questions": [{"text": f"{number}?"} for number in range(41)]}, "questions"),
    ],
)
async def test_a_change_that_cannot_be_names_the_field(patient: Patient, body: object, field: str) -> None:
    response = await ask(patient, "PUT", body=body)
    assert response.status_code == 422
    assert field in response.json()["detail"]
    assert (await sheet_of(patient))["version"] == 0


@pytest.mark.parametrize("name", [b"\\ud800", b"I have lupus", b"\\u0000", b"a" * 41])
@pytest.mark.parametrize("of", [b"parts", b"readiness"])
async def test_a_name_that_no_sheet_has_is_refused_and_not_repeated(patient: Patient, of: bytes, name: bytes) -> None:
    body = b'{"version": 0, "%s": {"%s": null}}' % (of, name)
    path = f"/api/v1/conversations/{patient.conversation}/sheet"
    headers = {"Content-Type": "application/json"} | patient.headers
    response = await patient.http.put(path, content=body, headers=headers)
    assert response.status_code == 422
    assert {error["field"] for error in response.json()["errors"]} == {of.decode()}


async def test_a_lone_surrogate_is_left_out(patient: Patient) -> None:
    path = f"/api/v1/conversations/{patient.conversation}/sheet"
    body = b'{"version": 0, "parts": {"reason": "a\\ud800b"}}'
    headers = {"Content-Type": "application/json"} | patient.headers
    assert texts_of((await patient.http.put(path, content=body, headers=headers)).json()) == {"reason": "ab"}


async def test_an_emergency_is_shown_first_and_the_words_are_kept(patient: Patient) -> None:
    words = "I can't breathe and my throat is swelling"
    saved = (await ask(patient, "PUT", body={"version": 0, "parts": {"conditions": words}})).json()
    assert "911" in saved["emergency"]["text"]
    assert texts_of(saved) == {"conditions": words}
    later = (await ask(patient, "PUT", body={"version": 1, "parts": {"reason": "my knee"}})).json()
    assert later["emergency"] is None


async def test_an_emergency_on_the_sheet_leaves_what_it_leaves_in_the_chat(
    patient: Patient, services: Services
) -> None:
    words = "I can't breathe"
    saved = (await ask(patient, "PUT", body={"version": 0, "parts": {"conditions": words, "reason": "my knee"}})).json()
    said, reply = await patient.read()
    (handoff,) = await handoffs_of(services)
    assert (said["text"], said["status"], reply["kind"]) == (words, "answered", "emergency")
    assert (handoff.reason, handoff.state, handoff.urgent) == ("emergency", "waiting", True)
    assert [message.text for message in (await services.dossiers.of(handoff)).shares] == [words]
    assert saved["emergency"]["reference"] == handoff.reference
    assert handoff.reference in saved["emergency"]["text"]
    assert handoff.reference in str(reply["text"])


async def test_the_same_emergency_typed_on_is_told_once_and_another_joins_it(
    patient: Patient, services: Services
) -> None:
    typed = ["I have chest pain", "I have chest pain and it is strong", "I want to die"]
    answers = [
        (await ask(patient, "PUT", body={"version": version, "parts": {"conditions": text}})).json()
        for version, text in enumerate(typed)
    ]
    assert len({answer["emergency"]["reference"] for answer in answers}) == 1
    (handoff,) = await handoffs_of(services)
    assert [message.text for message in (await services.dossiers.of(handoff)).shares] == [typed[0], typed[2]]


async def test_an_emergency_that_was_closed_is_not_opened_by_saving_the_same_words(
    patient: Patient, services: Services
) -> None:
    listed = {"questions": [{"text": "I have chest pain?"}]}
    reference = (await ask(patient, "PUT", body={"version": 0, **listed})).json()["emergency"]["reference"]
    await services.desk.claim(reference, "Ana")
    await services.desk.resolve(reference, "Ana")
    again = (await ask(patient, "PUT", body={"version": 1, **listed})).json()
    assert again["emergency"]["reference"] == reference
    assert len(await handoffs_of(services)) == 1


async def test_an_emergency_reaches_the_team_even_if_the_sheet_was_changed_elsewhere(
    patient: Patient, services: Services
) -> None:
    refused = await ask(patient, "PUT", body={"version": 7, "parts": {"reason": "no puedo respirar"}})
    assert refused.status_code == 409
    assert len(await handoffs_of(services)) == 1


async def test_an_emergency_in_a_question_that_is_added_reaches_the_team(patient: Patient, services: Services) -> None:
    added = (await ask(patient, "POST", "/questions", {"text": "Tengo dolor en el pecho"})).json()
    assert added["emergency"]["text"].startswith("Lo que escribió puede ser una emergencia")
    assert "What you wrote could be an emergency" in added["emergency"]["text"]
    assert '<p lang="en">What you wrote could be an emergency' in added["emergency"]["html"]
    assert [handoff.reason for handoff in await handoffs_of(services)] == ["emergency"]


async def test_what_was_long_ago_is_history_and_no_emergency(patient: Patient, services: Services) -> None:
    saved = await ask(patient, "PUT", body={"version": 0, "parts": {"conditions": "I had a stroke in 2015"}})
    assert saved.json()["emergency"] is None
    assert await handoffs_of(services) == []


async def handoffs_of(services: Services) -> list[Handoff]:
    async with services.database.reading() as session:
        return list(await session.scalars(select(Handoff)))


async def test_despair_gets_the_crisis_line_in_the_pages_language(patient: Patient) -> None:
    body = {"version": 0, "questions": [{"text": "I want to kill myself"}]}
    saved = (await ask(patient, "PUT", body=body, lang="es")).json()
    assert saved["emergency"]["self_harm"]
    assert "Llame o escriba al 988" in saved["emergency"]["text"]


async def test_the_chat_adds_the_question_of_an_answer_once(patient: Patient, services: Services) -> None:
    asks = {"question": "How often here?", "why": "Figures are few.", "topic": "risks"}
    await services.catalogue.load([an_answer("risks/infection", ask=asks)])
    responses = [await ask(patient, "POST", "/questions", {"answer": "risks/infection"}) for _ in range(2)]
    assert [response.status_code for response in responses] == [201, 200]
    assert responses[0].json() == {
        "id": "risks/infection",
        "text": "How often here?",
        "why": "Figures are few.",
        "top": False,
        "emergency": None,
    }
    assert len((await sheet_of(patient))["questions"]) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": "ind"}, 201),
        ({"text": "My own?"}, 201),
        ({"answer": "risks/nothing"}, 404),
        ({"question": "nothing"}, 422),
        ({}, 422),
        ({"text": "  "}, 422),
        ({"text": "a", "question": "ind"}, 422),
        ({"text": "a" * 501}, 422),
        ({"answer": "nothing"}, 422),
    ],
)
async def test_one_question_is_added_at_a_time(patient: Patient, body: object, status: int) -> None:
    assert (await ask(patient, "POST", "/questions", body)).status_code == status


async def test_the_sheet_grows_as_the_patient_chats(patient: Patient, brain: ScriptedBrain, services: Services) -> None:
    await services.catalogue.load([an_answer("risks/infection")])
    brain.will_say(a_reply(answer="risks/infection", revision="risks/infection@1"))
    await patient.say("can I get an infection?")
    (read,) = (await sheet_of(patient))["read"]
    assert (read["answer"], read["title"], read["revision"]) == (
        "risks/infection",
        "What about infection?",
        "risks/infection@1",
    )


async def test_the_pdf_has_a_neutral_name(patient: Patient) -> None:
    await ask(patient, "PUT", body={"version": 0, "parts": {"reason": "my knee"}})
    response = await ask(patient, "GET", ".pdf")
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == 'attachment; filename="prep-sheet.pdf"'
    assert response.headers["cache-control"] == "no-store"
    assert response.content.startswith(b"%PDF-")


async def test_without_its_library_a_pdf_gives_way_to_printing(
    patient: Patient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.prep.printer, "_missing", ["libpango-1.0-0"])
    response = await ask(patient, "GET", ".pdf")
    assert response.status_code == 503
    assert "apt-get install libpango-1.0-0" in response.json()["detail"]
    assert (await sheet_of(patient))["pdf"] is False


async def test_a_mail_is_kept_in_a_demonstration_and_said_to_be(patient: Patient, settings: Settings) -> None:
    await ask(patient, "PUT", body={"version": 0, "parts": {"reason": "my secret knee"}})
    with capture_logs() as logs:
        response = await ask(patient, "POST", "/email", {"to": "maria@example.org"})
    assert (response.status_code, response.json()) == (202, {"sent": False})
    (path,) = (settings.outbox_dir / str(patient.conversation)).iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert path.stat().st_mode & 0o777 == 0o600
    assert mail["To"] == "maria@example.org"
    assert "my secret knee" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["application/pdf"]
    assert [entry["to"] for entry in logs] == ["m…@e…"]
    assert "secret" not in str(logs)


async def test_a_mail_goes_without_pdf_where_none_can_be_made(
    patient: Patient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_self: Printer, _html: str) -> bytes:
        raise PdfUnavailableError("not here")

    monkeypatch.setattr(Printer, "pdf", refuse)
    assert (await ask(patient, "POST", "/email", {"to": "maria@example.org"})).status_code == 202
    (path,) = (settings.outbox_dir / str(patient.conversation)).iterdir()
    assert not list(message_from_bytes(path.read_bytes(), policy=default).iter_attachments())


@pytest.mark.parametrize(
    "to",
    ["", "maria", "a@b", "a@example.org\r\nBcc: x@example.org", "a@example.org, b@example.org", "<a@example.org>", 7],
)
async def test_only_one_plain_address_gets_a_mail(patient: Patient, settings: Settings, to: object) -> None:
    response = await ask(patient, "POST", "/email", {"to": to})
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "to"
    assert "Bcc" not in response.text
    assert not settings.outbox_dir.exists()


async def test_three_mails_an_hour_are_enough(
    http: httpx.AsyncClient, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_self: Printer, _html: str) -> bytes:
        raise PdfUnavailableError("not here")

    monkeypatch.setattr(Printer, "pdf", refuse)
    mails = [ask(patient, "POST", "/email", {"to": "maria@example.org"}) for _ in range(5)]
    responses = await asyncio.gather(*mails)
    assert sorted(response.status_code for response in responses) == [202, 202, 202, 429, 429]
    waits = [int(response.headers["retry-after"]) for response in responses if response.status_code == 429]
    assert all(3_500 <= wait <= 3_601 for wait in waits)
    other = await ask(await open_conversation(http), "POST", "/email", {"to": "maria@example.org"})
    assert other.status_code == 202


async def test_a_mail_server_that_fails_is_not_passed_over(
    patient: Patient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_mail: object) -> None:
        raise MailUnavailableError("The mail could not be sent just now.")

    monkeypatch.setattr(services.prep.mailing._mailer, "send", refuse)
    response = await ask(patient, "POST", "/email", {"to": "maria@example.org"})
    assert (response.status_code, response.json()["detail"]) == (503, "The mail could not be sent just now.")


async def test_sharing_puts_the_sheet_before_the_team_once(patient: Patient, services: Services) -> None:
    await ask(patient, "PUT", body={"version": 0, "parts": {"reason": "my knee"}})
    first = (await ask(patient, "POST", "/share")).json()["reference"]
    await ask(patient, "PUT", body={"version": 1, "parts": {"reason": "my other knee"}})
    assert (await ask(patient, "POST", "/share")).json()["reference"] == first
    async with services.database.reading() as session:
        (handoff,) = (await session.scalars(select(Handoff))).all()
        (attached,) = (await session.scalars(select(HandoffAttachment))).all()
    assert (handoff.reason, handoff.state, handoff.shared_until) == ("prep_sheet", "waiting", 0)
    assert handoff.consented_at is not None
    assert attached.content["parts"][0]["text"] == "my other knee"


async def test_it_is_the_patient_who_shares(patient: Patient, services: Services) -> None:
    await ask(patient, "POST", "/share")
    (handoff,) = await handoffs_of(services)
    (event,) = (await services.dossiers.of(handoff)).events
    assert (event.actor, event.old_state, event.new_state) == ("patient", None, "waiting")


async def test_the_chat_is_not_shared_with_the_sheet(patient: Patient, services: Services) -> None:
    await patient.say("only for the assistant")
    await ask(patient, "POST", "/share")
    (handoff,) = await handoffs_of(services)
    assert (await services.dossiers.of(handoff)).shares == []


async def test_the_chat_says_that_the_sheet_was_shared(patient: Patient, brain: ScriptedBrain) -> None:
    reference = (await ask(patient, "POST", "/share")).json()["reference"]
    own, said = await patient.read()
    assert (own["author"], own["status"], own["text"]) == (
        "patient",
        "answered",
        "I shared my prep sheet with the team",
    )
    assert (said["author"], said["kind"]) == ("bot", "handoff")
    assert reference in str(said["text"])
    await patient.say("hello")
    assert [item["seq"] for item in await patient.read()] == [1, 2, 3, 4]


async def test_sharing_twice_at_once_makes_one_handoff(patient: Patient, services: Services) -> None:
    responses = await asyncio.gather(*(ask(patient, "POST", "/share") for _ in range(4)))
    assert len({response.json()["reference"] for response in responses}) == 1
    async with services.database.reading() as session:
        assert len((await session.scalars(select(Handoff))).all()) == 1


async def test_a_change_that_is_being_saved_is_in_what_is_shared(patient: Patient, services: Services) -> None:
    """The sheet is read when nobody else can write in the conversation, not before."""
    async with services.database.writing() as other:
        await hold(other, patient.conversation)
        sharing = asyncio.create_task(services.prep.sharing.share(patient.conversation, "en"))
        await asyncio.sleep(LONG_ENOUGH_TO_REACH_THE_LOCK)
        other.add(PrepEntry(conversation_id=patient.conversation, part="reason", text="at the last moment"))
    await sharing
    async with services.database.reading() as session:
        (attached,) = (await session.scalars(select(HandoffAttachment))).all()
    assert attached.content["parts"][0]["text"] == "at the last moment"


async def test_no_word_of_a_sheet_is_logged(patient: Patient) -> None:
    with capture_logs() as logs:
        change = {"version": 0, "parts": {"reason": "canary"}, "questions": [{"text": "canary?"}]}
        await ask(patient, "PUT", body=change)
        await ask(patient, "PUT", body={"version": 9, "parts": {"reason": "canary" * 400}})
        await ask(patient, "POST", "/email", {"to": "canary@example.org"})
        await ask(patient, "POST", "/share")
    assert logs
    assert "canary" not in str(logs)


async def test_an_emergency_in_a_refused_change_is_told_whom_to_call(patient: Patient) -> None:
    words = "I can't breathe and my throat is swelling"
    await ask(patient, "PUT", body={"version": 0, "parts": {"reason": "my knee"}})
    changed = await ask(patient, "PUT", body={"version": 0, "parts": {"reason": words}})
    over_long = await ask(patient, "PUT", body={"version": 1, "parts": {"reason": words + " again" * 400}})
    unknown = await ask(patient, "PUT", body={"version": 1, "parts": {"nothing": words}})
    assert [response.status_code for response in (changed, over_long, unknown)] == [409, 422, 422]
    for response in (changed, over_long, unknown):
        assert "Call 911 now" in response.json()["emergency"]["text"]
