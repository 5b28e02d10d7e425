"""Referrals of one made-up case, walked to their state step by step by the rules of normal use, with the consents they rest on."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.cases import CaseKind
from domain.consent import Consent, ConsentForm, Purpose
from domain.demo import words
from domain.demo.cast import Partnered
from domain.demo.dice import Dice, Weighted, about, between, chance, moment, moments, new_id, pick, reference
from domain.demo.scene import Scene
from domain.identity import Actor
from domain.partners.declining import DeclineCode
from domain.partners.exchange import AnswerStep
from domain.referrals.feedback import Helped
from domain.referrals.history import StepTaken
from domain.referrals.record import Referral, ReferralMoved, Said
from domain.referrals.steps import ENDED_BY_SERVICE, HouseStep, StaffStep, State, Step, Urgency
from domain.values import ConsentId, FieldGroup, ReferralId, StaffId

_A, _H, _S = AnswerStep, HouseStep, StaffStep
_SEEN: tuple[Step, ...] = (_H.deliver, _A.seen)
# From the moment a referral has left; what comes before depends on whether it needs approval.
_AFTER: dict[State, tuple[Step, ...]] = {
    State.queued: (),
    State.delivered: (_H.deliver,),
    State.seen: _SEEN,
    State.accepted: (*_SEEN, _A.accept),
    State.declined: (*_SEEN, _A.decline),
    State.needs_information: (*_SEEN, _A.need_information),
    State.answered: (*_SEEN, _A.need_information, _S.answer),
    State.appointment_set: (*_SEEN, _A.accept, _A.set_appointment),
    State.in_service: (*_SEEN, _A.accept, _A.start_service),
    State.completed: (*_SEEN, _A.accept, _A.start_service, _A.complete),
    State.not_completed: (*_SEEN, _A.accept, _A.not_complete),
    State.withdrawn: (_H.deliver, _S.withdraw),
    State.recalled: (*_SEEN, _H.recall, _A.confirm_deletion),
    State.expired: (_H.deliver, _H.expire),
}
_OVER = Weighted(
    {
        State.completed: 44.0,
        State.declined: 17.0,
        State.expired: 12.0,
        State.not_completed: 10.0,
        State.withdrawn: 10.0,
        State.recalled: 7.0,
    }
)
_RUNNING = Weighted(
    {
        State.in_service: 18.0,
        State.accepted: 13.0,
        State.seen: 13.0,
        State.appointment_set: 12.0,
        State.delivered: 11.0,
        State.needs_information: 9.0,
        State.queued: 8.0,
        State.answered: 7.0,
        State.awaiting_approval: 8.0,
        State.draft: 9.0,
    }
)
_FRESH = frozenset(
    {State.draft, State.awaiting_approval, State.queued, State.delivered, State.seen, State.needs_information, State.answered}
)
"""Not yet answered, so not old: the clock would have ended them."""
_URGENCY = Weighted({Urgency.low: 3.0, Urgency.medium: 5.0, Urgency.high: 1.6, Urgency.critical: 0.4})
_HELPED = Weighted({Helped.yes: 5.0, Helped.partly: 2.5, Helped.no: 1.0, Helped.not_reached: 1.5})
_PARTNERS = {
    CaseKind.pre_departure: Weighted({"fia": 4.0, "swd-punjab": 6.0}),
    CaseKind.return_reintegration: Weighted({"reintegration": 8.0, "swd-punjab": 2.0}),
    CaseKind.protection: Weighted({"fia": 6.0, "swd-punjab": 4.0}),
}


def fill(scene: Scene) -> None:
    for at in moments(scene.dice, scene.case.opened_at, scene.last, about(scene.dice, 1.27, 4)):
        state = _OVER.pick(scene.dice) if scene.closed or chance(scene.dice, 0.4) else _RUNNING.pick(scene.dice)
        _refer(scene, at, state)


def _refer(scene: Scene, at: datetime, state: State) -> None:
    dice = scene.dice
    key = "fia" if state is State.awaiting_approval else _PARTNERS[scene.case.kind].pick(dice)
    partner = scene.cast.partners[key]
    if state in _FRESH:
        at = max(at, moment(dice, scene.last - timedelta(days=4), scene.last))
    at = max(at, partner.since)
    if at >= scene.last:
        return
    consents = [one for one in scene.dossier.consents if one.partner_id == partner.id]
    if any(one.withdrawn_at for one in consents):
        return
    if state is State.recalled and consents:
        state = State.withdrawn
    consent = next((one for one in consents if one.given_at <= at), None) or _consent(scene, partner, at)
    referral = _draft(scene, partner, at)
    for moved in _walk(scene, referral, partner, state):
        referral.version += 1
        scene.dossier.steps.append(StepTaken.of(new_id(dice, moved.at), referral, moved, _door(moved)))
        if moved.step is _H.recall:
            consent.withdraw(by=scene.holder, at=moved.at)
            consent.version += 1
    if referral.state in ENDED_BY_SERVICE and chance(dice, 0.6):
        referral.hear(_HELPED.pick(dice), "", by=scene.holder, at=scene.last)
        referral.version += 1
    # The made-up day stands still: left running, the clocks would end every one of these at the worker's first look.
    referral.clock_at = None
    scene.dossier.referrals.append(referral)


def _consent(scene: Scene, partner: Partnered, at: datetime) -> Consent:
    given, client = max(at - timedelta(minutes=4), scene.case.opened_at), scene.dossier.client
    child = client.is_child(given.date())
    consent = Consent(
        id=ConsentId(new_id(scene.dice, given)),
        centre=client.centre,
        client_id=client.id,
        purpose=Purpose.share,
        partner_id=partner.id,
        field_groups=partner.groups,
        form=ConsentForm.guardian if child else pick(scene.dice, (ConsentForm.written, ConsentForm.verbal, ConsentForm.recording)),
        language=client.particulars.languages[0],
        text_version="2026-01",
        given_at=given,
        taken_by=scene.case.counsellor_id,
    )
    scene.dossier.consents.append(consent)
    return consent


def _draft(scene: Scene, partner: Partnered, at: datetime) -> Referral:
    dice = scene.dice
    more = tuple(group for group in partner.groups if group not in (FieldGroup.identity, FieldGroup.contact) and chance(dice, 0.4))
    referral, _ = Referral.draft(
        ReferralId(new_id(dice, at)),
        reference(dice),
        scene.case,
        partner=partner.id,
        kind=partner.kind,
        service=None,
        reason=words.reason(dice),
        urgency=_URGENCY.pick(dice),
        field_groups=(FieldGroup.identity, FieldGroup.contact, *more),
        child=scene.dossier.client.is_child(at.date()),
        by=scene.holder,
        at=at,
    )
    return referral


def _walk(scene: Scene, referral: Referral, partner: Partnered, state: State) -> Iterator[ReferralMoved]:
    """Every step to this state, taken by whoever takes it in normal use, one at a time, because each says something else."""
    leaving: tuple[Step, ...] = (_S.submit, _S.approve) if referral.approval_needed else (_S.send,)
    before: dict[State, tuple[Step, ...]] = {State.draft: (), State.awaiting_approval: (_S.submit,)}
    path = before[state] if state in before else leaving + _AFTER[state]
    last = scene.last if state is State.expired or state in _FRESH else min(scene.last, referral.made_at + timedelta(days=60))
    times = moments(scene.dice, referral.made_at, last, len(path))
    for step, at in zip(path, times, strict=True):
        yield _step(scene, referral, partner, step, at)


def _step(scene: Scene, referral: Referral, partner: Partnered, step: Step, at: datetime) -> ReferralMoved:
    supervisor, allowed = scene.colleagues.supervisor, partner.allowed
    if step is _S.submit:
        return referral.submit(by=scene.holder, at=at, allowed=allowed, approvers=(StaffId(supervisor.id),))
    if step is _S.approve:
        return referral.approve(by=supervisor, at=at, allowed=allowed)
    if step is _S.send:
        return referral.send(by=scene.holder, at=at, allowed=allowed)
    appointment = at + timedelta(days=between(scene.dice, 2, 12)) if step is _A.set_appointment else None
    said, code = _said(scene.dice, step)
    by = _actor(scene, partner, step)
    return referral.take(step, by=by, at=at, said=said, appointment_at=appointment, decline_code=code if step is _A.decline else None)


def _actor(scene: Scene, partner: Partnered, step: Step) -> Actor:
    if isinstance(step, AnswerStep):
        return partner.system
    return scene.holder if isinstance(step, StaffStep) or step is _H.recall else scene.cast.house


def _said(dice: Dice, step: Step) -> tuple[Said, DeclineCode | None]:
    if step in (_A.decline, _A.not_complete, _S.withdraw):
        reason, code = words.refusal(dice)
        return Said(reason=reason), code
    if step is _A.complete:
        return Said(outcome=words.outcome(dice)), None
    if step is _A.need_information:
        return Said(note=words.question(dice)), None
    return Said(note=words.reply(dice)) if step is _S.answer else Said(), None


def _door(moved: ReferralMoved) -> str:
    if isinstance(moved.step, AnswerStep):
        return "api"
    if moved.step is _H.deliver:
        return "webhook"
    return "clock" if moved.step is _H.expire else "desk"
