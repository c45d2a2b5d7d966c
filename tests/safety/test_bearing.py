"""Whether a question bears on the treatment: questions of other medicine, and beside them questions that are ours."""

import pytest

from bot.safety.bearing import Bearing
from tests.safety.conftest import FOLDER

ELSEWHERE = [
    "How does gout start?",
    "is psoriasis contagious",
    "Can shingles come back?",
    "what helps against a headache",
    "how is warfarin measured",
    "why do knees crack",
    # No example of ours speaks of a helmet or of tulips.
    "which helmet is the safest",
    "when should tulips be planted",
]
EXAMPLES = [
    "do exosomes help psoriasis",
    "what is the safest way to be treated",
    "when should I come, and how long does a visit last",
    "how do I reserve a seat for my friend",
]
OURS = [
    "Do exosomes help psoriasis?",
    "is there a treatment for gout here",
    "does it help a headache",
    "infections from the injection",
    "is there a risk of infection",
    "what do you do for knees",
    "When will people notice results?",
    "when should friends come",
    "reserving seats",
    "which product is safest with a helmet",
    "",
]


@pytest.fixture(scope="module")
def bearing() -> Bearing:
    return Bearing.load(FOLDER, EXAMPLES)


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_names_an_illness_and_nothing_of_the_treatment_is_elsewhere(bearing: Bearing, text: str) -> None:
    assert bearing.is_elsewhere(text)


@pytest.mark.parametrize("text", OURS)
def test_what_may_stand_for_the_treatment_makes_it_ours(bearing: Bearing, text: str) -> None:
    assert not bearing.is_elsewhere(text)
