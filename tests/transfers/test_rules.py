"""The table of a transfer, its clock and its extract, by themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.cases import Case, CaseKind, OutOfStep, ReasonNeeded, Risk, Stage
from domain.clients import Client, MigrationStage, Names, Particulars
from domain.consent import ConsentForm
from domain.errors import Refusal
from domain.identity import Actor, Role, Sensitivity
from domain.partners.times import Urgency
from domain.plans.content import Action, ActionState, Content, Goal, Need, NeedKind, Owner
from domain.plans.tasks import passed_on
from domain.referrals.steps import State
from domain.referrals.terms import AROUND_THE_CLOCK
from domain.transfers.doors import Direction, TransferView
from domain.transfers.extract import AgeBand, band
from domain.transfers.record import (
    AnsweredByTheirs,
    CaseNotOpen,
    ClientNotAsked,
    NotAnotherCentre,
    ReferralUnsent,
    Transfer,
    TransferLate,
    TransferReminded,
    Wanted,
    WithdrawnByTheirs,
)
from domain.transfers.steps import NEXT, Side, TransferState, TransferStep, fitting
from domain.values import CaseId, CentreCode, ClientId, Gender, StaffId, TransferId

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ISB, LHE, PEW = CentreCode("ISB"), CentreCode("LHE"), CentreCode("PEW")
WANTED = Wanted(LHE, "Her family moved.", Urgency.high, ConsentForm.written, date(2026, 1, 4))


def staff(number: int, *centres: CentreCode, role: Role = Role.supervisor) -> Actor:
    return Actor(UUID(int=number), role, centres)


HERS, THEIRS, BOTH, HOUSE = staff(1, ISB), staff(2, LHE), staff(3, ISB, LHE), staff(0)
CASE = Case(
    CaseId(UUID(int=10)),
    ISB,
    ClientId(UUID(int=11)),
    "ISB-K-000001",
    CaseKind.protection,
    Risk.high,
    Sensitivity.gbv_child,
    Stage.open,
    StaffId(UUID(int=4)),
    "x",
    AT,
    AT,
)
CLIENT = Client(
    ClientId(UUID(int=11)),
    ISB,
    "ISB-C-000001",
    Names("Zarghuna"),
    Particulars(),
    Gender.female,
    MigrationStage.returnee,
    None,
    1993,
    Sensitivity.gbv_child,
    AT,
    StaffId(UUID(int=4)),
)


def asked(case: Case = CASE, wanted: Wanted = WANTED, referrals: tuple[State, ...] = (), by: Actor = HERS) -> Transfer:
    more: dict[str, Any] = {"terms": AROUND_THE_CLOCK, "centres": {ISB, LHE, PEW}, "referrals": referrals, "people": ()}
    return Transfer.ask(TransferId(UUID(int=20)), case, CLIENT, wanted, by=by, at=AT, **more)[0]


@pytest.mark.parametrize("step", TransferStep)
@pytest.mark.parametrize("state", TransferState)
def test_a_step_leads_where_the_table_says_or_is_refused_aloud(state: TransferState, step: TransferStep) -> None:
    whose, states, to = NEXT[step]
    for actor, side in ((HERS, Side.sending), (THEIRS, Side.receiving), (BOTH, Side.watching), (HOUSE, Side.clock)):
        it = asked()
        it.state = state
        assert (step in fitting(state, side)) == (side is whose and state in states)
        try:
            events = it.take(step, by=actor, at=AT, reason="x", taken_by=StaffId(UUID(int=5)))
        except (AnsweredByTheirs, WithdrawnByTheirs):
            assert side is not whose
        except OutOfStep:
            assert state not in states
        else:
            assert (side, it.state, it.clock_at) == (whose, to, None)
            assert [one.centre for one in events] == [ISB, LHE], "each side gets its line"
            continue
        assert it.state is state


@pytest.mark.parametrize(
    "wrong,refusal",
    [
        ({"wanted": replace(WANTED, to=ISB)}, NotAnotherCentre),
        ({"wanted": replace(WANTED, to=CentreCode("XXX"))}, NotAnotherCentre),
        ({"wanted": replace(WANTED, agreed_how=None)}, ClientNotAsked),
        ({"wanted": replace(WANTED, agreed_on=None)}, ClientNotAsked),
        ({"wanted": replace(WANTED, reason="")}, ReasonNeeded),
        ({"case": replace(CASE, stage=Stage.closed)}, CaseNotOpen),
        ({"referrals": (State.accepted, State.draft)}, ReferralUnsent),
        ({"referrals": (State.awaiting_approval,)}, ReferralUnsent),
    ],
)
def test_what_asking_needs(wrong: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        asked(**wrong)
    assert asked(referrals=(State.queued, State.accepted)).state is TransferState.requested, "the control: what is under way goes on"


def test_the_clock_says_three_things_once_each() -> None:
    it, people = asked(), (StaffId(UUID(int=6)),)
    assert (it.clock_at, it.answer_by) == (AT + timedelta(minutes=90), AT + timedelta(hours=3))
    (half,) = it.hear_clock(by=HOUSE, at=AT + timedelta(minutes=90), people=people)
    assert (type(half), half.centre, [one.staff for one in half.tells]) == (TransferReminded, LHE, list(people))
    late = it.hear_clock(by=HOUSE, at=it.answer_by, people=people)
    assert [(type(one), one.centre) for one in late] == [(TransferLate, LHE), (TransferLate, ISB)]
    assert {one.staff for one in late[1].tells} == {HERS.id, CASE.counsellor_id}
    ended = it.hear_clock(by=HOUSE, at=it.expires_at, people=people)
    assert (it.state, it.clock_at) == (TransferState.expired, None)
    assert {one.kind for event in ended for one in event.tells} == {"transfer_expired"}


@pytest.mark.parametrize("state", TransferState)
def test_each_side_is_shown_its_own(state: TransferState) -> None:
    it = asked()
    it.state, it.taken_by = state, StaffId(UUID(int=5))
    sent, received = TransferView.of(it, HERS), TransferView.of(it, THEIRS)
    accepted = state is TransferState.accepted
    assert (sent.direction, received.direction) == (Direction.sent, Direction.received)
    assert (sent.case_id is None, received.case_id is None) == (accepted, not accepted), "who has the client has the ids"
    assert (sent.told is None) == accepted
    assert (received.told is None) == (state not in (TransferState.requested, TransferState.accepted))
    assert sent.taken_by is None
    shown = str(received)
    assert not [word for word in ("Zarghuna", "1993", "gbv", "ISB-C") if word in shown]


def test_ages_are_told_as_bands() -> None:
    assert [band(age) for age in (None, 0, 17, 18, 24, 25, 59, 60, 99)] == [
        AgeBand.age_unknown,
        *[AgeBand.child] * 2,
        *[AgeBand.young] * 2,
        *[AgeBand.adult] * 2,
        *[AgeBand.older] * 2,
    ]


def test_open_actions_of_those_who_stay_behind_find_somebody() -> None:
    ours, theirs, taker = UUID(int=1), UUID(int=2), StaffId(UUID(int=5))
    made = [
        Action(UUID(int=30), "a", Owner.staff, date(2026, 2, 1), ours),
        Action(UUID(int=31), "b", Owner.staff, date(2026, 2, 1), ours, ActionState.done),
        Action(UUID(int=32), "c", Owner.staff, date(2026, 2, 1), theirs),
        Action(UUID(int=33), "d", Owner.partner, date(2026, 2, 1), ours),
        Action(UUID(int=34), "e", Owner.client, date(2026, 2, 1)),
    ]
    plan = Content((Need(UUID(int=40), NeedKind.legal, "x", (Goal(UUID(int=41), "x", tuple(made)),)),))
    assert [one.who for one in passed_on(plan, taker, {StaffId(theirs)}).actions()] == [taker, ours, theirs, ours, None]
