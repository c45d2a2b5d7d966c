from __future__ import annotations

import os

import pytest

from benchmarks.figures import burst, long_conversation, memory, turn
from benchmarks.results import Both, Row, Target
from benchmarks.systems import Said


def said(seconds: float, kind: str = "answer") -> Said:
    return Said("words", kind, seconds)


def test_turns_that_only_one_answered_do_not_count() -> None:
    both = [(said(0.01), said(0.04)), (said(9, "clarify"), said(0.04)), (said(0.01), said(0.04))]
    rows = turn.rows(both)
    assert rows[0].ratio == pytest.approx(0.25)
    assert rows[0].is_reached
    assert rows[0].note.startswith("2 of 3")


def test_growth_compares_late_with_early_turns() -> None:
    turns = [said(0.01) for _ in range(100)] + [said(0.03) for _ in range(107)]
    assert long_conversation.growth(turns) == pytest.approx(3)


@pytest.mark.parametrize(("replied", "expected"), [(["a", "b"], True), (["b", "a"], False), (["a"], False)])
def test_replies_follow_their_messages(replied: list[str], *, expected: bool) -> None:
    asked = [{"author": "patient", "id": name} for name in "ab"]
    replies = [{"author": "bot", "id": "r", "in_reply_to": name} for name in replied]
    assert burst.in_order([*asked, *replies]) is expected


def test_own_process_has_memory() -> None:
    assert memory.resident_mb([os.getpid()]) > 1


@pytest.mark.parametrize(
    ("row", "reached"),
    [
        (Both(1, 4).row("f", "ms", target=Target("≤ 1/3", 1 / 3)), True),
        (Both(2, 4).row("f", "ms", target=Target("≤ 1/3", 1 / 3)), False),
        (Both(9, 3).row("f", "a second", target=Target("≥ 3", 3, at_least=True)), True),
        (Row(figure="f", unit="s", askwell=2, judged=2, target=Target("≤ 1", 1)), False),
        (Row(figure="f", unit="s", askwell=2), None),
        (Row(figure="f", unit="s", askwell=0, judged=0, target=Target("≤ 1", 1), is_broken=True), False),
    ],
)
def test_targets(row: Row, *, reached: bool | None) -> None:
    assert row.is_reached is reached
