"""Errors as RFC 9457 problem details; none of them quotes what the client sent.

Where refused words tell of an emergency, the problem carries `emergency`: the fixed words, as `text` and `html`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from bot.errors import (
    AlreadyClaimedError,
    AnswerNotFoundError,
    AskwellError,
    ChoiceNotOfferedError,
    EmptyReplyError,
    IllegalTransitionError,
    MailUnavailableError,
    MessageConflictError,
    MessageNotFoundError,
    MessageTooLongError,
    MoreToShareError,
    NotAnAnswerError,
    NotHeldError,
    PdfUnavailableError,
    ReportConflictError,
    ReportFieldError,
    ReportFieldMissingError,
    ReportFieldTooLongError,
    ReportFieldUnknownError,
    ReportNotFoundError,
    ReportOptionUnknownError,
    SheetChangedError,
    SheetFullError,
    TooManyMailsError,
    TooManyReportsError,
    TooManyRequestsError,
    UnknownCodeError,
    UnknownConversationError,
    UnknownHandoffError,
    UnknownPartError,
    UnusableNameError,
)
from bot.logs import place_of
from bot.settings import Settings
from bot.web.headers import safe_headers
from bot.web.rendering import as_html
from bot.web.services import Services

STATUS_OF: Mapping[type[AskwellError], HTTPStatus] = {
    UnknownConversationError: HTTPStatus.UNAUTHORIZED,
    MessageConflictError: HTTPStatus.CONFLICT,
    MessageTooLongError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    MessageNotFoundError: HTTPStatus.NOT_FOUND,
    NotAnAnswerError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ChoiceNotOfferedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    AnswerNotFoundError: HTTPStatus.NOT_FOUND,
    UnknownHandoffError: HTTPStatus.NOT_FOUND,
    MoreToShareError: HTTPStatus.CONFLICT,
    AlreadyClaimedError: HTTPStatus.CONFLICT,
    NotHeldError: HTTPStatus.CONFLICT,
    IllegalTransitionError: HTTPStatus.CONFLICT,
    UnusableNameError: HTTPStatus.UNPROCESSABLE_ENTITY,
    EmptyReplyError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ReportConflictError: HTTPStatus.CONFLICT,
    ReportNotFoundError: HTTPStatus.NOT_FOUND,
    ReportFieldMissingError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ReportFieldTooLongError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ReportFieldUnknownError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ReportOptionUnknownError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnknownCodeError: HTTPStatus.NOT_FOUND,
    TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    SheetChangedError: HTTPStatus.CONFLICT,
    SheetFullError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnknownPartError: HTTPStatus.UNPROCESSABLE_ENTITY,
    PdfUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    MailUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    TooManyMailsError: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyReportsError: HTTPStatus.TOO_MANY_REQUESTS,
}
DATABASE_FAILURES = (OperationalError, InterfaceError, PoolTimeoutError)
"""Locked, gone, full, or all its connections in use: what passes without anybody changing the program."""

SECONDS_TO_RETRY = 5
_NAME = re.compile(r"[\w-]{1,40}", re.ASCII)
log = structlog.get_logger(__name__)


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: object) -> JSONResponse:
    """A problem details response."""
    title = HTTPStatus(status).phrase
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": int(status),
        "detail": detail,
        **more,
    }
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def add_problem_handlers(app: FastAPI) -> None:
    """Make every error of the app a problem details response."""
    app.exception_handler(AskwellError)(_on_askwell_error)
    app.exception_handler(TooManyReportsError)(_on_too_many_reports)
    app.exception_handler(RequestValidationError)(_on_invalid_request)
    app.exception_handler(HTTPException)(_on_http_error)
    for failure in DATABASE_FAILURES:
        app.exception_handler(failure)(_on_database_failure)
    app.exception_handler(Exception)(_on_defect)


async def _on_askwell_error(request: Request, error: AskwellError) -> JSONResponse:
    status = STATUS_OF.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    named = {"errors": [{"field": error.field, "message": str(error)}]} if isinstance(error, ReportFieldError) else {}
    return problem(status, str(error), headers=_headers_of(error, status), **named, **_warning(request))


async def _on_too_many_reports(request: Request, error: TooManyReportsError) -> JSONResponse:
    """What is refused may be urgent: say whom to call."""
    settings: Settings = request.app.state.settings
    return problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"{error} Call {settings.clinic_phone} ({settings.clinic_hours}). "
        f"In an emergency, call {settings.emergency_number}.",
        headers={"Retry-After": str(error.retry_after)},
        phone=settings.clinic_phone,
        emergency_number=settings.emergency_number,
        **_warning(request),
    )


def _headers_of(error: AskwellError, status: HTTPStatus) -> dict[str, str]:
    if isinstance(error, TooManyRequestsError | TooManyMailsError):
        return {"Retry-After": str(error.retry_after)}
    return {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}


async def _on_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
    errors = [{"field": _field(item["loc"]), "message": item["msg"]} for item in error.errors()]
    fields = ", ".join(sorted({item["field"] for item in errors}))
    detail = f"The request cannot be understood: see {fields}."
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, headers={}, errors=errors, **_warning(request))


async def _on_http_error(_request: Request, error: HTTPException) -> JSONResponse:
    return problem(error.status_code, str(error.detail), headers=error.headers)


async def _on_database_failure(request: Request, error: Exception) -> JSONResponse:
    """Say what is not certain, and who can be called instead; another try doubles nothing."""
    log.error("database_unavailable", path=request.url.path, error=type(error).__name__, at=place_of(error))
    settings: Settings = request.app.state.settings
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        f"Your message may not have been saved: our records cannot be reached just now. {_instead(settings)}",
        headers={"Retry-After": str(SECONDS_TO_RETRY)},
        phone=settings.clinic_phone,
        emergency_number=settings.emergency_number,
        **_warning(request),
    )


async def _on_defect(request: Request, error: Exception) -> JSONResponse:
    """Tell the client nothing of the cause; log its place, not its message, which may quote a patient.

    Starlette answers a defect outside all middleware, so the headers of every response are added here.
    """
    log.error("defect", path=request.url.path, error=type(error).__name__, at=place_of(error))
    detail = f"Something went wrong on our side. {_instead(request.app.state.settings)}"
    headers = safe_headers(request.url.path)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail, headers=headers, **_warning(request))


def _warning(request: Request) -> dict[str, Any]:
    """What an emergency in refused words is answered with: whoever sent them is not to wait for another try."""
    services: Services = request.app.state.services
    words = services.refused.warning(getattr(request.state, "texts", ()))
    return {"emergency": {"text": words.text, "html": as_html(words.text, words.languages)}} if words else {}


def _instead(settings: Settings) -> str:
    return (
        f"Please try again, or call {settings.clinic_phone} ({settings.clinic_hours}). "
        f"In an emergency, call {settings.emergency_number}."
    )


def _field(location: tuple[int | str, ...]) -> str:
    """The field's name; what the client sent in the place of a name is left out, as it may be anything."""
    named = (part for part in location[1:] if isinstance(part, str) and _NAME.fullmatch(part))
    return ".".join(named) or str(location[0])
