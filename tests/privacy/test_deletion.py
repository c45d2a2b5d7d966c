"""A deletion leaves nothing but its receipt: not in the tables, not in the files, not in the brain's memory."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.util.concurrency import await_

from bot.conversations.announcer import Announcer
from bot.conversations.ledger import Ledger
from bot.conversations.models import Conversation, Message
from bot.conversations.reply import Kind, Reply
from bot.errors import BrainUnavailableError, UnknownConversationError, UnknownReceiptError
from bot.handoffs.models import Handoff
from bot.prep.models import PrepEntry
from bot.prep.sheet import Change
from bot.privacy.codes import PrivateCodes
from bot.privacy.deletion import Deletion, checksum
from bot.privacy.elsewhere import BrainMemory, MailFiles
from bot.privacy.models import DeletionReceipt, UnfinishedDeletion
from bot.privacy.patient_tables import patient_tables
from bot.privacy.retention import Retention
from bot.store.database import Database
from bot.web.services import Services
from tests.support.clock import SetClock
from tests.support.factories import a_conversation, a_handoff, a_message, an_incoming
from tests.support.patients import Patient
from tests.support.scripted_brain import ScriptedBrain

PLANTED = "zebra-crossing-4711"


class Place:
    """Somewhere else that keeps traces, and may be out of order."""

    def __init__(self) -> None:
        self.works = True
        self.asked: list[UUID] = []

    async def forget(self, conversation_ids: Sequence[UUID]) -> None:
        if not self.works:
            raise OSError("not now")
        self.asked += conversation_ids


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def deletion(database: Database, place: Place, clock: SetClock) -> Deletion:
    return Deletion(database, Announcer(), [place], clock=clock)


async def a_full_conversation(database: Database, words: str = PLANTED) -> UUID:
    """A conversation with a row in every table that features have today."""
    message = await a_message(database, words)
    handoff = await a_handoff(database, message, sent=True)
    async with database.writing() as session:
        session.add(PrepEntry(conversation_id=message.conversation_id, part="reason", text=words))
    await PrivateCodes(database, Ledger(database)).make(message.conversation_id)
    async with database.writing() as session:
        stored = await session.get_one(Handoff, handoff.id)
        stored.contact_way, stored.contact_detail = "phone", words
    return message.conversation_id


def test_every_table_of_a_patient_goes_with_the_conversation() -> None:
    assert {"message", "handoff", "handoff_event", "prep_entry", "private_code"} <= patient_tables().keys()
    for table in patient_tables().values():
        for key in table.foreign_keys:
            assert key.column.table.name not in patient_tables() or key.ondelete == "CASCADE", key


async def test_all_rows_go_and_the_receipt_says_how_many(database: Database, deletion: Deletion) -> None:
    conversation, other = await a_full_conversation(database), await a_full_conversation(database)
    receipt = await deletion.delete(conversation)
    assert receipt.counts["message"] == receipt.counts["handoff"] == receipt.counts["handoff_event"] == 1
    assert receipt.counts["conversation"] == receipt.counts["prep_entry"] == receipt.counts["private_code"] == 1
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Message)) == 1
        assert (await session.scalars(select(Conversation.id))).all() == [other]
    assert checksum(await deletion.receipt(receipt.id)) == checksum(receipt)


async def test_a_conversation_is_deleted_once(database: Database, deletion: Deletion) -> None:
    conversation = await a_full_conversation(database)
    outcomes = await asyncio.gather(*(deletion.delete(conversation) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(outcome, UnknownConversationError) for outcome in outcomes) == 3


async def test_a_receipt_that_was_never_given_is_unknown(deletion: Deletion) -> None:
    with pytest.raises(UnknownReceiptError):
        await deletion.receipt(uuid4())


async def test_elsewhere_is_asked_at_once_and_again_when_no_turn_can_be_under_way(
    database: Database, deletion: Deletion, place: Place, clock: SetClock
) -> None:
    conversation = await a_full_conversation(database)
    await deletion.delete(conversation)
    assert (place.asked, await deletion.finish()) == ([conversation], 0)
    clock.pass_time(minutes=2)
    assert (await deletion.finish(), await deletion.finish()) == (1, 0)
    assert place.asked == [conversation] * 2


async def test_a_place_that_is_out_of_order_is_asked_until_it_works(
    database: Database, deletion: Deletion, place: Place, clock: SetClock
) -> None:
    place.works = False
    conversation = await a_full_conversation(database)
    await deletion.delete(conversation)
    clock.pass_time(minutes=2)
    assert await deletion.finish() == 0
    place.works = True
    assert await Deletion(database, Announcer(), [place], clock=clock).finish() == 1  # after a restart
    assert place.asked == [conversation]
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(UnfinishedDeletion)) == 0


async def test_what_nobody_used_for_as_long_as_it_is_kept_is_purged(
    database: Database, deletion: Deletion, clock: SetClock
) -> None:
    for _ in range(3):
        await a_full_conversation(database)
    clock.pass_time(days=366)
    async with database.writing() as session:
        session.add(Conversation(token_hash=b"x" * 32, last_used_at=clock()))
    retention = Retention(database, deletion, days=365, clock=clock)
    assert (await retention.purge(), await retention.purge()) == (3, 0)


def _brain_file(path: Path, conversation: UUID) -> None:
    """As the brain's tracker store keeps it, an older state of the row included."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as brain:
        brain.execute("PRAGMA journal_mode=WAL")
        brain.execute("PRAGMA secure_delete=OFF")
        brain.execute(
            "CREATE TABLE IF NOT EXISTS brain_conversations (id TEXT PRIMARY KEY, events TEXT, changed_at REAL)"
        )
        for words in (f'[{{"text": "{PLANTED}"}}]' * 400, PLANTED):
            brain.execute("INSERT OR REPLACE INTO brain_conversations VALUES (?, ?, 0)", (str(conversation), words))


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _hits(folder: Path) -> dict[str, int]:
    found = {path.name: path.read_bytes().count(PLANTED.encode()) for path in folder.rglob("*") if path.is_file()}
    return {name: count for name, count in found.items() if count}


@pytest.mark.only_on("sqlite")
async def test_no_file_holds_a_word_of_it(
    patient: Patient, services: Services, brain: ScriptedBrain, tmp_path: Path
) -> None:
    await patient.say(f"My name is {PLANTED}, {'and so on ' * 150}")
    await services.sheets.change(
        patient.conversation, Change(version=0, parts={"reason": f"{PLANTED} {'again ' * 800}"})
    )
    (message, *_) = await services.ledger.history(patient.conversation)
    handoff = await a_handoff(services.database, message, sent=True)
    async with services.database.writing() as session:
        (await session.get_one(Handoff, handoff.id)).contact_detail = PLANTED
    await services.sheets.change(patient.conversation, Change(version=1, parts={"reason": "less"}))
    _brain_file(tmp_path / "brain.db", patient.conversation)
    _mail(services.settings.outbox_dir / str(patient.conversation) / "1.eml")
    assert {"brain.db", "1.eml"} <= _hits(tmp_path).keys()
    response = await patient.http.delete(patient.path.removesuffix("/messages"), headers=patient.headers)
    assert response.status_code == 200
    assert _hits(tmp_path) == {}


@pytest.mark.only_on("sqlite")
async def test_what_the_brain_writes_late_is_found_too(services: Services, clock: SetClock, tmp_path: Path) -> None:
    conversation = (await a_conversation(services.database)).id
    await services.privacy.deletion.delete(conversation)
    _brain_file(tmp_path / "brain.db", conversation)
    clock.pass_time(minutes=2)
    assert await services.privacy.deletion.finish() == 1
    assert _hits(tmp_path) == {}


async def test_other_conversations_keep_their_place_in_the_brains_memory(tmp_path: Path) -> None:
    path, kept, deleted = tmp_path / "brain.db", uuid4(), uuid4()
    _brain_file(path, kept)
    _brain_file(path, deleted)
    await BrainMemory(f"sqlite:///{path}").forget([deleted])
    with contextlib.closing(sqlite3.connect(path)) as brain:
        assert brain.execute("SELECT id FROM brain_conversations").fetchall() == [(str(kept),)]


async def test_a_brain_that_never_ran_has_nothing_to_forget(tmp_path: Path) -> None:
    await BrainMemory(f"sqlite:///{tmp_path / 'brain.db'}").forget([uuid4()])
    assert _names(tmp_path) == []


async def test_the_brains_memory_may_be_in_any_database(database_url: str) -> None:
    await BrainMemory(database_url).forget([uuid4()])


def _mail(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    mail = EmailMessage()
    mail.set_content(f"The patient said: {PLANTED}")
    path.write_bytes(bytes(mail))


async def test_mails_of_other_conversations_stay(tmp_path: Path) -> None:
    mine, other = uuid4(), uuid4()
    _mail(tmp_path / str(mine) / "1.eml")
    _mail(tmp_path / str(other) / "2.eml")
    await MailFiles(tmp_path).forget([mine])
    assert _names(tmp_path) == [str(other)]


async def test_a_mail_that_cannot_be_erased_is_not_taken_for_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = uuid4()
    _mail(tmp_path / str(mine) / "1.eml")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "unlink", refuse)
    with pytest.raises(PermissionError):
        await MailFiles(tmp_path).forget([mine])


@pytest.mark.only_on("postgresql")
async def test_a_deletion_and_a_reply_do_not_lock_each_other_out(
    database: Database, deletion: Deletion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each locks the conversation and its message, so they must do it in the same order."""
    ledger, message = Ledger(database), await a_message(database)
    number, deleting = ledger._next_seq, set[asyncio.Task[DeletionReceipt]]()

    def number_while_it_is_deleted(*where: Any) -> int:
        deleting.add(asyncio.create_task(deletion.delete(message.conversation_id)))
        await_(asyncio.sleep(0.5))
        return number(*where)

    monkeypatch.setattr(ledger, "_next_seq", number_while_it_is_deleted)
    with pytest.raises(UnknownConversationError):
        await ledger.close(message, [Reply(kind=Kind.SMALLTALK, text="Hello.")])
    await asyncio.gather(*deleting)


async def test_a_message_under_way_brings_nothing_back(services: Services, brain: ScriptedBrain) -> None:
    conversation = (await a_conversation(services.database)).id
    has_it, may_reply = brain.will_wait()
    turn = asyncio.create_task(services.turns.take(conversation, an_incoming("hello")))
    await has_it.wait()
    await services.privacy.deletion.delete(conversation)
    may_reply.set()
    with pytest.raises(UnknownConversationError):
        await turn
    assert not await services.ledger.exists(conversation)


async def test_a_brain_that_fails_meanwhile_brings_nothing_back(services: Services, brain: ScriptedBrain) -> None:
    """The honest fallback opens a handoff, which has nothing left to refer to."""
    conversation = (await a_conversation(services.database)).id

    async def delete_and_fail(_message: Message) -> Sequence[Reply]:
        await services.privacy.deletion.delete_all([conversation])
        raise BrainUnavailableError

    brain.will_do(delete_and_fail)
    brain.will_do(delete_and_fail)
    with pytest.raises(UnknownConversationError):
        await services.turns.take(conversation, an_incoming("hello"))
    async with services.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Handoff)) == 0
