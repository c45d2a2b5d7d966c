from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.perturb import HIDDEN, LONGEST, LOOKALIKES, Perturbation, neighbours, perturbed
from bot.safety.text import normalise

QUESTION = "Can the body reject exosomes? Kate's doctor didn't say: “perhaps”, she thinks."
ALL = pytest.mark.parametrize("kind", Perturbation)


@ALL
def test_the_same_seed_gives_the_same_copy(kind: Perturbation) -> None:
    assert perturbed(QUESTION, kind, seed=7) == perturbed(QUESTION, kind, seed=7)


@pytest.mark.parametrize("kind", [Perturbation.TYPING, Perturbation.LOOKALIKES, Perturbation.ZERO_WIDTH])
def test_another_seed_gives_another_copy(kind: Perturbation) -> None:
    assert len({perturbed(QUESTION, kind, seed=seed) for seed in range(20)}) > 5


@ALL
def test_a_copy_differs_from_its_original(kind: Perturbation) -> None:
    assert perturbed(QUESTION, kind, seed=7) != QUESTION


@ALL
@pytest.mark.parametrize("text", ["", "?", "ok", "👍", "12", "é" * LONGEST, "word " * 400])
def test_no_text_is_too_odd_to_copy(kind: Perturbation, text: str) -> None:
    assert len(perturbed(text, kind, seed=7)) <= max(LONGEST, len(text))


@given(st.text(), st.sampled_from(Perturbation))
def test_any_text_can_be_copied(text: str, kind: Perturbation) -> None:
    assert perturbed(text, kind, seed=7) == perturbed(text, kind, seed=7)


@pytest.mark.parametrize("kind", [Perturbation.LOOKALIKES, Perturbation.ZERO_WIDTH])
@pytest.mark.parametrize("seed", range(20))
def test_normalising_undoes_a_disguise(kind: Perturbation, seed: int) -> None:
    assert normalise(perturbed(QUESTION, kind, seed=seed)) == normalise(QUESTION)


@pytest.mark.parametrize("letter", sorted(set(LOOKALIKES) - {"I"}))
def test_normalising_undoes_each_lookalike(letter: str) -> None:
    assert normalise(f"be{LOOKALIKES[letter]}st") == f"be{letter}st"


def test_lookalikes_are_of_another_alphabet() -> None:
    assert all(len(twin) == 1 and not twin.isascii() for twin in LOOKALIKES.values())


def test_hidden_characters_leave_the_words_as_they_are() -> None:
    copy = perturbed(QUESTION, Perturbation.ZERO_WIDTH, seed=7)
    assert "".join(letter for letter in copy if letter not in HIDDEN) == QUESTION


def test_typing_errors_are_as_rare_as_on_a_phone() -> None:
    copy = perturbed("could somebody explain this treatment " * 10, Perturbation.TYPING, seed=7)
    words = zip(copy.split(), ("could somebody explain this treatment " * 10).split(), strict=True)
    assert sum(copied != original for copied, original in words) in range(7, 11)


def test_typing_errors_spare_short_words_and_first_letters() -> None:
    copies = [perturbed("is it too big", Perturbation.TYPING, seed=seed) for seed in range(30)]
    assert set(copies) == {"is it too big"}
    assert all(perturbed("exosomes", Perturbation.TYPING, seed=seed)[0] in "ex" for seed in range(50))


def test_punctuation_goes_and_words_stay_apart() -> None:
    expected = "Can the body reject exosomes Kates doctor didnt say perhaps she thinks"
    assert perturbed(QUESTION, Perturbation.NO_PUNCTUATION, seed=7) == expected


def test_upper_case() -> None:
    assert perturbed("is it safe?", Perturbation.UPPER, seed=7) == "IS IT SAFE?"


@pytest.mark.parametrize(("key", "near"), [("q", "wa"), ("s", "adwezx"), ("p", "ol"), ("m", "njk"), ("é", "")])
def test_neighbours_on_the_keyboard(key: str, near: str) -> None:
    assert neighbours(key) == near
