"""Referrals as the centre moves them, and what would leave with one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from domain.identity import Act
from domain.partners.declining import DeclineCode
from domain.referrals.doors import ReferralFilter, ReferralView, StepView
from domain.referrals.group import GroupView
from domain.referrals.links import LinkView
from domain.referrals.preview import Preview
from domain.referrals.record import Said
from domain.referrals.steps import State
from domain.values import CaseId, CentreCode, FieldGroup, PartnerId, ReferralId, StaffId
from service.api.bodies.referrals import FeedbackBody, GroupBody, ReferralStepBody, ReportBody
from service.api.edge import Ask, Page, acts, answer, listed
from service.api.lean import LeanRoute, Wanted
from service.usecases.links import SpokenCode
from service.usecases.partners import ServiceFound

router = APIRouter(tags=["referrals"], route_class=LeanRoute)


QUARTER = r"^[1-9]\d{3}-Q[1-4]$"


class ReferralQuery(Wanted):
    """How a list of referrals is narrowed; `late` leaves those whose partner has let the time to answer run out, `silent` those that ran
    out without a sign of it. `sent_from` and `sent_to` are quarters; a service of noughts stands for those that name none,
    `counsellor` for what is not over of whoever holds the case. `decline_code` leaves those declined for this reason, `code_unsaid` those
    declined without a code."""

    state: State | None = None
    partner: UUID | None = None
    service: UUID | None = None
    centre: Annotated[str | None, Field(pattern=r"^[A-Z]{3}$")] = None
    counsellor: UUID | None = None
    late: bool = False
    silent: bool = False
    acknowledged: bool = False
    answered: bool = False
    decline_code: DeclineCode | None = None
    code_unsaid: bool = False
    sent_from: Annotated[str | None, Field(pattern=QUARTER, description="2026-Q1")] = None
    sent_to: Annotated[str | None, Field(pattern=QUARTER, description="2026-Q4")] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: UUID | None = None


@router.get("/api/v1/referrals", response_model=Page[ReferralView], **acts(Act.see_referrals))
async def referrals(ask: Ask, request: Request, q: Annotated[ReferralQuery, Query()]) -> Response:
    wanted = ReferralFilter(
        q.state,
        PartnerId(q.partner) if q.partner else None,
        service=q.service,
        centre=CentreCode(q.centre) if q.centre else None,
        silent=q.silent,
        acknowledged=q.acknowledged,
        answered=q.answered,
        counsellor=StaffId(q.counsellor) if q.counsellor else None,
        decline_code=q.decline_code,
        code_unsaid=q.code_unsaid,
    )
    sent = (q.sent_from, q.sent_to)
    found, following = await ask.use.referrals.page(ask.actor, wanted, q.limit, q.cursor, late=q.late, sent=sent)
    return listed(found, request, following)


@router.post("/api/v1/referrals/bulk", response_model=GroupView, **acts(Act.make_referral))
async def refer_group(ask: Ask, body: GroupBody) -> Response:
    """One referral for each case, in one transaction: sent, or submitted where approval is asked. Cases that consent, agreement or another
    rule holds back are refused one by one, with what to do next, and hold up no other."""
    return answer(await ask.use.groups.refer(ask.actor, ask.once, body.asked()))


@router.get("/api/v1/referrals/{id}", response_model=ReferralView, **acts(Act.see_referrals))
async def referral(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.referrals.get(ask.actor, ReferralId(id)))


@router.get("/api/v1/referrals/{id}/steps", response_model=Page[StepView], **acts(Act.see_referrals))
async def steps(ask: Ask, id: UUID, request: Request) -> Response:
    return listed(await ask.use.referrals.steps(ask.actor, ReferralId(id)), request)


@router.post("/api/v1/referrals/{id}/steps", response_model=ReferralView, **acts(Act.move_referral))
async def step(ask: Ask, id: UUID, body: ReferralStepBody) -> Response:
    """`approve` and `return_to_sender` are a supervisor's; `reroute` names the next partner and answers with the new referral."""
    said = Said(body.note, body.reason, body.outcome)
    view = await ask.use.referrals.step(ask.actor, ask.once, ReferralId(id), body.step, said, seen=ask.seen, partner=body.partner)
    return answer(view)


@router.post("/api/v1/referrals/{id}/reports", response_model=ReferralView, **acts(Act.move_referral))
async def report(ask: Ask, id: UUID, body: ReportBody) -> Response:
    """What the partner said on the telephone, on paper or in person: its own steps, written down by the centre."""
    return answer(await ask.use.partner_side.report(ask.actor, ask.once, ReferralId(id), body.answered(), body.heard, seen=ask.seen))


@router.get("/api/v1/referrals/{id}/links", response_model=Page[LinkView], **acts(Act.move_referral))
async def links(ask: Ask, id: UUID, request: Request) -> Response:
    """The links that were mailed for it, the newest first; never what opens them."""
    return listed(await ask.use.links.of_referral(ask.actor, ReferralId(id)), request)


@router.post("/api/v1/referrals/{id}/links/{link}/revocation", response_model=LinkView, **acts(Act.move_referral))
async def revoke_link(ask: Ask, id: UUID, link: UUID) -> Response:
    return answer(await ask.use.links.revoke(ask.actor, ask.once, ReferralId(id), link))


@router.post("/api/v1/referrals/{id}/code", response_model=SpokenCode, status_code=201, **acts(Act.move_referral))
async def spoken_code(ask: Ask, id: UUID) -> Response:
    """A code for the newest link, to be read out on the agency's registered telephone; in this answer and never again."""
    return answer(await ask.use.links.spoken_code(ask.actor, ask.once, ReferralId(id)), 201)


@router.get("/api/v1/referrals/{id}/alternatives", response_model=Page[ServiceFound], **acts(Act.make_referral))
async def alternatives(ask: Ask, id: UUID, request: Request, limit: Annotated[int, Query(ge=1, le=50)] = 10) -> Response:
    """Where else after a referral that ended without a service: the same kind of help for this client, without the partners already tried,
    the best first. One of them is asked by a new referral of the case with `replaces`."""
    found = await ask.use.alternatives.of(ask.actor, ReferralId(id))
    return listed(found[:limit], request)


@router.put("/api/v1/referrals/{id}/feedback", response_model=ReferralView, **acts(Act.move_referral))
async def feedback(ask: Ask, id: UUID, body: FeedbackBody) -> Response:
    """What the client says of the service, once it has ended; said anew, it stands in the place of what was said."""
    return answer(await ask.use.aftercare.hear(ask.actor, ask.once, ReferralId(id), body.helped, body.note, ask.seen_version()))


@router.get("/api/v1/cases/{id}/referrals/preview", response_model=Preview, **acts(Act.make_referral))
async def preview(
    ask: Ask,
    id: UUID,
    partner: Annotated[str, Query(min_length=1, max_length=60, description="Its id or its key")],
    field_groups: Annotated[tuple[FieldGroup, ...], Query(max_length=7, description="None named: all that may leave")] = (),
) -> Response:
    """What would leave for this partner now, and what stays with why; nothing has left."""
    groups = tuple(dict.fromkeys(field_groups)) or tuple(FieldGroup)
    return answer(await ask.use.referrals.preview(ask.actor, CaseId(id), partner, groups))
