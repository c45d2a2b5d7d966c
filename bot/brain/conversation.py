"""What the conversation adds to a decision: the form that is open, the offer just made, and what it is about."""

from __future__ import annotations

import re

from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

from bot.brain.attributes import TopicGuess, TriageGuess, category
from bot.brain.triage_model import EMERGENCY, PERSONAL
from bot.brain.verdict import CLARIFY, OUT_OF_SCOPE, Verdict

PREP_FORM = "prep_form"
PREP_WORDS, STOP_PREP = "prep_words", "stop_prep"

OFFERS = frozenset({"action_handoff", "action_talk_to_person", "action_none_of_these"})
"""Actions that end with the question whether a person is to take over."""

REPLIES_TO_OFFER = {"affirm": "accept_handoff", "deny": "decline_handoff"}
REPLIES_TO_CLARIFY = {"deny": "none_of_these"}

SUBJECT = "subject"
"""The slot with the answer that was given last."""

SUBJECT_BOOST = 5.0
"""How much likelier an answer of the same category as the last one is, for a question that hangs on it."""

LIKELY, SUGGESTIONS, LONGEST_FOLLOW_UP = 0.1, 3, 6

_FOLLOW_UP = re.compile(
    r"(?:and|but|so|or|what about|how about|what if|then|also|for|in|with)\b.*"
    r"|.*\b(?:it|its|that|this|they|them|those|these|there|one|ones|more)\b.*"
)
_MORE = re.compile(
    r"(?:please |ok |so |can you |could you )*(?:(?:tell|show|give) me more|(?:say|know|hear|read) more"
    r"|(?:more|further) (?:info|information|details?)|more|go on|continue|explain|elaborate"
    r"|what (?:is|does|do|was) (?:it|that|this)"
    r"|what (?:do|does) (?:you|it|that|this) mean|why|how so|how come|i (?:do not|don'?t) (?:understand|get it))"
    r"(?: (?:more|mean|please|about (?:it|that|this)|on (?:it|that|this)|is (?:it|that|this)|it|that|this))*[ ?.!]*"
)
_STOP = re.compile(r"\W*(?:please\s+)?(?:stop|cancel|quit|exit|never\s*mind|forget it|skip (?:this|it)|no thanks?)\W*")


def in_context(
    verdict: Verdict, topic: TopicGuess, triage: TriageGuess, text: str, tracker: DialogueStateTracker
) -> Verdict:
    """The decision in the light of what came before."""
    if tracker.active_loop_name == PREP_FORM:
        return _in_form(verdict, triage, text)
    if verdict.topic is None and verdict.intent not in {PERSONAL, EMERGENCY} and asks_for_more(text):
        return _more_of_the_subject(verdict, topic, tracker.get_slot(SUBJECT))
    if verdict.intent in {CLARIFY, OUT_OF_SCOPE} and is_follow_up(text):
        return _about_the_subject(verdict, topic, tracker.get_slot(SUBJECT))
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


def is_follow_up(text: str) -> bool:
    """Whether a message, in small letters, hangs on what came before: "and children?", "what about that?"."""
    return len(text.split()) <= LONGEST_FOLLOW_UP and _FOLLOW_UP.fullmatch(text) is not None


def asks_for_more(text: str) -> bool:
    """Whether a message, in small letters, only points back: "tell me more", "what is that?", "why?"."""
    return _MORE.fullmatch(text) is not None


def _more_of_the_subject(verdict: Verdict, topic: TopicGuess, subject: str | None) -> Verdict:
    """Offer the last answer, and those of its category that come closest."""
    if subject is None:
        return verdict
    near = [answer for answer, _ in topic.answers() if category(answer) == category(subject) and answer != subject]
    return Verdict(CLARIFY, verdict.confidence, suggestions=[*near[: SUGGESTIONS - 1], subject])


def _about_the_subject(verdict: Verdict, topic: TopicGuess, subject: str | None) -> Verdict:
    """Ask which answer is meant, those of the last answer's category first."""
    if subject is None:
        return verdict
    boosted = {
        answer: confidence * (SUBJECT_BOOST if category(answer) == category(subject) else 1.0)
        for answer, confidence in topic.answers()
        if answer != subject
    }
    likely = sorted((answer for answer in boosted if boosted[answer] >= LIKELY), key=lambda answer: -boosted[answer])
    if not likely:
        return verdict
    return Verdict(CLARIFY, verdict.confidence, suggestions=likely[:SUGGESTIONS])


def _renamed(verdict: Verdict, intent: str) -> Verdict:
    if intent == verdict.intent:
        return verdict
    return Verdict(intent, verdict.confidence)


def _last_action(tracker: DialogueStateTracker) -> str | None:
    event = tracker.get_last_event_for(ActionExecuted, action_names_to_exclude=["action_listen"])
    return event.action_name if event else None
