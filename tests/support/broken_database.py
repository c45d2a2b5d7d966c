"""A database that fails in the middle of what a test does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError


def database_is_locked() -> OperationalError:
    """What SQLite says when it cannot write in time."""
    return OperationalError("COMMIT", {}, Exception("database is locked"))


@contextmanager
def database_failing_at(service: object, method: str) -> Iterator[None]:
    """Let the database fail where this method would write; what is done meanwhile has to say so."""

    def fail(*_: object, **__: object) -> None:
        raise database_is_locked()

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(service, method, fail)
        with pytest.raises(OperationalError):
            yield
