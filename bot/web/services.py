"""The services that the routes call, made once at start."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

from bot.answers.catalogue import Catalogue
from bot.conversations.announcer import Announcer
from bot.conversations.brain import Brain, HttpBrain
from bot.conversations.feedback import Feedbacks
from bot.conversations.ledger import Ledger
from bot.conversations.phrases import Phrases
from bot.conversations.responder import Responder
from bot.conversations.turn import TurnTaker
from bot.handoffs.consent import Consents
from bot.handoffs.desk import Desk
from bot.handoffs.dossier import Dossiers
from bot.handoffs.hours import ReplyTimes
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
    feedbacks: Feedbacks
    handoffs: HandoffQueue
    times: ReplyTimes
    consents: Consents
    dossiers: Dossiers
    desk: Desk
    sheets: PrepSheets
    report_form: ReportForm
    reports: Reports
    responder: Responder
    turns: TurnTaker
    brain: Brain
    announcer: Announcer


class _Workshop:
    """Makes each service once, out of those that it needs."""

    def __init__(self, settings: Settings, brain: Brain) -> None:
        self.settings = settings
        self.brain = brain
        self.announcer = Announcer()

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.store_url)

    @cached_property
    def catalogue(self) -> Catalogue:
        # Only a demonstration shows starter answers that nobody of the clinic has reviewed.
        return Catalogue(self.database, publish_starters=self.settings.mode == "demo")

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.database)

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
    def red_flags(self) -> RedFlags:
        return RedFlags.load(SAFETY_DATA)

    @cached_property
    def handoffs(self) -> HandoffQueue:
        return HandoffQueue(self.database)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self.handoffs, self.announcer)

    @cached_property
    def dossiers(self) -> Dossiers:
        return Dossiers(self.database)

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.database, self.ledger, self.phrases, self.times, self.announcer)

    @cached_property
    def sheets(self) -> PrepSheets:
        return PrepSheets(self.database)

    @cached_property
    def report_form(self) -> ReportForm:
        return ReportForm(self.settings)

    @cached_property
    def reports(self) -> Reports:
        return Reports(
            database=self.database,
            ledger=self.ledger,
            handoffs=self.handoffs,
            responder=self.responder,
            red_flags=self.red_flags,
            announcer=self.announcer,
            form=self.report_form,
        )

    @cached_property
    def responder(self) -> Responder:
        return Responder(self.catalogue, self.handoffs, self.phrases, self.times)

    @cached_property
    def turns(self) -> TurnTaker:
        return TurnTaker(
            database=self.database,
            ledger=self.ledger,
            handoffs=self.handoffs,
            responder=self.responder,
            red_flags=self.red_flags,
            after_treatment=AfterTreatment.load(SAFETY_DATA),
            brain=self.brain,
            announcer=self.announcer,
        )


def make_services(settings: Settings, *, brain: Brain | None = None) -> Services:
    """Put the services together for these settings."""
    workshop = _Workshop(settings, brain or HttpBrain(settings))
    return Services(**{field.name: getattr(workshop, field.name) for field in fields(Services)})
