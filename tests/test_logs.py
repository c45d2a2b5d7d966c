"""An error that nobody caught is printed without its message, which may quote a patient."""

from __future__ import annotations

import io
import logging

import pytest
from pydantic import ValidationError

from bot.conversations.reply import RunnerUp
from bot.logs import LOG_ERRORS, configure_logs, place_of


@pytest.mark.parametrize("name", LOG_ERRORS)
def test_of_an_error_its_kind_and_place_alone_are_printed(name: str) -> None:
    configure_logs()
    printed, logger = io.StringIO(), logging.getLogger(name)
    handler = logging.StreamHandler(printed)
    logger.addHandler(handler)
    try:
        raise ValueError("secret words")  # noqa: TRY301 (so that it has a place)
    except ValueError as error:
        logger.error("secret words: %r", error, exc_info=error)
    finally:
        logger.removeHandler(handler)
    assert printed.getvalue().startswith(f"ValueError at {__file__}:")
    assert "secret" not in printed.getvalue()


def test_the_place_is_one_of_our_own_code_though_a_library_raised_it() -> None:
    with pytest.raises(ValidationError) as caught:
        RunnerUp.model_validate({})
    assert place_of(caught.value).startswith(f"{__file__}:")
    assert place_of(ValueError()) == "unknown"


def test_what_is_no_error_is_printed_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    configure_logs()
    logging.getLogger("asyncio").warning("slow")
    assert caplog.messages == ["slow"]
