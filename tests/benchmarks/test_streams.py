"""The client of the event streams' benchmark, against a server that answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from benchmarks.figures import streams
from benchmarks.figures.streams import Round, Turns
from benchmarks.listeners import Listeners, request_of
from benchmarks.processes import BenchmarkError
from benchmarks.systems import AskwellSystem

OPENED = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n: open\n\n"
ACCOUNTS = [(f"conversation-{number}", "token") for number in range(3)]


@asynccontextmanager
async def server(answer: bytes, *, then_closes: bool = False) -> AsyncIterator[int]:
    """A port on which each request gets this answer, in two pieces, and then nothing more."""
    done = asyncio.Event()

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in (answer[:7], answer[7:]):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        if not then_closes:
            await done.wait()
        writer.close()
        await writer.wait_closed()

    listening = await asyncio.start_server(reply, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]
        done.set()
        await asyncio.sleep(0.05)


def test_a_request_names_the_conversation_and_its_token() -> None:
    request = request_of("127.0.0.1", ("c", "t")).decode()
    assert request.startswith("GET /api/v1/conversations/c/events HTTP/1.1\r\n")
    assert "\r\nAuthorization: Bearer t\r\n" in request
    assert request.endswith("\r\n\r\n")


async def test_streams_that_stay_open_are_not_counted_as_closed() -> None:
    async with server(OPENED) as port:
        listeners = Listeners("127.0.0.1", port)
        await listeners.open(ACCOUNTS)
        assert listeners.closed == 0


async def test_streams_that_the_server_closes_are_counted() -> None:
    async with server(OPENED, then_closes=True) as port:
        listeners = Listeners("127.0.0.1", port)
        await listeners.open(ACCOUNTS)
        await asyncio.sleep(0.1)
        assert listeners.closed == len(ACCOUNTS)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 401 Unauthorized\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
async def test_a_stream_that_does_not_open_ends_the_measurement(answer: bytes) -> None:
    async with server(answer, then_closes=True) as port:
        with pytest.raises(BenchmarkError, match="stream"):
            await Listeners("127.0.0.1", port).open(ACCOUNTS[:1])


async def test_a_process_of_its_own_holds_the_streams() -> None:
    async with server(OPENED) as port, streams._open(AskwellSystem(f"http://127.0.0.1:{port}", ()), ACCOUNTS):
        pass


async def test_streams_that_are_lost_meanwhile_spoil_the_measurement() -> None:
    async with server(OPENED, then_closes=True) as port:
        with pytest.raises(BenchmarkError, match="'3' instead of '0'"):
            async with streams._open(AskwellSystem(f"http://127.0.0.1:{port}", ()), ACCOUNTS):
                await asyncio.sleep(0.2)


def test_the_middle_round_is_judged_and_the_dearest_memory_is_told() -> None:
    turns = Turns(0.05, 0.04)
    rounds = [
        Round(turns, turns, 20, 48),
        Round(turns, Turns(0.1, 0.05), 25, 0),
        Round(turns, Turns(0.055, 0.042), 22, 3),
    ]
    row = streams.row_of(rounds, 2_000)
    assert row.judged == pytest.approx(1.1)
    assert row.is_reached
    assert row.note == (
        "turns 50 → 50, 50 → 100, 50 → 55 ms; processor time of a turn 40 → 42 ms; 48 kB a stream; all open after 25 s"
    )
