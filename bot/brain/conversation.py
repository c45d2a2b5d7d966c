"""What the conversation adds to a decision: the form that is open, and the offer that was just made."""

from __future__ import annotations

import re

from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

from bot.brain.attributes import TriageGuess
from bot.brain.triage_model import EMERGENCY
from bot.brain.verdict import Verdict

PREP_FORM = "prep_form"
PREP_WORDS, STOP_PREP = "prep_words", "stop_prep"

OFFERS = frozenset({"action_handoff", "action_talk_to_person", "action_none_of_these"})
"""Actions that end with the question whether a person is to take over."""

REPLIES_TO_OFFER = {"affirm": "accept_handoff", "deny": "decline_handoff"}
REPLIES_TO_CLARIFY = {"deny": "none_of_these"}

_STOP = re.compile(r"\W*(?:please\s+)?(?:stop|cancel|quit|exit|never\s*mind|forget it|skip (?:this|it)|no thanks?)\W*")


def in_context(verdict: Verdict, triage: TriageGuess, text: str, tracker: DialogueStateTracker) -> Verdict:
    """The decision in the light of what came before."""
    if tracker.active_loop_name == PREP_FORM:
        return _in_form(verdict, triage, text)
    asked = REPLIES_TO_OFFER if _last_action(tracker) in OFFERS else {}
    if _last_action(tracker) == "action_clarify":
        asked = REPLIES_TO_CLARIFY
    return _renamed(verdict, asked.get(verdict.intent, verdict.intent))


def _in_form(verdict: Verdict, triage: TriageGuess, text: str) -> Verdict:
    # The prep sheet holds the patient's own words, uninterpreted: "my lupus" is a reason here and no handoff.
    # Only what the red-flag rules find, or the trained head is certain of, comes between.
    if triage.red_flag is not None or verdict.intent in {EMERGENCY, "talk_to_person"}:
        return verdict
    return _renamed(verdict, STOP_PREP if _STOP.fullmatch(text) else PREP_WORDS)


def _renamed(verdict: Verdict, intent: str) -> Verdict:
    if intent == verdict.intent:
        return verdict
    return Verdict(intent, verdict.confidence)


def _last_action(tracker: DialogueStateTracker) -> str | None:
    event = tracker.get_last_event_for(ActionExecuted, action_names_to_exclude=["action_listen"])
    return event.action_name if event else None
