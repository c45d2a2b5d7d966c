"""What Rasa works out anew for each message although it never changes, worked out once."""

from __future__ import annotations

from functools import cache

from rasa.core.agent import Agent
from rasa.shared.core.events import Event

from bot.brain.replacing import replace

_resolve = Event.resolve_by_type


@cache
def event_class(name: str, default: type[Event] | None = None) -> type[Event] | None:
    """The class of an event by the name it is kept under; Rasa walks all subclasses for each event.

    Raises:
        ValueError: There is none, and no default.
    """
    found: type[Event] | None = _resolve(name, default)
    return found


def install(agent: Agent) -> None:
    """Shorten the ways of a loaded agent, and of all events."""
    replace(Event, "resolve_by_type", staticmethod(event_class))
    if agent.domain is not None and not agent.domain.is_empty():
        # For each message Rasa makes an empty domain and compares it with ours as dictionaries.
        replace(agent.domain, "is_empty", _no)


def _no() -> bool:
    return False
