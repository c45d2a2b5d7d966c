"""What a patient is told of a handoff: its reference, and when to expect a reply."""

from __future__ import annotations

from bot.conversations.phrases import Phrases
from bot.conversations.reply import HandoffNote, Kind, Reply
from bot.handoffs.hours import ReplyTimes
from bot.handoffs.models import Handoff


class Notices:
    """Fixed texts about one handoff, as it is at this moment."""

    def __init__(self, phrases: Phrases, times: ReplyTimes) -> None:
        self._phrases = phrases
        self._times = times

    def about(self, handoff: Handoff, name: str, *, kind: Kind = Kind.HANDOFF) -> Reply:
        """The text called `name`, said of this handoff."""
        expected = self._times.outlook().reply_expected
        return Reply(
            kind=kind,
            text=self._phrases.say(name, reference=handoff.reference, reply_expected=expected),
            handoff=HandoffNote(reference=handoff.reference, urgent=handoff.urgent),
        )
