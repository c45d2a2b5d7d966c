"""The prep sheet's part in the chat."""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet

from actions.turn import Turn, TurnAction
from bot.conversations.reply import Kind, Reply
from bot.conversations.responder import Responder
from bot.prep.sheet import CHAT_PARTS, PrepSheets


class ActionAskPrep(TurnAction):
    """Ask for one part of the sheet."""

    def __init__(self, responder: Responder, part: str) -> None:
        super().__init__(responder)
        self.action_name = f"action_ask_prep_{part}"
        self._text = f"prep_{part}"

    async def reply(self, turn: Turn) -> Reply:
        """See `TurnAction`."""
        del turn
        return self.responder.fixed(self._text, Kind.PREP)


class ActionSavePrep(TurnAction):
    """Put what the form collected on the patient's sheet."""

    action_name = "action_save_prep"

    def __init__(self, responder: Responder, sheets: PrepSheets) -> None:
        super().__init__(responder)
        self._sheets = sheets

    async def reply(self, turn: Turn) -> Reply:
        """See `TurnAction`; saved first, then said."""
        filled = {part: str(turn.slots[f"prep_{part}"]) for part in CHAT_PARTS if turn.slots.get(f"prep_{part}")}
        await self._sheets.save(turn.conversation, filled)
        return self.responder.fixed("prep_saved", Kind.PREP)

    def remember(self, turn: Turn, reply: Reply) -> list[EventType]:
        """Empty the form, so that it can be filled in again."""
        return [*super().remember(turn, reply), *(SlotSet(f"prep_{part}", None) for part in CHAT_PARTS)]
