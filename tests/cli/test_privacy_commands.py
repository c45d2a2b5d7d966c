"""What the clinic can do for a patient who calls."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.cli.terminal import account
from bot.conversations.ledger import Ledger
from bot.errors import BrokenReceiptsError, UnknownCodeError, UnknownConversationError, UnknownReceiptError
from bot.privacy.codes import PrivateCodes
from bot.privacy.models import Look
from bot.settings import with_async_driver
from bot.store.base import now
from bot.store.database import Database
from tests.support.factories import a_message

type Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ASKWELL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ASKWELL_DATABASE_URL", database_url)
    monkeypatch.setattr("bot.cli.terminal.console.width", 200)
    return lambda *arguments: CliRunner().invoke(app, ["privacy", *arguments])


def in_database[T](url: str, work: Callable[[Database], object]) -> object:
    async def do() -> object:
        database = Database(with_async_driver(url))
        try:
            return await work(database)  # type: ignore[misc]
        finally:
            await database.close()

    return asyncio.run(do())


@pytest.mark.only_on("sqlite")
def test_what_a_restored_backup_brings_back_is_deleted_again(run: Run, database_url: str, tmp_path: Path) -> None:
    """Another conversation stays, and the receipt still confirms the deletion."""

    async def write(database: Database) -> UUID:
        return (await a_message(database, "my words")).conversation_id

    path, kept = Path(database_url.removeprefix("sqlite:///")), in_database(database_url, write)
    deleted = in_database(database_url, write)
    backup = shutil.copy(path, tmp_path / "backup.db")
    receipt = run("delete", str(deleted)).output
    lines = tmp_path / "receipts.jsonl"
    lines.write_text(run("receipts").stdout * 2)
    shutil.copy(backup, path)
    assert run("export", str(deleted)).exit_code == 0
    assert "conversations deleted again: 1" in run("repeat", str(lines)).output
    assert isinstance(run("export", str(deleted)).exception, UnknownConversationError)
    assert run("export", str(kept)).exit_code == 0
    assert run("receipt", receipt.split("receipt ")[1].split()[0]).output == receipt
    assert "conversations deleted again: 0" in run("repeat", str(lines)).output


def test_a_receipt_of_an_older_version_is_kept_and_said_not_to_be_repeated(run: Run, tmp_path: Path) -> None:
    lines = tmp_path / "receipts.jsonl"
    old = {"id": str(uuid4()), "deleted_at": "2026-01-01T00:00:00Z", "counts": {"message": 1}}
    lines.write_text(json.dumps(old | {"conversation_hash": None}) + "\n")
    assert "cannot be repeated: 1" in run("repeat", str(lines)).output
    assert "message: 1" in run("receipt", old["id"]).output


def test_a_file_that_holds_no_receipts_is_named(run: Run, tmp_path: Path) -> None:
    lines = tmp_path / "receipts.jsonl"
    lines.write_text("my words\n")
    failed = run("repeat", str(lines)).exception
    assert isinstance(failed, BrokenReceiptsError)
    assert str(failed).startswith(f"{lines}:1: ")
    assert "my words" not in str(failed)


def test_a_conversation_is_exported_and_deleted_by_its_code(run: Run, database_url: str) -> None:
    async def prepare(database: Database) -> str:
        message = await a_message(database, "my words")
        return await PrivateCodes(database, Ledger(database)).make(message.conversation_id)

    code = str(in_database(database_url, prepare))
    assert json.loads(run("export", code).stdout)["messages"][0]["text"] == "my words"
    assert json.loads(run("export", code, "--format", "fhir").stdout)["resourceType"] == "Bundle"
    deleted = run("delete", code).output
    number = deleted.split("receipt ")[1].split()[0]
    assert "message: 1" in deleted
    assert run("receipt", number).output == deleted
    assert isinstance(run("export", code).exception, UnknownCodeError)


def test_each_export_is_on_record_by_who_took_it(run: Run, database_url: str) -> None:
    async def prepare(database: Database) -> UUID:
        return (await a_message(database, "my words")).conversation_id

    async def looks(database: Database) -> list[tuple[str, str, str]]:
        async with database.reading() as session:
            return [(look.actor, look.kind, look.of) for look in await session.scalars(select(Look).order_by(Look.at))]

    conversation = str(in_database(database_url, prepare))
    run("export", conversation)
    run("export", conversation, "--format", "fhir")
    run("export", "0" * 32)
    assert in_database(database_url, looks) == [(account(), "export", "json"), (account(), "export", "fhir")]


def test_a_conversation_is_deleted_by_its_id(run: Run, database_url: str) -> None:
    async def prepare(database: Database) -> UUID:
        return (await a_message(database)).conversation_id

    assert "conversation: 1" in run("delete", str(in_database(database_url, prepare))).output


def test_what_is_too_old_is_purged(run: Run, database_url: str) -> None:
    async def prepare(database: Database) -> None:
        await Ledger(database, clock=lambda: now() - timedelta(days=366)).open()
        await Ledger(database, clock=lambda: now() - timedelta(days=364)).open()

    in_database(database_url, prepare)
    assert "conversations deleted: 1" in run("purge").output
    assert "conversations deleted: 0" in run("purge").output


def test_a_receipt_that_is_none_is_an_error_of_ours(run: Run) -> None:
    assert isinstance(run("receipt", "0" * 32).exception, UnknownReceiptError)
