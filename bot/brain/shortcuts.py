"""What Rasa works out anew for each message although it never changes, worked out once."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

from rasa.core import processor
from rasa.core.agent import Agent
from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from bot.brain.replacing import replace

COPYING_FOR_LOGS = (processor, rule_policy)
"""Modules of Rasa's that copy deeply what they would log at DEBUG, for each message, and nothing else."""

_resolve = Event.resolve_by_type
_by_rules = RulePolicy._find_action_from_rules  # noqa: SLF001 - the part that is called twice


@cache
def event_class(name: str, default: type[Event] | None = None) -> type[Event] | None:
    """The class of an event by the name it is kept under; Rasa walks all subclasses for each event.

    Raises:
        ValueError: There is none, and no default.
    """
    found: type[Event] | None = _resolve(name, default)
    return found


def by_intent(
    policy: RulePolicy,
    tracker: DialogueStateTracker,
    domain: Domain,
    use_text_for_last_user_input: bool,  # noqa: FBT001 - Rasa's signature
) -> tuple[str | None, str | None, bool]:
    """The action that a rule names; Rasa first looks for a rule that holds the patient's very words, and none does."""
    if use_text_for_last_user_input:
        return None, None, False
    found: tuple[str | None, str | None, bool] = _by_rules(policy, tracker, domain, use_text_for_last_user_input)
    return found


def install(agent: Agent) -> None:
    """Shorten the ways of a loaded agent, and of all events."""
    replace(Event, "resolve_by_type", staticmethod(event_class))
    replace(RulePolicy, "_find_action_from_rules", by_intent)
    for module in COPYING_FOR_LOGS:
        replace(module, "copy", SimpleNamespace(deepcopy=_as_it_is))
    if agent.domain is not None and not agent.domain.is_empty():
        # For each message Rasa makes an empty domain and compares it with ours as dictionaries.
        replace(agent.domain, "is_empty", _no)


def _no() -> bool:
    return False


def _as_it_is(logged: object) -> object:
    return logged
