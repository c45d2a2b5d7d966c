"""The command line's part on patients' rights: ./askwell privacy."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from bot.cli.terminal import account, console, prepared_database, read_settings

if TYPE_CHECKING:
    from bot.privacy.desk import PrivacyDesk
    from bot.privacy.models import DeletionReceipt

app = typer.Typer(no_args_is_help=True, help="What is kept of patients: copies, deletion, and for how long.")


class ExportFormat(StrEnum):
    """How an export is written."""

    JSON = "json"
    FHIR = "fhir"


@app.command()
def purge() -> None:
    """Delete the conversations that nobody has used for ASKWELL_RETENTION_DAYS."""
    count = asyncio.run(_at_desk(lambda desk: desk.retention.purge()))
    console.print(f"[green]✓[/] conversations deleted: {count}", highlight=False)


@app.command(name="delete")
def delete_conversation(code_or_id: str) -> None:
    """Delete one conversation, named by its private code or its id."""

    async def delete(desk: PrivacyDesk) -> DeletionReceipt:
        return await desk.deletion.delete(await desk.find(code_or_id))

    _print_receipt(asyncio.run(_at_desk(delete)))


@app.command(name="export")
def export_conversation(
    code_or_id: str,
    form: Annotated[ExportFormat, typer.Option("--format", help="JSON, or a FHIR R4 Bundle.")] = ExportFormat.JSON,
) -> None:
    """Print everything that is held of one conversation."""

    async def export(desk: PrivacyDesk) -> dict[str, Any]:
        from bot.privacy.desk import ExportForm

        return await desk.export(await desk.find(code_or_id), ExportForm(form), actor=account())

    sys.stdout.write(json.dumps(asyncio.run(_at_desk(export)), ensure_ascii=False, indent=2) + "\n")


@app.command()
def receipt(receipt_id: UUID) -> None:
    """Confirm a deletion by the number of its receipt."""
    _print_receipt(asyncio.run(_at_desk(lambda desk: desk.deletion.receipt(receipt_id))))


@app.command()
def receipts() -> None:
    """Print all receipts, one a line: what `repeat` needs after a backup is restored."""
    from bot.privacy.receipts import as_line

    for receipt in asyncio.run(_at_desk(lambda desk: desk.deletion.receipts())):
        sys.stdout.write(as_line(receipt) + "\n")


@app.command()
def repeat(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Delete again what a restored backup brought back; FILE is what `receipts` printed before."""
    from bot.privacy.receipts import read_receipts

    given = read_receipts(file)
    count = asyncio.run(_at_desk(lambda desk: desk.deletion.repeat(given)))
    console.print(f"[green]✓[/] conversations deleted again: {count}", highlight=False)
    if nameless := sum(receipt.conversation_hash is None for receipt in given):
        console.print(f"[yellow]•[/] receipts of an older version, which cannot be repeated: {nameless}")


def _print_receipt(receipt: DeletionReceipt) -> None:
    from bot.privacy.deletion import checksum

    console.print(f"[green]✓[/] receipt {receipt.id}", highlight=False)
    console.print(f"  deleted {receipt.deleted_at:%Y-%m-%d %H:%M:%S} UTC", highlight=False)
    for table, count in sorted(receipt.counts.items()):
        console.print(f"  {table}: {count}", highlight=False)
    console.print(f"  sha256 {checksum(receipt)}", highlight=False, soft_wrap=True)


async def _at_desk[T](work: Callable[[PrivacyDesk], Awaitable[T]]) -> T:
    from bot.privacy.desk import desk_beside_web

    settings = read_settings()
    async with prepared_database(settings) as database:
        return await work(desk_beside_web(settings, database))
