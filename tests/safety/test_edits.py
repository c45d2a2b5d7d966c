"""Words that are one edit apart, and those that only look like it."""

import pytest

from bot.safety.edits import EditIndex, edits, is_letter_twice, is_swap

INDEX = EditIndex(["safety", "cost", "fda", "what", "exosome"], shortest=5, shortest_swapped=4)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("saftey", {"safety"}),  # swapped
        ("safty", {"safety"}),  # missing
        ("ssafety", {"safety"}),  # added
        ("safery", {"safety"}),  # changed
        ("waht", {"what"}),  # short words are found by a swap …
        ("whst", set()),  # … and by nothing else
        ("wht", set()),
        ("dfa", set()),  # too short to be found at all
        ("safety", set()),  # no edit
        ("saefyt", set()),  # two edits
    ],
)
def test_words_one_edit_away_are_found(typed: str, known: set[str]) -> None:
    assert INDEX.near(typed) == known


@pytest.mark.parametrize(("typed", "expected"), [("saftey", True), ("safety", False), ("yafets", False)])
def test_a_swap_is_of_neighbours(typed: str, expected: bool) -> None:
    assert is_swap(typed, "safety") is expected


@pytest.mark.parametrize(("typed", "expected"), [("saafety", True), ("sxafety", False), ("safety", False)])
def test_a_letter_typed_twice_is_the_same_letter(typed: str, expected: bool) -> None:
    assert is_letter_twice(typed, "safety") is expected


def test_all_edits_of_a_word_are_what_the_index_finds() -> None:
    word, shortest = "risk", 4
    everything = {edit for edit in edits(word) if len(edit) >= shortest and edit != word}
    index = EditIndex(everything, shortest=shortest, shortest_swapped=shortest)
    assert index.near(word) == everything
