from __future__ import annotations

from pathlib import Path

from benchmarks.content import EXAMPLES, select, with_examples, write_answers
from benchmarks.stock.project import intent_of
from benchmarks.synthetic import synthetic_answers
from benchmarks.wordings import Wordings
from bot.answers.files import read_answer_files


def test_every_answer_has_as_many_examples_as_stated() -> None:
    assert len(with_examples(["what is it", "what does it do", "is it new"])) == EXAMPLES
    assert with_examples([str(number) for number in range(30)]) == [str(number) for number in range(EXAMPLES)]


def test_examples_are_said_once() -> None:
    examples = with_examples(["what is it", "what does it do", "is it new"])
    assert len(set(examples)) == len(examples)


def test_a_thousand_made_up_answers_are_read_back_as_written(tmp_path: Path) -> None:
    answers = synthetic_answers(1_000)
    assert len({intent_of(answer.id) for answer in answers}) == len(answers)
    few = select(answers, 30)
    write_answers(few, tmp_path)
    assert read_answer_files(tmp_path) == sorted(few, key=lambda answer: answer.id)


def test_no_wording_comes_twice() -> None:
    texts = Wordings(["what is it?", "is it new?"]).take(300)
    assert len(set(texts)) == len(texts)
