"""Request bodies, read strictly: bounded, uncompressed, JSON, one value a key, numbers that JSON knows."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from http import HTTPStatus
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.safety.text import clean
from bot.web.problems import problem

LARGEST_BODY = 64 * 1024
DEEPEST_JSON = 20
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods whose body, if there is one, nobody reads."""

TOO_LARGE = f"A request can hold up to {LARGEST_BODY:,} bytes."
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


class StrictRoute(APIRoute):
    """A route whose JSON bodies are parsed strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """See `APIRoute`."""
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            try:
                return await handle(_StrictRequest(request.scope, request.receive))
            except HTTPException as error:
                # FastAPI turns what the parser raises into a 400 that names no field.
                raise error.__cause__ if isinstance(error.__cause__, RequestValidationError) else error from None

        return handle_strictly


class _StrictRequest(Request):
    async def json(self) -> Any:  # noqa: ANN401 (any JSON value)
        if not hasattr(self, "_json"):
            self._json = parse_strictly(await self.body())
            # Whatever is refused from here on may tell of an emergency (see `problems`).
            self.state.texts = list(texts_in(self._json))
        return self._json


def parse_strictly(body: bytes) -> Any:  # noqa: ANN401 (any JSON value)
    """Parse JSON.

    Raises:
        RequestValidationError: It is not JSON, nests too deeply, repeats a key or holds NaN or infinity.
    """
    try:
        value = json.loads(body, object_pairs_hook=_each_key_once, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise _invalid(str(error) if isinstance(error, _NotStrictError) else "not valid JSON") from error
    if _depth(value) > DEEPEST_JSON:
        raise _invalid(f"nested deeper than {DEEPEST_JSON} levels")
    return value


class _NotStrictError(ValueError):
    pass


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise _NotStrictError("a key stands twice in one object")
    return dict(pairs)


def _no_constant(name: str) -> NoReturn:
    raise _NotStrictError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    if math.isinf(number := float(digits)):
        raise _NotStrictError("a number is too large")
    return number


def _depth(value: object) -> int:
    level, depth = [value], 0
    while level and depth <= DEEPEST_JSON:
        children = [item.values() if isinstance(item, dict) else item for item in level]
        level = [
            child
            for item in children
            if not isinstance(item, str | int | float | None)
            for child in item  # type: ignore[attr-defined]
        ]
        depth += 1
    return depth


def texts_in(value: object) -> Iterator[str]:
    """Every string in a JSON value, but for the names of its fields."""
    if isinstance(value, str):
        yield clean(value)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_in(item)


def _invalid(reason: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("body",), "msg": reason, "type": "json_invalid"}])


def without_half_characters(value: object) -> object:
    """JSON can carry half a character, which no text can; the rest of the words counts."""
    return _LONE_SURROGATE.sub("", value) if isinstance(value, str) else value


class BodyLimit:
    """Middleware: refuse bodies that are compressed or not JSON, and stop reading one that is too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its body may be read."""
        refusal = _refusal(scope)
        if refusal:
            await refusal(scope, receive, send)
            return
        await self._app(scope, _Bounded(receive), send)


class _Bounded:
    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._left = LARGEST_BODY

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
        return message


def _refusal(scope: Scope) -> Response | None:
    if scope["type"] != "http":
        return None
    headers = dict(scope["headers"])
    if headers.get(b"content-encoding", b"identity") != b"identity":
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Compressed request bodies are not accepted.")
    if scope["method"] not in WITHOUT_BODY and not _is_json_or_nothing(headers):
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send application/json.")
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
    return None


def _is_json_or_nothing(headers: Mapping[bytes, bytes]) -> bool:
    """Where a body is optional too: what is no JSON could be sent by a form of another site, without being asked."""
    if b"content-type" not in headers:
        return headers.get(b"content-length", b"0") == b"0" and b"transfer-encoding" not in headers
    return headers[b"content-type"].partition(b";")[0].strip().lower() == b"application/json"
