"""Why no brain gets ready: one short line in a file, there only while there is a reason."""

from __future__ import annotations

from pathlib import Path

from bot.conversations.brain_failure import LONGEST, FailureFile


def test_a_reason_is_there_until_there_is_none(tmp_path: Path) -> None:
    file = FailureFile(tmp_path / "brain-failure")
    assert file.reason() is None
    for reason in ("one", "other"):
        file.write(reason)
        assert file.reason() == reason
    file.write("")
    file.write("")
    assert file.reason() is None
    assert list(tmp_path.iterdir()) == []


def test_a_reason_is_short(tmp_path: Path) -> None:
    file = FailureFile(tmp_path / "brain-failure")
    file.write("x" * 10_000)
    assert file.reason() == "x" * LONGEST
