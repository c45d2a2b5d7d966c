from pathlib import Path

import numpy as np
import pytest

from bot.brain import encoder_preparation, files
from bot.brain.encoder import Encoder
from bot.errors import BrokenDataFileError

SENTENCES = [
    "What are exosomes?",
    "can my body reject them",
    "Is exosome therapy approved by the FDA, and what does that mean for a patient like me?",
    "how much does it cost",
    "I have been feeling dizzy since the injection yesterday",
    "thanks!",
]


def test_it_is_made_once(encoder_folder: Path) -> None:
    before = (encoder_folder / "model.onnx").stat().st_mtime_ns
    assert encoder_preparation.prepare(encoder_folder) is False
    assert (encoder_folder / "model.onnx").stat().st_mtime_ns == before


def test_a_damaged_file_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"damaged")
    files.write_json(
        tmp_path / "manifest.json", {"recipe": encoder_preparation.recipe(), "files": {"model.onnx": "0" * 64}}
    )
    assert not encoder_preparation.is_prepared(tmp_path)


def test_another_recipe_makes_it_anew(tmp_path: Path) -> None:
    files.write_json(tmp_path / "manifest.json", {"recipe": {"source": "older"}, "files": {}})
    assert not encoder_preparation.is_prepared(tmp_path)


def test_a_file_with_another_hash_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not the model")
    with pytest.raises(BrokenDataFileError, match="sha256"):
        encoder_preparation.verify(tmp_path / "model.onnx", encoder_preparation.SOURCE_SHA256)


@pytest.mark.parametrize(
    ("flags", "reduced"), [("flags : sse avx2", True), ("flags : avx2 avx512_vnni", False), ("flags : avx_vnni", False)]
)
def test_processors_without_vnni_get_a_reduced_range(tmp_path: Path, flags: str, reduced: bool) -> None:
    (tmp_path / "cpuinfo").write_text(flags)
    assert encoder_preparation.needs_reduced_range(tmp_path / "cpuinfo") is reduced


def test_it_means_what_the_installed_model_means(encoder_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").symlink_to(encoder_preparation.installed_model())
    (tmp_path / "tokenizer.json").symlink_to(encoder_preparation.TOKENIZER)
    quick, faithful = Encoder(encoder_folder).encode(SENTENCES), Encoder(tmp_path).encode(SENTENCES)
    cosines = (quick * faithful).sum(axis=1)
    assert cosines.min() >= 0.96
    assert np.mean(cosines) >= 0.985
