"""Memory of the running systems when nobody asks anything."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.processes import family
from benchmarks.results import Both, Row, Target

NAME = "memory, idle, whole system"
SECONDS_TO_SETTLE = 5
KILOBYTES_IN_A_MEGABYTE = 1_024


def measure(bench: Bench) -> list[Row]:
    """Resident memory: of all processes of Askwell, and of Rasa alone; pages they share count for each."""
    _ = bench.wordings  # both have answered something before
    bench.say("letting both come to rest")
    time.sleep(SECONDS_TO_SETTLE)
    rasa_alone, whole_stock = bench.stock.pids[:1], bench.stock.pids
    askwell, stock = resident_mb(bench.askwell.pids), resident_mb(rasa_alone)
    note = f"stock with its action server: {resident_mb(whole_stock):,.0f} MB"
    return [Both(askwell, stock).row(NAME, "MB", target=Target("≤ stock Rasa alone", 1), note=note)]


def resident_mb(pids: Iterable[int]) -> float:
    """Resident megabytes of these processes and all their descendants."""
    return sum(_resident_kb(pid) for pid in family(pids)) / KILOBYTES_IN_A_MEGABYTE


def _resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
