"""A group referred in one act: whom and to whom, what is asked, and afterwards who went and who did not.

Choosing answers with the form itself, as a search does: whom somebody chose stands in no address.
"""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.case_doors import CaseFilter, CaseLine
from domain.cases import CaseKind
from domain.errors import NotFound, Refusal
from domain.identity import Act
from domain.partners.directory import Service
from domain.referrals.group import MOST, Became, GroupAsked, GroupItem
from domain.referrals.steps import Urgency
from domain.values import CaseId, FieldGroup, PartnerId
from service.usecases.groups import Known as KnownCase
from service.usecases.groups import Ready, Result
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form, known, uuid_of
from service.web.people import Names, names
from service.web.sheet import worded

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class Choosing:
    """`centre` says that the reader may refer from all cases of the centre, and not from their own alone."""

    lines: tuple[CaseLine, ...]
    names: Names
    kind: CaseKind | None
    centre: bool
    chosen: frozenset[str] = frozenset()
    kinds: tuple[CaseKind, ...] = tuple(CaseKind)


async def _choose(visit: Visit, kind: CaseKind | None, again: Again = NOTHING, status: int = 200) -> Response:
    own = visit.actor.scope(Act.make_referral).assigned_only
    lines, _ = await visit.use.cases.page(visit.actor, CaseFilter(kind=kind, open_only=True), MOST, None, mine=own)
    chosen = frozenset(visit.form.fields.get("cases", ()))
    return visit.show("group", Choosing(worded(lines), await names(visit), kind, not own, chosen), again=again, status=status)


@dataclass(frozen=True, slots=True)
class Asking:
    ready: Ready
    services: tuple[Service, ...]
    likely: frozenset[FieldGroup]
    """What everybody who consented to anything consents to."""
    urgencies: tuple[Urgency, ...] = tuple(Urgency)


async def _ask(visit: Visit, again: Again = NOTHING, status: int = 200) -> Response:
    """The form, for the cases and the partner that the last one carried."""
    ready = await visit.use.groups.ready(visit.actor, _cases(visit.form), visit.form.line("partner"))
    services = [one for one in await visit.use.partners.services(visit.actor, PartnerId(ready.partner.id)) if one.offered]
    consented = [frozenset(one.groups) for one in ready.members if one.groups]
    view = Asking(ready, tuple(services), frozenset.intersection(*consented) if consented else frozenset())
    return visit.show("group_form", view, again=again, status=status)


def _cases(form: Form) -> tuple[CaseId, ...]:
    return tuple(CaseId(id) for text in form.fields.get("cases", ()) if (id := uuid_of(text)))


@dataclass(frozen=True, slots=True)
class Line:
    item: GroupItem
    known: KnownCase | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Those who did not go stand first: something is to be done for them."""

    result: Result
    partner: str
    refused: tuple[Line, ...]
    gone: tuple[Line, ...]


async def _result(visit: Visit, id: UUID) -> Response:
    result = await visit.use.groups.result(visit.actor, id)
    lines = [Line(one, result.known.get(one.case)) for one in result.view.items]
    refused = tuple(one for one in lines if one.item.became is Became.refused)
    gone = tuple(one for one in lines if one.item.became is not Became.refused)
    return visit.show("group_result", Outcome(result, (await names(visit)).of_partner(result.view.partner), refused, gone))


@router.get("/group", **acts(Act.make_referral))
async def group(visit: Visiting, kind: str = "", of: str = "") -> Response:
    """`of` is the id of a group that was referred."""
    if its := uuid_of(of):
        return await _result(visit, its)
    return await _choose(visit, known(kind, CaseKind))


@router.post("/group", **acts(Act.make_referral))
async def choose(visit: Visiting) -> Response:
    form = visit.form
    if not uuid_of(form.raw("partner")):
        form.wrong("partner", mark("Choose one of the list."))
    try:
        form.check()
        return await _ask(visit)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _choose(visit, known(form.raw("kind"), CaseKind), form.again("group", refusal), status_of(refusal))


@router.post("/group/send", **acts(Act.make_referral))
async def send(visit: Visiting) -> Response:
    form = visit.form
    reason, urgency, groups = form.prose("reason", needed=True), form.chosen("urgency", Urgency), form.several("groups", FieldGroup)
    asked = GroupAsked(
        cases=_cases(form),
        partner=form.line("partner"),
        service=uuid_of(form.raw("service")),
        reason=reason,
        urgency=urgency,
        field_groups=groups,
    )
    try:
        form.check()
        made = await visit.use.groups.refer(visit.actor, visit.once(), asked)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _ask(visit, form.again("group", refusal), status_of(refusal))
    address = f"/group?of={made.id}"
    return visit.go(address)
