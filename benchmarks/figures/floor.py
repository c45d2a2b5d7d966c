"""What a turn cannot do without: HTTP, one durable commit, and the sentence encoder."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

import httpx

from benchmarks.bench import Bench
from benchmarks.folders import BENCH
from benchmarks.processes import BenchmarkError
from benchmarks.questions import candidates
from benchmarks.results import Row
from benchmarks.statistic import median_ms
from benchmarks.systems import AskwellSystem
from bot.running.environments import BRAIN_PYTHON, brain_variables
from bot.settings import ROOT

TIMES = 100
HOPS = 3
"""Patient to web, web to brain, brain to web's actions."""


def measure(bench: Bench) -> list[Row]:
    """Each part by itself, and their sum: three hops, one commit, one encoding."""
    hop, commit = asyncio.run(_hop_ms(bench.askwell)), _commit_ms()
    encoding = _encoding_ms(candidates(bench.answers)[:TIMES], brain_variables(bench.installation.settings))
    return [
        Row(figure="floor: one HTTP round trip to web (/healthz)", unit="ms", askwell=hop),
        Row(figure="floor: one durable commit (SQLite, synchronous=FULL)", unit="ms", askwell=commit),
        Row(figure="floor: encoding one question", unit="ms", askwell=encoding),
        Row(
            figure=f"floor: {HOPS} hops, one commit, one encoding",
            unit="ms",
            askwell=HOPS * hop + commit + encoding,
        ),
    ]


async def _hop_ms(system: AskwellSystem) -> float:
    async with system.client() as client:
        return median_ms([await _timed_get(client, f"{system.address}/healthz") for _ in range(TIMES)])


async def _timed_get(client: httpx.AsyncClient, url: str) -> float:
    began = time.perf_counter()
    (await client.get(url)).raise_for_status()
    return time.perf_counter() - began


def _commit_ms() -> float:
    with (
        tempfile.TemporaryDirectory(dir=BENCH) as folder,
        closing(sqlite3.connect(Path(folder) / "floor.db", isolation_level=None)) as database,
    ):
        database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE said (words TEXT)")
        return median_ms([_timed_insert(database) for _ in range(TIMES)])


def _timed_insert(database: sqlite3.Connection) -> float:
    began = time.perf_counter()
    database.execute("INSERT INTO said VALUES (?)", ("words " * 50,))
    return time.perf_counter() - began


def _encoding_ms(texts: list[str], variables: dict[str, str]) -> float:
    command = (str(BRAIN_PYTHON), "-m", "benchmarks.encoder_speed")
    made = subprocess.run(
        command,
        input=json.dumps(texts),
        cwd=ROOT,
        env=variables,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if made.returncode:
        raise BenchmarkError("the encoder could not be measured by itself")
    return float(made.stdout)
