"""Mailing a sheet to the patient, a few times an hour at most."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from bot.conversations.hold import hold
from bot.errors import PdfUnavailableError, TooManyMailsError
from bot.mail.mail import Attachment, Mail, Mailer
from bot.prep.document import SheetDocuments
from bot.prep.guide import Guides
from bot.prep.models import PrepMail
from bot.prep.shown import ShownSheet
from bot.store.base import now
from bot.store.database import Database

MOST_MAILS = 3
WITHIN = timedelta(hours=1)


class SheetMailing:
    """Sends sheets to addresses that are not kept."""

    def __init__(self, database: Database, guides: Guides, documents: SheetDocuments, mailer: Mailer) -> None:
        self._database = database
        self._guides = guides
        self._documents = documents
        self._mailer = mailer

    @property
    def delivers(self) -> bool:
        """Whether mails leave this machine."""
        return self._mailer.delivers

    async def send(self, conversation_id: UUID, sheet: ShownSheet, to: str) -> None:
        """Mail the sheet as plain text, and as PDF where one can be made.

        Raises:
            TooManyMailsError: The conversation had its mails for this hour.
            MailUnavailableError: The mail could not be handed over.
        """
        await self._count(conversation_id)
        guide = self._guides.in_language(sheet.language)
        text = "\n\n".join((guide.mail.greeting, self._documents.text(sheet), guide.mail.not_you, ""))
        attachment = await self._attachment(sheet, f"{guide.document.file}.pdf")
        mail = Mail(conversation=conversation_id, to=to, subject=guide.mail.subject, text=text, attachment=attachment)
        await self._mailer.send(mail)

    async def _count(self, conversation_id: UUID) -> None:
        """A try that fails counts too: each costs a rendering."""
        async with self._database.writing() as session:
            await hold(session, conversation_id)
            recent = select(PrepMail.sent_at).where(
                PrepMail.conversation_id == conversation_id, PrepMail.sent_at > now() - WITHIN
            )
            times = sorted(await session.scalars(recent))
            if len(times) >= MOST_MAILS:
                raise TooManyMailsError(1 + int((times[-MOST_MAILS] + WITHIN - now()).total_seconds()))
            session.add(PrepMail(conversation_id=conversation_id))

    async def _attachment(self, sheet: ShownSheet, name: str) -> Attachment | None:
        try:
            return Attachment(name, await self._documents.pdf(sheet))
        except PdfUnavailableError:
            return None
