"""The handles of an endpoint, for the partner's own system and, on the same endpoint, for the administrator."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from domain.delivery import DeliveryView, EndpointHealth, MessageState, Replayed
from domain.identity import Act
from domain.values import PartnerId
from service.api.bodies.partners import RangeBody
from service.api.bodies.referrals import EndpointBody
from service.api.edge import Ask, Page, acts, answer, listed
from service.api.lean import LeanRoute, Wanted
from service.usecases.endpoints import EndpointView

router = APIRouter(route_class=LeanRoute)
OURS, THEIRS = "/api/v1/partners/{id}", "/partner/v1"


class LogQuery(Wanted):
    """A page of the delivery log, newest first."""

    limit: Annotated[int, Field(ge=1, le=100, description="At most so many items")] = 50
    cursor: Annotated[UUID | None, Field(description="The `next` of the page before")] = None
    state: Annotated[MessageState | None, Field(description="Only deliveries in this state")] = None


@router.get(f"{THEIRS}/endpoint", response_model=EndpointView, tags=["partner"], **acts(Act.run_endpoint))
async def endpoint(ask: Ask) -> Response:
    return answer(await ask.use.endpoints.endpoint(ask.actor))


@router.put(f"{THEIRS}/endpoint", response_model=EndpointView, tags=["partner"], **acts(Act.run_endpoint))
async def set_endpoint(ask: Ask, body: EndpointBody) -> Response:
    """The answer that creates it carries the `whsec_` secret, once."""
    view = await ask.use.endpoints.set_endpoint(ask.actor, body.url)
    return answer(view, 201 if view.secret else 200)


@router.post(f"{THEIRS}/endpoint/rotate-secret", response_model=EndpointView, tags=["partner"], **acts(Act.run_endpoint))
async def rotate_secret(ask: Ask) -> Response:
    """The new secret, once; the old one lives on for a day."""
    return answer(await ask.use.endpoints.rotate_secret(ask.actor))


@router.post(f"{THEIRS}/endpoint/test", status_code=202, tags=["partner"], **acts(Act.run_endpoint))
async def test_endpoint(ask: Ask) -> Response:
    """Sends an `endpoint.test` event; `/partner/v1/deliveries` shows under the `delivery` of this answer what became of it."""
    return answer({"delivery": await ask.use.endpoints.test_endpoint(ask.actor, ask.once)}, 202)


@router.post(f"{THEIRS}/endpoint/pause", response_model=EndpointView, tags=["partner"], **acts(Act.run_endpoint))
async def pause(ask: Ask) -> Response:
    """Notices wait and lose no attempts until `resume`; the partner's time to answer runs on, and packets can be fetched."""
    return answer(await ask.use.endpoints.pause(ask.actor, on=True))


@router.post(f"{THEIRS}/endpoint/resume", response_model=EndpointView, tags=["partner"], **acts(Act.run_endpoint))
async def resume(ask: Ask) -> Response:
    """What waited leaves, oldest first."""
    return answer(await ask.use.endpoints.pause(ask.actor, on=False))


@router.get(f"{THEIRS}/endpoint/health", response_model=EndpointHealth, tags=["partner"], **acts(Act.run_endpoint))
async def health(ask: Ask) -> Response:
    """The last seven days: the share delivered, seconds from making to taking, the last failure; and how many wait now."""
    return answer(await ask.use.endpoints.health(ask.actor))


@router.get(f"{THEIRS}/deliveries", response_model=Page[DeliveryView], tags=["partner"], **acts(Act.run_endpoint))
async def deliveries(ask: Ask, request: Request, q: Annotated[LogQuery, Query()]) -> Response:
    found, following = await ask.use.endpoints.deliveries(ask.actor, q.limit, q.cursor, q.state)
    return listed(found, request, following)


@router.post(f"{THEIRS}/deliveries/{{id}}/replay", status_code=202, tags=["partner"], **acts(Act.run_endpoint))
async def replay(ask: Ask, id: UUID) -> Response:
    await ask.use.endpoints.replay(ask.actor, id)
    return Response(status_code=202)


@router.post(f"{THEIRS}/deliveries/replay", status_code=202, response_model=Replayed, tags=["partner"], **acts(Act.run_endpoint))
async def replay_range(ask: Ask, body: RangeBody) -> Response:
    """Sends again what was delivered or given up in a range, oldest first; one call looks through 500 messages and says in `next` where to
    go on (`first`). Under one `Idempotency-Key` it is done once."""
    return answer(await ask.use.endpoints.replay_range(ask.actor, ask.once, body.value()), 202)


@router.post(f"{OURS}/endpoints/pause", response_model=EndpointView, tags=["partners"], **acts(Act.run_partners))
async def pause_theirs(ask: Ask, id: UUID) -> Response:
    """As the partner itself can; either may resume."""
    return answer(await ask.use.endpoints.pause(ask.actor, on=True, of=PartnerId(id)))


@router.post(f"{OURS}/endpoints/resume", response_model=EndpointView, tags=["partners"], **acts(Act.run_partners))
async def resume_theirs(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.endpoints.pause(ask.actor, on=False, of=PartnerId(id)))


@router.get(f"{OURS}/endpoints/health", response_model=EndpointHealth, tags=["partners"], **acts(Act.run_partners))
async def health_of_theirs(ask: Ask, id: UUID) -> Response:
    return answer(await ask.use.endpoints.health(ask.actor, of=PartnerId(id)))


@router.get(f"{OURS}/deliveries", response_model=Page[DeliveryView], tags=["partners"], **acts(Act.run_partners))
async def their_deliveries(ask: Ask, id: UUID, request: Request, q: Annotated[LogQuery, Query()]) -> Response:
    found, following = await ask.use.endpoints.deliveries(ask.actor, q.limit, q.cursor, q.state, of=PartnerId(id))
    return listed(found, request, following)


@router.post(f"{OURS}/deliveries/{{message}}/replay", status_code=202, tags=["partners"], **acts(Act.run_partners))
async def replay_theirs(ask: Ask, id: UUID, message: UUID) -> Response:
    await ask.use.endpoints.replay(ask.actor, message, of=PartnerId(id))
    return Response(status_code=202)


@router.post(f"{OURS}/deliveries/replay", status_code=202, response_model=Replayed, tags=["partners"], **acts(Act.run_partners))
async def replay_range_of_theirs(ask: Ask, id: UUID, body: RangeBody) -> Response:
    return answer(await ask.use.endpoints.replay_range(ask.actor, ask.once, body.value(), of=PartnerId(id)), 202)
