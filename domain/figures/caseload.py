"""How many cases stand where: by stage, risk, kind and counsellor, with what was opened and closed by month and week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.cases import Risk
from domain.values import CentreCode, StaffId
from domain.weeks import Weeks

GRAVE = (Risk.high, Risk.critical)


@dataclass(frozen=True, slots=True)
class MonthFlow:
    month: str
    opened: int
    closed: int


@dataclass(slots=True)
class CounsellorLoad:
    counsellor: StaffId
    name: str
    open: int
    high_risk: int


@dataclass(frozen=True, slots=True)
class CaseloadDashboard:
    """Cases, exact, as of now, from figures kept with the writes; `months` covers the period asked for, `weeks` are those up to
    now."""

    centres: tuple[CentreCode, ...]
    as_of: datetime
    open: int
    overdue: int
    by_stage: dict[str, int]
    by_risk: dict[str, int]
    by_kind: dict[str, int]
    counsellors: tuple[CounsellorLoad, ...]
    months: tuple[MonthFlow, ...]
    weeks: Weeks


def caseload(
    centres: tuple[CentreCode, ...],
    as_of: datetime,
    *,
    held: Iterable[tuple[StaffId, str, str, int]],
    by_stage: dict[str, int],
    by_kind: dict[str, int],
    overdue: int,
    months: Iterable[MonthFlow],
    weeks: Weeks,
) -> CaseloadDashboard:
    """`held` is each counsellor with name and how many open cases of each risk. All but the stages count open cases alone. The fullest
    counsellor first; months in their order."""
    risks: dict[str, int] = {}
    loads: dict[StaffId, CounsellorLoad] = {}
    for whose, name, risk, n in held:
        load = loads.setdefault(whose, CounsellorLoad(whose, name, 0, 0))
        load.open += n
        load.high_risk += n if risk in GRAVE else 0
        risks[risk] = risks.get(risk, 0) + n
    return CaseloadDashboard(
        centres=centres,
        as_of=as_of,
        open=sum(load.open for load in loads.values()),
        overdue=overdue,
        by_stage=by_stage,
        by_risk=risks,
        by_kind=by_kind,
        counsellors=tuple(sorted(loads.values(), key=lambda load: (-load.open, load.name))),
        months=tuple(sorted(months, key=lambda flow: flow.month)),
        weeks=weeks,
    )
