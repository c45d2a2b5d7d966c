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
from bot.safety.after_treatment import AfterTreatment
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


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """What the services that take a patient's words stand on."""

    database: Database
    catalogue: Catalogue
    ledger: Ledger
    handoffs: HandoffQueue
    responder: Responder
    red_flags: RedFlags
    announcer: Announcer


def make_services(settings: Settings, *, brain: Brain | None = None) -> Services:
    """Put the services together for these settings."""
    ground, brain, form = _ground(settings), brain or HttpBrain(settings), ReportForm(settings)
    return Services(
        settings=settings,
        database=ground.database,
        catalogue=ground.catalogue,
        ledger=ground.ledger,
        handoffs=ground.handoffs,
        sheets=PrepSheets(ground.database),
        report_form=form,
        reports=_reports(ground, form),
        responder=ground.responder,
        turns=_turns(ground, brain),
        brain=brain,
        announcer=ground.announcer,
    )


def _ground(settings: Settings) -> _Ground:
    database = Database(settings.store_url)
    catalogue = Catalogue(database, publish_starters=settings.mode == "demo")
    handoffs = HandoffQueue(database)
    return _Ground(
        database=database,
        catalogue=catalogue,
        ledger=Ledger(database),
        handoffs=handoffs,
        responder=Responder(catalogue, handoffs, Phrases(settings)),
        red_flags=RedFlags.load(SAFETY_DATA),
        announcer=Announcer(),
    )


def _turns(ground: _Ground, brain: Brain) -> TurnTaker:
    return TurnTaker(
        database=ground.database,
        ledger=ground.ledger,
        handoffs=ground.handoffs,
        responder=ground.responder,
        red_flags=ground.red_flags,
        after_treatment=AfterTreatment.load(SAFETY_DATA),
        brain=brain,
        announcer=ground.announcer,
    )


def _reports(ground: _Ground, form: ReportForm) -> Reports:
    return Reports(
        database=ground.database,
        ledger=ground.ledger,
        handoffs=ground.handoffs,
        responder=ground.responder,
        red_flags=ground.red_flags,
        announcer=ground.announcer,
        form=form,
    )
