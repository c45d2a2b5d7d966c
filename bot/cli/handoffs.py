"""The command line's part on handoffs: ./askwell handoffs.

It works on the database itself, so it needs no running assistant; one that runs sees each change at its next look.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.terminal import account, console, prepared_database, read_settings

if TYPE_CHECKING:
    from bot.conversations.models import Message
    from bot.handoffs.desk import Desk
    from bot.handoffs.dossier import Dossier
    from bot.handoffs.models import Handoff, HandoffState
    from bot.settings import Settings
    from bot.store.database import Database

app = typer.Typer(no_args_is_help=True, help="What patients sent to the team.")
Reference = Annotated[str, typer.Argument(metavar="REF", help="Such as AW7K-3Q2X; small letters and no dash will do.")]
As = Annotated[str, typer.Option("--as", metavar="NAME", help="Your name, as the patient is told.")]


@app.command(name="list")
def list_handoffs(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Those that are closed or were never sent, too.")] = False,
    state: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: a list of objects.")] = False,
) -> None:
    """List what is open: urgent ones first, then the oldest. No patient's words are shown."""
    states = _states(state, everything=everything)
    handoffs = _at_desk(lambda desk: desk.listed(states))
    if as_json:
        sys.stdout.write(json.dumps([_as_json(handoff) for handoff in handoffs], indent=2) + "\n")
    else:
        console.print(_table(handoffs))


@app.command()
def show(reference: Reference) -> None:
    """Show one: what the patient shared, how to reach them, and what became of it. That you looked is put on record."""
    dossier = asyncio.run(_dossier(reference))
    for line in _lines(dossier, read_settings().zone):
        console.print(line, highlight=False, soft_wrap=True)


@app.command()
def claim(reference: Reference, name: As) -> None:
    """Take one; the assistant is silent in that chat until you return or resolve it."""
    handoff = _at_desk(lambda desk: desk.claim(reference, name))
    _done(f"{handoff.reference} is yours, {handoff.taken_by}")


@app.command()
def reply(
    reference: Reference,
    text: Annotated[str, typer.Argument(help='Your words; "-" reads them from standard input.')],
    name: As,
) -> None:
    """Write to the patient, in the chat."""
    words = sys.stdin.read() if text == "-" else text
    _at_desk(lambda desk: desk.reply(reference, name, words))
    _done("sent")


@app.command(name="return")
def return_(reference: Reference, name: As) -> None:
    """Give one back to the team; the assistant speaks again."""
    handoff = _at_desk(lambda desk: desk.return_(reference, name))
    _done(f"{handoff.reference} is with the team again")


@app.command()
def resolve(reference: Reference, name: As) -> None:
    """Close one; the assistant speaks again."""
    handoff = _at_desk(lambda desk: desk.resolve(reference, name))
    _done(f"{handoff.reference} is closed")


def _states(name: str | None, *, everything: bool) -> Sequence[HandoffState]:
    from bot.handoffs.models import HandoffState
    from bot.handoffs.states import OPEN

    if name is None:
        return list(HandoffState) if everything else list(OPEN)
    if name not in set(HandoffState):
        raise typer.BadParameter(f"one of {', '.join(HandoffState)}", param_hint="--state")
    return [HandoffState(name)]


def _at_desk[T](work: Callable[[Desk], Awaitable[T]]) -> T:
    return asyncio.run(_work(work))


async def _work[T](work: Callable[[Desk], Awaitable[T]]) -> T:
    settings = read_settings()
    async with prepared_database(settings) as database:
        return await work(_desk(settings, database))


def _desk(settings: Settings, database: Database) -> Desk:
    from bot.conversations.announcer import Announcer
    from bot.conversations.ledger import Ledger
    from bot.conversations.phrases import Phrases
    from bot.handoffs.desk import Desk
    from bot.handoffs.hours import ReplyTimes
    from bot.handoffs.notices import Notices

    phrases = Phrases(settings)
    notices = Notices(phrases, ReplyTimes(settings, phrases))
    return Desk(database, Ledger(database), notices, Announcer())


async def _dossier(reference: str) -> Dossier:
    from bot.handoffs.dossier import Dossiers
    from bot.privacy.looks import Looks
    from bot.privacy.models import LookKind

    settings = read_settings()
    async with prepared_database(settings) as database:
        handoff = await _desk(settings, database).find(reference)
        await Looks(database).record(handoff.conversation_id, account(), LookKind.HANDOFF, handoff.reference)
        return await Dossiers(database).of(handoff)


def _as_json(handoff: Handoff) -> dict[str, Any]:
    return {
        "reference": handoff.reference,
        "state": handoff.state,
        "reason": handoff.reason,
        "urgent": handoff.urgent,
        "created_at": handoff.created_at.isoformat(),
        "taken_by": handoff.taken_by,
    }


def _table(handoffs: Sequence[Handoff]) -> Table:
    from bot.store.base import now

    moment = now()
    alarms = {handoff.conversation_id: handoff.reference for handoff in handoffs if handoff.urgent}
    table = Table("reference", "state", "reason", "urgent", "age", "taken by")
    for handoff in handoffs:
        row = (handoff.reference, handoff.state, handoff.reason.replace("_", " "))
        age = readable(moment - handoff.created_at)
        alarm = alarms.get(handoff.conversation_id)
        urgent = "yes" if handoff.urgent else f"see {alarm}" if alarm else ""
        table.add_row(*row, urgent, age, escape(handoff.taken_by or ""))
    return table


def readable(age: timedelta) -> str:
    """An age in its two largest units.

    >>> readable(timedelta(hours=50, minutes=7))
    '2 d 2 h'
    """
    minutes = int(age.total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def _lines(dossier: Dossier, zone: ZoneInfo) -> list[str]:
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
    from bot.handoffs.states import UNSENT

    handoff = dossier.handoff
    if handoff.state in UNSENT:
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
    ]


def _alarm(message: Message, dossier: Dossier) -> str:
    """That a message went to the team as urgent, and by which handoff."""
    from bot.handoffs.models import HandoffReason

    if (urgent := dossier.alarms.get(message.id)) is None:
        return ""
    kind = "EMERGENCY" if urgent.reason == HandoffReason.EMERGENCY else "URGENT"
    return f"[bold red]{kind}, {urgent.reference}:[/] "


def _visible(text: str) -> str:
    """A patient's words, unable to steer the terminal or to look like a line of ours."""
    lines = ("".join(sign if sign.isprintable() else " " for sign in line) for line in text.splitlines())
    return escape("\n      ".join(lines))


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _done(what: str) -> None:
    console.print(f"[green]✓[/] {escape(what)}", highlight=False)
