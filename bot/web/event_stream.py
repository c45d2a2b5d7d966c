"""What one open event stream sends: new messages, handoffs whose state changed, and its end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from uuid import UUID

from bot.conversations.announcer import wait_at_most
from bot.errors import UnknownConversationError
from bot.handoffs.models import HandoffState
from bot.web.services import Services
from bot.web.views import HandoffSummary, MessageView, MessageViews

SECONDS_BETWEEN_SIGNS = 15.0
"""Of life: what is silent for long is taken for dead by proxies and by the widget."""

SIGNS_BETWEEN_LOOKS = (12, 28)
"""Fewest and most; streams that were opened together, as after a restart, shall not look together ever after."""


class EventStream:
    """One patient's page, listening to one conversation."""

    def __init__(self, conversation: UUID, token: str, services: Services, views: MessageViews) -> None:
        self._conversation = conversation
        self._token = token
        self._services = services
        self._views = views
        self._handoffs: dict[str, HandoffSummary] = {}

    async def events(self, *, after: int) -> AsyncIterator[str]:
        """Events from after message number `after` on, in the format of server-sent events.

        It looks at each announcement, which the watcher makes for what other processes write and for tokens that died,
        and every five minutes or so in any case. It does not keep the token alive: a page at which somebody is says so.
        """
        announcer = self._services.announcer
        with announcer.listening(self._conversation) as news:
            yield ": open\n\n"
            while True:
                async with announcer.looks:
                    farewell, views, summaries = await self._look(after)
                for view in views:
                    after = view.seq
                    yield f"event: message\nid: {view.seq}\ndata: {view.model_dump_json()}\n\n"
                for summary in summaries:
                    yield f"event: handoff\ndata: {summary.model_dump_json()}\n\n"
                if farewell:
                    yield farewell
                    return
                async for sign in _signs_until(news):
                    yield sign

    async def _look(self, after: int) -> tuple[str, list[MessageView], list[HandoffSummary]]:
        """The farewell if it is time for it, or else what is new."""
        if farewell := await self._farewell():
            return farewell, [], []
        history = await self._services.ledger.history(self._conversation, after=after)
        return "", await self._views.of(history), await self._changed_handoffs()

    async def _farewell(self) -> str:
        """The last event of a stream whose token opens nothing any more; empty while it does."""
        ledger = self._services.ledger
        try:
            await ledger.authenticate(self._conversation, self._token, listening=True)
        except UnknownConversationError:
            name = "ended" if await ledger.exists(self._conversation) else "deleted"
            return f"event: {name}\ndata: {{}}\n\n"
        return ""

    async def _changed_handoffs(self) -> list[HandoffSummary]:
        present = await self._views.handoffs(self._conversation)
        told, self._handoffs = changed(self._handoffs, present), present
        return told


async def _signs_until(news: asyncio.Event) -> AsyncIterator[str]:
    """A sign of life now and then, until there is news or it is time to look."""
    for _ in range(random.randint(*SIGNS_BETWEEN_LOOKS)):
        if await wait_at_most(news, SECONDS_BETWEEN_SIGNS):
            return
        yield ": still here\n\n"


def changed(known: Mapping[str, HandoffSummary], present: Mapping[str, HandoffSummary]) -> list[HandoffSummary]:
    """What a stream has to tell; of a new offer the message tells that makes it."""
    return [
        summary
        for reference, summary in present.items()
        if known.get(reference) != summary and (reference in known or summary.state != HandoffState.OFFERED)
    ]
