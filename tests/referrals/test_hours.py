"""When a desk is open, read on Pakistan's clock: at the stroke, over midnight, over the weekend, and nothing where nothing is known."""

from datetime import datetime

import pytest

from domain.partners.hours import DAY_AND_NIGHT, DAYS, NotHours, Opening, open_state

WEEK = [Opening.parse(f"{day} 09:00-17:00") for day in DAYS[:5]]


@pytest.mark.parametrize(
    "moment, opened, day, at, days",
    [
        ("2026-11-20T09:00:00+05:00", True, "friday", "17:00", 0),
        ("2026-11-20T03:59:59+00:00", False, "friday", "09:00", 0),
        ("2026-11-19T19:30:00+00:00", False, "friday", "09:00", 0),
        ("2026-11-20T17:00:00+05:00", False, "monday", "09:00", 3),
        ("2026-11-22T12:00:00+05:00", False, "monday", "09:00", 1),
    ],
)
def test_the_week(moment: str, opened: bool, day: str, at: str, days: int) -> None:
    state = open_state(WEEK, datetime.fromisoformat(moment))
    assert state is not None
    assert (state.open, state.day.value, state.at, state.days) == (opened, day, at, days)


def test_a_break_at_noon_and_one_day_a_week() -> None:
    friday = [Opening.parse("friday 14:30-17:00"), Opening.parse("friday 09:00-12:30")]
    noon = open_state(friday, datetime.fromisoformat("2026-11-20T13:00:00+05:00"))
    assert noon is not None
    assert (noon.open, noon.at, noon.days) == (False, "14:30", 0)
    evening = open_state(friday, datetime.fromisoformat("2026-11-20T20:00:00+05:00"))
    assert evening is not None
    assert (evening.open, evening.at, evening.days) == (False, "09:00", 7)


def test_day_and_night_and_nothing_known() -> None:
    now = datetime.fromisoformat("2026-11-20T23:59:00+05:00")
    state = open_state(DAY_AND_NIGHT, now)
    assert state is not None
    assert state.always
    late = open_state([Opening.parse("friday 20:00-24:00")], now)
    assert late is not None
    assert late.open
    assert open_state([], now) is None


@pytest.mark.parametrize("text", ["monday 17:00-09:00", "monday 9", "someday 09:00-17:00", "monday 09:00-25:00", "", "monday 09:00-09:00"])
def test_what_is_no_hour_is_refused(text: str) -> None:
    with pytest.raises(NotHours):
        Opening.parse(text)


def test_hours_are_written_as_they_are_read() -> None:
    assert str(Opening.parse("monday ۹:۰۰ – ۱۷:۳۰")) == "monday 09:00-17:30"
    assert all(Opening.parse(str(one)) == one for one in (*WEEK, *DAY_AND_NIGHT))
