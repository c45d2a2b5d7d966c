from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.evaluation.changes import KeptReports, compare
from bot.evaluation.record import Record, RowOutcome
from bot.evaluation.summing_up import sum_up
from tests.evaluation.made_up import ANSWERS, made_up_run

RUN = made_up_run()


def record_with(**rows: str) -> Record:
    """The record of the run, had these rows (`answers_1`) ended otherwise."""
    record = sum_up(RUN, ANSWERS)
    outcomes = {
        name.replace("_", "/"): RowOutcome(verdict=verdict, kind=None, answer=None) for name, verdict in rows.items()
    }
    return record.model_copy(update={"rows": record.rows | outcomes})


def test_an_equal_run_changes_nothing() -> None:
    changes = compare(record_with(), RUN.judged)
    assert (changes.worse, changes.better, {change.gain for change in changes.figures}) == ([], [], {0})
    assert changes.compared == 15


def test_rows_that_turned() -> None:
    changes = compare(record_with(answers_1="wrong", answers_4="offered"), RUN.judged)
    assert [change.now.row.id for change in changes.better] == ["answers/1"]
    assert [change.now.row.id for change in changes.worse] == ["answers/4"]


def test_figures_are_compared_on_the_messages_of_both() -> None:
    then = record_with(answers_1="wrong")
    then = then.model_copy(update={"rows": {"answers/1": then.rows["answers/1"]}})
    figures = {change.now.id: change for change in compare(then, RUN.judged).figures}
    assert set(figures) == {"answers.found", "answers.direct", "answers.wrong"}
    assert figures["answers.wrong"].gain == figures["answers.direct"].gain == 1.0


def test_the_newest_kept_record_is_the_last(tmp_path: Path) -> None:
    kept, older = KeptReports(tmp_path / "kept"), sum_up(RUN, ANSWERS)
    newer = older.model_copy(update={"made_at": older.made_at + timedelta(days=1)})
    kept.keep(newer)
    kept.keep(older)
    assert kept.last() == newer


def test_nothing_kept_is_nothing_to_compare_with(tmp_path: Path) -> None:
    assert KeptReports(tmp_path).last() is None
