"""How many cases stand where: by stage, risk, kind and counsellor, with what was opened and closed by month and week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.cases import Risk, Stage
from domain.values import CentreCode, StaffId
from domain.weeks import Weeks

GRAVE = (Risk.high, Risk.critical)


Stand = tuple[str, str, str, int]
"""One kept count: stage, risk and kind as they are kept, and how many cases stand so. A plain tuple: an answer is made of hundreds."""


@dataclass(frozen=True, slots=True)
class MonthFlow:
    month: str
    opened: int
    closed: int


@dataclass(frozen=True, slots=True)
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
    held: Iterable[tuple[StaffId, str, Iterable[Stand]]],
    overdue: int,
    months: Iterable[MonthFlow],
    weeks: Weeks,
) -> CaseloadDashboard:
    """`held` is each counsellor with name and counts. All but the stages count open cases alone. The fullest counsellor first; months in
    their order."""
    stages: dict[str, int] = {}
    risks: dict[str, int] = {}
    kinds: dict[str, int] = {}
    loads: list[CounsellorLoad] = []
    for whose, name, stands in held:
        open_, grave = 0, 0
        for stage, risk, kind, n in stands:
            stages[stage] = stages.get(stage, 0) + n
            if stage == Stage.closed:
                continue
            risks[risk] = risks.get(risk, 0) + n
            kinds[kind] = kinds.get(kind, 0) + n
            open_ += n
            grave += n if risk in GRAVE else 0
        if open_:
            loads.append(CounsellorLoad(whose, name, open_, grave))
    return CaseloadDashboard(
        centres=centres,
        as_of=as_of,
        open=sum(load.open for load in loads),
        overdue=overdue,
        by_stage=stages,
        by_risk=risks,
        by_kind=kinds,
        counsellors=tuple(sorted(loads, key=lambda load: (-load.open, load.name))),
        months=tuple(sorted(months, key=lambda flow: flow.month)),
        weeks=weeks,
    )
