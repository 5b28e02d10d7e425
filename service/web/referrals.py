"""A referral on its way: where it stands, what left, each step as a button; the lists and the approvals."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.errors import Refusal
from domain.identity import Act
from domain.referrals.doors import ReferralView, StepView
from domain.referrals.record import Said
from domain.referrals.steps import StaffStep, State
from domain.reporting import CaseSheet
from domain.values import ReferralId
from service.usecases.partners import PartnerView
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, known, uuid_of
from service.web.packet import Packet, packet_page
from service.web.people import Names, names
from service.web.progress import Mark, referral_line, referral_said
from service.web.sheet import ReferralLine, referral_lines

router = APIRouter(route_class=PageRoute)
LINES = 50
ENDED = frozenset({State.declined, State.expired, State.not_completed, State.withdrawn})
"""Where another partner may be tried."""


@dataclass(frozen=True, slots=True)
class ReferralPage:
    referral: ReferralView
    sheet: CaseSheet
    partner: PartnerView
    partners: tuple[PartnerView, ...]
    service: str
    says: str
    line: tuple[Mark, ...]
    history: tuple[StepView, ...]
    names: Names
    packet: Packet
    steps: tuple[StaffStep, ...]


def _buttons(visit: Visit, it: ReferralView) -> tuple[StaffStep, ...]:
    """Among the steps that fit, those this reader may take. Whether it goes by a supervisor is the record's own word."""
    mover, approver = visit.actor.may(Act.move_referral), visit.actor.may(Act.approve_referral)
    may = {
        StaffStep.submit: mover and it.approval_needed,
        StaffStep.send: mover and not it.approval_needed,
        StaffStep.approve: approver,
        StaffStep.return_to_sender: approver,
    }
    steps = [step for step in StaffStep if step.value in it.steps and may.get(step, mover)]
    return (*steps, StaffStep.reroute) if it.state in ENDED and mover else tuple(steps)


async def _referral_page(visit: Visit, id: ReferralId, again: Again = NOTHING, status: int = 200) -> Response:
    it = await visit.use.referrals.get(visit.actor, id)
    sheet = await visit.use.cases.sheet(visit.actor, it.case_id)
    known_names = await names(visit)
    partner = known_names.partners[it.partner]
    services = await visit.use.partners.services(visit.actor, partner.id)
    words, at = visit.frame.words, visit.frame.at
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
        steps=_buttons(visit, it),
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
    said, seen = Said(form.prose("note"), form.line("reason")), form.number("version", 1, 10**9)
    partner = str(uuid_of(form.raw("partner"))) if wanted is StaffStep.reroute and uuid_of(form.raw("partner")) else None
    try:
        form.check()
        moved = await visit.use.referrals.step(visit.actor, visit.once(), ReferralId(id), wanted, said, seen=seen, partner=partner)
    except Refusal as refusal:
        return await _referral_page(visit, ReferralId(id), form.again(f"step-{wanted}", refusal), status_of(refusal))
    return visit.go(f"/referrals/{moved.id}", "referral" if wanted is StaffStep.reroute else "step")


@dataclass(frozen=True, slots=True)
class Referrals:
    lines: tuple[ReferralLine, ...]
    names: Names
    state: State | None
    more: str
    states: tuple[State, ...] = tuple(State)


@router.get("/referrals", **acts(Act.see_referrals))
async def referrals(visit: Visiting, state: str = "", after: str = "") -> Response:
    wanted = known(state, State)
    found, following = await visit.use.referrals.page(visit.actor, wanted, LINES, uuid_of(after))
    known_names = await names(visit)
    more = f"?state={wanted or ''}&after={following}" if following else ""
    return visit.show("referrals", Referrals(referral_lines(visit, found, known_names), known_names, wanted, more))


@router.get("/approvals", **acts(Act.approve_referral))
async def approvals(visit: Visiting, after: str = "") -> Response:
    found, following = await visit.use.referrals.page(visit.actor, State.awaiting_approval, LINES, uuid_of(after))
    known_names = await names(visit)
    more = f"?after={following}" if following else ""
    return visit.show("approvals", Referrals(referral_lines(visit, found, known_names), known_names, State.awaiting_approval, more))
