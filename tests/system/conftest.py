"""The whole system, started as a user starts it, with the model that `./askwell prepare` trained."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 180


@dataclass
class Patient:
    """One patient's side of the chat API."""

    http: httpx.Client
    conversation: str
    token: str

    @classmethod
    def arrive(cls, http: httpx.Client) -> Patient:
        opened = http.post("/api/v1/conversations").raise_for_status().json()
        return cls(http, opened["id"], opened["token"])

    def say(self, text: str) -> dict[str, Any]:
        return self._send(text=text)

    def hear(self, text: str) -> list[dict[str, Any]]:
        """All replies to a text."""
        return self._exchange(text=text)

    def choose(self, choice: str) -> dict[str, Any]:
        return self._send(choice=choice)

    def agree(self, reference: str) -> dict[str, Any]:
        """Send a handoff, as the dialog does that shows what is shared."""
        url = f"/api/v1/conversations/{self.conversation}/handoffs/{reference}"
        shown = self.http.get(url, headers=self._headers).raise_for_status().json()
        body = {"contact": {"way": "chat"}, "shares_until": shown["shares_until"]}
        return self.http.post(f"{url}/consent", json=body, headers=self._headers).raise_for_status().json()

    def history(self) -> list[dict[str, Any]]:
        url = f"/api/v1/conversations/{self.conversation}/messages"
        return self.http.get(url, headers=self._headers).raise_for_status().json()["messages"]

    def sheet_words(self) -> dict[str, str]:
        """What stands on the prep sheet in the patient's own words, by part."""
        sections = self.sheet()["sections"]
        return {part["id"]: part["text"] for section in sections for part in section["parts"] if part["text"]}

    def sheet(self) -> dict[str, Any]:
        """The prep sheet as its page gets it."""
        url = f"/api/v1/conversations/{self.conversation}/sheet"
        return self.http.get(url, headers=self._headers).raise_for_status().json()

    def _send(self, **body: str) -> dict[str, Any]:
        return self._exchange(**body)[0]

    def _exchange(self, **body: str) -> list[dict[str, Any]]:
        url = f"/api/v1/conversations/{self.conversation}/messages"
        response = self.http.post(url, json={"id": str(uuid4()), **body}, headers=self._headers)
        return response.raise_for_status().json()["replies"]

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class Assistant:
    """A running Askwell."""

    address: str
    process: subprocess.Popen[bytes]
    data_dir: Path
    variables: dict[str, str]
    output: Path
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.address, timeout=30, trust_env=False)

    def patient(self) -> Patient:
        return Patient.arrive(self.http)

    def askwell(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(ROOT / "askwell"), *arguments]
        return subprocess.run(command, env=self.variables, capture_output=True, text=True, check=False)

    def is_ready(self) -> bool:
        try:
            return self.http.get("/readyz").is_success
        except httpx.HTTPError:
            return False

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.is_ready():
            assert self.process.poll() is None, self.output.read_text()[-3000:]
            assert time.monotonic() < deadline, self.output.read_text()[-3000:]
            time.sleep(0.3)

    def brain_process(self) -> int:
        """The process id of the brain that serves."""
        port = (self.data_dir / "brain-address").read_text().rpartition(":")[2]
        listed = subprocess.run(
            ["pgrep", "-f", f"bot.brain.serve .*--port {port}"], capture_output=True, text=True, check=True
        )
        return int(listed.stdout.split()[0])


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    data_dir = tmp_path_factory.mktemp("askwell")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = os.environ | {"ASKWELL_PORT": str(port), "ASKWELL_DATA_DIR": str(data_dir)}
    output = data_dir / "output.txt"
    with output.open("wb") as log:
        process = subprocess.Popen([str(ROOT / "askwell"), "up"], env=variables, stdout=log, stderr=log)
    running = Assistant(f"http://127.0.0.1:{port}", process, data_dir, variables, output)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.http.close()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
