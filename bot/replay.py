"""Replay: send each line of a file through the running system, as a patient of its own."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.errors import AskwellError, NotRunningError

SECONDS = 30.0


@dataclass(frozen=True)
class Line:
    """One line to replay."""

    id: str
    text: str


def read_lines(path: Path) -> list[Line]:
    """Read `{"id", "text"}` lines; other fields are passed over.

    Raises:
        AskwellError: A line cannot be used; the message names it.
    """
    lines = []
    for number, row in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            fields = json.loads(row)
            lines.append(Line(str(fields["id"]), fields["text"]))
        except (ValueError, KeyError, TypeError) as error:
            raise AskwellError(f'{path}:{number}: not a line like {{"id": "1", "text": "…"}}') from error
    return lines


class ChatClient:
    """One patient's side of the public chat API."""

    def __init__(self, address: str) -> None:
        self._http = httpx.AsyncClient(base_url=f"{address}/api/v1", timeout=SECONDS, trust_env=False)

    async def ask(self, text: str) -> list[dict[str, Any]]:
        """Open a conversation, say one thing, and return the replies."""
        return await self.send(await self.open(), text=text)

    async def send(self, conversation: Mapping[str, Any], **body: str) -> list[dict[str, Any]]:
        """Say something (`text`) or press a button (`choice`), and return the replies."""
        response = await self._http.post(
            f"/conversations/{conversation['id']}/messages",
            json={"id": str(uuid4()), **body},
            headers={"Authorization": f"Bearer {conversation['token']}"},
        )
        if response.is_client_error:
            raise AskwellError(response.json()["detail"])
        replies: list[dict[str, Any]] = response.raise_for_status().json()["replies"]
        return replies

    async def open(self) -> dict[str, Any]:
        """Begin a conversation: its id and token."""
        try:
            response = await self._http.post("/conversations")
        except httpx.ConnectError as error:
            raise NotRunningError from error
        conversation: dict[str, Any] = response.raise_for_status().json()
        return conversation

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()


async def replay(lines: Sequence[Line], *, address: str, concurrency: int, console: Console) -> list[dict[str, Any]]:
    """Replay all lines, at most `concurrency` at once; the results are in the order of the lines."""
    client, places = ChatClient(address), asyncio.Semaphore(concurrency)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Replaying", total=len(lines))

        async def one(line: Line) -> dict[str, Any]:
            async with places:
                result = await _replay_line(client, line)
            progress.advance(task)
            return result

        results = await asyncio.gather(*map(one, lines))
    await client.close()
    return results


async def _replay_line(client: ChatClient, line: Line) -> dict[str, Any]:
    began = time.perf_counter()
    try:
        replies = await client.ask(line.text)
    except NotRunningError:
        raise
    except AskwellError as error:
        return _result(line, [], began) | {"error": str(error)}
    except httpx.HTTPError as error:
        return _result(line, [], began) | {"error": type(error).__name__}
    return _result(line, replies, began)


def _result(line: Line, replies: Sequence[dict[str, Any]], began: float) -> dict[str, Any]:
    decision: dict[str, Any] = next((reply["decision"] for reply in replies if reply["decision"]), {})
    return {
        "id": line.id,
        "text": line.text,
        "kind": decision.get("kind"),
        "answer": decision.get("answer"),
        "revision": decision.get("revision"),
        "confidence": decision.get("confidence"),
        "suggestions": decision.get("suggestions", []),
        "triage": decision.get("triage"),
        "reply": "\n\n".join(reply["text"] for reply in replies),
        "ms": round((time.perf_counter() - began) * 1_000, 1),
    }


def summary(results: Sequence[dict[str, Any]]) -> Table:
    """How often each kind of reply was given, and how long replies took."""
    table = Table(title=f"{len(results)} messages")
    for heading in ("kind", "count", "share", "median ms"):
        table.add_column(heading, justify="left" if heading == "kind" else "right")
    for kind, count in Counter(result["kind"] or "error" for result in results).most_common():
        times = [result["ms"] for result in results if (result["kind"] or "error") == kind]
        table.add_row(kind, str(count), f"{count / len(results):.1%}", f"{statistics.median(times):.0f}")
    return table
