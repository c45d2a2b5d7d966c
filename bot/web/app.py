"""The app factory of web."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from rasa_sdk.executor import ActionExecutor

from bot.conversations.brain import HttpBrain
from bot.conversations.plain_words import PlainWords
from bot.settings import ROOT
from bot.store.checkpoints import Checkpoints
from bot.web import (
    feedback_api,
    handoff_api,
    health,
    internal,
    patient_api,
    privacy_api,
    report_api,
    sheet_api,
    site,
)
from bot.web.headers import SafeHeaders
from bot.web.problems import add_problem_handlers
from bot.web.same_origin import SameOrigin
from bot.web.services import Services
from bot.web.strict import BodyLimit
from bot.web.upkeep import Upkeep
from bot.web.views import MessageViews

PATIENT_ROUTERS = (
    patient_api.router,
    feedback_api.router,
    handoff_api.router,
    report_api.router,
    sheet_api.router,
    privacy_api.router,
)
log = structlog.get_logger(__name__)


def create_app(services: Services, executor: ActionExecutor) -> FastAPI:
    """An app with these services; `executor` runs the actions that Rasa asks for."""
    app = FastAPI(
        title="Askwell",
        version=_version(),
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=_lifespan,
    )
    app.state.services, app.state.settings = services, services.settings
    plain = PlainWords(services.catalogue, services.phrases)
    app.state.executor = executor
    app.state.views = MessageViews(services.catalogue, services.handoffs, plain, services.times)
    for router in (*PATIENT_ROUTERS, internal.router, health.router, site.router):
        app.include_router(router)
    app.add_middleware(BodyLimit)
    app.add_middleware(SameOrigin)
    app.add_middleware(SafeHeaders)
    add_problem_handlers(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    upkeep = Upkeep(services.turns, services.privacy.deletion, services.privacy.retention)
    checkpoints = Checkpoints(services.database)
    works = (_recover(services), services.watcher.run(), upkeep.run(), checkpoints.run(), _warm_up(services))
    tasks = {asyncio.create_task(work) for work in works}
    yield
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await services.turns.stop()
    await services.prep.printer.close()
    if isinstance(services.brain, HttpBrain):
        await services.brain.close()
    await services.database.close()


async def _recover(services: Services) -> None:
    """What a crash left without a reply is replied to; a failure here must not keep web from starting."""
    try:
        await services.turns.recover()
    except Exception as error:  # noqa: BLE001 (said above)
        log.error("recovery_failed", error=type(error).__name__)


async def _warm_up(services: Services) -> None:
    if services.settings.pdf_warm_start:
        await services.prep.printer.warm_up()


def _version() -> str:
    """The version of this checkout, which is run as it stands and never installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])
