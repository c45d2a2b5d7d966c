"""The ledger: every message is committed here before anything is done about it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, Table, Update, bindparam, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.conversations.models import Author, Conversation, Message, MessageStatus
from bot.conversations.reply import Kind, Reply
from bot.conversations.token_life import Clock, TokenLife
from bot.errors import (
    ChoiceNotOfferedError,
    MessageConflictError,
    MessageTooLongError,
    UnknownConversationError,
)
from bot.safety.text import clean
from bot.store.base import now
from bot.store.database import Database

TOKEN_BYTES = 32
MOST_CHARACTERS = 2_000

# What each message runs is built once, and goes past the ORM, which costs more than the statements.
_MESSAGES, _CONVERSATIONS = cast("Table", Message.__table__), cast("Table", Conversation.__table__)
_STORE = insert(_MESSAGES)
_MARK = update(_MESSAGES).where(_MESSAGES.c.id == bindparam("message")).values(status=bindparam("new_status"))
_NUMBER = (
    update(_CONVERSATIONS)
    .where(_CONVERSATIONS.c.id == bindparam("conversation"))
    .values(last_seq=_CONVERSATIONS.c.last_seq + 1)
    .returning(_CONVERSATIONS.c.last_seq, _CONVERSATIONS.c.token_hash)
)
# A patient's message renews the token in the statement that numbers it; a dead token finds no row.
_NUMBER_AND_RENEW = _NUMBER.where(
    _CONVERSATIONS.c.last_used_at > bindparam("idle_since"), _CONVERSATIONS.c.token_issued_at > bindparam("old_since")
).values(last_used_at=bindparam("moment"))
_RENEW = (
    update(_CONVERSATIONS)
    .where(_CONVERSATIONS.c.id == bindparam("conversation"), _CONVERSATIONS.c.token_hash == bindparam("token"))
    .values(last_used_at=bindparam("moment"))
)
_TOKEN = select(_CONVERSATIONS.c.token_hash, _CONVERSATIONS.c.token_issued_at, _CONVERSATIONS.c.last_used_at).where(
    _CONVERSATIONS.c.id == bindparam("conversation")
)
_KNOWN = select(_MESSAGES).where(
    _MESSAGES.c.conversation_id == bindparam("conversation"), _MESSAGES.c.client_message_id == bindparam("client_id")
)
# What the bot said last before a message, of all that the brain said and of emergencies.
_EARLIER = _MESSAGES.alias()
_EARLIER_KIND = _EARLIER.c.reply["kind"].as_string()
_LAST_KIND = (
    select(_EARLIER_KIND)
    .where(_EARLIER.c.conversation_id == _MESSAGES.c.conversation_id, _EARLIER.c.seq < _MESSAGES.c.seq)
    .where(or_(_EARLIER.c.reply["model"].as_string().is_not(None), _EARLIER_KIND == Kind.EMERGENCY))
    .order_by(_EARLIER.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)
_WAITING = (
    select(_MESSAGES, _CONVERSATIONS.c.holder, _LAST_KIND.label("last_kind"))
    .join(_CONVERSATIONS, _CONVERSATIONS.c.id == _MESSAGES.c.conversation_id)
    .where(_MESSAGES.c.conversation_id == bindparam("conversation"), _MESSAGES.c.status == MessageStatus.RECEIVED)
    .order_by(_MESSAGES.c.seq)
    .limit(2)
)

type Statements = Session | Connection
"""What runs statements in a transaction: with the ORM, as a part of a larger change, or without."""


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


@dataclass(frozen=True)
class Waiting:
    """A message that nobody has replied to."""

    message: Message
    holder: str
    """Who has its conversation now."""
    is_last: bool
    """Whether no other message of the conversation waits behind it."""
    after_emergency: bool
    """Whether an emergency was answered since the last reply of the brain's, or by it."""


class Ledger:
    """Conversations and their messages, in order, each exactly once."""

    def __init__(self, database: Database, *, life: TokenLife | None = None, clock: Clock = now) -> None:
        self._database = database
        self._life = life or TokenLife()
        self._clock = clock

    async def open(self) -> tuple[Conversation, str]:
        """Begin a conversation.

        Returns:
            The conversation, and the token of 256 random bits that opens it; only its hash is stored.
        """
        token, moment = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        conversation = Conversation(
            token_hash=_hashed(token), created_at=moment, token_issued_at=moment, last_used_at=moment
        )
        async with self._database.writing() as session:
            session.add(conversation)
        return conversation, token

    async def reopen_within(self, session: AsyncSession, conversation_id: UUID) -> str:
        """Give a conversation a fresh token, as a part of a larger transaction; the old one dies."""
        token, moment = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        change = update(Conversation).where(Conversation.id == conversation_id)
        await session.execute(change.values(token_hash=_hashed(token), token_issued_at=moment, last_used_at=moment))
        return token

    async def authenticate(self, conversation_id: UUID, token: str, *, listening: bool = False) -> None:
        """Check that the token belongs to the conversation and lives; this use renews it.

        Listening does not: a page that was left open on a shared computer listens for ever.

        Raises:
            UnknownConversationError: It does not, it is dead, or there is no such conversation.
        """
        stored = await self._database.read(_stored_token, conversation_id)
        _check_token(token, stored.token_hash if stored else None)
        if stored is None or self._is_dead(stored):
            raise UnknownConversationError
        if not listening and self._life.wants_renewal(last_used_at=stored.last_used_at, moment=self._clock()):
            await self._renew(conversation_id, stored.token_hash)

    async def exists(self, conversation_id: UUID) -> bool:
        """Whether there is such a conversation, whoever may open it."""
        return await self._database.read(_stored_token, conversation_id) is not None

    async def living(self, conversation_ids: Sequence[UUID]) -> Mapping[UUID, bytes]:
        """The hashes of those tokens of many conversations that live, by conversation."""
        moment = self._clock()
        idle_since, old_since = moment - self._life.idle, moment - self._life.whole
        query = select(Conversation.id, Conversation.token_hash).where(
            Conversation.id.in_(conversation_ids),
            Conversation.last_used_at > idle_since,
            Conversation.token_issued_at > old_since,
        )
        async with self._database.reading() as session:
            return {row.id: row.token_hash for row in await session.execute(query)}

    def _is_dead(self, stored: Row[Any, Any, Any]) -> bool:
        return self._life.is_over(
            issued_at=stored.token_issued_at, last_used_at=stored.last_used_at, moment=self._clock()
        )

    async def _renew(self, conversation_id: UUID, token_hash: bytes) -> None:
        used = {"conversation": conversation_id, "token": token_hash, "moment": self._clock()}
        async with self._database.writing() as session:
            await session.execute(_RENEW, used)

    async def receive(self, conversation_id: UUID, incoming: Incoming, *, token: str | None = None) -> Message:
        """Commit a patient's message, or find it if its id was received before.

        With a token, it is `authenticate` too, in the same transaction.

        Raises:
            MessageTooLongError: It holds more than 2,000 characters.
            MessageConflictError: Its id was received before with another body.
            ChoiceNotOfferedError: It is a choice that the server did not issue here.
            UnknownConversationError: The token does not belong to the conversation or is dead, or there is none.
        """
        if len(incoming.text) > MOST_CHARACTERS:
            raise MessageTooLongError(MOST_CHARACTERS)
        try:
            return await self._database.write(self._received, conversation_id, incoming, token)
        except IntegrityError:
            # Nearly every message is new, so none is looked up first; its number was given back.
            known = await self._database.read(_known, conversation_id, incoming.client_message_id)
            if known is None:
                raise
            return _same_body(known, incoming)

    def _received(self, rows: Statements, conversation_id: UUID, incoming: Incoming, token: str | None) -> Message:
        seq = self._next_seq(rows, conversation_id, token=token)
        message = _stored(rows, _from_patient(conversation_id, seq, incoming))
        _check_choice(rows, conversation_id, incoming.choice)
        return message

    async def record_within(self, session: AsyncSession, conversation_id: UUID, incoming: Incoming) -> Message:
        """Store what a form sent as the patient's message, as a part of the transaction that replies to it.

        Raises:
            MessageConflictError: A message has its id.
            UnknownConversationError: There is no such conversation.
        """
        return await session.run_sync(self._recorded, conversation_id, incoming)

    def _recorded(self, rows: Statements, conversation_id: UUID, incoming: Incoming) -> Message:
        seq = self._next_seq(rows, conversation_id)
        if _known(rows, conversation_id, incoming.client_message_id):
            raise MessageConflictError
        return _stored(rows, _from_patient(conversation_id, seq, incoming))

    async def note_within(
        self, session: AsyncSession, conversation_id: UUID, text: str, *, choice: str | None = None
    ) -> Message:
        """Write down what a patient did outside the chat, as a part of a larger transaction.

        The message is `answered` from the start: whoever writes it says what there is to say.
        """
        incoming = Incoming(client_message_id=uuid4(), text=text, choice=choice)
        return await session.run_sync(self._noted, conversation_id, incoming)

    def _noted(self, rows: Statements, conversation_id: UUID, incoming: Incoming) -> Message:
        message = _from_patient(conversation_id, self._next_seq(rows, conversation_id), incoming)
        message.status = MessageStatus.ANSWERED
        return _stored(rows, message)

    async def oldest_waiting(self, conversation_id: UUID) -> Waiting | None:
        """The oldest message of a conversation that nobody has replied to."""
        return await self._database.read(_oldest_waiting, conversation_id)

    async def conversations_with_pending(self, *, waiting_for: timedelta | None = None) -> Sequence[UUID]:
        """Where a message waits for its reply, as after a crash; only those that have waited for so long, if given."""
        query = select(Message.conversation_id).where(Message.status == MessageStatus.RECEIVED)
        if waiting_for is not None:
            query = query.where(Message.created_at <= self._clock() - waiting_for)
        async with self._database.reading() as session:
            return (await session.scalars(query.distinct())).all()

    async def close(
        self, message: Message, replies: Sequence[Reply], status: MessageStatus = MessageStatus.ANSWERED
    ) -> Sequence[Message]:
        """Commit the replies to a message and its new status, together; returns the replies as stored."""
        return await self._database.write(self._closed, message, replies, status)

    async def close_within(
        self, session: AsyncSession, message: Message, replies: Sequence[Reply], status: MessageStatus
    ) -> Sequence[Message]:
        """`close` as a part of a larger transaction."""
        return await session.run_sync(self._closed, message, replies, status)

    def _closed(
        self, rows: Statements, message: Message, replies: Sequence[Reply], status: MessageStatus
    ) -> Sequence[Message]:
        """The conversation is locked before its message, as a deletion does it: else each would wait for the other."""
        conversation_id = message.conversation_id
        said = [
            _from_bot(conversation_id, self._next_seq(rows, conversation_id), reply, to=message.id) for reply in replies
        ]
        rows.execute(_MARK, {"message": message.id, "new_status": status})
        message.status = status
        if said:
            rows.execute(_STORE, [_row(item) for item in said])
        return said

    async def say_within(self, session: AsyncSession, conversation_id: UUID, text: str, *, said_by: str) -> Message:
        """Add what a member of staff says, as a part of a larger transaction."""
        return await session.run_sync(self._said, conversation_id, text, said_by)

    def _said(self, rows: Statements, conversation_id: UUID, text: str, said_by: str) -> Message:
        return _stored(rows, _from_staff(conversation_id, self._next_seq(rows, conversation_id), text, said_by))

    async def tell_within(self, session: AsyncSession, conversation_id: UUID, reply: Reply) -> Message:
        """Add what the bot says unasked, as a part of a larger transaction."""
        return await session.run_sync(self._told, conversation_id, reply)

    def _told(self, rows: Statements, conversation_id: UUID, reply: Reply) -> Message:
        return _stored(rows, _from_bot(conversation_id, self._next_seq(rows, conversation_id), reply))

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

    def _next_seq(self, rows: Statements, conversation_id: UUID, *, token: str | None = None) -> int:
        """Number the next message; the row stays locked until the end, so numbers follow the commits."""
        number, values = self._numbering(token)
        numbered = rows.execute(number, {"conversation": conversation_id} | values).one_or_none()
        if token is not None:
            _check_token(token, numbered.token_hash if numbered else None)
        if numbered is None:
            raise UnknownConversationError
        return int(numbered.last_seq)

    def _numbering(self, token: str | None) -> tuple[Update, dict[str, datetime]]:
        """What numbers a message: only a patient's own, which comes with the token, renews it."""
        if token is None:
            return _NUMBER, {}
        moment = self._clock()
        idle_since, old_since = moment - self._life.idle, moment - self._life.whole
        return _NUMBER_AND_RENEW, {"moment": moment, "idle_since": idle_since, "old_since": old_since}


def _stored_token(rows: Statements, conversation_id: UUID) -> Row[Any, Any, Any] | None:
    return rows.execute(_TOKEN, {"conversation": conversation_id}).one_or_none()


def _stored(rows: Statements, message: Message) -> Message:
    rows.execute(_STORE, _row(message))
    return message


def _known(rows: Statements, conversation_id: UUID, client_id: UUID) -> Message | None:
    row = rows.execute(_KNOWN, {"conversation": conversation_id, "client_id": client_id}).one_or_none()
    return _message(row) if row else None


def _oldest_waiting(rows: Statements, conversation_id: UUID) -> Waiting | None:
    found = rows.execute(_WAITING, {"conversation": conversation_id}).all()
    if not found:
        return None
    first = found[0]
    after_emergency = first.last_kind == Kind.EMERGENCY
    return Waiting(_message(first), first.holder, is_last=len(found) == 1, after_emergency=after_emergency)


def _check_choice(rows: Statements, conversation_id: UUID, choice: str | None) -> None:
    """Any answer may be asked for; every other choice must stand in a reply of this conversation."""
    if choice is None or choice.startswith("answer:"):
        return
    said = select(Message.reply).where(Message.conversation_id == conversation_id, Message.author == Author.BOT)
    replies = rows.execute(said).scalars()
    if not any(choice == offered["id"] for reply in replies if reply for offered in reply["choices"]):
        raise ChoiceNotOfferedError


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _check_token(token: str, stored: bytes | None) -> None:
    """An unknown conversation is refused as an unknown token is."""
    if not hmac.compare_digest(stored or b"", _hashed(token)):
        raise UnknownConversationError


def _same_body(known: Message, incoming: Incoming) -> Message:
    if (known.text, known.choice) != (incoming.stored_text, incoming.choice):
        raise MessageConflictError
    return known


def _message(row: Row[Any]) -> Message:
    """A message as it is stored; no session knows it, so what is set on it changes nothing."""
    return Message(**{column.key: getattr(row, column.key) for column in _MESSAGES.columns})


def _row(message: Message) -> dict[str, Any]:
    return {column.key: getattr(message, column.key) for column in _MESSAGES.columns}


def _from_patient(conversation_id: UUID, seq: int, incoming: Incoming) -> Message:
    return Message(
        id=uuid4(),
        conversation_id=conversation_id,
        seq=seq,
        client_message_id=incoming.client_message_id,
        author=Author.PATIENT,
        text=incoming.stored_text,
        choice=incoming.choice,
        status=MessageStatus.RECEIVED,
        created_at=now(),
    )


def _from_staff(conversation_id: UUID, seq: int, text: str, said_by: str) -> Message:
    return Message(
        id=uuid4(),
        conversation_id=conversation_id,
        seq=seq,
        author=Author.STAFF,
        text=text,
        status=MessageStatus.SENT,
        said_by=said_by,
        created_at=now(),
    )


def _from_bot(conversation_id: UUID, seq: int, reply: Reply, *, to: UUID | None = None) -> Message:
    return Message(
        id=uuid4(),
        conversation_id=conversation_id,
        seq=seq,
        author=Author.BOT,
        text=reply.text,
        status=MessageStatus.SENT,
        in_reply_to=to,
        reply=reply.as_json(),
        created_at=now(),
    )
