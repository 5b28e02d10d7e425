"""The referral and its rules: who may send what to whom, and what each step changes and announces."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.cases import Case, OutcomeNeeded, OutOfStep, ReasonNeeded
from domain.errors import Conflict, Invalid
from domain.events import Outgoing, Tell
from domain.identity import PARTNER_SIDE, Actor, TwoPeople
from domain.partners.declining import DeclineCode, OnlyDeclines
from domain.partners.directory import PartnerKind
from domain.partners.exchange import AnswerStep
from domain.referrals.allowed import Allowed as Allowed
from domain.referrals.allowed import NoAgreement as NoAgreement
from domain.referrals.allowed import NoConsent as NoConsent
from domain.referrals.allowed import needs_approval as needs_approval
from domain.referrals.answered import Answered
from domain.referrals.feedback import Feedback, FeedbackGiven, Helped, NotServed
from domain.referrals.happened import SILENT, DeletionOpen, ReferralDrafted, ReferralLate, ReferralReminded
from domain.referrals.happened import ReferralMoved as ReferralMoved
from domain.referrals.happened import Said as Said
from domain.referrals.steps import (
    ACKNOWLEDGES,
    ANSWERS,
    ENDED_BY_SERVICE,
    NEEDS_NOTE,
    NEEDS_OUTCOME,
    NEEDS_REASON,
    NEXT,
    REROUTED,
    TOLD,
    HouseStep,
    StaffStep,
    State,
    Step,
    Urgency,
    fitting,
)
from domain.referrals.terms import AROUND_THE_CLOCK, Terms
from domain.values import CaseId, CentreCode, ClientId, FieldGroup, PartnerId, ReferralId, StaffId


class ApprovalNeeded(Conflict):
    """This referral needs a supervisor's approval before it leaves."""

    next = "Submit it; a supervisor other than you approves it."


class NotRerouted(Conflict):
    """Only a referral that ended without service is rerouted."""

    next = "Withdraw it first."


class NoteNeeded(Invalid):
    """This step needs a note."""

    next = "Write the question or the answer."


class DeletionConfirmed(Conflict):
    """The deletion of this referral is confirmed already."""

    next = "Nothing more is needed."


@dataclass(slots=True)
class Referral:
    """A request to a partner for one case. `ref` is what the partner knows it by, random and different for each partner.

    `answer_by` and `expires_at` start when it leaves; `clock_at` is when the clock next has something to say (a reminder at half, the
    supervisor at the end, expiry), none while nobody is waited for. Once recalled, `answer_by` is when the deletion should be confirmed,
    none when it was. `working_time` says that the clock was started on the partner's hours. `sequence` counts the notices, so that none is
    read out of order. `partner_holder` is who of the partner's people has it in hand (`domain/referrals/queue.py`).
    `acknowledged_at` is the partner's first sign, `answered_at` its first yes or no. `decline_code` is why it declined, where it said so
    in a word of the table. `submitted_at` is when a second person was last asked.
    """

    id: ReferralId
    centre: CentreCode
    client_id: ClientId
    case_id: CaseId
    partner_id: PartnerId
    service_id: UUID | None
    ref: str
    reason: str
    urgency: Urgency
    field_groups: tuple[FieldGroup, ...]
    state: State
    approval_needed: bool
    made_by: StaffId
    counsellor_id: StaffId
    made_at: datetime
    said: Said = SILENT
    approved_by: StaffId | None = None
    sent_at: datetime | None = None
    answer_by: datetime | None = None
    expires_at: datetime | None = None
    clock_at: datetime | None = None
    appointment_at: datetime | None = None
    replaces: ReferralId | None = None
    working_time: bool = False
    deletion_confirmed_at: datetime | None = None
    feedback: Feedback | None = None
    sequence: int = 0
    version: int = 1
    partner_holder: StaffId | None = None
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None
    decline_code: DeclineCode | None = None
    submitted_at: datetime | None = None

    @classmethod
    def draft(
        cls,
        id: ReferralId,
        ref: str,
        case: Case,
        *,
        partner: PartnerId,
        kind: PartnerKind,
        service: UUID | None,
        reason: str,
        urgency: Urgency,
        field_groups: tuple[FieldGroup, ...],
        child: bool,
        by: Actor,
        at: datetime,
        replaces: ReferralId | None = None,
        agreement_asks: bool = False,
    ) -> tuple["Referral", ReferralDrafted]:
        referral = cls(
            id=id,
            centre=case.centre,
            client_id=case.client_id,
            case_id=case.id,
            partner_id=partner,
            service_id=service,
            ref=ref,
            reason=reason,
            urgency=urgency,
            field_groups=field_groups,
            state=State.draft,
            approval_needed=needs_approval(kind, case.sensitivity, child=child, agreement=agreement_asks),
            made_by=StaffId(by.id),
            counsellor_id=case.counsellor_id,
            made_at=at,
            replaces=replaces,
        )
        return referral, ReferralDrafted(at=at, by=by.id, centre=case.centre, subject=id, client=case.client_id)

    def offers(self, step: StaffStep, by: Actor, *, agreement_asks: bool = False) -> bool:
        """Whether this step could be taken now by somebody whom the case lets; consents, agreements and words are looked at when it is."""
        if step is StaffStep.reroute:
            return self.state in REROUTED
        fits = step in NEXT and self.state in NEXT[step][0]
        if step in (StaffStep.submit, StaffStep.send):
            return fits and (self.approval_needed or agreement_asks) is (step is StaffStep.submit)
        return fits and not (step is StaffStep.approve and by.id == self.made_by)

    def submit(self, *, by: Actor, at: datetime, allowed: Allowed, approvers: tuple[StaffId, ...]) -> ReferralMoved:
        """Asks a supervisor. Raises NoConsent, NoAgreement, OutOfStep; refuses where no approval is asked for."""
        if not self.approval_needed and not allowed.approval:
            raise Conflict("This referral needs no approval.", next="Send it.")
        allowed.check(self.field_groups)
        self.approval_needed = True
        moved, self.submitted_at = self._move(StaffStep.submit, by=by, at=at), at
        tells = tuple(Tell(staff=one, kind="approval_asked", subject=self.id) for one in approvers if one != by.id)
        return replace(moved, tells=tells)

    def fitting(self, *whose: type[StaffStep] | type[AnswerStep]) -> tuple[str, ...]:
        """The steps that fit now, of those whose they are; a deletion is confirmed once."""
        return tuple(step for step in fitting(self.state, *whose) if step != AnswerStep.confirm_deletion or self.deletion_open)

    def check_rerouted(self, case: CaseId) -> None:
        """Whether a new draft of this case may stand in for it. Raises NotRerouted."""
        if self.state not in REROUTED or self.case_id != case:
            raise NotRerouted()

    @property
    def deletion_open(self) -> bool:
        """It was recalled after it had left, and nobody has said yet that what was sent is deleted."""
        return self.state is State.recalled and self.sent_at is not None and self.deletion_confirmed_at is None

    def approve(self, *, by: Actor, at: datetime, allowed: Allowed, terms: Terms = AROUND_THE_CLOCK) -> ReferralMoved:
        """A second person lets it leave. Raises TwoPeople, NoConsent, NoAgreement, OutOfStep."""
        if by.id == self.made_by:
            raise TwoPeople("Whoever wrote a referral cannot approve it.")
        moved = self._leave(StaffStep.approve, by=by, at=at, allowed=allowed, terms=terms)
        self.approved_by = StaffId(by.id)
        return moved

    def send(self, *, by: Actor, at: datetime, allowed: Allowed, terms: Terms = AROUND_THE_CLOCK) -> ReferralMoved:
        """Raises ApprovalNeeded, NoConsent, NoAgreement, OutOfStep."""
        if self.approval_needed or allowed.approval:
            raise ApprovalNeeded()
        return self._leave(StaffStep.send, by=by, at=at, allowed=allowed, terms=terms)

    def _leave(self, step: StaffStep, *, by: Actor, at: datetime, allowed: Allowed, terms: Terms) -> ReferralMoved:
        allowed.check(self.field_groups)
        self._must_fit(step)
        self.sent_at = at
        self.expires_at = max(terms.expires(at), terms.start(self.urgency, at).end)
        return self._move(step, by=by, at=at, terms=terms)

    def take(
        self,
        step: Step,
        *,
        by: Actor,
        at: datetime,
        said: Said = SILENT,
        appointment_at: datetime | None = None,
        decline_code: DeclineCode | None = None,
        terms: Terms = AROUND_THE_CLOCK,
    ) -> ReferralMoved:
        """Any step that needs no consent to be looked at. `terms` are looked at where the step starts a clock. Raises OutOfStep,
        ReasonNeeded, OutcomeNeeded, NoteNeeded, OnlyDeclines, DeletionConfirmed."""
        self._must_fit(step)
        if step in NEEDS_REASON and not said.reason:
            raise ReasonNeeded(field="reason")
        if step in NEEDS_OUTCOME and not said.outcome:
            raise OutcomeNeeded(field="outcome")
        if step in NEEDS_NOTE and not said.note:
            raise NoteNeeded(field="note")
        if decline_code is not None and step is not AnswerStep.decline:
            raise OnlyDeclines(field="decline_code")
        if step is AnswerStep.set_appointment:
            if appointment_at is None or appointment_at.tzinfo is None:
                raise Invalid("An appointment needs its time, with the zone.", field="appointment_at")
            self.appointment_at = appointment_at
        if step is AnswerStep.confirm_deletion:
            return self._confirm(by=by, at=at)
        self.said, self.decline_code = said, decline_code
        return self._move(step, by=by, at=at, terms=terms)

    def answer(self, answered: Answered, *, by: Actor, at: datetime) -> ReferralMoved:
        """A partner's step. Raises what `take` raises."""
        its = answered
        return self.take(its.step, by=by, at=at, said=its.said, appointment_at=its.appointment_at, decline_code=its.decline_code)

    def _confirm(self, *, by: Actor, at: datetime) -> ReferralMoved:
        """The partner's word that it is deleted; a note that came with it could tell of the person again, so none is kept."""
        if self.deletion_confirmed_at is not None:
            raise DeletionConfirmed()
        if self.sent_at is None:
            raise OutOfStep(self.state, AnswerStep.confirm_deletion)
        self.deletion_confirmed_at, self.said = at, SILENT
        moved = self._move(AnswerStep.confirm_deletion, by=by, at=at, terms=AROUND_THE_CLOCK)
        return replace(moved, tells=tuple(replace(tell, kind="deletion_confirmed") for tell in moved.tells))

    def hear(self, helped: Helped, note: str, *, by: Actor, at: datetime) -> FeedbackGiven:
        """What the client says of the service afterwards; said anew, it stands in the place of what was said. Raises NotServed."""
        if self.state not in ENDED_BY_SERVICE:
            raise NotServed()
        self.feedback = Feedback(helped, note, at, StaffId(by.id))
        return FeedbackGiven(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id, fields=("feedback",))

    def hear_clock(
        self, *, by: Actor, at: datetime, supervisors: tuple[StaffId, ...]
    ) -> ReferralMoved | ReferralReminded | ReferralLate | DeletionOpen:
        """What the clock says when `clock_at` has come: reminder at half, the supervisor at the end, expiry at last. Each once."""
        what = {"at": at, "by": by.id, "centre": self.centre, "subject": self.id, "client": self.client_id}
        told = sorted({*supervisors, self.made_by})
        if self.state is State.recalled:
            self.clock_at = None
            return DeletionOpen(**what, tells=tuple(Tell(staff=one, kind="deletion_open", subject=self.id) for one in told))  # type: ignore[arg-type]
        if self.expires_at is not None and at >= self.expires_at:
            return self.take(HouseStep.expire, by=by, at=at, said=self.said)
        if self.answer_by is not None and at < self.answer_by:
            self.clock_at = self._not_later(self.answer_by)
            return ReferralReminded(**what, outgoing=self._notice("referral.reminder"))  # type: ignore[arg-type]
        self.clock_at = self.expires_at
        return ReferralLate(**what, tells=tuple(Tell(staff=one, kind="referral_late", subject=self.id) for one in told))  # type: ignore[arg-type]

    def _wind(self, at: datetime, terms: Terms) -> None:
        """The clock runs while the partner has to answer, and starts anew when it was the partner that waited. A recalled referral that had
        left gives as long to delete it; a clock that starts late in its time does not outlive it."""
        if self.state in (State.queued, State.answered) or self.deletion_open:
            running = terms.start(self.urgency, at)
            self.answer_by, self.working_time = running.end, not terms.worktime.always
            self.clock_at = running.end if self.state is State.recalled else self._not_later(running.half)
        elif self.state not in (State.delivered, State.seen):
            self.clock_at = None
            self.answer_by = None if self.state is State.recalled else self.answer_by

    def _not_later(self, at: datetime) -> datetime:
        return min(at, self.expires_at) if self.expires_at is not None else at

    def _must_fit(self, step: Step) -> None:
        if step not in NEXT or self.state not in NEXT[step][0]:
            raise OutOfStep(self.state, step)

    def _move(self, step: Step, *, by: Actor, at: datetime, terms: Terms = AROUND_THE_CLOCK) -> ReferralMoved:
        self._must_fit(step)
        was, self.state = self.state, NEXT[step][1]
        if step in ACKNOWLEDGES:
            self.acknowledged_at = self.acknowledged_at or at
        if step in ANSWERS:
            self.answered_at = self.answered_at or at
        self._wind(at, terms)
        left_before = was not in (State.draft, State.awaiting_approval)
        kind = TOLD.get(step) if left_before or self.state is State.queued else None
        from_outside = by.role in PARTNER_SIDE or step is HouseStep.expire
        watchers = {self.made_by, self.counsellor_id} if from_outside or step in (StaffStep.approve, StaffStep.return_to_sender) else set()
        return ReferralMoved(
            at=at,
            by=by.id,
            centre=self.centre,
            subject=self.id,
            client=self.client_id,
            step=step,
            was=was,
            to=self.state,
            note=f"{was} -> {self.state}",
            outgoing=self._notice(kind) if kind else None,
            tells=tuple(Tell(staff=one, kind=f"referral_{self.state}", subject=self.id) for one in sorted(watchers) if one != by.id),
        )

    def _notice(self, kind: str) -> Outgoing:
        """Thin on purpose: an opaque reference and where to fetch the rest, while consent lives (TRUST 19)."""
        self.sequence += 1
        body: dict[str, object] = {
            "referral": self.ref,
            "sequence": self.sequence,
            "urgency": self.urgency.value,
            "answer_by": self.answer_by.isoformat() if self.answer_by else None,
            "href": f"/partner/v1/referrals/{self.ref}",
        }
        return Outgoing(partner=self.partner_id, kind=kind, subject=self.id, body=body)
