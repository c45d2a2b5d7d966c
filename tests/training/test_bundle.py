"""The bundle: the same content is the same bundle, and no test question is in it."""

from __future__ import annotations

import json
from pathlib import Path

from bot.answers.files import read_answer_files
from bot.settings import ROOT
from bot.training.bundle import Bundle
from tests.support.factories import a_revision

REVISIONS = [a_revision("risks/infection"), a_revision("cost/price")]


def test_the_order_of_the_answers_makes_no_difference() -> None:
    assert Bundle.freeze(REVISIONS).hash == Bundle.freeze(REVISIONS[::-1]).hash
    assert [answer["id"] for answer in Bundle.freeze(REVISIONS).answers] == ["cost/price", "risks/infection"]


def test_other_examples_make_another_bundle() -> None:
    other = a_revision("cost/price", examples=["what does it cost"])
    assert Bundle.freeze([REVISIONS[0], other]).hash != Bundle.freeze(REVISIONS).hash


def test_another_databases_numbers_and_new_words_are_the_same_bundle_to_a_model() -> None:
    """Else each start on a new database says that the answers changed since the model was trained."""
    other = a_revision("cost/price", number=7, title="New words", body="New words.")
    assert Bundle.freeze([REVISIONS[0], other]).hash == Bundle.freeze(REVISIONS).hash
    other = a_revision("cost/prices")
    assert Bundle.freeze([REVISIONS[0], other]).hash != Bundle.freeze(REVISIONS).hash


def test_the_file_names_its_own_hash_and_is_the_same_each_time(tmp_path: Path) -> None:
    path, bundle = tmp_path / "new" / "bundle.json", Bundle.freeze(REVISIONS)
    bundle.write(path)
    first = path.read_bytes()
    bundle.write(path)
    assert path.read_bytes() == first
    assert json.loads(first)["hash"] == bundle.hash
    assert [item.name for item in path.parent.iterdir()] == ["bundle.json"]


def test_no_test_question_of_the_starter_answers_is_in_it(tmp_path: Path) -> None:
    files = read_answer_files(ROOT / "data" / "answers")
    path = tmp_path / "bundle.json"
    Bundle.freeze([a_revision(file.id, examples=file.examples, tests=file.tests) for file in files]).write(path)
    frozen = {
        example.casefold() for answer in json.loads(path.read_text())["answers"] for example in answer["examples"]
    }
    assert not frozen & {question.casefold() for file in files for question in file.tests}
