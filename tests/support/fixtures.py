"""Fixtures of everything that runs in web's environment; what touches a database runs on both kinds."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from actions.registry import make_executor
from bot.conversations.ledger import Ledger
from bot.handoffs.queue import HandoffQueue
from bot.logs import configure_logs
from bot.safety.after_treatment import AfterTreatment
from bot.safety.red_flags import RedFlags
from bot.settings import Settings, with_async_driver
from bot.store.database import Database
from bot.store.migrate import migrate
from bot.web.app import create_app
from bot.web.services import SAFETY_DATA, Services, make_services
from tests.support import postgres
from tests.support.clock import SetClock
from tests.support.patients import Patient, open_conversation
from tests.support.scripted_brain import ScriptedBrain

SECRET = "a secret of the tests"
TEMPLATE = "askwell_migrated"


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of tests that are about one kind of database."""
    config.addinivalue_line("markers", "only_on(kind): about sqlite, or about postgresql, alone")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests recorded: a worker's own output is not seen."""
    figures = [
        str(value)
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for name, value in report.user_properties
        if name == "figure"
    ]
    if figures:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(figures))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what touches a database on both kinds."""
    if "database_kind" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("only_on")
        kinds = mark.args if mark else ("sqlite", "postgresql")
        metafunc.parametrize("database_kind", [kind for kind in kinds if kind == "sqlite" or postgres.is_wanted()])


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The event loop that web runs on."""
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("ASKWELL_") and name != postgres.SWITCH:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """The tests' own server, with one database that is migrated."""
    programs = postgres.find_programs()
    if programs is None:
        pytest.exit(postgres.NOT_INSTALLED, returncode=1)
    with postgres.running_postgres(programs) as server:
        server.create(TEMPLATE)
        asyncio.run(_migrated(server.url(TEMPLATE)))
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to copy."""
    path = tmp_path_factory.mktemp("template") / "askwell.db"
    asyncio.run(_migrated(f"sqlite:///{path}"))
    return path


@pytest.fixture
def empty_database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database without tables."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    yield from _postgres_database(request.getfixturevalue("postgres_server"), "template1")


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database of this test's own, migrated and empty."""
    if database_kind == "sqlite":
        path = tmp_path / "askwell.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    yield from _postgres_database(request.getfixturevalue("postgres_server"), TEMPLATE)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database of this test's own, migrated and empty."""
    opened = Database(with_async_driver(database_url))
    yield opened
    await opened.close()


@pytest.fixture
def ledger(database: Database) -> Ledger:
    """The ledger of this test's database."""
    return Ledger(database)


@pytest.fixture
def handoffs(database: Database) -> HandoffQueue:
    """The handoffs of this test's database."""
    return HandoffQueue(database)


@pytest.fixture(scope="session")
def red_flags() -> RedFlags:
    """The emergency floor, which takes seconds to load."""
    return RedFlags.load(SAFETY_DATA)


@pytest.fixture(scope="session")
def after_treatment() -> AfterTreatment:
    """The rules that offer a report, which take seconds to load too."""
    return AfterTreatment.load(SAFETY_DATA)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a demo clinic on this test's database."""
    return Settings(
        _env_file=None,
        data_dir=tmp_path,
        models_dir=tmp_path / "models",
        database_url=database_url,
        brain_secret=SECRET,
        pdf_warm_start=False,
    )


@pytest.fixture
def brain() -> ScriptedBrain:
    """A brain that says what the test tells it to."""
    return ScriptedBrain()


@pytest.fixture
def clock() -> SetClock:
    """The time, which passes when the test says so."""
    return SetClock()


@pytest.fixture
def rules_read_once(red_flags: RedFlags, after_treatment: AfterTreatment, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of safety, which take a second to read, are shared by all tests."""
    monkeypatch.setattr(AfterTreatment, "load", lambda _folder: after_treatment)
    monkeypatch.setattr(RedFlags, "load", lambda _folder: red_flags)


@pytest.fixture
async def services(
    settings: Settings, brain: ScriptedBrain, clock: SetClock, rules_read_once: None
) -> AsyncIterator[Services]:
    """Everything that web is made of, with a scripted brain."""
    del rules_read_once
    made = make_services(settings, brain=brain, clock=clock)
    yield made
    await made.database.close()


@pytest.fixture
def app(services: Services) -> FastAPI:
    """The app over these services."""
    return create_app(services, make_executor(services.responder, services.sheets))


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app, which is started up."""
    configure_logs()
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://askwell.test") as client,
    ):
        yield client


@pytest.fixture
async def patient(http: httpx.AsyncClient) -> Patient:
    """Somebody who has opened the widget."""
    return await open_conversation(http)


def _postgres_database(server: postgres.PostgresServer, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    server.create(name, template=template)
    yield server.url(name)
    server.drop(name)


async def _migrated(url: str) -> None:
    database = Database(with_async_driver(url))
    await migrate(database)
    await database.close()
