"""What the conversation adds to a decision: the form that is open, the offer that stands, and what it is about."""

from __future__ import annotations

import re

from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

from bot.brain.attributes import TopicGuess, TriageGuess, category
from bot.brain.form import PAUSED, PREP_PART, Form
from bot.brain.triage_model import EMERGENCY, PERSONAL
from bot.brain.verdict import CLARIFY, OUT_OF_SCOPE, Verdict

OFFERED = "offered"
"""The slot that says whether the last reply asked to send the patient's words to a person."""

REPLIES_TO_OFFER = {"affirm": "accept_handoff", "deny": "decline_handoff"}
REPLIES_TO_CLARIFY = {"deny": "none_of_these"}

FIRST = frozenset({EMERGENCY, "talk_to_person", "accept_handoff", "decline_handoff", "none_of_these"})
"""What comes before the form that is open."""

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


class Conversation:
    """Puts a decision in its place among what was said before."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def in_context(
        self, verdict: Verdict, topic: TopicGuess, triage: TriageGuess, text: str, tracker: DialogueStateTracker
    ) -> Verdict:
        """The decision in the light of what came before."""
        chat, part = _in_chat(verdict, topic, text, tracker), tracker.get_slot(PREP_PART)
        if part in {None, PAUSED} or triage.red_flag is not None or chat.intent in FIRST:
            return chat
        return self._form.decide(chat, verdict, topic, text, part)


def _in_chat(verdict: Verdict, topic: TopicGuess, text: str, tracker: DialogueStateTracker) -> Verdict:
    if tracker.get_slot(OFFERED) and verdict.intent in REPLIES_TO_OFFER:
        return Verdict(REPLIES_TO_OFFER[verdict.intent], verdict.confidence)
    if verdict.topic is None and verdict.intent not in {PERSONAL, EMERGENCY} and asks_for_more(text):
        return _more_of_the_subject(verdict, topic, tracker.get_slot(SUBJECT))
    if verdict.intent in {CLARIFY, OUT_OF_SCOPE} and is_follow_up(text):
        return _about_the_subject(verdict, topic, tracker.get_slot(SUBJECT))
    if _last_action(tracker) == "action_clarify":
        return _renamed(verdict, REPLIES_TO_CLARIFY.get(verdict.intent, verdict.intent))
    return verdict


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
