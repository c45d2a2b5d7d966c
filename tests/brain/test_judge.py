import json
from pathlib import Path

import pytest

from bot.brain import judge
from bot.errors import EXPLAINED


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.json"
    path.write_text(json.dumps(["what does it cost"]))
    return path


def test_a_model_that_cannot_be_read_is_one_clear_line(
    tmp_path: Path, questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, out = tmp_path / "broken.tar.gz", tmp_path / "decisions.json"
    broken.write_bytes(b"no archive")
    status = judge.main(["--model", str(broken), "--questions", str(questions), "--out", str(out)])
    assert status == EXPLAINED
    said = capsys.readouterr().out
    assert said.startswith("The model broken.tar.gz does not fit this code")
    assert said.count("\n") == 1
    assert not out.exists()
