"""Our pipeline on any labelled texts; runs in the brain's environment, reads and writes JSON.

Given: {"train": [[text, label]], "oos_train": [text], "test": [text]}.
Made: {"labels": [label], "familiarity": [number], "threshold": number}.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from bot.brain import environment
from bot.brain.encoder import Encoder
from bot.brain.terms import TermSpace
from bot.brain.topic_model import TopicModel
from bot.safety.text import normalise

Floats = npt.NDArray[np.float32]
CONFIG = Path(__file__).resolve().parents[2] / "config.yml"
STRANGE = "out_of_scope"


def main() -> None:
    """Train on what is given, and write what the model makes of the test texts."""
    given = json.loads(Path(sys.argv[1]).read_text())
    texts = [plain(text) for text, _ in given["train"]] + [plain(text) for text in given["oos_train"]]
    # A label of ours is an answer's id, which has a slash; what is out of scope is an intent, which has none.
    labels = [f"set/{label}" for _, label in given["train"]] + [STRANGE] * len(given["oos_train"])
    model, vectors = trained(texts, labels, [plain(text) for text in given["test"]])
    Path(sys.argv[2]).write_text(json.dumps(_guesses(model, vectors)))


def plain(text: str) -> str:
    """A text as the classifiers see it."""
    return normalise(text).lower()


def trained(texts: list[str], labels: list[str], test: list[str]) -> tuple[TopicModel, Floats]:
    """A model of the texts, and the vectors of the test texts."""
    terms = settings_of("TermFeaturizer")
    space = TermSpace.fit(texts, dimensions=terms["dimensions"], min_texts=terms["min_texts"])
    weight = np.float32(terms["weight"])
    topics = settings_of("TopicClassifier")
    model = TopicModel.fit(
        _vectors(texts, space, weight),
        labels,
        strength=topics["C"],
        kept=(topics["familiar_share"], topics["known_share"]),
        one_in=topics["hold_out_one_in"],
    )
    return model, _vectors(test, space, weight)


def settings_of(component: str) -> dict[str, Any]:
    """A component's settings; config.yml states them all, and importing the component would import Rasa."""
    steps: list[dict[str, Any]] = yaml.safe_load(CONFIG.read_text())["pipeline"]
    return next(step for step in steps if step["name"].endswith(f".{component}"))


def _vectors(texts: list[str], space: TermSpace, weight: np.float32) -> Floats:
    settings = settings_of("SentenceEncoder")
    encoder = Encoder(environment.encoder_dir(), max_tokens=settings["max_tokens"], cache_size=1)
    return np.hstack([encoder.encode(texts), space.transform(texts) * weight])


def _guesses(model: TopicModel, vectors: Floats) -> dict[str, Any]:
    guesses = model.guesses(vectors)
    return {
        "labels": [next((label for label, _ in guess.answers()), "").removeprefix("set/") for guess in guesses],
        "familiarity": [guess.familiarity for guess in guesses],
        "threshold": model.limits[1],
    }


if __name__ == "__main__":
    main()
