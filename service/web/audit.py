"""Breaking the glass: opening a restricted record for a stated reason."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import Refusal
from domain.identity import Act
from service.web.edge import PageRoute, Visiting, acts

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class Glass:
    """Nothing is known of the record until a reason is given."""


@router.get("/break-glass", **acts(Act.break_glass))
async def page(visit: Visiting) -> Response:
    return visit.show("break_glass", Glass())


@router.post("/break-glass", **acts(Act.break_glass))
async def break_glass(visit: Visiting) -> Response:
    form = visit.form
    number, reason = form.needed("client_number", 20), form.needed("reason")
    try:
        form.check()
        grant = await visit.use.audit.break_glass(visit.actor, visit.once(), number, reason)
    except Refusal as refusal:
        return visit.refused("break_glass", Glass(), form.again("glass", refusal), refusal)
    return visit.go(f"/clients/{grant.client_id}", "glass")
