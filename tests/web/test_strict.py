"""Request bodies are read strictly."""

from __future__ import annotations

from contextlib import suppress

import pytest
from fastapi.exceptions import RequestValidationError
from hypothesis import given
from hypothesis import strategies as st

from bot.web.strict import DEEPEST_JSON, parse_strictly


@pytest.mark.parametrize(
    ("body", "value"),
    [(b'{"a": [1, 2.5, null, true, "x"]}', {"a": [1, 2.5, None, True, "x"]}), (b'"x"', "x"), (b"null", None)],
)
def test_json_is_parsed(body: bytes, value: object) -> None:
    assert parse_strictly(body) == value


def _nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"{'a': 1}", "not valid JSON"),
        (b'{"a": 1, "a": 2}', "a key stands twice"),
        (b'{"x": {"a": 1, "a": 1}}', "a key stands twice"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b"[Infinity]", "Infinity is not JSON"),
        (b"-Infinity", "-Infinity is not JSON"),
        (b"[-1e400]", "a number is too large"),
        (_nested(DEEPEST_JSON + 1), "nested deeper"),
        (_nested(30_000), ""),
        (b'{"a":' * 30_000 + b"1" + b"}" * 30_000, ""),
        (b"9" * 5_000, ""),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else value,
)
def test_everything_else_is_refused(body: bytes, says: str) -> None:
    with pytest.raises(RequestValidationError) as caught:
        parse_strictly(body)
    assert says in caught.value.errors()[0]["msg"]


def test_the_deepest_that_is_allowed_is_taken() -> None:
    assert parse_strictly(_nested(DEEPEST_JSON))


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused(body: bytes) -> None:
    with suppress(RequestValidationError):
        parse_strictly(body)
