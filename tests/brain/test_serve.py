import asyncio
from pathlib import Path

import pytest

from bot.brain import environment, serve
from bot.brain.errors import UnfitModelError, UntrustedModelError
from bot.brain.train import hash_file
from bot.brain.train import main as train_main
from bot.errors import EXPLAINED

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
    assert serve.main(["--model", str(tmp_path / "none.tar.gz"), "--port", "1"]) == EXPLAINED
    said = capsys.readouterr().out
    assert said == "The model none.tar.gz is not loaded: there is no such file. Train again with: ./askwell train\n"


def test_without_a_secret_nothing_is_served(
    model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ASKWELL_BRAIN_SECRET", raising=False)
    assert serve.main(["--model", str(model), "--port", "1"]) == EXPLAINED
    assert "ASKWELL_BRAIN_SECRET" in capsys.readouterr().out


def test_an_archive_that_rasa_cannot_read_is_one_clear_line(
    model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def serve_it(path: Path, _port: int) -> int:
        raise UnfitModelError(path, "KeyError")

    monkeypatch.setenv("ASKWELL_BRAIN_SECRET", "a secret of the tests")
    monkeypatch.setattr(serve, "_serve", serve_it)
    assert serve.main(["--model", str(model), "--port", "1"]) == EXPLAINED
    assert capsys.readouterr().out.startswith("The model m.tar.gz does not fit this code (KeyError)")


class _Agent:
    """An agent whose model fails as the test says."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def load_model(self, _path: str) -> None:
        raise self._error

    async def parse_message(self, _text: str) -> None:
        raise self._error


def test_what_rasa_kept_to_itself_is_heard_by_loading_again(model: Path) -> None:
    with pytest.raises(UnfitModelError, match=r"m\.tar\.gz does not fit this code \(KeyError\)"):
        serve._load_again(_Agent(KeyError("x")), model)


def test_a_model_that_fails_at_its_first_message_does_not_fit(model: Path) -> None:
    with pytest.raises(UnfitModelError, match="ValueError"):
        asyncio.run(serve._warm_up(_Agent(ValueError("x")), model))


def test_it_listens_on_loopback_only() -> None:
    assert serve.HOST == "127.0.0.1"


def test_an_archive_has_a_suffix(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        train_main(["--out", str(environment.ROOT / "models" / "x.zip")])
    assert stopped.value.code == 2
    assert ".tar.gz" in capsys.readouterr().err
