"""The services that the routes call, made once at start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from bot.answers.catalogue import Catalogue
from bot.conversations.announcer import Announcer
from bot.conversations.brain import Brain, HttpBrain
from bot.conversations.ledger import Ledger
from bot.conversations.phrases import Phrases
from bot.conversations.responder import Responder
from bot.conversations.turn import TurnTaker
from bot.handoffs.queue import HandoffQueue
from bot.prep.sheet import PrepSheets
from bot.safety.red_flags import RedFlags
from bot.settings import ROOT, Settings
from bot.store.database import Database
from bot.web.prep_desk import PrepDesk, make_prep_desk

SAFETY_DATA = ROOT / "data" / "safety"


class _Shared(TypedDict):
    """What more than one service is made of."""

    database: Database
    ledger: Ledger
    handoffs: HandoffQueue
    responder: Responder
    announcer: Announcer


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything that web is made of."""

    settings: Settings
    database: Database
    catalogue: Catalogue
    ledger: Ledger
    handoffs: HandoffQueue
    sheets: PrepSheets
    prep: PrepDesk
    responder: Responder
    turns: TurnTaker
    brain: Brain
    announcer: Announcer


def make_services(settings: Settings, *, brain: Brain | None = None) -> Services:
    """Put the services together for these settings."""
    database, brain = Database(settings.store_url), brain or HttpBrain(settings)
    catalogue = Catalogue(database, publish_starters=settings.mode == "demo")
    ledger, handoffs, announcer = Ledger(database), HandoffQueue(database), Announcer()
    responder, red_flags = Responder(catalogue, handoffs, Phrases(settings)), RedFlags.load(SAFETY_DATA)
    shared = _Shared(database=database, ledger=ledger, handoffs=handoffs, responder=responder, announcer=announcer)
    prep = make_prep_desk(settings, catalogue=catalogue, red_flags=red_flags, **shared)
    return Services(
        **shared,
        settings=settings,
        catalogue=catalogue,
        sheets=prep.sheets,
        prep=prep,
        turns=TurnTaker(**shared, red_flags=red_flags, brain=brain),
        brain=brain,
    )
