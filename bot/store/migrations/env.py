"""Runs the migrations on the database that the settings name, or on the one that a caller passes."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from bot.settings import load_settings
from bot.tables import Base


def run(connection: Connection) -> None:
    """Migrate within one transaction."""
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_run() -> None:
    """Open a connection of our own."""
    engine = create_async_engine(context.config.get_main_option("sqlalchemy.url") or load_settings().store_url)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is None:
    asyncio.run(connect_and_run())
else:
    run(given)
