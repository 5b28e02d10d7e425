"""Durations counted by the rung of a fixed ladder, so that a median is read from a few rows however many were counted.

Decision. Context: a median of exact durations needs every one of them, and a dashboard must not read the records. Choice: each duration
is counted at the first rung that it does not pass; a quantile is the rung at which that share is reached, said as "at most". Price: it is
exact to the rung only (the ladder doubles or less up to a week), and what took longer than the last rung is said as "longer". A ladder
that changes asks for `mrc figures rebuild`.
"""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction

MINUTE, HOUR, DAY = 60, 3600, 86_400
LADDER = (
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    3 * DAY,
    5 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    60 * DAY,
    90 * DAY,
    180 * DAY,
    365 * DAY,
)
"""The rungs, in seconds."""
LONGER = 0
"""What is counted past the last rung; no duration is at most nothing."""
MEDIAN, MOST = Fraction(1, 2), Fraction(9, 10)


def rung(took: timedelta) -> int:
    """The first rung that is at least as long, in seconds. A clock that ran backwards took no time."""
    seconds = took.total_seconds()
    return next((step for step in LADDER if seconds <= step), LONGER)


def quantile(counts: Mapping[int, int], share: Fraction) -> int | None:
    """The rung within which this share of them lies, `LONGER` past the last; None where nothing was counted."""
    total = sum(counts.values())
    if total <= 0:
        return None
    reached, parts, enough = 0, share.denominator, share.numerator * total
    for step in LADDER:
        reached += counts.get(step, 0)
        if reached * parts >= enough:
            return step
    return LONGER


def percent(part: int, whole: int) -> int | None:
    """Whole percent, a half upwards; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole > 0 else None
