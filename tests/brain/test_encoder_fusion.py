"""The fused encoder computes what the folded one does."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from bot.brain import encoder_preparation
from bot.brain.encoder import Encoder
from bot.brain.encoder_fusion import LAYERS, fuse

SENTENCES = [
    "hello",
    "Is exosome therapy approved by the FDA?",
    "My knee has hurt for ten years, and now I wonder what would be done with me on the day of the treatment.",
]


@pytest.fixture(scope="module")
def folded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("folded")
    (folder / "tokenizer.json").symlink_to(encoder_preparation.TOKENIZER)
    encoder_preparation.fold(encoder_preparation.installed_model(), folder / "model.onnx")
    return folder


def test_it_gives_the_same_vectors_by_fewer_nodes(folded: Path, tmp_path: Path) -> None:
    model = onnx.load(folded / "model.onnx")
    nodes = len(model.graph.node)
    fuse(model)
    onnx.save(model, tmp_path / "model.onnx")
    (tmp_path / "tokenizer.json").symlink_to(encoder_preparation.TOKENIZER)
    assert np.allclose(Encoder(tmp_path).encode(SENTENCES), Encoder(folded).encode(SENTENCES), atol=1e-5)
    kinds = [node.op_type for node in model.graph.node]
    assert (kinds.count("MultiHeadAttention"), kinds.count("Gelu")) == (LAYERS, LAYERS)
    assert len(kinds) < nodes / 2


def test_another_model_is_refused(folded: Path) -> None:
    model = onnx.load(folded / "model.onnx")
    for node in model.graph.node:
        node.input[:] = [name.replace(".key.bias", ".other.bias") for name in node.input]
    with pytest.raises(KeyError, match=r"layer\.0\.attention\.self\.key\.bias"):
        fuse(model)
