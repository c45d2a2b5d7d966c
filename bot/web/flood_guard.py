"""Refuses floods: of new conversations from one address, and of tries to guess a private code."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Annotated

from fastapi import Depends, Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from pydantic import IPvAnyNetwork

from bot.errors import TooManyRequestsError
from bot.settings import Settings

TRIES_OF_ONE_ADDRESS = RateLimitItemPerMinute(10)
TRIES_OF_ALL = RateLimitItemPerMinute(300)
_IPV6_SUBSCRIBER = 64

type Address = IPv4Address | IPv6Address


class FloodGuard:
    """Counts by address in this process's memory: a restart forgets, which costs an attacker nothing worth having."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._new_conversations = RateLimitItemPerMinute(settings.new_conversations_per_minute)
        self._exempt = settings.exempt_addresses

    def conversation_opened(self, address: Address | None) -> None:
        """Count a new conversation.

        Raises:
            TooManyRequestsError: Too many came from this address.
        """
        if address is None or not _is_within(address, self._exempt):
            self._count(self._new_conversations, "new", _subscriber(address))

    def code_tried(self, address: Address | None) -> None:
        """Count a try to open a conversation by its code; here nobody is exempt.

        Raises:
            TooManyRequestsError: Too many came from this address, or from all together.
        """
        self._count(TRIES_OF_ONE_ADDRESS, "code", _subscriber(address))
        self._count(TRIES_OF_ALL, "code", "all")

    def _count(self, limit: RateLimitItem, *key: str) -> None:
        if not self._limiter.hit(limit, *key):
            free_at = self._limiter.get_window_stats(limit, *key).reset_time
            raise TooManyRequestsError(max(1, math.ceil(free_at - time.time())))


def client_address(peer: str, forwarded: str, trusted: Sequence[IPvAnyNetwork]) -> Address | None:
    """Who sent a request: the nearest address that no trusted proxy of ours has.

    Each proxy adds to the end of X-Forwarded-For whom it speaks for, so what stands before an untrusted
    address is hearsay. None where there is no address, as on a socket in the file system.
    """
    address = _parsed(peer)
    claimed = [part.strip() for part in forwarded.split(",")]
    while address and _is_within(address, trusted) and claimed and (said := _parsed(claimed.pop())):
        address = said
    return address


async def sender(request: Request) -> Address | None:
    """The address that a request comes from, as far as that is known.

    Asynchronous, though it waits for nothing: FastAPI runs any other dependency in a thread.
    """
    settings: Settings = request.app.state.settings
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    return client_address(request.client.host if request.client else "", forwarded, settings.trusted_proxies)


Sender = Annotated[IPv4Address | IPv6Address | None, Depends(sender)]


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_within(address: Address, networks: Sequence[IPvAnyNetwork]) -> bool:
    return any(address in network for network in networks)


def _subscriber(address: Address | None) -> str:
    """One line to the internet: an IPv6 subscriber has as many addresses as there are sand grains."""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_SUBSCRIBER), strict=False))
    return str(address)
