"""Emergencies that are typed into a sheet instead of the chat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.announcer import Announcer
from bot.conversations.hold import hold
from bot.conversations.ledger import Ledger
from bot.conversations.models import Message
from bot.conversations.responder import Responder
from bot.conversations.spoken import Spoken
from bot.handoffs.carried import carried
from bot.handoffs.models import Handoff, HandoffReason
from bot.handoffs.relay import Cause, Relay
from bot.handoffs.states import OPEN
from bot.prep.guide import Guides
from bot.safety.red_flags import RedFlagResult, RedFlags
from bot.safety.text import clean
from bot.store.database import Database

CHOICE = "prep:emergency"
"""Marks the words in the ledger as written on the sheet."""

SELF_HARM = "self_harm"


@dataclass(frozen=True)
class Alarm:
    """An emergency that the team has: the fixed words to show first, and the reference of its handoff."""

    words: Spoken
    self_harm: bool
    reference: str


@dataclass(frozen=True)
class _Seen:
    text: str
    flags: RedFlagResult


class EmergencyWatch:
    """Reads what a patient writes on the sheet as the chat reads messages, and leaves what the chat would leave.

    Only clear red flags count: a sheet is where patients write down what they had.
    """

    def __init__(  # noqa: PLR0913 (an alarm passes each of these once)
        self,
        *,
        database: Database,
        ledger: Ledger,
        relay: Relay,
        responder: Responder,
        announcer: Announcer,
        red_flags: RedFlags,
        guides: Guides,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._relay = relay
        self._responder = responder
        self._announcer = announcer
        self._red_flags = red_flags
        self._guides = guides

    async def look(self, conversation_id: UUID, texts: Iterable[str], language: str) -> Alarm | None:
        """Put an emergency in these texts before the team, and return what to show; none if there is none.

        A sheet is saved at each pause in typing, so one emergency comes many times: while its handoff is open,
        or if the same words led to one before, no other is made.
        """
        seen = self._seen(texts)
        if not seen:
            return None
        async with self._database.writing() as session:
            await hold(session, conversation_id)
            handoff = await self._known(session, conversation_id, seen) or await self._send(
                session, conversation_id, seen
            )
        self._announcer.announce(conversation_id)
        return self._alarm(handoff, seen, language)

    def _seen(self, texts: Iterable[str]) -> Sequence[_Seen]:
        """The texts with a clear red flag; despair first, whose words name one line more."""
        checked = [_Seen(text, self._red_flags.check(text)) for text in map(clean, texts)]
        clear = [seen for seen in checked if seen.flags.level == "clear"]
        return sorted(clear, key=lambda seen: seen.flags.category != SELF_HARM)

    async def _known(self, session: AsyncSession, conversation_id: UUID, seen: Sequence[_Seen]) -> Handoff | None:
        query = carried().where(Message.conversation_id == conversation_id, Message.choice == CHOICE)
        rows = (await session.execute(query.order_by(Message.seq.desc()))).all()
        return next((handoff for message, handoff in rows if self._covers(handoff, message.text, seen)), None)

    def _covers(self, handoff: Handoff, sent: str, seen: Sequence[_Seen]) -> bool:
        if sent == _words(seen):
            return True
        categories = {self._red_flags.check(text).category for text in sent.splitlines()}
        return handoff.state in OPEN and categories >= {item.flags.category for item in seen}

    async def _send(self, session: AsyncSession, conversation_id: UUID, seen: Sequence[_Seen]) -> Handoff:
        """What an emergency in the chat leaves: the words, an urgent handoff, and the reply, in one transaction."""
        message = await self._ledger.note_within(session, conversation_id, _words(seen), choice=CHOICE)
        cause = Cause(
            reason=HandoffReason.EMERGENCY,
            told=lambda handoff: [self._responder.warning(handoff, seen[0].flags)],
            urgent=True,
        )
        return (await self._relay.pass_on_within(session, message, cause)).handoff

    def _alarm(self, handoff: Handoff, seen: Sequence[_Seen], language: str) -> Alarm:
        """In the language of the words, and in the page's."""
        despair = seen[0].flags.category == SELF_HARM
        names = dict.fromkeys(map(self._guides.best_language, (seen[0].flags.language, language)))
        guides = {name: self._guides.in_language(name) for name in names}
        texts = {name: guide.self_harm if despair else guide.emergency for name, guide in guides.items()}
        passages = ((name, text.format(reference=handoff.reference)) for name, text in texts.items())
        return Alarm(Spoken.in_turn(*passages), despair, handoff.reference)


def _words(seen: Sequence[_Seen]) -> str:
    """One line for each text, so that each can be told from the next."""
    return "\n".join(" ".join(item.text.split()) for item in seen)
