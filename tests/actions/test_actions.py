"""Each action, run by rasa-sdk's executor on what Rasa posts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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
from bot.yaml_files import read_yaml
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


async def test_an_action_ends_its_turn(executor: ActionExecutor, message: Message) -> None:
    result = await executor.run({"domain": {}, **an_action_call("action_handoff", message)})
    assert result
    assert result.events[-1] == {"event": "followup", "name": "action_listen", "timestamp": None}


def test_no_rule_has_more_than_one_action() -> None:
    rules = [rule for file in (ROOT / "data" / "rules").glob("*.yml") for rule in read_yaml(file)["rules"]]
    assert rules
    for rule in rules:
        assert sum("action" in step for step in rule["steps"]) == 1, rule["rule"]


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
        ("action_decline", "other_language", {}, Kind.DECLINED),
        ("action_start_prep", "start_prep", {}, Kind.PREP),
        ("action_keep_prep", "prep_words", {}, Kind.PREP),
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
    kept = {"failures": 0, "offered": False, "prep_part": None, "subject": "risks/infection"}
    assert (await _run(executor, call))[1] == kept


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
    [("action_accept_handoff", HandoffState.OFFERED), ("action_decline_handoff", HandoffState.DECLINED)],
)
async def test_a_typed_no_is_carried_out_and_a_typed_yes_sends_nothing_yet(
    executor: ActionExecutor, services: Services, message: Message, action: str, state: HandoffState
) -> None:
    await a_handoff(services.database, message)
    await _run(executor, an_action_call(action, message))
    handoff = await services.handoffs.of_message(message.id)
    assert handoff
    assert handoff.state == state


async def test_a_typed_yes_opens_what_is_shared_and_the_form_goes_on_below(
    executor: ActionExecutor, services: Services, message: Message
) -> None:
    offered = await a_handoff(services.database, message)
    call = an_action_call("action_accept_handoff", message, slots={"prep_part": "reason", "offered": True})
    (confirm, form), slots = await _talk(executor, call)
    assert (confirm.consent, form.text) == (offered.reference, services.responder.prep("prep_reason").text)
    assert (slots["offered"], slots["prep_part"]) == (True, "reason")


async def _talk(executor: ActionExecutor, call: dict[str, Any]) -> tuple[list[Reply], dict[str, Any]]:
    """All replies of an action, and the slots that it set."""
    result = await executor.run({"domain": {}, **call})
    assert result
    slots = {event["name"]: event["value"] for event in result.events if event["event"] == "slot"}
    return [Reply.model_validate(sent["custom"]) for sent in result.model_dump()["responses"]], slots


type Saying = Callable[..., Awaitable[tuple[list[Reply], dict[str, Any]]]]


@pytest.fixture
def say(executor: ActionExecutor, services: Services, message: Message) -> Saying:
    """Has an action run on a text while the form asks for `part`."""

    async def run(action: str, text: str, *, part: str | None) -> tuple[list[Reply], dict[str, Any]]:
        said = await a_message(services.database, text, conversation_id=message.conversation_id)
        return await _talk(executor, an_action_call(action, said, slots={"prep_part": part}))

    return run


async def test_each_answer_is_on_the_sheet_as_soon_as_it_is_given_word_for_word(
    say: Saying, services: Services, message: Message
) -> None:
    where = message.conversation_id
    _, slots = await say("action_start_prep", "start", part=None)
    assert slots["prep_part"] == "reason"
    _, slots = await say("action_keep_prep", "{slot} {{7*7}} %s", part="reason")
    assert (await services.sheets.of(where), slots["prep_part"]) == ({"reason": "{slot} {{7*7}} %s"}, "matters")
    (last,), slots = await say("action_keep_prep", "\u2060/ who?", part="questions")
    assert await services.sheets.of(where) == {"reason": "{slot} {{7*7}} %s", "questions": "/ who?"}
    assert ("on your prep sheet, word for word" in last.text, slots["prep_part"]) == (True, None)


async def test_the_form_asks_only_for_what_is_empty_and_overwrites_nothing(
    say: Saying, services: Services, message: Message
) -> None:
    where = message.conversation_id
    await services.sheets.add_words(where, "reason", "from the page")
    _, slots = await say("action_start_prep", "start", part=None)
    assert slots["prep_part"] == "matters"
    await services.sheets.add_words(where, "matters", "from the page")  # while the chat asks for it
    _, slots = await say("action_keep_prep", "from the chat", part="matters")
    assert slots["prep_part"] == "questions"
    assert await services.sheets.of(where) == {"reason": "from the page", "matters": "from the page\nfrom the chat"}


async def test_where_all_is_filled_the_form_says_so_and_does_not_open(
    say: Saying, services: Services, message: Message
) -> None:
    for part in ("reason", "matters", "questions"):
        await services.sheets.add_words(message.conversation_id, part, "filled")
    (reply,), slots = await say("action_start_prep", "start", part=None)
    assert ("on your prep sheet already" in reply.text, slots["prep_part"]) == (True, None)


@pytest.mark.parametrize(
    ("action", "part", "ends"),
    [
        ("action_start_prep", None, False),
        ("action_keep_prep", "reason", False),
        ("action_keep_prep", "questions", True),
        ("action_keep_prep_and_offer", "matters", False),
        ("action_keep_prep_and_offer", "questions", True),
        ("action_skip_prep", "matters", False),
        ("action_skip_prep", "questions", True),
        ("action_explain_prep", "questions", False),
        ("action_stop_prep", "reason", True),
    ],
)
async def test_where_the_form_ends_a_button_leads_to_the_sheet(
    say: Saying, action: str, part: str | None, *, ends: bool
) -> None:
    (first, *_), slots = await say(action, "words", part=part)
    assert [choice.id for choice in first.choices] == (["sheet:open"] if ends else [])
    assert (slots["prep_part"] is None) is ends


async def test_where_all_is_filled_a_button_leads_to_the_sheet(
    say: Saying, services: Services, message: Message
) -> None:
    for part in ("reason", "matters", "questions"):
        await services.sheets.add_words(message.conversation_id, part, "filled")
    (reply,), _ = await say("action_start_prep", "start", part=None)
    assert [choice.id for choice in reply.choices] == ["sheet:open"]


async def test_a_part_that_is_left_out_stays_empty_and_is_not_said_to_be_kept(
    say: Saying, services: Services, message: Message
) -> None:
    _, slots = await say("action_skip_prep", "skip", part="reason")
    assert slots["prep_part"] == "matters"
    (last,), _ = await say("action_skip_prep", "skip", part="questions")
    assert "None of them is filled in" in last.text
    assert await services.sheets.of(message.conversation_id) == {}


@pytest.mark.parametrize(
    ("action", "after"),
    [("action_explain_prep", "reason"), ("action_repeat_prep", "reason"), ("action_stop_prep", None)],
)
async def test_the_form_explains_repeats_and_stops(
    say: Saying, services: Services, message: Message, action: str, after: str | None
) -> None:
    (reply,), slots = await say(action, "words", part="reason")
    assert (reply.kind, slots["prep_part"]) == (Kind.PREP, after)
    assert await services.sheets.of(message.conversation_id) == {}


async def test_in_doubt_words_are_kept_and_a_person_is_offered(
    say: Saying, services: Services, message: Message
) -> None:
    replies, slots = await say("action_keep_prep_and_offer", "can i have it", part="reason")
    assert [reply.offers_person for reply in replies] == [False, True]
    assert (slots["offered"], slots["prep_part"]) == (True, "matters")
    sheet = await services.sheets.read(message.conversation_id)
    assert (sheet.parts["reason"], sheet.asked[0].text) == ("can i have it", "can i have it")


@pytest.mark.parametrize("action", ["action_handoff", "action_talk_to_person", "action_clarify"])
async def test_while_a_question_of_ours_stands_the_form_waits(
    executor: ActionExecutor, services: Services, message: Message, action: str
) -> None:
    call = an_action_call(action, message, slots={"prep_part": "reason"}, decision={"suggestions": ["risks/infection"]})
    (reply,), slots = await _talk(executor, call)
    assert (slots["offered"], slots["prep_part"]) == (reply.offers_person, "reason")


@pytest.mark.parametrize(
    ("action", "intent"),
    [
        ("action_answer", "risks"),
        ("action_decline", "insult"),
        ("action_accept_handoff", "accept_handoff"),
        ("action_decline_handoff", "decline_handoff"),
    ],
)
async def test_below_everything_else_the_form_asks_once_more(
    executor: ActionExecutor, services: Services, message: Message, action: str, intent: str
) -> None:
    call = an_action_call(action, message, intent=intent, decision=INFECTION, slots={"prep_part": "reason"})
    (first, second), slots = await _talk(executor, call)
    assert (first.kind == Kind.PREP, second.kind) == (False, Kind.PREP)
    assert second.text == services.responder.prep("prep_reason").text
    assert slots["prep_part"] == "reason"


@pytest.mark.parametrize(
    ("action", "decision", "slots"),
    [
        ("action_handoff", {}, {}),
        ("action_decline", {}, {"failures": 1}),
        ("action_clarify", {}, {"failures": 1}),
        ("action_answer", {"topic": "risks/nothing"}, {}),
    ],
)
async def test_every_offer_of_a_person_is_remembered_until_the_next_reply(
    executor: ActionExecutor, message: Message, action: str, decision: dict[str, Any], slots: dict[str, Any]
) -> None:
    call = an_action_call(action, message, intent="out_of_scope", decision=decision, slots=slots)
    assert (await _run(executor, call))[1]["offered"]
    after = an_action_call("action_smalltalk", message, intent="greet", slots={"offered": True})
    assert not (await _run(executor, after))[1]["offered"]


async def test_the_other_language_offer_is_remembered_too(executor: ActionExecutor, message: Message) -> None:
    call = an_action_call("action_decline", message, intent="other_language")
    assert (await _run(executor, call))[1]["offered"]


async def test_another_language_is_answered_in_it_by_the_words_themselves(
    executor: ActionExecutor, message: Message
) -> None:
    # What the brain decides names no language.
    spanish = "¿Cuánto cuesta el tratamiento?"
    call = an_action_call("action_decline", message, intent="other_language", text=spanish)
    assert (await _run(executor, call))[0].languages == ("es",)


async def test_the_same_call_again_makes_no_second_handoff(
    executor: ActionExecutor, services: Services, message: Message
) -> None:
    call = an_action_call("action_handoff", message, intent="personal_medical")
    replies = [(await _run(executor, call))[0] for _ in range(2)]
    assert replies[0].handoff == replies[1].handoff
    assert len(await services.handoffs.of_conversation(message.conversation_id)) == 1
