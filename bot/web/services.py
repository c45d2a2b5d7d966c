"""The services that the routes call, made once at start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.answers.catalogue import Catalogue
from bot.conversations.announcer import Announcer
from bot.conversations.brain import Brain, HttpBrain
from bot.conversations.ledger import Ledger
from bot.conversations.phrases import Phrases
from bot.conversations.responder import Responder
from bot.conversations.token_life import Clock, TokenLife
from bot.conversations.turn import TurnTaker
from bot.handoffs.queue import HandoffQueue
from bot.prep.sheet import PrepSheets
from bot.privacy.desk import PrivacyDesk, make_desk
from bot.safety.red_flags import RedFlags
from bot.settings import ROOT, Settings
from bot.store.base import now
from bot.store.database import Database
from bot.web.flood_guard import FloodGuard

SAFETY_DATA = ROOT / "data" / "safety"


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything that web is made of."""

    settings: Settings
    database: Database
    catalogue: Catalogue
    ledger: Ledger
    handoffs: HandoffQueue
    sheets: PrepSheets
    responder: Responder
    turns: TurnTaker
    brain: Brain
    announcer: Announcer
    privacy: PrivacyDesk
    flood_guard: FloodGuard


def make_services(settings: Settings, *, brain: Brain | None = None, clock: Clock = now) -> Services:
    """Put the services together for these settings."""
    database, brain = Database(settings.store_url), brain or HttpBrain(settings)
    catalogue = Catalogue(database, publish_starters=settings.mode == "demo")
    ledger = Ledger(database, life=_token_life(settings), clock=clock)
    handoffs, announcer = HandoffQueue(database), Announcer()
    responder = Responder(catalogue, handoffs, Phrases(settings))
    turns = _turn_taker(database, ledger, handoffs, responder, brain, announcer)
    privacy = make_desk(settings, database, ledger=ledger, catalogue=catalogue, announcer=announcer, clock=clock)
    return Services(
        settings=settings,
        database=database,
        catalogue=catalogue,
        ledger=ledger,
        handoffs=handoffs,
        sheets=PrepSheets(database),
        responder=responder,
        turns=turns,
        brain=brain,
        announcer=announcer,
        privacy=privacy,
        flood_guard=FloodGuard(settings),
    )


def _token_life(settings: Settings) -> TokenLife:
    return TokenLife(
        idle=timedelta(minutes=settings.token_idle_minutes), whole=timedelta(days=settings.token_life_days)
    )


def _turn_taker(  # noqa: PLR0913, PLR0917 (the way of a message passes each of these once)
    database: Database,
    ledger: Ledger,
    handoffs: HandoffQueue,
    responder: Responder,
    brain: Brain,
    announcer: Announcer,
) -> TurnTaker:
    return TurnTaker(
        database=database,
        ledger=ledger,
        handoffs=handoffs,
        responder=responder,
        red_flags=RedFlags.load(SAFETY_DATA),
        brain=brain,
        announcer=announcer,
    )
