"""From approved content to a serving model: freeze, train, judge, and serve what passes the gate."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.answers.catalogue import Catalogue
from bot.answers.models import Revision
from bot.errors import AskwellError, ModelMissingError, ModelRefusedError, UnusableModelError
from bot.settings import ROOT, Settings
from bot.training.bundle import Bundle
from bot.training.gate import Figures, Question, Verdict, figures_of, judge
from bot.training.models import ModelShelf, TrainedModel
from bot.training.questions import read_questions

UNDERSTANDING = ROOT / "data" / "understanding"

type RunBrain = Callable[[str, str, Sequence[str]], None]
"""Runs a module in the brain's environment: what to show, the module, its arguments. It inherits a training's lock."""


class Trainer:
    """Makes models, and lets only those serve that pass the gate."""

    def __init__(self, settings: Settings, catalogue: Catalogue, run_brain: RunBrain) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._run_brain = run_brain
        self._shelf = ModelShelf(settings.models_dir)

    async def bundle(self) -> Bundle:
        """The content that the next model would be trained on."""
        return Bundle.freeze(await self._catalogue.published())

    async def train(self) -> TrainedModel:
        """Train a model, which serves if it passes.

        Raises:
            ModelRefusedError: It did not; the serving model stays, and the card says why.
        """
        revisions = await self._catalogue.published()
        if not revisions:
            raise AskwellError("No answer is published yet, so there is nothing to train on.")
        bundle = Bundle.freeze(revisions)
        model = self._train_on(bundle)
        verdict = self._judge(model, bundle, revisions)
        if not verdict.passed:
            raise ModelRefusedError(model.name, verdict.reason)
        self._shelf.activate(model)
        self._shelf.prune()
        return model

    def _train_on(self, bundle: Bundle) -> TrainedModel:
        path = self._shelf.new_path(bundle.hash)
        bundle.write(self._settings.bundle_path)
        with self._shelf.training():
            self._run_brain("Training (half a minute)", "bot.brain.train", ["--out", str(path)])
        return TrainedModel(path)

    def _judge(self, model: TrainedModel, bundle: Bundle, revisions: Sequence[Revision]) -> Verdict:
        questions = read_questions(UNDERSTANDING, revisions)
        figures, serving = self._figures(model, questions)
        verdict = judge(figures, serving)
        model.write_card(_card(bundle, figures, serving, verdict))
        return verdict

    def _figures(self, model: TrainedModel, questions: Sequence[Question]) -> tuple[Figures, Figures | None]:
        """How the model does, and the one that serves, if there is one."""
        rivals = self._serving()
        try:
            return self._measured(model, rivals, questions)
        except UnusableModelError:
            # What cannot be loaded does not serve either: there is nothing to be worse than.
            return self._measured(model, [], questions)

    def _measured(
        self, model: TrainedModel, rivals: list[TrainedModel], questions: Sequence[Question]
    ) -> tuple[Figures, Figures | None]:
        decisions = self._decisions([model, *rivals], [question.text for question in questions])
        figures = [figures_of(questions, each) for each in decisions]
        return figures[0], figures[1] if rivals else None

    def _serving(self) -> list[TrainedModel]:
        try:
            serving = self._shelf.active()
        except ModelMissingError:
            return []
        # What other code trained can neither be asked nor serve again: there is nothing to be worse than.
        return [serving] if serving.fits else []

    def _decisions(self, models: Sequence[TrainedModel], texts: Sequence[str]) -> list[list[Mapping[str, Any]]]:
        with tempfile.TemporaryDirectory() as folder:
            given, made = Path(folder) / "questions.json", Path(folder) / "decisions.json"
            given.write_text(json.dumps(texts))
            named = [part for model in models for part in ("--model", str(model.path))]
            arguments = [*named, "--questions", str(given), "--out", str(made)]
            self._run_brain("Measuring", "bot.brain.judge", arguments)
            decisions: list[list[Mapping[str, Any]]] = json.loads(made.read_text())
            return decisions


def _card(bundle: Bundle, figures: Figures, serving: Figures | None, verdict: Verdict) -> dict[str, Any]:
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "bundle": bundle.hash,
        "revisions": [answer["revision"] for answer in bundle.answers],
        "figures": figures.as_json(),
        "compared_with": serving.as_json() if serving else None,
        "verdict": asdict(verdict),
    }
