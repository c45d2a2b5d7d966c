"""The database: one engine, sessions for reading and for writing, one lock for each conversation."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.util.concurrency import await_, greenlet_spawn

from bot.store.sqlite_driver import SqliteDriver

MOST_TURNS_AT_ONCE = 64
MOST_PAGES_IN_LOG = 8_000
"""At this length (32 MB) whoever commits writes SQLite's log back himself; `Checkpoints` does it long before."""

SECONDS_TO_SWITCH = 10.0
_READ_ONLY = "askwell_read_only"
_NO_TRANSACTION = "askwell_no_transaction"


class Database:
    """Sessions on SQLite or PostgreSQL.

    SQLite runs in WAL mode with `synchronous=FULL`: what was committed survives a power cut. What is deleted is
    overwritten (`secure_delete`).
    """

    def __init__(self, url: str) -> None:
        self.engine = _create_engine(url)
        self._writing = async_sessionmaker(self.engine, expire_on_commit=False)
        self._single_reads = self.engine.execution_options(**{_NO_TRANSACTION: True})
        self._reading = async_sessionmaker(self.engine.execution_options(**{_READ_ONLY: True}), expire_on_commit=False)
        self._turns = asyncio.Semaphore(MOST_TURNS_AT_ONCE)
        self._locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._lock_engine = self._engine_for_locks(url)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction that commits at the end of the block."""
        async with self._writing.begin() as session:
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that takes no write lock."""
        async with self._reading() as session:
            yield session

    async def write[*Ts, T](self, work: Callable[[Connection, *Ts], T], *values: *Ts) -> T:
        """Run statements in a transaction that commits when `work` returns, without the ORM.

        A turn's statements run so: a session costs each half as much again, and every call that is awaited one by one
        (connect, begin, execute, commit, close) as much as a statement. `work` is plain code, whose statements wait.
        """
        return await greenlet_spawn(_in_transaction, self.engine.sync_engine, work, *values)

    async def read[*Ts, T](self, work: Callable[[Connection, *Ts], T], *values: *Ts) -> T:
        """Run statements that only read, likewise; on SQLite without a transaction, so each reads by itself."""
        return await greenlet_spawn(_connected, self._single_reads.sync_engine, work, *values)

    @asynccontextmanager
    async def changing_schema(self) -> AsyncIterator[AsyncConnection]:
        """A transaction in which tables may be made anew.

        SQLite changes a column by copying its table and dropping the old one, which deletes all that refers to it
        while foreign keys are enforced; they can be switched only outside a transaction.
        """
        async with self.engine.connect() as connection:
            await self._run_outside_transaction(connection, "PRAGMA foreign_keys=OFF")
            try:
                async with connection.begin():
                    yield connection
            finally:
                await self._run_outside_transaction(connection, "PRAGMA foreign_keys=ON")

    async def write_log_back(self) -> None:
        """Copy what SQLite's log holds into its file, in a connection of its own, while others read and write."""
        async with self.engine.connect() as connection:
            await self._run_outside_transaction(connection, "PRAGMA wal_checkpoint(PASSIVE)")

    async def empty_log(self) -> bool:
        """Write SQLite's log back into its file and empty it, so that deleted words are in neither.

        Whether it could: a reader may be in the way. PostgreSQL recycles its log by itself.
        """
        async with self.engine.connect() as connection:
            rows = await self._run_outside_transaction(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
        return not rows or rows[0][0] == 0

    async def _run_outside_transaction(self, connection: AsyncConnection, statement: str) -> Sequence[Any]:
        """Run a statement of SQLite's own; PostgreSQL has no need of it."""
        if not self.is_sqlite:
            return ()
        driver: Any = (await connection.get_raw_connection()).driver_connection
        rows: Sequence[Any] = await driver.execute_fetchall(statement)
        return rows

    @asynccontextmanager
    async def conversation_lock(self, conversation: UUID) -> AsyncIterator[None]:
        """Hold one conversation: across this process, and across all web processes on PostgreSQL."""
        lock = self._locks.setdefault(conversation, asyncio.Lock())
        async with lock, self._turns, self._lock_between_processes(conversation):
            yield

    @asynccontextmanager
    async def _lock_between_processes(self, conversation: UUID) -> AsyncIterator[None]:
        if self._lock_engine is None:
            yield
            return
        key = {"key": conversation.int & 0x7FFF_FFFF_FFFF_FFFF}
        async with self._lock_engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
            try:
                yield
            finally:
                await connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)

    def _engine_for_locks(self, url: str) -> AsyncEngine | None:
        """A pool of its own: lock holders need a second connection, and must not starve each other."""
        if self.is_sqlite:
            return None
        return create_async_engine(
            url,
            isolation_level="AUTOCOMMIT",
            pool_size=8,
            max_overflow=MOST_TURNS_AT_ONCE,
            pool_pre_ping=True,
        )

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()
        if self._lock_engine:
            await self._lock_engine.dispose()


def _in_transaction[*Ts, T](engine: Engine, work: Callable[[Connection, *Ts], T], *values: *Ts) -> T:
    with engine.begin() as connection:
        return work(connection, *values)


def _connected[*Ts, T](engine: Engine, work: Callable[[Connection, *Ts], T], *values: *Ts) -> T:
    with engine.connect() as connection:
        return work(connection, *values)


def _create_engine(url: str) -> AsyncEngine:
    """Errors never quote parameters: they would carry patients' words into the log."""
    if url.startswith("sqlite"):
        engine = create_async_engine(url, module=SqliteDriver(), connect_args={"timeout": 10}, hide_parameters=True)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    return create_async_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True, hide_parameters=True)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 (a DBAPI connection has no type)
    """Make it durable, and leave it to us to begin: the driver would begin a write too late to queue."""
    connection.isolation_level = None
    cursor = connection.cursor()
    _write_ahead(cursor)
    for pragma in (
        *("synchronous=FULL", f"wal_autocheckpoint={MOST_PAGES_IN_LOG}"),
        *("foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON"),
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: Any) -> None:  # noqa: ANN401 (a DBAPI cursor has no type)
    """Switch a new file to its log; of processes that do so at once, SQLite lets one fail instead of wait."""
    deadline = time.monotonic() + SECONDS_TO_SWITCH
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as problem:
            # The lower byte is the kind of the error, the upper one its variant.
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            await_(asyncio.sleep(0.02))
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """Lock for writing at the start: a read that turns into a write can fail instead of waiting."""
    options = connection.get_execution_options()
    if options.get(_NO_TRANSACTION):
        return
    driver: Any = connection.connection.dbapi_connection
    driver.begin_with("BEGIN" if options.get(_READ_ONLY) else "BEGIN IMMEDIATE")
