"""The limit of open files: a stream for each patient must not stop at the system's modest default."""

from __future__ import annotations

import resource
from collections.abc import Iterator

import pytest

from bot.open_files import MOST, allow_many_files


@pytest.fixture(autouse=True)
def own_limit() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_low_limit_is_raised_as_far_as_the_system_lets_it() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, most))
    assert allow_many_files() == (MOST if most == resource.RLIM_INFINITY else min(MOST, most))


def test_a_refusal_leaves_the_limit_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_kind: int, _limits: tuple[int, int]) -> None:
        raise ValueError

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, most))
    with monkeypatch.context() as patched:
        patched.setattr(resource, "setrlimit", refuse)
        assert allow_many_files() == 512
