"""SQLite for SQLAlchemy's asynchronous engine, with one hand-over to the connection's thread for each statement.

aiosqlite runs each connection in a thread of its own. SQLAlchemy's adapter hands over to it four times for a statement
(make a cursor, execute, fetch, close) and as often again to begin; each costs more than the statement itself. Here a
statement, the `BEGIN` that is due before it, and its rows are one hand-over.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import immutabledict
from sqlalchemy.util.concurrency import await_

type Parameters = Sequence[Any] | Mapping[str, Any]
type Statement = Callable[[sqlite3.Connection], sqlite3.Cursor]
type Result = tuple[sqlite3.Cursor, Sequence[Any]]
"""A closed cursor, which still knows what it did, and its rows."""


class WholeCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that comes back with all rows; nothing of it stays open in the thread."""

    _adapt_connection: LateBeginConnection

    def __init__(self, adapt_connection: LateBeginConnection) -> None:
        # SQLAlchemy's own makes a cursor in the thread already here.
        self._adapt_connection = adapt_connection
        self._soft_closed_memoized = immutabledict()
        self._rows = deque()

    def execute(self, operation: str, parameters: Parameters | None = None) -> None:
        """Run one statement."""
        self._run(lambda connection: connection.execute(operation, parameters or ()))

    def executemany(self, operation: str, seq_of_parameters: Sequence[Any]) -> None:
        """Run one statement for many sets of parameters."""
        self._run(lambda connection: connection.executemany(operation, seq_of_parameters))

    def close(self) -> None:
        """Forget the rows that nobody fetched."""
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """There is nothing to close."""

    def _run(self, statement: Statement) -> None:
        self._cursor, rows = self._adapt_connection.run(statement)  # type: ignore[assignment] # of sqlite3 itself
        self._rows = deque(rows)


class LateBeginConnection(AsyncAdapt_aiosqlite_connection):
    """A connection that begins a transaction together with its first statement."""

    _cursor_cls: type[AsyncAdapt_aiosqlite_cursor] = WholeCursor
    _ss_cursor_cls = WholeCursor  # type: ignore[assignment] # a stream is read at once, too

    def __init__(self, dbapi: AsyncAdapt_aiosqlite_dbapi, connection: aiosqlite.Connection) -> None:
        super().__init__(dbapi, connection)  # type: ignore[arg-type] # what aiosqlite's types leave out
        self._due: str | None = None
        self._is_open = False

    def begin_with(self, statement: str) -> None:
        """Run this, such as `BEGIN IMMEDIATE`, right before the next statement."""
        self._due = statement

    def run(self, statement: Statement) -> Result:
        """Run a statement in the connection's thread."""
        due, self._due = self._due, None
        self._is_open = self._is_open or due is not None
        try:
            done: Result = await_(self._connection._execute(self._in_thread, due, statement))  # noqa: SLF001 (aiosqlite has no other door for several calls at once)
        except Exception as error:  # noqa: BLE001 (raises it again, as SQLAlchemy knows it)
            self._handle_exception(error)
        return done

    def commit(self) -> None:
        """End the transaction, if one was begun."""
        if self._ends():
            super().commit()

    def rollback(self) -> None:
        """Take the transaction back, if one was begun."""
        if self._ends():
            super().rollback()

    def _ends(self) -> bool:
        """Whether the thread has something to end.

        Not asked of the thread: when a task was cancelled, its statement may still be waiting there for the lock.
        """
        was_open, self._is_open, self._due = self._is_open, False, None
        return was_open

    def _in_thread(self, due: str | None, statement: Statement) -> Result:
        connection: sqlite3.Connection = self._connection._conn  # noqa: SLF001 (as above)
        if due:
            connection.execute(due)
        cursor = statement(connection)
        rows = cursor.fetchall() if cursor.description else ()
        cursor.close()
        return cursor, rows


class SqliteDriver(AsyncAdapt_aiosqlite_dbapi):
    """The driver module that the engine is given in place of aiosqlite itself."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *args: Any, **kwargs: Any) -> LateBeginConnection:  # noqa: ANN401 (what the dialect passes on)
        """Open a connection and start its thread."""
        opened = super().connect(*args, async_creator_fn=_open, **kwargs)
        return LateBeginConnection(self, opened.driver_connection)


async def _open(*args: Any, **kwargs: Any) -> aiosqlite.Connection:  # noqa: ANN401 (as above)
    """Open a connection whole or not at all: what a cancelled task had begun would stay open in its thread."""
    connection = aiosqlite.connect(*args, **kwargs)
    connection._thread.daemon = True  # noqa: SLF001 (as SQLAlchemy does: a thread must not keep the process alive)
    opening = asyncio.ensure_future(connection)
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        await (await opening).close()
        raise
