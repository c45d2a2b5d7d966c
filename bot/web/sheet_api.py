"""The prep sheet's part of the patient API."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator, model_validator

from bot.errors import MailUnavailableError
from bot.languages import DEFAULT_LANGUAGE
from bot.mail.mail import is_address
from bot.prep.sheet import MOST_CHARACTERS, MOST_QUESTIONS, MOST_TOP, Change, Listed
from bot.prep.shown import ShownQuestion, ShownSheet, listed_as
from bot.prep.watch import Alarm
from bot.web.dependencies import FromServices, Language, OwnConversation
from bot.web.rendering import as_html
from bot.web.services import Services
from bot.web.strict import StrictRoute, without_half_characters

MOST_NAMES = 30
LONGEST_QUESTION = 500
router = APIRouter(prefix="/api/v1/conversations/{conversation_id}", route_class=StrictRoute, tags=["prep sheet"])

Words = Annotated[
    str, BeforeValidator(without_half_characters), StringConstraints(strict=True, max_length=MOST_CHARACTERS)
]
Question = Annotated[
    str, BeforeValidator(without_half_characters), StringConstraints(strict=True, max_length=LONGEST_QUESTION)
]
Name = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9_]{1,40}$")]
QuestionId = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9_]+(/[a-z0-9_]+)?$", max_length=100)]
AnswerId = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9_]+/[a-z0-9_]+$", max_length=100)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class EmergencyView(BaseModel):
    """The fixed words to show before anything else; whom to call is in `/api/v1/clinic`."""

    text: str
    html: str
    self_harm: bool
    reference: str
    """Of the urgent handoff that the words led to."""

    @classmethod
    def of(cls, alarm: Alarm | None) -> EmergencyView | None:
        """As the page shows it first."""
        if alarm is None:
            return None
        text, html = alarm.words.text, as_html(alarm.words.text, alarm.words.languages)
        return cls(text=text, html=html, self_harm=alarm.self_harm, reference=alarm.reference)


class AddedQuestion(ShownQuestion):
    """A question that is on the list, and the emergency in its words, if there is one."""

    emergency: EmergencyView | None = None


class SheetView(ShownSheet):
    """A sheet, and what can be done with it here."""

    pdf: bool
    """Whether a PDF can be made; if not, the page can be printed."""
    email: Literal["sends", "keeps", "off"]
    """`keeps`: a demonstration, whose mails go nowhere."""
    emergency: EmergencyView | None = None


class WantedQuestion(_Body):
    """A question for the list: one that is offered or listed, by its id, or the patient's own words."""

    id: QuestionId | None = None
    text: Question = ""
    top: Annotated[bool, Field(strict=True)] = False

    @model_validator(mode="after")
    def _id_or_words(self) -> WantedQuestion:
        if self.id is None and not self.text.strip():
            raise ValueError("give either id or text")
        return self

    def listed(self) -> Listed:
        """As the service takes it."""
        return Listed("" if self.id else self.text, self.id, top=self.top)


class SheetChange(_Body):
    """What is to be different. Parts and statements that are left out stay as they are, and so does the list."""

    version: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)]
    parts: Annotated[dict[Name, Words], Field(max_length=MOST_NAMES)] = {}
    questions: Annotated[list[WantedQuestion], Field(max_length=MOST_QUESTIONS)] | None = None
    readiness: Annotated[dict[Name, Annotated[bool, Field(strict=True)] | None], Field(max_length=MOST_NAMES)] = {}

    @field_validator("questions")
    @classmethod
    def _few_at_the_top(cls, value: list[WantedQuestion] | None) -> list[WantedQuestion] | None:
        if value and sum(item.top for item in value) > MOST_TOP:
            raise ValueError(f"up to {MOST_TOP} questions can be at the top")
        return value

    def texts(self) -> list[str]:
        """All that the patient wrote."""
        return [*self.parts.values(), *(item.text for item in self.questions or [])]


class NewQuestion(_Body):
    """A question to add: the one that an answer leads to, one that is offered, or the patient's own words."""

    answer: AnswerId | None = None
    question: Name | None = None
    text: Question | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> NewQuestion:
        given = [value for value in (self.answer, self.question, self.text) if value and value.strip()]
        if len(given) != 1:
            raise ValueError("give one of answer, question and text")
        return self


class Recipient(_Body):
    """Where to mail the sheet; the address is used once and not kept."""

    to: Annotated[str, StringConstraints(strict=True, max_length=254)]

    @field_validator("to")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if not is_address(value):
            raise ValueError("this is not an e-mail address")
        return value


class MailedView(BaseModel):
    """What became of the mail."""

    sent: bool
    """False in a demonstration, which keeps mails instead of sending them."""


class SharedView(BaseModel):
    """The sheet is with the team."""

    reference: str


@router.get("/sheet")
async def read_sheet(
    conversation: OwnConversation, services: FromServices, language: Language = DEFAULT_LANGUAGE
) -> SheetView:
    """The sheet, with what the patient read and asked up to now."""
    return await _view(services, conversation, language)


@router.put("/sheet")
async def change_sheet(
    conversation: OwnConversation, change: SheetChange, services: FromServices, language: Language = DEFAULT_LANGUAGE
) -> SheetView:
    """Save changes; 409 if the sheet was changed elsewhere since `version`, and then nothing is saved.

    An emergency in the words goes to the team first, whether they can be saved or not.
    """
    alarm = await services.prep.watch.look(conversation, change.texts(), language)
    questions = None if change.questions is None else [item.listed() for item in change.questions]
    wanted = Change(version=change.version, parts=change.parts, questions=questions, readiness=change.readiness)
    await services.sheets.change(conversation, wanted)
    view = await _view(services, conversation, language)
    view.emergency = EmergencyView.of(alarm)
    return view


@router.post("/sheet/questions", status_code=201, responses={200: {"model": AddedQuestion}})
async def add_question(
    conversation: OwnConversation,
    wanted: NewQuestion,
    services: FromServices,
    response: Response,
    language: Language = DEFAULT_LANGUAGE,
) -> AddedQuestion:
    """Put a question on the list; 200 if it was there already."""
    alarm = await services.prep.watch.look(conversation, [wanted.text or ""], language)
    listed, is_new = await _add(services, conversation, wanted)
    if not is_new:
        response.status_code = HTTPStatus.OK
    shown = listed_as(listed, services.prep.guides.in_language(language))
    return AddedQuestion(**dict(shown), emergency=EmergencyView.of(alarm))


@router.get(
    "/sheet.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, 503: {"description": "No PDF can be made; print the page."}},
)
async def download_sheet(
    conversation: OwnConversation, services: FromServices, language: Language = DEFAULT_LANGUAGE
) -> Response:
    """The sheet as a PDF that screen readers can follow."""
    sheet = await services.prep.shown.of(conversation, language)
    name = services.prep.guides.in_language(language).document.file
    return Response(
        await services.prep.documents.pdf(sheet),
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'},
    )


@router.post("/sheet/email", status_code=202)
async def mail_sheet(
    conversation: OwnConversation,
    recipient: Recipient,
    services: FromServices,
    language: Language = DEFAULT_LANGUAGE,
) -> MailedView:
    """Mail the sheet, at most three times an hour."""
    if _mail(services) == "off":
        raise MailUnavailableError("This clinic has not set up mail. Please print the sheet instead.")
    sheet = await services.prep.shown.of(conversation, language)
    await services.prep.mailing.send(conversation, sheet, recipient.to)
    return MailedView(sent=services.prep.mailing.delivers)


@router.post("/sheet/share")
async def share_sheet(
    conversation: OwnConversation, services: FromServices, language: Language = DEFAULT_LANGUAGE
) -> SharedView:
    """Put the sheet before the team as it is now."""
    return SharedView(reference=await services.prep.sharing.share(conversation, language))


async def _view(services: Services, conversation: UUID, language: str) -> SheetView:
    sheet = await services.prep.shown.of(conversation, language)
    has_pdf = services.prep.documents.reason_for_no_pdf is None
    return SheetView(**dict(sheet), pdf=has_pdf, email=_mail(services))


async def _add(services: Services, conversation: UUID, wanted: NewQuestion) -> tuple[Listed, bool]:
    if wanted.answer:
        return await services.sheets.add_from_answer(conversation, wanted.answer)
    if wanted.question:
        return await services.sheets.add_from_guide(conversation, wanted.question)
    return await services.sheets.add_own(conversation, wanted.text or "")


def _mail(services: Services) -> Literal["sends", "keeps", "off"]:
    """A clinic that is at work must not keep mails back and seem to send them."""
    if services.prep.mailing.delivers:
        return "sends"
    return "keeps" if services.settings.mode == "demo" else "off"
