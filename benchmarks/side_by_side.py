"""Asking two systems the same things by turns: whatever else the machine does meets both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx

from benchmarks.statistic import alternating
from benchmarks.systems import Conversation, Said, System

TURNS_OF_A_PATIENT = 5
type Pair[T] = tuple[T, T]


async def ask_both(systems: Pair[System], texts: Sequence[str], *, turns: int = TURNS_OF_A_PATIENT) -> list[Pair[Said]]:
    """Ask each text of both; a new conversation begins after so many turns."""
    asked: list[Pair[Said]] = []
    order = alternating((0, 1))
    async with _clients(systems) as clients:
        for start in range(0, len(texts), turns):
            pair = await _open(systems, clients)
            asked += [await _ask(pair, text, next(order)) for text in texts[start : start + turns]]
    return asked


async def _open(systems: Pair[System], clients: Pair[httpx.AsyncClient]) -> Pair[Conversation]:
    return await systems[0].open(clients[0]), await systems[1].open(clients[1])


async def _ask(pair: Pair[Conversation], text: str, order: Pair[int]) -> Pair[Said]:
    said = {which: await pair[which].say(text) for which in order}
    return said[0], said[1]


@asynccontextmanager
async def _clients(systems: Pair[System]) -> AsyncIterator[Pair[httpx.AsyncClient]]:
    async with systems[0].client() as first, systems[1].client() as second:
        yield first, second
