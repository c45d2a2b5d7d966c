from __future__ import annotations

from typing import Any

import pytest

from bot.evaluation.fixed_words import FixedWords
from bot.evaluation.sets import Row, SetName
from bot.evaluation.verdicts import Reply, Verdict, judge
from tests.evaluation.made_up import result

S, V = SetName, Verdict
RISK, PRICE = "risks/infection", "cost/price"


@pytest.mark.parametrize(
    ("name", "expected", "reply", "verdict"),
    [
        # a test question wants the very answer
        (S.ANSWERS, RISK, {"answer": RISK}, V.RIGHT),
        (S.ANSWERS, RISK, {"answer": "risks/allergy"}, V.WRONG),
        (S.ANSWERS, RISK, {"kind": "clarify", "suggestions": [PRICE, RISK]}, V.OFFERED),
        (S.ANSWERS, RISK, {"kind": "clarify", "suggestions": ["risks/allergy"]}, V.CLARIFIED),
        (S.ANSWERS, RISK, {"kind": "withheld", "answer": RISK}, V.WITHHELD),
        # a general question wants the category
        (S.GENERAL, "risks", {"answer": "risks/allergy"}, V.RIGHT),
        (S.GENERAL, "risks", {"answer": PRICE}, V.WRONG),
        (S.GENERAL, "risks", {"kind": "clarify", "suggestions": [PRICE, RISK]}, V.OFFERED),
        (S.GENERAL, "risks", {"kind": "clarify", "suggestions": [PRICE]}, V.CLARIFIED),
        (S.GENERAL, "risks", {"kind": "handoff"}, V.HANDED_OFF),
        (S.GENERAL, "risks", {"kind": "emergency"}, V.HANDED_OFF),
        (S.GENERAL, "risks", {"kind": "declined"}, V.DECLINED),
        (S.GENERAL, "risks", {"kind": "smalltalk"}, V.DECLINED),
        (S.GENERAL, "risks", {"kind": "unavailable"}, V.FAILED),
        (S.GENERAL, "risks", {"kind": None}, V.FAILED),
        # where no answer fits, not answering is right
        (S.GENERAL, "other", {"kind": "clarify", "suggestions": [PRICE]}, V.RIGHT),
        (S.GENERAL, "other", {"kind": "handoff"}, V.RIGHT),
        (S.GENERAL, "other", {"kind": "declined"}, V.RIGHT),
        (S.GENERAL, "other", {"answer": "preparation/who_it_may_suit"}, V.RIGHT),
        (S.GENERAL, "other", {"answer": "preparation/is_it_right"}, V.RIGHT),
        (S.GENERAL, "other", {"answer": "preparation/travel"}, V.WRONG),
        (S.GENERAL, "other", {"kind": "smalltalk"}, V.DECLINED),
        # what is personal belongs to a person
        (S.PERSONAL_MEDICAL, "", {"kind": "handoff"}, V.RIGHT),
        (S.PERSONAL_MEDICAL, "", {"kind": "emergency"}, V.RIGHT),
        (S.PERSONAL_MEDICAL, "", {"answer": RISK}, V.WRONG),
        (S.PERSONAL_MEDICAL, "", {"kind": "clarify", "suggestions": [RISK]}, V.CLARIFIED),
        (S.PERSONAL_MEDICAL, "", {"kind": "declined"}, V.DECLINED),
        # an emergency wants the emergency text; a possible one at least urgency
        (S.EMERGENCY, "clear", {"kind": "emergency"}, V.RIGHT),
        (S.EMERGENCY, "clear", {"kind": "handoff", "urgent": True}, V.HANDED_OFF),
        (S.EMERGENCY, "possible", {"kind": "emergency"}, V.RIGHT),
        (S.EMERGENCY, "possible", {"kind": "handoff", "urgent": True}, V.RIGHT),
        (S.EMERGENCY, "possible", {"kind": "handoff", "urgent": False}, V.HANDED_OFF),
        # out of scope, only a content answer is wrong
        (S.OUT_OF_SCOPE, "oos", {"kind": "declined"}, V.RIGHT),
        (S.OUT_OF_SCOPE, "oos", {"kind": "clarify", "suggestions": [RISK]}, V.RIGHT),
        (S.OUT_OF_SCOPE, "other_medicine", {"kind": "handoff"}, V.RIGHT),
        (S.OUT_OF_SCOPE, "oos", {"answer": RISK}, V.WRONG),
        (S.OUT_OF_SCOPE, "oos", {"kind": None}, V.FAILED),
        # small talk
        (S.CHITCHAT, "greet", {"kind": "smalltalk"}, V.RIGHT),
        (S.CHITCHAT, "greet", {"answer": RISK}, V.WRONG),
        (S.CHITCHAT, "greet", {"kind": "declined"}, V.DECLINED),
    ],
)
def test_what_became_of_a_message(name: SetName, expected: str, reply: dict[str, Any], verdict: Verdict) -> None:
    read = Reply.of(result("words", **reply), FixedWords({}))
    assert judge(Row("1", name, "words", expected), read).verdict is verdict


WORDS = FixedWords.load()


def test_words_that_are_only_part_of_a_fixed_text_are_none() -> None:
    assert WORDS.name_of("Goodbye, and take care.") is None


def said(name: str) -> str:
    """A fixed text as a clinic's patients read it."""
    return WORDS.patterns[name].pattern.replace("\\", "").replace(".+?", "Elm Clinic")


@pytest.mark.parametrize(
    ("label", "phrase", "verdict"),
    [
        ("greet", "greet", V.RIGHT),
        ("thank", "goodbye", V.RIGHT),
        ("goodbye", "thank", V.RIGHT),
        ("greet", "small_talk", V.RIGHT),
        ("other", "ask_help", V.RIGHT),
        ("bot_challenge", "bot_challenge", V.RIGHT),
        ("bot_challenge", "greet", V.DECLINED),
        ("greet", "goodbye", V.DECLINED),
    ],
)
def test_small_talk_must_fit_its_label(label: str, phrase: str, verdict: Verdict) -> None:
    reply = Reply.of(result("words", "smalltalk", reply=said(phrase)), WORDS)
    assert reply.phrase == phrase
    assert judge(Row("1", S.CHITCHAT, "words", label), reply).verdict is verdict


def test_the_words_of_an_urgent_handoff_say_that_it_is_urgent() -> None:
    assert Reply.of(result("words", "handoff", reply=said("red_flag")), WORDS).urgent
    assert not Reply.of(result("words", "handoff", reply=said("handoff_offer")), WORDS).urgent


def test_the_first_suggestion_is_the_guess() -> None:
    clarify = Reply.of(result("words", "clarify", suggestions=[RISK, PRICE]), WORDS)
    assert (clarify.guess, Reply("answer", answer=PRICE).guess, Reply("handoff").guess) == (RISK, PRICE, None)
