"""Replay: a file format that others build on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.errors import AskwellError
from bot.replay import Line, read_lines, replay, summary
from tests.support.processes import ProcessUnderTest, running_web

KEYS = ["id", "text", "kind", "answer", "revision", "confidence", "suggestions", "triage", "reply", "ms"]


@pytest.fixture
def web(tmp_path: Path, migrated_sqlite: Path) -> Iterator[ProcessUnderTest]:
    with running_web(tmp_path, migrated_sqlite) as running:
        yield running


def test_lines_are_read_and_other_fields_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": 7, "text": "What?", "label": "risks"}\n{"text": "Who?", "id": "b"}\n')
    assert read_lines(path) == [Line("7", "What?"), Line("b", "Who?")]


@pytest.mark.parametrize("row", ["", "x", "[]", '"x"', '{"id": "1"}', '{"text": "x"}', "{"])
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, row: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f'{{"id": "1", "text": "fine"}}\n{row}\n')
    with pytest.raises(AskwellError, match=r"questions\.jsonl:2"):
        read_lines(path)


async def test_one_result_for_each_line_in_its_order_with_the_stable_keys(web: ProcessUnderTest) -> None:
    texts = [*(f"question {number}" for number in range(12)), "I can't breathe", "x" * 2_001, "é 👋🏽 \u202e"]
    lines = [Line(f"id {number}", text) for number, text in enumerate(texts)]
    results = await replay(lines, address=web.address, concurrency=5, console=Console(file=StringIO()))
    assert [(result["id"], result["text"]) for result in results] == [(line.id, line.text) for line in lines]
    assert all(list(result)[: len(KEYS)] == KEYS for result in results)
    assert [result["kind"] for result in results] == ["smalltalk"] * 12 + ["emergency", None, "smalltalk"]
    assert results[0]["reply"] == "You said: question 0"
    assert results[0]["suggestions"] == []
    assert results[12]["triage"]["label"] == "emergency"
    assert "2,000" in results[13]["error"]
    assert all(isinstance(result["ms"], float) for result in results)
    json.dumps(results)


def test_the_summary_counts_kinds() -> None:
    results = [{"kind": "answer", "ms": 10.0}, {"kind": "answer", "ms": 30.0}, {"kind": None, "ms": 5.0}]
    output = StringIO()
    Console(file=output, width=80).print(summary(results))
    printed = " ".join(output.getvalue().split())
    assert "3 messages" in printed
    assert "answer │ 2 │ 66.7% │ 20" in printed
    assert "error │ 1 │ 33.3% │ 5" in printed


def test_a_summary_of_nothing_is_empty() -> None:
    assert summary([]).row_count == 0
