from __future__ import annotations

import pytest

from bot.evaluation.perturb import Perturbation
from bot.evaluation.targets import TARGETS, figures, losses, worst_loss
from tests.evaluation.made_up import made_up_run

COUNTS = {  # by hand, from made_up.py
    "personal_medical.handed_to_a_person": (1, 2, False),
    "emergency.clear": (1, 1, True),
    "emergency.possible": (1, 1, True),
    "general.found": (2, 4, False),
    "general.direct": (2, 4, False),
    "general.wrong": (1, 4, False),
    "general.handed_off": (1, 3, False),
    "out_of_scope.oos": (0, 1, True),
    "out_of_scope.other_medicine": (1, 1, False),
    "chitchat.fitting": (1, 1, True),
    "answers.found": (3, 4, None),
    "answers.direct": (2, 4, None),
    "answers.wrong": (1, 4, None),
}


def test_the_figures_of_the_made_up_run() -> None:
    found = figures(made_up_run().judged)
    assert {figure.id: (figure.count, figure.total, figure.met) for figure in found} == COUNTS


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
def test_without_messages_nothing_is_met_or_missed(target: object) -> None:
    assert {(figure.share, figure.met) for figure in figures([])} == {(None, None)}


def test_copies_that_fare_alike_cost_nothing() -> None:
    run = made_up_run(kinds=Perturbation)
    found = losses(run.judged, run.copies)
    assert {(loss.worse, loss.better, loss.loss) for loss in found} == {(0, 0, 0)}
    assert worst_loss(found).met


def test_a_lost_emergency_costs_its_figure_all_that_it_had() -> None:
    run = made_up_run(kinds=[Perturbation.TYPING], lost="emergency/2")
    worst = worst_loss(losses(run.judged, run.copies))
    assert (worst.share, worst.count, worst.total, worst.met) == (1.0, 1, 1, False)


def test_a_wrong_answer_that_a_copy_avoids_counts_as_better() -> None:
    run = made_up_run(kinds=[Perturbation.TYPING], lost="general_exosome/2")
    loss = next(one for one in losses(run.judged, run.copies) if one.figure == "general.wrong")
    assert (loss.worse, loss.better, loss.loss) == (0, 1, -0.25)


def test_upper_case_and_bare_words_are_shown_but_not_held_against_the_target() -> None:
    run = made_up_run(kinds=[Perturbation.UPPER], lost="emergency/2")
    found = losses(run.judged, run.copies)
    assert max(loss.loss for loss in found) == 1
    assert worst_loss(found).met is None
