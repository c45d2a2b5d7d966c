"""Wordings with choices, and the wishes made of them."""

from __future__ import annotations

import re

import pytest

from bot.safety.phrases import any_of
from bot.safety.wishes import Wishes

WISHES = Wishes(
    {
        "skip": [{"before": ["please", "can we"], "words": ["skip", "no (more |) questions", "n/a"], "after": ["it"]}],
        "stop": [{"before": [], "words": ["bye+", "skip"], "after": []}],
    }
)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("skip", "skip"),  # the first that fits
        ("please, can we skip it, it!", "skip"),
        ("no questions.", "skip"),
        ("no more questions", "skip"),
        ("n/a", "skip"),
        ("byeee", "stop"),
        ("please bye", None),
        ("skipit", None),
        ("na", None),
        ("skip the stairs", None),
        ("", None),
    ],
)
def test_a_wish_is_all_of_a_message_but_for_marks_and_courtesies(text: str, intent: str | None) -> None:
    assert WISHES.intent(text) == intent


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("is my", True),
        ("can it", True),
        ("worrying", True),
        ("worr", True),
        ("is", False),
        ("my is", False),
        ("what.", True),
        ("whats", False),
    ],
)
def test_a_wording_names_lists_and_leaves_endings_open(text: str, fits: bool) -> None:
    lists = {"verbs": ["is", "can"], "nouns": ["my"]}
    pattern = any_of(["<verbs> (<nouns>|it)", "worr*", "what."], lists)
    assert (re.fullmatch(pattern, text) is not None) is fits
