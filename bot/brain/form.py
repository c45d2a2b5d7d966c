"""What words are while the prep form is open: an answer to it, a question to us, or a wish to leave one out or to stop.

The patient's own words are the answer, uninterpreted: "my lupus" is a reason here and no handoff. What asks something
is treated as anywhere else. In doubt the words are kept and a person is offered too: nothing may be lost.
"""

from __future__ import annotations

import re

from bot.brain.asking import Asking, asking, is_about_self
from bot.brain.attributes import TopicGuess
from bot.brain.triage_model import PERSONAL
from bot.brain.verdict import CLARIFY, OTHER_MEDICINE, OUT_OF_SCOPE, PROMPT_INJECTION, Verdict

PREP_PART = "prep_part"
"""The slot with the part that the form asks for."""

PAUSED = "paused"
"""Its value after an emergency broke the form off, until the next reply."""

QUESTIONS = "questions"
"""The part that asks for questions, where a question is the answer."""

WORDS, WORDS_FOR_PERSON = "prep_words", "prep_words_for_person"
SKIP, EXPLAIN, REPEAT, STOP = "skip_prep", "explain_prep", "repeat_prep", "stop_prep"

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

_STOP = re.compile(
    r"(?:ok |okay |no |please |let'?s |i want to |can we )*(?:stop|cancel|quit|exit|end|never ?mind|forget it|enough"
    r"|not (?:now|today|yet)|(?:maybe )?(?:another time|later)|(?:good)?bye+|good ?bye|bye bye|i'?m done|i am done)"
    r"(?: (?:it|this|that|here|now|please|the (?:form|sheet|prep sheet)|thanks|thank you|for now))*"
)
_SKIP = re.compile(
    r"(?:please |ok |i (?:want|would like) to |can (?:i|we) )*"
    r"(?:skip|pass|next|no|nope|nah|none|nothing|n/?a|no (?:thanks|thank you|comment|answer|idea)"
    r"|(?:that'?s |that is |it'?s |it is |this is )?(?:none of your (?:business|concern)|private|personal)"
    r"|(?:i'?d |i would |i )?(?:rather |prefer to )?keep (?:it|this|that) (?:to myself|private)"
    r"|mind your own(?: business)?|no(?: more)? questions"
    r"|(?:i'?d |i would |i )?(?:rather|prefer) not(?: to)?(?: (?:say|answer|tell|share))?"
    r"|i (?:do not|don'?t|won'?t|will not) "
    r"(?:know|(?:want|wish|care)(?: to)?(?: (?:say|answer|tell|share))?|tell|say|answer)"
    r"|(?:i'?m )?not (?:telling|saying|sure)|not (?:relevant|applicable))"
    r"(?: (?:it|this|that|one|question|the|you|to|please|thanks|thank you|next))*"
)
_EXPLAIN = re.compile(
    r"(?:sorry |please |but |i'?m sorry )*(?:"
    r"i (?:do not|don'?t|didn'?t|can'?t|cannot) (?:really )?(?:understand|get|follow)"
    r"(?: (?:it|this|that|you|what you mean|(?:the|your|this) question))?"
    r"|what (?:do|does|did) (?:you|it|that|this)(?: question)? mean(?: (?:by (?:that|this)))?|what|huh|pardon"
    r"|why(?: (?:do|are|would) you (?:ask|asking|need|want)(?: (?:to know|this|that|me this|me that))*)?"
    r"|(?:(?:can|could) you )?(?:explain|say that again|repeat)(?: (?:it|that|this|the question))?"
    r"|(?:i have )?no idea what (?:you|this|that)(?: (?:want|mean|means|is|ask|are asking))?"
    r"|(?:this|that|it) makes no sense|what (?:should|do|can) i (?:say|write|answer|put)(?: (?:here|there))?)"
)
_SMALL = re.compile(
    r"(?:(?:many |ok |okay )?(?:thanks|thank you|thankyou|thx|ty|tysm|cheers)|ok|okay|k|cool|great|nice|good|alright"
    r"|fine|sure|yes|yep|yeah|y|hm+|lol|wow|hi|hello|hey)(?: (?:then|so much|very much|a lot|there|you))*"
)
_MARKS = re.compile(r"[^\w/' ]+")


def in_form(chat: Verdict, verdict: Verdict, topic: TopicGuess, text: str, part: str) -> Verdict:
    """The decision while the form asks for `part`.

    Args:
        chat: What the message would get if no form were open.
        verdict: The same without regard to the conversation.
        topic: What the message seems to be about.
        text: The message in small letters.
        part: What the form asks for.
    """
    aside = _aside(verdict, topic, text)
    if aside:
        return verdict if aside == verdict.intent else Verdict(aside, verdict.confidence)
    if part == QUESTIONS:
        needs_person = verdict.intent == PERSONAL and asking(text) != Asking.NO
        return Verdict(WORDS_FOR_PERSON if needs_person else WORDS, verdict.confidence)
    if asking(text) == Asking.YES and not _is_doubtful(chat, text):
        return chat
    needs_person = asking(text) == Asking.YES or (asking(text) == Asking.MAYBE and verdict.intent == PERSONAL)
    return Verdict(WORDS_FOR_PERSON if needs_person else WORDS, verdict.confidence)


def _is_doubtful(chat: Verdict, text: str) -> bool:
    """Whether a question that we cannot answer may be about the patient's own body after all."""
    return chat.intent in UNANSWERED and is_about_self(text)


def _aside(verdict: Verdict, topic: TopicGuess, text: str) -> str | None:
    """What is no answer to the form: small talk, and what we never keep."""
    plain = " ".join(_MARKS.sub(" ", text).split())
    for pattern, intent in ((_STOP, STOP), (_SKIP, SKIP), (_EXPLAIN, EXPLAIN), (_SMALL, REPEAT)):
        if pattern.fullmatch(plain):
            return intent
    if verdict.intent in FIXED and verdict.confidence >= SURE_FIXED:
        return verdict.intent
    is_sure = topic.is_example or verdict.confidence >= SURE
    is_short = len(plain.split()) <= LONGEST_ASIDE and asking(text) == Asking.NO
    known = ASIDES | ASIDES_BY_HEART if topic.is_example else ASIDES
    return known.get(verdict.intent) if is_sure and is_short else None
