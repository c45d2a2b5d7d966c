"""The team's side of handoffs: take one, reply in the chat, give it back, close it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.conversations.announcer import Announcer
from bot.conversations.ledger import MOST_CHARACTERS, Ledger
from bot.conversations.models import Conversation, Holder, Message
from bot.errors import (
    AlreadyClaimedError,
    EmptyReplyError,
    IllegalTransitionError,
    MessageTooLongError,
    NotHeldError,
    UnknownHandoffError,
    UnusableNameError,
)
from bot.handoffs.models import Handoff, HandoffState
from bot.handoffs.notices import Notices
from bot.handoffs.reference import read_reference
from bot.handoffs.states import HELD, OPEN, move
from bot.safety.text import clean
from bot.store.database import Database

LONGEST_NAME = 50


@dataclass(frozen=True)
class _Case:
    """A handoff and its conversation, both locked until the end of the transaction."""

    session: AsyncSession
    conversation: Conversation
    handoff: Handoff


class Desk:
    """One method for each thing that a member of staff does; `actor` is their name, as patients are told.

    A conversation is locked before its handoffs, so that of two people who give back its last two handoffs
    at once, the later one sees that no other is held and lets the bot speak again.
    """

    def __init__(self, database: Database, ledger: Ledger, notices: Notices, announcer: Announcer) -> None:
        self._database = database
        self._ledger = ledger
        self._notices = notices
        self._announcer = announcer

    async def listed(self, states: Collection[HandoffState] = OPEN) -> Sequence[Handoff]:
        """The handoffs in these states: urgent ones, then others of a patient's who has one, then the oldest."""
        other = aliased(Handoff)
        alarmed = exists().where(other.conversation_id == Handoff.conversation_id, other.urgent, other.state.in_(OPEN))
        query = select(Handoff).where(Handoff.state.in_(states))
        async with self._database.reading() as session:
            order = (Handoff.urgent.desc(), alarmed.desc(), Handoff.created_at)
            return (await session.scalars(query.order_by(*order))).all()

    async def find(self, reference: str) -> Handoff:
        """One handoff.

        Raises:
            UnknownHandoffError: There is none of this reference.
        """
        async with self._database.reading() as session:
            return await _find(session, reference)

    async def claim(self, reference: str, actor: str) -> Handoff:
        """Take a handoff; from now on the bot is silent in its conversation.

        Raises:
            AlreadyClaimedError: Another has it.
            IllegalTransitionError: It is not with the team, or done.
            UnknownHandoffError: There is none of this reference.
            UnusableNameError: `actor` cannot be shown to patients.
        """
        name = _usable(actor)
        async with self._case(reference) as case:
            if case.handoff.state not in HELD:
                move(case.session, case.handoff, HandoffState.CLAIMED, actor=f"staff:{name}")
                case.handoff.taken_by, case.conversation.holder = name, Holder.PERSON
            if case.handoff.taken_by != name:
                raise AlreadyClaimedError(case.handoff.reference, case.handoff.taken_by)
            return case.handoff

    async def reply(self, reference: str, actor: str, text: str) -> Message:
        """Write to the patient, in the chat.

        Raises:
            NotHeldError: Whoever writes does not have the handoff.
            EmptyReplyError: There are no words in it.
            MessageTooLongError: It holds more than 2,000 characters.
            UnknownHandoffError: There is none of this reference.
            UnusableNameError: `actor` cannot be shown to patients.
        """
        name, words = _usable(actor), _words(text)
        async with self._case(reference) as case:
            if case.handoff.state not in HELD or case.handoff.taken_by != name:
                raise NotHeldError(case.handoff.reference, name)
            if case.handoff.state != HandoffState.ANSWERED:
                move(case.session, case.handoff, HandoffState.ANSWERED, actor=f"staff:{name}")
            return await self._ledger.say_within(case.session, case.conversation.id, words, said_by=name)

    async def return_(self, reference: str, actor: str) -> Handoff:
        """Give a handoff back to the team, whoever had it; so a colleague takes it over, answered or not.

        Raises:
            IllegalTransitionError: Nobody has it.
            UnknownHandoffError: There is none of this reference.
            UnusableNameError: `actor` cannot be shown to patients.
        """
        return await self._give_up(reference, actor, HandoffState.WAITING, "handoff_returned")

    async def resolve(self, reference: str, actor: str) -> Handoff:
        """Close a handoff, whoever had it.

        Raises:
            IllegalTransitionError: Nobody has it.
            UnknownHandoffError: There is none of this reference.
            UnusableNameError: `actor` cannot be shown to patients.
        """
        return await self._give_up(reference, actor, HandoffState.RESOLVED, "handoff_resolved")

    async def _give_up(self, reference: str, actor: str, new: HandoffState, words: str) -> Handoff:
        name = _usable(actor)
        async with self._case(reference) as case:
            if case.handoff.state not in HELD:  # the way from an offer to the team is the patient's alone
                raise IllegalTransitionError(case.handoff.state, new)
            move(case.session, case.handoff, new, actor=f"staff:{name}")
            if new == HandoffState.WAITING:
                case.handoff.taken_by = None
            if not await _is_held_otherwise(case):
                case.conversation.holder = Holder.BOT
                notice = self._notices.about(case.handoff, words)
                await self._ledger.tell_within(case.session, case.conversation.id, notice)
            return case.handoff

    @asynccontextmanager
    async def _case(self, reference: str) -> AsyncIterator[_Case]:
        """A transaction over one handoff; open streams hear of it once it is committed."""
        async with self._database.writing() as session:
            conversation = await _lock_conversation(session, (await _find(session, reference)).conversation_id)
            yield _Case(session, conversation, await _find(session, reference, lock=True))
        self._announcer.announce(conversation.id)


async def _find(session: AsyncSession, reference: str, *, lock: bool = False) -> Handoff:
    query = select(Handoff).where(Handoff.reference == read_reference(reference))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    handoff = (await session.scalars(query)).first()
    if handoff is None:
        raise UnknownHandoffError
    return handoff


async def _lock_conversation(session: AsyncSession, conversation_id: UUID) -> Conversation:
    """Lock the row as its own changes do: messages may still be added to it."""
    query = select(Conversation).where(Conversation.id == conversation_id).with_for_update(key_share=True)
    return (await session.scalars(query)).one()


async def _is_held_otherwise(case: _Case) -> bool:
    query = select(Handoff.id).where(
        Handoff.conversation_id == case.conversation.id, Handoff.state.in_(HELD), Handoff.id != case.handoff.id
    )
    return (await case.session.scalars(query.limit(1))).first() is not None


def _usable(name: str) -> str:
    """A name as patients may be shown it."""
    usable = name.strip()
    if not usable or len(usable) > LONGEST_NAME or not usable.isprintable():
        raise UnusableNameError(LONGEST_NAME)
    return usable


def _words(text: str) -> str:
    words = clean(text).strip()
    if not words:
        raise EmptyReplyError
    if len(words) > MOST_CHARACTERS:
        raise MessageTooLongError(MOST_CHARACTERS)
    return words
