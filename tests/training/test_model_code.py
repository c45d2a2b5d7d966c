"""What makes a model one of this version's."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import model_code


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("config.yml", "domain.yml", "data/rules/talk.yml", "data/nlu/greet.yml", "bot/brain/triage.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(model_code, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["config.yml", "data/rules/talk.yml", "data/nlu/greet.yml", "bot/brain/triage.py"])
def test_other_rules_examples_or_code_make_another_hash(root: Path, name: str) -> None:
    before = model_code.code_hash.__wrapped__()
    (root / name).write_text("otherwise")
    assert model_code.code_hash.__wrapped__() != before
