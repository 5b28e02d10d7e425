"""What a page offers is what would be let through: asked of the use case by each reader, and then tried over HTTP."""

from uuid import UUID

import pytest

from domain.identity import Act
from domain.referrals.steps import StaffStep
from domain.values import CaseId, ReferralId
from tests.referrals.conftest import Desk
from tests.service import Person

SAID = {"reason": "Why.", "note": "What.", "outcome": "How.", "partner": "swd-punjab"}
PEOPLE = ("counsellor", "colleague", "supervisor")


async def offered(desk: Desk, person: Person, referral: str) -> set[str]:
    use = desk.service.house.usecases
    actor = await use.identity.actor(person.http.headers["Authorization"].removeprefix("Bearer "))
    return {step.value for step in (await use.referrals.opened(actor, ReferralId(UUID(referral)))).steps}


async def taken(person: Person, referral: str, step: str) -> bool:
    """Tried with a version nobody has: a step that is let through is stale, one that is not is refused for what it is."""
    answer = await person.http.post(f"/api/v1/referrals/{referral}/steps", json={"step": step, **SAID}, headers={"If-Match": '"999999"'})
    return answer.status_code == 412


async def placed(desk: Desk, state: str) -> str:
    """A referral in this state, by the doors everybody uses."""
    partner = "fia" if state.startswith("awaiting") else "reintegration"
    await desk.consent(partner, "identity")
    made = await desk.draft(partner, "identity")
    if state == "awaiting_approval":
        await desk.step(desk.counsellor, made["id"], "submit")
    elif state == "withdrawn":
        await desk.step(desk.counsellor, made["id"], "withdraw", reason="x")
    elif state != "draft":
        await desk.step(desk.counsellor, made["id"], "send")
        network = await desk.service.partner("reintegration", "demo-rein-2026")
        for step in {"needs_information": ["need_information"], "accepted": ["accept"]}[state]:
            await network.post(f"/partner/v1/referrals/{made['ref']}/steps", {"step": step, "note": "Which month?"})
    placed: str = made["id"]
    return placed


OFFERED = {
    "draft": {"counsellor": {"send", "withdraw"}, "supervisor": {"send", "withdraw"}},
    "awaiting_approval": {"counsellor": {"withdraw"}, "supervisor": {"approve", "return_to_sender", "withdraw"}},
    "needs_information": {"counsellor": {"answer", "withdraw", "close"}, "supervisor": {"answer", "withdraw", "close"}},
    "accepted": {"counsellor": {"withdraw", "close"}, "supervisor": {"withdraw", "close"}},
    "withdrawn": {"counsellor": {"reroute"}, "supervisor": {"reroute"}},
}


@pytest.mark.parametrize("state", OFFERED)
async def test_each_reader_is_offered_what_they_may_do(desk: Desk, state: str) -> None:
    referral = await placed(desk, state)
    for name in PEOPLE:
        person = getattr(desk, name)
        its = await offered(desk, person, referral)
        assert its == OFFERED[state].get(name, set()), name
        reached = {step.value for step in StaffStep if await taken(person, referral, step.value)}
        assert its <= reached, "nothing is offered that the scope would refuse"


async def test_a_step_that_is_offered_is_taken(desk: Desk) -> None:
    referral = await placed(desk, "accepted")
    closed = await desk.step(desk.counsellor, referral, "close", outcome="They trained him.")
    assert (closed["state"], closed["outcome"]) == ("completed", "They trained him.")
    again = await placed(desk, "accepted")
    await desk.counsellor.post(f"/api/v1/referrals/{again}/steps", {"step": "close"}, 422)
    await desk.colleague.post(f"/api/v1/referrals/{again}/steps", {"step": "close", "outcome": "x"}, 404)


async def test_who_wrote_it_is_not_offered_to_approve_it(desk: Desk) -> None:
    await desk.consent("fia", "identity")
    body = {"partner": "fia", "reason": "x", "field_groups": ["identity"]}
    made = await desk.supervisor.post(f"/api/v1/cases/{desk.case}/referrals", body)
    await desk.step(desk.supervisor, made["id"], "submit")
    assert "approve" not in await offered(desk, desk.supervisor, made["id"])
    await desk.supervisor.post(f"/api/v1/referrals/{made['id']}/steps", {"step": "approve"}, 403)


async def test_acts_on_a_case_are_those_its_scope_lets_through(desk: Desk) -> None:
    use, acts = desk.service.house.usecases, (Act.change_case, Act.make_referral, Act.decide_screening, Act.write_in_case, Act.assign_case)
    found = {}
    for name in (*PEOPLE, "admin"):
        actor = await use.identity.actor(getattr(desk, name).http.headers["Authorization"].removeprefix("Bearer "))
        found[name] = await use.cases.may(actor, CaseId(UUID(desk.case)), *acts)
    assert found == {
        "counsellor": set(acts) - {Act.assign_case},
        "colleague": {Act.write_in_case},
        "supervisor": set(acts),
        "admin": set(),
    }
