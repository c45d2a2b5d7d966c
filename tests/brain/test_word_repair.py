"""Mistyped words are mended towards the examples; everything else stays as typed."""

from __future__ import annotations

import pytest

from bot.brain.word_repair import WordRepair

WORDS = "the of is for are form from week weak does it weather cost what selling skin sign heat"
ENGLISH = frozenset(WORDS.split())
EXAMPLES = [
    *["what is the safety of exosome treatment"] * 40,
    "exosome thearpy safety",
    *["the clinic is selling exosomes"] * 5,
    "is it approved by the fda",
    *["regenerative medicine"] * 30,
    "degenerative disc",
    *["my skin is swelling"] * 9,
]
REPAIR = WordRepair.learn(EXAMPLES, ENGLISH)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("saftey of exosme treatmnt", "safety of exosome treatment"),
        ("waht is the fda?", "what is the fda?"),
        ("treatmennnt", "treatment"),
        ("what is the ffda?", "what is the fda?"),  # short words are mended of a letter twice alone
        ("3x0some", "3x0some"),  # what is no word is left alone
        ("the clinc's rules", "the clinic's rules"),
        ("doesn't it", "doesn't it"),
        ("seelling", "selling"),  # a letter twice is likelier than another letter, though "swelling" is asked for more
        ("weahter", "weather"),  # plain English, in no example
        ("qwertz", "qwertz"),
        ("heat", "heat"),  # English as it stands
        ("form", "form"),
        ("keytruda zepbound", "keytruda zepbound"),  # names of medicines that are not ours
        ("", ""),
        ("?!", "?!"),
    ],
)
def test_only_slips_are_mended(typed: str, meant: str) -> None:
    assert REPAIR.mend(typed) == meant


def test_the_examples_own_slips_are_mended_as_well() -> None:
    assert REPAIR.mend("exosome thearpy") == "exosome thearpy"  # nothing to mend it to: "therapy" is in no example
    assert WordRepair.learn([*EXAMPLES, *["therapy"] * 20], ENGLISH).mend("thearpy") == "therapy"


def test_a_rare_word_with_another_first_letter_is_no_slip() -> None:
    assert REPAIR.mend("degenerative") == "degenerative"


def test_mending_twice_changes_nothing_more() -> None:
    once = REPAIR.mend("saftey exosme weahter qwertz")
    assert REPAIR.mend(once) == once
