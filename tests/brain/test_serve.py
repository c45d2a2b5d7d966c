from pathlib import Path

import pytest

from bot.brain import environment, serve
from bot.brain.errors import UntrustedModelError
from bot.brain.train import hash_file
from bot.brain.train import main as train_main

HASH_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "m.tar.gz"
    path.write_bytes(b"abc")
    hash_file(path).write_text(f"{HASH_OF_ABC}  m.tar.gz\n")
    return path


def test_the_model_that_training_wrote_down_is_trusted(model: Path) -> None:
    serve.verify(model)


def test_a_changed_model_is_not_loaded(model: Path) -> None:
    model.write_bytes(b"abd")
    with pytest.raises(UntrustedModelError, match="not the file"):
        serve.verify(model)


def test_a_model_without_its_hash_is_not_loaded(model: Path) -> None:
    hash_file(model).unlink()
    with pytest.raises(UntrustedModelError, match="sha256 is missing"):
        serve.verify(model)


def test_an_empty_hash_file_trusts_nothing(model: Path) -> None:
    hash_file(model).write_text("")
    with pytest.raises(UntrustedModelError):
        serve.verify(model)


def test_a_missing_model_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.main(["--model", str(tmp_path / "none.tar.gz"), "--port", "1"]) == 1
    assert "there is no such file" in capsys.readouterr().out


def test_without_a_secret_nothing_is_served(
    model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ASKWELL_BRAIN_SECRET", raising=False)
    assert serve.main(["--model", str(model), "--port", "1"]) == 1
    assert "ASKWELL_BRAIN_SECRET" in capsys.readouterr().out


def test_it_listens_on_loopback_only() -> None:
    assert serve.HOST == "127.0.0.1"


def test_an_archive_has_a_suffix(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        train_main(["--out", str(environment.ROOT / "models" / "x.zip")])
    assert stopped.value.code == 2
    assert ".tar.gz" in capsys.readouterr().err
