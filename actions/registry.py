"""The actions that web runs for Rasa, with the services they call."""

from __future__ import annotations

from rasa_sdk.executor import ActionExecutor

from actions.answer import ActionAnswer, ActionClarify, ActionNoneOfThese
from actions.fixed import ActionDecline, ActionSmalltalk
from actions.handoff import (
    ActionAcceptHandoff,
    ActionDeclineHandoff,
    ActionEmergency,
    ActionHandoff,
    ActionTalkToPerson,
)
from actions.prep import prep_actions
from bot.conversations.responder import Responder
from bot.prep.sheet import PrepSheets

RESPONDING = (
    ActionAnswer,
    ActionClarify,
    ActionNoneOfThese,
    ActionHandoff,
    ActionTalkToPerson,
    ActionEmergency,
    ActionAcceptHandoff,
    ActionDeclineHandoff,
    ActionSmalltalk,
    ActionDecline,
)


def make_executor(responder: Responder, sheets: PrepSheets) -> ActionExecutor:
    """An executor that knows every action of domain.yml."""
    executor = ActionExecutor()
    for action in RESPONDING:
        executor.register_action(action(responder))
    for prep_action in prep_actions(responder, sheets):
        executor.register_action(prep_action)
    return executor
