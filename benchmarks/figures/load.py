"""Thirty-two patients at once: how many messages a second are answered."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence

from benchmarks.bench import Bench
from benchmarks.results import Both, Row, Target
from benchmarks.statistic import alternating
from benchmarks.systems import Conversation, System

PATIENTS = 32
MESSAGES, QUICK_MESSAGES = 6, 3
ROUNDS, QUICK_ROUNDS = 3, 1
TARGET = Target("≥ 3 × stock", 3, at_least=True)


def measure(bench: Bench) -> list[Row]:
    """The middle of some rounds, which alternate between the two."""
    messages = bench.options.scaled(MESSAGES, QUICK_MESSAGES)
    rates: dict[str, list[float]] = {"askwell": [], "stock": []}
    systems: tuple[System, System] = (bench.askwell, bench.stock)
    order = alternating(systems)
    for _ in range(bench.options.scaled(ROUNDS, QUICK_ROUNDS)):
        texts = bench.wordings.take(PATIENTS * messages)
        for system in next(order):
            bench.say(f"{PATIENTS} patients at once on {system.name}")
            rates[system.name].append(asyncio.run(messages_a_second(system, texts)))
    both = Both(statistics.median(rates["askwell"]), statistics.median(rates["stock"]))
    return [both.row(f"messages at {PATIENTS} patients at once", "a second", target=TARGET)]


async def messages_a_second(system: System, texts: Sequence[str], *, patients: int = PATIENTS) -> float:
    """Let the patients send their messages, each waiting for the reply to the one before."""
    async with system.client() as client:
        conversations = [await system.open(client) for _ in range(patients)]
        shares = [texts[number::patients] for number in range(patients)]
        began = time.perf_counter()
        await asyncio.gather(*map(_send_all, conversations, shares))
        return len(texts) / (time.perf_counter() - began)


async def _send_all(conversation: Conversation, texts: Sequence[str]) -> None:
    for text in texts:
        await conversation.say(text)
