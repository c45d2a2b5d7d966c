"""The prep sheet keeps the patient's own words, and grows as the patient chats."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from bot.answers.catalogue import Catalogue
from bot.conversations.ledger import Ledger
from bot.conversations.models import MessageStatus
from bot.errors import AnswerNotFoundError, SheetChangedError, SheetFullError, UnknownPartError
from bot.handoffs.models import HandoffReason
from bot.handoffs.queue import MOST_OPEN, HandoffQueue
from bot.prep.guide import Guides
from bot.prep.shared import SheetCopies
from bot.prep.sheet import MOST_CHARACTERS, MOST_QUESTIONS, Change, Listed, PrepSheets
from bot.prep.shown import ShownSheets
from bot.store.database import Database
from tests.support.factories import a_conversation, a_message, a_reply, agree, an_answer


async def test_a_sheet_holds_what_was_saved_in_its_own_order(database: Database, sheets: PrepSheets) -> None:
    conversation = await a_conversation(database)
    await sheets.add_words(conversation.id, "questions", "Who treats me?")
    await sheets.add_words(conversation.id, "reason", "my knee; 'quoted' {slot}")
    assert list((await sheets.of(conversation.id)).items()) == [
        ("reason", "my knee; 'quoted' {slot}"),
        ("questions", "Who treats me?"),
    ]


async def test_words_from_the_chat_stand_below_what_is_there_and_each_once(
    database: Database, sheets: PrepSheets
) -> None:
    conversation = await a_conversation(database)
    await sheets.change(conversation.id, Change(version=0, parts={"reason": "from the page", "matters": "cost"}))
    for words in (" from the chat ", "from the chat", "from the page\nfrom the chat"):
        assert await sheets.add_words(conversation.id, "reason", words)
    sheet = await sheets.read(conversation.id)
    assert sheet.parts == {"reason": "from the page\nfrom the chat", "matters": "cost"}
    assert sheet.version == 2


async def test_words_that_a_part_has_no_room_for_leave_it_as_it_is(database: Database, sheets: PrepSheets) -> None:
    conversation = await a_conversation(database)
    assert await sheets.add_words(conversation.id, "reason", "x" * (MOST_CHARACTERS - 5))
    assert not await sheets.add_words(conversation.id, "reason", "12345")
    assert await sheets.of(conversation.id) == {"reason": "x" * (MOST_CHARACTERS - 5)}


async def test_of_a_page_and_a_chat_that_write_at_once_neither_loses_a_word(
    database: Database, sheets: PrepSheets
) -> None:
    conversation = await a_conversation(database)
    page = sheets.change(conversation.id, Change(version=0, parts={"reason": "page"}))
    chat = sheets.add_words(conversation.id, "reason", "chat")
    refused, _ = await asyncio.gather(page, chat, return_exceptions=True)
    expected = "chat" if isinstance(refused, SheetChangedError) else "page\nchat"
    assert await sheets.of(conversation.id) == {"reason": expected}


async def test_sheets_are_kept_apart(database: Database, sheets: PrepSheets) -> None:
    one, two = await a_conversation(database), await a_conversation(database)
    await sheets.change(one.id, Change(version=0, parts={"reason": "mine"}, questions=[Listed("Mine?")]))
    other = await sheets.read(two.id)
    assert (other.parts, other.questions, other.version, other.updated_at) == ({}, [], 0, None)


async def test_a_change_leaves_alone_what_it_does_not_name(database: Database, sheets: PrepSheets) -> None:
    conversation = await a_conversation(database)
    first = Change(version=0, parts={"reason": "a", "matters": "b"}, questions=[Listed("Own?", top=True)])
    await sheets.change(conversation.id, first)
    await sheets.change(conversation.id, Change(version=1, parts={"matters": " "}, readiness={"values": False}))
    sheet = await sheets.read(conversation.id)
    assert sheet.parts == {"reason": "a"}
    assert sheet.questions == [Listed("Own?", top=True)]
    assert sheet.readiness == {"values": False}
    assert sheet.version == 2


async def test_an_answer_to_a_statement_can_be_taken_back(database: Database, sheets: PrepSheets) -> None:
    conversation = await a_conversation(database)
    await sheets.change(conversation.id, Change(version=0, readiness={"values": False, "support": True}))
    await sheets.change(conversation.id, Change(version=1, readiness={"values": None}))
    assert (await sheets.read(conversation.id)).readiness == {"support": True}


async def test_a_change_to_an_older_version_changes_nothing(database: Database, sheets: PrepSheets) -> None:
    conversation = await a_conversation(database)
    await sheets.add_words(conversation.id, "reason", "kept")
    with pytest.raises(SheetChangedError):
        await sheets.change(conversation.id, Change(version=0, parts={"reason": "lost"}))
    assert (await sheets.read(conversation.id)).parts == {"reason": "kept"}


async def test_of_two_tabs_that_save_at_once_one_is_told(database: Database, sheets: PrepSheets) -> None:
    conversation = await a_conversation(database)
    changes = [sheets.change(conversation.id, Change(version=0, parts={"reason": f"tab {n}"})) for n in range(6)]
    results = await asyncio.gather(*changes, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["NoneType"] + ["SheetChangedError"] * 5


@pytest.mark.parametrize(
    "change",
    [
        Change(version=0, parts={"nothing": "x"}),
        Change(version=0, readiness={"nothing": True}),
        Change(version=0, questions=[Listed("", "nothing")]),
        Change(version=0, questions=[Listed("", "risks/never_added")]),
    ],
)
async def test_what_no_sheet_has_is_refused(database: Database, sheets: PrepSheets, change: Change) -> None:
    conversation = await a_conversation(database)
    with pytest.raises(UnknownPartError):
        await sheets.change(conversation.id, change)
    assert (await sheets.read(conversation.id)).version == 0


async def test_the_list_has_an_end(database: Database, sheets: PrepSheets) -> None:
    conversation = await a_conversation(database)
    full = [Listed(f"Question {number}?") for number in range(MOST_QUESTIONS)]
    await sheets.change(conversation.id, Change(version=0, questions=full))
    with pytest.raises(SheetFullError):
        await sheets.add_own(conversation.id, "One more?")
    with pytest.raises(SheetFullError):
        await sheets.change(conversation.id, Change(version=1, questions=[*full, Listed("One more?")]))


async def test_a_list_keeps_the_patients_order_and_each_question_once(database: Database, sheets: PrepSheets) -> None:
    conversation = await a_conversation(database)
    wanted = [Listed("", "ind", top=True), Listed("Mine?"), Listed("", "gmp"), Listed("", "gmp"), Listed("Mine?")]
    await sheets.change(conversation.id, Change(version=0, questions=wanted))
    listed = (await sheets.read(conversation.id)).questions
    assert [(item.question, item.top) for item in listed] == [("ind", True), (None, False), ("gmp", False)]


async def test_a_question_is_added_once_by_guide_answer_or_own_words(
    database: Database, sheets: PrepSheets, catalogue: Catalogue
) -> None:
    ask = {"question": "How often here?", "why": "Figures are few.", "topic": "risks"}
    await catalogue.load([an_answer("risks/infection", ask=ask), an_answer("risks/other")])
    conversation = await a_conversation(database)
    for _ in range(2):
        await sheets.add_from_guide(conversation.id, "ind")
        await sheets.add_from_answer(conversation.id, "risks/infection")
        await sheets.add_from_answer(conversation.id, "risks/other")
        await sheets.add_own(conversation.id, " Mine?\x00 ")
    sheet = await sheets.read(conversation.id)
    assert [item.question for item in sheet.questions] == ["ind", "risks/infection", "risks/other", None]
    assert [item.text for item in sheet.questions][1:] == ["How often here?", "What about other?", "Mine?"]
    assert sheet.version == 4


async def test_an_added_question_of_an_answer_stays_when_the_list_is_saved(
    database: Database, sheets: PrepSheets, catalogue: Catalogue
) -> None:
    await catalogue.load([an_answer("risks/infection")])
    conversation = await a_conversation(database)
    await sheets.add_from_answer(conversation.id, "risks/infection")
    await sheets.change(conversation.id, Change(version=1, questions=[Listed("", "risks/infection", top=True)]))
    (kept,) = (await sheets.read(conversation.id)).questions
    assert (kept.text, kept.top) == ("What about infection?", True)


async def test_what_cannot_be_read_or_is_not_offered_is_not_added(
    database: Database, sheets: PrepSheets, guides: Guides
) -> None:
    conversation = await a_conversation(database)
    with pytest.raises(AnswerNotFoundError):
        await sheets.add_from_answer(conversation.id, "risks/nothing")
    with pytest.raises(UnknownPartError):
        await sheets.add_from_guide(conversation.id, "nothing")


async def _tell(database: Database, conversation_id: UUID, answer_id: str, number: int = 1) -> None:
    message = await a_message(database, "what about it?", conversation_id=conversation_id)
    reply = a_reply(answer=answer_id, revision=f"{answer_id}@{number}")
    await Ledger(database).close(message, [reply])


async def test_what_was_read_stands_there_once_with_its_newest_revision(
    database: Database, sheets: PrepSheets, catalogue: Catalogue
) -> None:
    await catalogue.load([an_answer("risks/infection"), an_answer("cost/price")])
    await catalogue.load([an_answer("risks/infection", title="What about germs?")])
    conversation = await a_conversation(database)
    await _tell(database, conversation.id, "risks/infection")
    await _tell(database, conversation.id, "cost/price")
    await _tell(database, conversation.id, "risks/infection", 2)
    await _tell(database, conversation.id, "risks/gone")
    read = (await sheets.read(conversation.id)).read
    assert [(item.title, item.revision) for item in read] == [
        ("What about price?", "cost/price@1"),
        ("What about germs?", "risks/infection@2"),
    ]


async def test_topics_that_the_patient_read_about_come_first(
    database: Database, sheets: PrepSheets, catalogue: Catalogue, guides: Guides
) -> None:
    ask = {"question": "How much?", "why": "To know.", "topic": "cost"}
    await catalogue.load([an_answer("cost/price", ask=ask)])
    conversation = await a_conversation(database)
    await _tell(database, conversation.id, "cost/price")
    topics = (await ShownSheets(sheets, guides).of(conversation.id, "en")).topics
    assert [(topic.id, topic.suggested) for topic in topics][:2] == [("cost", True), ("regulation", False)]


async def test_questions_for_a_provider_are_the_patients_own_words(database: Database, sheets: PrepSheets) -> None:
    conversation, queue = await a_conversation(database), HandoffQueue(database)
    for text, reason, is_sent in (
        ("I have <lupus>", HandoffReason.PERSONAL_MEDICAL, True),
        ("a person please", HandoffReason.ASKED_FOR_PERSON, False),
        ("chest pain", HandoffReason.EMERGENCY, True),
    ):
        message = await a_message(database, text, conversation_id=conversation.id)
        act = queue.send if is_sent else queue.offer
        await act(conversation.id, message.id, reason)
        await Ledger(database).close(message, [], MessageStatus.ANSWERED)
    asked = (await sheets.read(conversation.id)).asked
    assert [(item.text, item.reference is not None) for item in asked] == [
        ("I have <lupus>", True),
        ("a person please", False),
    ]


@pytest.mark.parametrize("sent", [True, False])
async def test_what_is_added_to_a_question_of_the_same_patient_stands_there_too(
    database: Database, sheets: PrepSheets, handoffs: HandoffQueue, *, sent: bool
) -> None:
    """However many there are: one more is added to what waits, or an offer stands for it."""
    conversation = await a_conversation(database)
    texts = [f"question {number}" for number in range(MOST_OPEN + 2)]
    for text in texts:
        message = await a_message(database, text, conversation_id=conversation.id)
        await handoffs.offer(conversation.id, message.id, HandoffReason.PERSONAL_MEDICAL)
        if sent:
            await agree(handoffs, conversation.id)
    asked = (await sheets.read(conversation.id)).asked
    assert [item.text for item in asked] == texts
    assert {item.reference is not None for item in asked} == {sent}


async def test_what_is_added_but_not_agreed_to_is_not_said_to_be_sent(
    database: Database, sheets: PrepSheets, handoffs: HandoffQueue
) -> None:
    conversation = await a_conversation(database)
    for number in range(MOST_OPEN + 1):
        message = await a_message(database, f"question {number}", conversation_id=conversation.id)
        await handoffs.offer(conversation.id, message.id, HandoffReason.PERSONAL_MEDICAL)
        if number < MOST_OPEN:
            await agree(handoffs, conversation.id)
    asked = (await sheets.read(conversation.id)).asked
    assert [item.reference is None for item in asked] == [False] * MOST_OPEN + [True]


async def test_a_snapshot_is_plain_json_of_what_is_filled_in(
    database: Database, sheets: PrepSheets, guides: Guides
) -> None:
    conversation = await a_conversation(database)
    change = Change(
        version=0, parts={"reason": "my knee"}, questions=[Listed("", "ind", top=True)], readiness={"values": False}
    )
    await sheets.change(conversation.id, change)
    async with database.reading() as session:
        snapshot = await SheetCopies(ShownSheets(sheets, guides)).snapshot_within(session, conversation.id)
    assert snapshot["parts"] == [{"id": "reason", "label": "Why I am thinking about this treatment", "text": "my knee"}]
    assert snapshot["questions"][0]["top"]
    assert len(snapshot["talk_about"]) == 1


async def test_a_sheet_is_shown_in_the_readers_language(database: Database, sheets: PrepSheets, guides: Guides) -> None:
    conversation = await a_conversation(database)
    await sheets.add_from_guide(conversation.id, "gmp")
    shown = await ShownSheets(sheets, guides).of(conversation.id, "es-MX")
    assert shown.language == "es"
    assert shown.questions[0].text == guides.in_language("es").questions["gmp"].text
