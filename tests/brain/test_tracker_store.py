"""What is kept of a conversation is enough for the next turn, and no more with turn 200 than with turn 10."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, FollowupAction, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.brain import environment
from bot.brain.tracker_store import SlimTrackerStore, read_events, slim


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.from_path(str(environment.ROOT / "domain.yml"))


@pytest.fixture
def store(domain: Domain, tmp_path: Path) -> Iterator[SlimTrackerStore]:
    made = SlimTrackerStore(domain, f"sqlite:///{tmp_path / 'deep' / 'brain.db'}")
    yield made
    made.engine.dispose()


def turn(number: int, *events: Event) -> list[Event]:
    return [
        ActionExecuted("action_listen"),
        UserUttered(f"question {number}", {"name": "risks", "confidence": 1.0}),
        ActionExecuted("action_answer"),
        BotUttered("words"),
        *events,
        FollowupAction("action_listen"),
    ]


def tracker(domain: Domain, events: list[Event], name: str = "c") -> DialogueStateTracker:
    return DialogueStateTracker.from_events(name, events, domain.slots)


def turns(count: int) -> list[Event]:
    return [event for number in range(count) for event in turn(number, SlotSet("subject", f"risks/{number}"))]


async def test_what_is_saved_is_read_back(store: SlimTrackerStore, domain: Domain) -> None:
    await store.save(tracker(domain, turns(2)))
    kept = await store.retrieve("c")
    assert kept is not None
    assert kept.latest_message is not None
    assert (kept.latest_message.text, kept.get_slot("subject")) == ("question 1", "risks/1")


async def test_an_unknown_conversation_is_none(store: SlimTrackerStore) -> None:
    assert await store.retrieve("nobody") is None
    assert list(await store.keys()) == []


async def test_saving_again_replaces_the_row(store: SlimTrackerStore, domain: Domain) -> None:
    await store.save(tracker(domain, turns(1)))
    await store.save(tracker(domain, turns(2)))
    assert list(await store.keys()) == ["c"]


def test_a_long_conversation_is_cut_to_its_last_turns(domain: Domain) -> None:
    kept = slim(tracker(domain, turns(50)))
    assert [event.text for event in kept if isinstance(event, UserUttered)] == [
        "question 48",
        "question 49",
    ]


def test_the_cut_keeps_slots_that_were_set_long_ago(domain: Domain) -> None:
    events = [*turn(0, SlotSet("failures", 1.0), SlotSet("prep_part", "matters")), *turns(40)]
    kept = tracker(domain, slim(tracker(domain, events)))
    assert (kept.get_slot("failures"), kept.get_slot("prep_part"), kept.get_slot("subject")) == (
        1.0,
        "matters",
        "risks/39",
    )


def test_the_cut_keeps_an_open_form(domain: Domain) -> None:
    opened = turn(0, ActionExecuted("some_form"), ActiveLoop("some_form"), SlotSet("prep_part", "reason"))
    whole = tracker(domain, [*opened, *turns(9)])
    kept = tracker(domain, slim(whole))
    assert kept.active_loop_name == whole.active_loop_name == "some_form"
    assert kept.get_slot("prep_part") == "reason"


def test_the_cut_keeps_a_closed_form_closed(domain: Domain) -> None:
    events = [*turn(0, ActiveLoop("some_form")), *turn(1, ActiveLoop(None)), *turns(9)]
    assert tracker(domain, slim(tracker(domain, events))).active_loop is None


def test_cutting_again_and_again_changes_nothing(domain: Domain) -> None:
    once = slim(tracker(domain, turns(20)))
    again = slim(tracker(domain, once))
    assert [event.as_dict() for event in again] == [event.as_dict() for event in once]


@pytest.mark.parametrize("count", [1, 50])
def test_what_was_said_and_what_had_to_follow_is_not_kept(domain: Domain, count: int) -> None:
    whole = tracker(domain, [*turns(count), ActionExecuted("action_listen")])
    kept = slim(whole)
    assert not any(isinstance(event, BotUttered | FollowupAction) for event in kept)
    again = tracker(domain, kept)
    assert again.followup_action is None
    assert again.past_states(domain)[-2:] == whole.past_states(domain)[-2:]


def test_each_kind_of_event_is_read_as_rasa_reads_it(domain: Domain) -> None:
    events = [*turns(2), ActiveLoop("some_form"), SlotSet("subject", None)]
    written = json.dumps([event.as_dict() for event in events])
    assert read_events(written) == events


async def test_turn_200_holds_what_turn_10_held(store: SlimTrackerStore, domain: Domain) -> None:
    """What a turn costs is what is written and read back: that must not grow. (Times are `make bench`'s business.)"""
    conversation, sizes = tracker(domain, []), []
    for number in range(200):
        conversation.update_with_events(turn(number % 10, SlotSet("subject", "risks/x")), domain)
        await store.save(conversation)
        conversation = await store.retrieve("c") or conversation
        sizes.append((len(conversation.events), size(store)))
    assert sizes[199][0] == sizes[9][0]
    assert sizes[199][1] <= 1.02 * sizes[9][1]


def size(store: SlimTrackerStore) -> int:
    with store.engine.connect() as connection:
        return int(connection.execute(sa.text("SELECT length(events) FROM brain_conversations")).scalar() or 0)


def test_sqlite_writes_ahead_and_waits(store: SlimTrackerStore) -> None:
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(sa.text("PRAGMA busy_timeout")).scalar() == 5000


async def test_a_database_error_carries_no_patient_text(store: SlimTrackerStore, domain: Domain) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE brain_conversations"))
    with pytest.raises(sa.exc.OperationalError) as error:
        await store.save(tracker(domain, turns(1)))
    assert "question" not in str(error.value)
