"""One message, from the patient and back: ledger, emergency floor, brain, ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.conversations.announcer import Announcer
from bot.conversations.brain import Brain
from bot.conversations.ledger import Incoming, Ledger, Waiting
from bot.conversations.models import Holder, Message, MessageStatus
from bot.conversations.reply import Kind, Reply
from bot.conversations.responder import Responder
from bot.errors import BrainUnavailableError, UnknownConversationError
from bot.handoffs.models import HandoffReason
from bot.handoffs.relay import Cause, Relay
from bot.logs import place_of
from bot.safety.after_treatment import AfterTreatment
from bot.safety.red_flags import RedFlagResult, RedFlags
from bot.safety.text import normalise
from bot.store.database import Database

type Exchange = tuple[Message, Sequence[Message]]
"""A message of a patient and the replies to it, as stored."""

TRIES = 2
log = structlog.get_logger(__name__)


class TurnTaker:
    """Takes patients' messages, those of one conversation strictly in order."""

    def __init__(  # noqa: PLR0913 (the way of a message passes each of these once)
        self,
        *,
        database: Database,
        ledger: Ledger,
        relay: Relay,
        responder: Responder,
        red_flags: RedFlags,
        after_treatment: AfterTreatment,
        brain: Brain,
        announcer: Announcer,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._relay = relay
        self._responder = responder
        self._red_flags = red_flags
        self._after_treatment = after_treatment
        self._brain = brain
        self._announcer = announcer
        self._running: set[asyncio.Task[dict[UUID, Exchange]]] = set()

    async def take(self, conversation: UUID, incoming: Incoming, *, token: str | None = None) -> Exchange:
        """Commit a message, see to it that it is replied to, and return both.

        A client that goes away in between changes nothing: the reply is written all the same.

        Raises:
            UnknownConversationError: A token is given and does not belong to the conversation, or there is none.
            MessageTooLongError: It holds more than 2,000 characters.
            MessageConflictError: Its id was received before with another body.
            ChoiceNotOfferedError: It is a choice that the server did not issue here.
        """
        message = await self._ledger.receive(conversation, incoming, token=token)
        if message.status != MessageStatus.RECEIVED:
            return await self._as_stored(message)
        answered = await asyncio.shield(self._in_background(conversation))
        return answered.get(message.id) or await self._as_stored(message)

    async def recover(self, *, waiting_for: timedelta | None = None) -> None:
        """Reply to what a crash or a failing database left without a reply; only after so long, if given."""
        for conversation in await self._ledger.conversations_with_pending(waiting_for=waiting_for):
            log.warning("recovering_conversation", conversation=str(conversation))
            try:
                await self._answer_pending(conversation)
            except Exception as error:  # noqa: BLE001 (the others must not wait for this one)
                log.error("recovery_failed", conversation=str(conversation), error=type(error).__name__)

    async def stop(self) -> None:
        """Break off what is under way, before the database closes; the next start takes it up again."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    def _in_background(self, conversation: UUID) -> asyncio.Task[dict[UUID, Exchange]]:
        task = asyncio.create_task(self._answer_pending(conversation))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _as_stored(self, message: Message) -> Exchange:
        """What became of a message that somebody else answered."""
        return await self._ledger.find(message.id) or message, await self._ledger.replies_to(message.id)

    async def _answer_pending(self, conversation: UUID) -> dict[UUID, Exchange]:
        """Whoever comes first answers for all that wait, oldest first; the others find it done."""
        answered: dict[UUID, Exchange] = {}
        async with self._database.conversation_lock(conversation):
            is_last = False
            # Looked up for each message anew: a person may take the conversation over in between.
            while not is_last and (waiting := await self._ledger.oldest_waiting(conversation)):
                answered[waiting.message.id] = waiting.message, await self._answer_unless_deleted(waiting)
                self._announcer.announce(conversation)
                is_last = waiting.is_last
        return answered

    async def _answer_unless_deleted(self, waiting: Waiting) -> Sequence[Message]:
        """A conversation may be deleted while a reply is on its way: nothing that refers to it can be stored then."""
        try:
            return await self._answer_whatever_happens(waiting)
        except IntegrityError as error:
            if await self._ledger.exists(waiting.message.conversation_id):
                raise
            raise UnknownConversationError from error

    async def _answer_whatever_happens(self, waiting: Waiting) -> Sequence[Message]:
        """A message that trips over a defect goes to the team; else all that is written after it would wait for it."""
        try:
            return await self._answer(waiting)
        except (UnknownConversationError, SQLAlchemyError):
            raise
        except Exception as error:  # noqa: BLE001 (said above)
            log.error("defect", message=str(waiting.message.id), error=type(error).__name__, at=place_of(error))
            return await self._close_as_unavailable(waiting.message, urgent=True)

    async def _answer(self, waiting: Waiting) -> Sequence[Message]:
        message = waiting.message
        flags = self._red_flags.check(message.text)
        if flags.level == "clear":
            return await self._close_as_emergency(message, flags)
        if waiting.holder == Holder.PERSON and await self._relay.leave_to_holder(message):
            return []
        if not message.choice and not normalise(message.text):
            return await self._ledger.close(message, [self._responder.fixed("empty", Kind.DECLINED)])
        if page := self._responder.page(message.choice, message.text):
            return await self._ledger.close(message, [page])
        return await self._ask_brain(message, flags, after_emergency=waiting.after_emergency)

    async def _ask_brain(self, message: Message, flags: RedFlagResult, *, after_emergency: bool) -> Sequence[Message]:
        for attempt in range(1, TRIES + 1):
            try:
                replies = await self._brain.turn(message, after_emergency=after_emergency)
            except BrainUnavailableError as error:
                log.warning("brain_failed", message=str(message.id), attempt=attempt, cause=str(error))
            else:
                return await self._ledger.close(message, self._with_report(message, self._understood(replies, flags)))
        return await self._close_as_unavailable(message, urgent=flags.level is not None)

    def _understood(self, replies: Sequence[Reply], flags: RedFlagResult) -> Sequence[Reply]:
        """With what the brain has no words for: its buttons, and red flags that were told in another language."""
        labelled = [self._responder.with_labels(reply) for reply in replies]
        return [self._responder.with_own_language(reply, flags) if _warns(reply) else reply for reply in labelled]

    def _with_report(self, message: Message, replies: Sequence[Reply]) -> Sequence[Reply]:
        """Whoever is offered a person, and tells what followed a treatment, is offered the form for it too."""
        offers = [reply for reply in replies if _offers_person(reply)]
        if not offers or not self._after_treatment.check(message.text):
            return replies
        return [self._responder.with_report(reply) if reply is offers[-1] else reply for reply in replies]

    async def _close_as_emergency(self, message: Message, flags: RedFlagResult) -> Sequence[Message]:
        cause = Cause(
            reason=HandoffReason.EMERGENCY,
            told=lambda handoff: [self._responder.warning(handoff, flags)],
            urgent=True,
        )
        return (await self._relay.pass_on(message, cause)).replies

    async def _close_as_unavailable(self, message: Message, *, urgent: bool) -> Sequence[Message]:
        cause = Cause(
            reason=HandoffReason.BRAIN_UNAVAILABLE,
            told=lambda handoff: [self._responder.unavailable(handoff)],
            urgent=urgent,
            status=MessageStatus.FAILED,
        )
        return (await self._relay.pass_on(message, cause)).replies


def _offers_person(reply: Reply) -> bool:
    return reply.kind == Kind.HANDOFF and reply.offers_person


def _warns(reply: Reply) -> bool:
    return reply.kind == Kind.HANDOFF and reply.handoff is not None and reply.handoff.urgent
