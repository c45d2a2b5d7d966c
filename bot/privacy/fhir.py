"""The export as a FHIR R4 Bundle, for other health software: https://hl7.org/fhir/R4/bundle.html.

The patient in it has no identifiers, because none is known here: whoever takes it in says whose it is.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from bot.answers.models import Revision
from bot.conversations.models import Author, Message
from bot.conversations.plain_words import Plain
from bot.handoffs.models import Handoff, HandoffState
from bot.prep.models import PrepEntry, PrepQuestion
from bot.settings import Settings

type Resource = dict[str, Any]

ASSISTANT = "Askwell"
TASK_STATUS = {
    HandoffState.OFFERED: "draft",
    HandoffState.DECLINED: "rejected",
    HandoffState.WAITING: "requested",
    HandoffState.CLAIMED: "in-progress",
    HandoffState.ANSWERED: "in-progress",
    HandoffState.RESOLVED: "completed",
}
ROLES = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is known of one conversation."""

    conversation_id: UUID
    messages: Sequence[Message]
    plain: Mapping[UUID, Plain]
    """What each message says to a person."""
    handoffs: Sequence[Handoff]
    changed_at: Mapping[UUID, datetime]
    """When each handoff last changed."""
    sheet: Sequence[PrepEntry]
    questions: Sequence[PrepQuestion]
    """Of the sheet, in the patient's order."""
    revisions: Mapping[str, Revision]
    """What the bot quoted, by label such as `risks/infection@2`."""


@dataclass(frozen=True, kw_only=True)
class Clinic:
    """Whose record it is."""

    name: str
    phone: str


def clinic_of(settings: Settings) -> Clinic:
    """The clinic that the settings name."""
    return Clinic(name=settings.clinic_name, phone=settings.clinic_phone)


def as_bundle(record: Record, clinic: Clinic, moment: datetime) -> Resource:
    """A collection of everything; every reference in it leads to an entry of it."""
    return {
        "resourceType": "Bundle",
        "id": str(record.conversation_id),
        "type": "collection",
        "timestamp": moment.isoformat(),
        "entry": [
            {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
            for resource in _Writer(record, clinic).resources()
        ],
    }


class _Writer:
    """Writes the resources of one record; what has no id of its own gets one from the conversation's."""

    def __init__(self, record: Record, clinic: Clinic) -> None:
        self._record = record
        self._clinic = clinic
        self._patient = self._id("patient")
        self._device = self._id("device")
        self._organization = self._id("organization")

    def resources(self) -> Iterator[Resource]:
        """All of them, those first that others refer to."""
        record = self._record
        yield {"resourceType": "Patient", "id": self._patient}
        yield {
            "resourceType": "Device",
            "id": self._device,
            "deviceName": [{"name": ASSISTANT, "type": "user-friendly-name"}],
            "owner": _to(self._organization),
        }
        yield {
            "resourceType": "Organization",
            "id": self._organization,
            "name": self._clinic.name,
            "telecom": [{"system": "phone", "value": self._clinic.phone}],
        }
        yield from (self._communication(message) for message in record.messages)
        yield from (self._provenance(message) for message in record.messages if self._quoted(message))
        yield from (self._task(handoff) for handoff in record.handoffs)
        yield from self._questionnaire_response()
        yield self._transcript()

    def _said(self, message: Message) -> str:
        plain = self._record.plain[message.id]
        return plain.words or plain.button or ""

    def _communication(self, message: Message) -> Resource:
        words = self._said(message).strip()
        answered = message.in_reply_to
        return {
            "resourceType": "Communication",
            "id": str(message.id),
            "status": "completed",
            "subject": _to(self._patient),
            "sender": self._sender(message),
            "sent": message.created_at.isoformat(),
            **({"payload": [{"contentString": words}]} if words else {}),
            **({"inResponseTo": [_to(answered)]} if answered else {}),
        }

    def _sender(self, message: Message) -> Resource:
        senders = {Author.PATIENT: self._patient, Author.BOT: self._device, Author.STAFF: self._organization}
        named = {"display": message.said_by} if message.said_by else {}
        return _to(senders[Author(message.author)]) | named

    def _quoted(self, message: Message) -> Revision | None:
        label = (message.reply or {}).get("revision")
        return self._record.revisions.get(label) if label else None

    def _provenance(self, message: Message) -> Resource:
        revision = self._quoted(message)
        if revision is None:
            raise ValueError("This message quotes no answer.")
        return {
            "resourceType": "Provenance",
            "id": self._id(f"provenance of {message.id}"),
            "target": [_to(message.id)],
            "recorded": message.created_at.isoformat(),
            "agent": list(_agents(revision, self._device)),
            "entity": list(_entities(revision)),
        }

    def _task(self, handoff: Handoff) -> Resource:
        state = HandoffState(handoff.state)
        return {
            "resourceType": "Task",
            "id": str(handoff.id),
            "identifier": [{"value": handoff.reference}],
            "status": TASK_STATUS[state],
            "businessStatus": {"text": state.value},
            "intent": "order",
            "priority": "urgent" if handoff.urgent else "routine",
            "code": {"text": handoff.reason},
            "focus": _to(handoff.message_id),
            "for": _to(self._patient),
            "authoredOn": handoff.created_at.isoformat(),
            "lastModified": self._record.changed_at.get(handoff.id, handoff.created_at).isoformat(),
            "requester": _to(self._patient),
            "owner": _to(self._organization) | ({"display": handoff.taken_by} if handoff.taken_by else {}),
        }

    def _questionnaire_response(self) -> Iterator[Resource]:
        items = [*self._words_of_sheet(), *self._questions_of_sheet()]
        if items:
            yield {
                "resourceType": "QuestionnaireResponse",
                "id": self._id("prep sheet"),
                "status": "in-progress",
                "subject": _to(self._patient),
                "author": _to(self._patient),
                "item": items,
            } | self._authored()

    def _words_of_sheet(self) -> Iterator[Resource]:
        for entry in self._record.sheet:
            if entry.text.strip():
                yield {"linkId": entry.part, "answer": [{"valueString": entry.text}]}

    def _questions_of_sheet(self) -> Iterator[Resource]:
        answers = [{"valueString": question.text} for question in self._record.questions]
        if answers:
            yield {"linkId": "questions_to_ask", "answer": answers}

    def _authored(self) -> Resource:
        changes = [entry.changed_at for entry in self._record.sheet]
        return {"authored": max(changes).isoformat()} if changes else {}

    def _transcript(self) -> Resource:
        said = ((f"{item.created_at:%Y-%m-%d %H:%M} {item.author}", self._said(item)) for item in self._messages())
        words = "".join(f"{by}: {text}\n" for by, text in said)
        return {
            "resourceType": "DocumentReference",
            "id": self._id("transcript"),
            "status": "current",
            "subject": _to(self._patient),
            "author": [_to(self._device)],
            "content": [{"attachment": _attachment(words.encode())}],
        }

    def _messages(self) -> Sequence[Message]:
        return sorted(self._record.messages, key=lambda message: message.seq)

    def _id(self, name: str) -> str:
        return str(uuid5(self._record.conversation_id, name))


def _agents(revision: Revision, device: str) -> Iterator[Resource]:
    """Who answers for the words, and what passed them on."""
    if revision.approved_by:
        yield {"type": _role("verifier"), "who": {"display": revision.approved_by}}
    yield {"type": _role("author"), "who": {"display": revision.author}}
    yield {"type": _role("assembler"), "who": _to(device)}


def _entities(revision: Revision) -> Iterator[Resource]:
    """The revision that was quoted, and the sources of what it says."""
    quoted = {"identifier": {"value": revision.label}, "display": revision.title}
    yield {"role": "quotation", "what": quoted}
    for source in revision.sources:
        address = {"identifier": {"system": "urn:ietf:rfc:3986", "value": source["url"]}} if source.get("url") else {}
        yield {"role": "source", "what": address | {"display": f"{source['title']}, {source['publisher']}"}}


def _role(code: str) -> Resource:
    return {"coding": [{"system": ROLES, "code": code}]}


def _attachment(content: bytes) -> Resource:
    """FHIR's own hash is SHA-1, which guards against accidents only."""
    return {
        "contentType": "text/plain; charset=utf-8",
        "data": base64.b64encode(content).decode(),
        "size": len(content),
        "hash": base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode(),
    }


def _to(identifier: object) -> Resource:
    return {"reference": f"urn:uuid:{identifier}"}
