"""The partner's sandbox: made-up referrals, which otherwise live at the same addresses as real ones."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from domain.identity import Act
from domain.referrals.sandbox import SandboxView
from service.api.bodies.referrals import SandboxBody, SandboxStepBody
from service.api.edge import Ask, Page, acts, answer, listed
from service.api.lean import LeanRoute

router = APIRouter(prefix="/partner/v1/sandbox", tags=["partner"], route_class=LeanRoute)
Ref = Annotated[str, Path(min_length=1, max_length=60)]


@router.get("/referrals", response_model=Page[SandboxView], **acts(Act.run_endpoint))
async def made_up(ask: Ask, request: Request) -> Response:
    """Those that are still kept, newest first."""
    return listed(await ask.use.sandbox.all(ask.actor), request)


@router.post("/referrals", status_code=201, response_model=SandboxView, **acts(Act.run_endpoint))
async def make(ask: Ask, body: SandboxBody) -> Response:
    """A referral of an invented person: its notice is on the way, and its packet and steps are where real ones have theirs
    (`/partner/v1/referrals/{ref}`), all marked `sandbox: true`. Deleted after 14 days."""
    view = await ask.use.sandbox.make(ask.actor, ask.once, body.urgency)
    return answer(view, 201, headers={"Location": f"/partner/v1/referrals/{view.ref}"})


@router.post("/referrals/{ref}/steps", response_model=SandboxView, **acts(Act.run_endpoint))
async def centre_does(ask: Ask, ref: Ref, body: SandboxStepBody) -> Response:
    """Has the made-up centre answer a question, withdraw, or recall because consent was withdrawn."""
    return answer(await ask.use.sandbox.centre_does(ask.actor, ask.once, ref, body.step))
