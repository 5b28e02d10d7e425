"""A referral against the paper procedure, by chance: whatever is tried in whatever order, only what the procedure allows happens."""

from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime, timedelta
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
from domain.partners.directory import Agreement, PartnerKind, agreed
from domain.partners.exchange import AnswerStep
from domain.referrals import record
from domain.referrals.packet import Behind, CentreContact, Stays, packet
from domain.referrals.record import Allowed, Referral, ReferralMoved, Said
from domain.referrals.steps import HouseStep, StaffStep, State, Urgency
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
}
LEAVING = {"submit", "approve", "send"}
LIVE = set(f"{UNANSWERED} {UNDER_WAY}".split())
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
GROUPS = st.frozensets(st.sampled_from([*WANTED, FieldGroup.health]))


def actor(step: str, id: UUID) -> Actor:
    if step in set(AnswerStep):
        return Actor(PARTNER, Role.partner, (), None, PartnerId(PARTNER))
    return Actor(id, Role.supervisor if id == SUPERVISOR else Role.counsellor, (ISB,))


class Procedure(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.at = NOON
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
            fitting = [step for step, (states, _) in PROCEDURE.items() if self.state in states.split() and step not in backwards]
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

    @rule(days=st.sampled_from([0, 1, 400]))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days, hours=1)

    @rule(groups=GROUPS, lasts=st.sampled_from([30, 4000]))
    def agreement(self, groups: frozenset[FieldGroup], lasts: int) -> None:
        ends = day_of(self.at + timedelta(days=lasts))
        self.agreements = [Agreement(UUID(int=7), PartnerId(PARTNER), "It", tuple(groups), day_of(self.at), ends)]

    @rule(ends=st.booleans())
    def agreements_end(self, ends: bool) -> None:
        if ends:
            self.agreements.clear()

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
        fits = step in PROCEDURE and self.state in PROCEDURE[step][0].split()
        right = fits and not (empty and (step in WORDS or step == "set_appointment"))
        if step in LEAVING:
            right = fits and self.covered and self.approval is (step != "send") and not (step == "approve" and by == SENDER)
        before = (self.referral.state, self.referral.sequence)
        try:
            moved = self.act(step, by, empty)
        except Refusal:
            assert not right, f"{step} from {self.state} was refused"
            assert (self.referral.state, self.referral.sequence) == before, "a refusal changes nothing"
            return
        assert right, f"{step} from {self.state} was allowed"
        self.left = self.state not in ("draft", "awaiting_approval")
        told = step in NOTICES and (self.left or step in LEAVING)
        assert (moved.outgoing is not None) is told
        if moved.outgoing is not None:
            self.numbers.append(moved.outgoing.body["sequence"])
            assert set(moved.outgoing.body) == {"referral", "sequence", "urgency", "answer_by", "href"}
        self.state = PROCEDURE[step][1]
        self.acts += 1
        self.trail.append(moved)

    def act(self, step: str, by: UUID, empty: bool) -> ReferralMoved:
        who, known = actor(step, by), next(one for one in ALL if one.value == step)
        leaving: dict[str, Callable[..., ReferralMoved]] = {"send": self.referral.send, "approve": self.referral.approve}
        if step == "submit":
            return self.referral.submit(by=who, at=self.at, allowed=self.allowed, approvers=(StaffId(SUPERVISOR),))
        if step in leaving:
            return leaving[step](by=who, at=self.at, allowed=self.allowed)
        said = Said() if empty else Said("note", "reason", "outcome")
        return self.referral.take(known, by=who, at=self.at, said=said, appointment_at=None if empty else self.at)

    @invariant()
    def stands_where_the_procedure_says(self) -> None:
        assert self.referral.state == self.state

    @invariant()
    def nothing_else_can_be_done(self) -> None:
        """Every step that the procedure does not have here, tried on a copy with all its words."""
        there = self.referral
        for step in ALL:
            if self.state not in PROCEDURE.get(step.value, ("", ""))[0].split():
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


def test_a_packet_without_consent_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.referrals.packet._stays", lambda group, wanted, allowed: None if group in wanted else Stays.not_asked)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Procedure, settings=CONTROL)
