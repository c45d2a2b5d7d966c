"""The prep sheet's part in the chat: a form of three questions, each answer on the sheet as soon as it is given."""

from __future__ import annotations

from abc import abstractmethod

from rasa_sdk import Action

from actions.turn import Said, Turn, TurnAction
from bot.conversations.reply import Reply
from bot.conversations.responder import Responder
from bot.prep.sheet import CHAT_PARTS, PrepSheets


class PrepAction(TurnAction):
    """What the form says; words that come while it is not open begin it."""

    def __init__(self, responder: Responder, sheets: PrepSheets) -> None:
        super().__init__(responder)
        self.sheets = sheets

    async def say(self, turn: Turn) -> Said:
        """See `TurnAction`."""
        return await self.go_on(turn, turn.part) if turn.part else await self.begin(turn)

    @abstractmethod
    async def go_on(self, turn: Turn, part: str) -> Said:
        """What is said while the form asks for `part`."""

    async def begin(self, turn: Turn) -> Said:
        """Ask for the first part that is empty; what is on the sheet is not asked for."""
        part = await self.next_empty(turn, CHAT_PARTS)
        names = ("prep_start", f"prep_{part}") if part else ("prep_filled",)
        return Said((self.form(part, *names),), part)

    def form(self, part: str | None, *names: str) -> Reply:
        """These texts; with the way to the sheet if no part is asked for any more."""
        return self.responder.prep(*names) if part else self.responder.prep_end(*names)

    async def next_empty(self, turn: Turn, parts: tuple[str, ...]) -> str | None:
        """The first of these parts that holds no words yet."""
        filled = await self.sheets.of(turn.conversation)
        return next((part for part in parts if part not in filled), None)

    async def after(self, turn: Turn, part: str, *before: str) -> Said:
        """Ask for the next empty part, or say that this was the last; `before` names what is said first."""
        following = await self.next_empty(turn, CHAT_PARTS[CHAT_PARTS.index(part) + 1 :])
        name = f"prep_{following}" if following else await self.last_words(turn)
        return Said((self.form(following, *before, name),), following)

    async def last_words(self, turn: Turn) -> str:
        """The text for the end: only what is on the sheet is said to be."""
        return "prep_saved" if set(CHAT_PARTS) & set(await self.sheets.of(turn.conversation)) else "prep_empty"


class ActionStartPrep(PrepAction):
    """Open the form, or go on with it."""

    action_name = "action_start_prep"

    async def go_on(self, turn: Turn, part: str) -> Said:
        """See `PrepAction`."""
        del part
        return await self.begin(turn)


class ActionKeepPrep(PrepAction):
    """Put the patient's words on the sheet, uninterpreted."""

    action_name = "action_keep_prep"

    async def go_on(self, turn: Turn, part: str) -> Said:
        """See `PrepAction`; kept first, then said."""
        has_room = await self.sheets.add_words(turn.conversation, part, turn.text)
        return await self.after(turn, part, *(() if has_room else ("prep_no_room",)))


class ActionKeepPrepAndOffer(PrepAction):
    """Put the words on the sheet and offer a person too; the form goes on when that is settled."""

    action_name = "action_keep_prep_and_offer"

    async def go_on(self, turn: Turn, part: str) -> Said:
        """See `PrepAction`."""
        has_room = await self.sheets.add_words(turn.conversation, part, turn.text)
        following = (await self.after(turn, part)).part
        name = "prep_no_room" if not has_room else "prep_kept" if following else "prep_saved"
        offer = await self.responder.personal(turn.conversation, turn.message)
        return Said((self.form(following, name), offer), following)


class ActionSkipPrep(PrepAction):
    """Leave a part empty."""

    action_name = "action_skip_prep"

    async def go_on(self, turn: Turn, part: str) -> Said:
        """See `PrepAction`."""
        return await self.after(turn, part, "prep_skipped")


class ActionExplainPrep(PrepAction):
    """Ask for the same part in other words."""

    action_name = "action_explain_prep"

    async def go_on(self, turn: Turn, part: str) -> Said:
        """See `PrepAction`."""
        del turn
        return Said((self.responder.prep(f"prep_{part}_again"),), part)


class ActionRepeatPrep(PrepAction):
    """Ask for the same part once more."""

    action_name = "action_repeat_prep"

    async def go_on(self, turn: Turn, part: str) -> Said:
        """See `PrepAction`."""
        del turn
        return Said((self.responder.prep(f"prep_{part}"),), part)


class ActionStopPrep(PrepAction):
    """Close the form; what was said stays on the sheet."""

    action_name = "action_stop_prep"

    async def go_on(self, turn: Turn, part: str) -> Said:
        """See `PrepAction`."""
        del turn, part
        return Said((self.form(None, "prep_stopped"),), None)


def prep_actions(responder: Responder, sheets: PrepSheets) -> list[Action]:
    """All actions of the form."""
    kinds = (ActionStartPrep, ActionKeepPrep, ActionKeepPrepAndOffer, ActionSkipPrep, ActionExplainPrep)
    return [kind(responder, sheets) for kind in (*kinds, ActionRepeatPrep, ActionStopPrep)]
