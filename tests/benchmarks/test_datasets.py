from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.nlu.datasets import find_datasets
from benchmarks.processes import BenchmarkError

CLINC = {
    "train": [["book a flight", "flight"], ["fly me out", "flight"], ["will it rain", "weather"]],
    "val": [],
    "test": [["a plane ticket", "flight"]],
    "oos_train": [["who wrote hamlet", "oos"]],
    "oos_val": [],
    "oos_test": [["why is the sky blue", "oos"]],
}


def test_clinc_is_read_as_published(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "data_full.json").write_text(json.dumps(CLINC))
    (clinc,) = find_datasets(tmp_path)
    assert clinc.train[0] == ("book a flight", "flight")
    assert clinc.test == (("a plane ticket", "flight"),)
    assert (clinc.oos_train, clinc.oos_test) == (("who wrote hamlet",), ("why is the sky blue",))


def test_banking_is_read_as_published(tmp_path: Path) -> None:
    for name in ("train", "test"):
        (tmp_path / f"{name}.csv").write_text('text,category\n"Where is my card, please?",card_arrival\n')
    (banking,) = find_datasets(tmp_path)
    assert banking.train == (("Where is my card, please?", "card_arrival"),)
    assert banking.oos_test == ()


def test_few_are_drawn_the_same_every_time(tmp_path: Path) -> None:
    (tmp_path / "data_full.json").write_text(json.dumps(CLINC))
    (clinc,) = find_datasets(tmp_path)
    few = clinc.few(1)
    assert sorted(label for _, label in few.train) == ["flight", "weather"]
    assert few == clinc.few(1)
    assert few.test == clinc.test


def test_an_empty_folder_is_told_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"data_full\.json"):
        find_datasets(tmp_path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data_full.json").write_text('{"train": [1]}')
    with pytest.raises(BenchmarkError, match="CLINC150"):
        find_datasets(tmp_path)
