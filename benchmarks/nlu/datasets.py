"""CLINC150 and BANKING77 in the formats in which their authors publish them."""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.processes import BenchmarkError

type Labelled = tuple[str, str]
"""A text and its intent."""

NEEDED = """Nothing to measure on: DATA= must name a folder that holds one of these, or both.
  data_full.json       CLINC150 (Larson et al., 2019): [text, intent] under train, test, oos_train, oos_test
  train.csv, test.csv  BANKING77 (Casanueva et al., 2020): columns text and category"""


@dataclass(frozen=True)
class Dataset:
    """Examples to train on, questions to test on; what is in no scope apart."""

    name: str
    train: tuple[Labelled, ...]
    test: tuple[Labelled, ...]
    oos_train: tuple[str, ...] = ()
    oos_test: tuple[str, ...] = ()

    def few(self, a_class: int, *, seed: int = 0) -> Dataset:
        """The same with so many training examples a class, drawn once by the seed."""
        return replace(self, name=f"{self.name}, {a_class} a class", train=tuple(_drawn(self.train, a_class, seed)))


def find_datasets(folder: Path) -> list[Dataset]:
    """Read what is given in a folder or below it.

    Raises:
        BenchmarkError: There is nothing; the message says what is needed.
    """
    clinc = [read_clinc(path) for path in sorted(folder.rglob("data_full.json"))[:1]]
    banking = [read_banking(path.parent) for path in sorted(folder.rglob("train.csv"))[:1]]
    if not clinc + banking:
        raise BenchmarkError(NEEDED)
    return clinc + banking


def read_clinc(path: Path) -> Dataset:
    """Read data_full.json.

    Raises:
        BenchmarkError: It is not in the published format.
    """
    try:
        parts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        rows = {name: [(text, intent) for text, intent in parts[name]] for name in ("train", "test")}
        strange = {name: [text for text, _ in parts[name]] for name in ("oos_train", "oos_test")}
    except (ValueError, KeyError, TypeError) as error:
        raise BenchmarkError(f"{path.name} is not CLINC150's data_full.json: {error!r}") from error
    return Dataset("CLINC150", *map(tuple, (rows["train"], rows["test"], strange["oos_train"], strange["oos_test"])))


def read_banking(folder: Path) -> Dataset:
    """Read train.csv and test.csv.

    Raises:
        BenchmarkError: They are not in the published format.
    """
    return Dataset("BANKING77", tuple(_read_csv(folder / "train.csv")), tuple(_read_csv(folder / "test.csv")))


def _read_csv(path: Path) -> list[Labelled]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [(row["text"], row["category"]) for row in csv.DictReader(file)]
    except (OSError, KeyError) as error:
        raise BenchmarkError(f"{path.name} is not BANKING77's, with the columns text and category") from error


def _drawn(rows: Sequence[Labelled], a_class: int, seed: int) -> list[Labelled]:
    by_label: dict[str, list[str]] = defaultdict(list)
    for text, label in rows:
        by_label[label].append(text)
    draw = random.Random(seed)
    return [
        (text, label)
        for label, texts in sorted(by_label.items())
        for text in draw.sample(texts, min(a_class, len(texts)))
    ]
