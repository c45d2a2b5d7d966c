from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.errors import AskwellError
from bot.evaluation.sets import BrokenSetError, SetName, rows_of_answers, rows_of_folder
from tests.evaluation.made_up import ANSWERS, PRICE


def write(folder: Path, name: str, *rows: dict[str, Any]) -> None:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


def test_every_test_question_is_a_row() -> None:
    rows = rows_of_answers(ANSWERS)
    assert len({row.id for row in rows}) == 6
    assert (rows[0].text, rows[0].expected, rows[0].set) == ("How dear is it?", PRICE, SetName.ANSWERS)


@pytest.mark.parametrize(
    ("name", "fields", "wanted_set", "expected"),
    [
        ("personal_medical", {}, SetName.PERSONAL_MEDICAL, ""),
        ("emergency", {"tier": "clear"}, SetName.EMERGENCY, "clear"),
        ("emergency", {}, SetName.EMERGENCY, "possible"),
        ("general_exosome", {"category": "risks"}, SetName.GENERAL, "risks"),
        ("out_of_scope", {"kind": "other_medicine"}, SetName.OUT_OF_SCOPE, "other_medicine"),
        ("out_of_scope", {}, SetName.OUT_OF_SCOPE, "oos"),
        ("other_medicine", {}, SetName.OUT_OF_SCOPE, "other_medicine"),
        ("chitchat", {"label": "thank"}, SetName.CHITCHAT, "thank"),
        ("goodbye", {}, SetName.CHITCHAT, "goodbye"),
        ("whatever", {"label": "thank"}, SetName.UNKNOWN, ""),
    ],
)
def test_the_name_of_a_file_says_what_it_measures(
    tmp_path: Path, name: str, fields: dict[str, str], wanted_set: SetName, expected: str
) -> None:
    write(tmp_path, name, {"id": "1", "text": "words"} | fields)
    [row] = rows_of_folder(tmp_path)
    assert (row.id, row.set, row.expected) == (f"{name}/1", wanted_set, expected)


def test_a_row_without_an_id_goes_by_its_words(tmp_path: Path) -> None:
    write(tmp_path, "personal_medical", {"text": "one"}, {"text": "two"})
    assert len({row.id for row in rows_of_folder(tmp_path)}) == 2


def test_boundary_rows_are_marked(tmp_path: Path) -> None:
    write(tmp_path, "general_exosome", {"id": "1", "text": "words", "category": "risks", "boundary": True})
    assert rows_of_folder(tmp_path)[0].boundary


@pytest.mark.parametrize(
    ("name", "row", "reason"),
    [
        ("general_exosome", {"id": "1", "text": "words"}, "'category' is missing"),
        ("emergency", {"id": "1", "text": "words", "tier": "mild"}, "not one of: clear, possible"),
        ("personal_medical", {"id": "1"}, "'text' is missing"),
        ("personal_medical", {"id": "1", "text": 3}, "not a string"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, name: str, row: dict[str, Any], reason: str) -> None:
    write(tmp_path, name, row)
    with pytest.raises(BrokenSetError, match=f"{name}.jsonl:1: .*{reason}"):
        rows_of_folder(tmp_path)


@pytest.mark.parametrize("line", ["no json", "[1]", '"words"'])
def test_a_line_that_is_no_object_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "personal_medical.jsonl").write_text(line)
    with pytest.raises(BrokenSetError, match=r"personal_medical\.jsonl:1"):
        rows_of_folder(tmp_path)


def test_an_id_stands_for_one_row(tmp_path: Path) -> None:
    write(tmp_path, "personal_medical", {"id": "1", "text": "one"}, {"id": "1", "text": "two"})
    with pytest.raises(AskwellError, match="personal_medical/1 stands there more than once"):
        rows_of_folder(tmp_path)


def test_an_empty_folder_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(AskwellError, match="holds no message"):
        rows_of_folder(tmp_path)
