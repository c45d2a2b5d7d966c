"""What becomes of the form when web answers an emergency, of which the brain never hears."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.brain import environment
from bot.brain.form_end import end_form, with_resume
from bot.brain.tracker_store import SlimTrackerStore

OPEN = [
    ActionExecuted("action_listen"),
    UserUttered("make my prep sheet", {"name": "start_prep", "confidence": 1.0}),
    ActionExecuted("action_start_prep"),
    SlotSet("prep_part", "matters"),
    ActionExecuted("action_listen"),
]
NEXT_REPLY = [ActionExecuted("action_answer"), SlotSet("prep_part", None)]


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.from_path(str(environment.ROOT / "domain.yml"))


@pytest.fixture
def store(domain: Domain, tmp_path: Path) -> Iterator[SlimTrackerStore]:
    made = SlimTrackerStore(domain, f"sqlite:///{tmp_path / 'brain.db'}")
    yield made
    made.engine.dispose()


def tracker(domain: Domain, *events: Event) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("c", list(events), domain.slots)


async def test_the_form_is_broken_off_until_the_next_reply_forgets_it(store: SlimTrackerStore, domain: Domain) -> None:
    await store.save(tracker(domain, *OPEN))
    assert await end_form(store, "c")
    kept = await store.retrieve("c")
    assert kept
    assert kept.get_slot("prep_part") == "paused"
    kept.update_with_events(NEXT_REPLY, domain)
    await store.save(kept)
    assert not await end_form(store, "c")


async def test_ending_it_twice_says_the_same(store: SlimTrackerStore, domain: Domain) -> None:
    await store.save(tracker(domain, *OPEN))
    assert [await end_form(store, "c") for _ in range(2)] == [True, True]


async def test_there_may_be_no_form_and_no_conversation(store: SlimTrackerStore, domain: Domain) -> None:
    await store.save(tracker(domain, ActionExecuted("action_listen")))
    assert [await end_form(store, name) for name in ("c", "nobody")] == [False, False]


def test_the_way_back_stands_beside_the_last_reply() -> None:
    first, last = {"kind": "answer", "choices": []}, {"kind": "answer", "choices": [{"id": "x", "label": "X"}]}
    resumed = with_resume([first, last])
    assert resumed == [
        first,
        {"kind": "answer", "choices": [{"id": "x", "label": "X"}, {"id": "prep:start", "label": ""}]},
    ]


def test_whoever_goes_on_by_themselves_needs_no_way_back() -> None:
    assert with_resume([{"kind": "prep", "text": "What matters most?"}]) == [
        {"kind": "prep", "text": "What matters most?"}
    ]
