"""Why a model cannot be loaded: our own reason if there is one, else only what kind of error it was."""

from pathlib import Path

from bot.brain.errors import EncoderMissingError
from bot.brain.misfit import explained

MODEL = Path("/somewhere/models/m.tar.gz")


def _raised_by_rasa(cause: Exception) -> Exception:
    error = RuntimeError("Error loading a component, quoting anything")
    error.__cause__ = cause
    return error


def test_any_error_means_that_the_model_does_not_fit() -> None:
    assert str(explained(_raised_by_rasa(KeyError("what it failed on")), MODEL)) == (
        "The model m.tar.gz does not fit this code (KeyError): it was trained by other code, or is broken. "
        "Train again with: ./askwell train"
    )


def test_a_reason_of_our_own_comes_through() -> None:
    ours = EncoderMissingError(Path("var/encoder"))
    assert explained(_raised_by_rasa(ours), MODEL) is ours


def test_an_error_without_a_cause_is_its_own() -> None:
    assert "(ValueError)" in str(explained(ValueError("x"), MODEL))
