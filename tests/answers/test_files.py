"""Answer files: what is broken is named with its file."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.answers.files import read_answer_files
from bot.errors import BrokenAnswerFileError

FRONT = {
    "title": "Can it cause an infection?",
    "review_due": "2027-11-01",
    "sources": [
        {
            "title": "A notice",
            "publisher": "A regulator",
            "url": "https://regulator.example",
            "read": "2026-11-20",
        }
    ],
    "examples": [f"example {number}" for number in range(12)],
    "tests": ["test one", "test two", "test three"],
}
BODY = "Yes, it is possible. Ask how the clinic guards against it and what it does then.\n"


def _write(folder: Path, name: str = "risks/infection", *, body: str = BODY, **changes: object) -> Path:
    front = {key: value for key, value in (FRONT | changes).items() if value is not None}
    path = folder / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{yaml.safe_dump(front)}---\n{body}", encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    _write(tmp_path)
    (answer,) = read_answer_files(tmp_path)
    assert (answer.id, answer.category, answer.body) == ("risks/infection", "risks", BODY.strip())
    assert answer.examples == FRONT["examples"]


def test_answers_come_in_order_of_id(tmp_path: Path) -> None:
    for number, name in enumerate(("risks/b", "cost/z", "risks/a")):
        _write(tmp_path, name, examples=[f"{number} {index}" for index in range(12)])
    assert [answer.id for answer in read_answer_files(tmp_path)] == ["cost/z", "risks/a", "risks/b"]


def test_a_rule_across_the_body_belongs_to_the_body(tmp_path: Path) -> None:
    _write(tmp_path, body=f"{BODY}\n---\n\nMore.\n")
    assert read_answer_files(tmp_path)[0].body.endswith("More.")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": None}, "title"),
        ({"title": "x" * 91}, "title"),
        ({"review_due": None}, "review_due"),
        ({"review_due": "next year"}, "review_due"),
        ({"sources": []}, "sources"),
        ({"sources": [{"title": "A notice"}]}, "sources.0.publisher"),
        ({"sources": [FRONT["sources"][0] | {"url": "javascript:alert(1)"}]}, "sources.0.url"),
        ({"sources": [FRONT["sources"][0] | {"url": "http://plain.example"}]}, "sources.0.url"),
        ({"examples": ["too few"]}, "examples"),
        ({"tests": ["too", "few"]}, "tests"),
        ({"examples": [*FRONT["examples"], " "]}, "examples.12"),
        ({"examples": "not a list"}, "examples"),
        ({"ask": {"question": "What?"}}, "ask.why"),
        ({"colour": "red"}, "colour"),
        ({"status": "approved"}, "status"),
        ({"id": "risks/other"}, "id and body"),
        ({"body": ""}, "---"),
        ({"body": "Too short."}, "body"),
        ({"body": "x" * 4_001}, "body"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(tmp_path: Path, changes: dict[str, object], says: str) -> None:
    _write(tmp_path, **changes)
    with pytest.raises(BrokenAnswerFileError, match=says) as caught:
        read_answer_files(tmp_path)
    assert "risks/infection.md" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "front matter"),
        ("no front matter", "front matter"),
        ("---\ntitle: x\n", "front matter"),
        ("---\n[not: closed\n---\nWords.", "not YAML"),
        ("---\n- a list\n---\nWords.", "title"),
    ],
)
def test_a_file_that_is_no_answer_is_named(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "risks" / "infection.md"
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(BrokenAnswerFileError, match=says) as caught:
        read_answer_files(tmp_path)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = _write(tmp_path)
    path.write_bytes(path.read_bytes() + b"\xff\xfe")
    with pytest.raises(BrokenAnswerFileError, match=r"infection\.md"):
        read_answer_files(tmp_path)


def test_a_folder_that_is_no_category_is_named(tmp_path: Path) -> None:
    _write(tmp_path, "gossip/infection")
    with pytest.raises(BrokenAnswerFileError, match="gossip is not a category"):
        read_answer_files(tmp_path)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BrokenAnswerFileError, match="no answer files"):
        read_answer_files(tmp_path)


def test_two_answers_may_not_train_on_the_same_words(tmp_path: Path) -> None:
    _write(tmp_path, "risks/infection")
    _write(tmp_path, "risks/other", examples=["EXAMPLE 3", *(f"own {number}" for number in range(12))])
    with pytest.raises(BrokenAnswerFileError, match="EXAMPLE 3"):
        read_answer_files(tmp_path)


def test_a_yaml_tag_makes_no_object(tmp_path: Path) -> None:
    path = _write(tmp_path)
    path.write_text("---\ntitle: !!python/object/apply:os.getcwd []\n---\nWords.\n")
    with pytest.raises(BrokenAnswerFileError, match="not YAML"):
        read_answer_files(tmp_path)
