"""A patient's side of the chat API."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx


@dataclass(frozen=True)
class Patient:
    """One conversation and whoever holds its token."""

    http: httpx.AsyncClient
    conversation: UUID
    token: str

    @property
    def path(self) -> str:
        """Where the messages of this conversation are."""
        return f"/api/v1/conversations/{self.conversation}/messages"

    @property
    def headers(self) -> dict[str, str]:
        """What every request of this patient carries."""
        return {"Authorization": f"Bearer {self.token}"}

    async def say(self, text: object, *, message_id: object = None) -> httpx.Response:
        """Send words."""
        return await self.post({"id": str(message_id or uuid4()), "text": text})

    async def press(self, choice: str, *, message_id: object = None) -> httpx.Response:
        """Press a button."""
        return await self.post({"id": str(message_id or uuid4()), "choice": choice})

    async def post(self, body: object) -> httpx.Response:
        """Send any body."""
        return await self.http.post(self.path, json=body, headers=self.headers)

    async def post_raw(self, body: bytes, **headers: str) -> httpx.Response:
        """Send any bytes."""
        sent = {"Content-Type": "application/json"} | self.headers | headers
        return await self.http.post(self.path, content=body, headers=sent)

    async def read(self, *, after: int = 0) -> list[dict[str, object]]:
        """The conversation's messages after number `after`."""
        response = await self.http.get(self.path, params={"after": after}, headers=self.headers)
        return list(response.raise_for_status().json()["messages"])


async def open_conversation(http: httpx.AsyncClient) -> Patient:
    """Begin a conversation."""
    opened = (await http.post("/api/v1/conversations")).raise_for_status().json()
    return Patient(http, UUID(opened["id"]), opened["token"])
