"""What a browser loads: the demo clinic page, the widget, its loader and their files.

Every static file is read once, hashed and compressed, and kept in memory: they are few and small. A path that carries
the hash of all files may be cached for ever; the same path without it is checked again at each use. A page of the
widget asks for one script, joined of its own and of what it shares. Its words, its style and its icons stand in it, so
that it can be drawn, and written in, before anything else has come.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import mimetypes
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol, cast

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.templating import Jinja2Templates

from bot.languages import DEFAULT_LANGUAGE, best_language
from bot.web.bundles import bundled
from bot.web.dependencies import Language
from bot.web.headers import HEADERS_OF_ALL

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"

FOREVER = "public, max-age=31536000, immutable"
CHECK_EACH_TIME = "public, no-cache"
BRIEFLY = "public, max-age=300, stale-while-revalidate=86400"
PRIVATE = "private, no-cache"

Catalogue = dict[str, dict[str, str]]


class ClinicFacts(Protocol):
    """What the pages say about the clinic; the settings carry it."""

    clinic_name: str
    clinic_phone: str
    clinic_hours: str
    emergency_number: str
    crisis_line: str
    widget_origins: Sequence[str]
    token_idle_minutes: int
    token_life_days: int
    retention_days: int


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One file as it is sent: plain, compressed, and what it is."""

    body: bytes
    zipped: bytes
    etag: str
    content_type: str

    @classmethod
    def of(cls, body: bytes, content_type: str) -> Asset:
        """Compress and fingerprint `body`; the result is the same at every start."""
        etag = f'"{_digest(body)}"'
        zipped = gzip.compress(body, mtime=0)
        return cls(body=body, zipped=zipped, etag=etag, content_type=content_type)

    @property
    def source(self) -> str:
        """What a policy calls the style or script of just these bytes, where it stands in the page itself."""
        return f"'sha256-{b64encode(hashlib.sha256(self.body).digest()).decode()}'"


def page_headers(
    *,
    frame_ancestors: Sequence[str],
    frame_sources: Sequence[str] = (),
    style: str = "'self'",
    inline_script: str = "",
) -> dict[str, str]:
    """Security headers of an HTML page.

    `frame_ancestors` are the origins that may embed the page, none if empty;
    `frame_sources` are the origins that the page itself may embed. `style` is where its style
    comes from, and `inline_script` which script may stand in it, as a policy says it.
    """
    directives = {
        "default-src": "'none'",
        "script-src": f"'self' {inline_script}".rstrip(),
        "style-src": style,
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "frame-src": " ".join(frame_sources) or "'none'",
        "frame-ancestors": " ".join(frame_ancestors) or "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "askwell",
    }
    policy = "; ".join(f"{name} {value}" for name, value in directives.items())
    return {**HEADERS_OF_ALL, "Content-Security-Policy": policy}


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]


def _content_type(path: Path) -> str:
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    textual = guessed.startswith("text/") or guessed.endswith(("json", "xml"))
    return f"{guessed}; charset=utf-8" if textual else guessed


def lean(script: str) -> str:
    """Leave out a script's comment lines and indentation; line numbers stay as they are.

    A line that begins with `//`, `/*` or `*` is taken for a comment, so code must not.
    """
    lines = (line.strip() for line in script.splitlines())
    kept = ("" if line.startswith(("//", "/*", "*")) else line for line in lines)
    return "\n".join(kept)


def _contents(path: Path) -> bytes:
    body = path.read_bytes()
    return lean(body.decode()).encode() if path.suffix == ".js" else body


@cache
def assets() -> Mapping[str, Asset]:
    """Every static file by its path, and what the widget's pages have joined of them; read once."""
    files = sorted(path for path in STATIC.rglob("*") if path.is_file())
    contents = {path.relative_to(STATIC).as_posix(): _contents(path) for path in files}
    contents |= {name: body for page in _pages(contents) for name, body in _joined(page, contents).items()}
    return {name: Asset.of(body, _content_type(Path(name))) for name, body in contents.items()}


def _pages(contents: Mapping[str, bytes]) -> list[str]:
    """The widget's pages: what has a style of its own, other than the one that all share."""
    return [path.stem for path in map(Path, contents) if path.match("widget/*.css") and path.stem != "base"]


def _joined(page: str, contents: Mapping[str, bytes]) -> dict[str, bytes]:
    modules = {Path(name).stem: body.decode() for name, body in contents.items() if Path(name).match("widget/*.js")}
    scripts = {f"widget/{page}/{name}.js": body.encode() for name, body in bundled(page, modules).items()}
    style = contents["widget/base.css"] + contents[f"widget/{page}.css"]
    return scripts | {f"widget/{page}/main.css": style}


@cache
def version() -> str:
    """Fingerprint of all static files together: part of the addresses of each."""
    return _digest("".join(asset.etag for asset in assets().values()).encode())


def static_url(path: str) -> str:
    """Address of a static file that changes whenever any static file does.

    Raises:
        KeyError: There is no such file, so that no template can name one.
    """
    if path not in assets():
        raise KeyError(path)
    return f"/static/{version()}/{path}"


def contents(path: str) -> str:
    """What is in a static file, to stand in a page."""
    return assets()[path].body.decode()


@cache
def catalogue(page: str, language: str) -> Catalogue:
    """The own words of one page of the widget in one language, by section and name."""
    asset = assets()[f"widget/strings/{page}/{language}.json"]
    return cast("Catalogue", json.loads(asset.body))


@cache
def languages() -> tuple[str, ...]:
    """The languages that have catalogues."""
    folder = "widget/strings/frame/"
    return tuple(Path(name).stem for name in assets() if name.startswith(folder))


def dial(number: str) -> str:
    """A telephone number as a `tel:` link wants it."""
    return "tel:" + "".join(sign for sign in number if sign.isdigit() or sign == "+")


@cache
def loader() -> Asset:
    """The script that a clinic embeds, with the launcher's words in every language."""
    words = {language: catalogue("frame", language)["launcher"] for language in languages()}
    source = assets()["widget/loader.js"].body.decode()
    script = source.replace("__WORDS__", json.dumps(words, ensure_ascii=False))
    return Asset.of(script.encode(), "text/javascript; charset=utf-8")


def _templates() -> Jinja2Templates:
    templates = Jinja2Templates(TEMPLATES)
    templates.env.globals |= {"static": static_url, "contents": contents}
    templates.env.filters["dial"] = dial
    return templates


templates = _templates()
router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]


def _facts(request: Request) -> ClinicFacts:
    return cast("ClinicFacts", request.app.state.settings)


def _send(request: Request, asset: Asset, *, caching: str) -> Response:
    headers = {
        "Cache-Control": caching,
        "ETag": asset.etag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(asset.body, headers=headers, media_type=asset.content_type)
    headers["Content-Encoding"] = "gzip"
    return Response(asset.zipped, headers=headers, media_type=asset.content_type)


def _page(request: Request, name: str, words: Mapping[str, object], headers: dict[str, str]) -> Response:
    html = templates.get_template(name).render(clinic=_facts(request), **words)
    response = _send(request, _html(html), caching=PRIVATE)
    response.headers.update(headers)
    return response


@lru_cache(maxsize=64)
def _html(page: str) -> Asset:
    """A page as it is sent: it is the same for every visitor, so it is compressed once."""
    return Asset.of(page.encode(), "text/html; charset=utf-8")


@router.api_route("/", methods=READ)
async def demo(request: Request) -> Response:
    """Show the demonstration clinic, with the widget embedded as a clinic would."""
    headers = page_headers(frame_ancestors=(), frame_sources=("'self'",))
    return _page(request, "demo.html", {}, headers)


@router.api_route("/widget", methods=READ)
async def widget(request: Request, lang: Language = DEFAULT_LANGUAGE) -> Response:
    """Show the chat itself; the loader puts it in an iframe of the clinic's page."""
    return _widget_page(request, "chat", lang)


@router.api_route("/widget/report", methods=READ)
async def widget_report(request: Request, lang: Language = DEFAULT_LANGUAGE) -> Response:
    """Show the report after a treatment, in the chat's place."""
    return _widget_page(request, "report", lang)


@router.api_route("/widget/privacy", methods=READ)
async def privacy(request: Request, lang: Language = DEFAULT_LANGUAGE) -> Response:
    """Show what is kept, and what patients can do about it."""
    return _widget_page(request, "privacy", lang)


@router.api_route("/widget/sheet", methods=READ)
async def sheet(request: Request, lang: Language = DEFAULT_LANGUAGE) -> Response:
    """Show the patient's prep sheet."""
    return _widget_page(request, "sheet", lang)


def _widget_page(request: Request, page: str, wanted: str) -> Response:
    """A page of the widget: its template, script, style and words go by the same name."""
    language = best_language(wanted, languages())
    embedders = ["'self'", *_facts(request).widget_origins]
    headers = page_headers(
        frame_ancestors=list(dict.fromkeys(embedders)),
        style=assets()[f"widget/{page}/main.css"].source,
        inline_script=assets()["widget/early.js"].source,
    )
    words = {
        "page": page,
        "language": language,
        "words": catalogue(page, language),
        "frame": catalogue("frame", language)["frame"],
    }
    return _page(request, f"widget/{page}.html", words, headers)


@router.api_route("/widget.js", methods=READ)
async def widget_loader(request: Request) -> Response:
    """Send the loader; any site may read it, as its script tag is on any site."""
    response = _send(request, loader(), caching=BRIEFLY)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@router.api_route("/static/{path:path}", methods=READ)
async def static_file(request: Request, path: str) -> Response:
    """Send a static file, with or without the version in its path."""
    prefix, _, rest = path.partition("/")
    if prefix == version() and rest in assets():
        return _send(request, assets()[rest], caching=FOREVER)
    # A page that was open while the clinic updated still asks for the old version.
    asset = assets().get(path) or assets().get(rest)
    if asset is None:
        raise HTTPException(404)
    return _send(request, asset, caching=CHECK_EACH_TIME)
