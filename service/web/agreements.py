"""The register of agreements: what ends soon first, then those in force, those to come, and those that ended."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from domain.identity import Act
from service.usecases.partners import AgreementLine
from service.usecases.partners.views import Standing
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visiting, acts

router = APIRouter(route_class=PageRoute)
HEADS = {
    Standing.ending: mark("Ending soon"),
    Standing.in_force: mark("In force"),
    Standing.coming: mark("Still to begin"),
    Standing.ended: mark("Ended"),
}


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    head: str
    lines: tuple[AgreementLine, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """`titles` are those of all agreements by id, so that a line can name the one before and the one after."""

    parts: tuple[Part, ...]
    titles: dict[str, str]


@router.get("/agreements", **acts(Act.see_partners))
async def register(visit: Visiting) -> Response:
    lines = await visit.use.partners.register(visit.actor)
    parts = [Part(kind.value, head, tuple(one for one in lines if one.standing is kind)) for kind, head in HEADS.items()]
    titles = {str(one.agreement.id): one.agreement.title for one in lines}
    return visit.show("agreements", Register(tuple(one for one in parts if one.lines), titles))
