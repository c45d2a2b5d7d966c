"""The command line's part on answers: ./askwell answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bot.cli.terminal import console, prepared_database, read_settings

if TYPE_CHECKING:
    from bot.answers.catalogue import Catalogue

app = typer.Typer(no_args_is_help=True, help="The answers that patients are given.")


@app.command()
def load(folder: Annotated[Path | None, typer.Argument(exists=True, file_okay=False)] = None) -> None:
    """Take in the answer files; what changed becomes a new revision."""
    from bot.running.preparation import Preparation

    preparation = Preparation(read_settings(), console)
    asyncio.run(preparation.database())
    asyncio.run(preparation.answers(folder))


@app.command(name="list")
def list_answers() -> None:
    """List the answers that patients can read now."""
    table = Table("id", "title", "revision", "review due")
    for revision in _from_catalogue(lambda catalogue: catalogue.published()):
        table.add_row(revision.answer_id, revision.title, str(revision.number), str(revision.review_due))
    console.print(table)


@app.command()
def show(answer_id: str) -> None:
    """Show an answer in full, with its revisions."""
    from rich.markdown import Markdown

    revisions = _from_catalogue(lambda catalogue: catalogue.history(answer_id))
    newest = revisions[0]
    console.print(f"[bold]{newest.title}[/]  {newest.label}  {newest.status}")
    console.print(Markdown(newest.body))
    for source in newest.sources:
        console.print(f"  source: {source['title']}, {source['publisher']} {source['url'] or ''}")
    for revision in revisions:
        console.print(f"  revision {revision.number}: {revision.status}, {revision.created_at:%Y-%m-%d}")


def _from_catalogue[T](read: Callable[[Catalogue], Awaitable[T]]) -> T:
    return asyncio.run(_read(read))


async def _read[T](read: Callable[[Catalogue], Awaitable[T]]) -> T:
    from bot.answers.catalogue import Catalogue

    settings = read_settings()
    async with prepared_database(settings) as database:
        return await read(Catalogue(database, publish_starters=settings.mode == "demo", zone=settings.zone))
