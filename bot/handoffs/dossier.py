"""What goes with a handoff: the words that are shared, what is attached, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.models import Author, Message, MessageStatus
from bot.handoffs.carried import carried, carried_until
from bot.handoffs.models import Handoff, HandoffAttachment, HandoffEvent
from bot.handoffs.states import UNSENT
from bot.store.database import Database

MOST_SHARED = 20


@dataclass(frozen=True)
class Dossier:
    """A handoff with all that the team may read; before the patient agrees, what they would read."""

    handoff: Handoff
    shares: Sequence[Message]
    """The patient's own messages, the latest ones, in order."""
    until: int
    """The number of the newest message up to which the handoff shares what was written to the bot."""
    shares_more: bool
    """Whether there are older ones."""
    alarms: Mapping[UUID, Handoff]
    """The urgent handoffs that some of these messages led to, by message."""
    attachments: Sequence[HandoffAttachment]
    events: Sequence[HandoffEvent]


class Dossiers:
    """Gathers dossiers; the bot's replies are not in them, nor what is written to the bot afterwards.

    What went to the team as urgent is in each that was sent, in its place: its patient was told that the team has it,
    and whoever has the conversation must not miss it because it became a handoff of its own. What a handoff was made
    for and stands for is in its own dossier, however much was written since.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, handoff: Handoff, *, if_agreed: bool = False) -> Dossier:
        """The dossier of one handoff.

        `if_agreed` is for its patient: with what was added to it and waits for their consent.
        """
        (dossier,) = await self.of_all([handoff], if_agreed=if_agreed)
        return dossier

    async def of_all(self, handoffs: Sequence[Handoff], *, if_agreed: bool = False) -> list[Dossier]:
        """The dossiers of these handoffs, in their order."""
        async with self._database.reading() as session:
            return [await _gather(session, handoff, if_agreed=if_agreed) for handoff in handoffs]


async def _gather(session: AsyncSession, handoff: Handoff, *, if_agreed: bool) -> Dossier:
    until = await carried_until(session, handoff) if if_agreed else await _shared_until(session, handoff)
    is_shared = _is_shared(handoff, until)
    latest = await _latest(session, is_shared, MOST_SHARED + 1)
    alarms = {} if handoff.state in UNSENT else await _alarms(session, handoff)
    urgent = await _latest(session, Message.id.in_(alarms), MOST_SHARED)
    own = await session.scalars(carried().where(Handoff.id == handoff.id, is_shared))
    shares = {message.id: message for message in (*latest[:MOST_SHARED], *urgent, *own)}
    attachments = select(HandoffAttachment).where(HandoffAttachment.handoff_id == handoff.id)
    events = select(HandoffEvent).where(HandoffEvent.handoff_id == handoff.id).order_by(HandoffEvent.at)
    return Dossier(
        handoff=handoff,
        shares=sorted(shares.values(), key=lambda message: message.seq),
        until=until,
        shares_more=len(latest) > MOST_SHARED,
        alarms=alarms,
        attachments=(await session.scalars(attachments.order_by(HandoffAttachment.created_at))).all(),
        events=(await session.scalars(events)).all(),
    )


async def _latest(session: AsyncSession, which: ColumnElement[bool], most: int) -> Sequence[Message]:
    """Newest first."""
    return (await session.scalars(select(Message).where(which).order_by(Message.seq.desc()).limit(most))).all()


async def _alarms(session: AsyncSession, handoff: Handoff) -> Mapping[UUID, Handoff]:
    """The newest words of the conversation that went as urgent: a flood of them must not hide the rest."""
    query = carried().where(
        Handoff.conversation_id == handoff.conversation_id, Handoff.urgent, Handoff.state.not_in(UNSENT)
    )
    newest = await session.execute(query.order_by(Message.seq.desc()).limit(MOST_SHARED))
    return {message.id: urgent for message, urgent in newest}


async def _shared_until(session: AsyncSession, handoff: Handoff) -> int:
    """Up to the message that is handed off, as long as nothing was agreed to."""
    if handoff.shared_until is not None:
        return handoff.shared_until
    return await session.scalar(select(Message.seq).where(Message.id == handoff.message_id)) or 0


def _is_shared(handoff: Handoff, until: int) -> ColumnElement[bool]:
    """What was written up to a message, and to the person who held the conversation."""
    allowed = Message.seq <= until
    if handoff.state not in UNSENT:
        allowed = or_(allowed, Message.status == MessageStatus.HELD)
    said_by_patient = (Message.conversation_id == handoff.conversation_id) & (Message.author == Author.PATIENT)
    return said_by_patient & (Message.text != "") & allowed
