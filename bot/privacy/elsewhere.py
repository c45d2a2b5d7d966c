"""What is kept of a conversation outside our own database, and how it is made to forget."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection, bindparam, create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool

from bot.settings import Settings

BRAIN_TABLE = "brain_conversations"
SECONDS_TO_WAIT = 5
_FORGET = text(f"DELETE FROM {BRAIN_TABLE} WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))  # noqa: S608 (a constant)


class Elsewhere(Protocol):
    """One such place."""

    async def forget(self, conversation_ids: Sequence[UUID]) -> None:
        """Erase what is there; to be asked twice harms nothing."""


class BrainMemory:
    """Rasa's working memory. It is a database of its own, so this works while the brain is down or at work."""

    def __init__(self, tracker_url: str) -> None:
        url = make_url(tracker_url)
        # Named without a driver, as the brain wants it; web has psycopg.
        self._url = url if url.drivername.startswith("sqlite") else url.set(drivername="postgresql+psycopg")

    async def forget(self, conversation_ids: Sequence[UUID]) -> None:
        """See `Elsewhere`."""
        await asyncio.to_thread(self._forget, [str(one) for one in conversation_ids])

    def _forget(self, ids: Sequence[str]) -> None:
        if self._is_sqlite and not Path(self._url.database or "").exists():
            return  # no brain was ever started, and to connect would make the file
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=NullPool, hide_parameters=True)
        with engine.connect() as connection:
            if inspect(connection).has_table(BRAIN_TABLE):
                self._prepare(connection)
                connection.execute(_FORGET, {"ids": list(ids)})
                self._wipe(connection)

    @property
    def _is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    def _prepare(self, connection: Connection) -> None:
        if self._is_sqlite:
            connection.execute(text(f"PRAGMA busy_timeout={SECONDS_TO_WAIT * 1000}"))

    def _wipe(self, connection: Connection) -> None:
        """Earlier states of a row stay in free places of the file until it is written anew."""
        if self._is_sqlite:
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


class MailFiles:
    """Mails that were kept instead of being sent: a folder for each conversation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def forget(self, conversation_ids: Sequence[UUID]) -> None:
        """See `Elsewhere`."""
        await asyncio.to_thread(self._forget, conversation_ids)

    def _forget(self, conversation_ids: Sequence[UUID]) -> None:
        for conversation_id in conversation_ids:
            with suppress(FileNotFoundError):
                shutil.rmtree(self._folder / str(conversation_id))


def places_elsewhere(settings: Settings) -> Sequence[Elsewhere]:
    """All such places of this installation."""
    return BrainMemory(settings.brain_memory_url), MailFiles(settings.outbox_dir)
