"""From guesses to one decision: the rules by which the arbiter rules, without Rasa."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.brain.attributes import TopicGuess, TriageGuess, category, is_answer
from bot.brain.triage_model import EMERGENCY, GENERAL, LIKELY, OWN_BODY, PERSONAL

CLARIFY, OUT_OF_SCOPE = "clarify", "out_of_scope"
OTHER_MEDICINE, PROMPT_INJECTION = "other_medicine", "prompt_injection"


@dataclass(frozen=True)
class Limits:
    """How sure is sure enough; see config.yml."""

    answer: float
    margin: float
    clarify: float
    also: float
    emergency: float
    dissent: float
    suggestions: int


@dataclass(frozen=True)
class Verdict:
    """What the rules of the dialogue see (intent), and what the action reads (all of it)."""

    intent: str
    confidence: float
    topic: str | None = None
    runner_up: tuple[str, float] | None = None
    suggestions: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)

    def decision(self, triage: TriageGuess) -> dict[str, Any]:
        """The decision as the action and the ledger know it."""
        runner_up = self.runner_up and {"answer": self.runner_up[0], "confidence": self.runner_up[1]}
        return {
            "intent": self.intent,
            "topic": self.topic,
            "confidence": self.confidence,
            "runner_up": runner_up,
            "suggestions": self.suggestions,
            "triage": {"label": triage.label, "confidence": triage.confidence, "because": list(triage.because)},
            "also": self.also,
        }


def judge(
    topics: Sequence[TopicGuess],
    triage: TriageGuess,
    *,
    unreadable: str | None = None,
    is_order: bool = False,
    limits: Limits,
) -> Verdict:
    """Decide what a message gets; safety comes first.

    Args:
        topics: What the message and its parts seem to be about.
        triage: What kind of message it is.
        unreadable: other_language or nonsense, where the words themselves say so.
        is_order: Whether the words give the assistant orders; then the trained heads are not asked.
        limits: How sure is sure enough.
    """
    if is_order and triage.red_flag is None:
        return Verdict(PERSONAL if triage.because else PROMPT_INJECTION, 1.0)
    if _is_emergency(triage, limits):
        return Verdict(EMERGENCY, triage.confidence)
    if unreadable is not None and not triage.because:
        return Verdict(unreadable, 1.0)
    if triage.label in {PERSONAL, EMERGENCY}:
        # A red flag that is past, denied or vague goes to a person; the triage label makes it urgent.
        return Verdict(PERSONAL, triage.confidence, suggestions=_suggestions(topics[0], limits))
    return _by_topic([*_with_dissent(topics, triage, limits)], limits)


def _is_emergency(triage: TriageGuess, limits: Limits) -> bool:
    if triage.red_flag == "clear":
        return True
    return triage.label in {PERSONAL, EMERGENCY} and triage.probabilities.get(EMERGENCY, 0.0) >= limits.emergency


def _with_dissent(topics: Sequence[TopicGuess], triage: TriageGuess, limits: Limits) -> Iterator[TopicGuess]:
    # Triage judges by other means: where it rather takes this for no question for us, nothing is answered directly.
    dissents = 1 - triage.probabilities.get(GENERAL, 1.0) >= limits.dissent
    for guess, is_elsewhere in zip(topics, triage.elsewhere or [False] * len(topics), strict=True):
        yield replace(guess, is_familiar=guess.is_example or (guess.is_familiar and not (dissents or is_elsewhere)))


def _by_topic(topics: Sequence[TopicGuess], limits: Limits) -> Verdict:
    whole, parts = topics[0], topics[1:]
    sure = [part for part in parts if _is_sure_answer(part, limits)]
    distinct = list(dict.fromkeys(part.best for part in sure))
    if len(distinct) > 1:
        return _answer(sure[0], also=distinct[1:2])
    if sure and not _is_sure_answer(whole, limits):
        return _answer(sure[0])
    return _single(whole, limits)


def _is_sure_answer(guess: TopicGuess, limits: Limits) -> bool:
    return is_answer(guess.best) and guess.confidence >= limits.also and guess.is_familiar


def _single(guess: TopicGuess, limits: Limits) -> Verdict:
    if not is_answer(guess.best):
        return _intent(guess, limits)
    if guess.is_strange:
        return Verdict(OUT_OF_SCOPE, guess.confidence)
    if guess.is_familiar and guess.confidence >= limits.answer and _margin(guess) >= limits.margin:
        return _answer(guess)
    if sum(confidence for _, confidence in guess.answers()) >= limits.clarify:
        return _clarify(guess, limits)
    return Verdict(OUT_OF_SCOPE, guess.confidence, suggestions=_suggestions(guess, limits))


def _intent(guess: TopicGuess, limits: Limits) -> Verdict:
    answers = sum(confidence for _, confidence in guess.answers())
    if answers > 1 - answers and not guess.is_strange:
        return _clarify(guess, limits)
    return Verdict(*_likeliest_intent(guess))


def _likeliest_intent(guess: TopicGuess) -> tuple[str, float]:
    """Of a patient's own body triage speaks, by better means; where it does not, a faint guess here is none."""
    for label, confidence in guess.ranking:
        if not is_answer(label) and (label not in OWN_BODY or confidence >= LIKELY):
            return label, confidence
    return OUT_OF_SCOPE, guess.confidence


def _answer(guess: TopicGuess, also: Sequence[str] = ()) -> Verdict:
    return Verdict(category(guess.best), guess.confidence, guess.best, _runner_up(guess), also=list(also))


def _clarify(guess: TopicGuess, limits: Limits) -> Verdict:
    return Verdict(CLARIFY, guess.confidence, None, _runner_up(guess), _suggestions(guess, limits))


def _suggestions(guess: TopicGuess, limits: Limits) -> list[str]:
    return [label for label, _ in guess.answers()[: limits.suggestions]]


def _runner_up(guess: TopicGuess) -> tuple[str, float] | None:
    others = [pair for pair in guess.answers() if pair[0] != guess.best]
    return others[0] if others else None


def _margin(guess: TopicGuess) -> float:
    runner_up = _runner_up(guess)
    return guess.confidence - (runner_up[1] if runner_up else 0.0)
