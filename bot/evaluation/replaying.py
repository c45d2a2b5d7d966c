"""Sends every message of a run, and its perturbed copies, through the running system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Console

from bot.evaluation.dialogues import Dialogue
from bot.evaluation.dialogues import carry_out as hold
from bot.evaluation.fixed_words import FixedWords
from bot.evaluation.perturb import Perturbation, perturbed
from bot.evaluation.sets import Row, SetName
from bot.evaluation.summing_up import Run
from bot.evaluation.verdicts import Judged, Reply, judge
from bot.replay import Line, replay


@dataclass(frozen=True)
class Plan:
    """What to send: all rows, and of the scored ones the copies that differ."""

    rows: Sequence[Row]
    copies: Mapping[Perturbation, Sequence[Row]]
    seed: int
    dialogues: Sequence[Dialogue] = ()

    @classmethod
    def of(
        cls, rows: Sequence[Row], *, kinds: Iterable[Perturbation], seed: int, dialogues: Sequence[Dialogue] = ()
    ) -> Plan:
        """Plan a run."""
        scored = [row for row in rows if row.set is not SetName.UNKNOWN]
        return cls(rows, {kind: [_copy(row, kind, seed) for row in scored] for kind in kinds}, seed, dialogues)

    @property
    def lines(self) -> list[Line]:
        """Each text once: the same words get the same reply, whatever row they stand in."""
        texts = dict.fromkeys(row.text for rows in (self.rows, *self.copies.values()) for row in rows)
        return [Line(str(number), text) for number, text in enumerate(texts)]


def _copy(row: Row, kind: Perturbation, seed: int) -> Row:
    return replace(row, text=perturbed(row.text, kind, seed=seed))


async def carry_out(plan: Plan, *, address: str, at_once: int, model: str | None, console: Console) -> Run:
    """Replay everything, and judge it.

    Raises:
        AskwellError: The system stopped answering.
    """
    results = await replay(plan.lines, address=address, concurrency=at_once, console=console)
    told = await hold(plan.dialogues, address=address, at_once=at_once)
    return replace(judged_run(plan, results, at_once=at_once, model=model), told=told)


def judged_run(plan: Plan, results: Sequence[Mapping[str, Any]], *, at_once: int, model: str | None) -> Run:
    """Judge what a replay brought back."""
    words = FixedWords.load()
    replies = {result["text"]: Reply.of(result, words) for result in results}
    return Run(
        judged=_judged(plan.rows, replies),
        copies={kind: _judged(rows, replies) for kind, rows in plan.copies.items()},
        milliseconds=[reply.ms for reply in replies.values() if reply.error is None],
        sent=len(results),
        failed=sum(reply.kind is None for reply in replies.values()),
        seed=plan.seed,
        at_once=at_once,
        model=model,
    )


def _judged(rows: Iterable[Row], replies: Mapping[str, Reply]) -> list[Judged]:
    return [judge(row, replies[row.text]) for row in rows]
