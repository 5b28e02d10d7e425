"""A referral on its way: where it stands, what left, each step as a button; the lists and the approvals."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import Refusal
from domain.identity import Act
from domain.plans.record import PlanLine
from domain.referrals.doors import ReferralView, StepView
from domain.referrals.record import Said
from domain.referrals.steps import OPEN, StaffStep, State
from domain.reporting import CaseSheet, Known
from domain.values import PartnerId, ReferralId
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, known, uuid_of
from service.web.packet import Packet, packet_page
from service.web.people import Names, names
from service.web.progress import Mark, referral_line, referral_said
from service.web.sheet import ReferralLine, referral_lines

router = APIRouter(route_class=PageRoute)
LINES = 50
DONE = {
    StaffStep.submit: "submitted",
    StaffStep.approve: "sent",
    StaffStep.send: "sent",
    StaffStep.return_to_sender: "returned",
    StaffStep.answer: "answered",
    StaffStep.withdraw: "taken_back",
    StaffStep.reroute: "referral",
    StaffStep.close: "closed",
}
WHAT_HAPPENS: Mapping[StaffStep, str] = {
    StaffStep.submit: mark("A supervisor reads it first; nothing leaves until then."),
    StaffStep.approve: mark("It leaves at once, with what is listed below."),
    StaffStep.send: mark("It leaves at once, with what is listed below."),
    StaffStep.return_to_sender: mark("It goes back to its writer with your reason; nothing leaves."),
    StaffStep.answer: mark("They see your answer with the packet, and their clock starts anew."),
    StaffStep.withdraw: mark("If it has left, the partner is told to stop and to delete what it holds."),
    StaffStep.reroute: mark("A new draft for another partner, which needs a consent for them."),
    StaffStep.close: mark("For when they told you by telephone or letter how it ended."),
}
"""What each step does, said beside its button."""


@dataclass(frozen=True, slots=True)
class ReferralPage:
    referral: ReferralView
    sheet: CaseSheet
    partner: Known
    partners: tuple[Known, ...]
    service: str
    says: str
    line: tuple[Mark, ...]
    history: tuple[StepView, ...]
    names: Names
    packet: Packet
    steps: tuple[StaffStep, ...]
    what_happens: Mapping[StaffStep, str]
    colleagues: bool
    """Open, and for somebody else to move."""


async def _referral_page(visit: Visit, id: ReferralId, again: Again = NOTHING, status: int = 200) -> Response:
    it = await visit.use.referrals.get(visit.actor, id)
    sheet = await visit.use.cases.sheet(visit.actor, it.case_id)
    known_names = await names(visit)
    partner = known_names.partners[it.partner]
    services = await visit.use.partners.services(visit.actor, it.partner)
    words, at = visit.frame.words, visit.frame.at
    steps = await visit.use.referrals.offered(visit.actor, id)
    view = ReferralPage(
        referral=it,
        sheet=sheet,
        partner=partner,
        partners=tuple(sorted((p for p in known_names.partners.values() if p.active and p.id != partner.id), key=lambda p: p.name)),
        service=next((service.name for service in services if service.id == it.service), ""),
        says=referral_said(words, it, partner.name, at),
        line=referral_line(it),
        history=await visit.use.referrals.steps(visit.actor, id),
        names=known_names,
        packet=packet_page(await visit.use.referrals.packet(visit.actor, id), words),
        steps=steps,
        what_happens=WHAT_HAPPENS,
        colleagues=not steps and it.state in OPEN and visit.actor.may(Act.move_referral),
    )
    return visit.show("referral", view, again=again, status=status)


@router.get("/referrals/{id}", **acts(Act.see_referrals))
async def referral(visit: Visiting, id: UUID) -> Response:
    return await _referral_page(visit, ReferralId(id))


@router.post("/referrals/{id}/steps", **acts(Act.move_referral))
async def step(visit: Visiting, id: UUID) -> Response:
    """A supervisor's `approve` and `return_to_sender` come here too; the use case asks for the right that each step needs."""
    form = visit.form
    wanted = form.chosen("step", StaffStep)
    said, seen = Said(form.prose("note"), form.line("reason"), form.line("outcome")), form.number("version", 1, 10**9)
    partner = str(uuid_of(form.raw("partner"))) if wanted is StaffStep.reroute and uuid_of(form.raw("partner")) else None
    try:
        form.check()
        moved = await visit.use.referrals.step(visit.actor, visit.once(), ReferralId(id), wanted, said, seen=seen, partner=partner)
    except Refusal as refusal:
        return await _referral_page(visit, ReferralId(id), form.again(f"step-{wanted}", refusal), status_of(refusal))
    return visit.go(f"/referrals/{moved.id}", DONE[wanted])


@dataclass(frozen=True, slots=True)
class Referrals:
    lines: tuple[ReferralLine, ...]
    names: Names
    state: State | None
    more: str
    late: bool = False
    partner: Known | None = None
    states: tuple[State, ...] = tuple(State)
    plans: tuple[PlanLine, ...] = ()


@router.get("/referrals", **acts(Act.see_referrals))
async def referrals(visit: Visiting, state: str = "", late: str = "", partner: str = "", after: str = "") -> Response:
    wanted, whose = known(state, State), uuid_of(partner)
    found, following = await visit.use.referrals.page(
        visit.actor, wanted, LINES, uuid_of(after), partner=PartnerId(whose) if whose else None, late=bool(late)
    )
    known_names = await names(visit)
    more = f"?state={wanted or ''}&late={'1' if late else ''}&partner={whose or ''}&after={following}" if following else ""
    chosen = known_names.partners.get(whose) if whose else None
    return visit.show("referrals", Referrals(referral_lines(visit, found, known_names), known_names, wanted, more, bool(late), chosen))


@router.get("/approvals", **acts(Act.approve_referral))
async def approvals(visit: Visiting, after: str = "") -> Response:
    found, following = await visit.use.referrals.page(visit.actor, State.awaiting_approval, LINES, uuid_of(after))
    known_names = await names(visit)
    more = f"?after={following}" if following else ""
    plans = await visit.use.plans.waiting(visit.actor, LINES) if not after else ()
    lines = referral_lines(visit, found, known_names)
    return visit.show("approvals", Referrals(lines, known_names, State.awaiting_approval, more, plans=plans))
