"""The services behind the page of the prep sheet, put together."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answers.catalogue import Catalogue
from bot.conversations.announcer import Announcer
from bot.conversations.ledger import Ledger
from bot.conversations.phrases import clinic_facts
from bot.conversations.responder import Responder
from bot.handoffs.relay import Relay
from bot.mail.console import ConsoleMailer
from bot.mail.mail import Mailer
from bot.mail.smtp import SmtpMailer
from bot.prep.document import SheetDocuments
from bot.prep.guide import Guides
from bot.prep.mailing import SheetMailing
from bot.prep.printer import Printer
from bot.prep.shared import SheetCopies
from bot.prep.sharing import SheetSharing
from bot.prep.sheet import PrepSheets
from bot.prep.shown import ShownSheets
from bot.prep.watch import EmergencyWatch
from bot.safety.red_flags import RedFlags
from bot.settings import Settings
from bot.store.database import Database


@dataclass(frozen=True, kw_only=True)
class PrepDesk:
    """What the page of the prep sheet asks for."""

    guides: Guides
    sheets: PrepSheets
    shown: ShownSheets
    watch: EmergencyWatch
    printer: Printer
    documents: SheetDocuments
    mailing: SheetMailing
    sharing: SheetSharing


def make_prep_desk(  # noqa: PLR0913 (what is shared passes each of these once)
    settings: Settings,
    *,
    database: Database,
    catalogue: Catalogue,
    ledger: Ledger,
    relay: Relay,
    responder: Responder,
    announcer: Announcer,
    red_flags: RedFlags,
) -> PrepDesk:
    """Put them together for these settings."""
    guides, printer = Guides.load(clinic_facts(settings)), Printer()
    sheets = PrepSheets(database, guides, catalogue)
    shown = ShownSheets(sheets, guides)
    copies = SheetCopies(shown)
    documents = SheetDocuments(guides, printer, clinic=settings.clinic_name, zone=settings.zone)
    return PrepDesk(
        guides=guides,
        sheets=sheets,
        shown=shown,
        watch=EmergencyWatch(
            database=database,
            ledger=ledger,
            relay=relay,
            responder=responder,
            announcer=announcer,
            red_flags=red_flags,
            guides=guides,
        ),
        printer=printer,
        documents=documents,
        mailing=SheetMailing(database, guides, documents, _mailer(settings)),
        sharing=SheetSharing(
            database=database, copies=copies, ledger=ledger, relay=relay, responder=responder, announcer=announcer
        ),
    )


def _mailer(settings: Settings) -> Mailer:
    if settings.smtp_host:
        return SmtpMailer(settings)
    return ConsoleMailer(settings.outbox_dir, sender=settings.mail_from)
