"""What the floor finds in words that were refused."""

from __future__ import annotations

import pytest

from bot.conversations.phrases import Phrases
from bot.conversations.refused import MOST_READ, RefusedWords
from bot.safety.red_flags import RedFlags
from bot.settings import Settings

PADDING = "I would like to know more about it. " * MOST_READ


@pytest.fixture
def refused(red_flags: RedFlags) -> RefusedWords:
    return RefusedWords(red_flags, Phrases(Settings(_env_file=None)))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I can't breathe", "This could be an emergency. Call 911 now"),
        ("I want to kill myself", "Call or text 988 now"),
        ("I had a seizure two years ago", "What you describe can be serious"),
        ("No puedo respirar", "Esto podría ser una emergencia. Llame al 911 ahora"),
    ],
)
def test_a_red_flag_gets_the_fixed_words_of_its_kind(refused: RefusedWords, text: str, told: str) -> None:
    warning = refused.warning(["hello", text])
    assert warning
    assert told in warning.text
    assert "may not have reached the team" in warning.text
    assert "I have passed" not in warning.text


def test_words_in_two_languages_say_which_is_which(refused: RefusedWords) -> None:
    warning = refused.warning(["No puedo respirar"])
    assert warning
    assert warning.languages == ("es",) * 3 + ("en",) * 3
    assert len(warning.text.split("\n\n")) == len(warning.languages)


def test_whoever_is_sure_counts_before_whoever_is_not(refused: RefusedWords) -> None:
    warning = refused.warning(["I had a seizure two years ago", "I can't breathe"])
    assert warning
    assert warning.text.startswith("**This could be an emergency.")


@pytest.mark.parametrize("texts", [[], [""], ["What are exosomes?"], ["a"], ["a" * MOST_READ, "I can't breathe"]])
def test_without_a_red_flag_nothing_is_said(refused: RefusedWords, texts: list[str]) -> None:
    assert refused.warning(texts) is None


@pytest.mark.parametrize("text", ["I can't breathe. " + PADDING, PADDING + " I can't breathe."])
def test_of_a_long_text_the_beginning_and_the_end_are_read(refused: RefusedWords, text: str) -> None:
    assert refused.warning([text])
