"""The rules as they ship: what is tested is the program together with its lists in data/safety."""

import warnings
from pathlib import Path

import pytest
from hypothesis import settings

# Libraries under spaCy in the brain's environment warn of their own future; warnings are errors for our own code.
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import spacy  # noqa: F401

from bot.safety.language import LanguageRules
from bot.safety.red_flags import RedFlags
from bot.safety.triage import TriageRules

# No deadline: how long one example takes says more about the machine than about the rules.
settings.register_profile("safety", deadline=None, max_examples=60)
settings.load_profile("safety")

FOLDER = Path(__file__).parents[2] / "data" / "safety"


@pytest.fixture(scope="session")
def red_flags() -> RedFlags:
    """Return the emergency floor."""
    return RedFlags.load(FOLDER)


@pytest.fixture(scope="session")
def triage() -> TriageRules:
    """Return the personal-medical rules."""
    return TriageRules.load(FOLDER)


@pytest.fixture(scope="session")
def languages() -> LanguageRules:
    """Return the language rules."""
    return LanguageRules.load(FOLDER)
