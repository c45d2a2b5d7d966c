"""The trained half of triage on a made-up world: each kind around a point of its own."""

import numpy as np
import pytest

from bot.brain.kernel import Nearness
from bot.brain.triage_model import EMERGENCY, GENERAL, PERSONAL, Fitting, TriageModel, risk

LABELS = ("risks/allergy", "personal_medical", "emergency", "out_of_scope", "greet")
FITTING = Fitting(Nearness(dimensions=16, narrowness=1.0, ridge=0.03), general=15, recall=0.98, one_in=2)


def near(number: int, *, count: int, seed: int) -> np.ndarray:
    centre = np.eye(16, dtype=np.float32)[number * 3]
    return (centre + np.random.default_rng(seed + number).normal(0, 0.1, (count, 16))).astype(np.float32)


def world(seed: int) -> tuple[np.ndarray, list[str]]:
    vectors = np.vstack([near(number, count=20, seed=seed) for number in range(len(LABELS))])
    return vectors, [label for label in LABELS for _ in range(20)]


@pytest.fixture(scope="module")
def model() -> TriageModel:
    return TriageModel.fit(*world(0), FITTING)


@pytest.mark.parametrize(("number", "kind"), [(0, GENERAL), (1, PERSONAL), (2, EMERGENCY), (4, "chitchat")])
def test_the_likeliest_kind_is_that_of_the_nearest_examples(model: TriageModel, number: int, kind: str) -> None:
    for row in model.probabilities(near(number, count=5, seed=500)):
        assert max(row, key=lambda name: row[name]) == kind


def test_the_kinds_of_a_message_add_up_to_one(model: TriageModel) -> None:
    for row in model.probabilities(world(300)[0]):
        assert sum(row.values()) == pytest.approx(1, abs=0.001)


def test_suspicion_catches_the_share_of_personal_messages_that_was_asked_for(model: TriageModel) -> None:
    rows = model.probabilities(np.vstack([near(number, count=50, seed=700) for number in (1, 2)]))
    assert np.mean([risk(row) >= model.suspicion for row in rows]) >= 0.9


def test_suspicion_leaves_the_others_alone(model: TriageModel) -> None:
    rows = model.probabilities(np.vstack([near(number, count=50, seed=800) for number in (0, 3, 4)]))
    assert np.mean([risk(row) >= model.suspicion for row in rows]) <= 0.05


def test_of_many_examples_of_answers_it_learns_from_some(model: TriageModel) -> None:
    assert len(model.arrays()["examples"]) == 4 * 20 + FITTING.general


def test_the_same_examples_give_the_same_numbers(model: TriageModel) -> None:
    again = TriageModel.fit(*world(0), FITTING)
    assert all((again.arrays()[name] == numbers).all() for name, numbers in model.arrays().items())


def test_it_survives_being_kept(model: TriageModel) -> None:
    again = TriageModel.from_arrays(model.classifier.labels, model.arrays())
    vectors, _ = world(900)
    assert again.probabilities(vectors) == model.probabilities(vectors)
    assert again.suspicion == model.suspicion
