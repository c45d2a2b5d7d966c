"""The starter answers as a whole: enough of them, readable, and promising nothing."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain

import pytest
import yaml

from bot.answers.files import AnswerFile, read_answer_files
from bot.answers.topics import topics
from bot.settings import ROOT

ANSWERS = read_answer_files(ROOT / "data" / "answers")
IDS = [answer.id for answer in ANSWERS]
TOPICS = {
    *("regulation", "source", "donors", "making", "evidence"),
    *("alternatives", "risks", "team", "cost", "consent"),
}
WITHOUT_ADDRESS = {
    "Understanding the Risks of Exosome Therapy: What You Need to Know",
    "The Potential Risks and Benefits of Exosome Therapy",
    "Patient Handbook on Stem Cell Therapies",
    "Facts that this clinic fills in",
}
# What the clinic may not claim, with what makes each of them harmless: a denial, or talk of a claim.
FORBIDDEN = re.compile(
    r"\b(cures?|cured|guarantee[sd]?|risk[- ]free|miracle|proven|breakthrough)\b"
    r"|\bsafe\b|FDA[- ](approved|registered|compliant)"
)
HARMLESS = re.compile(
    r"\b(no|not|never|nobody|none|neither|nor|without|un\w+|few|doubt|only)\b|n.t\b"
    r"|\b(if|whether|how|what|which|ask|does|is it|are they|before|until)\b"
    r"|\b(wary|careful|warn\w*|beware|claim\w*|promise\w*|question|says?|said|words?|mean\w*)\b"
    r"|\b(study|studies|trials?|tests?|prov\w+)\b",
    re.IGNORECASE,
)


def _sentences(answer: AnswerFile) -> list[str]:
    plain = re.sub(r"[*_#>`]|\[([^\]]*)\]\([^)]*\)", r"\1", answer.body)
    pieces = re.split(r"(?<=[.!?:])\s+|\n+", plain)
    return [piece.strip(" -") for piece in pieces if piece.strip(" -")]


def _grade(answer: AnswerFile) -> float:
    """The Flesch-Kincaid grade, with syllables counted as groups of vowels."""
    words = re.findall(r"[A-Za-z']+", " ".join(_sentences(answer)))
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower())))) for word in words)
    return 0.39 * len(words) / len(_sentences(answer)) + 11.8 * syllables / len(words) - 15.59


def _key(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.casefold()))


def test_there_are_at_least_a_hundred_in_every_category() -> None:
    assert len(ANSWERS) >= 100
    assert {answer.category for answer in ANSWERS} == set(topics().categories)


@pytest.mark.parametrize("answer", ANSWERS, ids=IDS)
def test_each_is_asked_for_in_many_ways(answer: AnswerFile) -> None:
    assert len({_key(example) for example in answer.examples}) >= 15
    assert len({_key(question) for question in answer.tests}) >= 5


@pytest.mark.parametrize("answer", ANSWERS, ids=IDS)
def test_each_is_short_and_plain(answer: AnswerFile) -> None:
    assert 25 <= len(re.findall(r"\w+", answer.body)) <= 130
    assert _grade(answer) <= 10


def test_on_the_whole_they_read_like_the_eighth_grade() -> None:
    grades = [_grade(answer) for answer in ANSWERS]
    assert sum(grades) / len(grades) <= 8
    assert sum(grade <= 9 for grade in grades) >= 0.95 * len(grades)


@pytest.mark.parametrize("answer", ANSWERS, ids=IDS)
def test_none_claims_what_a_clinic_may_not_claim(answer: AnswerFile) -> None:
    claims = [line for line in _sentences(answer) if FORBIDDEN.search(line) and not HARMLESS.search(line)]
    assert claims == []


@pytest.mark.parametrize("answer", ANSWERS, ids=IDS)
def test_each_names_what_it_rests_on(answer: AnswerFile) -> None:
    assert {source.title for source in answer.sources if source.url is None} <= WITHOUT_ADDRESS
    assert answer.ask is None or answer.ask.topic in TOPICS


@pytest.mark.parametrize("answer", ANSWERS, ids=IDS)
def test_each_is_written_in_latin_letters(answer: AnswerFile) -> None:
    """One of the source texts is full of look-alike letters; none may come over."""
    assert not re.search(r"[\u0370-\u052f\u200b-\u200f\u202a-\u202e]", f"{answer.title} {answer.body}")


def test_no_title_stands_for_two_answers() -> None:
    assert [title for title, count in Counter(_key(answer.title) for answer in ANSWERS).items() if count > 1] == []


def test_no_words_stand_in_two_answers() -> None:
    lines = chain.from_iterable({line for line in _sentences(answer) if len(line) > 60} for answer in ANSWERS)
    assert [line for line, count in Counter(lines).items() if count > 3] == []


def test_no_example_trains_two_answers() -> None:
    examples = chain.from_iterable({_key(example) for example in answer.examples} for answer in ANSWERS)
    assert [example for example, count in Counter(examples).items() if count > 1] == []


def test_no_test_question_is_ever_trained_on() -> None:
    trained = {_key(example) for answer in ANSWERS for example in answer.examples} | _examples_of_intents()
    tested = {_key(question) for answer in ANSWERS for question in answer.tests}
    assert tested & trained == set()


def test_no_test_question_measures_two_answers() -> None:
    tests = Counter(_key(question) for answer in ANSWERS for question in answer.tests)
    assert [question for question, count in tests.items() if count > 1] == []


def test_no_example_of_an_answer_is_an_example_of_another_intent() -> None:
    trained = {_key(example) for answer in ANSWERS for example in answer.examples}
    assert trained & _examples_of_intents() == set()


def test_what_the_widget_suggests_exists() -> None:
    assert set(topics().suggested) <= set(IDS)


def _examples_of_intents() -> set[str]:
    found = set()
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            found |= {_key(line.removeprefix("- ")) for line in entry["examples"].splitlines()}
    return found
