"""Who carries how much: open cases weighted by risk, against what one person can carry."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.cases import Risk
from domain.figures.durations import percent
from domain.values import CentreCode, StaffId

WEIGHTS: Mapping[Risk, int] = {Risk.low: 1, Risk.medium: 2, Risk.high: 4, Risk.critical: 6}
"""How many points an open case counts. Ours, from no source: the only place to change them."""
CAPACITY = 60
"""Points that one counsellor can carry. Ours as well."""


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody would hand over: open cases by risk, and referrals under way or not yet sent. `of_capacity` is percent."""

    counsellor: StaffId
    name: str
    active: bool
    by_risk: dict[str, int]
    open: int
    points: int
    of_capacity: int
    referrals: int


@dataclass(frozen=True, slots=True)
class WorkloadDashboard:
    """Exact, as of now; the fullest first. `weights` and `capacity` are ours (`domain/figures/workload.py`)."""

    centres: tuple[CentreCode, ...]
    as_of: datetime
    weights: dict[str, int]
    capacity: int
    loads: tuple[Load, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """One kept count: so many open cases at this risk."""

    counsellor: StaffId
    name: str
    active: bool
    risk: Risk
    n: int


def workload(
    centres: tuple[CentreCode, ...], as_of: datetime, held: Iterable[Held], referrals: Mapping[StaffId, tuple[str, bool, int]]
) -> WorkloadDashboard:
    """`referrals` are each counsellor's name, whether they still work here, and how many they have open."""
    cases: dict[StaffId, Counter[Risk]] = {whose: Counter() for whose in referrals}
    known = {whose: (name, active) for whose, (name, active, _) in referrals.items()}
    for one in held:
        cases.setdefault(one.counsellor, Counter())[one.risk] += one.n
        known[one.counsellor] = one.name, one.active
    loads = [_load(whose, *known[whose], counts, referrals[whose][2] if whose in referrals else 0) for whose, counts in cases.items()]
    loads = sorted((one for one in loads if one.open or one.referrals), key=lambda one: (-one.points, -one.referrals, one.name))
    return WorkloadDashboard(centres, as_of, {risk.value: n for risk, n in WEIGHTS.items()}, CAPACITY, tuple(loads))


def _load(whose: StaffId, name: str, active: bool, counts: Counter[Risk], referrals: int) -> Load:
    points = sum(WEIGHTS[risk] * n for risk, n in counts.items())
    by_risk = {risk.value: counts[risk] for risk in WEIGHTS}
    return Load(whose, name, active, by_risk, counts.total(), points, percent(points, CAPACITY) or 0, referrals)
