"""Whether web is alive, and whether the whole assistant answers."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.store.database import Database
from bot.web.patient_api import FromServices

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """What works."""

    status: str
    brain: bool | None = None
    database: bool | None = None


@router.get("/healthz")
async def alive() -> Health:
    """Web is alive."""
    return Health(status="ok")


@router.get("/readyz", responses={503: {"model": Health}})
async def ready(services: FromServices, response: Response) -> Health:
    """200 only when a message would really be answered."""
    brain, database = await services.brain.is_ready(), await _database_answers(services.database)
    if not (brain and database):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Health(status="ok" if brain and database else "not ready", brain=brain, database=database)


async def _database_answers(database: Database) -> bool:
    try:
        async with database.reading() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return False
    return True
