"""The end of the form at an emergency that web answered, of which the brain never heard."""

from __future__ import annotations

from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.brain.conversation import PREP_FORM

ENDS = frozenset({"action_save_prep", "utter_prep_stopped"})
"""Actions that end the form as the patient wanted it."""

RESUME = "prep:start"
"""The button that opens the form at its first empty question; web has its words."""


async def end_form(store: TrackerStore, conversation: str) -> bool:
    """Close the form of a conversation, keep its slots, and say whether it was broken off.

    It may have been closed by the brain's own rule for emergencies: then there is nothing to do but to say so.
    """
    tracker = await store.retrieve(conversation)
    if tracker is None or not is_unfinished(tracker):
        return False
    if tracker.active_loop_name:
        tracker.update(ActiveLoop(None))
        tracker.update(SlotSet(REQUESTED_SLOT, None))
        await store.save(tracker)
    return True


def is_unfinished(tracker: DialogueStateTracker) -> bool:
    """Whether the form was opened and neither saved nor stopped since."""
    for event in reversed(tracker.events):
        if isinstance(event, ActionExecuted) and event.action_name in ENDS:
            return False
        if isinstance(event, ActiveLoop) and event.name == PREP_FORM:
            return True
    return False


def with_resume(replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The replies with the button beside the last one, unless that asks a question of the form already."""
    *before, last = replies
    if last.get("kind") == "prep":
        return replies
    button = {"id": RESUME, "label": ""}
    return [*before, {**last, "choices": [*last.get("choices", ()), button]}]
