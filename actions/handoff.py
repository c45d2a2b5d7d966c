"""Handing a question to a person."""

from __future__ import annotations

from actions.turn import ReplyAction, Turn
from bot.conversations.reply import Reply


class ActionHandoff(ReplyAction):
    """Offer a provider for a question about the patient's own body."""

    action_name = "action_handoff"

    async def reply(self, turn: Turn) -> Reply:
        """See `ReplyAction`; a possible red flag is sent at once, without asking."""
        if turn.decision.triage and turn.decision.triage.label == "emergency":
            return await self.responder.red_flag(turn.conversation, turn.message)
        return await self.responder.personal(turn.conversation, turn.message)


class ActionTalkToPerson(ReplyAction):
    """Offer a person because the patient wants one."""

    action_name = "action_talk_to_person"

    async def reply(self, turn: Turn) -> Reply:
        """See `ReplyAction`."""
        return await self.responder.person(turn.conversation, turn.message)


class ActionEmergency(ReplyAction):
    """Give the emergency text for what only the trained head recognised."""

    action_name = "action_emergency"

    async def reply(self, turn: Turn) -> Reply:
        """See `ReplyAction`."""
        return await self.responder.emergency_found_by_brain(turn.conversation, turn.message)


class ActionAcceptHandoff(ReplyAction):
    """Have the patient look at what would be shared before they send the offered handoff."""

    action_name = "action_accept_handoff"

    async def reply(self, turn: Turn) -> Reply:
        """See `ReplyAction`."""
        return await self.responder.accept_handoff(turn.conversation)


class ActionDeclineHandoff(ReplyAction):
    """Do not send the offered handoff."""

    action_name = "action_decline_handoff"

    async def reply(self, turn: Turn) -> Reply:
        """See `ReplyAction`."""
        return await self.responder.decline_handoff(turn.conversation)
