from pathlib import Path

import pytest

from bot.brain import environment
from bot.errors import BrokenSettingError


def test_paths_default_to_var(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASKWELL_BUNDLE", raising=False)
    assert environment.bundle_path() == environment.ROOT / "var" / "bundle.json"


def test_an_absolute_path_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASKWELL_ENCODER_DIR", str(tmp_path))
    assert environment.encoder_dir() == tmp_path


def test_a_port_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKWELL_BRAIN_PORT", "many")
    with pytest.raises(BrokenSettingError, match="ASKWELL_BRAIN_PORT"):
        environment.brain_port()


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_guessable_secret_is_refused(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("ASKWELL_BRAIN_SECRET", secret)
    with pytest.raises(BrokenSettingError, match="ASKWELL_BRAIN_SECRET"):
        environment.brain_secret()
