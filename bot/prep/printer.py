"""The printer: one process beside web that makes PDF, so that neither the event loop nor web's memory pays for it."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence

import structlog

from bot.errors import PdfUnavailableError
from bot.settings import ROOT

LIBRARIES: Mapping[str, Sequence[str]] = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.0.dylib", "libpango-1.0-0.dll"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib", "libpangoft2-1.0-0.dll"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll"),
}
"""What the renderer needs of the system: the Debian package, and the names of its library."""

LONGEST_RENDERING = 20.0
"""Seconds; a long sheet takes about two."""

LONGEST_WAIT = 60.0
"""Seconds, for those that came first and for the start of the process too, which takes some four."""

MOST_WAITING = 8
log = structlog.get_logger(__name__)


def missing_packages() -> list[str]:
    """The Debian packages without which no PDF can be made here."""
    return [package for package, names in LIBRARIES.items() if not any(map(_can_be_loaded, names))]


class Printer:
    """Renders one sheet at a time; those who come meanwhile wait, and too many are turned away."""

    def __init__(self, *, seconds: float = LONGEST_RENDERING) -> None:
        self._seconds = seconds
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._missing = missing_packages()

    @property
    def reason(self) -> str | None:
        """Why no PDF can be made here; none if it can."""
        if not self._missing:
            return None
        return f"PDF needs {', '.join(self._missing)}. Install it (Debian: apt-get install {' '.join(self._missing)})."

    async def warm_up(self) -> None:
        """Start the process before anybody waits for it; the first rendering takes seconds otherwise."""
        if self.reason is None:
            with contextlib.suppress(PdfUnavailableError):
                async with self._turn:
                    await self._running()

    async def pdf(self, html: str) -> bytes:
        """Render.

        Raises:
            PdfUnavailableError: It cannot be done here, or not now.
        """
        if self.reason:
            raise PdfUnavailableError(self.reason)
        if self._waiting >= MOST_WAITING:
            raise _busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(LONGEST_WAIT), self._turn:
                return await self._rendered(html.encode("utf-8", "replace"))
        except TimeoutError as error:
            raise _busy() from error
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process:
            await _end(process)

    async def _rendered(self, html: bytes) -> bytes:
        """Whatever goes wrong on the way, the next rendering starts with a fresh process."""
        try:
            process = await self._running()
            async with asyncio.timeout(self._seconds):
                return await _exchange(process, html)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            log.warning("pdf_failed", error=type(error).__name__)
            await self.close()
            raise _busy() from error
        except asyncio.CancelledError:
            await self.close()  # or its answer would be taken for the next one's
            raise

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            await self.close()
            self._process = await _start()
        return self._process


async def _exchange(process: Process, html: bytes) -> bytes:
    assert process.stdin  # noqa: S101 (both are pipes)
    assert process.stdout  # noqa: S101
    process.stdin.write(b"%d\n" % len(html) + html)
    await process.stdin.drain()
    size = int(await process.stdout.readline())
    return await process.stdout.readexactly(size)


async def _start() -> Process:
    """What it prints by itself goes nowhere: it could quote a patient."""
    command = (sys.executable, "-m", "bot.prep.pdf_worker")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    assert process.stdout  # noqa: S101 (it is a pipe)
    try:
        said = (await process.stdout.readline()).decode().strip("\n")
    except asyncio.CancelledError:
        await _end(process)
        raise
    if said or process.stdout.at_eof():
        await _end(process)
        raise PdfUnavailableError(said or "PDF cannot be made just now. Please print the page instead.")
    return process


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()
    process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001 (its pipes outlive it otherwise)


def _busy() -> PdfUnavailableError:
    return PdfUnavailableError("The PDF could not be made just now. Please try again, or print the page instead.")


def _can_be_loaded(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
