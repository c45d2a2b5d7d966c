"""What only the brain may reach: the endpoint at which Rasa runs actions."""

from __future__ import annotations

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, HTTPException, Request
from rasa_sdk.executor import ActionExecutor

router = APIRouter(prefix="/internal/actions", include_in_schema=False)


async def brain_only(request: Request, authorization: Annotated[str, Header()] = "") -> None:
    """Let the brain pass; for everyone else the endpoint does not exist.

    Asynchronous, though it waits for nothing: FastAPI runs any other dependency in a thread.
    """
    secret = request.app.state.services.settings.brain_secret.get_secret_value()
    if not hmac.compare_digest(authorization.encode(), f"Bearer {secret}".encode()):
        raise HTTPException(404, "Not Found")


@router.post("/webhook", dependencies=[Depends(brain_only)])
async def run_action(request: Request, call: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
    """Run one action for Rasa; the domain, which no action of ours reads, is not sent."""
    executor: ActionExecutor = request.app.state.executor
    result = await executor.run({"domain": {}, **call})
    return result.model_dump() if result else {"events": [], "responses": []}
