"""Run the stock project: `rasa run`, and the action server beside it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.processes import running, wait_until
from benchmarks.stock.model import RASA, VARIABLES, StockModel
from benchmarks.stock.project import write_endpoints
from benchmarks.systems import StockSystem
from bot.running.environments import BRAIN_PYTHON
from bot.running.supervisor import free_port

LOOPBACK = {"SANIC_HOST": "127.0.0.1"}
"""The action server listens to everyone by default."""


@dataclass(frozen=True)
class _Ports:
    rasa: int
    actions: int


@contextmanager
def stock_running(model: StockModel) -> Iterator[StockSystem]:
    """Stock Rasa for as long as the block lasts; the first of its processes is Rasa alone."""
    ports = _Ports(free_port(), free_port())
    (model.folder / "tracker.db").unlink(missing_ok=True)
    write_endpoints(model.folder, actions_port=ports.actions)
    with (
        running("stock-actions", _actions(ports), folder=model.folder, variables=LOOPBACK) as actions,
        running("stock-rasa", _rasa(ports, model.archive), folder=model.folder, variables=VARIABLES) as rasa,
    ):
        system = StockSystem(f"http://127.0.0.1:{ports.rasa}", (rasa.pid, actions.pid))
        _wait(system, rasa)
        yield system


def _actions(ports: _Ports) -> tuple[str, ...]:
    return (str(BRAIN_PYTHON), "-m", "rasa_sdk", "--actions", "actions", "--port", str(ports.actions))


def _rasa(ports: _Ports, archive: Path) -> tuple[str, ...]:
    place = ("--interface", "127.0.0.1", "--port", str(ports.rasa))
    return (
        *RASA,
        "run",
        *place,
        "--model",
        str(archive),
        "--endpoints",
        "endpoints.yml",
        "--credentials",
        "credentials.yml",
    )


def _wait(system: StockSystem, rasa: subprocess.Popen[bytes]) -> None:
    """Its health routes answer before the model is loaded, so ask something."""
    body = {"sender": "warm-up", "message": "hello"}

    def answers() -> bool:
        try:
            reply = httpx.post(f"{system.address}/webhooks/rest/webhook", json=body, timeout=30, trust_env=False)
        except httpx.HTTPError:
            return False
        return reply.is_success and bool(reply.json())

    wait_until(answers, rasa, name="stock-rasa")
