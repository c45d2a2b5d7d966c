"""The words of the prep sheet are whole in every language, and a broken file is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.answers.files import read_answer_files
from bot.conversations.phrases import clinic_facts
from bot.errors import BrokenDataFileError
from bot.prep.guide import FOLDER, Guides
from bot.prep.sheet import CHAT_PARTS
from bot.settings import Settings

SETTINGS = Settings(_env_file=None)
FACTS = clinic_facts(SETTINGS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "prep"))


def test_every_language_has_the_same_ids(guides: Guides) -> None:
    assert {"en", "es"} <= set(guides.languages)
    assert len({str(guides.in_language(language).ids) for language in guides.languages}) == 1


def test_what_the_chat_asks_for_is_on_the_sheet(guides: Guides) -> None:
    assert set(CHAT_PARTS) <= set(guides.in_language("en").parts)


def test_every_topic_that_an_answer_names_is_offered(guides: Guides) -> None:
    named = {answer.ask.topic for answer in read_answer_files(SETTINGS.answers_dir) if answer.ask}
    assert named <= {topic.id for topic in guides.in_language("en").topics}


def test_the_clinics_numbers_are_filled_in(guides: Guides) -> None:
    for language in guides.languages:
        assert "911" in guides.in_language(language).emergency
        assert "988" in guides.in_language(language).self_harm


@pytest.mark.parametrize(("wanted", "given"), [("es-MX", "es"), ("EN", "en"), ("xx", "en"), ("", "en")])
def test_a_language_without_a_guide_gets_the_default(guides: Guides, wanted: str, given: str) -> None:
    assert guides.best_language(wanted) == given


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("id: gmp", "id: ind", "stands there twice"),
        ("id: medicines", "id: history", "the part history stands there twice"),
        ("source: isev", "source: nobody", "the source nobody is unknown"),
        ("$clinic_name", "$nothing", "unknown fact"),
        ("$clinic_name", "$ name", "unknown fact"),
        ("why: Few", "reason: Few", "why"),
        ("sections:", "sections: [", "cannot be read"),
    ],
)
def test_a_broken_file_is_named(folder: Path, old: str, new: str, reason: str) -> None:
    path = folder / "en.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BrokenDataFileError, match=rf"en\.yml: .*{reason}"):
        Guides.load(FACTS, folder)


def test_a_language_that_lacks_a_question_is_named(folder: Path) -> None:
    path = folder / "es.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("id: gmp", "id: other", 1), encoding="utf-8")
    with pytest.raises(BrokenDataFileError, match=r"es\.yml: it differs from en\.yml in the question"):
        Guides.load(FACTS, folder)


def test_a_list_where_a_mapping_should_be_is_named(folder: Path) -> None:
    (folder / "es.yml").write_text("- nothing", encoding="utf-8")
    with pytest.raises(BrokenDataFileError, match="must be a mapping"):
        Guides.load(FACTS, folder)


def test_english_must_be_there(folder: Path) -> None:
    (folder / "en.yml").unlink()
    with pytest.raises(BrokenDataFileError, match=r"en\.yml: it is missing"):
        Guides.load(FACTS, folder)
