"""Chat widgets from npm to measure ours beside, fetched once and checked against what was fetched first."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from benchmarks.folders import BENCH
from benchmarks.processes import BenchmarkError

FOLDER = BENCH / "npm"


@dataclass(frozen=True)
class Rival:
    """A widget as its own documentation embeds it."""

    name: str
    version: str
    sha256: str
    script: str
    """Its browser bundle, inside the package."""
    body: str
    """What stands in the host page, which is on the bundle's own origin; {script} is the bundle's name."""
    box: str
    """Where a visitor types, as a selector."""

    @property
    def bundle(self) -> Path:
        """The bundle on disk."""
        return FOLDER / f"{self.name}.js"


RIVALS = (
    Rival(
        name="deep-chat",
        version="2.4.2",
        sha256="977dc584146b62a68d9d44b64f5ffe1df65deaa846d1dd2201d24b9ffefed4b4",
        script="package/dist/deepChat.bundle.js",
        body='<script type="module" src="{script}"></script><deep-chat connect=\'{{"url": "/chat"}}\'></deep-chat>',
        box="#text-input",
    ),
    Rival(
        name="rasa-webchat",
        version="1.0.1",
        sha256="cd2a8ee5211df95c626fc78bcf9d7d3a50368eacd43c7154476d29e519d42685",
        script="package/lib/index.js",
        # Its box shows when its socket is connected; that it is part of the page is waited for, which is sooner.
        body='<script src="{script}"></script><script>'
        "WebChat.default({{socketUrl: location.origin, embedded: true, hideWhenNotConnected: false}}, null)</script>",
        box=".rw-new-message",
    ),
)


def fetched(rival: Rival) -> Rival:
    """The rival, its bundle on disk.

    Raises:
        BenchmarkError: npm is not here, or gave something else than was measured first.
    """
    if not rival.bundle.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        _unpack(rival, _packed(rival))
    return rival


def _packed(rival: Rival) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise BenchmarkError("npm is not here, so there is no other widget to measure beside ours")
    wanted = f"{rival.name}@{rival.version}"
    done = subprocess.run([npm, "pack", "--silent", wanted], cwd=FOLDER, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchmarkError(f"npm could not fetch {wanted}")
    return FOLDER / done.stdout.split()[-1]


def _unpack(rival: Rival, package: Path) -> None:
    if hashlib.sha256(package.read_bytes()).hexdigest() != rival.sha256:
        raise BenchmarkError(f"{package.name} is not the package that was measured first")
    with tarfile.open(package) as archive:
        member = archive.extractfile(rival.script)
        rival.bundle.write_bytes(member.read() if member else b"")


@contextmanager
def served() -> Iterator[str]:
    """The address at which the bundles are served while the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(FOLDER)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing to say."""
