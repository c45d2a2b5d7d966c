"""What routes ask for by type: the services, and whose conversation it is."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.errors import UnknownConversationError
from bot.web.services import Services
from bot.web.views import MessageViews

bearer = HTTPBearer(auto_error=False, description="The token that came with the conversation.")


# Asynchronous, though they wait for nothing: FastAPI runs any other dependency in a thread.
async def get_services(request: Request) -> Services:
    """The services of this app."""
    services: Services = request.app.state.services
    return services


async def get_views(request: Request) -> MessageViews:
    """The maker of message views of this app."""
    views: MessageViews = request.app.state.views
    return views


Language = Annotated[
    str, Query(alias="lang", max_length=35, description="Of the words; the patient's own stay as typed.")
]
FromServices = Annotated[Services, Depends(get_services)]
FromViews = Annotated[MessageViews, Depends(get_views)]


async def bearer_token(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> str:
    """The token of the request; whose it is, the ledger knows."""
    if credentials is None:
        raise UnknownConversationError
    return credentials.credentials


Token = Annotated[str, Depends(bearer_token)]


async def own_conversation(conversation_id: UUID, token: Token, services: FromServices) -> UUID:
    """The conversation in the path, if the token is its own."""
    await services.ledger.authenticate(conversation_id, token)
    return conversation_id


OwnConversation = Annotated[UUID, Depends(own_conversation)]


async def listened_conversation(conversation_id: UUID, token: Token, services: FromServices) -> UUID:
    """The same for an event stream."""
    await services.ledger.authenticate(conversation_id, token, listening=True)
    return conversation_id


ListenedConversation = Annotated[UUID, Depends(listened_conversation)]
