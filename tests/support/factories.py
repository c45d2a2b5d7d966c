"""One factory for each thing that tests need; every field has a default that a test may change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from bot.answers.files import AnswerFile
from bot.answers.models import Revision, RevisionStatus
from bot.conversations.ledger import Incoming, Ledger
from bot.conversations.models import Conversation, Holder, Message
from bot.conversations.reply import Kind, Reply
from bot.handoffs.models import Handoff, HandoffReason
from bot.handoffs.queue import Contact, HandoffQueue
from bot.store.database import Database

EVERYTHING = 1_000
"""A number beyond the newest message of any test's conversation: the patient saw all that is shared."""

BODY = "Yes, it is possible. Ask the clinic how it guards against it, and what it does if it happens."


def today() -> date:
    """The present day, in UTC."""
    return datetime.now(UTC).date()


def an_answer(answer_id: str = "risks/infection", **changes: Any) -> AnswerFile:
    """An answer as its file states it."""
    name = answer_id.rpartition("/")[2].replace("_", " ")
    fields = {
        "id": answer_id,
        "title": f"What about {name}?",
        "body": BODY,
        "review_due": today() + timedelta(days=300),
        "sources": [
            {
                "title": "Public Safety Notification",
                "publisher": "A regulator",
                "url": "https://regulator.example/notice",
                "read": "2026-11-20",
            }
        ],
        "examples": [f"{name} question {number}" for number in range(12)],
        "tests": [f"{name} test {number}" for number in range(3)],
    }
    return AnswerFile.model_validate(fields | changes)


def a_revision(answer_id: str = "risks/infection", **changes: Any) -> Revision:
    """A published revision that no session knows."""
    content = an_answer(answer_id).model_dump(mode="json", exclude={"id", "review_due"})
    fields = {
        "answer_id": answer_id,
        "number": 1,
        "content_hash": "0" * 64,
        "status": RevisionStatus.PUBLISHED,
        "starter": True,
        "review_due": today() + timedelta(days=300),
        "author": "a test",
    }
    return Revision(**content | fields | changes)


def a_reply(text: str = "Here is what is known.", **changes: Any) -> Reply:
    """A reply of the bot."""
    return Reply.model_validate({"kind": Kind.ANSWER, "text": text} | changes)


def an_incoming(text: str = "What are the risks?", **changes: Any) -> Incoming:
    """What a client sends: words, unless a choice is given."""
    fields = {"client_message_id": uuid4(), "text": "" if "choice" in changes else text}
    return Incoming(**fields | changes)


async def a_conversation(database: Database, *, holder: Holder = Holder.BOT) -> Conversation:
    """An open conversation."""
    conversation = Conversation(token_hash=uuid4().bytes * 2, holder=holder)
    async with database.writing() as session:
        session.add(conversation)
    return conversation


async def a_message(
    database: Database, text: str = "What are the risks?", *, conversation_id: UUID | None = None
) -> Message:
    """A patient's message that waits for its reply, in a conversation of its own if none is given."""
    conversation_id = conversation_id or (await a_conversation(database)).id
    return await Ledger(database).receive(conversation_id, an_incoming(text))


async def a_handoff(database: Database, message: Message | None = None, *, sent: bool = False) -> Handoff:
    """An offered handoff, or one that was sent."""
    message = message or await a_message(database)
    queue = HandoffQueue(database)
    act = queue.send if sent else queue.offer
    return await act(message.conversation_id, message.id, HandoffReason.PERSONAL_MEDICAL)


async def agree(handoffs: HandoffQueue, conversation_id: UUID) -> Handoff | None:
    """The patient says yes to what they were asked last, sees what is shared, and sends it."""
    asked = await handoffs.asked(conversation_id)
    return asked and await handoffs.consent(conversation_id, asked.handoff.reference, Contact(), shown_until=EVERYTHING)


def an_action_call(action: str, message: Message, *, intent: str = "risks", **changes: Any) -> dict[str, Any]:
    """What Rasa posts to have an action run; `decision`, `entities`, `slots` and `text` may be given."""
    slots = {
        "subject": None,
        "failures": 0,
        "offered": False,
        "prep_part": None,
    }
    latest = {
        "intent": {"name": intent, "confidence": 0.93},
        "entities": changes.get("entities", []),
        "text": changes.get("text", message.text),
        "message_id": "5f0c",
        "metadata": {"message": str(message.id)},
        "decision": {"intent": intent, "confidence": 0.93} | changes.get("decision", {}),
    }
    tracker = {
        "sender_id": str(message.conversation_id),
        "slots": slots | changes.get("slots", {}),
        "latest_message": latest,
        "latest_event_time": 1_790_000_000.0,
        "followup_action": None,
        "paused": False,
        "events": [],
        "latest_input_channel": "askwell",
        "active_loop": {},
        "latest_action": {"action_name": "action_listen"},
        "latest_action_name": "action_listen",
    }
    return {
        "next_action": action,
        "sender_id": str(message.conversation_id),
        "tracker": tracker,
        "version": "3.6.21",
    }
