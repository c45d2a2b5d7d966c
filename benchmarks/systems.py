"""The two systems as a patient meets them: conversations in which something can be said."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

import httpx

from benchmarks.processes import BenchmarkError
from benchmarks.stock.project import FALLBACK

SECONDS = 60.0


@dataclass(frozen=True)
class Said:
    """What came back, and how long it took."""

    words: str
    kind: str
    seconds: float
    model: str | None = None

    @property
    def is_answer(self) -> bool:
        """Whether an answer's words were said."""
        return self.kind == "answer"


class Conversation(Protocol):
    """One patient."""

    async def say(self, text: str) -> Said:
        """Say something and wait for the reply.

        Raises:
            BenchmarkError: There was none; a time measured on failures means nothing.
        """


class System(Protocol):
    """One running system."""

    name: str
    pids: tuple[int, ...]

    def client(self) -> httpx.AsyncClient:
        """A client for its public side."""

    async def open(self, client: httpx.AsyncClient) -> Conversation:
        """Begin a conversation."""


class AskwellSystem:
    """Askwell, by the chat API that its widget uses."""

    name = "askwell"

    def __init__(self, address: str, pids: tuple[int, ...]) -> None:
        self.address = address
        self.pids = pids

    def client(self) -> httpx.AsyncClient:
        """See `System`."""
        return _client(f"{self.address}/api/v1")

    async def open(self, client: httpx.AsyncClient) -> AskwellConversation:
        """See `System`."""
        opened = (await client.post("/conversations", json={})).raise_for_status().json()
        return AskwellConversation(client, opened["id"], opened["token"])


class AskwellConversation:
    """A patient of Askwell."""

    def __init__(self, client: httpx.AsyncClient, conversation: str, token: str) -> None:
        self._client = client
        self._path = f"/conversations/{conversation}/messages"
        self._headers = {"Authorization": f"Bearer {token}"}

    async def say(self, text: str) -> Said:
        """See `Conversation`."""
        return await self._send({"text": text})

    async def choose(self, answer_id: str) -> Said:
        """Press the button of an answer."""
        return await self._send({"choice": f"answer:{answer_id}"})

    async def _send(self, said: dict[str, str]) -> Said:
        body = {"id": str(uuid4()), **said}
        began = time.perf_counter()
        response = await _post(self._client, self._path, body, self._headers)
        seconds = time.perf_counter() - began
        replies = _body(response)["replies"]
        if not replies or replies[0]["kind"] == "unavailable":
            raise BenchmarkError(f"Askwell failed on: {said}")
        return _as_said(replies, seconds)

    async def history(self) -> list[dict[str, Any]]:
        """All messages of the conversation, in order."""
        messages: list[dict[str, Any]] = _body(await self._client.get(self._path, headers=self._headers))["messages"]
        return messages


class StockSystem:
    """Stock Rasa, by its REST channel."""

    name = "stock"

    def __init__(self, address: str, pids: tuple[int, ...]) -> None:
        self.address = address
        self.pids = pids

    def client(self) -> httpx.AsyncClient:
        """See `System`."""
        return _client(self.address)

    async def open(self, client: httpx.AsyncClient) -> StockConversation:
        """See `System`."""
        return StockConversation(client)


class StockConversation:
    """A patient of stock Rasa."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._sender = str(uuid4())

    async def say(self, text: str) -> Said:
        """See `Conversation`."""
        body = {"sender": self._sender, "message": text}
        began = time.perf_counter()
        response = await _post(self._client, "/webhooks/rest/webhook", body)
        seconds = time.perf_counter() - began
        replies = _body(response)
        # Its learnt policy says nothing at all to some words late in a conversation: no failure, and no answer.
        if not replies:
            return Said("", "silence", seconds)
        words = "\n\n".join(reply.get("text", "") for reply in replies)
        return Said(words, "fallback" if words == FALLBACK else "answer", seconds)


def _as_said(replies: list[dict[str, Any]], seconds: float) -> Said:
    words = "\n\n".join(reply["text"] for reply in replies)
    return Said(words, replies[0]["kind"], seconds, (replies[0]["decision"] or {}).get("model"))


def _client(address: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    # There is no TLS on the loopback, and preparing for it takes longer than a turn.
    return httpx.AsyncClient(
        base_url=address,
        timeout=SECONDS,
        limits=limits,
        trust_env=False,
        verify=False,  # noqa: S501
    )


async def _post(
    client: httpx.AsyncClient, path: str, body: dict[str, str], headers: dict[str, str] | None = None
) -> httpx.Response:
    try:
        return await client.post(path, json=body, headers=headers)
    except httpx.HTTPError as error:
        raise BenchmarkError(f"{path} did not answer: {type(error).__name__}") from error


def _body(response: httpx.Response) -> Any:  # noqa: ANN401 (the two APIs' bodies differ)
    if response.is_error:
        raise BenchmarkError(f"{response.request.url.path} answered {response.status_code}")
    return response.json()
