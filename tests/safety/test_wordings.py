"""Wordings with choices: what one line of a list finds."""

import pytest
import spacy

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
    return Reader(spacy.blank("en"), speller, NUMBER_WORDS, frozenset())


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


def test_nothing_of_a_message_stays_in_memory(reader: Reader) -> None:
    reader.read("my secretword is here")
    assert "secretword" not in reader.nlp.vocab.strings
