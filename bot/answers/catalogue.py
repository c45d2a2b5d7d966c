"""The catalogue: which words a patient may be told today."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Connection, Executable, Row, Select, Table, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.files import AnswerFile
from bot.answers.models import Answer, Revision, RevisionStatus, label_of, read_label
from bot.errors import AnswerNotFoundError
from bot.store.database import Database


class Withheld(StrEnum):
    """Why an answer that exists is not shown."""

    NOT_PUBLISHED = "not_published"
    REVIEW_OVERDUE = "review_overdue"


@dataclass(frozen=True)
class Loaded:
    """What loading the files changed."""

    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class Readable:
    """What a patient is shown of a revision."""

    answer_id: str
    number: int
    title: str
    body: str
    ask: Mapping[str, Any] | None
    review_due: date

    @property
    def label(self) -> str:
        """The revision's name in decision records, such as `risks/infection@3`."""
        return label_of(self.answer_id, self.number)


_REVISIONS, _ANSWERS = cast("Table", Revision.__table__), cast("Table", Answer.__table__)
_SHOWN = [_REVISIONS.c[field.name] for field in fields(Readable)]
# Of one answer the newest comes last, and after all others the one that is read now: the last counts.
_LAST_TITLES = (
    select(_REVISIONS.c.answer_id, _REVISIONS.c.title)
    .where(_REVISIONS.c.answer_id.in_(bindparam("answers", expanding=True)))
    .where(_REVISIONS.c.status.in_([RevisionStatus.RETIRED, RevisionStatus.PUBLISHED]))
    .order_by(_REVISIONS.c.status == RevisionStatus.PUBLISHED, _REVISIONS.c.number)
)
_ANSWER = select(_ANSWERS.c.id).where(_ANSWERS.c.id == bindparam("answer"))


class Catalogue:
    """Answers by id, each with its immutable revisions."""

    def __init__(self, database: Database, *, publish_starters: bool, zone: tzinfo = UTC) -> None:
        self._database = database
        self._zone = zone
        self._publish_starters = publish_starters
        # Nearly every turn runs one of them, so they are built once, and go past the ORM.
        shown = self._published().with_only_columns(*_SHOWN)
        self._readable = shown.where(_REVISIONS.c.answer_id == bindparam("answer"))
        self._titled = shown.where(_REVISIONS.c.answer_id.in_(bindparam("answers", expanding=True)))

    async def load(self, files: Sequence[AnswerFile]) -> Loaded:
        """Take in the starter answers; a changed file becomes a new revision, all in one transaction."""
        counts = {"new": 0, "changed": 0, "unchanged": 0}
        async with self._database.writing() as session:
            for file in files:
                counts[await self._load_one(session, file)] += 1
        return Loaded(**counts)

    async def readable(self, answer_id: str) -> Readable | Withheld:
        """What patients may read of an answer now, or why there is nothing.

        Raises:
            AnswerNotFoundError: There is no such answer.
        """
        found = await self._database.read(self._find, answer_id)
        if found is None:
            return Withheld.NOT_PUBLISHED
        return Readable(*found) if self._is_in_date(found.review_due) else Withheld.REVIEW_OVERDUE

    def _find(self, rows: Connection, answer_id: str) -> Row[*tuple[Any, ...]] | None:
        found = rows.execute(self._readable, {"answer": answer_id}).first()
        if found is None and rows.execute(_ANSWER, {"answer": answer_id}).first() is None:
            raise AnswerNotFoundError(answer_id)
        return found

    async def published(self) -> Sequence[Revision]:
        """All published, in-date revisions, in order of id."""
        async with self._database.reading() as session:
            revisions = await session.scalars(self._published().order_by(Revision.answer_id))
            return [revision for revision in revisions if self._is_in_date(revision.review_due)]

    async def titles(self, answer_ids: Sequence[str]) -> dict[str, str]:
        """The titles of those of these answers that patients may read, in the order asked for."""
        found = await self._database.read(_all, self._titled, {"answers": answer_ids})
        titles = {item.answer_id: item.title for item in found if self._is_in_date(item.review_due)}
        return {answer_id: titles[answer_id] for answer_id in answer_ids if answer_id in titles}

    async def last_titles(self, answer_ids: Collection[str]) -> dict[str, str]:
        """What these answers were called when patients could last read them: for showing what was pressed in the past.

        An answer that patients could never read has none.
        """
        found = await self._database.read(_all, _LAST_TITLES, {"answers": list(answer_ids)})
        return {item.answer_id: item.title for item in found}

    async def revision(self, label: str) -> Revision | None:
        """The revision of this label, whatever its status: for showing what was said in the past."""
        answer_id, number = read_label(label)
        query = select(Revision).where(Revision.answer_id == answer_id, Revision.number == number)
        async with self._database.reading() as session:
            return (await session.scalars(query)).first()

    async def history(self, answer_id: str) -> Sequence[Revision]:
        """All revisions of an answer, newest first.

        Raises:
            AnswerNotFoundError: There is no such answer.
        """
        query = select(Revision).where(Revision.answer_id == answer_id).order_by(Revision.number.desc())
        async with self._database.reading() as session:
            revisions = (await session.scalars(query)).all()
        if not revisions:
            raise AnswerNotFoundError(answer_id)
        return revisions

    async def count(self) -> int:
        """How many answers there are."""
        async with self._database.reading() as session:
            return await session.scalar(select(func.count()).select_from(Answer)) or 0

    async def _load_one(self, session: AsyncSession, file: AnswerFile) -> str:
        newest = await _newest(session, file.id)
        if newest and newest.content_hash == file.content_hash:
            newest.status = self._status_of_starter if newest.status == RevisionStatus.DRAFT else newest.status
            return "unchanged"
        if newest is None:
            session.add(Answer(id=file.id, category=file.category))
        session.add(self._as_revision(file, number=newest.number + 1 if newest else 1))
        if newest and newest.starter and self._publish_starters:
            newest.status = RevisionStatus.RETIRED
        await session.flush()
        return "changed" if newest else "new"

    def _as_revision(self, file: AnswerFile, *, number: int) -> Revision:
        content = file.model_dump(mode="json", exclude={"id", "review_due"})
        return Revision(
            answer_id=file.id,
            number=number,
            content_hash=file.content_hash,
            status=self._status_of_starter,
            starter=True,
            review_due=file.review_due,
            author="Askwell starter content",
            **content,
        )

    @property
    def _status_of_starter(self) -> RevisionStatus:
        return RevisionStatus.PUBLISHED if self._publish_starters else RevisionStatus.DRAFT

    def _is_in_date(self, review_due: date) -> bool:
        """A review is due by the clinic's days: those of UTC end up to half a day later there, or earlier."""
        return review_due >= datetime.now(self._zone).date()

    def _published(self) -> Select[Revision]:
        """What a demo published by itself is not published in production, on the same database either."""
        query = select(Revision).where(Revision.status == RevisionStatus.PUBLISHED)
        if self._publish_starters:
            return query
        return query.where(or_(~Revision.starter, Revision.approved_by.is_not(None)))


async def _newest(session: AsyncSession, answer_id: str) -> Revision | None:
    query = select(Revision).where(Revision.answer_id == answer_id).order_by(Revision.number.desc())
    return (await session.scalars(query.limit(1))).first()


def _all(rows: Connection, query: Executable, values: Mapping[str, Any]) -> Sequence[Row[Any]]:
    return rows.execute(query, values).all()
