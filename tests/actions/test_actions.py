"""Each action, run by rasa-sdk's executor on what Rasa posts."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

from actions.registry import make_executor
from bot.conversations.models import Message
from bot.conversations.reply import Kind, Reply
from bot.handoffs.models import HandoffState
from bot.settings import ROOT
from bot.web.services import Services
from tests.support.factories import a_handoff, a_message, an_action_call, an_answer

INFECTION = {"topic": "risks/infection"}


@pytest.fixture
def executor(services: Services) -> ActionExecutor:
    return make_executor(services.responder, services.sheets)


@pytest.fixture
async def message(services: Services) -> Message:
    await services.catalogue.load([an_answer("risks/infection"), an_answer("risks/allergy")])
    return await a_message(services.database)


async def _run(executor: ActionExecutor, call: dict[str, Any]) -> tuple[Reply, dict[str, Any]]:
    """The one reply of an action, and the slots that it set."""
    result = await executor.run({"domain": {}, **call})
    assert result
    (response,) = result.model_dump()["responses"]
    slots = {event["name"]: event["value"] for event in result.events if event["event"] == "slot"}
    return Reply.model_validate(response["custom"]), slots


async def test_every_action_of_the_domain_is_there(executor: ActionExecutor) -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    wanted = {name for name in domain["actions"] if name.startswith("action_")}
    assert wanted == set(executor.actions)


@pytest.mark.parametrize(
    ("action", "intent", "decision", "kind"),
    [
        ("action_answer", "risks", INFECTION, Kind.ANSWER),
        ("action_answer", "risks", {"topic": None}, Kind.HANDOFF),
        ("action_clarify", "clarify", {"suggestions": ["risks/infection"]}, Kind.CLARIFY),
        ("action_clarify", "clarify", {}, Kind.HANDOFF),
        ("action_none_of_these", "none_of_these", {}, Kind.HANDOFF),
        ("action_handoff", "personal_medical", {"triage": {"label": "personal_medical"}}, Kind.HANDOFF),
        ("action_handoff", "personal_medical", {"triage": {"label": "emergency"}}, Kind.HANDOFF),
        ("action_talk_to_person", "talk_to_person", {}, Kind.HANDOFF),
        ("action_emergency", "emergency", {"triage": {"label": "emergency"}}, Kind.EMERGENCY),
        ("action_accept_handoff", "accept_handoff", {}, Kind.SMALLTALK),
        ("action_decline_handoff", "decline_handoff", {}, Kind.SMALLTALK),
        ("action_smalltalk", "greet", {}, Kind.SMALLTALK),
        ("action_smalltalk", "bot_challenge", {}, Kind.SMALLTALK),
        ("action_decline", "out_of_scope", {}, Kind.DECLINED),
        ("action_decline", "prompt_injection", {}, Kind.DECLINED),
        ("action_decline", "other_language", {"language": "es"}, Kind.DECLINED),
        ("action_save_prep", "inform", {}, Kind.PREP),
    ],
)
async def test_each_action_makes_one_reply_of_its_kind(  # noqa: PLR0913, PLR0917 (a row of the table)
    executor: ActionExecutor, message: Message, action: str, intent: str, decision: dict[str, Any], kind: Kind
) -> None:
    reply, _ = await _run(executor, an_action_call(action, message, intent=intent, decision=decision))
    assert reply.kind == kind


async def test_the_record_of_a_reply_is_what_the_brain_thought(executor: ActionExecutor, message: Message) -> None:
    decision = {
        "topic": "risks/infection",
        "confidence": 0.81,
        "runner_up": {"answer": "risks/allergy", "confidence": 0.1},
        "triage": {"label": "general", "confidence": 0.99, "because": []},
        "suggestions": ["risks/infection", "risks/allergy"],
    }
    reply, _ = await _run(executor, an_action_call("action_answer", message, decision=decision))
    assert (reply.answer, reply.revision, reply.confidence) == ("risks/infection", "risks/infection@1", 0.81)
    assert reply.runner_up
    assert reply.runner_up.answer == "risks/allergy"
    assert reply.triage
    assert reply.triage.label == "general"
    assert reply.suggestions == ("risks/infection", "risks/allergy")


async def test_a_pressed_title_goes_before_what_the_brain_thought(executor: ActionExecutor, message: Message) -> None:
    pressed = [{"entity": "answer", "value": "risks/allergy"}]
    call = an_action_call("action_answer", message, intent="choose_answer", decision=INFECTION, entities=pressed)
    reply, slots = await _run(executor, call)
    assert reply.answer == slots["subject"] == "risks/allergy"


@pytest.mark.parametrize(
    ("action", "intent", "decision"),
    [
        ("action_clarify", "clarify", {"suggestions": ["risks/infection"]}),
        ("action_decline", "nonsense", {}),
        ("action_decline", "out_of_scope", {}),
    ],
)
async def test_two_failures_in_a_row_lead_to_a_person(
    executor: ActionExecutor, message: Message, action: str, intent: str, decision: dict[str, Any]
) -> None:
    call = an_action_call(action, message, intent=intent, decision=decision)
    first, slots = await _run(executor, call)
    again = an_action_call(action, message, intent=intent, decision=decision, slots=slots)
    second, slots_after = await _run(executor, again)
    assert (first.kind in {Kind.CLARIFY, Kind.DECLINED}, slots["failures"]) == (True, 1)
    assert (second.kind, slots_after["failures"]) == (Kind.HANDOFF, 0)


async def test_a_reply_that_helped_ends_the_row_of_failures(executor: ActionExecutor, message: Message) -> None:
    call = an_action_call("action_answer", message, decision=INFECTION, slots={"failures": 1})
    assert (await _run(executor, call))[1] == {"failures": 0, "subject": "risks/infection"}


async def test_what_may_be_an_emergency_is_sent_at_once(
    executor: ActionExecutor, services: Services, message: Message
) -> None:
    decision = {"triage": {"label": "emergency", "because": ["fever"]}}
    reply, _ = await _run(executor, an_action_call("action_handoff", message, decision=decision))
    handoff = await services.handoffs.of_message(message.id)
    assert handoff
    assert (handoff.state, handoff.urgent, reply.choices) == (HandoffState.WAITING, True, ())


@pytest.mark.parametrize(
    ("action", "state"),
    [("action_accept_handoff", HandoffState.WAITING), ("action_decline_handoff", HandoffState.DECLINED)],
)
async def test_the_patients_decision_on_an_offer_is_carried_out(
    executor: ActionExecutor, services: Services, message: Message, action: str, state: HandoffState
) -> None:
    await a_handoff(services.database, message)
    await _run(executor, an_action_call(action, message))
    handoff = await services.handoffs.of_message(message.id)
    assert handoff
    assert handoff.state == state


async def test_the_prep_form_is_saved_word_for_word_and_emptied(
    executor: ActionExecutor, services: Services, message: Message
) -> None:
    filled = {"prep_reason": "{slot} {{7*7}} %s", "prep_questions": "who?", "prep_matters": None}
    _, slots = await _run(executor, an_action_call("action_save_prep", message, slots=filled))
    assert await services.sheets.of(message.conversation_id) == {
        "reason": "{slot} {{7*7}} %s",
        "questions": "who?",
    }
    assert {slots[name] for name in filled} == {None}


async def test_the_same_call_again_makes_no_second_handoff(
    executor: ActionExecutor, services: Services, message: Message
) -> None:
    call = an_action_call("action_handoff", message, intent="personal_medical")
    replies = [(await _run(executor, call))[0] for _ in range(2)]
    assert replies[0].handoff == replies[1].handoff
    assert len(await services.handoffs.of_conversation(message.conversation_id)) == 1
