"""Taking reports: recorded, handed to the team as urgent, and only then confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.announcer import Announcer
from bot.conversations.hold import hold
from bot.conversations.ledger import Incoming, Ledger
from bot.conversations.models import Message
from bot.conversations.reply import Reply
from bot.conversations.responder import Responder
from bot.conversations.spoken import Spoken
from bot.errors import ReportConflictError, ReportNotFoundError, TooManyReportsError
from bot.handoffs.models import AttachmentKind, Handoff, HandoffReason
from bot.handoffs.queue import PATIENT
from bot.handoffs.relay import Cause, Relay
from bot.languages import DEFAULT_LANGUAGE
from bot.reports.form import ReportForm
from bot.reports.models import Report
from bot.safety.red_flags import RedFlagResult, RedFlags
from bot.store.base import now
from bot.store.database import Database

MOST_REPORTS, WITHIN = 5, timedelta(hours=1)
"""Of one conversation: each is urgent, and a flood of them would hide those of others."""

_MOST_SERIOUS_FIRST = ("clear", "possible", None)


@dataclass(frozen=True, kw_only=True)
class Incident:
    """What a client sent: its own id for the report, and the patient's words by field."""

    client_report_id: UUID
    fields: Mapping[str, str]
    language: str = DEFAULT_LANGUAGE


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A report that is on record, where it stands, and what its red flag was answered with, if it raised one."""

    report: Report
    handoff: Handoff
    warning: Spoken | None
    is_new: bool = False


class Reports:
    """The reports of all conversations.

    A report is first a message of the patient's in the ledger, so that history and staff see it in its place,
    and the handoff hangs on that message like every other.
    """

    def __init__(  # noqa: PLR0913 (a report touches each of these once)
        self,
        *,
        database: Database,
        ledger: Ledger,
        relay: Relay,
        responder: Responder,
        red_flags: RedFlags,
        announcer: Announcer,
        form: ReportForm,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._relay = relay
        self._responder = responder
        self._red_flags = red_flags
        self._announcer = announcer
        self._form = form

    async def file(self, conversation_id: UUID, incident: Incident) -> Filed:
        """Commit a report with its urgent handoff, or find it if its id was received before.

        Raises:
            ReportFieldError: A field is missing, too long or unknown.
            ReportConflictError: Its id was received before with another body.
            MessageConflictError: Its id is that of a message.
            TooManyReportsError: The conversation sent its reports for this hour.
            UnknownConversationError: There is no such conversation.
        """
        filled = self._form.checked(incident.fields)
        flags = self._flags(filled)
        async with self._database.writing() as session:
            await hold(session, conversation_id)
            known = (await session.scalars(_by_client_id(conversation_id, incident.client_report_id))).first()
            if not known:
                if flags.level != "clear":  # an emergency is never one too many
                    await _check_count(session, conversation_id)
                await self._commit(session, conversation_id, incident, filled, flags)
        if known and known.fields != filled:
            raise ReportConflictError
        self._announcer.announce(conversation_id)
        return await self._found(_by_client_id(conversation_id, incident.client_report_id), is_new=known is None)

    async def of_conversation(self, conversation_id: UUID) -> Sequence[Filed]:
        """All reports of one conversation, newest first."""
        query = select(Report).where(Report.conversation_id == conversation_id)
        async with self._database.reading() as session:
            reports = await session.scalars(query.order_by(Report.submitted_at.desc(), Report.id))
            return [await self._filed(session, report) for report in reports.all()]

    async def find(self, conversation_id: UUID, reference: str) -> Filed:
        """One report of a conversation by its reference.

        Raises:
            ReportNotFoundError: This conversation has none with this reference.
        """
        of_reference = select(Handoff.id).where(Handoff.reference == reference)
        return await self._found(
            select(Report).where(Report.conversation_id == conversation_id, Report.handoff_id.in_(of_reference))
        )

    def _flags(self, filled: Mapping[str, str]) -> RedFlagResult:
        """The most serious red flag of any field; each is read as typed and as said of a treatment."""
        texts = self._form.texts(filled)
        settings = ("", *self._form.settings)
        checked = [self._red_flags.check(f"{setting} {text}") for text in texts for setting in settings]
        return min(checked, key=lambda flags: _MOST_SERIOUS_FIRST.index(flags.level))

    async def _commit(
        self,
        session: AsyncSession,
        conversation_id: UUID,
        incident: Incident,
        filled: dict[str, str],
        flags: RedFlagResult,
    ) -> None:
        text = self._form.summary(filled, incident.language)
        incoming = Incoming(client_message_id=incident.client_report_id, text=text)
        message = await self._ledger.record_within(session, conversation_id, incoming)
        cause = Cause(
            reason=HandoffReason.ADVERSE_EVENT,
            told=lambda handoff: self._replies(handoff, flags),
            urgent=True,
            actor=PATIENT,
            attached={AttachmentKind.ADVERSE_EVENT: {"fields": filled}},
        )
        handoff, _ = await self._relay.pass_on_within(session, message, cause)
        session.add(
            Report(
                conversation_id=conversation_id,
                client_report_id=incident.client_report_id,
                handoff_id=handoff.id,
                fields=filled,
            )
        )

    def _replies(self, handoff: Handoff, flags: RedFlagResult) -> list[Reply]:
        """The emergency words come first."""
        received = self._responder.report_received(handoff)
        return [self._responder.warning(handoff, flags), received] if flags.level else [received]

    async def _found(self, query: Select[Report], *, is_new: bool = False) -> Filed:
        async with self._database.reading() as session:
            report = (await session.scalars(query)).first()
            if report is None:
                raise ReportNotFoundError
            return await self._filed(session, report, is_new=is_new)

    async def _filed(self, session: AsyncSession, report: Report, *, is_new: bool = False) -> Filed:
        handoff = await session.get_one(Handoff, report.handoff_id)
        replies = await session.scalars(
            select(Message).where(Message.in_reply_to == handoff.message_id).order_by(Message.seq)
        )
        said = [Reply.model_validate(reply.reply) for reply in replies if reply.reply]
        warnings = [Spoken(reply.text, reply.languages) for reply in said if reply.triage]
        return Filed(report=report, handoff=handoff, warning=next(iter(warnings), None), is_new=is_new)


async def _check_count(session: AsyncSession, conversation_id: UUID) -> None:
    recent = select(Report.submitted_at).where(
        Report.conversation_id == conversation_id, Report.submitted_at > now() - WITHIN
    )
    times = sorted(await session.scalars(recent))
    if len(times) >= MOST_REPORTS:
        raise TooManyReportsError(1 + int((times[-MOST_REPORTS] + WITHIN - now()).total_seconds()))


def _by_client_id(conversation_id: UUID, client_report_id: UUID) -> Select[Report]:
    return select(Report).where(Report.conversation_id == conversation_id, Report.client_report_id == client_report_id)
