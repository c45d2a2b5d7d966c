"""The end of the form at an emergency that web answered, of which the brain never heard."""

from __future__ import annotations

from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import SlotSet

from bot.brain.form import PAUSED, PREP_PART

RESUME = "prep:start"
"""The button that opens the form at its first empty question; web has its words."""


async def end_form(store: TrackerStore, conversation: str) -> bool:
    """Close the form of a conversation, and say whether it was broken off; said again, it says the same.

    The next reply forgets the form for good.
    """
    tracker = await store.retrieve(conversation)
    if tracker is None or tracker.get_slot(PREP_PART) is None:
        return False
    tracker.update(SlotSet(PREP_PART, PAUSED))
    await store.save(tracker)
    return True


def with_resume(replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The replies with the button beside the last one, unless that asks a question of the form already."""
    *before, last = replies
    if last.get("kind") == "prep":
        return replies
    button = {"id": RESUME, "label": ""}
    return [*before, {**last, "choices": [*last.get("choices", ()), button]}]
