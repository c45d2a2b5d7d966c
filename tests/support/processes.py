"""Web and a scripted brain as processes of their own, which a test may kill.

Both are forked from a server that has loaded web and its safety rules once (`tests.support.preload`),
so that starting one takes a moment and not the seconds that loading takes.

Nothing here uses a semaphore of `multiprocessing`: where the garbage collector frees one while a process is being
started, the next test fails (python/cpython#109629).
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from bot.conversations.reply import Kind, Reply
from bot.running.supervisor import free_port
from bot.safety.after_treatment import AfterTreatment
from bot.safety.red_flags import RedFlags
from bot.web.services import SAFETY_DATA

SECONDS_TO_START = 30
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.support.preload"])


@cache
def red_flags() -> RedFlags:
    """The emergency floor, loaded once for all web processes."""
    return RedFlags.load(SAFETY_DATA)


@cache
def after_treatment() -> AfterTreatment:
    """The rules that offer a report, loaded once for all web processes."""
    return AfterTreatment.load(SAFETY_DATA)


class ProcessUnderTest:
    """A process that listens on a port and can be killed and started again."""

    def __init__(self, serve: Callable[..., None], ready: str, *arguments: object) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._serve, self._ready, self._arguments = serve, ready, arguments
        self._process: BaseProcess | None = None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process
        assert self._process.pid
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = _forks.Process(target=self._serve, args=(self.port, *self._arguments), daemon=True)
        self._process.start()
        end = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            assert self._process.is_alive(), "it ended by itself"
            assert time.monotonic() < end, "it does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: no last words, nothing written."""
        if self._process:
            self._process.kill()
            self._process.join()

    def _answers(self) -> bool:
        try:
            return httpx.get(self.address + self._ready, trust_env=False, timeout=2).is_success
        except httpx.HTTPError:
            return False


def web_process(variables: dict[str, str], log: Path) -> ProcessUnderTest:
    """Web as it is deployed, with these settings; what it prints goes to `log`."""
    return ProcessUnderTest(_serve_web, "/healthz", variables, str(log))


def brain_process(*, delay: float = 0.0) -> ProcessUnderTest:
    """A brain that repeats what it hears, but never replies to a text that begins with "slow".

    `GET /slow` is answered as soon as it has got such a text.
    """
    return ProcessUnderTest(_serve_brain, "/webhooks/askwell/ready", delay)


@contextmanager
def running_web(folder: Path, template: Path) -> Iterator[ProcessUnderTest]:
    """Web and a brain that repeats what it hears, on a copy of the template database in this folder."""
    brain = brain_process()
    variables = {
        "ASKWELL_DATABASE_URL": f"sqlite:///{shutil.copy(template, folder / 'askwell.db')}",
        "ASKWELL_BRAIN_URL": brain.address,
        "ASKWELL_BRAIN_SECRET": "a secret of the tests",
    }
    web = web_process(variables, folder / "log")
    try:
        for process in (brain, web):
            process.start()
        yield web
    finally:
        for process in (brain, web):
            process.kill()


def in_processes[Given, Result](work: Callable[[Given], Result], given: Sequence[Given]) -> list[Result]:
    """Do some work in as many processes at once as there is work.

    Raises:
        EOFError: The work failed; its traceback is on stderr.
    """
    started = [_start(work, one) for one in given]
    results = [result.recv() for _, result in started]
    for process, _ in started:
        process.join()
    return results


def _start[Given, Result](work: Callable[[Given], Result], given: Given) -> tuple[BaseProcess, Connection]:
    reader, writer = _forks.Pipe(duplex=False)
    process = _forks.Process(target=_work, args=(work, given, writer), daemon=True)
    process.start()
    writer.close()
    return process, reader


def _work[Given, Result](work: Callable[[Given], Result], given: Given, writer: Connection) -> None:
    writer.send(work(given))


def _serve_web(port: int, variables: dict[str, str], log: str) -> None:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, sys.stdout.fileno())
    os.dup2(output, sys.stderr.fileno())
    os.environ.update(variables)
    RedFlags.load = lambda _folder: red_flags()  # type: ignore[method-assign]
    AfterTreatment.load = lambda _folder: after_treatment()  # type: ignore[method-assign]
    options = {"log_level": "warning", "access_log": False, "server_header": False}
    uvicorn.run("bot.asgi:make_app", factory=True, host="127.0.0.1", port=port, **options)


def _serve_brain(port: int, delay: float) -> None:
    has_slow_one = asyncio.Event()

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        body = b""
        while scope["method"] == "POST":
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        if scope["path"] == "/slow":
            await has_slow_one.wait()
            has_slow_one.clear()
        content = json.dumps(await _say(json.loads(body)) if body else {}).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _say(call: dict[str, Any]) -> dict[str, Any]:
        text = call.get("text", "a button")
        if text.startswith("slow"):
            has_slow_one.set()
            await asyncio.sleep(3_600)
        await asyncio.sleep(delay)
        reply = Reply(kind=Kind.SMALLTALK, text=f"You said: {text}")
        return {"replies": [reply.as_json()], "model": "scripted"}

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", lifespan="off")
