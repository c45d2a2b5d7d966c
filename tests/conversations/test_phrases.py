"""The fixed words: every one that is needed is there and filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.conversations.brain import INTENTS_OF_CHOICES
from bot.conversations.phrases import PHRASES, TOLD, Phrases
from bot.conversations.responder import REPORT, SEND_OR_NOT, SHEET
from bot.errors import BrokenDataFileError
from bot.prep.sheet import CHAT_PARTS
from bot.settings import ROOT, Settings

SETTINGS = Settings(_env_file=None)
OF_RESPONDER = {
    *(
        "emergency",
        "self_harm",
        "red_flag",
        "unavailable",
        "withheld",
        "clarify",
        "also",
        "empty",
        *("prep_start", "prep_skipped", "prep_kept", "prep_no_room"),
        *("prep_filled", "prep_saved", "prep_empty", "prep_stopped", "prep_sheet"),
        *(f"prep_{part}{again}" for part in CHAT_PARTS for again in ("", "_again")),
    ),
    *("handoff_offer", "handoff_person", "handoff_not_understood", "handoff_sent", "handoff_declined"),
    *("handoff_add", "handoff_not_added", "handoff_returned", "handoff_resolved"),
    *("reply_expected_open", "reply_expected_closed", "reply_expected_unknown"),
    *("nothing_to_send", "other_language", "report_sent", "report_start"),
    *("emergency_refused", "self_harm_refused", "red_flag_refused"),
}
TOLD_WITH_REFERENCE = {
    *("emergency", "self_harm", "red_flag", "unavailable", "withheld"),
    *("handoff_offer", "handoff_person", "handoff_not_understood", "handoff_sent", "report_sent"),
    *("handoff_add", "handoff_not_added", "handoff_returned", "handoff_resolved"),
}
OFFERS = ["handoff_offer", "handoff_person", "handoff_not_understood", "withheld"]
TEXTS = {
    key: text
    for key, text in yaml.safe_load(PHRASES.read_text(encoding="utf-8")).items()
    if key not in {"buttons", "calendar"}
}
TOLD_OF_ONE = dict.fromkeys(TOLD - {"reference"}, "…")


@pytest.fixture
def phrases() -> Phrases:
    return Phrases(SETTINGS)


def _intents_with_fixed_words() -> set[str]:
    """The intents that the rules answer by action_smalltalk or action_decline."""
    found = set()
    for path in (ROOT / "data" / "rules").glob("*.yml"):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            steps = rule["steps"]
            if {"action_smalltalk", "action_decline"} & {step.get("action") for step in steps}:
                found |= {step["intent"] for step in steps if "intent" in step}
    return found


def test_every_intent_that_is_answered_in_fixed_words_has_its_text(phrases: Phrases) -> None:
    intents = _intents_with_fixed_words()
    assert {"greet", "bot_challenge", "out_of_scope", "prompt_injection"} <= intents
    assert [intent for intent in intents if not phrases.has(intent)] == []


def test_every_text_that_the_program_says_is_there(phrases: Phrases) -> None:
    assert [name for name in OF_RESPONDER if not phrases.has(name)] == []


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_is_filled_in(phrases: Phrases, name: str) -> None:
    said = phrases.say(name, reference="AW-7K3Q", **TOLD_OF_ONE)
    assert said
    assert "$" not in said


@pytest.mark.parametrize("name", sorted(TOLD_WITH_REFERENCE))
def test_whoever_is_handed_off_is_told_the_reference(phrases: Phrases, name: str) -> None:
    assert "AW-7K3Q" in phrases.say(name, reference="AW-7K3Q", **TOLD_OF_ONE)


@pytest.mark.parametrize("name", sorted(OFFERS))
def test_whoever_is_offered_a_person_knows_what_would_be_sent_and_that_nothing_is_yet(
    phrases: Phrases, name: str
) -> None:
    said = phrases.say(name, reference="AW-7K3Q")
    assert "Nothing is sent until you say yes" in said
    assert "your messages in this chat up to here, word for word" in said


def test_nothing_is_promised_of_the_reply(phrases: Phrases) -> None:
    for name in ("reply_expected_open", "reply_expected_closed", "reply_expected_unknown"):
        assert "usually" in phrases.say(name, **TOLD_OF_ONE)


@pytest.mark.parametrize(
    ("at", "time"), [((0, 5), "12:05 am"), ((9, 0), "9:00 am"), ((12, 0), "12:00 pm"), ((17, 30), "5:30 pm")]
)
def test_a_moment_is_told_in_words(phrases: Phrases, at: tuple[int, int], time: str) -> None:
    told = phrases.moment(datetime(2026, 11, 23, *at, tzinfo=UTC))
    assert told == {"weekday": "Monday", "month": "November", "day": "23", "time": time}


@pytest.mark.parametrize(
    "name", ["emergency", "red_flag", "unavailable", "handoff_offer", "handoff_sent", "report_sent"]
)
def test_the_emergency_number_stands_where_care_may_be_delayed(phrases: Phrases, name: str) -> None:
    assert SETTINGS.emergency_number in phrases.say(name, reference="AW-7K3Q", **TOLD_OF_ONE)


def test_the_numbers_are_the_clinics_own() -> None:
    phrases = Phrases(Settings(_env_file=None, emergency_number="112", crisis_line="0800 1110111"))
    assert "112" in phrases.say("emergency", reference="A")
    assert "0800 1110111" in phrases.say("self_harm", reference="A")


def test_nothing_said_sounds_like_a_person_or_promises_a_result(phrases: Phrases) -> None:
    assert "automated assistant" in phrases.say("bot_challenge")
    assert "not a clinician" in phrases.say("bot_challenge")


@pytest.mark.parametrize("choice", [*SEND_OR_NOT, "none_of_these"])
def test_every_fixed_button_has_a_label_and_an_intent(phrases: Phrases, choice: str) -> None:
    assert phrases.button(choice)
    assert choice in INTENTS_OF_CHOICES


@pytest.mark.parametrize("choice", [REPORT, SHEET])
def test_the_button_of_a_page_has_a_label_and_never_reaches_the_brain(phrases: Phrases, choice: str) -> None:
    assert phrases.button(choice)
    assert choice not in INTENTS_OF_CHOICES


@pytest.mark.parametrize("name", ["prep_filled", "prep_saved", "prep_empty", "prep_stopped", "prep_sheet"])
def test_what_leads_to_the_sheet_is_a_button_and_no_bold_words(name: str) -> None:
    assert "**" not in TEXTS[name]


def test_what_leads_to_the_report_is_a_button_and_no_bold_words() -> None:
    assert "**Report" not in TEXTS["report_start"]


@pytest.mark.parametrize("jurisdiction", ["US", "EU"])
def test_each_jurisdiction_has_its_regulatory_status(jurisdiction: str) -> None:
    assert "exosome" in Phrases(Settings(_env_file=None, jurisdiction=jurisdiction)).regulatory_status


def test_a_jurisdiction_without_a_line_is_an_error_that_names_the_setting() -> None:
    with pytest.raises(BrokenDataFileError, match="ASKWELL_JURISDICTION=XX"):
        Phrases(Settings(_env_file=None, jurisdiction="XX"))


@pytest.mark.parametrize("text", ["Call $emergncy_number.", "It costs $ 5."])
def test_a_text_that_names_an_unknown_fact_fails_when_it_is_loaded(tmp_path: Path, text: str) -> None:
    path = tmp_path / "en.yml"
    path.write_text(yaml.safe_dump({"emergency": text, "buttons": {}}))
    with pytest.raises(BrokenDataFileError, match="emergency"):
        Phrases(SETTINGS, path)
