"""The services that the routes call, made once at start."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answers.catalogue import Catalogue
from bot.conversations.announcer import Announcer
from bot.conversations.brain import Brain, HttpBrain
from bot.conversations.ledger import Ledger
from bot.conversations.phrases import Phrases, clinic_facts
from bot.conversations.responder import Responder
from bot.conversations.turn import TurnTaker
from bot.handoffs.queue import HandoffQueue
from bot.mail.console import ConsoleMailer
from bot.mail.mail import Mailer
from bot.mail.smtp import SmtpMailer
from bot.prep.document import SheetDocuments
from bot.prep.guide import Guides
from bot.prep.mailing import SheetMailing
from bot.prep.printer import Printer
from bot.prep.sharing import SheetSharing
from bot.prep.sheet import PrepSheets
from bot.prep.shown import ShownSheets
from bot.prep.watch import EmergencyWatch
from bot.safety.red_flags import RedFlags
from bot.settings import ROOT, Settings
from bot.store.database import Database

SAFETY_DATA = ROOT / "data" / "safety"


@dataclass(frozen=True, kw_only=True)
class PrepDesk:
    """What the page of the prep sheet asks for."""

    guides: Guides
    shown: ShownSheets
    watch: EmergencyWatch
    printer: Printer
    documents: SheetDocuments
    mailing: SheetMailing
    sharing: SheetSharing


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
    guides = Guides.load(clinic_facts(settings))
    sheets = PrepSheets(database, guides, catalogue)
    shown = ShownSheets(sheets, guides)
    sharing = SheetSharing(
        database=database, shown=shown, ledger=ledger, handoffs=handoffs, responder=responder, announcer=announcer
    )
    turns = TurnTaker(
        database=database,
        ledger=ledger,
        handoffs=handoffs,
        responder=responder,
        red_flags=red_flags,
        brain=brain,
        announcer=announcer,
    )
    return Services(
        settings=settings,
        database=database,
        catalogue=catalogue,
        ledger=ledger,
        handoffs=handoffs,
        sheets=sheets,
        prep=_prep_desk(
            settings=settings, database=database, guides=guides, shown=shown, sharing=sharing, red_flags=red_flags
        ),
        responder=responder,
        turns=turns,
        brain=brain,
        announcer=announcer,
    )


def _prep_desk(  # noqa: PLR0913 (it passes on what it is given)
    *,
    settings: Settings,
    database: Database,
    guides: Guides,
    shown: ShownSheets,
    sharing: SheetSharing,
    red_flags: RedFlags,
) -> PrepDesk:
    printer = Printer()
    documents = SheetDocuments(guides, printer, clinic=settings.clinic_name)
    return PrepDesk(
        guides=guides,
        shown=shown,
        watch=EmergencyWatch(red_flags, guides),
        printer=printer,
        documents=documents,
        mailing=SheetMailing(database, guides, documents, _mailer(settings)),
        sharing=sharing,
    )


def _mailer(settings: Settings) -> Mailer:
    if settings.smtp_host:
        return SmtpMailer(settings)
    return ConsoleMailer(settings.outbox_dir, sender=settings.mail_from)
