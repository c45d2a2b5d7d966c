"""What a trained stock model makes of texts; runs in the brain's environment, reads and writes JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent


def main() -> None:
    """Parse the texts and write each one's intent and confidence."""
    given, made, model = map(Path, sys.argv[1:4])
    guesses = asyncio.run(_guesses(Agent.load(str(model)), json.loads(given.read_text())["test"]))
    made.write_text(json.dumps(guesses))


async def _guesses(agent: Agent, texts: list[str]) -> dict[str, Any]:
    parsed = [await agent.parse_message(text) for text in texts]
    # FallbackClassifier puts itself first where it steps in; what it steps in for comes next.
    best = [next(intent for intent in guess["intent_ranking"] if intent["name"] != "nlu_fallback") for guess in parsed]
    return {
        "labels": [intent["name"] for intent in best],
        "familiarity": [intent["confidence"] for intent in best],
        "threshold": 0.3,
    }


if __name__ == "__main__":
    main()
