"""What a partner says by telephone, on paper or in person, written down at the desk; and the centre's hand on the links it was mailed."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import NotFound, Refusal
from domain.identity import Act
from domain.partners.channels import HeardBy
from domain.partners.declining import BY_PEOPLE, DeclineCode
from domain.partners.exchange import AnswerStep
from domain.referrals.doors import ReferralView
from domain.referrals.links import LinkView
from domain.values import ReferralId
from service.usecases.links import SpokenCode
from service.web.answering import answer_of
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again
from service.web.people import names

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class HeardPage:
    referral: ReferralView
    partner: str
    steps: tuple[AnswerStep, ...]
    links: tuple[tuple[LinkView, bool], ...]
    """Each with whether it still opens something."""
    code: SpokenCode | None
    ways: tuple[HeardBy, ...] = tuple(HeardBy)
    codes: tuple[DeclineCode, ...] = BY_PEOPLE

    @property
    def open_link(self) -> bool:
        return any(alive for _, alive in self.links)


async def _heard_page(visit: Visit, id: ReferralId, again: Again = NOTHING, status: int = 200, code: SpokenCode | None = None) -> Response:
    links = await visit.use.links.of_referral(visit.actor, id)
    it = await visit.use.referrals.get(visit.actor, id)
    at = visit.frame.at
    view = HeardPage(
        it,
        (await names(visit)).of_partner(it.partner),
        tuple(step for step in AnswerStep if step.value in it.steps),
        tuple((one, one.revoked_at is None and at < one.ends_at) for one in links),
        code,
    )
    return visit.show("heard", view, again=again, status=status)


@router.get("/referrals/{id}/heard", **acts(Act.move_referral))
async def heard(visit: Visiting, id: UUID) -> Response:
    return await _heard_page(visit, ReferralId(id))


@router.post("/referrals/{id}/heard", **acts(Act.move_referral))
async def write_down(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    answered, way, seen = answer_of(form), form.chosen("heard", HeardBy), form.number("version", 1, 10**9)
    try:
        form.check()
        await visit.use.partner_side.report(visit.actor, visit.once(), ReferralId(id), answered, way, seen=seen)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _heard_page(visit, ReferralId(id), form.again("heard", refusal), status_of(refusal))
    return visit.go(f"/referrals/{id}", "reported")


@router.post("/referrals/{id}/links/{link}/end", **acts(Act.move_referral))
async def end_link(visit: Visiting, id: UUID, link: UUID) -> Response:
    try:
        await visit.use.links.revoke(visit.actor, visit.once(), ReferralId(id), link)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _heard_page(visit, ReferralId(id), visit.form.again("end", refusal), status_of(refusal))
    return visit.go(f"/referrals/{id}/heard", "link-revoked")


@router.post("/referrals/{id}/code", **acts(Act.move_referral))
async def code(visit: Visiting, id: UUID) -> Response:
    """The answer is the page itself: the code is shown here and nowhere again."""
    try:
        spoken = await visit.use.links.spoken_code(visit.actor, visit.once(), ReferralId(id))
    except NotFound:
        raise
    except Refusal as refusal:
        return await _heard_page(visit, ReferralId(id), visit.form.again("code", refusal), status_of(refusal))
    return await _heard_page(visit, ReferralId(id), code=spoken)
