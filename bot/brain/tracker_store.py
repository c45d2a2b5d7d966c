"""Rasa's working memory of a conversation: one row, and no more in it than the next turn needs.

Rasa's SQL store keeps each event in a row and replays all of them for each message, so that turn 200 costs seven
times what turn 10 costs. What the rules and the form read is the end of the conversation only. The record of what was
said is the ledger in web; this can be thrown away.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, FollowupAction, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.pool import StaticPool

from bot.brain import environment
from bot.brain.shortcuts import event_class

TURNS_KEPT = 2
BUSY_MS = 5000

NOT_KEPT = (BotUttered, FollowupAction)
"""What was said and what had to follow: no rule asks for either, and they are a third of what a turn leaves."""

_METADATA = sa.MetaData()
CONVERSATIONS = sa.Table(
    "brain_conversations",
    _METADATA,
    sa.Column("id", sa.String(255), primary_key=True),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("changed_at", sa.Float, nullable=False, index=True),
)

# As text, which SQLite and PostgreSQL both read: SQLAlchemy 1.4 compiles an insert of its own anew for each message.
KEEP = sa.text(
    "INSERT INTO brain_conversations (id, events, changed_at) VALUES (:id, :events, :changed_at) "
    "ON CONFLICT (id) DO UPDATE SET events = excluded.events, changed_at = excluded.changed_at"
)
READ = sa.select(CONVERSATIONS.c.events).where(CONVERSATIONS.c.id == sa.bindparam("conversation"))


class SlimTrackerStore(TrackerStore):
    """Trackers in SQLite or PostgreSQL, cut down to what matters before they are kept."""

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,  # noqa: ANN401 - Rasa passes on what endpoints.yml holds
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self.engine = connect(host or environment.tracker_url())
        _METADATA.create_all(self.engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the end of a conversation."""
        events = json.dumps([event.as_dict() for event in slim(tracker)])
        row = {"id": tracker.sender_id, "events": events, "changed_at": time.time()}
        with self.engine.begin() as connection:
            connection.execute(KEEP, row)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation as it stands, or None."""
        with self.engine.connect() as connection:
            events = connection.execute(READ, {"conversation": sender_id}).scalar()
        if events is None:
            return None
        return DialogueStateTracker.from_events(sender_id, read_events(events), self.domain.slots)

    async def keys(self) -> Iterable[str]:
        """The ids of all conversations."""
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(CONVERSATIONS.c.id)).scalars())


def connect(url: str) -> sa.engine.Engine:
    """An engine for the address; SQLite in WAL mode, its folder made where it is missing."""
    address = sa.engine.make_url(url.replace("postgres://", "postgresql://", 1))
    # An error of the database must not carry a patient's words into a log.
    if not _is_sqlite(address):
        return sa.create_engine(address, hide_parameters=True, future=True, pool_pre_ping=True)
    # All of Rasa runs on one thread, so one connection serves; SQLAlchemy would open the file anew for each use.
    engine = sa.create_engine(address, hide_parameters=True, future=True, poolclass=StaticPool)
    _prepare_sqlite(engine, address.database)
    return engine


def slim(tracker: DialogueStateTracker) -> list[Event]:
    """The slots, the open form, and the events of the last turns.

    The cut is made before a turn's `action_listen`, so what is left is a conversation that Rasa can replay.
    """
    events = [event for event in tracker.events if not isinstance(event, NOT_KEPT)]
    start = _start(events)
    if start == 0:
        return events
    return [*_state_before(events[:start], tracker), *events[start:]]


def read_events(text: str) -> list[Event]:
    """What `slim` kept, as events again."""
    return [event for event in (_event(kept) for kept in json.loads(text)) if event is not None]


def _start(events: list[Event]) -> int:
    turns = [number for number, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) <= TURNS_KEPT:
        return 0
    start = turns[-TURNS_KEPT]
    while start > 0 and not _is_listening(events[start]):
        start -= 1
    return start


def _is_listening(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == "action_listen"


def _state_before(events: list[Event], tracker: DialogueStateTracker) -> Iterator[Event]:
    """The slots and the form as they stood at the cut."""
    slots: dict[str, Event] = {}
    loop: ActiveLoop | None = None
    for event in events:
        if isinstance(event, SlotSet):
            slots[event.key] = event
        elif isinstance(event, ActiveLoop):
            loop = event
    yield from (event for name, event in slots.items() if name in tracker.slots)
    if loop is not None and loop.name:
        # The form's own action stands before the event that opens it, as in a conversation.
        yield ActionExecuted(loop.name)
        yield loop


def _event(kept: dict[str, Any]) -> Event | None:
    kind = event_class(kept["event"], SlotSet)
    return kind._from_parameters(kept) if kind else None  # noqa: SLF001 - as Event.from_parameters does


def _is_sqlite(address: sa.engine.URL) -> bool:
    return bool(address.get_backend_name() == "sqlite")


def _prepare_sqlite(engine: sa.engine.Engine, database: str | None) -> None:
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)

    sa.event.listen(engine, "connect", _on_connect)


def _on_connect(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    # Working memory: a power cut may cost the last turn's, not the file.
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
