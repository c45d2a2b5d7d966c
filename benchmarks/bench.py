"""What the figures are measured on: both systems, started when first asked for, ended with the run."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Self

from rich.console import Console

from benchmarks.askwell import Installation, askwell_running, installation_of, prepared
from benchmarks.content import frozen_content
from benchmarks.processes import Cost
from benchmarks.questions import agreed_questions
from benchmarks.stock.model import StockModel, stock_model
from benchmarks.stock.serve import stock_running
from benchmarks.systems import AskwellSystem, StockSystem
from benchmarks.wordings import Wordings
from bot.answers.files import AnswerFile


@dataclass(frozen=True)
class Options:
    """How much to measure."""

    quick: bool = False
    retrain: bool = False

    def scaled(self, full: int, quick: int) -> int:
        """A count for the full run or the quick one."""
        return quick if self.quick else full


class Bench:
    """The content, the models and the running systems of one run."""

    def __init__(self, options: Options, console: Console) -> None:
        self.options = options
        self._console = console
        self._running = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    @cached_property
    def answers(self) -> list[AnswerFile]:
        """The same content for both."""
        return frozen_content()

    @cached_property
    def installation(self) -> Installation:
        """Askwell's folder."""
        return installation_of("askwell", self.answers)

    @cached_property
    def askwell_training(self) -> Cost:
        """What Askwell's training cost; training it first where there is no model of today's code."""
        self.say("training Askwell")
        return prepared(self.installation, retrain=self.options.retrain)

    @cached_property
    def stock_training(self) -> StockModel:
        """The stock model; training it first where there is none of this content."""
        self.say("training stock Rasa (some minutes, once)")
        return stock_model(self.answers, retrain=self.options.retrain)

    @cached_property
    def askwell(self) -> AskwellSystem:
        """Askwell, running."""
        _ = self.askwell_training
        return self.start(self.installation)

    @cached_property
    def stock(self) -> StockSystem:
        """Stock Rasa, running."""
        model = self.stock_training
        self.say("starting stock Rasa")
        return self._running.enter_context(stock_running(model))

    @cached_property
    def wordings(self) -> Wordings:
        """Questions that both answer, so that both do the same work."""
        systems = (self.askwell, self.stock)
        self.say("finding questions that both answer")
        return Wordings(agreed_questions(self.answers, systems))

    def start(self, installation: Installation) -> AskwellSystem:
        """Start an installation that is prepared."""
        self.say(f"starting {installation.name}")
        return self._running.enter_context(askwell_running(installation))

    def say(self, what: str) -> None:
        """Say what takes time; a spinner would take processor time from what is measured."""
        self._console.print(f"[dim]{what} …[/]", highlight=False)
