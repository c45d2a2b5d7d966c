"""What asks something, and what only tells."""

from __future__ import annotations

import pytest

from bot.safety.asking import Asking, QuestionRules
from tests.safety.conftest import FOLDER

RULES = QuestionRules.load(FOLDER / "asking.yml")

ASKS = [
    "what are the risks?",
    "what are the risks",
    "and what are the risks",
    "how much does it cost",
    "how long do the results last",
    "what side effects are there",
    "where do the cells come from",
    "when can i start",
    "is it safe",
    "should i stop my warfarin before",
    "can i have it",
    "i have lupus, can i have it",
    "my knee hurts. will it help",
    "does it work",
    "do you take insurance",
    "what about children",
    "tell me the risks",
    "please explain how it is made",
    "what's the price",
    "are exosomes approved",
]
TELLS = [
    "my knee hurts since the war",
    "i want to walk without pain again",
    "being able to play with my grandchildren",
    "how safe it is",
    "what it costs",
    "what matters most is my family",
    "what i want is to sleep again",
    "what worries me most is the needle",
    "how it feels to walk again",
    "when i was young i broke my knee",
    "do it without pain",
    "have my life back",
    "do the garden again",
    "no more pain",
    "a friend told me about it",
    "whether it is worth the money",
    "less pain, fewer risks, the cost",
    "my doctor said that nothing else is left",
]


@pytest.mark.parametrize("text", ASKS)
def test_a_mark_a_question_word_or_the_order_of_words_asks(text: str) -> None:
    assert RULES.asking(text) == Asking.YES


@pytest.mark.parametrize("text", TELLS)
def test_all_else_tells(text: str) -> None:
    assert RULES.asking(text) == Asking.NO


@pytest.mark.parametrize("text", ["i have lupus can i have it", "my mum is 80 would it help"])
def test_what_asks_in_mid_sentence_may_ask(text: str) -> None:
    assert RULES.asking(text) == Asking.MAYBE


@pytest.mark.parametrize(("text", "expected"), [("can my mum come", True), ("i'm old", True), ("is it safe", False)])
def test_who_is_spoken_of(text: str, expected: bool) -> None:
    assert RULES.is_about_self(text) is expected
