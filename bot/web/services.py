"""The services that the routes call, made once at start."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cached_property

from bot.answers.catalogue import Catalogue
from bot.conversations.announcer import Announcer
from bot.conversations.brain import Brain, HttpBrain
from bot.conversations.feedback import Feedbacks
from bot.conversations.ledger import Ledger
from bot.conversations.phrases import Phrases
from bot.conversations.refused import RefusedWords
from bot.conversations.responder import Responder
from bot.conversations.token_life import Clock, TokenLife
from bot.conversations.turn import TurnTaker
from bot.conversations.watcher import Watcher
from bot.handoffs.consent import Consents
from bot.handoffs.desk import Desk
from bot.handoffs.dossier import Dossiers
from bot.handoffs.hours import ReplyTimes
from bot.handoffs.notices import Notices
from bot.handoffs.queue import HandoffQueue
from bot.handoffs.relay import Relay
from bot.prep.shared import SheetCopies
from bot.prep.sheet import PrepSheets
from bot.privacy.desk import PrivacyDesk, make_desk
from bot.reports.form import ReportForm
from bot.reports.reports import Reports
from bot.safety.after_treatment import AfterTreatment
from bot.safety.language import LanguageRules
from bot.safety.red_flags import RedFlags
from bot.settings import ROOT, Settings
from bot.store.base import now
from bot.store.database import Database
from bot.web.flood_guard import FloodGuard
from bot.web.prep_desk import PrepDesk, make_prep_desk

SAFETY_DATA = ROOT / "data" / "safety"


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything that web is made of."""

    settings: Settings
    database: Database
    catalogue: Catalogue
    ledger: Ledger
    feedbacks: Feedbacks
    phrases: Phrases
    handoffs: HandoffQueue
    times: ReplyTimes
    consents: Consents
    dossiers: Dossiers
    desk: Desk
    sheets: PrepSheets
    report_form: ReportForm
    reports: Reports
    prep: PrepDesk
    responder: Responder
    turns: TurnTaker
    refused: RefusedWords
    brain: Brain
    announcer: Announcer
    watcher: Watcher
    privacy: PrivacyDesk
    flood_guard: FloodGuard


class _Workshop:
    """Makes each service once, out of those that it needs."""

    def __init__(self, settings: Settings, brain: Brain, clock: Clock) -> None:
        self.settings = settings
        self.brain = brain
        self.clock = clock
        self.announcer = Announcer()

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.store_url)

    @cached_property
    def catalogue(self) -> Catalogue:
        # Only a demonstration shows starter answers that nobody of the clinic has reviewed.
        return Catalogue(self.database, publish_starters=self.settings.mode == "demo", zone=self.settings.zone)

    @cached_property
    def ledger(self) -> Ledger:
        idle, whole = timedelta(minutes=self.settings.token_idle_minutes), timedelta(days=self.settings.token_life_days)
        return Ledger(self.database, life=TokenLife(idle=idle, whole=whole), clock=self.clock)

    @cached_property
    def watcher(self) -> Watcher:
        return Watcher(self.database, self.ledger, self.announcer, clock=self.clock)

    @cached_property
    def feedbacks(self) -> Feedbacks:
        return Feedbacks(self.database)

    @cached_property
    def phrases(self) -> Phrases:
        return Phrases(self.settings)

    @cached_property
    def times(self) -> ReplyTimes:
        return ReplyTimes(self.settings, self.phrases)

    @cached_property
    def notices(self) -> Notices:
        return Notices(self.phrases, self.times)

    @cached_property
    def red_flags(self) -> RedFlags:
        return RedFlags.load(SAFETY_DATA)

    @cached_property
    def handoffs(self) -> HandoffQueue:
        return HandoffQueue(self.database)

    @cached_property
    def relay(self) -> Relay:
        return Relay(self.database, self.ledger, self.handoffs)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self.handoffs, self.announcer, sheets=SheetCopies(self.prep.shown))

    @cached_property
    def dossiers(self) -> Dossiers:
        return Dossiers(self.database)

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.database, self.ledger, self.notices, self.announcer)

    @cached_property
    def prep(self) -> PrepDesk:
        return make_prep_desk(
            self.settings,
            database=self.database,
            catalogue=self.catalogue,
            ledger=self.ledger,
            relay=self.relay,
            responder=self.responder,
            announcer=self.announcer,
            red_flags=self.red_flags,
        )

    @cached_property
    def sheets(self) -> PrepSheets:
        return self.prep.sheets

    @cached_property
    def report_form(self) -> ReportForm:
        return ReportForm(self.settings)

    @cached_property
    def reports(self) -> Reports:
        return Reports(
            database=self.database,
            ledger=self.ledger,
            relay=self.relay,
            responder=self.responder,
            red_flags=self.red_flags,
            announcer=self.announcer,
            form=self.report_form,
        )

    @cached_property
    def privacy(self) -> PrivacyDesk:
        return make_desk(
            self.settings,
            self.database,
            ledger=self.ledger,
            catalogue=self.catalogue,
            phrases=self.phrases,
            announcer=self.announcer,
            clock=self.clock,
        )

    @cached_property
    def flood_guard(self) -> FloodGuard:
        return FloodGuard(self.settings)

    @cached_property
    def responder(self) -> Responder:
        return Responder(self.catalogue, self.handoffs, self.phrases, self.notices, LanguageRules.load(SAFETY_DATA))

    @cached_property
    def refused(self) -> RefusedWords:
        return RefusedWords(self.red_flags, self.phrases)

    @cached_property
    def turns(self) -> TurnTaker:
        return TurnTaker(
            database=self.database,
            ledger=self.ledger,
            relay=self.relay,
            responder=self.responder,
            red_flags=self.red_flags,
            after_treatment=AfterTreatment.load(SAFETY_DATA),
            brain=self.brain,
            announcer=self.announcer,
        )


def make_services(settings: Settings, *, brain: Brain | None = None, clock: Clock = now) -> Services:
    """Put the services together for these settings."""
    workshop = _Workshop(settings, brain or HttpBrain(settings), clock)
    return Services(**{field.name: getattr(workshop, field.name) for field in fields(Services)})
