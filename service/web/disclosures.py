"""Disclosure under a legal duty on pages: those of a case with the form that asks for one, and the list of all for the officer."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.disclosures import DisclosureStep, DisclosureView, Ground, Handing, Handover, laws
from domain.errors import NotFound, Refusal
from domain.identity import Act
from domain.reference import LegalNote
from domain.values import CaseId, DisclosureId, FieldGroup
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form, uuid_of
from service.web.people import Names, names

router = APIRouter(route_class=PageRoute)
LINES = 50


@dataclass(frozen=True, slots=True)
class CaseDisclosures:
    """`case` is the one they belong to; `laws` are what can be chosen, each with its mark."""

    case: UUID
    disclosures: tuple[DisclosureView, ...]
    names: Names
    laws: Mapping[str, LegalNote]
    groups: tuple[FieldGroup, ...] = tuple(FieldGroup)
    ways: tuple[Handing, ...] = tuple(Handing)


@dataclass(frozen=True, slots=True)
class EveryDisclosure:
    disclosures: tuple[DisclosureView, ...]
    names: Names
    laws: Mapping[str, LegalNote]
    more: UUID | None


async def _of_case(visit: Visit, id: CaseId, again: Again = NOTHING, status: int = 200) -> Response:
    found = await visit.use.disclosures.of_case(visit.actor, id)
    view = CaseDisclosures(id, found, await names(visit), laws())
    return visit.show("disclosures", view, again=again, status=status)


@router.get("/cases/{id}/disclosures", **acts(Act.see_disclosures))
async def of_case(visit: Visiting, id: UUID) -> Response:
    return await _of_case(visit, CaseId(id))


@router.post("/cases/{id}/disclosures", **acts(Act.ask_disclosure))
async def ask(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    ground = Ground(
        reason=form.prose("reason"),
        law=form.line("law"),
        law_words=form.line("law_words"),
        authority=form.line("authority"),
        client_told=form.ticked("client_told"),
        client_words=form.prose("client_words"),
    )
    partner, groups = form.line("partner"), form.several("field_groups", FieldGroup)
    try:
        form.check()
        await visit.use.disclosures.ask(visit.actor, visit.once(), CaseId(id), partner or None, groups, ground)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _of_case(visit, CaseId(id), form.again("ask", refusal), status_of(refusal))
    return visit.go(f"/cases/{id}/disclosures", "disclosure-asked")


def _handover(form: Form) -> Handover | None:
    """None where a part is missing, which the form remembers as a fault."""
    how, to, on = form.chosen("how", Handing), form.needed("to"), form.day("on")
    if on is None and not form.raw("on"):
        form.needed("on")
    return Handover(how, to, on) if on and to else None


@router.post("/cases/{id}/disclosures/{disclosure}/steps", **acts(Act.decide_disclosure))
async def step(visit: Visiting, id: UUID, disclosure: UUID) -> Response:
    form = visit.form
    wanted, reason, seen = form.chosen("step", DisclosureStep), form.prose("reason"), form.number("version", 1, 10**9)
    handover = _handover(form) if wanted is DisclosureStep.hand_over else None
    try:
        form.check()
        its = DisclosureId(disclosure)
        await visit.use.disclosures.step(visit.actor, visit.once(), its, wanted, reason=reason, handover=handover, seen=seen)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _of_case(visit, CaseId(id), form.again(f"{wanted}-{disclosure}", refusal), status_of(refusal))
    return visit.go(f"/cases/{id}/disclosures", f"disclosure-{wanted}")


@router.get("/disclosures", **acts(Act.see_disclosures))
async def every(visit: Visiting, after: str = "") -> Response:
    found = await visit.use.disclosures.page(visit.actor, LINES, uuid_of(after))
    more = found[-1].id if len(found) == LINES else None
    return visit.show("disclosures_all", EveryDisclosure(found, await names(visit), laws(), more))
