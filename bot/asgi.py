"""Where web and the actions are put together; uvicorn loads `bot.asgi:make_app` as a factory."""

from __future__ import annotations

import gc

from fastapi import FastAPI

from actions.registry import make_executor
from bot.logs import configure_logs
from bot.open_files import allow_many_files
from bot.settings import load_settings
from bot.web.app import create_app
from bot.web.services import make_services


def make_app() -> FastAPI:
    """The app as the environment sets it up."""
    configure_logs()
    allow_many_files()
    services = make_services(load_settings())
    app = create_app(services, make_executor(services.responder, services.sheets))
    gc.freeze()  # What is loaded by now stays: looking through it for garbage would hold up a patient's turn.
    return app
