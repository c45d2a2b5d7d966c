"""How the pages and files are sent: sizes, policies, caching."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI

from bot.web import site

APP_LIMIT = 12 * 1024
LOADER_LIMIT = 3 * 1024
PART_LIMIT = 2 * 1024
PAGES = ("/widget", "/widget/report", "/widget/privacy", "/widget/sheet")
LOADED_ON_DEMAND = ("chat/consent.js", "chat/tools.js")


@pytest.fixture
def client(server_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server_url, timeout=20) as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_sizes(client: httpx.Client, path: str, record_property: Callable[[str, object], None]) -> None:
    page = client.get(path).text
    files = sum(len(site.assets()[name].zipped) for name in _scripts_of(page))
    size = files + sum(len(gzip.compress(script.encode())) for script in _inline(page, "script"))
    record_property("figure", f"{path}, gzipped: {size:,} bytes of {APP_LIMIT:,}")
    assert 0 < size < APP_LIMIT


@pytest.mark.parametrize("name", LOADED_ON_DEMAND)
def test_size_of_what_is_loaded_on_demand(name: str, record_property: Callable[[str, object], None]) -> None:
    size = len(site.assets()[f"widget/{name}"].zipped)
    record_property("figure", f"{name}, gzipped: {size:,} bytes of {PART_LIMIT:,}")
    assert size < PART_LIMIT


def test_loader_size(record_property: Callable[[str, object], None]) -> None:
    loader = len(site.loader().zipped)
    record_property("figure", f"loader, gzipped: {loader:,} bytes of {LOADER_LIMIT:,}")
    assert loader < LOADER_LIMIT


def _scripts_of(page: str) -> set[str]:
    return set(re.findall(r'"/static/\w+/(widget/[\w/-]+\.js)"', page))


@pytest.mark.parametrize("path", PAGES)
def test_page_is_one_script_and_holds_its_style_icons_and_words(client: httpx.Client, path: str) -> None:
    page = client.get(path).text
    name = path.removeprefix("/widget").strip("/") or "chat"
    assert re.findall(r'type="module" src="/static/\w+/([^"]+)"', page) == [f"widget/{name}/main.js"]
    assert "stylesheet" not in page
    assert re.findall(r"<style>(.*?)</style>", page, re.DOTALL) == [site.contents(f"widget/{name}/main.css")]
    icons = set(re.findall(r'<use href="#([\w-]+)"', page))
    assert icons <= set(re.findall(r'<symbol id="([\w-]+)"', page))
    words = re.search(r"data-strings='([^']+)'", page)
    assert words
    assert json.loads(html.unescape(words[1])) == site.catalogue(name, "en")


@pytest.mark.parametrize("path", PAGES)
def test_page_that_has_not_changed_is_not_sent_again(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["cache-control"] == site.PRIVATE


@pytest.mark.parametrize("path", ["/", "/widget", "/widget.js", "/static/widget/chat.css"])
def test_head_is_get_without_the_body(client: httpx.Client, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers["content-length"] == got.headers["content-length"]


def test_only_listed_origins_may_embed_the_widget(client: httpx.Client, host_port: int) -> None:
    policy = client.get("/widget").headers["content-security-policy"]
    assert f"frame-ancestors 'self' http://localhost:{host_port};" in policy
    assert "frame-src 'none'" in policy


def test_demo_page_cannot_be_embedded(client: httpx.Client) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "frame-ancestors 'none';" in policy
    assert "frame-src 'self';" in policy


def test_policy_allows_no_inline_code_and_requires_trusted_types() -> None:
    headers = site.page_headers(frame_ancestors=["'self'"])
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'; style-src 'self';" in policy
    assert policy.endswith("require-trusted-types-for 'script'; trusted-types askwell")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", *PAGES])
def test_pages_hold_no_code_in_attributes(client: httpx.Client, path: str) -> None:
    page = client.get(path).text
    assert " style=" not in page
    assert not re.search(r"<[^>]*\son\w+\s*=", page)


@pytest.mark.parametrize("path", PAGES)
def test_what_stands_in_a_page_is_named_by_its_policy_and_nothing_else_may(client: httpx.Client, path: str) -> None:
    got = client.get(path)
    policy = dict(part.split(" ", 1) for part in got.headers["content-security-policy"].split("; "))
    assert policy["style-src"].split() == _fingerprints(got.text, "style")
    ours, script = policy["script-src"].split()
    assert ours == "'self'"
    assert _fingerprints(got.text, "script") == ([script] if path == "/widget" else [])
    assert "unsafe" not in got.headers["content-security-policy"]


def _fingerprints(page: str, tag: str) -> list[str]:
    """What a browser takes for the names of the styles or scripts that stand in a page."""
    digests = (hashlib.sha256(body.encode()).digest() for body in _inline(page, tag))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def _inline(page: str, tag: str) -> list[str]:
    return [body for body in re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", page, re.DOTALL) if body]


def test_demo_page_holds_no_inline_code(client: httpx.Client) -> None:
    page = client.get("/").text
    assert "<style" not in page
    assert all("src=" in part.split(">")[0] for part in page.split("<script")[1:])


def test_versioned_files_are_kept_for_ever_and_others_checked(client: httpx.Client) -> None:
    kept = client.get(site.static_url("widget/chat.js"))
    checked = client.get("/static/widget/chat.js")
    old = client.get("/static/0123456789abcdef/widget/chat.js")
    assert kept.headers["cache-control"] == site.FOREVER
    assert checked.headers["cache-control"] == old.headers["cache-control"] == site.CHECK_EACH_TIME
    assert kept.content == checked.content == old.content


def test_unchanged_files_are_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/widget.js")
    again = client.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_loader_may_be_read_by_any_site(client: httpx.Client) -> None:
    assert client.get("/widget.js").headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize("path", ["/static/", "/static/nothing.js", "/static/../site.py", "/static/%2e%2e/site.py"])
def test_nothing_else_is_served(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "given"),
    [("en", "en"), ("en-GB", "en"), ("es-MX", "es"), ("ES", "es"), ("xx", "en"), ("../../x", "en"), ("", "en")],
)
def test_language_falls_back_to_one_that_has_words(client: httpx.Client, wanted: str, given: str) -> None:
    assert f'<html lang="{given}"' in client.get("/widget", params={"lang": wanted}).text


def test_clinic_facts_are_escaped(client: httpx.Client, scripted: FastAPI) -> None:
    kept = scripted.state.settings.clinic_name
    scripted.state.settings.clinic_name = "<b>{{ 7*7 }}</b>"
    page = client.get("/").text
    scripted.state.settings.clinic_name = kept
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt;" in page


def test_every_catalogue_has_the_same_words() -> None:
    folder = site.STATIC / "widget" / "strings"
    for page in sorted(path.name for path in folder.iterdir()):
        names = {language: _names(site.catalogue(page, language)) for language in site.languages()}
        assert all(words == names["en"] for words in names.values()), page


def _names(catalogue: site.Catalogue) -> set[str]:
    return {f"{section}.{name}" for section, words in catalogue.items() for name in words}


def test_lean_scripts_keep_their_lines() -> None:
    script = "/** Why. */\nconst a = 1; // kept\n  // gone\n  a();\n"
    assert site.lean(script) == "\nconst a = 1; // kept\n\na();"


def test_dial_keeps_what_a_telephone_needs() -> None:
    assert site.dial("+1 (555) 010-0199") == "tel:+15550100199"
