"""How long encoding one question takes; runs in the brain's environment, prints milliseconds."""

from __future__ import annotations

import json
import statistics
import sys
import time

from bot.brain import environment
from bot.brain.encoder import Encoder


def main() -> None:
    """Encode the texts of a JSON list from standard input one by one."""
    texts = json.load(sys.stdin)
    encoder = Encoder(environment.encoder_dir(), cache_size=1)
    encoder.encode(texts[:10])
    json.dump(statistics.median(_seconds(encoder, text) for text in texts) * 1_000, sys.stdout)


def _seconds(encoder: Encoder, text: str) -> float:
    began = time.perf_counter()
    encoder.encode([text])
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
