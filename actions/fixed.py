"""Replies in fixed words: small talk, and what the assistant does not do."""

from __future__ import annotations

from actions.turn import ReplyAction, Turn
from bot.conversations.reply import Kind, Reply


class ActionSmalltalk(ReplyAction):
    """Return a greeting, thanks, and the like; each intent has the text of its name."""

    action_name = "action_smalltalk"

    async def reply(self, turn: Turn) -> Reply:
        """See `ReplyAction`."""
        return self.responder.fixed(turn.intent, Kind.SMALLTALK)


class ActionDecline(ReplyAction):
    """Say what the assistant cannot do; each intent has the text of its name."""

    action_name = "action_decline"

    async def reply(self, turn: Turn) -> Reply:
        """See `ReplyAction`; after two failures in a row a person is offered."""
        if turn.intent == "other_language":
            return await self.responder.other_language(turn.conversation, turn.message, turn.text)
        if turn.is_second_failure:
            return await self.responder.not_understood(turn.conversation, turn.message)
        return self.responder.fixed(turn.intent, Kind.DECLINED)
