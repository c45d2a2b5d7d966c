"""The ledger: every message is committed here before anything is done about it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.models import Author, Conversation, Message, MessageStatus
from bot.conversations.reply import Reply
from bot.errors import (
    ChoiceNotOfferedError,
    MessageConflictError,
    MessageTooLongError,
    UnknownConversationError,
)
from bot.safety.text import clean
from bot.store.database import Database

TOKEN_BYTES = 32
MOST_CHARACTERS = 2_000


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """What a client sent: words, or the id of a button."""

    client_message_id: UUID
    text: str = ""
    choice: str | None = None

    @property
    def stored_text(self) -> str:
        """The words as they are stored: as typed, less what no database holds."""
        return clean(self.text)


class Ledger:
    """Conversations and their messages, in order, each exactly once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self) -> tuple[Conversation, str]:
        """Begin a conversation.

        Returns:
            The conversation, and the token of 256 random bits that opens it; only its hash is stored.
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        conversation = Conversation(token_hash=_hashed(token))
        async with self._database.writing() as session:
            session.add(conversation)
        return conversation, token

    async def authenticate(self, conversation_id: UUID, token: str) -> None:
        """Check that the token belongs to the conversation.

        Raises:
            UnknownConversationError: It does not, or there is no such conversation.
        """
        async with self._database.reading() as session:
            stored = await session.scalar(select(Conversation.token_hash).where(Conversation.id == conversation_id))
        if not hmac.compare_digest(stored or b"", _hashed(token)):
            raise UnknownConversationError

    async def receive(self, conversation_id: UUID, incoming: Incoming) -> Message:
        """Commit a patient's message, or find it if its id was received before.

        Raises:
            MessageTooLongError: It holds more than 2,000 characters.
            MessageConflictError: Its id was received before with another body.
            ChoiceNotOfferedError: It is a choice that the server did not issue here.
            UnknownConversationError: The conversation was deleted meanwhile.
        """
        if len(incoming.text) > MOST_CHARACTERS:
            raise MessageTooLongError(MOST_CHARACTERS)
        async with self._database.writing() as session:
            seq = await self._next_seq(session, conversation_id)
            known = await self._known(session, conversation_id, incoming.client_message_id)
            if known:
                session.expunge(known)  # the rollback, which gives the number back, forgets what was read
                await session.rollback()
                return _same_body(known, incoming)
            await self._check_choice(session, conversation_id, incoming.choice)
            message = _from_patient(conversation_id, seq, incoming)
            session.add(message)
        return message

    async def pending(self, conversation_id: UUID) -> Sequence[Message]:
        """The messages of a conversation that nobody has replied to, oldest first."""
        query = select(Message).where(
            Message.conversation_id == conversation_id, Message.status == MessageStatus.RECEIVED
        )
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(Message.seq))).all()

    async def conversations_with_pending(self) -> Sequence[UUID]:
        """Where a message waits for its reply, as after a crash."""
        query = select(Message.conversation_id).where(Message.status == MessageStatus.RECEIVED).distinct()
        async with self._database.reading() as session:
            return (await session.scalars(query)).all()

    async def close(
        self, message: Message, replies: Sequence[Reply], status: MessageStatus = MessageStatus.ANSWERED
    ) -> Sequence[Message]:
        """Commit the replies to a message and its new status, together."""
        async with self._database.writing() as session:
            return await self.close_within(session, message, replies, status)

    async def close_within(
        self, session: AsyncSession, message: Message, replies: Sequence[Reply], status: MessageStatus
    ) -> Sequence[Message]:
        """`close` as a part of a larger transaction."""
        await session.execute(update(Message).where(Message.id == message.id).values(status=status))
        said = [_from_bot(message, await self._next_seq(session, message.conversation_id), reply) for reply in replies]
        session.add_all(said)
        return said

    async def find(self, message_id: UUID) -> Message | None:
        """One message."""
        async with self._database.reading() as session:
            return await session.get(Message, message_id)

    async def replies_to(self, message_id: UUID) -> Sequence[Message]:
        """What was said in reply to a message, in order."""
        query = select(Message).where(Message.in_reply_to == message_id).order_by(Message.seq)
        async with self._database.reading() as session:
            return (await session.scalars(query)).all()

    async def history(self, conversation_id: UUID, *, after: int = 0) -> Sequence[Message]:
        """The messages of a conversation from number `after` + 1 on, in order."""
        query = select(Message).where(Message.conversation_id == conversation_id, Message.seq > after)
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(Message.seq))).all()

    async def holder(self, conversation_id: UUID) -> str | None:
        """Who has the conversation now."""
        async with self._database.reading() as session:
            return await session.scalar(select(Conversation.holder).where(Conversation.id == conversation_id))

    async def _next_seq(self, session: AsyncSession, conversation_id: UUID) -> int:
        """Number the next message; the row stays locked until the end, so numbers follow the commits."""
        seq: int | None = await session.scalar(
            update(Conversation)
            .where(Conversation.id == conversation_id)
            .values(last_seq=Conversation.last_seq + 1)
            .returning(Conversation.last_seq)
        )
        if seq is None:
            raise UnknownConversationError
        return seq

    async def _known(self, session: AsyncSession, conversation_id: UUID, client_id: UUID) -> Message | None:
        query = select(Message).where(
            Message.conversation_id == conversation_id, Message.client_message_id == client_id
        )
        return (await session.scalars(query)).first()

    async def _check_choice(self, session: AsyncSession, conversation_id: UUID, choice: str | None) -> None:
        """Any answer may be asked for; every other choice must stand in a reply of this conversation."""
        if choice is None or choice.startswith("answer:"):
            return
        replies = await session.scalars(
            select(Message.reply).where(Message.conversation_id == conversation_id, Message.author == Author.BOT)
        )
        if not any(choice == offered["id"] for reply in replies if reply for offered in reply["choices"]):
            raise ChoiceNotOfferedError


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _same_body(known: Message, incoming: Incoming) -> Message:
    if (known.text, known.choice) != (incoming.stored_text, incoming.choice):
        raise MessageConflictError
    return known


def _from_patient(conversation_id: UUID, seq: int, incoming: Incoming) -> Message:
    return Message(
        conversation_id=conversation_id,
        seq=seq,
        client_message_id=incoming.client_message_id,
        author=Author.PATIENT,
        text=incoming.stored_text,
        choice=incoming.choice,
        status=MessageStatus.RECEIVED,
    )


def _from_bot(message: Message, seq: int, reply: Reply) -> Message:
    return Message(
        conversation_id=message.conversation_id,
        seq=seq,
        author=Author.BOT,
        text=reply.text,
        status=MessageStatus.SENT,
        in_reply_to=message.id,
        reply=reply.as_json(),
    )
