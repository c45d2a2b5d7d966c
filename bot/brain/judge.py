"""Say what models make of questions, without serving them: what the training gate compares models by.

`python -m bot.brain.judge --model models/<name>.tar.gz … --questions FILE --out FILE`: the first file holds a JSON list
of texts; the second gets, for each model, the list of its decisions, in the same order. Exit codes: 0 done, 3 a model
cannot be measured, and the last line says which and why.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.brain import environment
from bot.brain.kept_vectors import save_kept_vectors
from bot.brain.misfit import explained
from bot.errors import EXPLAINED

Decisions = list[dict[str, Any]]


def decide(model: Path, texts: Sequence[str]) -> Decisions:
    """The model's decision on each text, as if each began a conversation; its pipeline reads all texts in one go."""
    from rasa.core.channels.channel import UserMessage  # noqa: PLC0415 - after lean.install
    from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER  # noqa: PLC0415
    from rasa.engine.loader import load_predict_graph_runner  # noqa: PLC0415
    from rasa.engine.runner.dask import DaskGraphRunner  # noqa: PLC0415
    from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: PLC0415
    from rasa.shared.core.trackers import DialogueStateTracker  # noqa: PLC0415

    from bot.brain.attributes import DECISION  # noqa: PLC0415
    from bot.brain.turn_request import as_plain_text  # noqa: PLC0415

    messages = [UserMessage(as_plain_text(text)) for text in texts]
    with tempfile.TemporaryDirectory() as folder:
        about, runner = load_predict_graph_runner(Path(folder), model, LocalModelStorage, DaskGraphRunner)
        begun = DialogueStateTracker("", about.domain.slots)
        given = {PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: begun}
        read = runner.run(given, [about.nlu_target])[about.nlu_target]
    return [message.get(DECISION) for message in read]


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; returns the exit code."""
    given = _arguments(arguments)
    _set_up()
    texts = json.loads(given.questions.read_text(encoding="utf-8"))
    decisions = []
    for model in given.model:
        try:
            decisions.append(decide(model.resolve(), texts))
        except Exception as error:  # noqa: BLE001 - whatever it was, the model cannot be measured
            sys.stdout.write(f"{explained(error, model)}\n")
            return EXPLAINED
    given.out.write_text(json.dumps(decisions), encoding="utf-8")
    save_kept_vectors()
    return 0


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.brain.judge", description=__doc__)
    parser.add_argument("--model", type=Path, action="append", required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args(arguments)


def _set_up() -> None:
    from bot.brain import lean, quiet  # noqa: PLC0415

    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # The questions are the editors', not patients'.
    environment.keep_vectors()
    os.chdir(environment.ROOT)
    quiet.quieten()
    lean.install()


if __name__ == "__main__":
    raise SystemExit(main())
