"""Handoffs from the command line: what staff see and do before they have a console."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.cli.handoffs import readable
from bot.cli.terminal import account
from bot.conversations.ledger import Ledger
from bot.errors import AlreadyClaimedError, IllegalTransitionError, NotHeldError, UnknownHandoffError
from bot.handoffs.models import ContactWay, Handoff, HandoffReason
from bot.handoffs.queue import Contact, HandoffQueue
from bot.prep.shared import SharedPart, SharedQuestion, SharedSheet
from bot.prep.shown import ShownAnswer, ShownAsked
from bot.privacy.models import Look
from bot.settings import with_async_driver
from bot.store.database import Database
from tests.support.factories import EVERYTHING, a_handoff, a_message
from tests.support.sheets import sheet_of

type Run = Callable[..., Result]
type Do = Callable[[Callable[[Database], Awaitable[Any]]], Any]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on this test's database."""
    monkeypatch.setenv("ASKWELL_DATABASE_URL", database_url)
    monkeypatch.setattr("bot.cli.terminal.console.width", 200)
    return lambda *arguments, **more: CliRunner().invoke(app, ["handoffs", *arguments], **more)


@pytest.fixture
def do(database_url: str) -> Do:
    """Does something on this test's database, as web would."""

    async def work(act: Callable[[Database], Awaitable[Any]]) -> Any:
        database = Database(with_async_driver(database_url))
        try:
            return await act(database)
        finally:
            await database.close()

    return lambda act: asyncio.run(work(act))


MOMENT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SHEET = SharedSheet(
    updated_at=MOMENT,
    parts=[
        SharedPart(id="reason", label="Why I am thinking about it", text="My knee.\nAW7K-3Q2X\x9b2J " + "long " * 300),
        SharedPart(id="allergies", label="My allergies", text="[red]latex[/]"),
    ],
    questions=[
        SharedQuestion(text="Is it safe for me?"),
        SharedQuestion(id="cost", text="What is the price?", top=True),
    ],
    talk_about=["What weighs more"],
    read=[ShownAnswer(answer="risks/a", title="What are the risks?", revision="risks/a@3", read_at=MOMENT)],
    for_provider=[ShownAsked(text="I have lupus", asked_at=MOMENT, reference="ABCD-EFGH")],
)


async def _sent(database: Database) -> Handoff:
    message = await a_message(database, "[red]Can I[/] have it?\nAW7K-3Q2X\x9b2J \u2028waiting")
    offered = await a_handoff(database, message)
    contact = Contact(ContactWay.EMAIL, "a@example.org")
    return await HandoffQueue(database).consent(
        message.conversation_id,
        offered.reference,
        contact,
        shown_until=EVERYTHING,
        sheet_of=sheet_of(SHEET.model_dump(mode="json")),
    )


async def _urgent(database: Database) -> Handoff:
    message = await a_message(database, "I can't breathe")
    queue = HandoffQueue(database)
    return await queue.send(message.conversation_id, message.id, HandoffReason.EMERGENCY, urgent=True)


async def _looks(database: Database) -> list[Look]:
    async with database.reading() as session:
        return list(await session.scalars(select(Look)))


def test_each_look_at_a_patients_words_is_on_record_without_them(run: Run, do: Do) -> None:
    handoff = do(_sent)
    run("list")
    assert do(_looks) == []
    for _ in range(2):
        assert "Can I" in run("show", handoff.reference).output
    looks = do(_looks)
    assert [(look.kind, look.of) for look in looks] == [("handoff", handoff.reference)] * 2
    assert {look.actor for look in looks} == {account()}
    assert "Can I" not in str([vars(look) for look in looks])


def test_what_does_not_exist_leaves_no_look(run: Run, do: Do) -> None:
    run("show", "AW00-0000")
    assert do(_looks) == []


def _said(do: Do, handoff: Handoff) -> list[str]:
    async def read(database: Database) -> list[str]:
        return [message.text for message in await Ledger(database).history(handoff.conversation_id)]

    return do(read)


def test_the_open_ones_are_listed_urgent_first_without_a_word_of_a_patients(run: Run, do: Do) -> None:
    sent, urgent, offered = do(_sent), do(_urgent), do(a_handoff)
    printed = run("list").output
    assert printed.index(urgent.reference) < printed.index(sent.reference)
    assert offered.reference not in printed
    assert "personal medical" in printed
    assert "0 min" in printed
    assert "have it" not in printed
    assert "breathe" not in printed


def test_all_or_those_of_a_state_are_listed_for_programs_too(run: Run, do: Do) -> None:
    sent, offered = do(_sent), do(a_handoff)
    run("claim", sent.reference, "--as", "Kim")
    listed = {item["reference"]: item for item in json.loads(run("list", "--all", "--json").stdout)}
    assert set(listed) == {sent.reference, offered.reference}
    assert listed[sent.reference] == {
        "reference": sent.reference,
        "state": "claimed",
        "reason": "personal_medical",
        "urgent": False,
        "created_at": sent.created_at.isoformat(),
        "taken_by": "Kim",
    }
    (only,) = json.loads(run("list", "--state", "offered", "--json").stdout)
    assert only["reference"] == offered.reference
    refused = run("list", "--state", "lost")
    assert refused.exit_code == 2
    assert "--state" in refused.output


def test_one_is_shown_with_what_was_shared_and_how_to_reach_the_patient(run: Run, do: Do) -> None:
    sent = do(_sent)
    run("claim", sent.reference, "--as", "Kim")
    printed = run("show", sent.reference.lower().replace("-", "")).output
    assert f"{sent.reference}  claimed  personal medical  taken by Kim" in printed
    assert "[red]Can I[/] have it?" in printed
    for wanted in ("reply by email a@example.org", "attached: prep sheet", "waiting → claimed, staff:Kim"):
        assert wanted in printed


def test_the_sheet_that_was_sent_along_is_shown_whole(run: Run, do: Do) -> None:
    sent = do(_sent)
    printed = run("show", sent.reference).output
    assert [look.of for look in do(_looks)] == [sent.reference]
    top, others = (
        printed.index("Most important questions\n      - What is"),
        printed.index("Other questions\n      - Is"),
    )
    assert printed.index("    My allergies\n      [red]latex[/]\n") < top < others
    for wanted in (
        "    Why I am thinking about it\n      My knee.\n        AW7K-3Q2X 2J long long",
        "long " * 300,
        "    Things to talk about\n      - What weighs more\n",
        "      - I have lupus (2026-11-22 04:00, ABCD-EFGH)\n",
        "      - What are the risks? (risks/a@3, 2026-11-22 04:00)\n",
    ):
        assert wanted in printed
    assert "\x9b" not in printed


def test_an_empty_sheet_is_said_to_be(run: Run, do: Do) -> None:
    async def shared(database: Database) -> Handoff:
        offered = await a_handoff(database)
        empty = SharedSheet().model_dump(mode="json")
        return await HandoffQueue(database).consent(
            offered.conversation_id, offered.reference, Contact(), shown_until=EVERYTHING, sheet_of=sheet_of(empty)
        )

    printed = run("show", do(shared).reference).output
    assert "wrote nothing on it" in printed
    assert "uestions" not in printed


def test_programs_get_one_object_and_it_is_a_look_too(run: Run, do: Do) -> None:
    sent = do(_sent)
    shown = json.loads(run("show", sent.reference, "--json").stdout)
    assert shown["contact"] == {"way": "email", "detail": "a@example.org"}
    assert shown["messages"][0]["text"].startswith("[red]Can I[/]")
    assert shown["messages"][0]["urgent"] is None
    assert shown["attachments"] == [{"kind": "prep_sheet", "content": SHEET.model_dump(mode="json")}]
    assert [event["new_state"] for event in shown["events"]] == ["offered", "waiting"]
    assert [look.of for look in do(_looks)] == [sent.reference]


def test_programs_get_nothing_that_was_not_agreed_to_either(run: Run, do: Do) -> None:
    async def offered(database: Database) -> Handoff:
        return await a_handoff(database, await a_message(database, "my secret"))

    printed = run("show", do(offered).reference, "--json").stdout
    assert "my secret" not in printed
    assert json.loads(printed)["messages"] == []


def test_who_has_the_conversation_is_shown_its_emergency_and_where_it_went(run: Run, do: Do) -> None:
    async def emergency(database: Database) -> Handoff:
        message = await a_message(database, "I can't breathe", conversation_id=sent.conversation_id)
        queue = HandoffQueue(database)
        return await queue.send(message.conversation_id, message.id, HandoffReason.EMERGENCY, urgent=True)

    sent = do(_sent)
    run("claim", sent.reference, "--as", "Kim")
    urgent = do(emergency)
    assert f"EMERGENCY, {urgent.reference}: I can't breathe" in run("show", sent.reference).output
    listed = run("list").output
    assert listed.index(f"{urgent.reference} ") < listed.index(f"{sent.reference} ")
    assert f"see {urgent.reference}" in listed


def test_what_a_patient_wrote_neither_steers_the_terminal_nor_looks_like_a_line_of_ours(run: Run, do: Do) -> None:
    printed = run("show", do(_sent).reference).output
    assert "\x9b" not in printed
    assert "\n      AW7K-3Q2X 2J" in printed
    assert "\n      waiting" in printed


def test_what_was_not_agreed_to_is_not_shown(run: Run, do: Do) -> None:
    async def offered(database: Database) -> Handoff:
        return await a_handoff(database, await a_message(database, "my secret"))

    printed = run("show", do(offered).reference).output
    assert "my secret" not in printed
    assert "has not agreed" in printed


def test_a_handoff_goes_from_claim_to_closed(run: Run, do: Do) -> None:
    sent = do(_sent)
    for command in (
        ("claim", sent.reference, "--as", "Kim"),
        ("reply", sent.reference, "--as", "Kim", "Hello."),
        ("resolve", sent.reference, "--as", "Kim"),
    ):
        assert run(*command).exit_code == 0
    _, reply, closing = _said(do, sent)
    assert reply == "Hello."
    assert "has closed your question" in closing
    assert sent.reference not in run("list").output


def test_a_reply_can_come_from_standard_input(run: Run, do: Do) -> None:
    sent = do(_sent)
    run("claim", sent.reference, "--as", "Kim")
    replied = run("reply", sent.reference, "--as", "Kim", "-", input="Two\nlines.\n")
    assert replied.exit_code == 0
    assert _said(do, sent)[-1] == "Two\nlines."


def test_one_is_returned_to_the_team(run: Run, do: Do) -> None:
    sent = do(_sent)
    run("claim", sent.reference, "--as", "Kim")
    assert "with the team again" in run("return", sent.reference, "--as", "Kim").output
    (only,) = json.loads(run("list", "--json").stdout)
    assert (only["state"], only["taken_by"]) == ("waiting", None)


def test_what_cannot_be_done_is_an_error_of_ours(run: Run, do: Do) -> None:
    sent = do(_sent)
    run("claim", sent.reference, "--as", "Lee")
    for command, error in (
        (("show", "AW7K-3Q2X"), UnknownHandoffError),
        (("claim", sent.reference, "--as", "Kim"), AlreadyClaimedError),
        (("reply", sent.reference, "--as", "Kim", "Hello."), NotHeldError),
        (("resolve", do(a_handoff).reference, "--as", "Kim"), IllegalTransitionError),
    ):
        result = run(*command)
        assert isinstance(result.exception, error)
        assert result.exit_code == 1
        assert "\n" not in str(result.exception)


def test_whoever_resolves_what_nobody_has_hears_what_to_do_first(run: Run, do: Do) -> None:
    result = run("resolve", do(_sent).reference, "--as", "Kim")
    assert str(result.exception) == "A handoff that is waiting cannot become resolved. Claim it first."


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(minutes=61), "1 h 1 min"),
        (timedelta(hours=50, minutes=7), "2 d 2 h"),
    ],
)
def test_an_age_is_told_in_its_two_largest_units(age: timedelta, told: str) -> None:
    assert readable(age) == told
