"""The report: one page that needs nothing but itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.answers.topics import topics
from bot.evaluation import charts
from bot.evaluation.cases import cases
from bot.evaluation.changes import Changes
from bot.evaluation.perturb import COUNTED, Perturbation, perturbed
from bot.evaluation.record import AnswerRecall, Confusion, Record
from bot.evaluation.sets import SetName
from bot.evaluation.summing_up import Run
from bot.evaluation.targets import MOST_LOSS
from bot.evaluation.verdicts import OTHER_CATEGORY, Verdict

TEMPLATES = Path(__file__).parent / "templates"

SET_NAMES = {
    SetName.ANSWERS: "Test questions",
    SetName.PERSONAL_MEDICAL: "Personal medical",
    SetName.EMERGENCY: "Emergency",
    SetName.GENERAL: "General questions",
    SetName.OUT_OF_SCOPE: "Out of scope",
    SetName.CHITCHAT: "Small talk",
    SetName.UNKNOWN: "Not scored",
    "dialogues": "Whole conversations",
    "perturbation": "Perturbed copies",
}
VERDICT_NAMES = {
    Verdict.RIGHT: "right",
    Verdict.OFFERED: "right among the suggestions",
    Verdict.CLARIFIED: "suggestions without it",
    Verdict.HANDED_OFF: "handed off",
    Verdict.DECLINED: "declined or small talk",
    Verdict.WITHHELD: "withheld",
    Verdict.WRONG: "wrong answer",
    Verdict.FAILED: "no reply",
}
PERTURBATION_NAMES = {
    Perturbation.TYPING: "typing errors",
    Perturbation.LOOKALIKES: "look-alikes",
    Perturbation.ZERO_WIDTH: "zero-width",
    Perturbation.UPPER: "upper case",
    Perturbation.NO_PUNCTUATION: "no punctuation",
}
EXAMPLE = "Can exosomes cause an immune reaction?"


@dataclass(frozen=True)
class ConfusionTable:
    """Categories against where their questions ended."""

    name: str
    rows: Sequence[str]
    columns: Sequence[str]
    counts: dict[tuple[str, str], int]

    def total(self, row: str) -> int:
        """All questions of a category."""
        return sum(count for (expected, _), count in self.counts.items() if expected == row)


@dataclass(frozen=True)
class RecallGroup:
    """The answers of one category, worst first."""

    category: str
    answers: Sequence[AnswerRecall]

    @property
    def found(self) -> float:
        """The mean share of their test questions that found them."""
        return mean((one.right + one.offered) / one.total for one in self.answers)


def render(record: Record, run: Run, changes: Changes | None = None) -> str:
    """The whole page."""
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            record=record,
            changes=changes,
            reach=charts.distance_scale(record.measured),
            outcomes=[one for one in record.outcomes if one.set != SetName.UNKNOWN],
            confusions=[_confusion(name, record.confusion) for name in _sets_of(record.confusion)],
            recalls=_recall_groups(record.answers),
            losses={(loss.figure, loss.perturbation): loss for loss in record.losses},
            kinds=list(run.copies),
            times=run.milliseconds,
            cases=cases(run),
            not_scored=run.of(SetName.UNKNOWN),
            told=run.told,
            examples={kind: perturbed(EXAMPLE, kind, seed=run.seed) for kind in run.copies},
        )
    )


def _environment() -> Environment:
    """The template's surroundings: what is the same for every run."""
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"percent": percent, "points": points, "visible": visible}
    environment.globals |= {
        "charts": charts,
        "style": Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),  # noqa: S704 (our own file)
        "counted": COUNTED,
        "most_loss": MOST_LOSS,
        "example": EXAMPLE,
        "set_names": SET_NAMES,
        "verdict_names": VERDICT_NAMES,
        "perturbation_names": PERTURBATION_NAMES,
    }
    return environment


def percent(share: float | None) -> str:
    """A share as readers expect it; a dash where there is none."""
    if share is None:
        return "–"
    return f"{share * 100:.1f} %".replace(".0 ", " ").replace("-", "−")


def points(share: float) -> str:
    """A difference of shares in points, with its sign."""
    if round(share * 100, 1) == 0:
        return "0"
    return f"{share * 100:+.1f}".replace("-", "−")


def visible(words: str) -> Markup:
    """Words with their hidden characters shown by code, and so that nothing hides or reorders them."""
    return Markup("").join(map(_visible, words))


def _visible(character: str) -> Markup:
    if character == "\n" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}:
        return escape(character)
    return Markup('<span class="hidden">{:04X}</span>').format(ord(character))


def _sets_of(cells: Iterable[Confusion]) -> list[str]:
    return list(dict.fromkeys(cell.set for cell in cells))


def _confusion(name: str, cells: Iterable[Confusion]) -> ConfusionTable:
    counts = {(cell.expected, cell.got): cell.count for cell in cells if cell.set == name}
    expected, got = {key[0] for key in counts}, {key[1] for key in counts}
    return ConfusionTable(
        name=name,
        rows=[row for row in (*topics().categories, OTHER_CATEGORY) if row in expected],
        columns=[*topics().categories, *(verdict for verdict in Verdict if verdict in got)],
        counts=counts,
    )


def _recall_groups(answers: Sequence[AnswerRecall]) -> list[RecallGroup]:
    tested = sorted((one for one in answers if one.total), key=lambda one: (one.right / one.total, one.answer))
    groups = [
        RecallGroup(category, [one for one in tested if one.answer.startswith(f"{category}/")])
        for category in topics().categories
    ]
    return [group for group in groups if group.answers]
