"""What waits for a second person, and how soon what was asked was decided."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from domain.figures.approvals import Approval, ApprovalDashboard, Waiting
from domain.identity import Act
from domain.periods import last_months
from domain.values import CentreCode
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visiting, acts
from service.web.figure_pages import Number, lasted, ways
from service.web.figure_period import MONTHS, Choice, choice, months_ready, status, within

router = APIRouter(route_class=PageRoute)
CALLED = {
    Approval.referral: mark("Referrals"),
    Approval.plan: mark("Plans"),
    Approval.disclosure: mark("Disclosures"),
    Approval.transfer: mark("Clients from other centres"),
    Approval.evidence: mark("Requests for evidence"),
}
LISTS = {Approval.referral: "/approvals", Approval.plan: "/approvals", Approval.transfer: "/transfers"}


@dataclass(frozen=True, slots=True)
class WaitRow:
    name: str
    n: Number
    ages: Waiting


@dataclass(frozen=True, slots=True)
class DecidedRow:
    name: str
    n: int
    median: str
    most: str


@dataclass(frozen=True, slots=True)
class ApprovalsPage:
    told: ApprovalDashboard
    waiting: tuple[WaitRow, ...]
    decided: tuple[DecidedRow, ...]
    ways: tuple[tuple[str, str], ...]
    centres: tuple[CentreCode, ...]
    centre: CentreCode | None
    period: Choice


@router.get("/figures/approvals", **acts(Act.see_dashboards))
async def approvals(visit: Visiting, centre: str = "") -> Response:
    """The lists behind the numbers are of all centres in reach, so they are led to where no single one is chosen."""
    wanted, words = CentreCode(centre) if centre in visit.actor.centres else None, visit.frame.words
    told, again = await within(visit, MONTHS, lambda first, last: visit.use.watching.approvals(visit.actor, wanted, first, last))
    lists = visit.actor.may(Act.approve_referral) and wanted is None
    waits = tuple(WaitRow(CALLED[it.what], Number(it.n, LISTS.get(it.what, "") if it.n and lists else ""), it) for it in told.waiting)
    done = tuple(DecidedRow(CALLED[it.what], it.n, lasted(words, it.median), lasted(words, it.most)) for it in told.decided)
    ready = (mark("Last month and this one"), last_months(told.as_of, 1)), *months_ready(told.as_of)
    chosen = choice(visit, MONTHS, (told.first, told.last), again, ready, wanted)
    page = ApprovalsPage(told, waits, done, ways(visit), visit.actor.centres, wanted, chosen)
    return visit.show("figures_approvals", page, again=again, status=status(again))
