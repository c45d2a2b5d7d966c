"""Everything that serves a patient's rights, put together: for web and for the command line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from bot.answers.catalogue import Catalogue
from bot.conversations.announcer import Announcer
from bot.conversations.ledger import Ledger
from bot.conversations.phrases import Phrases
from bot.conversations.plain_words import PlainWords
from bot.conversations.token_life import Clock
from bot.privacy.codes import PrivateCodes
from bot.privacy.deletion import Deletion
from bot.privacy.elsewhere import places_elsewhere
from bot.privacy.export import DataExport, usual_exporters
from bot.privacy.fhir import clinic_of
from bot.privacy.fhir_export import FhirExport
from bot.privacy.looks import Looks
from bot.privacy.models import LookKind
from bot.privacy.retention import Retention
from bot.settings import Settings
from bot.store.base import now
from bot.store.database import Database


class ExportForm(StrEnum):
    """How an export is written: plain JSON, or a FHIR R4 Bundle."""

    JSON = "json"
    FHIR = "fhir"


@dataclass(frozen=True, kw_only=True)
class PrivacyDesk:
    """Where rights are exercised."""

    codes: PrivateCodes
    exports: DataExport
    fhir: FhirExport
    deletion: Deletion
    retention: Retention
    looks: Looks

    async def export(self, conversation_id: UUID, form: ExportForm, *, actor: str) -> dict[str, Any]:
        """Everything that is held of a conversation; it is on record before it is handed out.

        Raises:
            UnknownConversationError: There is no such conversation.
        """
        content = await (self.fhir if form is ExportForm.FHIR else self.exports).of(conversation_id)
        await self.looks.record(conversation_id, actor, LookKind.EXPORT, form)
        return content

    async def find(self, code_or_id: str) -> UUID:
        """The conversation that somebody names by its private code or its id.

        Raises:
            UnknownCodeError: It is no id, and no conversation has this code.
        """
        try:
            return UUID(code_or_id)
        except ValueError:
            return await self.codes.conversation_of(code_or_id)


def make_desk(  # noqa: PLR0913 (what web has made already)
    settings: Settings,
    database: Database,
    *,
    ledger: Ledger,
    catalogue: Catalogue,
    phrases: Phrases,
    announcer: Announcer,
    clock: Clock = now,
) -> PrivacyDesk:
    """Put the desk together for these settings."""
    plain = PlainWords(catalogue, phrases)
    fhir = FhirExport(
        database, ledger=ledger, catalogue=catalogue, plain=plain, clinic=clinic_of(settings), clock=clock
    )
    deletion = Deletion(database, announcer, places_elsewhere(settings), clock=clock)
    return PrivacyDesk(
        codes=PrivateCodes(database, ledger, clock=clock),
        exports=DataExport(database, usual_exporters(database, ledger, plain)),
        fhir=fhir,
        deletion=deletion,
        looks=Looks(database),
        retention=Retention(database, deletion, days=settings.retention_days, clock=clock),
    )


def desk_beside_web(settings: Settings, database: Database) -> PrivacyDesk:
    """A desk of one's own, beside a running web or without one."""
    catalogue = Catalogue(database, publish_starters=settings.mode == "demo")
    return make_desk(
        settings,
        database,
        ledger=Ledger(database),
        catalogue=catalogue,
        phrases=Phrases(settings),
        announcer=Announcer(),
    )
