"""The lists in data/safety: long enough, well formed, and every concept in use."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from bot.safety.lexicon import read_words
from bot.yaml_files import read_yaml
from tests.safety.conftest import FOLDER

LISTS = [
    ("conditions.yml", 400),
    ("medicines.yml", 300),
    ("symptoms.yml", 250),
    ("tests_procedures.yml", 150),
]


def terms_of(name: str) -> list[str]:
    return [term for terms in read_yaml(FOLDER / name).values() for term in terms]


@pytest.mark.parametrize(("name", "fewest"), LISTS)
def test_a_list_is_long(name: str, fewest: int) -> None:
    assert len(set(terms_of(name))) >= fewest


def test_the_parts_of_the_body_are_many() -> None:
    assert len(set(read_yaml(FOLDER / "body.yml")["parts"])) >= 120


@pytest.mark.parametrize("name", [name for name, _ in LISTS])
def test_a_term_is_plain_text(name: str) -> None:
    for term in terms_of(name):
        assert isinstance(term, str)
        assert term == term.lower().strip()
        assert "'" not in term


def strings_in(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for part in node.values():
            yield from strings_in(part)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for part in node:
            yield from strings_in(part)
    elif isinstance(node, str):
        yield node


@pytest.mark.parametrize("name", ["red_flags.yml", "context.yml", "personal.yml"])
def test_a_wording_s_choices_are_closed(name: str) -> None:
    for wording in strings_in(read_yaml(FOLDER / name)):
        depth = 0
        for letter in wording:
            depth += (letter == "(") - (letter == ")")
            assert depth in {0, 1}, wording
        assert depth == 0, wording


@pytest.mark.parametrize(
    "name", ["red_flags.yml", "context.yml", "personal.yml", "languages.yml", *(name for name, _ in LISTS)]
)
def test_no_word_is_read_as_yes_or_no(name: str) -> None:
    """YAML takes a bare "no" or "on" for a truth value, and the list would lose the word."""
    assert not [
        node for node in leaves_of(read_yaml(FOLDER / name)) if isinstance(node, bool) and name != "red_flags.yml"
    ]


def leaves_of(node: Any) -> Iterator[Any]:
    if isinstance(node, Mapping):
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from leaves_of(part)
    else:
        yield node


def test_every_red_flag_concept_is_used_and_known() -> None:
    rules = read_yaml(FOLDER / "red_flags.yml")
    known = {*rules["concepts"], *rules["numbers"], *rules["derived"]}
    entries = [*rules["rules"], *(entry for entries in rules["derived"].values() for entry in entries)]
    used = {name for entry in entries for name in (*entry["all"], *entry.get("unless", ()))}
    assert used == known


def test_every_personal_concept_is_used_and_known() -> None:
    rules = read_yaml(FOLDER / "personal.yml")
    lists = {
        "condition",
        "medicine",
        "named_medicine",
        "symptom",
        "weak_symptom",
        "test",
        "measured",
        "procedure",
        "care",
        "weak_test",
        "part",
        "own_part",
    }
    known = {*rules["concepts"], *rules["groups"], *lists}
    used = {name for entry in rules["rules"] for name in (*entry["all"], *entry.get("unless", ()))}
    used |= {name for members in rules["groups"].values() for name in members}
    assert {*used, *rules["tellers"]["unless"]} == known


def test_the_british_words_are_those_that_english_lacks() -> None:
    english, british = (read_words(FOLDER / "words" / name) for name in ("english.txt", "british.txt"))
    assert {"fibre", "litre", "centre", "favour", "sceptic"} <= british
    assert not english & british


def test_the_english_words_hold_what_they_should() -> None:
    words = read_words(FOLDER / "words" / "english.txt")
    assert {"heat", "breath", "what", "thought"} <= words
    assert len(words) > 30_000
    assert (FOLDER / "words" / "LICENCE").read_text(encoding="utf-8").startswith("This package was debianized")
