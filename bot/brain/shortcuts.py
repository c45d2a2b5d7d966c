"""Steps of a turn that Rasa takes the long way, replaced when the server starts.

Each replacement does the same job; what it saves was measured, and a test holds it against Rasa's own.
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import RemoteAction

from bot.errors import AskwellError


class BrokenActionResultError(AskwellError):
    """The action server's answer is not what rasa-sdk writes."""

    def __init__(self) -> None:
        super().__init__("The action's result is not what rasa-sdk writes.")


def install() -> None:
    """Put the short ways in place."""
    RemoteAction._validate_action_result = check_result  # type: ignore[method-assign]  # noqa: SLF001


def check_result(_: RemoteAction, result: dict[str, Any]) -> bool:
    """Whether an action's result holds a list of events and a list of responses.

    Rasa checks it with a JSON schema, which it resolves and checks anew for each turn: two thirds of a turn's time.

    Raises:
        BrokenActionResultError: It does not.
    """
    events, responses = result.get("events", []), result.get("responses", [])
    if not _are_objects(events) or not _are_objects(responses) or not all("event" in event for event in events):
        raise BrokenActionResultError
    return True


def _are_objects(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, dict) for value in values)
