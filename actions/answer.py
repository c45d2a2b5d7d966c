"""Answering, and asking back when two answers come close."""

from __future__ import annotations

from actions.turn import ReplyAction, Turn
from bot.conversations.reply import Reply


class ActionAnswer(ReplyAction):
    """Give the approved answer to the topic that was asked about, or that was chosen."""

    action_name = "action_answer"

    async def reply(self, turn: Turn) -> Reply:
        """See `ReplyAction`."""
        topic = turn.chosen or turn.decision.topic or ""
        return await self.responder.answer(turn.conversation, turn.message, topic, also=turn.decision.also)


class ActionClarify(ReplyAction):
    """Ask “did you mean”, once; the second time in a row a person is offered."""

    action_name = "action_clarify"

    async def reply(self, turn: Turn) -> Reply:
        """See `ReplyAction`."""
        if turn.is_second_failure:
            return await self.responder.not_understood(turn.conversation, turn.message)
        return await self.responder.clarify(turn.conversation, turn.message, turn.decision.suggestions)


class ActionNoneOfThese(ReplyAction):
    """None of the suggestions fitted."""

    action_name = "action_none_of_these"

    async def reply(self, turn: Turn) -> Reply:
        """See `ReplyAction`."""
        return await self.responder.not_understood(turn.conversation, turn.message)
