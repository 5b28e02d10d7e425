"""A referral on its way: where it stands, what left, each step as a button; the lists and the approvals."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.clients import Names as ClientNames
from domain.errors import Refusal
from domain.exports.record import ExportView
from domain.identity import Act
from domain.partners.declining import DeclineCode
from domain.partners.directory import Service
from domain.plans.record import PlanLine
from domain.referrals.appointments import ForClient
from domain.referrals.doors import ReferralFilter, ReferralView, StepView
from domain.referrals.feedback import Helped
from domain.referrals.record import Said
from domain.referrals.steps import CLOCKED, OPEN, StaffStep, State
from domain.reporting import Known
from domain.values import CentreCode, PartnerId, ReferralId, StaffId
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, known, uuid_of
from service.web.offers import Offer, address, offer
from service.web.packet import Packet, packet_page
from service.web.people import Names, names
from service.web.progress import Mark, referral_line, referral_said
from service.web.sheet import ReferralLine, referral_lines

router = APIRouter(route_class=PageRoute)
LINES = 50
SENT = re.compile(r"[1-9]\d{3}-Q[1-4]\.[1-9]\d{3}-Q[1-4]")
ONLY = ("silent", "acknowledged", "answered")
UNSAID = "unsaid"
"""Declined without a code of why."""
FEW = 3
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
    case_number: str
    client: ClientNames
    partner: Known
    partners: tuple[Known, ...]
    service: str
    serves: Service | None
    address: tuple[str, ...]
    says: str
    line: tuple[Mark, ...]
    history: tuple[StepView, ...]
    names: Names
    packet: Packet
    steps: tuple[StaffStep, ...]
    what_happens: Mapping[StaffStep, str]
    alternatives: tuple[Offer, ...]
    clocked: bool
    feedback: bool
    helped: tuple[Helped, ...]
    colleagues: bool
    """Open, and for somebody else to move."""
    for_client: ForClient | None
    """What the client may be told of an appointment, or why not."""
    hears: bool
    """Something is asked of the partner, and this reader may write down what it says."""


async def _alternatives(visit: Visit, id: ReferralId) -> tuple[Offer, ...]:
    found = await visit.use.alternatives.of(visit.actor, id)
    return tuple(offer(one, visit.frame.words) for one in found[:FEW])


async def _referral_page(visit: Visit, id: ReferralId, again: Again = NOTHING, status: int = 200) -> Response:
    opened = await visit.use.referrals.opened(visit.actor, id)
    known_names = await names(visit)
    it, partner = opened.referral, known_names.partners[opened.referral.partner]
    words, at = visit.frame.words, visit.frame.at
    view = ReferralPage(
        referral=it,
        case_number=opened.case_number,
        client=opened.client,
        partner=partner,
        partners=tuple(one for one in known_names.taking if one.id != partner.id),
        service=opened.service,
        serves=opened.serves,
        address=address(opened.serves.address, words) if opened.serves else (),
        says=referral_said(words, it, partner.name, at),
        line=referral_line(it),
        history=opened.history,
        names=known_names,
        packet=packet_page(opened.packet, words),
        steps=opened.steps,
        what_happens=WHAT_HAPPENS,
        hears=opened.may_report,
        for_client=await visit.use.appointments.for_client(visit.actor, id) if it.appointment_at else None,
        alternatives=await _alternatives(visit, id) if StaffStep.reroute in opened.steps else (),
        clocked=it.state in CLOCKED,
        feedback=opened.may_hear,
        helped=tuple(Helped),
        colleagues=not opened.steps and it.state in OPEN and visit.actor.may(Act.move_referral),
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


@router.post("/referrals/{id}/feedback", **acts(Act.move_referral))
async def feedback(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    helped, note, seen = form.chosen("helped", Helped), form.prose("note"), form.number("version", 1, 10**9) or 0
    try:
        form.check()
        await visit.use.aftercare.hear(visit.actor, visit.once(), ReferralId(id), helped, note, seen)
    except Refusal as refusal:
        return await _referral_page(visit, ReferralId(id), form.again("feedback", refusal), status_of(refusal))
    return visit.go(f"/referrals/{id}", "feedback")


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
    exports: tuple[ExportView, ...] = ()
    narrowed: tuple[tuple[str, str], ...] = ()
    """Which of those that are counted in a figure these are, beside the filters of the page."""


@router.get("/referrals", **acts(Act.see_referrals))
async def referrals(
    visit: Visiting,
    state: str = "",
    late: str = "",
    partner: str = "",
    service: str = "",
    centre: str = "",
    only: str = "",
    sent: str = "",
    whose: str = "",
    declined: str = "",
    after: str = "",
) -> Response:
    """`only`, `sent` (quarters, `2026-Q1.2026-Q4`) and `declined` (a code of why) come with the ways from the figures to those counted."""
    wanted, which, at = known(state, State), uuid_of(partner), CentreCode(centre) if centre in visit.actor.centres else None
    holder = uuid_of(whose)
    filter = ReferralFilter(wanted, PartnerId(which) if which else None, service=uuid_of(service), centre=at)
    filter = replace(
        filter,
        silent=only == "silent",
        acknowledged=only == "acknowledged",
        answered=only == "answered",
        counsellor=StaffId(holder) if holder else None,
        decline_code=known(declined, DeclineCode),
        code_unsaid=declined == UNSAID,
    )
    quarters = sent.split(".") if SENT.fullmatch(sent) else (None, None)
    found, following = await visit.use.referrals.page(
        visit.actor, filter, LINES, uuid_of(after), late=bool(late), sent=(quarters[0], quarters[1])
    )
    known_names = await names(visit)
    asked = {"state": wanted, "late": "1" if late else "", "partner": which, "service": filter.service, "centre": at}
    kept = {**asked, "only": only if only in ONLY else "", "sent": sent if quarters[0] else "", "whose": filter.counsellor}
    kept["declined"] = UNSAID if filter.code_unsaid else filter.decline_code
    more = "?" + urlencode({name: value for name, value in kept.items() if value} | {"after": following}) if following else ""
    chosen = known_names.partners.get(which) if which else None
    narrowed = tuple((name, str(kept[name])) for name in ("service", "centre", "only", "sent", "whose", "declined") if kept[name])
    lines = referral_lines(visit, found, known_names)
    return visit.show("referrals", Referrals(lines, known_names, wanted, more, bool(late), chosen, narrowed=narrowed))


@router.get("/approvals", **acts(Act.approve_referral))
async def approvals(visit: Visiting, after: str = "") -> Response:
    found, following = await visit.use.referrals.page(visit.actor, ReferralFilter(State.awaiting_approval), LINES, uuid_of(after))
    known_names = await names(visit)
    more = f"?after={following}" if following else ""
    plans = await visit.use.plans.waiting(visit.actor, LINES) if not after else ()
    exports = await visit.use.exports.waiting(visit.actor, LINES) if not after else ()
    lines = referral_lines(visit, found, known_names)
    return visit.show("approvals", Referrals(lines, known_names, State.awaiting_approval, more, plans=plans, exports=exports))
