"""Working time on Pakistan's clock: over the weekend, over a holiday, at the stroke; and what holds for any hours and any moment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.partners.hours import DAY_AND_NIGHT, DAYS, Opening, open_state
from domain.partners.worktime import Worktime
from domain.values import KARACHI

WEEK = tuple(Opening.parse(f"{day} 09:00-17:00") for day in DAYS[:5])
HOUR, DAY, TICK = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
FRIDAY_PRAYER = (*WEEK[:4], Opening.parse("friday 09:00-12:30"), Opening.parse("friday 14:30-17:00"))


def there(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+05:00")


@pytest.mark.parametrize(
    "start, span, end",
    [
        ("2026-11-20T16:00", 3 * HOUR, "2026-11-23T11:00"),
        ("2026-11-20T09:00", 3 * HOUR, "2026-11-20T12:00"),
        ("2026-11-20T14:00", 3 * HOUR, "2026-11-20T17:00"),
        ("2026-11-18T07:30", HOUR, "2026-11-18T10:00"),
        ("2026-11-21T12:00", HOUR, "2026-11-23T10:00"),
        ("2026-11-18T11:15", DAY, "2026-11-19T11:15"),
        ("2026-11-20T11:15", DAY, "2026-11-23T11:15"),
        ("2026-11-20T17:00", DAY, "2026-11-24T09:00"),
        ("2026-11-18T11:15", 3 * DAY, "2026-11-23T11:15"),
        ("2026-11-18T11:15", DAY + 7 * HOUR, "2026-11-20T10:15"),
    ],
)
def test_a_desk_of_office_hours(start: str, span: timedelta, end: str) -> None:
    assert Worktime(WEEK).after(there(start), span) == there(end)


def test_a_break_at_noon_counts_for_nobody() -> None:
    desk = Worktime(FRIDAY_PRAYER)
    assert desk.after(there("2026-11-20T11:30"), 3 * HOUR) == there("2026-11-20T16:30")
    assert desk.after(there("2026-11-19T13:00"), DAY) == there("2026-11-20T12:30"), "as near to the hour as that day is open"
    assert desk.half(there("2026-11-20T11:30"), there("2026-11-20T16:30")) == there("2026-11-20T15:00")


def test_a_holiday_in_between_is_left_out() -> None:
    desk = Worktime(WEEK, frozenset({date(2026, 11, 23)}))
    assert desk.after(there("2026-11-20T16:00"), 3 * HOUR) == there("2026-11-24T11:00")
    assert desk.after(there("2026-11-20T11:15"), DAY) == there("2026-11-24T11:15")
    assert desk.between(there("2026-11-20T16:00"), there("2026-11-24T11:00")) == 3 * HOUR


def test_whose_holidays_close_whom() -> None:
    eid, visit = frozenset({date(2026, 11, 23)}), frozenset({date(2026, 11, 24)})
    monday = there("2026-11-23T10:00")
    assert Worktime.of(WEEK, eid, visit).after(monday, HOUR) == there("2026-11-25T10:00")
    assert Worktime.of(DAY_AND_NIGHT, eid, frozenset()).after(monday, HOUR) == monday + HOUR, "a shelter is open at Eid"
    assert Worktime.of(DAY_AND_NIGHT, eid, eid).after(monday, HOUR) == there("2026-11-24T01:00"), "unless it says otherwise"
    assert Worktime.of((), eid, eid).always, "nothing recorded: around the clock, as ever"


_clock = st.integers(0, 24 * 4).map(lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}")
_openings = st.tuples(st.sampled_from(DAYS), _clock, _clock).filter(lambda it: it[1] < it[2]).map(lambda it: Opening(*it))
_hours = st.lists(_openings, min_size=1, max_size=10).map(tuple)
_moments = st.integers(0, 2 * 365 * 86400).map(lambda second: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second))
_spans = st.one_of(st.integers(1, 24 * 60 - 1).map(lambda n: timedelta(minutes=n)), st.integers(1, 10).map(lambda n: timedelta(days=n)))
_closed = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=20)
some = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@some
@given(_hours, _closed, _moments, st.integers(0, 10**6), _spans)
def test_a_later_start_never_ends_earlier(
    hours: tuple[Opening, ...], closed: frozenset[date], at: datetime, later: int, span: timedelta
) -> None:
    desk = Worktime(hours, closed)
    assert desk.after(at, span) <= desk.after(at + timedelta(seconds=later), span)


@some
@given(_hours, _closed, _moments, _spans)
def test_no_clock_ends_while_the_desk_is_closed(hours: tuple[Opening, ...], closed: frozenset[date], at: datetime, span: timedelta) -> None:
    """At the earliest with the stroke at which it opens, at the latest with the one at which it closes."""
    desk = Worktime(hours, closed)
    end = desk.after(at, span)
    beside = [moment for moment in (end, end - TICK) if moment.astimezone(KARACHI).date() not in closed]
    assert end > at
    assert any(state.open for moment in beside if (state := open_state(hours, moment)))


@some
@given(_hours, _closed, _moments, _spans)
def test_half_lies_in_the_middle(hours: tuple[Opening, ...], closed: frozenset[date], at: datetime, span: timedelta) -> None:
    desk = Worktime(hours, closed)
    end = desk.after(at, span)
    half = desk.half(at, end)
    assert at <= half <= end
    assert abs(desk.between(at, half) - desk.between(half, end)) <= 2 * TICK
    if span < DAY:
        assert desk.between(at, end) == span


@some
@given(_moments, _spans)
def test_a_desk_that_never_closes_keeps_the_clock_on_the_wall(at: datetime, span: timedelta) -> None:
    for desk in (Worktime(), Worktime(DAY_AND_NIGHT)):
        assert desk.after(at, span) == at + span
        assert desk.half(at, at + span) == at + span / 2
