"""Web and a scripted brain as real processes on one SQLite file."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.store.database import Database
from tests.support.processes import ProcessUnderTest, brain_process, web_process


@dataclass(frozen=True)
class System:
    """The processes, their files, and a way to look into the ledger."""

    web: ProcessUnderTest
    brain: ProcessUnderTest
    database_file: Path
    log: Path

    async def until_brain_has_it(self) -> None:
        """Wait until the brain is in the middle of a slow message."""
        async with httpx.AsyncClient(base_url=self.brain.address, trust_env=False, timeout=20) as client:
            await client.get("/slow")


@pytest.fixture
def system(tmp_path: Path, migrated_sqlite: Path) -> Iterator[System]:
    """Web and brain, running."""
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "askwell.db"))
    brain = brain_process(delay=0.02)
    variables = {
        "ASKWELL_DATABASE_URL": f"sqlite:///{file}",
        "ASKWELL_DATA_DIR": str(tmp_path),
        "ASKWELL_BRAIN_URL": brain.address,
        "ASKWELL_BRAIN_SECRET": "a secret of the tests",
    }
    made = System(web_process(variables, tmp_path / "log"), brain, file, tmp_path / "log")
    for process in (made.brain, made.web):
        process.start()
    yield made
    for process in (made.brain, made.web):
        process.kill()


@pytest.fixture
async def web(system: System) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running web."""
    async with httpx.AsyncClient(base_url=system.web.address, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
async def stored(system: System) -> AsyncIterator[Database]:
    """The database of the running web."""
    database = Database(f"sqlite+aiosqlite:///{system.database_file}")
    yield database
    await database.close()
