"""When the clinic is open, and what patients are told of it; the clock is the test's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.conversations.phrases import Phrases
from bot.handoffs.hours import Outlook, ReplyTimes
from bot.settings import Settings

OPEN = "The clinic is open now. The team usually replies within one working day."


def _outlook(at: str, hours: str = "Mo-Fr 09:00-17:00", **changes: str) -> Outlook:
    settings = Settings(_env_file=None, opening_hours=hours, **changes)
    return ReplyTimes(settings, Phrases(settings), lambda: datetime.fromisoformat(at).astimezone(UTC)).outlook()


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-20T14:00+00:00",  # a Friday, 9 am in New York to the second
        "2026-11-20T21:59:59+00:00",
        "2026-07-20T13:00+00:00",  # in summer New York is an hour closer to London
    ],
)
def test_while_it_is_open_a_reply_is_expected_from_now_on(at: str) -> None:
    assert _outlook(at) == Outlook(open_now=True, opens_at=None, reply_expected=OPEN)


@pytest.mark.parametrize(
    ("at", "opens", "told"),
    [
        ("2026-11-20T13:59:59+00:00", "2026-11-20T14:00+00:00", "on Friday, November 20, at 9:00 am"),
        ("2026-11-20T22:00+00:00", "2026-11-23T14:00+00:00", "on Monday, November 23, at 9:00 am"),
        # Clocks go back on Sunday, November 1, and forward on Sunday, March 14: 9 am stays 9 am.
        ("2026-10-31T12:00+00:00", "2026-11-02T14:00+00:00", "on Monday, November 2, at 9:00 am"),
        ("2027-03-13T12:00+00:00", "2027-03-15T13:00+00:00", "on Monday, March 15, at 9:00 am"),
    ],
)
def test_while_it_is_closed_the_day_and_the_hour_are_named(at: str, opens: str, told: str) -> None:
    outlook = _outlook(at)
    assert (outlook.open_now, outlook.opens_at) == (False, datetime.fromisoformat(opens))
    assert told in outlook.reply_expected


def test_an_hour_that_the_clocks_leave_out_opens_when_they_have_moved() -> None:
    outlook = _outlook("2027-03-13T12:00+00:00", "Su 02:30-05:00")
    assert outlook.opens_at == datetime.fromisoformat("2027-03-14T03:00-04:00")


def test_a_day_that_is_closed_is_skipped() -> None:
    outlook = _outlook("2026-12-24T22:30+00:00", "Mo-Fr 09:00-17:00; Dec 25 off")
    assert "Monday, December 28" in outlook.reply_expected


def test_a_public_holiday_is_skipped_if_the_clinic_says_so() -> None:
    thanksgiving = "2026-11-26T15:00+00:00"
    assert _outlook(thanksgiving).open_now
    assert "Friday, November 27" in _outlook(thanksgiving, "Mo-Fr 09:00-17:00; PH off").reply_expected


@pytest.mark.parametrize("hours", ["off", "2020 Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00 unknown"])
def test_what_never_opens_for_certain_names_no_day(hours: str) -> None:
    outlook = _outlook("2026-11-20T15:00+00:00", hours)
    assert outlook == Outlook(
        open_now=False, opens_at=None, reply_expected="The team usually replies within one working day."
    )


def test_the_clinics_own_zone_and_words_count() -> None:
    outlook = _outlook(
        "2026-11-20T05:00+00:00", timezone="Asia/Tokyo", expected_reply="on the same day", jurisdiction="EU"
    )
    assert outlook.open_now
    assert outlook.reply_expected == "The clinic is open now. The team usually replies on the same day."
