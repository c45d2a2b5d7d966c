from __future__ import annotations

import pytest
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.brain import environment
from bot.brain.attributes import TopicGuess, TriageGuess
from bot.brain.conversation import Conversation, asks_for_more, is_follow_up
from bot.brain.form import Form
from bot.brain.verdict import Verdict

CONVERSATION = Conversation(Form.load(environment.ROOT / "data" / "safety"))

GENERAL = TriageGuess("general", 0.9)
JAPAN = TopicGuess(
    [
        ("out_of_scope", 0.57),
        ("preparation/travel", 0.17),
        ("regulation/other_countries", 0.13),
        ("regulation/fda", 0.03),
    ]
)
EMERGENCY = TriageGuess("emergency", 1.0, ("seizure",), red_flag="possible")


SLOTS = [AnySlot(name, mappings=[]) for name in ("offered", "prep_part", "subject")]


def decide(intent: str, *events: Event, text: str = "words", triage: TriageGuess = GENERAL) -> str:
    tracker = DialogueStateTracker.from_events("c", list(events), SLOTS)
    return CONVERSATION.in_context(Verdict(intent, 0.9, topic="risks/allergy"), JAPAN, triage, text, tracker).intent


def after(action: str) -> list[Event]:
    return [
        ActionExecuted("action_listen"),
        UserUttered("x", {"name": "x"}),
        ActionExecuted(action),
        ActionExecuted("action_listen"),
    ]


FORM = [ActionExecuted("action_start_prep"), SlotSet("prep_part", "reason"), ActionExecuted("action_listen")]
OFFERED = [SlotSet("offered", value=True)]


@pytest.mark.parametrize("form", [[], FORM])
@pytest.mark.parametrize("action", ["action_handoff", "action_talk_to_person", "action_decline", "action_answer"])
def test_yes_and_no_answer_the_offer_of_a_person_whatever_made_it(action: str, form: list[Event]) -> None:
    assert decide("affirm", *form, *after(action), *OFFERED) == "accept_handoff"
    assert decide("deny", *form, *after(action), *OFFERED) == "decline_handoff"


def test_go_on_answers_the_offer_and_asks_for_no_more_of_the_subject() -> None:
    assert decide("affirm", *after("action_handoff"), *OFFERED, text="go on") == "accept_handoff"


def test_no_after_suggestions_means_none_of_them() -> None:
    assert decide("deny", *after("action_clarify")) == "none_of_these"


def test_yes_out_of_the_blue_stays_yes() -> None:
    assert decide("affirm") == "affirm"
    assert decide("affirm", *after("action_answer")) == "affirm"


def test_in_the_form_a_red_flag_and_a_call_for_a_person_are_heard() -> None:
    assert decide("emergency", *FORM, triage=EMERGENCY) == "emergency"
    assert decide("personal_medical", *FORM, triage=EMERGENCY) == "personal_medical"
    assert decide("talk_to_person", *FORM) == "talk_to_person"


def test_in_the_form_words_of_their_own_are_the_answer_though_a_head_is_suspicious() -> None:
    suspicion = TriageGuess("emergency", 0.7, probabilities={"emergency": 0.6})
    assert decide("personal_medical", *FORM, triage=suspicion) == "prep_words"


def test_a_form_that_an_emergency_broke_off_hears_nothing() -> None:
    assert decide("risks", *FORM, SlotSet("prep_part", "paused")) == "risks"


def follow_up(text: str, subject: str | None, verdict: Verdict | None = None) -> Verdict:
    tracker = DialogueStateTracker("c", [AnySlot("subject", mappings=[], initial_value=subject)])
    return CONVERSATION.in_context(verdict or Verdict("out_of_scope", 0.57), JAPAN, GENERAL, text, tracker)


def test_a_question_that_hangs_on_the_last_answer_is_asked_back_about_its_subject() -> None:
    asked = follow_up("what about japan?", "regulation/fda")
    assert (asked.intent, asked.topic) == ("clarify", None)
    assert asked.suggestions == ["regulation/other_countries", "preparation/travel"]


@pytest.mark.parametrize(
    ("text", "subject", "verdict"),
    [
        ("what about japan?", None, None),  # nothing was answered yet
        ("tell me who won the japan cup", "regulation/fda", None),  # stands by itself
        ("what about japan?", "regulation/fda", Verdict("personal_medical", 0.9)),  # safety first
        ("what about japan?", "regulation/fda", Verdict("regulation", 0.9, "regulation/japan")),  # understood anyway
    ],
)
def test_everything_else_stays_as_it_was_decided(text: str, subject: str | None, verdict: Verdict | None) -> None:
    verdict = verdict or Verdict("out_of_scope", 0.57)
    assert follow_up(text, subject, verdict) == verdict


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and children?", True),
        ("what about that?", True),
        ("does it last?", True),
        ("is the clinic open", False),
        ("what is the weather like in the city of this country", False),
        ("", False),
    ],
)
def test_short_questions_with_a_pointing_word_are_follow_ups(text: str, expected: bool) -> None:
    assert is_follow_up(text) is expected


def test_what_only_points_back_is_asked_back_with_the_last_answer_among_the_titles() -> None:
    asked = follow_up("tell me more", "regulation/fda", Verdict("small_talk", 0.9))
    assert (asked.intent, asked.suggestions) == ("clarify", ["regulation/other_countries", "regulation/fda"])


def test_what_only_points_back_at_nothing_stays_as_it_was_decided() -> None:
    assert follow_up("tell me more", None, Verdict("small_talk", 0.9)).intent == "small_talk"


def test_safety_comes_before_what_only_points_back() -> None:
    assert follow_up("what is that?", "regulation/fda", Verdict("personal_medical", 0.9)).intent == "personal_medical"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tell me more", True),
        ("can you explain that please?", True),
        ("what does that mean?", True),
        ("more info", True),
        ("why?", True),
        ("why is that", True),
        ("i don't understand", True),
        ("tell me more about the donors", False),
        ("why are they so expensive", False),
        ("what is exosome therapy", False),
        ("", False),
    ],
)
def test_messages_that_only_point_back(text: str, expected: bool) -> None:
    assert asks_for_more(text) is expected
