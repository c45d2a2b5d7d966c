import numpy as np

from bot.brain.terms import TermSpace, terms

TEXTS = ["what are the risks", "risks of exosomes", "what does it cost", "cost of exosomes", "the cost and the risks"]


def test_terms_are_words_pairs_and_pieces() -> None:
    found = terms("The IND-number's cost")
    assert {"ind", "number's", "number's cost", "#<in", "#cost>"} <= set(found)


def test_a_piece_is_never_taken_for_a_word() -> None:
    assert "cos" not in terms("cost")


def test_vectors_are_small_and_alike_for_like_spelling() -> None:
    space = TermSpace.fit(TEXTS, dimensions=3, min_texts=1)
    risk, risks, cost = space.transform(["risk", "risks", "cost"])
    assert space.dimensions == 3
    assert np.linalg.norm(risks) <= 1 + 1e-5
    assert risk @ risks > risk @ cost


def test_unknown_words_have_the_zero_vector() -> None:
    space = TermSpace.fit(TEXTS, dimensions=3, min_texts=1)
    assert not space.transform(["zzz", "", "\U0001f642"]).any()


def test_fitting_is_the_same_each_time() -> None:
    first, second = (TermSpace.fit(TEXTS, dimensions=3, min_texts=2) for _ in range(2))
    assert first.vocabulary == second.vocabulary
    assert np.array_equal(first.components, second.components)


def test_too_few_texts_give_fewer_dimensions_and_no_error() -> None:
    assert TermSpace.fit(["one", "two"], dimensions=128, min_texts=1).dimensions == 1
