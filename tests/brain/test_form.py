"""What words are while the prep form is open."""

from __future__ import annotations

import pytest

from bot.brain import environment
from bot.brain.attributes import TopicGuess
from bot.brain.form import EXPLAIN, REPEAT, SKIP, STOP, WORDS, WORDS_FOR_PERSON, Form
from bot.brain.verdict import Verdict

FORM = Form.load(environment.ROOT / "data" / "safety")

UNSURE = TopicGuess([("out_of_scope", 0.4)])
RISKS = Verdict("risks", 0.9, "risks/side_effects")
PERSONAL = Verdict("personal_medical", 0.9)


def decide(
    text: str, verdict: Verdict | str = "out_of_scope", *, part: str = "reason", topic: TopicGuess = UNSURE
) -> str:
    found = Verdict(verdict, 0.5) if isinstance(verdict, str) else verdict
    return FORM.decide(found, found, topic, text, part).intent


@pytest.mark.parametrize("verdict", [PERSONAL, RISKS, *map(Verdict, ("clarify", "small_talk", "insult"), [0.5] * 3)])
def test_words_that_ask_nothing_are_the_answer(verdict: Verdict) -> None:
    assert decide("my knee hurts since the war", verdict) == WORDS


def test_a_general_question_is_one() -> None:
    assert decide("what are the risks?", RISKS) == "risks"
    assert decide("who is the president", "out_of_scope") == "out_of_scope"


@pytest.mark.parametrize("text", ["i have lupus, can i have it?", "should i stop my warfarin before"])
def test_a_personal_question_is_handed_over(text: str) -> None:
    assert decide(text, PERSONAL) == "personal_medical"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("i have lupus can i have it", PERSONAL),  # asks in mid-sentence
        ("will i walk again after that?", "clarify"),
        ("is there any hope for my hip?", "out_of_scope"),
    ],
)
def test_in_doubt_words_are_kept_and_a_person_is_offered(text: str, verdict: Verdict | str) -> None:
    assert decide(text, verdict) == WORDS_FOR_PERSON


def test_where_questions_are_asked_for_a_question_is_the_answer() -> None:
    assert decide("what are the risks?", RISKS, part="questions") == WORDS
    assert decide("should i stop my warfarin?", PERSONAL, part="questions") == WORDS_FOR_PERSON
    assert decide("my lupus and my heart", PERSONAL, part="questions") == WORDS


@pytest.mark.parametrize("part", ["reason", "matters", "questions"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[(text, SKIP) for text in ("skip", "skip it", "no", "no thanks.", "none of your business!", "i don't know")],
        *[(text, SKIP) for text in ("i'd rather not say", "i prefer not to answer", "that's private", "next question")],
        *[(text, SKIP) for text in ("it's none of your concern", "mind your own business", "no questions")],
        ("i'd rather keep that to myself", SKIP),
        *[(text, REPEAT) for text in ("thx!", "thanks a lot", "ok", "cool", "hmm")],
        *[(text, EXPLAIN) for text in ("i have no idea what you want", "can you repeat that?")],
        *[(text, STOP) for text in ("stop", "stop!", "please cancel", "never mind", "bye", "not now", "later")],
        *[(text, STOP) for text in ("ok goodbyeee", "can we end the form", "im done thanks")],
        *[(text, EXPLAIN) for text in ("i don't understand the question", "what do you mean?", "huh?", "why?")],
        *[(text, EXPLAIN) for text in ("why do you ask that", "i don't get it", "what should i say")],
    ],
)
def test_plain_wishes_are_followed(text: str, expected: str, part: str) -> None:
    assert decide(text, part=part) == expected


@pytest.mark.parametrize(
    "text",
    [
        "i want to stop my knee hurting",
        "i cannot stop worrying",
        "no more pain",
        "nothing stops it",
        "no surgery",
        "i don't know if it helps my knee",
        "bye bye wheelchair, that is what i want",
        "not having to think of it now",
        "pass my exam without pain",
    ],
)
def test_a_sentence_with_such_words_in_it_is_an_answer(text: str) -> None:
    assert decide(text) == WORDS


@pytest.mark.parametrize(
    ("intent", "expected", "by_confidence"),
    [
        *[(intent, REPEAT, REPEAT) for intent in ("thank", "affirm", "greet")],
        ("deny", SKIP, WORDS),  # "no more pain"
        ("goodbye", STOP, WORDS),  # "goodbye pain"
    ],
)
def test_small_talk_is_no_answer_where_it_is_sure(intent: str, expected: str, by_confidence: str) -> None:
    assert decide("words of one", Verdict(intent, 0.97)) == by_confidence
    assert decide("words of one", Verdict(intent, 0.5)) == WORDS
    assert decide("words of one that go on and on", Verdict(intent, 0.97)) == WORDS
    example = TopicGuess([(intent, 1.0)], is_example=True)
    assert decide("words of one", Verdict(intent, 0.5), topic=example) == expected


@pytest.mark.parametrize("intent", ["insult", "prompt_injection", "nonsense"])
def test_insults_and_orders_are_never_kept(intent: str) -> None:
    assert decide("you are a useless bot and so on and on", Verdict(intent, 1.0)) == intent
