"""Wordings with choices: what one line of a list finds."""

import pytest

from bot.safety.reading import NUMBER_WORDS, Reader
from bot.safety.spelling import Speller
from bot.safety.wordings import Wordings

LINES = {
    "breath": ["(can|could) not (even |)(breathe|catch my breath)"],
    "pills": ["took <n> (of the |)pills", "pills"],
    "year": ["in <year>"],
}


@pytest.fixture(scope="module")
def reader() -> Reader:
    speller = Speller([], [], {"ca": "can", "n't": "not"})
    return Reader(speller, NUMBER_WORDS, frozenset())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I can't breathe", {"breath": ["can't breathe"]}),
        ("could not even catch my breath!", {"breath": ["could not even catch my breath"]}),
        ("can not", {}),
        ("took 30 pills", {"pills": ["took 30 pills", "pills"]}),
        ("took thirty of the pills", {"pills": ["took thirty of the pills", "pills"]}),
        ("in 2015", {"year": ["in 2015"]}),
        ("in 20", {}),
        ("", {}),
    ],
)
def test_a_line_finds_each_of_its_wordings(reader: Reader, text: str, found: dict[str, list[str]]) -> None:
    reading = reader.read(text)
    spans = Wordings(reader, LINES).find(reading)
    assert {name: [reading.typed(span.start, span.end) for span in places] for name, places in spans.items()} == found


def test_numbers_in_a_range_are_a_group_of_their_own(reader: Reader) -> None:
    reading = reader.read("fever of 103 for 2 days")
    found = Wordings(reader, {}, {"hot": [[101.5, 108]]}).find(reading)
    assert [reading.typed(span.start, span.end) for span in found["hot"]] == ["103"]


def test_readers_of_one_message_read_it_alike_and_each_in_its_own_way(reader: Reader) -> None:
    other = Reader(Speller([], [], {"ca": "can", "n't": "n't"}), NUMBER_WORDS, frozenset())
    for text in ("I can't", "you can't", "I can't"):
        assert [word.plain for word in reader.read(text).words][1:] == ["can", "not"]
        assert [word.plain for word in other.read(text).words][1:] == ["can", "n't"]


def test_the_tokenizer_learns_no_word_of_a_message(reader: Reader) -> None:
    reader.read("my secretword is here")
    assert "secretword" not in reader.nlp.vocab.strings
