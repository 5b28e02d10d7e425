"""Durations by rungs, shares, and what is told of a partner, against slow and plain counting."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.figures.durations import LADDER, LONGER, MEDIAN, MOST, percent, quantile, rung
from domain.figures.partners import NO_SERVICE, Called, Counts, Fact, facts, lines
from domain.partners.declining import DeclineCode
from domain.periods import last_quarters, quarter_of
from domain.referrals.steps import State
from domain.values import PartnerId

SENT = datetime(2026, 11, 2, 9, tzinfo=UTC)
seconds = st.integers(0, 2 * LADDER[-1])


@given(st.lists(seconds, min_size=1), st.sampled_from([MEDIAN, MOST, Fraction(1)]))
def test_a_quantile_is_the_rung_above_the_exact_one(took: list[int], share: Fraction) -> None:
    told = quantile(Counter(rung(timedelta(seconds=one)) for one in took), share)
    exact = sorted(took)[-(-len(took) * share.numerator // share.denominator) - 1]
    assert told == rung(timedelta(seconds=exact))
    assert exact > LADDER[-1] if told == LONGER else told >= exact


def test_what_the_ladder_says() -> None:
    assert rung(timedelta(seconds=-5)) == LADDER[0]
    assert [rung(timedelta(seconds=one)) for one in (900, 901, LADDER[-1], LADDER[-1] + 1)] == [900, 1800, LADDER[-1], LONGER]
    assert quantile({}, MEDIAN) is None
    assert all(later <= 2.2 * step for step, later in pairwise(LADDER)), "no rung is more than about twice the last"
    assert [percent(1, 3), percent(1, 8), percent(0, 5), percent(5, 5), percent(0, 0)] == [33, 13, 0, 100, None]


def test_quarters_begin_at_midnight_in_karachi() -> None:
    assert quarter_of(datetime(2026, 12, 31, 18, 59, tzinfo=UTC)) == "2026-Q4"
    assert quarter_of(datetime(2026, 12, 31, 19, 0, tzinfo=UTC)) == "2027-Q1"
    assert last_quarters(SENT, 4) == ("2026-Q1", "2026-Q4")
    assert last_quarters(datetime(2026, 2, 1, tzinfo=UTC), 4) == ("2025-Q2", "2026-Q1")


def test_what_a_referral_is_counted_for() -> None:
    soon, later = SENT + timedelta(minutes=20), SENT + timedelta(days=4)
    assert list(facts(State.draft, None, None, None)) == []
    assert list(facts(State.queued, SENT, None, None)) == [(Fact.sent, "")]
    assert list(facts(State.expired, SENT, None, None)) == [(Fact.sent, ""), (Fact.silent, ""), (Fact.ended, "expired")]
    assert list(facts(State.expired, SENT, soon, None)) == [(Fact.sent, ""), (Fact.acknowledged, "1800"), (Fact.ended, "expired")]
    assert list(facts(State.declined, SENT, soon, later)) == [
        (Fact.sent, ""),
        (Fact.acknowledged, "1800"),
        (Fact.answered, "432000"),
        (Fact.ended, "declined"),
        (Fact.declined, ""),
    ]
    assert (Fact.declined, "other") in list(facts(State.declined, SENT, soon, later, DeclineCode.other))


def counts(**told: dict[str, int]) -> Counts:
    assert set(told) <= set(Fact)
    return told


def test_a_partner_is_told_as_a_whole_and_by_service() -> None:
    partner, service = PartnerId(UUID(int=7)), UUID(int=8)
    told = {
        partner: {
            service: counts(sent={"": 4}, acknowledged={"900": 3}, ended={"completed": 1, "withdrawn": 2}),
            NO_SERVICE: counts(sent={"": 6}, acknowledged={str(LADDER[-1]): 1}, silent={"": 4}, ended={"declined": 3}),
        }
    }
    whole, apart, its = lines(told, {partner: Called("Circle", {service: "Shelter"}, {service: 2, NO_SERVICE: 1})})
    assert (whole.whole, whole.name, whole.sent, whole.late, whole.silent_share) == (True, "Circle", 10, 3, 50)
    assert (whole.acknowledge_median, whole.acknowledge_most, whole.answer_median) == (900, LADDER[-1], None)
    assert (whole.completion_share, whole.declined_share) == (25, 75), "what the centre withdrew is left out"
    assert (apart.service_id, apart.sent, apart.late) == (None, 6, 1)
    assert (its.service_id, its.service, its.sent, its.completion_share) == (service, "Shelter", 4, 100)
