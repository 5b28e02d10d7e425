"""The referral desk: services of all partners looked through for one client, and the draft with a preview of what would leave."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain import reference
from domain.errors import Refusal
from domain.identity import Act
from domain.partners.search import Wanted
from domain.referrals.doors import ReferralView
from domain.referrals.steps import Urgency
from domain.values import CaseId, FieldGroup, Language, ReferralId
from service.usecases.partners import PartnerView, ServiceFound
from service.usecases.referrals import Asked, Subject
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, known, uuid_of
from service.web.offers import Offer, offer, place
from service.web.packet import Packet, packet_page

router = APIRouter(route_class=PageRoute)
SHOWN = 12
OWN, ANYWHERE = "own", "any"
"""Where to look: the client's own district is never written into an address beside the case."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The fields of the search as they stand on the page."""

    need: str
    where: str
    language: Language | None
    fitting: bool
    with_room: bool


@dataclass(frozen=True, slots=True)
class Line:
    offer: Offer
    groups: tuple[FieldGroup, ...]
    """What the client consents to share with this partner."""


@dataclass(frozen=True, slots=True)
class Province:
    code: str
    name: str
    districts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Desk:
    subject: Subject
    asking: Asking
    district: str
    lines: tuple[Line, ...]
    count: int
    partners: tuple[PartnerView, ...]
    provinces: tuple[Province, ...]
    replaces: str
    languages: tuple[Language, ...] = tuple(Language)


@dataclass(frozen=True, slots=True)
class Refer:
    """The form of a draft, for one partner and, where one was chosen, one of its services."""

    subject: Subject
    partner: PartnerView
    line: Line | None
    services: tuple[Offer, ...]
    packet: Packet
    old: ReferralView | None
    """The one that ended without a service, which this one stands in for: it begins as its copy."""
    urgencies: tuple[Urgency, ...] = tuple(Urgency)


def _provinces() -> tuple[Province, ...]:
    every = reference.districts().values()
    return tuple(
        Province(
            one.code, one.name, tuple(sorted(((its.code, its.name) for its in every if its.province == one.code), key=lambda it: it[1]))
        )
        for one in sorted(reference.provinces().values(), key=lambda it: it.name)
    )


def _wanted(asking: Asking, its: Subject) -> Wanted:
    area = (its.district or "") if asking.where == OWN else "" if asking.where == ANYWHERE else asking.where
    gender, age, stage = (its.gender, its.age, its.stage) if asking.fitting else (None, None, None)
    return Wanted(asking.need, area, gender, age, stage, asking.language, asking.with_room)


def _line(visit: Visit, found: ServiceFound, its: Subject) -> Line:
    shared = its.shares.get(found.partner.id, frozenset())
    return Line(offer(found, visit.frame.words), tuple(group for group in FieldGroup if group in shared))


async def _desk(visit: Visit, its: Subject, asking: Asking, replaces: str) -> Response:
    found = await visit.use.partners.search(visit.actor, _wanted(asking, its))
    lines = tuple(_line(visit, one, its) for one in found[:SHOWN])
    partners = tuple(sorted((one for one in await visit.use.partners.all(visit.actor) if one.active), key=lambda one: one.name))
    return visit.show("refer", Desk(its, asking, place(its.district or ""), lines, len(found), partners, _provinces(), replaces))


async def _form(
    visit: Visit, its: Subject, partner: UUID, service: UUID | None, replaces: UUID | None, again: Again = NOTHING, status: int = 200
) -> Response | None:
    """None for a partner or service that is not offered."""
    old = await visit.use.referrals.get(visit.actor, ReferralId(replaces)) if replaces else None
    every = await visit.use.partners.search(visit.actor, Wanted())
    chosen = next((one for one in every if one.service.id == service), None)
    whose = next((one for one in await visit.use.partners.all(visit.actor) if one.active and one.id == partner), None)
    whose = chosen.partner if chosen is not None else whose
    if whose is None:
        return None
    preview = await visit.use.referrals.preview(visit.actor, its.case.id, str(whose.id), tuple(FieldGroup))
    line = _line(visit, chosen, its) if chosen is not None else None
    services = tuple(offer(one, visit.frame.words) for one in every if one.partner.id == whose.id)
    view = Refer(its, whose, line, services, packet_page(preview, visit.frame.words), old)
    return visit.show("refer_form", view, again=again, status=status)


@router.get("/cases/{id}/refer", **acts(Act.make_referral))
async def refer(
    visit: Visiting,
    id: UUID,
    partner: str = "",
    service: str = "",
    need: str = "",
    where: str = "",
    language: str = "",
    fitting: str = "",
    room: str = "",
    replaces: str = "",
) -> Response:
    """The address may say what is looked for among services; of the client it says nothing."""
    its = await visit.use.referrals.subject(visit.actor, CaseId(id))
    if (named := uuid_of(partner)) or uuid_of(service):
        shown = await _form(visit, its, named or id, uuid_of(service), uuid_of(replaces))
        if shown is not None:
            return shown
    area = where if where in (OWN, ANYWHERE) or where in reference.districts() or where in reference.provinces() else OWN
    asking = Asking(need[:200], area, known(language, Language), bool(fitting) or not where, bool(room))
    return await _desk(visit, its, asking, str(uuid_of(replaces) or ""))


@router.post("/cases/{id}/refer", **acts(Act.make_referral))
async def draft(visit: Visiting, id: UUID) -> Response:
    """Saves a draft; nothing leaves until it is sent from its own page."""
    form = visit.form
    partner, service, old = uuid_of(form.raw("partner")), uuid_of(form.raw("service")), uuid_of(form.raw("replaces"))
    reason, urgency, groups = form.prose("reason", needed=True), form.chosen("urgency", Urgency), form.several("groups", FieldGroup)
    try:
        form.check()
        replaces = ReferralId(old) if old else None
        asked = Asked(partner=str(partner), service=service, reason=reason, urgency=urgency, field_groups=groups, replaces=replaces)
        made = await visit.use.referrals.draft(visit.actor, visit.once(), CaseId(id), asked)
    except Refusal as refusal:
        its = await visit.use.referrals.subject(visit.actor, CaseId(id))
        shown = await _form(visit, its, partner or id, service, old, form.again("refer", refusal), status_of(refusal))
        if shown is None:
            raise
        return shown
    return visit.go(f"/referrals/{made.id}", "referral")
