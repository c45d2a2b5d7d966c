"""A process that holds event streams open, so that their client's work and memory are counted for nobody.

It reads one line of JSON, a list of conversations with their tokens; it writes one line when all streams are open,
or why they are not, and goes on reading them until its input ends. Then it writes how many the other side closed
meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import cast

from benchmarks.processes import BenchmarkError
from bot.open_files import allow_many_files

AT_ONCE = 50
"""Streams that are being opened at any moment, as when patients come back to a service that was started anew."""

SECONDS_TO_OPEN = 60.0
SPARE_FILES = 100
OPEN = b": open\n\n"
READY = "open"

type Account = tuple[str, str]
"""A conversation and its token."""


class Listener(asyncio.Protocol):
    """One open stream; what it brings is dropped."""

    def __init__(self, request: bytes) -> None:
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_closed = False
        self._request = request
        self._beginning = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        cast("asyncio.Transport", transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        """It is open once its first comment came."""
        if not self.opened.done():
            self._beginning += data
            if OPEN in self._beginning:
                self.opened.set_result(None)
            elif not b"HTTP/1.1 200".startswith(self._beginning[:12]):
                self.opened.set_exception(BenchmarkError(f"no stream: {self._beginning[:60]!r}"))

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side closed it."""
        self.is_closed = True
        if not self.opened.done():
            self.opened.set_exception(BenchmarkError(f"a stream was closed before it was open: {exc or 'no error'}"))


class Listeners:
    """Streams of one web process."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._places = asyncio.Semaphore(AT_ONCE)
        self._listeners: list[Listener] = []

    async def open(self, accounts: Sequence[Account]) -> None:
        """Open a stream for each.

        Raises:
            BenchmarkError: One was not to be had.
            TimeoutError: One took too long.
        """
        self._listeners = await asyncio.gather(*(self._one(account) for account in accounts))

    @property
    def closed(self) -> int:
        """How many the other side has closed."""
        return sum(listener.is_closed for listener in self._listeners)

    async def _one(self, account: Account) -> Listener:
        request, loop = request_of(self._host, account), asyncio.get_running_loop()
        async with self._places, asyncio.timeout(SECONDS_TO_OPEN):
            _, listener = await loop.create_connection(lambda: Listener(request), self._host, self._port)
            await listener.opened
        return listener


def request_of(host: str, account: Account) -> bytes:
    """The request for a conversation's stream."""
    conversation, token = account
    lines = (
        f"GET /api/v1/conversations/{conversation}/events HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Bearer {token}",
        "Accept: text/event-stream",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def _require_files(count: int) -> None:
    """Each stream is an open file.

    Raises:
        BenchmarkError: The system does not allow so many.
    """
    limit = allow_many_files()
    if limit < count:
        raise BenchmarkError(f"this system allows {limit} open files a process, {count} are needed")


async def _main(host: str, port: int) -> None:
    accounts: list[Account] = json.loads(sys.stdin.readline())
    listeners = Listeners(host, port)
    try:
        _require_files(len(accounts) + SPARE_FILES)
        await listeners.open(accounts)
    except (BenchmarkError, OSError) as error:  # TimeoutError is one
        print(f"{type(error).__name__}: {error}", flush=True)
        return
    print(READY, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(listeners.closed, flush=True)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2])))
