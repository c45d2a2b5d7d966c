"""The doctor: looks at each part and says what is wrong and what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy.exc import SQLAlchemyError

from bot.answers.catalogue import Catalogue
from bot.errors import AskwellError, ModelMissingError, ModelUnfitError
from bot.prep.printer import missing_packages
from bot.replay import ChatClient
from bot.running.environments import BRAIN_PYTHON, WEB_PYTHON
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import is_current
from bot.training.models import ModelShelf


@dataclass(frozen=True)
class Finding:
    """What one look found."""

    part: str
    is_well: bool
    says: str


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Look at everything, one finding each."""
    yield _environments()
    yield _encoder(settings)
    yield await _database(settings)
    yield _model(settings)
    yield _pdf()
    yield await _web(settings)
    yield await _whole_turn(settings)


def _environments() -> Finding:
    missing = [str(python) for python in (WEB_PYTHON, BRAIN_PYTHON) if not python.exists()]
    return Finding("environments", not missing, "both are there" if not missing else "missing: run make setup")


def _encoder(settings: Settings) -> Finding:
    there = (settings.encoder_dir / "model.onnx").exists()
    return Finding("encoder", is_well=there, says="prepared" if there else "not prepared: run make run")


async def _database(settings: Settings) -> Finding:
    database = Database(settings.store_url)
    try:
        if not await is_current(database):
            return Finding("database", is_well=False, says="the schema is not current: run ./askwell up")
        count = await Catalogue(database, publish_starters=False).count()
        says = f"{count} answers" if count else "no answers yet: run ./askwell answers load"
        return Finding("database", is_well=count > 0, says=says)
    except (SQLAlchemyError, OSError) as error:
        return Finding("database", is_well=False, says=f"cannot be reached ({type(error).__name__})")
    finally:
        await database.close()


def _model(settings: Settings) -> Finding:
    try:
        model = ModelShelf(settings.models_dir).active()
    except ModelMissingError as error:
        return Finding("model", is_well=False, says=str(error))
    if not model.is_untouched():
        return Finding("model", is_well=False, says=f"{model.name} is not what training wrote: run ./askwell train")
    if not model.fits:
        return Finding("model", is_well=False, says=str(ModelUnfitError(model.name)))
    return Finding("model", is_well=True, says=model.name)


def _pdf() -> Finding:
    missing = missing_packages()
    says = f"missing: apt-get install {' '.join(missing)}; until then patients print" if missing else "can be made"
    return Finding("PDF", is_well=not missing, says=says)


async def _web(settings: Settings) -> Finding:
    address = address_of(settings)
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            state = (await client.get(f"{address}/readyz", timeout=5)).json()
    except (httpx.HTTPError, ValueError):
        return Finding("web", is_well=False, says=f"does not answer at {address}: run make run")
    return Finding("web", is_well=state.get("status") == "ok", says=_of_brain(state))


def _of_brain(state: Mapping[str, Any]) -> str:
    if state.get("brain"):
        return "the brain answers"
    reason = state.get("reason")
    return f"the brain does not answer: {reason}" if reason else "the brain does not answer"


async def _whole_turn(settings: Settings) -> Finding:
    client = ChatClient(address_of(settings))
    try:
        async with asyncio.timeout(12):
            replies = await client.ask("What is exosome therapy?")
    except (httpx.HTTPError, AskwellError, TimeoutError) as error:
        return Finding("a whole turn", is_well=False, says=f"failed ({type(error).__name__})")
    finally:
        await client.close()
    kinds = ", ".join(reply["kind"] for reply in replies)
    return Finding("a whole turn", is_well="answer" in kinds, says=f"got {kinds}")


def address_of(settings: Settings) -> str:
    """Where web answers on this machine."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 (read, not bound)
    return f"http://{host}:{settings.port}"
