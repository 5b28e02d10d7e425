"""The post to a partner's system, as the administrator handles it: holding it back, and sending again one message or a range."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.delivery import Range
from domain.errors import NotFound, Refusal
from domain.identity import Act
from domain.values import KARACHI, PartnerId
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.partners import partner_page

router = APIRouter(route_class=PageRoute)
MOST_CALLS = 100
"""A week of the busiest partner many times over; a form is not to run for ever."""


@router.post("/partners/{id}/pause", **acts(Act.run_partners))
async def pause(visit: Visiting, id: UUID) -> Response:
    on = visit.form.ticked("on")
    try:
        await visit.use.endpoints.pause(visit.actor, on=on, of=PartnerId(id))
    except NotFound:
        raise
    except Refusal as refusal:
        return await partner_page(visit, PartnerId(id), visit.form.again("pause", refusal), status_of(refusal))
    return visit.go(f"/partners/{id}", "post-paused" if on else "post-resumed", "endpoint")


@router.post("/partners/{id}/deliveries/{message}/replay", **acts(Act.run_partners))
async def replay(visit: Visiting, id: UUID, message: UUID) -> Response:
    try:
        await visit.use.endpoints.replay(visit.actor, message, of=PartnerId(id))
    except NotFound:
        raise
    except Refusal as refusal:
        return await partner_page(visit, PartnerId(id), visit.form.again("replay", refusal), status_of(refusal))
    return visit.go(f"/partners/{id}", "replayed", "post")


@router.post("/partners/{id}/deliveries/replay", **acts(Act.run_partners))
async def replay_range(visit: Visiting, id: UUID) -> Response:
    """Whole days on Pakistan's clock, gone through call by call."""
    form = visit.form
    since, until = form.day("since"), form.day("until")
    if since is None and not form.raw("since"):
        form.wrong("since", mark("This cannot be empty."))
    try:
        form.check()
        await _gone_through(visit, PartnerId(id), Range(_start(since), _start(until, 1), None, form.ticked("only_given_up")))
    except NotFound:
        raise
    except Refusal as refusal:
        return await partner_page(visit, PartnerId(id), form.again("range", refusal), status_of(refusal))
    return visit.go(f"/partners/{id}", "range-replayed", "post")


async def _gone_through(visit: Visit, partner: PartnerId, asked: Range) -> None:
    """Each call under a key of its own, made from the form's: sent twice, the form sends nothing twice."""
    once = visit.once()
    for number in range(MOST_CALLS):
        its = replace(once, key=f"{once.key}:{number}") if once else None
        following = (await visit.use.endpoints.replay_range(visit.actor, its, asked, of=partner)).next
        if following is None:
            return
        asked = replace(asked, first=following)


def _start(day: date | None, later: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=later), time(), KARACHI) if day is not None else None
