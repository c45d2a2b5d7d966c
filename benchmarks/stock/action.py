"""The one action of the stock project, copied into it: read the answer from SQLite and say it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

DATABASE = Path(__file__).resolve().parent.parent / "answers.db"
QUERY = "SELECT words FROM answers WHERE intent = ?"


class ActionAnswer(Action):  # type: ignore[misc]
    """Say the words that belong to the intent."""

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Read and say; as in Rasa's own examples, with a connection for each call."""
        del domain
        with closing(sqlite3.connect(DATABASE)) as database:
            (words,) = database.execute(QUERY, (tracker.latest_message["intent"]["name"],)).fetchone()
        dispatcher.utter_message(text=words)
        return []
