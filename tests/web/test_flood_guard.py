"""Abuse 20 and 22: floods get 429, exempt networks do not, and only our own proxies say who sent a request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from bot.settings import Settings
from bot.web.flood_guard import FloodGuard, client_address
from bot.web.services import Services

OUTSIDE = "198.51.100.7"
PROXY = "10.0.0.2"


def settings_with(**changes: object) -> Settings:
    return Settings.model_validate({"new_conversations_per_minute": 3} | changes)


@asynccontextmanager
async def client_from(
    app: FastAPI, services: Services, address: str, **changes: object
) -> AsyncIterator[httpx.AsyncClient]:
    settings = settings_with(**changes)
    object.__setattr__(services, "flood_guard", FloodGuard(settings))
    app.state.settings = settings
    transport = httpx.ASGITransport(app, client=(address, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://askwell.test") as client:
        yield client


async def opened(client: httpx.AsyncClient, times: int, **headers: str) -> list[int]:
    return [(await client.post("/api/v1/conversations", headers=headers)).status_code for _ in range(times)]


async def test_a_flood_of_conversations_from_one_address_is_stopped(app: FastAPI, services: Services) -> None:
    async with client_from(app, services, OUTSIDE) as client:
        assert await opened(client, 4) == [201, 201, 201, 429]
        refused = await client.post("/api/v1/conversations")
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 120
    assert refused.headers["Retry-After"] in refused.json()["detail"]


async def test_an_emergency_in_a_flood_is_told_whom_to_call(app: FastAPI, services: Services) -> None:
    async with client_from(app, services, OUTSIDE) as client:
        await opened(client, 3)
        refused = await client.post("/api/v1/conversations", json={"text": "I can't breathe"})
        harmless = await client.post("/api/v1/conversations", json={"text": "Where do exosomes come from?"})
    emergency = refused.json()["emergency"]
    assert refused.status_code == 429
    assert "Call 911 now" in emergency["text"]
    assert "<strong>" in emergency["html"]
    assert "emergency" not in harmless.json()


async def test_this_machine_is_exempt_as_it_comes(app: FastAPI, services: Services) -> None:
    async with client_from(app, services, "127.0.0.1") as client:
        assert await opened(client, 6) == [201] * 6


async def test_a_clinics_own_network_can_be_exempt(app: FastAPI, services: Services) -> None:
    async with client_from(app, services, OUTSIDE, exempt_addresses=["198.51.100.0/24"]) as client:
        assert await opened(client, 6) == [201] * 6


async def test_nobody_can_hide_behind_a_forged_header(app: FastAPI, services: Services) -> None:
    async with client_from(app, services, OUTSIDE) as client:
        statuses = [(await opened(client, 1, **{"X-Forwarded-For": f"203.0.113.{number}"}))[0] for number in range(4)]
    assert statuses == [201, 201, 201, 429]


async def test_behind_a_trusted_proxy_each_client_counts_for_itself(app: FastAPI, services: Services) -> None:
    async with client_from(app, services, PROXY, trusted_proxies=[PROXY]) as client:
        assert await opened(client, 4, **{"X-Forwarded-For": "203.0.113.1"}) == [201, 201, 201, 429]
        assert await opened(client, 1, **{"X-Forwarded-For": "203.0.113.2"}) == [201]


async def test_a_conversation_that_is_open_goes_on(app: FastAPI, services: Services) -> None:
    async with client_from(app, services, OUTSIDE) as client:
        mine = (await client.post("/api/v1/conversations")).json()
        await opened(client, 4)
        path, headers = f"/api/v1/conversations/{mine['id']}/messages", {"Authorization": f"Bearer {mine['token']}"}
        assert (await client.get(path, headers=headers)).status_code == 200


async def test_tries_to_guess_a_code_are_slowed_even_from_this_machine(app: FastAPI, services: Services) -> None:
    async with client_from(app, services, "127.0.0.1") as client:
        tries = [await client.post("/api/v1/access", json={"code": "AAAA-BBBB"}) for _ in range(11)]
    assert [response.status_code for response in tries] == [404] * 10 + [429]
    assert int(tries[-1].headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "sender"),
    [
        (OUTSIDE, "", [], OUTSIDE),
        (OUTSIDE, "203.0.113.1", [], OUTSIDE),
        (PROXY, "203.0.113.1", [PROXY], "203.0.113.1"),
        (PROXY, "6.6.6.6, 203.0.113.1", [PROXY], "203.0.113.1"),  # what a client forged stands on the left
        (PROXY, "203.0.113.1, 10.0.0.3", ["10.0.0.0/8"], "203.0.113.1"),  # two proxies of ours
        (PROXY, "nonsense", [PROXY], PROXY),
        (PROXY, "", [PROXY], PROXY),
        ("::ffff:198.51.100.7", "", [], OUTSIDE),
    ],
)
def test_who_sent_it(peer: str, forwarded: str, trusted: list[str], sender: str) -> None:
    assert str(client_address(peer, forwarded, settings_with(trusted_proxies=trusted).trusted_proxies)) == sender


def test_where_there_is_no_address_there_is_none() -> None:
    assert client_address("", "203.0.113.1", settings_with(trusted_proxies=["0.0.0.0/0"]).trusted_proxies) is None


async def test_the_addresses_of_one_ipv6_line_count_as_one(app: FastAPI, services: Services) -> None:
    statuses = []
    settings = settings_with()
    guard = FloodGuard(settings)
    for number in range(4):
        object.__setattr__(services, "flood_guard", guard)
        transport = httpx.ASGITransport(app, client=(f"2001:db8:1:2::{number}", 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://askwell.test") as client:
            statuses += await opened(client, 1)
    assert statuses == [201, 201, 201, 429]
