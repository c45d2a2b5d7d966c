"""Repairing mistyped words: typed → meant, and words that must not be touched."""

import pytest

from bot.safety.spelling import Speller

SPELLER = Speller(
    vocabularies=[["sessions"], ["chest", "pain", "heart", "breathe", "seizure", "lesions", "fever"]],
    english={"heat", "hear", "breathes", "no", "plain", "here"},
    fixes={"cant": "can not", "throught": "throat"},
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chest", "chest"),
        ("ches", "chest"),
        ("cehst", "chest"),
        ("chestt", "chest"),
        ("chezt", "chest"),
        ("pian", "pain"),
        ("seizuer", "seizure"),
        ("breeeathe", "breathe"),
        ("br3athe", "breathe"),
        ("chestpain", "chest pain"),
        ("cantbreathe", "can not breathe"),
        ("throught", "throat"),
        ("cant", "can not"),
        ("sesions", "sessions"),
        ("heat", "heat"),
        ("hear", "hear"),
        ("breathes", "breathes"),
        ("pin", "pin"),
        ("xyzzy", "xyzzy"),
        ("103", "103"),
    ],
)
def test_a_mistyped_word_is_repaired(typed: str, meant: str) -> None:
    assert " ".join(SPELLER.words(typed)) == meant


def test_spaced_out_letters_are_parted_into_words() -> None:
    assert SPELLER.parts("chestpain") == ["chest", "pain"]
    assert SPELLER.parts("nochestpain") == ["no", "chest", "pain"]
    assert SPELLER.parts("qqqq") is None
