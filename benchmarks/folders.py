"""Where the benchmarks keep what they make; all of it can be thrown away."""

from __future__ import annotations

from bot.settings import ROOT

BENCH = ROOT / "var" / "bench"
LOGS = BENCH / "logs"
REPORT = ROOT / "reports" / "bench.json"
NLU_REPORT = ROOT / "reports" / "bench-nlu.json"
