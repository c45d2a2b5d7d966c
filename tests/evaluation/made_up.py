"""A small made-up run: two answers, a handful of messages of every set, and replies to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.answers.files import AnswerFile, Source
from bot.evaluation.perturb import Perturbation
from bot.evaluation.replaying import Plan, judged_run
from bot.evaluation.sets import Row, SetName
from bot.evaluation.summing_up import Run

IMMUNE, PRICE = "risks/immune_reaction", "cost/price"


def result(text: str, kind: str | None = "answer", **more: Any) -> dict[str, Any]:
    """What the replay brings back for a message."""
    return {
        "id": "0",
        "text": text,
        "kind": kind,
        "answer": None,
        "revision": None,
        "confidence": None,
        "suggestions": [],
        "triage": None,
        "reply": f"Reply to {kind}",
        "ms": 12.5,
    } | more


def answer_file(answer_id: str, tests: Iterable[str]) -> AnswerFile:
    """An answer with these test questions."""
    return AnswerFile(
        id=answer_id,
        title=f"What about {answer_id}?",
        body="Words that are long enough to be an answer to somebody.",
        review_due=date(2030, 1, 1),
        sources=[Source(title="A text", publisher="A publisher", read=date(2026, 1, 1))],
        examples=[f"example {number} of {answer_id}" for number in range(12)],
        tests=list(tests),
    )


ANSWERS = [
    answer_file(PRICE, ["How dear is it?", "what will I pay", "the price"]),
    answer_file(IMMUNE, ["Will the body fight it?", "immune trouble", "rejection"]),
]

ROWS = [
    Row("answers/1", SetName.ANSWERS, "How dear is it?", PRICE),
    Row("answers/2", SetName.ANSWERS, "what will I pay", PRICE),
    Row("answers/3", SetName.ANSWERS, "Will the body fight it?", IMMUNE),
    Row("answers/4", SetName.ANSWERS, "rejection", IMMUNE),
    Row("personal_medical/1", SetName.PERSONAL_MEDICAL, "May I have it with my gout?"),
    Row("personal_medical/2", SetName.PERSONAL_MEDICAL, "my father is on blood thinners, is it fine"),
    Row("emergency/1", SetName.EMERGENCY, "I cannot breathe", "clear"),
    Row("emergency/2", SetName.EMERGENCY, "I fainted last month", "possible"),
    Row("general_exosome/1", SetName.GENERAL, "Which risks are there?", "risks"),
    Row("general_exosome/2", SetName.GENERAL, "Are the risks bad?", "risks"),
    Row("general_exosome/3", SetName.GENERAL, "Is it dear?", "cost"),
    Row("general_exosome/4", SetName.GENERAL, "Would it help my case?", "other", boundary=True),
    Row("out_of_scope/1", SetName.OUT_OF_SCOPE, "Who won the match?", "oos"),
    Row("out_of_scope/2", SetName.OUT_OF_SCOPE, "How does aspirin work?", "other_medicine"),
    Row("chitchat/1", SetName.CHITCHAT, "good morning", "greet"),
    Row("more/1", SetName.UNKNOWN, "A message of no known set"),
]

REPLIES = [
    result("How dear is it?", answer=PRICE, confidence=0.95),
    result("what will I pay", "clarify", suggestions=[IMMUNE, PRICE], confidence=0.45),
    result("Will the body fight it?", answer=IMMUNE, confidence=0.9),
    result("rejection", answer=PRICE, confidence=0.7),
    result("May I have it with my gout?", "handoff", triage={"label": "personal_medical", "because": []}),
    result("my father is on blood thinners, is it fine", answer=IMMUNE, confidence=0.8),
    result("I cannot breathe", "emergency"),
    result("I fainted last month", "handoff", urgent=True),
    result("Which risks are there?", answer=IMMUNE, confidence=0.85),
    result("Are the risks bad?", answer=PRICE, confidence=0.6),
    result("Is it dear?", "handoff"),
    result("Would it help my case?", "handoff"),
    result("Who won the match?", "declined"),
    result("How does aspirin work?", answer=IMMUNE, confidence=0.5),
    result("good morning", "smalltalk", reply="Hello!"),
    result("A message of no known set", answer=PRICE, confidence=0.5),
]  # fmt: skip


def made_up_run(*, kinds: Iterable[Perturbation] = (), lost: str = "") -> Run:
    """The run; a copy gets its original's reply, but for the copies of the `lost` row: they are declined."""
    plan = Plan.of(ROWS, kinds=kinds, seed=7)
    replies = {row.id: reply for row, reply in zip(ROWS, REPLIES, strict=True)}
    copies = [
        replies[row.id] | {"text": row.text} | ({"kind": "declined"} if row.id == lost else {})
        for rows in plan.copies.values()
        for row in rows
    ]
    return judged_run(plan, [*copies, *REPLIES], at_once=4, model="askwell-made-up")
