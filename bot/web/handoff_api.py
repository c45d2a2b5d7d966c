"""The patient API's part on handoffs: what would be shared, agreeing to it or not, and where it stands."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from bot.handoffs.dossier import Dossier
from bot.handoffs.hours import Outlook
from bot.handoffs.models import AttachmentKind, ContactWay, Handoff, HandoffReason, HandoffState
from bot.handoffs.queue import Contact
from bot.mail.mail import is_address
from bot.safety.text import clean
from bot.web.dependencies import FromServices, OwnConversation
from bot.web.services import Services
from bot.web.strict import StrictRoute

LONGEST_DETAIL = 200
FEWEST_DIGITS, MOST_DIGITS = 7, 20
_PHONE = re.compile(r"\+?[\d ().\-/]+", re.ASCII)
router = APIRouter(
    prefix="/api/v1/conversations/{conversation_id}/handoffs", route_class=StrictRoute, tags=["handoffs"]
)


class ContactView(BaseModel):
    """How the patient wants to be reached."""

    way: ContactWay
    detail: str | None


class SharedView(BaseModel):
    """One message of the patient's, word for word."""

    text: str
    created_at: datetime


class HandoffView(BaseModel):
    """One handoff, as its patient may see it."""

    reference: str
    reason: HandoffReason
    state: HandoffState
    urgent: bool
    taken_by: str | None
    shares: list[SharedView] = Field(description="What the team can read, or could once the patient agrees.")
    shares_more: bool = Field(description="Whether there are older messages, which are not shared.")
    shares_until: int = Field(description="The number of the newest message of those, which a consent names.")
    contact: ContactView
    attachments: list[AttachmentKind]
    open_now: bool
    opens_at: datetime | None
    reply_expected: str
    consented_at: datetime | None
    created_at: datetime


class HandoffsView(BaseModel):
    """The handoffs of a conversation, newest first."""

    handoffs: list[HandoffView]


class GivenContact(BaseModel):
    """How to be reached: in the chat, or by a number or an address."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    way: ContactWay
    detail: Annotated[str, Field(strict=True, max_length=LONGEST_DETAIL)] | None = Field(None, validate_default=True)

    @field_validator("detail")
    @classmethod
    def _fits_the_way(cls, value: str | None, info: ValidationInfo) -> str | None:
        """A number for phone, an address for email, nothing for chat."""
        way, plain = info.data.get("way"), clean(value or "").strip(" ")
        if way == ContactWay.CHAT and value is not None:
            raise PydanticCustomError("chat", "Leave this out: the reply comes in the chat.")
        if way == ContactWay.PHONE and not _is_phone_number(plain):
            raise PydanticCustomError("phone", "Give a phone number of 7 to 20 digits.")
        if way == ContactWay.EMAIL and not is_address(plain):
            raise PydanticCustomError("email", "Give an email address, such as name@example.org.")
        return plain or None


class Consent(BaseModel):
    """What the patient agrees to."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    contact: GivenContact
    shares_until: Annotated[int, Field(strict=True, ge=0, description="As it was shown; if it grew, nothing is sent.")]
    attach_sheet: Annotated[bool, Field(strict=True)] = False


@router.get("")
async def list_handoffs(conversation: OwnConversation, services: FromServices) -> HandoffsView:
    """All handoffs of the conversation."""
    handoffs = await services.handoffs.of_conversation(conversation)
    dossiers, outlook = await services.dossiers.of_all(handoffs, if_agreed=True), services.times.outlook()
    return HandoffsView(handoffs=[as_view(dossier, outlook) for dossier in dossiers])


@router.get("/{reference}")
async def read_handoff(conversation: OwnConversation, reference: str, services: FromServices) -> HandoffView:
    """One handoff."""
    return await _view(await services.handoffs.find(conversation, reference), services)


@router.post("/{reference}/consent")
async def consent_to_handoff(
    conversation: OwnConversation, reference: str, consent: Consent, services: FromServices
) -> HandoffView:
    """Send it to the team; safe to repeat, and the contact may be changed so."""
    contact = Contact(way=consent.contact.way, detail=consent.contact.detail)
    handoff = await services.consents.give(
        conversation, reference, contact, shown_until=consent.shares_until, attach_sheet=consent.attach_sheet
    )
    return await _view(handoff, services)


@router.post("/{reference}/decline")
async def decline_handoff(conversation: OwnConversation, reference: str, services: FromServices) -> HandoffView:
    """Do not send it; what was sent stays sent, as the state in the answer says."""
    return await _view(await services.consents.refuse(conversation, reference), services)


async def _view(handoff: Handoff, services: Services) -> HandoffView:
    return as_view(await services.dossiers.of(handoff, if_agreed=True), services.times.outlook())


def as_view(dossier: Dossier, outlook: Outlook) -> HandoffView:
    """A dossier as its patient may see it."""
    handoff = dossier.handoff
    return HandoffView(
        reference=handoff.reference,
        reason=HandoffReason(handoff.reason),
        state=HandoffState(handoff.state),
        urgent=handoff.urgent,
        taken_by=handoff.taken_by,
        shares=[SharedView(text=message.text, created_at=message.created_at) for message in dossier.shares],
        shares_more=dossier.shares_more,
        shares_until=dossier.until,
        contact=ContactView(way=ContactWay(handoff.contact_way), detail=handoff.contact_detail),
        attachments=[AttachmentKind(item.kind) for item in dossier.attachments],
        open_now=outlook.open_now,
        opens_at=outlook.opens_at,
        reply_expected=outlook.reply_expected,
        consented_at=handoff.consented_at,
        created_at=handoff.created_at,
    )


def _is_phone_number(text: str) -> bool:
    digits = sum(sign.isdigit() for sign in text)
    return bool(_PHONE.fullmatch(text)) and FEWEST_DIGITS <= digits <= MOST_DIGITS
