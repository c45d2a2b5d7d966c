"""What another site's page sends is refused at every route, and so is a body that a form could send."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute, Route

from tests.support.open_paths import OPEN_PATHS
from tests.support.patients import Patient, open_conversation

FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://askwell.test.evil.example"},
    {"Origin": "http://askwell.test:8001"},
    {"Origin": "http://[askwell.test"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "anything"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://askwell.test"},
]
OURS = [
    {},
    {"Origin": "http://askwell.test"},
    {"Origin": "https://ASKWELL.test"},  # behind a proxy that holds the certificate
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://clinic.example"},  # … and that asks under another name
    {"Sec-Fetch-Site": "none"},
]
OPEN = {*OPEN_PATHS, "/static/{path:path}"}
FORMS = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonp"]


def _routes(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Each method of each route, those of included routers too."""
    for route in routes:
        if isinstance(route, Route):
            yield from ((method, route.path) for method in sorted(route.methods or ()))
        else:
            yield from _routes(route.original_router.routes)  # type: ignore[attr-defined]


def _filled(path: str, patient: Patient) -> str:
    return re.sub(r"{\w+(:path)?}", "AW7K-3Q2X", path.replace("{conversation_id}", str(patient.conversation)))


async def test_no_route_does_anything_for_another_sites_page(app: FastAPI, patient: Patient) -> None:
    for method, path in _routes(app.routes):
        for headers in FOREIGN:
            response = await patient.http.request(method, _filled(path, patient), headers=patient.headers | headers)
            is_open = path in OPEN and method in {"GET", "HEAD"}
            assert (response.status_code != 403) is is_open, (method, path, headers)
    assert await patient.read() == []


async def test_the_walk_meets_every_route(app: FastAPI, http: httpx.AsyncClient) -> None:
    met = set(_routes(app.routes))
    described = (await http.get("/api/v1/openapi.json")).json()["paths"]
    assert met >= {(method.upper(), path) for path, methods in described.items() for method in methods}
    assert met >= {("POST", "/internal/actions/webhook"), *(("GET", path) for path in OPEN)}


async def test_the_refusal_is_a_problem_with_the_headers_of_all(patient: Patient) -> None:
    response = await patient.http.post("/api/v1/conversations", headers={"Origin": "null"})
    assert (response.status_code, response.headers["content-type"]) == (403, "application/problem+json")
    assert response.json()["detail"] == "Only pages of this assistant may do this."
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("headers", OURS, ids=str)
async def test_our_own_pages_and_programs_are_served(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    opened = await http.post("/api/v1/conversations", headers=headers)
    patient = Patient(http, opened.json()["id"], opened.json()["token"])
    response = await http.get(patient.path, headers=patient.headers | headers)
    assert (opened.status_code, response.status_code) == (201, 200)


async def test_no_route_takes_a_body_that_is_not_json(app: FastAPI, patient: Patient) -> None:
    for method, path in _routes(app.routes):
        if method in {"GET", "HEAD"}:
            continue
        for kind in FORMS:
            headers = patient.headers | {"Content-Type": kind}
            response = await patient.http.request(method, _filled(path, patient), content=b"{}", headers=headers)
            assert response.status_code == 415, (method, path, kind)
            assert response.json()["detail"] == "Send application/json."


async def test_a_form_without_words_is_refused_too_and_so_is_a_body_of_no_kind(http: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"{}"

    path = "/api/v1/conversations"
    assert (await http.post(path, headers={"Content-Type": "text/plain"})).status_code == 415
    assert (await http.post(path, content=b"{}")).status_code == 415
    assert (await http.post(path, content=chunks())).status_code == 415
    assert (
        await http.post(path, content=b"{}", headers={"Content-Type": "Application/JSON; charset=utf-8"})
    ).is_success
    assert (await open_conversation(http)).token
