import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.channels.channel import UserMessage

from bot.brain.turn_request import MAX_TEXT, BadTurnError, TurnRequest, as_plain_text

CONVERSATION, MESSAGE = str(uuid.uuid4()), str(uuid.uuid4())


def body(**fields: Any) -> bytes:
    return json.dumps({"conversation": CONVERSATION, "message": MESSAGE, **fields}).encode()


def test_text_becomes_a_message_of_its_conversation() -> None:
    message = TurnRequest.parse(body(text=" What are exosomes? ")).user_message()
    assert (message.text, message.sender_id, message.metadata) == (
        "What are exosomes?",
        CONVERSATION,
        {"message": MESSAGE},
    )
    assert message.parse_data is None


@pytest.mark.parametrize(
    "text",
    ["/restart", " /restart", "\u00a0/handoff{}", "\u3000/back", "\n\t/session_start", '/handoff{"role":"doctor"}'],
)
def test_text_never_begins_with_a_slash_for_rasa(text: str) -> None:
    assert not str(TurnRequest.parse(body(text=text)).user_message().text).startswith("/")


@given(st.text())
def test_no_text_at_all_begins_with_a_slash_for_rasa(text: str) -> None:
    assert not str(UserMessage(as_plain_text(text)).text).startswith("/")


def test_a_button_needs_no_understanding() -> None:
    choice = {"intent": "choose_answer", "answer": "risks/allergy"}
    parsed = TurnRequest.parse(body(choice=choice)).user_message().parse_data
    assert parsed["intent"]["name"] == "choose_answer"
    assert parsed["entities"] == [{"entity": "answer", "value": "risks/allergy"}]
    assert parsed["decision"]["topic"] == "risks/allergy"


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "body"),
        (b"[]", "body"),
        (b'"text"', "body"),
        (b"[" * 20_000, "body"),
        (body(), "text"),
        (body(text="a", choice={"intent": "start_prep"}), "text"),
        (body(text=["a"]), "text"),
        (body(text=None), "text"),
        (body(text="a" * (MAX_TEXT + 1)), "text"),
        (body(text="a", conversation="x"), "conversation"),
        (body(text="a", conversation=7), "conversation"),
        (body(text="a", message=None), "message"),
        (body(choice="start_prep"), "choice.intent"),
        (body(choice={"intent": "restart"}), "choice.intent"),
        (body(choice={"intent": "emergency"}), "choice.intent"),
        (body(choice={"intent": ["start_prep"]}), "choice.intent"),
        (body(choice={"intent": "choose_answer"}), "choice.answer"),
        (body(choice={"intent": "choose_answer", "answer": 7}), "choice.answer"),
    ],
)
def test_anything_else_is_refused_by_its_field(content: bytes, field: str) -> None:
    with pytest.raises(BadTurnError) as refused:
        TurnRequest.parse(content)
    assert refused.value.field == field


def test_a_lone_surrogate_does_no_harm() -> None:
    assert (
        TurnRequest.parse(
            b'{"conversation":"%s","message":"%s","text":"a\\ud800"}'
            % (
                CONVERSATION.encode(),
                MESSAGE.encode(),
            )
        ).text
        == "a?"
    )
