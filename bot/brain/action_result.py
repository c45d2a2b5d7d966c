"""What an action's result must look like, and a quick way to see that it does.

Rasa checks each result against a JSON schema, which it resolves and checks anew for each turn: two thirds of a turn's
time. The action endpoint checks by hand instead, and Rasa's check is put aside when the server starts.
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import RemoteAction

from bot.brain.replacing import replace
from bot.errors import AskwellError


class BrokenActionResultError(AskwellError):
    """The action server's answer is not what rasa-sdk writes."""

    def __init__(self) -> None:
        super().__init__("The action's result is not what rasa-sdk writes.")


def install() -> None:
    """Put Rasa's own check aside; results come checked from the action endpoint."""
    replace(RemoteAction, "_validate_action_result", _is_checked)


def check_result(result: object) -> dict[str, Any]:
    """The result, if it holds a list of events and a list of responses.

    Raises:
        BrokenActionResultError: It does not.
    """
    if not isinstance(result, dict):
        raise BrokenActionResultError
    events, responses = result.get("events", []), result.get("responses", [])
    if not _are_objects(events) or not _are_objects(responses) or not all("event" in event for event in events):
        raise BrokenActionResultError
    return result


def _are_objects(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, dict) for value in values)


def _is_checked(_: RemoteAction, result: dict[str, Any]) -> bool:
    return bool(result is not None)
