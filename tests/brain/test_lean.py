import importlib

import pytest

from bot.brain import lean


def test_rasa_runs_without_tensorflow() -> None:
    import rasa.core.agent  # noqa: F401

    assert not lean.loaded("tensorflow")
    assert not lean.loaded("matplotlib")


def test_a_name_of_an_unused_library_can_be_derived_from_and_named_in_except() -> None:
    keras = importlib.import_module("tensorflow.keras.layers")

    class Layer(keras.Layer):
        """As Rasa's own layers are made."""

    assert issubclass(Layer, Exception)
    with pytest.raises(lean.UnusedLibraryError):
        Layer()


def test_using_an_unused_library_says_so() -> None:
    with pytest.raises(lean.UnusedLibraryError, match="left out"):
        importlib.import_module("tensorflow").Variable(1)


def test_special_names_are_really_absent() -> None:
    assert not hasattr(importlib.import_module("tensorflow"), "__version__")
    assert not lean.loaded("no_such_library")
