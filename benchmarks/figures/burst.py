"""A patient who sends three messages at once: in order, and without waiting for a poll."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from typing import Any

import httpx

from benchmarks.bench import Bench
from benchmarks.results import Row, Target
from benchmarks.systems import AskwellSystem, System

AT_ONCE = 3
ROUNDS, QUICK_ROUNDS = 12, 5


def measure(bench: Bench) -> list[Row]:
    """All replies to three messages sent together, over a single turn of the same conversation."""
    texts = bench.wordings.take(2 * AT_ONCE * bench.options.scaled(ROUNDS, QUICK_ROUNDS))
    bench.say("three messages at once")
    askwell, stock = (asyncio.run(_on(system, texts)) for system in (bench.askwell, bench.stock))
    in_order = asyncio.run(_replies_are_in_order(bench.askwell, texts[:AT_ONCE]))
    return [_row(askwell, stock, in_order=in_order)]


async def _on(system: System, texts: Sequence[str]) -> float:
    async with system.client() as client:
        starts = range(0, len(texts), 2 * AT_ONCE)
        return statistics.median([await _round(system, client, texts[i : i + 2 * AT_ONCE]) for i in starts])


async def _round(system: System, client: httpx.AsyncClient, texts: Sequence[str]) -> float:
    conversation = await system.open(client)
    single = statistics.median([(await conversation.say(text)).seconds for text in texts[:AT_ONCE]])
    began = time.perf_counter()
    await asyncio.gather(*map(conversation.say, texts[AT_ONCE:]))
    return (time.perf_counter() - began) / single


async def _replies_are_in_order(system: AskwellSystem, texts: Sequence[str]) -> bool:
    async with system.client() as client:
        conversation = await system.open(client)
        await asyncio.gather(*map(conversation.say, texts))
        return in_order(await conversation.history())


def in_order(messages: Sequence[dict[str, Any]]) -> bool:
    """Whether the replies follow the order of the messages that they reply to."""
    asked = [message["id"] for message in messages if message["author"] == "patient"]
    replied = [message["in_reply_to"] for message in messages if message["author"] == "bot"]
    return list(dict.fromkeys(replied)) == asked


def _row(askwell: float, stock: float, *, in_order: bool) -> Row:
    return Row(
        figure=f"{AT_ONCE} messages at once over a single turn",
        unit="times",
        askwell=askwell,
        stock=stock,
        judged=askwell,
        is_broken=not in_order,
        target=Target("≤ 4, in order", 4),
        note="replies in order" if in_order else "replies out of order",
    )
