"""Who may ask: pages of our own origin, and programs; never another site's page, whatever its visitor's browser holds.

The widget is framed by the clinic's site, but its pages and the API are of one origin, so nothing that a browser sends
to the API in earnest comes from elsewhere. Browsers say in `Sec-Fetch-Site` where a request comes from, which no page
can forge and no proxy changes; older ones say their `Origin`, which must then be the host that was asked.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.problems import problem

READING = frozenset({"GET", "HEAD"})
OPEN_TO_ALL = frozenset({"", "widget", "widget.js", "static", "healthz", "readyz"})
"""First parts of the paths that may be linked to and embedded from anywhere; they hold nothing of a patient's."""

OPEN_API_PAGE = "/api/docs"
OURS = frozenset({"same-origin", "none"})
"""`none`: the visitor typed the address."""

FOREIGN = "Only pages of this assistant may do this."


class SameOrigin:
    """Middleware: refuse what another site's page sends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless it is foreign."""
        if scope["type"] == "http" and not _is_open(scope) and is_foreign(Headers(scope=scope)):
            await problem(HTTPStatus.FORBIDDEN, FOREIGN)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def is_foreign(headers: Headers) -> bool:
    """Whether a request comes from another site's page; one without both headers comes from a program."""
    if sites := headers.getlist("sec-fetch-site"):
        return not OURS.issuperset(sites)
    host = headers.get("host", "").lower()
    return any(not host or _host(origin) != host for origin in headers.getlist("origin"))


def _is_open(scope: Scope) -> bool:
    path = str(scope["path"])
    is_page = path == OPEN_API_PAGE or path.removeprefix("/").partition("/")[0] in OPEN_TO_ALL
    return is_page and scope["method"] in READING


def _host(origin: str) -> str:
    """The host that an origin names; `null` and what cannot be read name none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
