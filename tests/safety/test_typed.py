"""Typed words that stand for a button."""

from __future__ import annotations

import json

import pytest
import yaml

from bot.safety.typed import Typed
from tests.safety.conftest import FOLDER

ROOT = FOLDER.parents[1]

TYPED = Typed.load(FOLDER / "typed.yml")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("send it after all", "accept_handoff"),
        ("send it to the team.", "accept_handoff"),
        ("none of these", "none_of_these"),
        ("go on with my prep sheet", "start_prep"),
        ("ask a person", "talk_to_person"),
        ("send it after all of this", None),
        ("", None),
    ],
)
def test_a_buttons_name_does_what_the_button_does(text: str, intent: str | None) -> None:
    assert TYPED.intent(text, offered=False) == intent


@pytest.mark.parametrize(
    ("text", "intent"), [("sí", "accept_handoff"), ("si!", "accept_handoff"), ("not now", "decline_handoff")]
)
def test_yes_and_no_answer_an_offer_alone(text: str, intent: str) -> None:
    assert (TYPED.intent(text, offered=True), TYPED.intent(text, offered=False)) == (intent, None)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_names_on_the_widgets_buttons_are_known(language: str) -> None:
    path = ROOT / "bot" / "web" / "static" / "widget" / "strings" / "chat" / f"{language}.json"
    words = json.loads(path.read_text(encoding="utf-8"))["handoff"]
    for name in ("send", "send_after_all"):
        assert TYPED.intent(words[name].lower(), offered=True) == "accept_handoff"
    assert TYPED.intent(words["not_now"].lower(), offered=True) == "decline_handoff"


def test_the_names_of_the_servers_buttons_are_known() -> None:
    replies = yaml.safe_load((ROOT / "data" / "replies" / "en.yml").read_text(encoding="utf-8"))
    names = {"handoff:accept": "accept_handoff", "none_of_these": "none_of_these", "prep:start": "start_prep"}
    for button, intent in names.items():
        assert TYPED.intent(replies["buttons"][button].lower(), offered=False) == intent
