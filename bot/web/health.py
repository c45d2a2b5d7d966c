"""Whether web is alive, and whether the whole assistant answers."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.brain_failure import FailureFile
from bot.settings import Settings
from bot.store.database import Database
from bot.web.dependencies import FromServices

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """What works."""

    status: str
    brain: bool | None = None
    database: bool | None = None
    reason: str | None = None
    """Why the brain does not get ready, as far as it could say; never a patient's words."""


@router.get("/healthz", response_model_exclude_none=True)
async def alive() -> Health:
    """Web is alive."""
    return Health(status="ok")


@router.get("/readyz", responses={503: {"model": Health}}, response_model_exclude_none=True)
async def ready(services: FromServices, response: Response) -> Health:
    """200 only when a message would really be answered."""
    brain, database = await services.brain.is_ready(), await _database_answers(services.database)
    if not (brain and database):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Health(
        status="ok" if brain and database else "not ready",
        brain=brain,
        database=database,
        reason=None if brain else _reason(services.settings),
    )


def _reason(settings: Settings) -> str | None:
    """Why the brain that is started here fails; of one elsewhere nothing is known."""
    return None if settings.brain_url else FailureFile(settings.brain_failure_path).reason()


async def _database_answers(database: Database) -> bool:
    try:
        async with database.reading() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return False
    return True
