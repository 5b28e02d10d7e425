"""A referral against the paper procedure, by chance: whatever is tried in whatever order, only what the procedure allows happens."""

from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from domain.cases import Case, CaseKind, Risk, Stage
from domain.clients import Client, MigrationStage, Names, Particulars
from domain.consent import Consent, ConsentForm, Purpose, shared_with
from domain.errors import Refusal
from domain.events import Event
from domain.identity import Actor, Role, Sensitivity
from domain.partners.agreements import Agreement, agreed
from domain.partners.directory import PartnerKind
from domain.partners.exchange import AnswerStep
from domain.partners.hours import DAYS, Opening
from domain.partners.worktime import Worktime
from domain.referrals import record
from domain.referrals.feedback import Helped
from domain.referrals.packet import Behind, CentreContact, Stays, packet
from domain.referrals.record import Allowed, Referral, ReferralMoved, Said
from domain.referrals.steps import HouseStep, StaffStep, State, Urgency
from domain.referrals.terms import AROUND_THE_CLOCK, Terms
from domain.values import CaseId, CentreCode, ClientId, ConsentId, FieldGroup, Gender, Language, PartnerId, ReferralId, StaffId, day_of

# Read off PRODUCT.md and the partner's contract, not off the code: from which states a step may be taken, and where it leads.
UNANSWERED = "queued delivered seen needs_information answered"
UNDER_WAY = "accepted appointment_set in_service"
PROCEDURE = {
    "submit": ("draft", "awaiting_approval"),
    "approve": ("awaiting_approval", "queued"),
    "return_to_sender": ("awaiting_approval", "draft"),
    "send": ("draft", "queued"),
    "answer": ("needs_information", "answered"),
    "withdraw": (f"draft awaiting_approval {UNANSWERED} {UNDER_WAY}", "withdrawn"),
    "close": (f"{UNANSWERED} {UNDER_WAY}", "completed"),
    "recall": (f"draft awaiting_approval {UNANSWERED} {UNDER_WAY}", "recalled"),
    "deliver": ("queued", "delivered"),
    "expire": (UNANSWERED, "expired"),
    "seen": ("queued delivered", "seen"),
    "accept": ("queued delivered seen answered", "accepted"),
    "decline": (f"{UNANSWERED} accepted", "declined"),
    "need_information": ("queued delivered seen answered accepted", "needs_information"),
    "set_appointment": ("accepted appointment_set", "appointment_set"),
    "start_service": ("accepted appointment_set", "in_service"),
    "complete": (UNDER_WAY, "completed"),
    "not_complete": (UNDER_WAY, "not_completed"),
    "confirm_deletion": ("recalled", "recalled"),
}
LEAVING = {"submit", "approve", "send"}
LIVE = set(f"{UNANSWERED} {UNDER_WAY}".split())
CLOCKED = set("queued delivered seen answered".split())
ENDED = {"completed", "not_completed"}
NOTICES = {"approve", "send", "answer", "withdraw", "recall"}
WORDS = {
    "withdraw": "reason",
    "return_to_sender": "reason",
    "decline": "reason",
    "not_complete": "reason",
    "complete": "outcome",
    "close": "outcome",
}
WORDS |= {"answer": "note", "need_information": "note"}
ALL: tuple[Any, ...] = (*StaffStep, *AnswerStep, *HouseStep)

ISB, NOON = CentreCode("ISB"), datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
SENDER, SUPERVISOR, PARTNER, CLIENT, CASE = (UUID(int=number) for number in range(1, 6))
WANTED = (FieldGroup.identity, FieldGroup.contact)
HOUSE_ACTOR = Actor(UUID(int=0), Role.admin, ())
BY_DAY = Terms(Worktime(tuple(Opening.parse(f"{day} 09:00-17:00") for day in DAYS[:5])))
GROUPS = st.frozensets(st.sampled_from([*WANTED, FieldGroup.health]))


def actor(step: str, id: UUID) -> Actor:
    if step in set(AnswerStep):
        return Actor(PARTNER, Role.partner, (), None, PartnerId(PARTNER))
    return Actor(id, Role.supervisor if id == SUPERVISOR else Role.counsellor, (ISB,))


class Procedure(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.at, self.terms, self.heard = NOON, AROUND_THE_CLOCK, None
        particulars = Particulars()
        client = Client(
            ClientId(CLIENT), ISB, "ISB-C-1", Names("Yousaf"), particulars, Gender.male, MigrationStage.returnee, None, 1994,
            Sensitivity.normal, NOON, StaffId(SENDER),
        )  # fmt: skip
        self.case = Case(
            CaseId(CASE), ISB, client.id, "ISB-1", CaseKind.protection, Risk.low, Sensitivity.normal, Stage.open, StaffId(SENDER), "It.",
            NOON, NOON,
        )  # fmt: skip
        self.behind = Behind(client, "It.", ())
        self.consents: list[Consent] = []
        self.agreements: list[Agreement] = []
        self.consent(frozenset(WANTED))
        self.agreement(frozenset(WANTED), 4000)
        self.begin(PartnerKind.law_enforcement)

    def begin(self, kind: PartnerKind) -> None:
        self.referral, drafted = Referral.draft(
            ReferralId(UUID(int=9)), "ref", self.case, partner=PartnerId(PARTNER), kind=kind, service=None, reason="Why",
            urgency=Urgency.high, field_groups=WANTED, child=False, by=actor("send", SENDER), at=self.at,
        )  # fmt: skip
        self.acts, self.trail, self.state, self.numbers = 1, [drafted], "draft", []
        self.sent, self.confirmed, self.way = False, False, ["draft"]
        self.approval = kind is PartnerKind.law_enforcement

    @rule(law=st.booleans())
    def another(self, law: bool) -> None:
        """With papers that hold: most of what there is to see lies behind the sending."""
        self.consent(frozenset(WANTED))
        self.agreement(frozenset(WANTED), 4000)
        self.begin(PartnerKind.law_enforcement if law else PartnerKind.ngo)

    @rule(picks=st.lists(st.integers(0, 10), min_size=1, max_size=8))
    def goes_on(self, picks: list[int]) -> None:
        """Steps that fit and end nothing, as the work goes on most days; chance alone would hardly get past the first."""
        backwards = {"withdraw", "recall", "expire", "return_to_sender", "send" if self.approval else "submit"}
        for pick in picks:
            fitting = [step for step in PROCEDURE if self.fits(step) and step not in backwards]
            if fitting:
                self.take(fitting[pick % len(fitting)], SUPERVISOR, empty=False)

    @rule(groups=GROUPS)
    def consent(self, groups: frozenset[FieldGroup]) -> None:
        self.consents.append(
            Consent(
                ConsentId(UUID(int=len(self.consents))), ISB, ClientId(CLIENT), Purpose.share, PartnerId(PARTNER), tuple(groups),
                ConsentForm.written, Language.urdu, "1", self.at, StaffId(SENDER),
            )
        )  # fmt: skip

    @rule()
    def withdraw_consent(self) -> None:
        """All of them, with the recall that the use case makes beside it."""
        live = [consent for consent in self.consents if consent.withdrawn_at is None]
        for consent in live:
            consent.withdraw(by=actor("send", SENDER), at=self.at)
        if live and self.state in PROCEDURE["recall"][0].split():
            self.take("recall", SENDER, empty=False)

    @rule(days=st.sampled_from([0, 1, 400]), open_by_day=st.booleans())
    def time_passes(self, days: int, open_by_day: bool) -> None:
        """The worker looks at the clocks all the while."""
        self.at += timedelta(days=days, hours=1)
        self.terms = BY_DAY if open_by_day else AROUND_THE_CLOCK
        self.clock_is_heard()

    @rule(groups=GROUPS, lasts=st.sampled_from([30, 4000]))
    def agreement(self, groups: frozenset[FieldGroup], lasts: int) -> None:
        ends = day_of(self.at + timedelta(days=lasts))
        self.agreements = [Agreement(UUID(int=7), PartnerId(PARTNER), "It", tuple(groups), day_of(self.at), ends)]

    @rule(ends=st.booleans())
    def agreements_end(self, ends: bool) -> None:
        if ends:
            self.agreements.clear()

    def fits(self, step: str) -> bool:
        """Who was recalled before it left has nothing to delete, and says so once."""
        there = step in PROCEDURE and self.state in PROCEDURE[step][0].split()
        return there and (step != "confirm_deletion" or (self.sent and not self.confirmed))

    @rule(helped=st.sampled_from(Helped))
    def aftermath(self, helped: Helped) -> None:
        """The client is asked; what was recalled is deleted, which chance alone hardly gets to."""
        if self.fits("confirm_deletion"):
            self.take("confirm_deletion", SENDER, empty=True)
        try:
            heard = self.referral.hear(helped, "Words", by=actor("send", SENDER), at=self.at)
        except Refusal:
            assert self.state not in ENDED
            assert self.referral.feedback is None
            return
        assert self.state in ENDED
        self.acts += 1
        self.trail.append(heard)

    def clock_is_heard(self) -> None:
        """Each word of the clock is an act too; what it ends, it ends by a step of the procedure."""
        if self.referral.clock_at is None or self.referral.clock_at > self.at:
            return
        said = self.referral.hear_clock(by=HOUSE_ACTOR, at=self.at, supervisors=(StaffId(SUPERVISOR),))
        if isinstance(said, ReferralMoved):
            assert self.fits("expire")
            self.state = "expired"
            self.way.append(said.to)
        if said.outgoing is not None:
            assert self.state in LIVE
            self.numbers.append(said.outgoing.body["sequence"])
        assert self.referral.clock_at is None or self.referral.clock_at > self.at or self.referral.clock_at != self.heard
        self.heard = self.referral.clock_at
        self.acts += 1
        self.trail.append(said)

    @property
    def allowed(self) -> Allowed:
        consented = shared_with(PartnerId(PARTNER), self.consents, self.at)
        return Allowed(consented, agreed(self.agreements, day_of(self.at)))

    @property
    def covered(self) -> bool:
        consented = {group for one in self.consents if one.withdrawn_at is None for group in one.field_groups}
        granted = {group for one in self.agreements if one.valid_to and one.valid_to >= day_of(self.at) for group in one.field_groups}
        return set(WANTED) <= consented & granted

    @rule(step=st.sampled_from([step.value for step in ALL]), by=st.sampled_from([SENDER, SUPERVISOR]), empty=st.booleans())
    def take(self, step: str, by: UUID, empty: bool) -> None:
        fits = self.fits(step)
        right = fits and not (empty and (step in WORDS or step == "set_appointment"))
        if step in LEAVING:
            right = fits and self.covered and self.approval is (step != "send") and not (step == "approve" and by == SENDER)
        before = (self.referral.state, self.referral.sequence, self.referral.deletion_confirmed_at, self.referral.clock_at)
        try:
            moved = self.act(step, by, empty)
        except Refusal:
            assert not right, f"{step} from {self.state} was refused"
            its = self.referral
            assert (its.state, its.sequence, its.deletion_confirmed_at, its.clock_at) == before, "a refusal changes nothing"
            return
        assert right, f"{step} from {self.state} was allowed"
        self.left = self.state not in ("draft", "awaiting_approval")
        told = step in NOTICES and (self.left or step in LEAVING)
        assert (moved.outgoing is not None) is told
        if moved.outgoing is not None:
            self.numbers.append(moved.outgoing.body["sequence"])
            assert set(moved.outgoing.body) == {"referral", "sequence", "urgency", "answer_by", "href"}
        assert (moved.was, moved.step) == (self.state, step)
        self.state = PROCEDURE[step][1]
        self.way.append(moved.to)
        self.sent |= step in ("send", "approve")
        self.confirmed |= step == "confirm_deletion"
        self.acts += 1
        self.trail.append(moved)

    def act(self, step: str, by: UUID, empty: bool) -> ReferralMoved:
        who, known = actor(step, by), next(one for one in ALL if one.value == step)
        leaving: dict[str, Callable[..., ReferralMoved]] = {"send": self.referral.send, "approve": self.referral.approve}
        if step == "submit":
            return self.referral.submit(by=who, at=self.at, allowed=self.allowed, approvers=(StaffId(SUPERVISOR),))
        if step in leaving:
            return leaving[step](by=who, at=self.at, allowed=self.allowed, terms=self.terms)
        said = Said() if empty else Said("note", "reason", "outcome")
        return self.referral.take(known, by=who, at=self.at, said=said, appointment_at=None if empty else self.at, terms=self.terms)

    @invariant()
    def stands_where_the_procedure_says(self) -> None:
        assert self.referral.state == self.state

    @invariant()
    def no_step_is_skipped(self) -> None:
        """From the draft to here, each on from where the last one led."""
        led = {(was, to) for states, to in PROCEDURE.values() for was in states.split()}
        assert self.way[-1] == self.referral.state
        assert all(pair in led for pair in pairwise(self.way))

    @invariant()
    def a_clock_runs_only_while_somebody_is_waited_for(self) -> None:
        its = self.referral
        if its.clock_at is not None:
            assert self.state in CLOCKED or (self.state == "recalled" and self.sent and not self.confirmed)
        assert (its.deletion_confirmed_at is not None) is self.confirmed
        if self.confirmed or (self.state == "recalled" and not self.sent):
            assert its.answer_by is None, "nobody is asked any more"

    @invariant()
    def nothing_else_can_be_done(self) -> None:
        """Every step that the procedure does not have here, tried on a copy with all its words."""
        there = self.referral
        for step in ALL:
            if not self.fits(step.value):
                self.referral = copy(there)
                assert self.refused(step.value), f"{step} from {self.state} was allowed"
        self.referral = there

    def refused(self, step: str) -> bool:
        try:
            self.act(step, SUPERVISOR, empty=False)
        except Refusal:
            return True
        return False

    @invariant()
    def every_act_is_in_the_trail_and_nothing_else(self) -> None:
        assert self.acts == len(self.trail)
        assert all(isinstance(event, Event) and "note" not in event.note for event in self.trail)

    @invariant()
    def numbers_grow(self) -> None:
        assert self.numbers == list(range(1, len(self.numbers) + 1))

    @invariant()
    def no_packet_without_consent_and_agreement(self) -> None:
        may = self.allowed
        try:
            shown = packet(self.referral, self.behind, may, CentreContact("Centre", ""))
        except Refusal:
            assert self.state not in LIVE or not may.consented or not may.agreed
            return
        assert self.state in LIVE
        assert may.consented
        assert may.agreed
        assert ("name" in shown.client) is (FieldGroup.identity in may.consented & may.agreed)
        assert ("phones" in shown.client) is (FieldGroup.contact in may.consented & may.agreed)


CHANCES = settings(max_examples=150, stateful_step_count=40, deadline=None, derandomize=True, database=None)
CONTROL = settings(CHANCES, max_examples=3000, phases=[Phase.generate])
"""A control ends at its first finding; how long it looks before must not be a matter of luck."""


def test_only_what_the_procedure_allows_happens() -> None:
    run_state_machine_as_test(Procedure, settings=CHANCES)


@pytest.mark.parametrize("step,states", [(AnswerStep.seen, frozenset({State.completed})), (HouseStep.recall, frozenset())])
def test_a_step_too_many_or_too_few_is_found_out(monkeypatch: pytest.MonkeyPatch, step: Any, states: frozenset[State]) -> None:
    """The control: the table of the code is changed, the paper stays."""
    more = record.NEXT[step][0] | states if states else frozenset({State.draft})
    monkeypatch.setitem(record.NEXT, step, (more, record.NEXT[step][1]))
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Procedure, settings=CONTROL)


class UnderWay(Procedure):
    """It has left already: what is to be found lies behind that."""

    def __init__(self) -> None:
        super().__init__()
        self.another(law=False)
        self.take("send", SENDER, empty=False)


def test_a_packet_without_consent_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.referrals.packet._stays", lambda group, wanted, allowed: None if group in wanted else Stays.not_asked)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(UnderWay, settings=CONTROL)


def test_a_deletion_confirmed_of_what_never_left_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Referral, "_confirm", lambda self, by, at: self._move(AnswerStep.confirm_deletion, by=by, at=at))
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Procedure, settings=CONTROL)


def test_an_act_without_its_line_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Referral, "hear", lambda self, *_, **__: None)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Procedure, settings=CONTROL)
