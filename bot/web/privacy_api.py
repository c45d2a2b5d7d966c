"""The patient's rights over their own record: a private code, a copy of everything, deletion."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from bot.privacy.deletion import checksum
from bot.privacy.desk import ExportForm
from bot.privacy.looks import PATIENT
from bot.privacy.models import DeletionReceipt
from bot.web.dependencies import FromServices, OwnConversation
from bot.web.flood_guard import Sender
from bot.web.patient_api import NewConversationView
from bot.web.strict import StrictRoute

FHIR = "application/fhir+json"
router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["privacy"])


class CodeView(BaseModel):
    """A private code; it is shown this once."""

    code: str = Field(examples=["ABCD-EFGH-JKLM-NPQR"])


class GivenCode(BaseModel):
    """A private code as somebody typed it; hyphens, spaces and small letters do not matter."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    code: Annotated[str, Field(strict=True, min_length=1, max_length=100)]


class ExportView(BaseModel):
    """Everything that is held about a conversation, each kind of record under its name."""

    model_config = ConfigDict(extra="allow")

    conversation: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    handoffs: list[dict[str, Any]]
    prep_sheet: list[dict[str, Any]]


class ReceiptView(BaseModel):
    """Proof of a deletion; it says nothing of whose conversation it was."""

    id: UUID
    deleted_at: datetime
    messages: int
    handoffs: int
    records: dict[str, int] = Field(description="All rows that were deleted, by table.")
    sha256: str = Field(description="Of id, deleted_at and records.")


class DeletionView(BaseModel):
    """What a deletion answers."""

    receipt: ReceiptView


@router.post("/conversations/{conversation_id}/code")
async def make_code(conversation: OwnConversation, services: FromServices) -> CodeView:
    """Get a private code that opens this conversation on any device; it replaces the one before."""
    return CodeView(code=await services.privacy.codes.make(conversation))


@router.post("/access")
async def open_by_code(given: GivenCode, services: FromServices, sender: Sender) -> NewConversationView:
    """Open a conversation by its private code; the device that had it before loses it."""
    services.flood_guard.code_tried(sender)
    conversation, token = await services.privacy.codes.open(given.code)
    return NewConversationView(id=conversation, token=token)


@router.get(
    "/conversations/{conversation_id}/export",
    response_model=ExportView,
    responses={200: {"content": {FHIR: {"schema": {"type": "object", "description": "A FHIR R4 Bundle."}}}}},
)
async def export(
    conversation: OwnConversation,
    services: FromServices,
    form: Annotated[ExportForm, Query(alias="format")] = ExportForm.JSON,
) -> Response:
    """Get everything that is held: as plain JSON, or as a FHIR R4 Bundle."""
    content = await services.privacy.export(conversation, form, actor=PATIENT)
    if form is ExportForm.FHIR:
        return _download(content, "record.fhir.json", FHIR)
    return _download(content, "record.json", "application/json")


@router.delete("/conversations/{conversation_id}")
async def delete_conversation(conversation: OwnConversation, services: FromServices) -> DeletionView:
    """Delete the conversation and everything that belongs to it, for good; its token opens nothing any more."""
    return DeletionView(receipt=as_receipt(await services.privacy.deletion.delete(conversation)))


def as_receipt(receipt: DeletionReceipt) -> ReceiptView:
    """The receipt as the patient keeps it."""
    return ReceiptView(
        id=receipt.id,
        deleted_at=receipt.deleted_at,
        messages=receipt.counts["message"],
        handoffs=receipt.counts["handoff"],
        records=receipt.counts,
        sha256=checksum(receipt),
    )


def _download(content: dict[str, Any], name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JSONResponse(content, headers=headers, media_type=media_type)
