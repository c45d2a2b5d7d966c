"""The services that the routes call, made once at start."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answers.catalogue import Catalogue
from bot.conversations.announcer import Announcer
from bot.conversations.brain import Brain, HttpBrain
from bot.conversations.ledger import Ledger
from bot.conversations.phrases import Phrases
from bot.conversations.responder import Responder
from bot.conversations.turn import TurnTaker
from bot.handoffs.queue import HandoffQueue
from bot.prep.sheet import PrepSheets
from bot.reports.form import ReportForm
from bot.reports.reports import Reports
from bot.safety.red_flags import RedFlags
from bot.settings import ROOT, Settings
from bot.store.database import Database

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
    report_form: ReportForm
    reports: Reports
    responder: Responder
    turns: TurnTaker
    brain: Brain
    announcer: Announcer


def make_services(settings: Settings, *, brain: Brain | None = None) -> Services:
    """Put the services together for these settings."""
    database, brain = Database(settings.store_url), brain or HttpBrain(settings)
    catalogue = Catalogue(database, publish_starters=settings.mode == "demo")
    ledger, handoffs, announcer = Ledger(database), HandoffQueue(database), Announcer()
    responder = Responder(catalogue, handoffs, Phrases(settings))
    red_flags, report_form = RedFlags.load(SAFETY_DATA), ReportForm(settings)
    turns = TurnTaker(
        database=database,
        ledger=ledger,
        handoffs=handoffs,
        responder=responder,
        red_flags=red_flags,
        brain=brain,
        announcer=announcer,
    )
    reports = Reports(
        database=database,
        ledger=ledger,
        handoffs=handoffs,
        responder=responder,
        red_flags=red_flags,
        announcer=announcer,
        form=report_form,
    )
    return Services(
        settings=settings,
        database=database,
        catalogue=catalogue,
        ledger=ledger,
        handoffs=handoffs,
        sheets=PrepSheets(database),
        report_form=report_form,
        reports=reports,
        responder=responder,
        turns=turns,
        brain=brain,
        announcer=announcer,
    )
