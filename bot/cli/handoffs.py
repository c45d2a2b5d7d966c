"""The command line's part on handoffs: ./askwell handoffs.

It works on the database itself, so it needs no running assistant; one that runs sees each change at its next look.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.dossiers import as_object, lines, summary
from bot.cli.terminal import account, console, prepared_database, read_settings

if TYPE_CHECKING:
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
        sys.stdout.write(json.dumps([summary(handoff) for handoff in handoffs], indent=2) + "\n")
    else:
        console.print(_table(handoffs))


@app.command()
def show(
    reference: Reference,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one object.")] = False,
) -> None:
    """Show one: what the patient shared, the prep sheet too, how to reach them, and what became of it.

    That you looked is put on record.
    """
    dossier = asyncio.run(_dossier(reference))
    if as_json:
        sys.stdout.write(json.dumps(as_object(dossier), indent=2) + "\n")
        return
    for line in lines(dossier, read_settings().zone):
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


def _done(what: str) -> None:
    console.print(f"[green]✓[/] {escape(what)}", highlight=False)
