import copy
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.loading import load_data

from bot.brain import environment, files, importer
from bot.brain.attributes import TOPIC
from bot.brain.errors import BrokenBundleError
from bot.brain.importer import AnswersImporter, Example, answer_examples, read_bundle

ANSWER = {"id": "risks/allergy", "title": "Allergy?", "revision": "r1", "examples": ["can I be allergic", "allergies"]}


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "bundle.json"
    files.write_json(path, {"hash": "h", "answers": [ANSWER]})
    monkeypatch.setenv("ASKWELL_BUNDLE", str(path))
    return path


def test_an_example_trains_its_category_and_carries_its_answer(bundle: Path) -> None:
    messages = answer_examples(bundle)
    assert [(m.get("text"), m.get("intent"), m.get(TOPIC)) for m in messages] == [
        ("can I be allergic", "risks", "risks/allergy"),
        ("allergies", "risks", "risks/allergy"),
    ]


def test_test_questions_are_never_read(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    files.write_json(path, {"answers": [{**ANSWER, "tests": ["am I allergic to this"]}]})
    assert "am I allergic to this" not in [message.get("text") for message in answer_examples(path)]


def test_rasa_finds_it_by_config_yml(bundle: Path) -> None:
    root = environment.ROOT
    rasas = TrainingDataImporter.load_from_config(
        str(root / "config.yml"), str(root / "domain.yml"), [str(root / "data/nlu"), str(root / "data/rules")]
    )
    examples = rasas.get_nlu_data().training_examples
    assert {"risks/allergy"} == {message.get(TOPIC) for message in examples} - {None}
    assert {"greet", "emergency", "risks"} <= {message.get("intent") for message in examples}
    assert len(rasas.get_stories().story_steps) > 30


def test_the_files_are_read_once_for_all_who_ask(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Mock(wraps=load_data)
    monkeypatch.setattr(importer, "load_data", reading)
    nlu = str(environment.ROOT / "data/nlu/greet.yml")
    reader = AnswersImporter(None, str(environment.ROOT / "domain.yml"), [nlu])
    first, second = reader.get_nlu_data(), reader.get_nlu_data("en")
    reading.assert_called_once_with(nlu)
    assert first.fingerprint() == second.fingerprint()


def test_the_config_can_name_another_bundle(bundle: Path) -> None:
    importer = AnswersImporter(training_data_paths=[], bundle=str(bundle))
    assert len(importer.get_nlu_data().training_examples) == 2


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"answers": []}',
        '{"answers": [{"id": "no_category", "examples": ["a"]}]}',
        '{"answers": [{"id": "a/b"}]}',
    ],
)
def test_a_bundle_that_is_none_is_refused_with_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / "bundle.json").write_text(content)
    with pytest.raises(BrokenBundleError, match="askwell train"):
        read_bundle(tmp_path / "bundle.json")


def test_a_missing_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenBundleError, match="no such"):
        read_bundle(tmp_path / "bundle.json")


def test_a_copy_of_an_example_is_its_own() -> None:
    example = Example({"text": "allergies", "intent": "risks"})
    copied = copy.deepcopy(example)
    copied.set("views", ["allergies"], add_to_output=True)
    assert example.get("views") is None
    assert "views" not in example.output_properties


def test_examples_differ_by_what_was_written_and_not_by_what_is_computed() -> None:
    def example(**data: object) -> Example:
        return Example({"text": "allergies", "intent": "risks", TOPIC: "risks/allergy", **data})

    assert example() == example(vectors=np.zeros(3))
    assert len({example(), example(intent="cost"), example(text="allergy"), example(**{TOPIC: "risks/other"})}) == 4
