"""The built-in reports: one table of what each is for, which periods it comes in, and which counts stand in it.

Decision. Context: a report that is made by a programme of its own counts in its own way, and two reports then disagree. Choice: a line of
a report is a question on a measure, split and narrowed, or one of a few times that are computed; so a figure means the same wherever it
stands. No report asks the same count twice, for a table that is protected has one total. Price: what no measure counts (services by their
kind, say) stands in no report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain import reference
from domain.cases import CaseKind
from domain.clients import MigrationStage
from domain.partners.directory import PartnerKind
from domain.reports.dimensions import Dimension
from domain.reports.measures import Measure
from domain.reports.period import Cycle
from domain.topics import of_objective


class Times(StrEnum):
    """Times that are computed from kept figures, by the ladder of `domain/figures/durations.py`."""

    first_counselling = "first_counselling"
    partner_answers = "partner_answers"


class Values(StrEnum):
    """Numbers that are computed and no counts: means, medians, what is due."""

    reviews = "reviews"
    """Of each round of reviews of reintegration: how many were due, and the mean of each score."""
    earnings = "earnings"
    """By destination: the median of the months of earnings that recruitment cost."""


@dataclass(frozen=True, slots=True)
class Line:
    """One count: split by at most two things, `only` where these values hold. `kinds` narrows referrals to partners of these kinds."""

    measure: Measure
    splits: tuple[Dimension, ...] = ()
    only: tuple[tuple[Dimension, tuple[str, ...]], ...] = ()
    kinds: tuple[PartnerKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """`number` is that of an objective. A section without lines says that nothing recorded counts it."""

    title: str
    lines: tuple[Line, ...] = ()
    times: Times | None = None
    number: int | None = None
    values: Values | None = None


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """`whom` says who it is for. `outside` is the one cycle in which it leaves the house: of two cycles a reader could subtract one from
    the other. `of_project` counts what has a share in one project."""

    title: str
    whom: str
    cycles: tuple[Cycle, ...]
    outside: Cycle
    sections: tuple[Section, ...]
    of_project: bool = False
    note: str = ""


class ReportCode(StrEnum):
    centre = "centre"
    project = "project"
    gcm = "gcm"
    trafficking = "trafficking"
    reintegration = "reintegration"
    partners = "partners"
    statistics = "statistics"
    sdg = "sdg"


_D, _M, _K = Dimension, Measure, PartnerKind
_RETURN = ((_D.case_kind, (CaseKind.return_reintegration.value,)),)
_PROTECTION = ((_D.case_kind, (CaseKind.protection.value,)),)
_BEFORE = ((_D.case_kind, (CaseKind.pre_departure.value,)),)
_ABROAD = ((_D.migration_stage, (MigrationStage.abroad.value,)),)
_STATE = (_K.law_enforcement, _K.government)
_month, _quarter, _year = Cycle.month, Cycle.quarter, Cycle.year

_CENTRE = (
    Section(
        "People",
        (
            Line(_M.contacts, (_D.channel,)),
            Line(_M.people_registered, (_D.sex, _D.age)),
            Line(_M.returnees_registered, (_D.sex,)),
        ),
    ),
    Section(
        "Cases",
        (
            Line(_M.cases_opened, (_D.case_kind, _D.risk)),
            Line(_M.cases_closed, (_D.outcome,)),
            Line(_M.cases_open, (_D.stage, _D.risk)),
        ),
    ),
    Section(
        "Counselling",
        (
            Line(_M.people_counselled, (_D.sex, _D.age)),
            Line(_M.sessions_held, (_D.channel,)),
            Line(_M.screenings, (_D.instrument,)),
            Line(_M.plans_approved),
            Line(_M.tasks_done),
        ),
        Times.first_counselling,
    ),
    Section(
        "Referrals",
        (
            Line(_M.referrals_sent, (_D.partner,)),
            Line(_M.referrals_accepted),
            Line(_M.referrals_declined, (_D.decline_code,)),
            Line(_M.referrals_unanswered),
            Line(_M.referrals_completed),
            Line(_M.people_served, (_D.sex,)),
            Line(_M.incoming_received, (_D.partner,)),
        ),
    ),
    Section(
        "Outreach",
        (Line(_M.outreach_held, (_D.event,)), Line(_M.attendances, (_D.sex,)), Line(_M.attendances_under_18)),
    ),
)
_PROJECT = (
    Section(
        "Cases",
        (
            Line(_M.cases_opened, (_D.case_kind, _D.risk)),
            Line(_M.cases_closed, (_D.outcome,)),
            Line(_M.cases_open, (_D.stage,)),
        ),
    ),
    Section(
        "Counselling",
        (Line(_M.people_counselled, (_D.sex, _D.age)), Line(_M.sessions_held, (_D.channel,)), Line(_M.plans_approved)),
    ),
    Section(
        "Referrals",
        (
            Line(_M.people_referred, (_D.sex,)),
            Line(_M.referrals_sent, (_D.partner,)),
            Line(_M.referrals_completed),
            Line(_M.people_served, (_D.sex,)),
        ),
    ),
    Section("Outreach", (Line(_M.outreach_held, (_D.event,)), Line(_M.attendances, (_D.sex,)))),
)
_OF_OBJECTIVE: Mapping[int, tuple[Line, ...]] = {
    1: (Line(_M.people_registered, (_D.sex, _D.age)),),
    3: (Line(_M.contacts, (_D.channel,)), Line(_M.outreach_held, (_D.event,)), Line(_M.attendances, (_D.sex,))),
    5: (Line(_M.people_counselled, (_D.sex,), _BEFORE),),
    7: (Line(_M.screenings, (_D.instrument,)), Line(_M.cases_open, (_D.risk, _D.sex))),
    10: (
        Line(_M.screenings_indicated),
        Line(_M.people_indicated, (_D.sex,)),
        Line(_M.screenings_decided),
        Line(_M.people_referred, (), _PROTECTION, _STATE),
    ),
    12: (Line(_M.referrals_sent, (_D.urgency,)),),
    14: (Line(_M.people_referred, (_D.sex,), _ABROAD),),
    15: (Line(_M.people_referred, (_D.sex,)), Line(_M.people_served, (_D.sex,))),
    21: (
        Line(_M.returnees_registered, (_D.sex,)),
        Line(_M.plans_approved, (), _RETURN),
        Line(_M.cases_closed, (_D.outcome,), _RETURN),
    ),
    23: (Line(_M.referrals_accepted, (_D.partner,)), Line(_M.incoming_received, (_D.partner,))),
}
_TRAFFICKING = (
    Section(
        "Screening",
        (
            Line(_M.screenings, (_D.instrument,)),
            Line(_M.screenings_indicated, (_D.instrument,)),
            Line(_M.people_indicated, (_D.sex, _D.age)),
            Line(_M.screenings_decided),
        ),
    ),
    Section(
        "Cases of protection",
        (
            Line(_M.cases_opened, (_D.risk,), _PROTECTION),
            Line(_M.people_counselled, (_D.sex, _D.age), _PROTECTION),
            Line(_M.sessions_held, (_D.channel,), _PROTECTION),
        ),
    ),
    Section(
        "Referrals to the authorities",
        (
            Line(_M.referrals_sent, (_D.partner,), _PROTECTION, _STATE),
            Line(_M.people_referred, (_D.sex,), _PROTECTION, _STATE),
            Line(_M.people_served, (), _PROTECTION, _STATE),
        ),
    ),
    Section("Outreach", (Line(_M.outreach_held, (_D.event,)), Line(_M.attendances, (_D.sex,)))),
)
_REINTEGRATION = (
    Section("Returnees", (Line(_M.returnees_registered, (_D.sex, _D.age)),)),
    Section(
        "Cases of return",
        (
            Line(_M.cases_opened, (_D.risk, _D.sex), _RETURN),
            Line(_M.plans_approved, (), _RETURN),
            Line(_M.people_counselled, (_D.sex, _D.age), _RETURN),
            Line(_M.cases_closed, (_D.outcome,), _RETURN),
        ),
    ),
    Section(
        "Referrals",
        (Line(_M.people_referred, (_D.sex,), _RETURN), Line(_M.people_served, (_D.sex,), _RETURN)),
    ),
    Section(
        "Reviews after 3, 6 and 12 months",
        (Line(_M.reviews_held, (_D.round,)), Line(_M.reviews_reached, (_D.round,))),
        values=Values.reviews,
    ),
)
_PARTNERS = (
    Section(
        "How partners answer",
        (
            Line(_M.referrals_sent, (_D.partner,)),
            Line(_M.referrals_accepted, (_D.partner,)),
            Line(_M.referrals_declined, (_D.partner, _D.decline_code)),
            Line(_M.referrals_unanswered, (_D.partner,)),
            Line(_M.referrals_completed, (_D.partner,)),
        ),
        Times.partner_answers,
    ),
    Section("From partners", (Line(_M.incoming_received, (_D.partner,)),)),
)
_STATISTICS = (
    Section(
        "People",
        (
            Line(_M.contacts, (_D.channel,)),
            Line(_M.people_registered, (_D.province, _D.sex)),
            Line(_M.people_counselled, (_D.sex, _D.age)),
            Line(_M.returnees_registered, (_D.province,)),
        ),
    ),
    Section(
        "Cases",
        (
            Line(_M.cases_opened, (_D.case_kind, _D.migration_stage)),
            Line(_M.cases_closed, (_D.outcome,)),
            Line(_M.cases_open, (_D.risk,)),
            Line(_M.screenings, (_D.instrument,)),
        ),
    ),
    Section("Referrals", (Line(_M.referrals_sent, (_D.urgency,)), Line(_M.people_served, (_D.sex, _D.age)))),
    Section("Outreach", (Line(_M.outreach_held, (_D.province, _D.event)), Line(_M.attendances, (_D.province, _D.sex)))),
)


def _lines(objective: int) -> tuple[Line, ...]:
    """Counts that stand for an objective; each topic of counselling stands for one."""
    topics = of_objective(objective)
    counselled = (Line(_M.topics_counselled, (_D.topic,), ((_D.topic, topics),)),) if topics else ()
    return (*_OF_OBJECTIVE.get(objective, ()), *counselled)


def _objectives() -> tuple[Section, ...]:
    """Those that are reported on, each with what is counted for it."""
    rows = [row for row in reference.load("gcm_objectives")["objectives"] if row["reported"]]
    return tuple(Section(row["short"], _lines(row["number"]), None, row["number"]) for row in rows)


REPORTS: Mapping[ReportCode, BuiltIn] = {
    ReportCode.centre: BuiltIn(
        "Centre report",
        "For the centre and whoever answers for it: what was done, with whom, and what became of it.",
        (_month, _quarter),
        _quarter,
        _CENTRE,
    ),
    ReportCode.project: BuiltIn(
        "Project report",
        "For a donor: what has a share in one project, counted whole and by share.",
        (_month, _quarter, _year),
        _quarter,
        _PROJECT,
        of_project=True,
    ),
    ReportCode.gcm: BuiltIn(
        "Objectives of the Global Compact for Migration",
        "For the United Nations Network on Migration: what the centres do for each objective that they report on.",
        (_quarter, _year),
        _year,
        _objectives(),
        note="Which figures stand for an objective is the centres' own judgement.",
    ),
    ReportCode.trafficking: BuiltIn(
        "Work against trafficking",
        "For those who answer for the fight against trafficking: screenings, decisions and referrals, never a person.",
        (_quarter, _year),
        _quarter,
        _TRAFFICKING,
        note="Signs in a screening are presumed, not found; only a court finds that somebody was trafficked.",
    ),
    ReportCode.reintegration: BuiltIn(
        "Return and reintegration",
        "For partners in reintegration: who returned, what was planned with them, and how their cases ended.",
        (_quarter, _year),
        _year,
        _REINTEGRATION,
    ),
    ReportCode.partners: BuiltIn(
        "Partners by quarter",
        "For the talks with partners: what was sent to each, and how each answered.",
        (_quarter,),
        _quarter,
        _PARTNERS,
    ),
    ReportCode.statistics: BuiltIn(
        "Annual statistics",
        "For the public and for research: a year in numbers.",
        (_year,),
        _year,
        _STATISTICS,
    ),
    ReportCode.sdg: BuiltIn(
        "Sustainable Development Goals: the cost of recruitment",
        "For statistics on fair recruitment: what going abroad for a job cost the worker, in months of earnings there.",
        (_year,),
        _year,
        (Section("Recruitment cost as months of earnings, by destination", values=Values.earnings),),
        note="Jobs begun in these years, of clients who told what going cost and what the first month paid; unknown parts are left out.",
    ),
}
