"""The catalogue: immutable revisions, and only what may be shown is shown."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import update

from bot.answers.catalogue import Catalogue, Loaded, Readable, Withheld
from bot.answers.models import Revision, RevisionStatus
from bot.errors import AnswerNotFoundError
from bot.store.database import Database
from tests.support.factories import an_answer, today


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    return Catalogue(database, publish_starters=True)


async def test_loading_makes_a_first_revision_of_each(catalogue: Catalogue) -> None:
    loaded = await catalogue.load([an_answer("risks/infection"), an_answer("cost/price")])
    assert loaded == Loaded(new=2, changed=0, unchanged=0)
    assert [revision.label for revision in await catalogue.published()] == [
        "cost/price@1",
        "risks/infection@1",
    ]
    assert await catalogue.count() == 2


async def test_a_review_is_due_by_the_clinics_days(database: Database) -> None:
    """Its last day is over on an island in the east a day before it is in the west."""
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
    catalogues = [Catalogue(database, publish_starters=True, zone=zone) for zone in (east, west)]
    await catalogues[0].load([an_answer("risks/infection", review_due=datetime.now(west).date())])
    in_the_east, in_the_west = [await catalogue.readable("risks/infection") for catalogue in catalogues]
    assert in_the_east is Withheld.REVIEW_OVERDUE
    assert isinstance(in_the_west, Readable)


async def test_a_revision_holds_all_that_its_file_says(catalogue: Catalogue) -> None:
    file = an_answer(
        "risks/infection",
        jurisdiction="US",
        clinic_facts=["price_range"],
        ask={"question": "How is it tested?", "why": "Germs can get in.", "topic": "making"},
    )
    await catalogue.load([file])
    (revision,) = await catalogue.published()
    for field, value in file.model_dump(mode="json", exclude={"id", "review_due"}).items():
        assert getattr(revision, field) == value
    assert (revision.review_due, revision.content_hash) == (file.review_due, file.content_hash)
    assert (revision.starter, revision.approved_by, revision.approved_on) == (True, None, None)


async def test_loading_the_same_again_changes_nothing(catalogue: Catalogue) -> None:
    for _ in range(2):
        loaded = await catalogue.load([an_answer()])
    assert loaded == Loaded(new=0, changed=0, unchanged=1)
    assert len(await catalogue.history("risks/infection")) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Can it cause an infection?"},
        {"body": "Other words, which are long enough to be an answer of their own."},
        {"review_due": today() + timedelta(days=9)},
        {"tests": ["one", "two", "three"]},
        {"examples": [f"other {number}" for number in range(12)]},
    ],
)
async def test_any_change_is_a_new_revision_and_the_old_one_stays_as_it_was(
    catalogue: Catalogue, change: dict[str, object]
) -> None:
    await catalogue.load([an_answer()])
    before = await catalogue.revision("risks/infection@1")
    assert await catalogue.load([an_answer(**change)]) == Loaded(new=0, changed=1, unchanged=0)
    newest, oldest = await catalogue.history("risks/infection")
    assert before
    assert (newest.number, newest.status) == (2, RevisionStatus.PUBLISHED)
    assert (oldest.body, oldest.title, oldest.examples) == (before.body, before.title, before.examples)
    assert oldest.status == RevisionStatus.RETIRED


async def test_the_next_reader_gets_the_new_words(catalogue: Catalogue) -> None:
    await catalogue.load([an_answer()])
    await catalogue.load([an_answer(title="A new title?")])
    revision = await catalogue.readable("risks/infection")
    assert isinstance(revision, Readable)
    assert (revision.label, revision.title) == ("risks/infection@2", "A new title?")


async def test_one_bad_answer_of_many_leaves_none_of_them(catalogue: Catalogue) -> None:
    bad = an_answer("cost/price").model_copy(update={"title": None})
    with pytest.raises(Exception, match="title"):
        await catalogue.load([an_answer(), bad])
    assert await catalogue.count() == 0


async def test_in_production_starter_answers_are_drafts_and_withheld(database: Database) -> None:
    catalogue = Catalogue(database, publish_starters=False)
    await catalogue.load([an_answer()])
    assert await catalogue.readable("risks/infection") == Withheld.NOT_PUBLISHED
    assert await catalogue.published() == []
    assert await catalogue.titles(["risks/infection"]) == {}


async def test_in_production_a_changed_file_does_not_unpublish_what_was_approved(database: Database) -> None:
    catalogue = Catalogue(database, publish_starters=False)
    await catalogue.load([an_answer()])
    async with database.writing() as session:
        await session.execute(update(Revision).values(status=RevisionStatus.PUBLISHED, approved_by="Dr A"))
    await catalogue.load([an_answer(title="A new title?")])
    revision = await catalogue.readable("risks/infection")
    assert isinstance(revision, Readable)
    assert revision.number == 1


async def test_going_from_demo_to_production_withholds_what_nobody_approved(database: Database) -> None:
    await Catalogue(database, publish_starters=True).load([an_answer()])
    production = Catalogue(database, publish_starters=False)
    assert await production.readable("risks/infection") == Withheld.NOT_PUBLISHED
    assert await production.published() == []
    assert await production.titles(["risks/infection"]) == {}


async def test_going_from_production_to_demo_shows_the_starter_answers(database: Database) -> None:
    await Catalogue(database, publish_starters=False).load([an_answer()])
    demo = Catalogue(database, publish_starters=True)
    await demo.load([an_answer()])
    assert isinstance(await demo.readable("risks/infection"), Readable)


@pytest.mark.parametrize("status", sorted(set(RevisionStatus) - {RevisionStatus.PUBLISHED}))
async def test_only_what_is_published_is_shown(
    catalogue: Catalogue, database: Database, status: RevisionStatus
) -> None:
    await catalogue.load([an_answer()])
    async with database.writing() as session:
        await session.execute(update(Revision).values(status=status))
    assert await catalogue.readable("risks/infection") == Withheld.NOT_PUBLISHED
    assert await catalogue.published() == []


@pytest.mark.parametrize(("days", "shown"), [(-1, False), (0, True), (1, True)])
async def test_an_answer_is_shown_up_to_the_day_its_review_is_due(
    catalogue: Catalogue, *, days: int, shown: bool
) -> None:
    await catalogue.load([an_answer(review_due=today() + timedelta(days=days))])
    readable = await catalogue.readable("risks/infection")
    assert isinstance(readable, Readable) is shown
    assert bool(await catalogue.published()) is shown
    assert bool(await catalogue.titles(["risks/infection"])) is shown
    assert shown or readable == Withheld.REVIEW_OVERDUE


async def test_titles_come_in_the_order_asked_for(catalogue: Catalogue) -> None:
    await catalogue.load([an_answer("risks/a_one"), an_answer("risks/b_two"), an_answer("cost/price")])
    wanted = ["risks/b_two", "nothing/here", "cost/price", "risks/a_one"]
    assert list(await catalogue.titles(wanted)) == ["risks/b_two", "cost/price", "risks/a_one"]


async def test_the_last_title_is_the_newest_that_patients_could_read(catalogue: Catalogue, database: Database) -> None:
    for title in ("First?", "Second?", "Third?"):
        await catalogue.load([an_answer(title=title)])
    for status, last in [
        (RevisionStatus.PUBLISHED, {"risks/infection": "Third?"}),
        (RevisionStatus.RETIRED, {"risks/infection": "Third?"}),
        (RevisionStatus.DRAFT, {"risks/infection": "Second?"}),
    ]:
        async with database.writing() as session:
            await session.execute(update(Revision).where(Revision.number == 3).values(status=status))
        assert await catalogue.last_titles(["nothing/here", "risks/infection"]) == last


async def test_what_is_read_now_comes_before_what_was_withdrawn_later(catalogue: Catalogue, database: Database) -> None:
    for title in ("First?", "Second?"):
        await catalogue.load([an_answer(title=title)])
    for number, status in [(1, RevisionStatus.PUBLISHED), (2, RevisionStatus.RETIRED)]:
        async with database.writing() as session:
            await session.execute(update(Revision).where(Revision.number == number).values(status=status))
    assert await catalogue.last_titles(["risks/infection"]) == {"risks/infection": "First?"}


async def test_what_patients_could_never_read_has_no_last_title(database: Database) -> None:
    catalogue = Catalogue(database, publish_starters=False)
    await catalogue.load([an_answer()])
    assert await catalogue.last_titles(["risks/infection"]) == {}


async def test_what_does_not_exist_is_an_error(catalogue: Catalogue) -> None:
    with pytest.raises(AnswerNotFoundError, match="risks/nothing"):
        await catalogue.readable("risks/nothing")
    with pytest.raises(AnswerNotFoundError):
        await catalogue.history("risks/nothing")
    assert await catalogue.revision("risks/nothing@1") is None


async def test_loading_twice_at_once_makes_one_revision(catalogue: Catalogue) -> None:
    await asyncio.gather(*(catalogue.load([an_answer()]) for _ in range(2)), return_exceptions=True)
    assert len(await catalogue.history("risks/infection")) == 1
