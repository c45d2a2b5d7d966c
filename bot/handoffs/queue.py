"""Handoffs as patients see them: what is offered, what they agree to send, every change on record."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.hold import hold
from bot.conversations.models import Message
from bot.errors import MoreToShareError, UnknownHandoffError
from bot.handoffs.carried import carried_until, has_unshared
from bot.handoffs.models import (
    AttachmentKind,
    ContactWay,
    Handoff,
    HandoffAddition,
    HandoffAttachment,
    HandoffEvent,
    HandoffReason,
)
from bot.handoffs.models import HandoffState as State
from bot.handoffs.reference import new_reference, read_reference
from bot.handoffs.states import UNSENT, move
from bot.store.base import now
from bot.store.database import Database

SheetOf = Callable[[AsyncSession, UUID], Awaitable[dict[str, Any] | None]]
"""Reads the prep sheet of a conversation in a transaction; none if there is nothing on it."""

BOT, PATIENT = "bot", "patient"
"""Who changed a handoff, for the record; of staff it is their name."""

ALARMS = frozenset({HandoffReason.EMERGENCY, HandoffReason.BRAIN_UNAVAILABLE})
"""What an urgent handoff that waits stands for too: a flood of them must not bury those of other patients."""

MOST_OPEN = 5
"""Handoffs of one conversation that are offered or waiting and not urgent."""


@dataclass(frozen=True)
class Contact:
    """How the patient wants to be reached; `detail` is a phone number or an e-mail address."""

    way: ContactWay = ContactWay.CHAT
    detail: str | None = None


@dataclass(frozen=True)
class Asked:
    """What the patient was asked about last."""

    handoff: Handoff
    awaits: bool
    """Whether something of it is not sent until the patient agrees."""


class HandoffQueue:
    """The handoffs of all conversations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def offer(self, conversation_id: UUID, message_id: UUID, reason: HandoffReason) -> Handoff:
        """Prepare a handoff that the patient may accept; the same message gives the same handoff.

        Where too many are open, one of them stands for this one too; it may have been sent already.
        """
        async with self._holding(conversation_id) as session:
            if known := await _of_message(session, message_id):
                return known
            if other := await self._in_place(session, conversation_id, reason):
                return _standing_for(session, other, message_id, reason)
            return await _create(session, _new(conversation_id, message_id, reason, State.OFFERED))

    async def send(
        self, conversation_id: UUID, message_id: UUID, reason: HandoffReason, *, urgent: bool = False
    ) -> Handoff:
        """Put a message before the team at once."""
        async with self._database.writing() as session:
            return await self.send_within(session, conversation_id, message_id, reason, urgent=urgent)

    async def send_within(  # noqa: PLR0913 (what a handoff is made of passes once)
        self,
        session: AsyncSession,
        conversation_id: UUID,
        message_id: UUID,
        reason: HandoffReason,
        *,
        urgent: bool = False,
        actor: str = BOT,
    ) -> Handoff:
        """`send` as a part of a larger transaction, so that nobody is told before it is true.

        `actor` is who sends it, for the record: the bot by itself, or the patient.
        """
        await hold(session, conversation_id)
        handoff = (
            await _of_message(session, message_id)
            or await self._joined(session, conversation_id, message_id, reason, urgent=urgent)
            or await _create(session, _new(conversation_id, message_id, reason, State.WAITING), actor=actor)
        )
        if handoff.state in UNSENT:
            move(session, handoff, State.WAITING, actor=actor)
        handoff.urgent = handoff.urgent or urgent
        await _share(session, handoff, message_id)
        if urgent:  # who answered another question of this patient's must not take it for done
            await self.patient_wrote_within(session, conversation_id)
        return handoff

    def attach_within(
        self, session: AsyncSession, handoff: Handoff, kind: AttachmentKind, content: dict[str, Any]
    ) -> None:
        """Send something along with a handoff, in the transaction that sends it."""
        session.add(HandoffAttachment(handoff_id=handoff.id, kind=kind, content=content))

    async def asked(self, conversation_id: UUID) -> Asked | None:
        """What the patient was asked about last, to which a "yes" answers; none if nothing was offered.

        A "yes" sends nothing by itself: the patient agrees where the words that are shared are shown (`consent`).
        """
        async with self._database.reading() as session:
            row = (await session.execute(_newest_asked(conversation_id))).first()
        return row and Asked(row[0], awaits=row[0].state in UNSENT or row[1])

    async def decline(self, conversation_id: UUID) -> Handoff | None:
        """The patient does not want the newest offer sent; what was sent stays sent."""
        async with self._holding(conversation_id) as session:
            handoff = (await session.scalars(_newest_asked(conversation_id).with_for_update(of=Handoff))).first()
            return _declined(session, handoff) if handoff else None

    async def refuse(self, conversation_id: UUID, reference: str) -> Handoff:
        """The patient does not want this one sent; what was sent stays sent.

        Raises:
            UnknownHandoffError: The conversation has no handoff of this reference.
        """
        async with self._holding(conversation_id) as session:
            return _declined(session, await _own(session, conversation_id, reference))

    async def consent(
        self,
        conversation_id: UUID,
        reference: str,
        contact: Contact,
        *,
        shown_until: int,
        sheet_of: SheetOf | None = None,
    ) -> Handoff:
        """The patient agrees to what is shared, and says how to be reached; both may be said again.

        `shown_until` is the number of the newest message that they saw would be shared. A sheet is read in the same
        transaction, in which nobody else can write on it; said again, the first one stays.

        Raises:
            UnknownHandoffError: The conversation has no handoff of this reference.
            MoreToShareError: More would be shared than they saw; nothing is sent.
        """
        async with self._holding(conversation_id) as session:
            handoff = await _own(session, conversation_id, reference)
            await self._agree(session, handoff, shown_until)
            handoff.contact_way, handoff.contact_detail = contact.way, contact.detail
            if sheet_of and (sheet := await sheet_of(session, conversation_id)):
                await _attach(session, handoff, AttachmentKind.PREP_SHEET, sheet)
            return handoff

    async def patient_wrote_within(self, session: AsyncSession, conversation_id: UUID) -> None:
        """While a person holds the conversation: what was answered is a question again."""
        answered = _newest_first(conversation_id).where(Handoff.state == State.ANSWERED).with_for_update()
        for handoff in await session.scalars(answered):
            move(session, handoff, State.CLAIMED, actor=PATIENT)

    async def of_conversation(self, conversation_id: UUID) -> Sequence[Handoff]:
        """All handoffs of one conversation, newest first."""
        async with self._database.reading() as session:
            return (await session.scalars(_newest_first(conversation_id))).all()

    async def of_message(self, message_id: UUID) -> Handoff | None:
        """The handoff that a message led to."""
        async with self._database.reading() as session:
            return (await session.scalars(_carrying(message_id))).first()

    async def find(self, conversation_id: UUID, reference: str) -> Handoff:
        """One handoff of a conversation.

        Raises:
            UnknownHandoffError: The conversation has no handoff of this reference.
        """
        async with self._database.reading() as session:
            return await _found(session, _named(conversation_id, reference))

    @asynccontextmanager
    async def _holding(self, conversation_id: UUID) -> AsyncIterator[AsyncSession]:
        """A transaction in which nobody else writes in the conversation."""
        async with self._database.writing() as session:
            await hold(session, conversation_id)
            yield session

    async def _agree(self, session: AsyncSession, handoff: Handoff, shown_until: int) -> None:
        """Consent is to what was written up to the message that is handed off or added, and keeps its first date."""
        until = await carried_until(session, handoff)
        if until > shown_until:
            raise MoreToShareError
        if handoff.state in UNSENT:
            move(session, handoff, State.WAITING, actor=PATIENT)
        handoff.shared_until = until
        handoff.consented_at = handoff.consented_at or now()

    async def _in_place(self, session: AsyncSession, conversation_id: UUID, reason: HandoffReason) -> Handoff | None:
        """What stands for one more offer, if there are too many: an offer, or else what a "yes" will find sent."""
        crowd = await _open_and_not_urgent(session, conversation_id)
        if len(crowd) < MOST_OPEN:
            return None
        return max(crowd, key=lambda handoff: _fitness(handoff, reason))

    async def _joined(
        self, session: AsyncSession, conversation_id: UUID, message_id: UUID, reason: HandoffReason, *, urgent: bool
    ) -> Handoff | None:
        """What one more message is sent along with, if one is open that can stand for it too."""
        find = _open_alarm if urgent else self._with_others
        other = await find(session, conversation_id, reason)
        return other and _standing_for(session, other, message_id, reason)

    async def _with_others(self, session: AsyncSession, conversation_id: UUID, reason: HandoffReason) -> Handoff | None:
        """What one more message is sent along with, if there are too many: the newest of its reason that is sent."""
        crowd = await _open_and_not_urgent(session, conversation_id)
        same = (handoff for handoff in crowd if handoff.reason == reason and handoff.state == State.WAITING)
        return next(same, None) if len(crowd) >= MOST_OPEN else None


def _fitness(handoff: Handoff, reason: HandoffReason) -> tuple[bool, bool, bool]:
    offered = handoff.state == State.OFFERED
    return offered, offered and handoff.reason == reason, handoff.consented_at is not None


def _carrying(message_id: UUID) -> Select[Handoff]:
    added = select(HandoffAddition.handoff_id).where(HandoffAddition.message_id == message_id)
    return select(Handoff).where(or_(Handoff.message_id == message_id, Handoff.id.in_(added)))


async def _of_message(session: AsyncSession, message_id: UUID) -> Handoff | None:
    return (await session.scalars(_carrying(message_id).with_for_update())).first()


async def _open_alarm(session: AsyncSession, conversation_id: UUID, reason: HandoffReason) -> Handoff | None:
    """The newest urgent handoff that waits: nobody must miss the next emergency because one was taken already.

    A report stands for itself.
    """
    if reason not in ALARMS:
        return None
    query = _newest_first(conversation_id).where(
        Handoff.urgent, Handoff.reason.in_(ALARMS), Handoff.state == State.WAITING
    )
    return (await session.scalars(query.limit(1).with_for_update())).first()


def _named(conversation_id: UUID, reference: str) -> Select[Handoff]:
    """A handoff of this conversation; another's is as unknown as one that is not."""
    return _newest_first(conversation_id).where(Handoff.reference == read_reference(reference))


async def _own(session: AsyncSession, conversation_id: UUID, reference: str) -> Handoff:
    """To be changed."""
    return await _found(session, _named(conversation_id, reference).with_for_update())


async def _found(session: AsyncSession, query: Select[Handoff]) -> Handoff:
    handoff = (await session.scalars(query)).first()
    if handoff is None:
        raise UnknownHandoffError
    return handoff


async def _open_and_not_urgent(session: AsyncSession, conversation_id: UUID) -> Sequence[Handoff]:
    query = _newest_first(conversation_id).where(Handoff.state.in_((State.OFFERED, State.WAITING)), ~Handoff.urgent)
    return (await session.scalars(query.with_for_update())).all()


async def _create(session: AsyncSession, handoff: Handoff, *, actor: str = BOT) -> Handoff:
    session.add(handoff)
    await session.flush()
    session.add(HandoffEvent(handoff_id=handoff.id, actor=actor, old_state=None, new_state=handoff.state))
    return handoff


def _new(conversation_id: UUID, message_id: UUID, reason: HandoffReason, state: State) -> Handoff:
    return Handoff(
        reference=new_reference(),
        conversation_id=conversation_id,
        message_id=message_id,
        reason=reason,
        urgent=False,
        state=state,
    )


def _standing_for(session: AsyncSession, handoff: Handoff, message_id: UUID, reason: HandoffReason) -> Handoff:
    """Let a handoff stand for one more message; an offer is of the newest, and keeps the older as an addition."""
    added, why = message_id, str(reason)
    if handoff.state == State.OFFERED:
        added, why = handoff.message_id, handoff.reason
        handoff.message_id, handoff.created_at = message_id, now()
    session.add(HandoffAddition(handoff_id=handoff.id, message_id=added, reason=why))
    return handoff


def _declined(session: AsyncSession, handoff: Handoff) -> Handoff:
    if handoff.state == State.OFFERED:
        move(session, handoff, State.DECLINED, actor=PATIENT)
    return handoff


async def _share(session: AsyncSession, handoff: Handoff, message_id: UUID) -> None:
    """From now on the team may read what the patient wrote up to this message."""
    seq = await session.scalar(select(Message.seq).where(Message.id == message_id))
    handoff.shared_until = max(handoff.shared_until or 0, seq or 0)


async def _attach(session: AsyncSession, handoff: Handoff, kind: AttachmentKind, content: dict[str, Any]) -> None:
    query = select(HandoffAttachment.id).where(
        HandoffAttachment.handoff_id == handoff.id, HandoffAttachment.kind == kind
    )
    if await session.scalar(query) is None:
        session.add(HandoffAttachment(handoff_id=handoff.id, kind=kind, content=content))


def _newest_first(conversation_id: UUID) -> Select[Handoff]:
    return (
        select(Handoff)
        .where(Handoff.conversation_id == conversation_id)
        .order_by(Handoff.created_at.desc(), Handoff.id.desc())
    )


def _newest_asked(conversation_id: UUID) -> Select[Handoff, bool]:
    """The newest that the patient was asked about, and whether it is about what was added to it.

    One that was decided on counts too, so that the same "yes", handled twice, is not taken for another offer's. What
    was sent without asking comes last.
    """
    unshared = has_unshared()
    was_asked = or_(Handoff.state.in_(UNSENT), Handoff.consented_at.is_not(None), unshared)
    added = select(func.max(HandoffAddition.created_at)).where(HandoffAddition.handoff_id == Handoff.id)
    asked_at = func.coalesce(added.correlate(Handoff).scalar_subquery(), Handoff.created_at)
    mine = select(Handoff, unshared).where(Handoff.conversation_id == conversation_id)
    return mine.order_by(was_asked.desc(), asked_at.desc(), Handoff.id.desc()).limit(1)
