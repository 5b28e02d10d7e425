"""All days before one, by few spans, as counted one by one."""

import random
from collections import Counter
from datetime import date, timedelta

from domain.periods import FIRST_YEAR, number_of, spans, spans_before

FIRST = date(FIRST_YEAR, 1, 1)


def test_spans_before_a_day_hold_each_day_before_it_once() -> None:
    chance = random.Random(11)
    days = [date(1970, 1, 1) + timedelta(days=chance.randrange(30_000)) for _ in range(3_000)]
    kept = Counter(span for day in days for span in spans(day))
    ends = [date(2026, 1, 1), date(2026, 10, 9), date(2026, 10, 10), date(2028, 2, 29), date(2027, 3, 31), *chance.sample(days, 200)]
    for end in (one for one in ends if one > FIRST):
        asked = spans_before(end)
        assert len(asked) == len(set(asked))
        assert sum(kept[span] for span in asked) == sum(day < end for day in days), end


def test_they_are_few_and_a_day_is_greater_than_what_went_before_it() -> None:
    day = date(2026, 12, 31)
    asked = spans_before(day)
    assert len([span for span in asked if span >= 10_000]) <= 11 + 3 + 9
    assert max(asked) < number_of(day) < min(spans(day + timedelta(days=1))[-1:])


def test_within_a_month_only_days_change() -> None:
    assert set(spans(date(2026, 11, 21))) ^ set(spans(date(2026, 11, 23))) == {20261121, 20261123}
