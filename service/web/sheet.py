"""The case sheet: everything about one case on one screen, put together once and shown again wherever a form on it was refused."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.responses import Response

from domain import reference
from domain.case_doors import CaseLine
from domain.cases import CaseKind, CaseStep, Outcome, Risk, Stage
from domain.consent import ConsentView
from domain.counselling import SessionChannel, TaskView
from domain.countries import country_name
from domain.identity import Act, Role, Sensitivity
from domain.reference import Instrument
from domain.referrals.doors import ReferralView
from domain.reporting import CaseSheet
from domain.screening import Answer, Finding
from domain.topics import SessionTopic
from domain.values import CaseId, day_of
from service.web.edge import Visit
from service.web.forms import NOTHING, Again
from service.web.people import Names, names
from service.web.planned import PlanPart, plan_part
from service.web.progress import Mark, referral_line, referral_said, stage_line

WITH_WORDS = (CaseStep.hold, CaseStep.reopen, CaseStep.close)
"""Steps that ask for a reason or an outcome: each has a small form of its own, the others are one button."""


@dataclass(frozen=True, slots=True)
class ReferralLine:
    referral: ReferralView
    partner: str
    says: str
    line: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class ConsentLine:
    consent: ConsentView
    partner: str
    live: bool


@dataclass(frozen=True, slots=True)
class SheetPage:
    sheet: CaseSheet
    names: Names
    line: tuple[Mark, ...]
    held: bool
    steps: tuple[CaseStep, ...]
    steps_with_words: tuple[CaseStep, ...]
    referrals: tuple[ReferralLine, ...]
    open_tasks: tuple[TaskView, ...]
    done_tasks: tuple[TaskView, ...]
    consents: tuple[ConsentLine, ...]
    plan: PlanPart | None
    instruments: Mapping[str, Instrument]
    may_close_over: bool
    may: frozenset[Act]
    outcomes: tuple[Outcome, ...] = tuple(Outcome)
    channels: tuple[SessionChannel, ...] = tuple(SessionChannel)
    topics: tuple[SessionTopic, ...] = tuple(SessionTopic)
    answers: tuple[Answer, ...] = tuple(Answer)
    findings: tuple[Finding, ...] = tuple(Finding)

    @property
    def country(self) -> str:
        return country_name(self.sheet.case.country)


def worded(lines: tuple[CaseLine, ...]) -> tuple[CaseLine, ...]:
    """Lists come straight from rows, their codes as plain text; a page needs to know of which list each is."""
    return tuple(
        replace(line, kind=CaseKind(line.kind), risk=Risk(line.risk), stage=Stage(line.stage), sensitivity=Sensitivity(line.sensitivity))
        for line in lines
    )


def consent_lines(visit: Visit, consents: tuple[ConsentView, ...], known: Names) -> tuple[ConsentLine, ...]:
    """Live ones first."""
    today = day_of(visit.frame.at)
    lines = [
        ConsentLine(one, known.of_partner(one.partner), one.withdrawn_at is None and (one.valid_to is None or today <= one.valid_to))
        for one in consents
    ]
    return tuple(sorted(lines, key=lambda line: not line.live))


def referral_lines(visit: Visit, referrals: tuple[ReferralView, ...], known: Names) -> tuple[ReferralLine, ...]:
    words, at = visit.frame.words, visit.frame.at
    return tuple(
        ReferralLine(one, partner := known.of_partner(one.partner), referral_said(words, one, partner, at), referral_line(one))
        for one in referrals
    )


async def sheet_page(visit: Visit, id: CaseId, again: Again = NOTHING, status: int = 200) -> Response:
    asked = (Act.change_case, Act.make_referral, Act.decide_screening, Act.write_plan, Act.see_transfers)
    sheet, may = await visit.use.cases.opened(visit.actor, id, *asked)
    known = await names(visit)
    steps = sheet.case.steps if Act.change_case in may else ()
    instruments = reference.instruments()
    view = SheetPage(
        sheet=sheet,
        names=known,
        line=stage_line(sheet.case.stage),
        held=sheet.case.stage is Stage.on_hold,
        steps=tuple(step for step in steps if step not in WITH_WORDS),
        steps_with_words=tuple(step for step in steps if step in WITH_WORDS),
        referrals=referral_lines(visit, sheet.referrals, known),
        open_tasks=tuple(task for task in sheet.tasks if task.done_at is None),
        done_tasks=tuple(task for task in sheet.tasks if task.done_at is not None),
        consents=consent_lines(visit, sheet.consents, known),
        plan=plan_part(sheet.plan, sheet.plan_in_force, known),
        instruments=instruments,
        may_close_over=visit.actor.role in (Role.supervisor, Role.centre_manager),
        may=may,
    )
    return visit.show("case", view, again=again, status=status)
