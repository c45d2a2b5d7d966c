"""A dossier as the command line prints it: for people, unable to steer their terminal, and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.markup import escape

if TYPE_CHECKING:
    from bot.conversations.models import Message
    from bot.handoffs.dossier import Dossier
    from bot.handoffs.models import Handoff
    from bot.prep.shared import SharedSheet


def summary(handoff: Handoff) -> dict[str, Any]:
    """A handoff without a word of its patient's, as JSON."""
    return {
        "reference": handoff.reference,
        "state": handoff.state,
        "reason": handoff.reason,
        "urgent": handoff.urgent,
        "created_at": handoff.created_at.isoformat(),
        "taken_by": handoff.taken_by,
    }


def as_object(dossier: Dossier) -> dict[str, Any]:
    """All that the team may read, as JSON; nothing of what the patient has not agreed to send."""
    events = [
        {"at": event.at.isoformat(), "actor": event.actor, "old_state": event.old_state, "new_state": event.new_state}
        for event in dossier.events
    ]
    return summary(dossier.handoff) | _sent(dossier) | {"events": events}


def _sent(dossier: Dossier) -> dict[str, Any]:
    if _is_unsent(dossier):
        return {"contact": None, "messages": [], "older_messages": False, "attachments": []}
    handoff = dossier.handoff
    return {
        "contact": {"way": handoff.contact_way, "detail": handoff.contact_detail},
        "messages": [_message(message, dossier) for message in dossier.shares],
        "older_messages": dossier.shares_more,
        "attachments": [{"kind": item.kind, "content": item.content} for item in dossier.attachments],
    }


def _message(message: Message, dossier: Dossier) -> dict[str, Any]:
    urgent = dossier.alarms.get(message.id)
    return {
        "created_at": message.created_at.isoformat(),
        "text": message.text,
        "urgent": urgent and urgent.reference,
    }


def lines(dossier: Dossier, zone: ZoneInfo) -> list[str]:
    """All that the team may read, in rich's markup; times are those of `zone`."""
    handoff = dossier.handoff
    urgent = "[red]urgent[/]  " if handoff.urgent else ""
    taken_by = f"  taken by {escape(handoff.taken_by)}" if handoff.taken_by else ""
    return [
        f"[bold]{handoff.reference}[/]  {urgent}{handoff.state}  {handoff.reason.replace('_', ' ')}{taken_by}",
        *_shared(dossier, zone),
        *(
            f"  {_at(item.at, zone)}  {item.old_state or 'new'} → {item.new_state}, {escape(item.actor)}"
            for item in dossier.events
        ),
    ]


def _shared(dossier: Dossier, zone: ZoneInfo) -> list[str]:
    """Nothing of what the patient has not agreed to send."""
    from bot.prep.shared import SharedSheet

    handoff, sheet = dossier.handoff, SharedSheet.in_dossier(dossier)
    if _is_unsent(dossier):
        return ["  The patient has not agreed to send this: their words are not shown."]
    older = ["  (Older messages are not shared.)"] if dossier.shares_more else []
    words = [
        f"  {_at(message.created_at, zone)}  {_alarm(message, dossier)}{_visible(message.text)}"
        for message in dossier.shares
    ]
    attached = [f"  attached: {item.kind.replace('_', ' ')}" for item in dossier.attachments]
    return [
        f"  reply by {handoff.contact_way} {escape(handoff.contact_detail or '')}".rstrip(),
        *older,
        *words,
        *attached,
        *(_sheet(sheet, zone) if sheet else ()),
    ]


def _sheet(sheet: SharedSheet, zone: ZoneInfo) -> list[str]:
    changed = f", last changed {_at(sheet.updated_at, zone)}" if sheet.updated_at else ""
    asked = [f"{item.text} ({_at(item.asked_at, zone)}, {item.reference or 'not sent'})" for item in sheet.for_provider]
    read = [f"{item.title} ({item.revision}, {_at(item.read_at, zone)})" for item in sheet.read]
    return [
        f"  [bold]prep sheet[/] ({sheet.language}{changed})",
        *(line for part in sheet.parts for line in _headed(part.label, [part.text])),
        *_headed("Most important questions", sheet.top_questions, listed=True),
        *_headed("Other questions" if sheet.top_questions else "Questions", sheet.other_questions, listed=True),
        *_headed("Things to talk about", sheet.talk_about, listed=True),
        *_headed("Asked in the chat, for a provider", asked, listed=True),
        *_headed("Answers read", read, listed=True),
        *(["    (The patient wrote nothing on it.)"] if sheet.is_empty else []),
    ]


def _headed(title: str, items: Sequence[str], *, listed: bool = False) -> list[str]:
    """The items below their title, if there are any."""
    dash = "- " if listed else ""
    return (
        [f"    [bold]{_visible(title)}[/]", *(f"      {dash}{_visible(item, margin=8)}" for item in items)]
        if items
        else []
    )


def _is_unsent(dossier: Dossier) -> bool:
    from bot.handoffs.states import UNSENT

    return dossier.handoff.state in UNSENT


def _alarm(message: Message, dossier: Dossier) -> str:
    """That a message went to the team as urgent, and by which handoff."""
    from bot.handoffs.models import HandoffReason

    if (urgent := dossier.alarms.get(message.id)) is None:
        return ""
    kind = "EMERGENCY" if urgent.reason == HandoffReason.EMERGENCY else "URGENT"
    return f"[bold red]{kind}, {urgent.reference}:[/] "


def _visible(text: str, *, margin: int = 6) -> str:
    """A patient's words, unable to steer the terminal or to look like a line of ours."""
    shown = ("".join(sign if sign.isprintable() else " " for sign in line) for line in text.splitlines())
    return escape(f"\n{' ' * margin}".join(shown))


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
