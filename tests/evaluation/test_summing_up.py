from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.perturb import Perturbation
from bot.evaluation.record import Record
from bot.evaluation.replaying import Plan
from bot.evaluation.sets import SetName
from bot.evaluation.summing_up import sum_up
from tests.evaluation.made_up import ANSWERS, IMMUNE, PRICE, REPLIES, ROWS, made_up_run


@pytest.fixture
def record() -> Record:
    return sum_up(made_up_run(kinds=[Perturbation.UPPER]), ANSWERS)


def test_a_record_survives_being_written(record: Record, tmp_path: Path) -> None:
    record.write(tmp_path / "reports" / "evaluation.json")
    assert Record.read(tmp_path / "reports" / "evaluation.json") == record


def test_a_record_holds_no_words_of_a_message(record: Record) -> None:
    written = record.model_dump_json()
    assert not [row.text for row in ROWS if row.text in written]


def test_a_gate_finds_figures_by_name(record: Record) -> None:
    assert record.figure("personal_medical.handed_to_a_person").share == 0.5
    assert record.figure("perturbation.worst_loss").total == 0


def test_where_general_questions_ended(record: Record) -> None:
    cells = {(cell.expected, cell.got): cell.count for cell in record.confusion if cell.set == SetName.GENERAL}
    assert cells == {
        ("risks", "risks"): 1,
        ("risks", "cost"): 1,
        ("cost", "handed_off"): 1,
        ("other", "handed_off"): 1,
    }


def test_recall_is_counted_answer_by_answer(record: Record) -> None:
    recalls = {one.answer: (one.right, one.offered, one.total) for one in record.answers}
    assert recalls == {PRICE: (1, 1, 2), IMMUNE: (1, 0, 2)}


def test_confidence_is_judged_on_the_first_guess(record: Record) -> None:
    general, tests = record.confidence
    # guesses: immune .85 right, price .60 wrong; the handed-off question has none, "other" is left out
    assert (general.questions, general.guesses, general.answered) == (3, 2, pytest.approx(2 / 3))
    assert general.answered_rightly == 0.5
    assert general.ece == pytest.approx((0.15 + 0.60) / 2)
    # price .95 right, first suggestion .45 wrong, immune .90 right, price .70 wrong
    assert tests.ece == pytest.approx((2 * 0.075 + 0.45 + 0.70) / 4)
    assert [round(step.accuracy, 2) for step in tests.coverage] == [1.0, 1.0, 0.67, 0.5]


def test_times_are_of_the_messages_that_were_sent(record: Record) -> None:
    assert record.latency is not None
    assert (record.latency.count, record.latency.p50, record.messages) == (31, 12.5, 31)


def test_the_same_words_are_sent_once() -> None:
    plan = Plan.of(ROWS, kinds=[Perturbation.NO_PUNCTUATION], seed=7)
    unchanged = [row for row in ROWS[:-1] if not set("?.,") & set(row.text)]
    assert len(plan.lines) == len(REPLIES) + len(ROWS) - 1 - len(unchanged)


def test_a_run_that_got_no_replies_has_no_times() -> None:
    run = made_up_run()
    assert sum_up(type(run)(**(vars(run) | {"milliseconds": []})), ANSWERS).latency is None
