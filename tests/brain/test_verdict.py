"""The arbiter's rules as a table: what was found → what is decided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.brain.attributes import TopicGuess, TriageGuess
from bot.brain.verdict import Limits, Verdict, judge

LIMITS = Limits(answer=0.6, margin=0.2, clarify=0.4, also=0.6, emergency=0.9, dissent=0.9, suggestions=3)
GENERAL = TriageGuess("general", 0.9)


def guess(*ranking: tuple[str, float], **fields: Any) -> TopicGuess:
    return TopicGuess(list(ranking), **fields)


ALLERGY = guess(("risks/allergy", 0.9), ("risks/infection", 0.05))
PRICE = guess(("cost/price", 0.95), ("cost/refunds", 0.02))
CLOSE = guess(("risks/allergy", 0.61), ("risks/infection", 0.45))
UNSURE = guess(("risks/allergy", 0.3), ("risks/infection", 0.2), ("cost/price", 0.1), ("risks/tumours", 0.05))
WEATHER = guess(("out_of_scope", 0.9), ("cost/price", 0.05))
TORN = guess(("out_of_scope", 0.35), ("cost/price", 0.3), ("cost/refunds", 0.3))


def decide(*topics: TopicGuess, triage: TriageGuess = GENERAL, unreadable: str | None = None) -> Verdict:
    return judge(topics, triage, unreadable=unreadable, limits=LIMITS)


@pytest.mark.parametrize(
    ("topic", "intent", "answer"),
    [
        (ALLERGY, "risks", "risks/allergy"),
        (PRICE, "cost", "cost/price"),
        (CLOSE, "clarify", None),
        (UNSURE, "clarify", None),
        (WEATHER, "out_of_scope", None),
        (TORN, "clarify", None),
        (replace(ALLERGY, is_familiar=False), "clarify", None),
        (replace(ALLERGY, is_familiar=False, is_strange=True), "out_of_scope", None),
        (replace(TORN, is_familiar=False, is_strange=True), "out_of_scope", None),
        (guess(("risks/allergy", 0.2), ("greet", 0.15)), "out_of_scope", None),
        (guess(("greet", 0.99)), "greet", None),
        (guess(("personal_medical", 0.9), ("out_of_scope", 0.05)), "personal_medical", None),
        (guess(("emergency", 0.3), ("out_of_scope", 0.2), ("greet", 0.1)), "out_of_scope", None),
        (guess(("personal_medical", 0.4), ("emergency", 0.3)), "out_of_scope", None),
    ],
)
def test_a_general_message(topic: TopicGuess, intent: str, answer: str | None) -> None:
    verdict = decide(topic)
    assert (verdict.intent, verdict.topic) == (intent, answer)


@pytest.mark.parametrize(
    ("triage", "intent"),
    [
        (TriageGuess("emergency", 1.0, ("throat",), red_flag="clear"), "emergency"),
        (TriageGuess("emergency", 1.0, ("no fever",), red_flag="possible"), "personal_medical"),
        (TriageGuess("emergency", 0.97, probabilities={"emergency": 0.95}), "emergency"),
        (TriageGuess("emergency", 0.8, probabilities={"emergency": 0.7}), "personal_medical"),
        (TriageGuess("emergency", 1.0, ("no fever",), "possible", {"emergency": 0.95}), "emergency"),
        (TriageGuess("personal_medical", 1.0, ("my lupus",)), "personal_medical"),
        (TriageGuess("personal_medical", 1.0, ("my lupus",), probabilities={"emergency": 0.85}), "personal_medical"),
        (TriageGuess("personal_medical", 1.0, ("my breast",), probabilities={"emergency": 0.95}), "emergency"),
    ],
)
def test_safety_comes_before_the_best_answer(triage: TriageGuess, intent: str) -> None:
    verdict = decide(PRICE, triage=triage)
    assert (verdict.intent, verdict.topic, verdict.also) == (intent, None, [])


@pytest.mark.parametrize(
    ("triage", "intent"),
    [
        (GENERAL, "prompt_injection"),
        (TriageGuess("emergency", 0.97, probabilities={"emergency": 0.95}), "prompt_injection"),
        (TriageGuess("personal_medical", 1.0, ("my lupus",), probabilities={"emergency": 0.95}), "personal_medical"),
        (TriageGuess("emergency", 1.0, ("throat",), red_flag="clear"), "emergency"),
    ],
)
def test_an_order_is_neither_answered_nor_sent(triage: TriageGuess, intent: str) -> None:
    verdict = judge([ALLERGY, PRICE, ALLERGY], triage, is_order=True, limits=LIMITS)
    assert (verdict.intent, verdict.topic) == (intent, None)


def test_what_is_handed_over_keeps_something_to_read() -> None:
    triage = TriageGuess("personal_medical", 1.0, ("my lupus",))
    assert decide(UNSURE, triage=triage).suggestions == ["risks/allergy", "risks/infection", "cost/price"]


def test_suggestions_are_three_answers_at_most() -> None:
    assert decide(UNSURE).suggestions == ["risks/allergy", "risks/infection", "cost/price"]


def test_two_sure_questions_get_both_answers() -> None:
    verdict = decide(CLOSE, ALLERGY, PRICE)
    assert (verdict.topic, verdict.also) == ("risks/allergy", ["cost/price"])


def test_two_parts_about_one_thing_are_one_question() -> None:
    verdict = decide(ALLERGY, ALLERGY, ALLERGY)
    assert (verdict.topic, verdict.also) == ("risks/allergy", [])


def test_a_sure_part_stands_for_an_unsure_whole() -> None:
    assert decide(UNSURE, WEATHER, PRICE).topic == "cost/price"


def test_a_personal_half_makes_the_whole_personal() -> None:
    triage = TriageGuess("personal_medical", 1.0, ("my lupus",))
    assert decide(PRICE, PRICE, ALLERGY, triage=triage).intent == "personal_medical"


@pytest.mark.parametrize("unreadable", ["nonsense", "other_language"])
def test_what_cannot_be_read_gets_no_answer_by_accident(unreadable: str) -> None:
    assert decide(PRICE, unreadable=unreadable).intent == unreadable


def test_a_red_flag_in_another_language_is_still_one() -> None:
    triage = TriageGuess("emergency", 1.0, ("no puedo respirar",), red_flag="clear")
    assert decide(PRICE, triage=triage, unreadable="other_language").intent == "emergency"


def test_triage_that_rather_takes_it_for_another_kind_keeps_an_answer_from_being_direct() -> None:
    doubtful = TriageGuess("chitchat", 0.5, probabilities={"general": 0.08, "chitchat": 0.5, "out_of_scope": 0.42})
    assert decide(PRICE, triage=doubtful).intent == "clarify"
    less_so = TriageGuess("out_of_scope", 0.6, probabilities={"general": 0.4, "out_of_scope": 0.6})
    assert decide(PRICE, triage=less_so).intent == "cost"


def test_the_decision_is_what_the_action_reads() -> None:
    assert decide(ALLERGY).decision(GENERAL) == {
        "intent": "risks",
        "topic": "risks/allergy",
        "confidence": 0.9,
        "runner_up": {"answer": "risks/infection", "confidence": 0.05},
        "suggestions": [],
        "triage": {"label": "general", "confidence": 0.9, "because": []},
        "also": [],
    }


def test_what_names_an_illness_and_nothing_of_the_treatment_is_asked_back() -> None:
    assert decide(PRICE, triage=TriageGuess("general", 0.97, elsewhere=(True,))).intent == "clarify"


def test_of_two_questions_only_what_bears_on_the_treatment_is_answered() -> None:
    unsure = guess(("cost/price", 0.5), ("risks/infection", 0.4))
    topics = [unsure, guess(("risks/infection", 0.9)), guess(("cost/price", 0.9))]
    assert decide(*topics, triage=TriageGuess("general", 0.97, elsewhere=(False, True, False))).topic == "cost/price"
    assert decide(*topics, triage=TriageGuess("general", 0.97, elsewhere=(False, True, True))).intent == "clarify"
