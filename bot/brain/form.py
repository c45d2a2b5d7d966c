"""What words are while the prep form is open: an answer to it, a question to us, or a wish to leave one out or to stop.

The patient's own words are the answer, uninterpreted: "my lupus" is a reason here and no handoff. What asks something
is treated as anywhere else. In doubt the words are kept and a person is offered too: nothing may be lost.
"""

from __future__ import annotations

from pathlib import Path

from bot.brain.attributes import TopicGuess
from bot.brain.triage_model import PERSONAL
from bot.brain.verdict import CLARIFY, OTHER_MEDICINE, OUT_OF_SCOPE, PROMPT_INJECTION, Verdict
from bot.safety.asking import Asking, QuestionRules
from bot.safety.wishes import Wishes, without_marks

PREP_PART = "prep_part"
"""The slot with the part that the form asks for."""

PAUSED = "paused"
"""Its value after an emergency broke the form off, until the next reply."""

QUESTIONS = "questions"
"""The part that asks for questions, where a question is the answer."""

WORDS, WORDS_FOR_PERSON = "prep_words", "prep_words_for_person"
SKIP, EXPLAIN, REPEAT, STOP = "skip_prep", "explain_prep", "repeat_prep", "stop_prep"
"""The wishes, which data/safety/form.yml words."""

SURE_FIXED = 0.8
"""From this confidence on, words are an insult, an order or a mash of keys, and are not kept."""

SURE, LONGEST_ASIDE = 0.9, 5
"""From this confidence on, up to so many words are small talk and no answer; an example of ours always is."""

ASIDES = {"thank": REPEAT, "affirm": REPEAT, "greet": REPEAT}
ASIDES_BY_HEART = {"deny": SKIP, "goodbye": STOP}
"""Only an example of ours is one of these: "no more pain" is an answer, however much like a no it sounds."""
FIXED = frozenset({PROMPT_INJECTION, "insult", "nonsense", "start_prep"})
"""What is answered in fixed words, and never kept, where it is sure."""

UNANSWERED = frozenset({CLARIFY, OUT_OF_SCOPE, OTHER_MEDICINE})


class Form:
    """Tells an answer to the form from what is none."""

    def __init__(self, wishes: Wishes, questions: QuestionRules) -> None:
        self._wishes, self._questions = wishes, questions

    @classmethod
    def load(cls, folder: Path) -> Form:
        """Read the wordings in `folder` (data/safety); raises OSError or yaml.YAMLError where they cannot be read."""
        return cls(Wishes.load(folder / "form.yml"), QuestionRules.load(folder / "asking.yml"))

    def decide(self, chat: Verdict, verdict: Verdict, topic: TopicGuess, text: str, part: str) -> Verdict:
        """The decision while the form asks for `part`.

        Args:
            chat: What the message would get if no form were open.
            verdict: The same without regard to the conversation.
            topic: What the message seems to be about.
            text: The message in small letters.
            part: What the form asks for.
        """
        aside = self._aside(verdict, topic, text)
        if aside:
            return verdict if aside == verdict.intent else Verdict(aside, verdict.confidence)
        asking = self._questions.asking(text)
        if part == QUESTIONS:
            needs_person = verdict.intent == PERSONAL and asking != Asking.NO
            return Verdict(WORDS_FOR_PERSON if needs_person else WORDS, verdict.confidence)
        if asking == Asking.YES and not self._is_doubtful(chat, text):
            return chat
        needs_person = asking == Asking.YES or (asking == Asking.MAYBE and verdict.intent == PERSONAL)
        return Verdict(WORDS_FOR_PERSON if needs_person else WORDS, verdict.confidence)

    def _is_doubtful(self, chat: Verdict, text: str) -> bool:
        """Whether a question that we cannot answer may be about the patient's own body after all."""
        return chat.intent in UNANSWERED and self._questions.is_about_self(text)

    def _aside(self, verdict: Verdict, topic: TopicGuess, text: str) -> str | None:
        """What is no answer to the form: a wish, what we never keep, and small talk."""
        wish = self._wishes.intent(text)
        if wish:
            return wish
        if verdict.intent in FIXED and verdict.confidence >= SURE_FIXED:
            return verdict.intent
        is_sure = topic.is_example or verdict.confidence >= SURE
        known = ASIDES | ASIDES_BY_HEART if topic.is_example else ASIDES
        return known.get(verdict.intent) if is_sure and self._is_short(text) else None

    def _is_short(self, text: str) -> bool:
        words = without_marks(text).split()
        return len(words) <= LONGEST_ASIDE and self._questions.asking(text) == Asking.NO
