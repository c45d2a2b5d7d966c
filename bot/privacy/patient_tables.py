"""Which rows of the database belong to a conversation: found by foreign keys, so that no feature is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import Column, ColumnElement, LargeBinary, RowMapping, Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.tables import Base

ROOT_TABLE = "conversation"


@cache
def patient_tables() -> dict[str, Table]:
    """Every table whose rows belong to a conversation, itself first, then each after the one it refers to."""
    found = {ROOT_TABLE: Base.metadata.tables[ROOT_TABLE]}
    for table in Base.metadata.sorted_tables:
        if any(key.column.table.name in found for key in table.foreign_keys if key.column.table is not table):
            found[table.name] = table
    return found


def belongs_to(table: Table, conversation_id: UUID) -> ColumnElement[bool]:
    """The condition that picks a conversation's rows of a table."""
    if table.name == ROOT_TABLE:
        return table.c.id == conversation_id
    own, parent = _way_up(table)
    return own.in_(select(parent).where(belongs_to(parent.table, conversation_id)))


async def rows_of(session: AsyncSession, table: Table, conversation_id: UUID) -> list[dict[str, Any]]:
    """A conversation's rows of a table as JSON, less the hashes of its secrets."""
    shown = [column for column in table.columns if not isinstance(column.type, LargeBinary)]
    order = [table.c[name] for name in ("seq", "at", "created_at") if name in table.c]
    query = select(*shown).where(belongs_to(table, conversation_id)).order_by(*order)
    return [_as_json(row) for row in (await session.execute(query)).mappings()]


def _way_up(table: Table) -> tuple[Column[Any], Column[Any]]:
    """The column that leads towards the conversation, and the one it refers to; straight there if there is a way."""
    ways = sorted(_ways_up(table), key=lambda way: way[1].table.name != ROOT_TABLE)
    return ways[0]


def _ways_up(table: Table) -> Iterator[tuple[Column[Any], Column[Any]]]:
    for key in table.foreign_keys:
        if key.column.table.name in patient_tables() and key.column.table is not table:
            yield key.parent, key.column


def _as_json(row: RowMapping) -> dict[str, Any]:
    values: dict[str, Any] = to_jsonable_python(dict(row))
    return values
