"""A brain that says what a test tells it to."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from bot.conversations.models import Message
from bot.conversations.reply import Kind, Reply
from bot.errors import BrainUnavailableError

type Step = Callable[[Message], Awaitable[Sequence[Reply]]]


class ScriptedBrain:
    """Takes the next step of its script for each call; without a script it repeats what it hears."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.after_emergency: list[bool] = []
        self.ready = True
        self._script: deque[Step] = deque()

    def will_say(self, *replies: Reply) -> None:
        """Say these to one message."""
        self._script.append(_saying(replies))

    def will_fail(self, times: int = 1, cause: Exception | None = None) -> None:
        """Fail this often."""
        self._script.extend([_failing(cause or BrainUnavailableError("ReadTimeout"))] * times)

    def will_wait(self) -> tuple[asyncio.Event, asyncio.Event]:
        """Wait in the middle of one message.

        Returns:
            An event that is set when the brain has the message, and one that lets it reply.
        """
        has_it, may_reply = asyncio.Event(), asyncio.Event()
        self._script.append(_waiting(has_it, may_reply))
        return has_it, may_reply

    def will_do(self, step: Step) -> None:
        """Do this for one message."""
        self._script.append(step)

    async def turn(self, message: Message, *, after_emergency: bool = False) -> Sequence[Reply]:
        """See `Brain`."""
        self.heard.append(message)
        self.after_emergency.append(after_emergency)
        step = self._script.popleft() if self._script else _repeat
        return await step(message)

    async def is_ready(self) -> bool:
        """See `Brain`."""
        return self.ready


async def _repeat(message: Message) -> Sequence[Reply]:
    return [Reply(kind=Kind.SMALLTALK, text=f"You said: {message.text or message.choice}")]


def _saying(replies: Sequence[Reply]) -> Step:
    async def say(_message: Message) -> Sequence[Reply]:
        return replies

    return say


def _failing(cause: Exception) -> Step:
    async def fail(_message: Message) -> Sequence[Reply]:
        raise cause

    return fail


def _waiting(has_it: asyncio.Event, may_reply: asyncio.Event) -> Step:
    async def wait(message: Message) -> Sequence[Reply]:
        has_it.set()
        await may_reply.wait()
        return await _repeat(message)

    return wait
