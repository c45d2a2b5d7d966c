"""How the brain calls the actions in web: one connection kept open, and only what an action reads.

Rasa opens a connection for each call and sends the whole conversation and the whole domain with it: some 30 ms a turn,
growing. `endpoints.yml` cannot name another class, so the channel puts this one in Rasa's place when the server starts.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.brain.action_result import check_result
from bot.brain.errors import NoActionEndpointError

TIMEOUT_S = 8.0
"""Longer than an action ever takes, shorter than a patient waits."""

TRACKER_KEYS = ("sender_id", "slots", "latest_message", "active_loop", "latest_action_name", "latest_input_channel")
HTTP_ERROR = 400

FAILURES: ContextVar[list[str]] = ContextVar("failures")
"""The kinds of failure of the actions of the running turn; the channel gives each turn a list of its own."""


class ActionEndpoint(EndpointConfig):
    """Rasa's action endpoint, quick."""

    def __init__(self, *args: Any, timeout: float = TIMEOUT_S, **kwargs: Any) -> None:  # noqa: ANN401 - Rasa's
        super().__init__(*args, **kwargs)
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    def like(cls, other: EndpointConfig | None, *, timeout: float = TIMEOUT_S) -> ActionEndpoint:
        """The same address and headers as another endpoint; an action may take `timeout` seconds.

        Raises:
            NoActionEndpointError: There is no other.
        """
        if other is None:
            raise NoActionEndpointError
        return cls(other.url, other.params, other.headers, timeout=timeout, **other.kwargs)

    def session(self) -> aiohttp.ClientSession:
        """The one session; made by the first call, since it belongs to the running event loop."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
            self._session = aiohttp.ClientSession(connector=connector, headers=self.headers, timeout=self._timeout)
        return self._session

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,  # noqa: FBT001, FBT002 - Rasa's signature
        **kwargs: Any,  # noqa: ANN401 - Rasa's signature
    ) -> dict[str, Any] | None:
        """Call an action.

        Raises:
            ClientResponseError: The action server answers with an error.
            BrokenActionResultError: It answers with something else than a result.
        """
        try:
            return check_result(await self._call(method, slim_call(kwargs["json"])))
        except Exception as error:
            # Rasa goes on without the action's reply; only so does the channel hear that one is missing.
            FAILURES.get([]).append(type(error).__name__)
            raise

    async def _call(self, method: str, body: dict[str, Any]) -> object:
        # On loopback, compressing costs more than it saves; so `compress` is not heeded.
        async with self.session().request(method, str(self.url), json=body) as response:
            if response.status >= HTTP_ERROR:
                raise ClientResponseError(response.status, response.reason or "", await response.text(errors="replace"))
            return await response.json()

    async def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()


def slim_call(call: dict[str, Any]) -> dict[str, Any]:
    """A call without the conversation's events and without the domain.

    rasa-sdk makes its Tracker from `events` as well; an empty list says that there are none to look at.
    """
    tracker = {key: call["tracker"].get(key) for key in TRACKER_KEYS}
    return {
        "next_action": call["next_action"],
        "sender_id": call["sender_id"],
        "version": call.get("version"),
        "tracker": {**tracker, "events": [], "paused": False, "followup_action": None},
        "domain": {},
    }
