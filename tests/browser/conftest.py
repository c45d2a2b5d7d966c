"""A server with scripted replies, and Debian's Chromium."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from actions.registry import make_executor
from bot.settings import Settings
from bot.web.app import create_app as create_clinic
from bot.web.services import make_services
from tests.browser.chat_page import ChatPage
from tests.browser.hostile_host import create_host
from tests.browser.scripted_api import Script, create_app
from tests.support.scripted_brain import ScriptedBrain

if TYPE_CHECKING:
    from fastapi import FastAPI

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE = 20_000  # ms; a busy machine is slow, not wrong
expect.set_options(timeout=PATIENCE)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(app: FastAPI, port: int) -> Iterator[str]:
    """Run an app in a thread for as long as the generator is open."""
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    yield f"http://127.0.0.1:{port}"
    app.state.closing = True
    server.should_exit = True
    thread.join(5)


@pytest.fixture(scope="session")
def host_port() -> int:
    """The port of a page on another origin that embeds the widget."""
    return free_port()


@pytest.fixture(scope="session")
def scripted(host_port: int) -> FastAPI:
    """The pages over scripted replies."""
    return create_app([f"http://localhost:{host_port}"])


@pytest.fixture(scope="session")
def server_url(scripted: FastAPI) -> Iterator[str]:
    """Where the pages are served."""
    yield from serve(scripted, free_port())


@pytest.fixture(scope="session")
def host_url(host_port: int, server_url: str) -> Iterator[str]:
    """A clinic's page that may embed the widget, with hostile styles and a strict policy."""
    yield from (url.replace("127.0.0.1", "localhost") for url in serve(create_host(server_url), host_port))


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> FastAPI:
    """The real app, without a brain."""
    folder = tmp_path_factory.mktemp("clinic")
    database = shutil.copy(migrated_sqlite, folder / "askwell.db")
    settings = Settings(_env_file=None, data_dir=folder, database_url=f"sqlite:///{database}")
    services = make_services(settings, brain=ScriptedBrain())
    return create_clinic(services, make_executor(services.responder, services.sheets))


@pytest.fixture(scope="session")
def clinic_url(clinic: FastAPI) -> Iterator[str]:
    yield from serve(clinic, free_port())


@pytest.fixture
def script(scripted: FastAPI) -> Script:
    """What the API is to say; fresh for each test."""
    fresh = Script()
    scripted.state.script = fresh
    return fresh


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one file's tests; a longer life would keep an event loop from other tests."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh visitor on a desktop screen."""
    fresh = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    fresh.set_default_timeout(PATIENCE)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A fresh visitor's page."""
    return context.new_page()


@pytest.fixture
def chat(page: Page, server_url: str, script: Script) -> ChatPage:
    """The widget by itself, open and ready."""
    return ChatPage.at(page, server_url)
