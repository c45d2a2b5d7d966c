"""Train one model from the frozen answers, and write down its hash and that of the code that it fits.

`python -m bot.brain.train --out models/<name>.tar.gz`; exit codes: 0 made, 1 not made, 2 wrong arguments.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from pathlib import Path

from bot.brain import environment, files
from bot.brain.errors import TrainingFailedError
from bot.brain.kept_vectors import save_kept_vectors
from bot.errors import AskwellError
from bot.model_code import code_hash

SUFFIX = ".tar.gz"


def train(out: Path, *, data: Path = environment.ROOT) -> Path:
    """Train on what config.yml, domain.yml, data/rules, data/nlu and the bundle hold.

    Args:
        out: The archive to write; its hash goes to <out>.sha256.
        data: The folder with config.yml, domain.yml and data.

    Raises:
        BrokenBundleError: There is no usable bundle.
        TrainingFailedError: Rasa made no model.
    """
    from rasa.model_training import train as rasa_train  # noqa: PLC0415 - after lean.install

    from bot.brain.importer import read_bundle  # noqa: PLC0415

    read_bundle(environment.bundle_path())
    out.parent.mkdir(parents=True, exist_ok=True)
    # Made beside its destination: whoever looks for models never sees half of one.
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".training-") as folder:
        result = rasa_train(
            domain=str(data / "domain.yml"),
            config=str(data / "config.yml"),
            training_files=[str(data / "data" / "nlu"), str(data / "data" / "rules")],
            output=folder,
            fixed_model_name=out.name.removesuffix(SUFFIX),
            force_training=True,
        )
        if result.model is None:
            raise TrainingFailedError("Rasa made no model; its reasons are above.")
        return _publish(Path(result.model), out)


def hash_file(archive: Path) -> Path:
    """Where an archive's hash is written down."""
    return archive.with_name(f"{archive.name}.sha256")


def _publish(made: Path, out: Path) -> Path:
    files.write_atomically(hash_file(out), f"{files.sha256(made)}  {out.name}\n".encode())
    files.write_atomically(out.with_name(f"{out.name.removesuffix(SUFFIX)}.code"), f"{code_hash()}\n".encode())
    made.replace(out)
    return out


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; returns the exit code."""
    out = _arguments(arguments)
    _set_up()
    _say("Reading Rasa …")
    started = time.monotonic()
    try:
        _say(f"Training {out.name} …")
        train(out)
        save_kept_vectors()
    except AskwellError as error:
        _say(str(error))
        return 1
    _say(f"Trained {out} in {time.monotonic() - started:.0f} s.")
    return 0


def _arguments(arguments: list[str] | None) -> Path:
    parser = argparse.ArgumentParser(prog="python -m bot.brain.train", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the archive to write, ending in .tar.gz")
    out: Path = parser.parse_args(arguments).out
    if not out.name.endswith(SUFFIX):
        parser.error(f"--out must end in {SUFFIX}")
    return out.resolve()


def _set_up() -> None:
    from bot.brain import lean, quiet  # noqa: PLC0415

    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # Rasa's cache would keep copies of examples and old components; training is quick enough without.
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    environment.keep_vectors()
    # Nearly all that a training makes stays until its end: looking for garbage takes 7 to 11 % of its time.
    gc.disable()
    os.chdir(environment.ROOT)
    quiet.quieten()
    lean.install()

    from bot.brain import uncached  # noqa: PLC0415 - after lean.install

    uncached.install()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
