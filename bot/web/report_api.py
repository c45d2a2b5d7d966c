"""Reports after a treatment: what the page asks for, what it sends, and the reporter's copy."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field, StrictStr, field_validator

from bot.languages import DEFAULT_LANGUAGE
from bot.reports.copy import as_text
from bot.reports.form import Field as FormField
from bot.reports.form import ReportForm
from bot.reports.reports import Filed, Incident
from bot.safety.text import clean
from bot.web.dependencies import FromServices, Language, OwnConversation
from bot.web.rendering import as_html
from bot.web.strict import StrictRoute

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["reports"])

Reference = Annotated[str, Path(max_length=12, description="As the patient was told it.")]


class OptionView(BaseModel):
    """One option of a choice."""

    value: str
    label: str


class FieldView(BaseModel):
    """One field of the form."""

    name: str
    kind: str
    label: str
    help: str
    required: bool
    options: list[OptionView]


class SignsView(BaseModel):
    """When not to fill in a form, but to call."""

    text: str
    signs: list[str]


class RegulatorView(BaseModel):
    """Whom to tell besides the clinic, and how."""

    name: str
    how: str
    url: str
    phone: str | None


class ReportFormView(BaseModel):
    """The form, in one language."""

    signs: SignsView
    fields: list[FieldView]
    most_characters: int = Field(description="That each field may hold.")
    next_steps_html: str = Field(description="What happens after a report was sent.")
    regulator_heading: str
    regulator: RegulatorView


class SentReport(BaseModel):
    """A report: the patient's words by the names of the form's fields."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    id: UUID = Field(description="Made by the client; the same id again is the same report.")
    fields: dict[str, StrictStr]

    @field_validator("fields", mode="before")
    @classmethod
    def _without_half_characters(cls, value: object) -> object:
        """JSON can carry half a character, in a name too, which no answer could repeat."""
        return {clean(name): _cleaned(text) for name, text in value.items()} if isinstance(value, dict) else value


class EmergencyView(BaseModel):
    """What a red flag in the report is answered with, to be shown before anything else."""

    text: str
    html: str


class ReportView(BaseModel):
    """A report that is on record."""

    reference: str
    state: str = Field(description="Where it stands with the team: waiting, claimed, answered or resolved.")
    submitted_at: datetime
    fields: dict[str, str]
    regulator: RegulatorView
    emergency: EmergencyView | None


class ReportsView(BaseModel):
    """The reports of a conversation, newest first."""

    reports: list[ReportView]


@router.get("/report-form")
async def read_form(services: FromServices, language: Language = DEFAULT_LANGUAGE) -> ReportFormView:
    """What a report asks for, and when to call instead."""
    form, words = services.report_form, services.report_form.words(language)
    return ReportFormView(
        signs=SignsView(text=words.signs, signs=list(words.emergency_signs)),
        fields=[_field(field, form, language) for field in form.fields],
        most_characters=form.most_characters,
        next_steps_html=as_html(words.next_steps),
        regulator_heading=words.regulator,
        regulator=_regulator(form, language),
    )


@router.post(
    "/conversations/{conversation_id}/reports",
    status_code=HTTPStatus.CREATED,
    responses={HTTPStatus.OK: {"model": ReportView, "description": "It was received before."}},
)
async def send_report(
    conversation: OwnConversation,
    sent: SentReport,
    services: FromServices,
    response: Response,
    language: Language = DEFAULT_LANGUAGE,
) -> ReportView:
    """Send a report to the team, as urgent; safe to repeat with the same id.

    At most five an hour; the 429 of one more names the numbers to call.
    """
    incident = Incident(client_report_id=sent.id, fields=sent.fields, language=language)
    filed = await services.reports.file(conversation, incident)
    response.status_code = HTTPStatus.CREATED if filed.is_new else HTTPStatus.OK
    return _report(filed, services.report_form, language)


@router.get("/conversations/{conversation_id}/reports")
async def list_reports(
    conversation: OwnConversation, services: FromServices, language: Language = DEFAULT_LANGUAGE
) -> ReportsView:
    """The reports of this conversation."""
    found = await services.reports.of_conversation(conversation)
    return ReportsView(reports=[_report(filed, services.report_form, language) for filed in found])


@router.get("/conversations/{conversation_id}/reports/{reference}")
async def read_report(
    conversation: OwnConversation, reference: Reference, services: FromServices, language: Language = DEFAULT_LANGUAGE
) -> ReportView:
    """One report."""
    return _report(await services.reports.find(conversation, reference), services.report_form, language)


@router.get("/conversations/{conversation_id}/reports/{reference}/copy", response_class=PlainTextResponse)
async def download_copy(
    conversation: OwnConversation, reference: Reference, services: FromServices, language: Language = DEFAULT_LANGUAGE
) -> PlainTextResponse:
    """The reporter's copy, as plain text."""
    filed = await services.reports.find(conversation, reference)
    text = as_text(filed, services.report_form, language, services.settings.clinic_name)
    name = f"report-{filed.handoff.reference}.txt"
    return PlainTextResponse(text, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _cleaned(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


def _report(filed: Filed, form: ReportForm, language: str) -> ReportView:
    warning = filed.warning
    return ReportView(
        reference=filed.handoff.reference,
        state=filed.handoff.state,
        submitted_at=filed.report.submitted_at,
        fields=filed.report.fields,
        regulator=_regulator(form, language),
        emergency=EmergencyView(text=warning.text, html=as_html(warning.text, warning.languages)) if warning else None,
    )


def _regulator(form: ReportForm, language: str) -> RegulatorView:
    return RegulatorView.model_validate(form.regulator(language), from_attributes=True)


def _field(field: FormField, form: ReportForm, language: str) -> FieldView:
    words = form.words(language).fields[field.name]
    return FieldView(
        name=field.name,
        kind=field.kind,
        label=words.label,
        help=words.help,
        required=field.required,
        options=[OptionView(value=value, label=words.options[value]) for value in field.options],
    )
