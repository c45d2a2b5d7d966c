"""A PostgreSQL server of the tests' own: in a temporary folder, on a free port of the loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bot.running.supervisor import free_port

UNPRIVILEGED = ("postgres", "nobody")
SWITCH = "ASKWELL_TEST_POSTGRES"
NOT_INSTALLED = (
    "PostgreSQL is not installed (initdb and pg_ctl are wanted). "
    f"Install it (Debian: apt-get install postgresql), or leave its half of the tests out with {SWITCH}=off."
)
# Nothing here has to survive a crash; every test may open a full pool.
QUICK = "-F -c synchronous_commit=off -c full_page_writes=off -c max_connections=400"


def is_wanted() -> bool:
    """Whether the tests are to run on PostgreSQL too."""
    return os.environ.get(SWITCH, "on") != "off"


def find_programs() -> Path | None:
    """The folder of initdb and pg_ctl, on the path or where Debian puts them."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in reversed(folders) if (folder / "pg_ctl").exists()), None)


class PostgresServer:
    """A running server with a superuser called askwell and no password."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._port = free_port()

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://askwell@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        """Make the cluster and start the server."""
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "askwell", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
        options = f"{QUICK} -p {self._port} -c listen_addresses=127.0.0.1 -k {self._folder}"
        self._run("pg_ctl", "-D", data, "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop it at once."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")

    def create(self, database: str, *, template: str = "template1") -> None:
        """Make a database, as a copy of another."""
        self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected."""
        self._execute(f'DROP DATABASE "{database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*_as_owner(), str(self._programs / program), *arguments]
        # The server keeps the standard streams that it is started with, so it gets none of ours.
        subprocess.run(command, cwd=self._folder, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def running_postgres(programs: Path) -> Iterator[PostgresServer]:
    """A server that is gone, with its folder, after the block."""
    folder = Path(tempfile.mkdtemp(prefix="askwell-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, _owner())
    server = PostgresServer(programs, folder)
    try:
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder)


def _as_owner() -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", _owner(), "--"] if os.geteuid() == 0 else []


def _owner() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)
