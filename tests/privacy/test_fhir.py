"""The FHIR bundle is one that other software can read: valid, complete, and closed in itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from bot.answers.models import Revision
from bot.conversations.models import Author
from bot.handoffs.models import HandoffState
from bot.handoffs.states import TRANSITIONS
from bot.privacy.fhir import TASK_STATUS
from bot.web.services import Services
from tests.support.factories import a_handoff, a_reply, an_answer
from tests.support.patients import Patient
from tests.support.scripted_brain import ScriptedBrain

# What R4 requires of each resource, besides its type: https://hl7.org/fhir/R4/
REQUIRED = {
    "Patient": set[str](),
    "Device": set[str](),
    "Organization": {"name"},
    "Communication": {"status"},
    "Provenance": {"target", "recorded", "agent"},
    "Task": {"status", "intent"},
    "QuestionnaireResponse": {"status"},
    "DocumentReference": {"status", "content"},
}


@pytest.fixture
async def bundle(patient: Patient, services: Services, brain: ScriptedBrain) -> dict[str, Any]:
    await services.catalogue.load([an_answer()])
    async with services.database.writing() as session:
        revision = await services.catalogue.revision("risks/infection@1")
        assert revision
        (await session.get_one(Revision, revision.id)).approved_by = "Dr. A. Osei"
    brain.will_say(a_reply(answer="risks/infection", revision="risks/infection@1"))
    await patient.say("infection? I am über 60")
    await patient.press("answer:risks/infection")
    (message, *_) = await services.ledger.history(patient.conversation)
    await a_handoff(services.database, message, sent=True)
    await services.sheets.add_words(patient.conversation, "reason", "my knee")
    await services.sheets.add_words(patient.conversation, "questions", "Who treats me?")
    return await services.privacy.fhir.of(patient.conversation)


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in found if resource["resourceType"] == kind]


async def test_the_models_of_fhir_accept_it(bundle: dict[str, Any]) -> None:
    parsed = Bundle.model_validate(bundle)
    assert parsed.type == "collection"
    assert len(parsed.entry) == len(bundle["entry"])


async def test_it_has_every_kind_of_resource_with_all_that_is_required(bundle: dict[str, Any]) -> None:
    kinds = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert kinds == REQUIRED.keys()
    for entry in bundle["entry"]:
        assert REQUIRED[entry["resource"]["resourceType"]] <= entry["resource"].keys()
        assert entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}"


async def test_every_reference_leads_to_an_entry(bundle: dict[str, Any]) -> None:
    known = {entry["fullUrl"] for entry in bundle["entry"]}
    assert len(known) == len(bundle["entry"])
    references = list(_references(bundle))
    assert len(references) > 10
    assert set(references) <= known


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if "reference" in value:
            yield value["reference"]
        for part in value.values():
            yield from _references(part)
    if isinstance(value, list):
        for part in value:
            yield from _references(part)


async def test_the_patient_has_no_identifier(bundle: dict[str, Any]) -> None:
    (patient,) = resources(bundle, "Patient")
    assert patient.keys() == {"resourceType", "id"}


async def test_the_bots_words_are_a_devices(bundle: dict[str, Any]) -> None:
    (device,) = resources(bundle, "Device")
    sent = [item["sender"]["reference"] for item in resources(bundle, "Communication")]
    assert sent.count(f"urn:uuid:{device['id']}") == 2
    assert len(sent) == 4


async def test_an_answer_says_who_approved_it_and_where_it_comes_from(bundle: dict[str, Any]) -> None:
    (provenance,) = resources(bundle, "Provenance")
    assert provenance["agent"][0]["who"] == {"display": "Dr. A. Osei"}
    quoted, source = provenance["entity"]
    assert quoted["what"]["identifier"]["value"] == "risks/infection@1"
    assert source["what"]["identifier"]["value"] == "https://regulator.example/notice"


async def test_the_transcript_is_whole(bundle: dict[str, Any]) -> None:
    (document,) = resources(bundle, "DocumentReference")
    attachment = document["content"][0]["attachment"]
    words = base64.b64decode(attachment["data"])
    assert "infection? I am über 60" in words.decode()
    assert attachment["size"] == len(words)
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(words, usedforsecurity=False).digest()


async def test_a_handoff_is_a_task_for_the_clinic(bundle: dict[str, Any]) -> None:
    (task,) = resources(bundle, "Task")
    assert (task["status"], task["priority"], task["businessStatus"]) == ("requested", "routine", {"text": "waiting"})


def test_every_state_and_author_has_its_place() -> None:
    assert TASK_STATUS.keys() == TRANSITIONS.keys() == set(HandoffState)
    assert set(Author) == {"patient", "bot", "staff"}
