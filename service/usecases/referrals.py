"""The centre's side of a referral: draft, submit, approve, send, answer, withdraw, reroute."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.audit import Look, Trail, looks
from domain.case_doors import CaseView
from domain.cases import Case
from domain.chance import Clock, Ids
from domain.clients import MigrationStage, Names
from domain.consent import shared_with
from domain.errors import Conflict, Stale
from domain.identity import Act, Actor, Role
from domain.partners.agreements import agreed, asks_approval
from domain.partners.directory import Partner, Service
from domain.partners.exchange import AnswerStep
from domain.periods import begin_of_quarter, end_of_quarter
from domain.ports import Once, Views, Work, Works
from domain.referrals.doors import ReferralFilter, ReferralView, StepView
from domain.referrals.feedback import FOLLOW_UP, follow_up
from domain.referrals.group import check_offered
from domain.referrals.history import StepTaken
from domain.referrals.packet import Behind
from domain.referrals.preview import Preview, previewed
from domain.referrals.record import Allowed, Referral, ReferralMoved, Said
from domain.referrals.steps import ENDED_BY_SERVICE, StaffStep, Urgency
from domain.referrals.terms import Terms
from domain.values import CaseId, ClientId, FieldGroup, Gender, Language, PartnerId, ReferralId, day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A new referral as the counsellor asks for it."""

    partner: str
    """Its id or its key."""
    service: UUID | None
    reason: str
    urgency: Urgency
    field_groups: tuple[FieldGroup, ...]
    replaces: ReferralId | None = None
    """One of the same case that ended without a service, which this one stands in for."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a referral would be for, as far as looking for a service needs it, and what each partner may be told now."""

    case: CaseView
    client: ClientId
    name: str
    name_urdu: str
    gender: Gender
    age: int | None
    stage: MigrationStage
    district: str | None
    languages: tuple[Language, ...]
    shares: Mapping[PartnerId, frozenset[FieldGroup]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A referral with what its page says beside it: whose case it belongs to, what happened, what this partner would see now, and the
    steps to offer this reader: fitting, and let through by the scope that taking the step asks."""

    referral: ReferralView
    case_number: str
    client: Names
    service: str
    history: tuple[StepView, ...]
    packet: Preview
    steps: tuple[StaffStep, ...]
    may_hear: bool
    """Whether this reader may write down what the client says of the service."""
    may_report: bool
    """Whether they may write down what the partner says of it."""
    serves: Service | None = None
    """With where it is."""


async def allowed(work: Work, actor: Actor, client: ClientId, partner: PartnerId, at: datetime) -> Allowed:
    """What consent and agreement let this partner see now; the client's consents are held until the transaction ends."""
    consents = await work.consents.of_client(actor.scope(Act.see_consent), client)
    agreements = await work.partners.agreements(partner)
    return Allowed(shared_with(partner, consents, at), agreed(agreements, day_of(at)), asks_approval(agreements, day_of(at)))


LEAVING = (StaffStep.submit, StaffStep.approve, StaffStep.send)
"""The steps for which consent and agreement are looked at."""


def act_of(step: StaffStep) -> Act:
    return Act.approve_referral if step in (StaffStep.approve, StaffStep.return_to_sender) else Act.move_referral


class Referrals:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids

    async def draft(self, actor: Actor, once: Once | None, case_id: CaseId, asked: Asked) -> ReferralView:
        """Nothing leaves yet. Raises NotFound for a partner, service or case out of reach, NotRerouted."""
        at = self._clock.now()
        scope = actor.scope(Act.make_referral)
        async with self._work(actor) as work:
            id = ReferralId(self._ids.new())
            if made := await work.once(once, id):
                return ReferralView.of(await work.referrals.get(scope, ReferralId(made)))
            case = await work.cases.look(scope, case_id)
            if asked.replaces is not None:
                (await work.referrals.get(actor.scope(Act.move_referral), asked.replaces)).check_rerouted(case.id)
            referral = await self._draft(work, actor, id, case, asked, at)
        return ReferralView.of(referral)

    async def _draft(self, work: Work, actor: Actor, id: ReferralId, case: Case, asked: Asked, at: datetime) -> Referral:
        partner = await work.partners.named(asked.partner)
        check_offered(partner, asked.service, await work.partners.services(partner.id) if asked.service else ())
        client = await work.clients.get(actor.scope(Act.see_client), case.client_id)
        referral, drafted = Referral.draft(
            id,
            self._ids.reference(),
            case,
            partner=partner.id,
            kind=partner.kind,
            service=asked.service,
            reason=asked.reason,
            urgency=asked.urgency,
            field_groups=asked.field_groups,
            child=client.is_child(day_of(at)),
            by=actor,
            at=at,
            replaces=asked.replaces,
            agreement_asks=asks_approval(await work.partners.agreements(partner.id), day_of(at)),
        )
        await work.referrals.add(referral)
        work.announce(drafted)
        return referral

    async def step(
        self,
        actor: Actor,
        once: Once | None,
        id: ReferralId,
        step: StaffStep,
        said: Said,
        *,
        seen: int | None = None,
        partner: str | None = None,
    ) -> ReferralView:
        """One step of the centre's. `reroute` needs the next partner and answers with the new referral."""
        at = self._clock.now()
        scope = actor.scope(act_of(step))
        became = ReferralId(self._ids.new()) if step is StaffStep.reroute else id
        known = await self._views.referrals.referral(scope, id) if step in LEAVING else None
        async with self._work(actor) as work:
            if known is not None:
                # Consents first and then the referral, as a withdrawal takes them: else each could wait for what the other holds.
                await work.consents.of_client(actor.scope(Act.see_consent), known.client_id)
            referral = await work.referrals.get(scope, id)
            if made := await work.once(once, became):
                return ReferralView.of(referral if made == id else await work.referrals.get(scope, ReferralId(made)))
            if seen is None or referral.version == seen:
                if step is StaffStep.reroute:
                    return ReferralView.of(await self._reroute(work, actor, became, referral, partner, at))
                moved = await self._moved(work, actor, referral, step, said, at)
                await work.referrals.save(referral)
                await work.referrals.step(StepTaken.of(self._ids.new(), referral, moved, "desk"))
                work.announce(moved)
                await work.tell_desk(moved, referral.partner_id)
                if moved.to in FOLLOW_UP:
                    await self._follow_up(work, actor, referral, at)
                return ReferralView.of(referral)
        await self._trail.saw(Look(actor.id, referral.centre, "saw_referral", id, referral.client_id))
        raise Stale(ReferralView.of(referral))

    async def _moved(self, work: Work, actor: Actor, referral: Referral, step: StaffStep, said: Said, at: datetime) -> ReferralMoved:
        if step in LEAVING:
            may = await allowed(work, actor, referral.client_id, referral.partner_id, at)
            if step is StaffStep.submit:
                approvers = await work.staff.with_role(referral.centre, Role.supervisor, Role.centre_manager)
                return referral.submit(by=actor, at=at, allowed=may, approvers=approvers)
            leave = referral.approve if step is StaffStep.approve else referral.send
            return leave(by=actor, at=at, allowed=may, terms=await self._terms(work, referral, at))
        if step is StaffStep.answer:
            return referral.take(step, by=actor, at=at, said=said, terms=await self._terms(work, referral, at))
        return referral.take(step, by=actor, at=at, said=said)

    @staticmethod
    async def _terms(work: Work, referral: Referral, at: datetime) -> Terms:
        return await work.terms(referral.partner_id, referral.service_id, day_of(at))

    async def _follow_up(self, work: Work, actor: Actor, referral: Referral, at: datetime) -> None:
        case = await work.cases.look(actor.scope(Act.move_referral), referral.case_id)
        language = (await work.staff.get(referral.counsellor_id)).language
        if task := follow_up(self._ids.new(), case, referral.id, referral.state, referral.counsellor_id, language, at):
            await work.counselling.add_task(task)
            work.announce(task.added(actor, at))

    async def _reroute(self, work: Work, actor: Actor, id: ReferralId, old: Referral, to: str | None, at: datetime) -> Referral:
        """A new draft for the next partner that points back; its fields need that partner's own consent before it leaves."""
        old.check_rerouted(old.case_id)
        if to is None:
            raise Conflict("Say to which partner.", next="Send `partner` with the step.")
        case = await work.cases.look(actor.scope(Act.make_referral), old.case_id)
        asked = Asked(partner=to, service=None, reason=old.reason, urgency=old.urgency, field_groups=old.field_groups, replaces=old.id)
        return await self._draft(work, actor, id, case, asked, at)

    async def subject(self, actor: Actor, case_id: CaseId) -> Subject:
        """Raises NotFound for a case that the actor could refer nobody from."""
        scope, at = actor.scope(Act.make_referral), self._clock.now()
        async with self._work.looking(actor) as work:
            case = await work.cases.look(scope, case_id)
            client = await work.clients.get(actor.scope(Act.see_client), case.client_id)
            consents = await work.consents.of_client(actor.scope(Act.see_consent), case.client_id)
        await self._trail.saw(Look(actor.id, case.centre, "saw_referral_desk", case_id, client.id))
        partners = {one.partner_id for one in consents if one.partner_id is not None}
        return Subject(
            CaseView.of(case),
            client.id,
            client.names.name,
            client.names.name_urdu,
            client.gender,
            client.age(day_of(at)),
            client.migration_stage,
            client.district,
            client.particulars.languages,
            {one: groups for one in partners if (groups := shared_with(one, consents, at))},
        )

    async def preview(self, actor: Actor, case_id: CaseId, partner: str, groups: tuple[FieldGroup, ...]) -> Preview:
        """What would leave if these groups were sent to this partner now. `partner` is an id or a key. Raises NotFound."""
        scope = actor.scope(Act.make_referral)
        async with self._work.looking(actor) as work:
            case = await work.cases.look(scope, case_id)
            made = await self._preview(work, actor, case, await work.partners.named(partner), groups)
        await self._trail.saw(Look(actor.id, case.centre, "saw_packet_preview", case_id, case.client_id))
        return made

    async def _preview(self, work: Work, actor: Actor, case: Case, partner: Partner, groups: tuple[FieldGroup, ...]) -> Preview:
        client = await work.clients.get(actor.scope(Act.see_client), case.client_id)
        consents = await work.consents.of_client(actor.scope(Act.see_consent), case.client_id)
        agreements = await work.partners.agreements(partner.id)
        screenings = await work.screenings.of_case(actor.scope(Act.see_case), case.id)
        return previewed(Behind(client, case.summary, tuple(screenings)), case, partner, consents, agreements, groups, self._clock.now())

    async def opened(self, actor: Actor, id: ReferralId) -> Opened:
        """Its page as a whole, read by one question."""
        scope = actor.scope(Act.see_referrals)
        its = await self._views.reporting.referral_file(scope, id)
        looks = ("saw_referral", "saw_referral_steps", "saw_packet_preview")
        await self._trail.saw(*(Look(actor.id, its.referral.centre, look, id, its.referral.client_id) for look in looks))
        reached = {scope: True, replace(scope, assigned_only=True): its.assigned}
        acts = frozenset(act for act in (Act.move_referral, Act.approve_referral) if actor.may(act) and reached[actor.scope(act)])
        asked = asks_approval(its.agreements, day_of(self._clock.now()))
        behind, groups = Behind(its.client, its.case.summary, its.screenings), its.referral.field_groups
        return Opened(
            ReferralView.of(its.referral),
            its.case.number,
            its.client.names,
            its.service,
            tuple(map(StepView.of, its.history)),
            previewed(behind, its.case, its.partner, its.consents, its.agreements, groups, self._clock.now()),
            tuple(step for step in StaffStep if act_of(step) in acts and its.referral.offers(step, actor, agreement_asks=asked)),
            Act.move_referral in acts and its.referral.state in ENDED_BY_SERVICE,
            Act.move_referral in acts and bool(its.referral.fitting(AnswerStep)),
            its.serves,
        )

    async def get(self, actor: Actor, id: ReferralId) -> ReferralView:
        referral = await self._views.referrals.referral(actor.scope(Act.see_referrals), id)
        await self._trail.saw(Look(actor.id, referral.centre, "saw_referral", id, referral.client_id))
        return ReferralView.of(referral)

    async def page(
        self,
        actor: Actor,
        wanted: ReferralFilter,
        limit: int,
        after: UUID | None,
        *,
        late: bool = False,
        sent: tuple[str | None, str | None] = (None, None),
    ) -> tuple[tuple[ReferralView, ...], UUID | None]:
        """`late` leaves those whose partner has let the time to answer run out; `sent` those that left in these quarters, `2026-Q4`."""
        first, last = sent
        wanted = replace(
            wanted,
            late_at=self._clock.now() if late else None,
            sent_from=begin_of_quarter(first) if first else None,
            sent_before=end_of_quarter(last) if last else None,
        )
        found = await self._views.referrals.page(actor.scope(Act.see_referrals), wanted, limit + 1, after)
        shown = found[:limit]
        await self._trail.saw(*looks(actor.id, "saw_referrals", shown))
        return tuple(map(ReferralView.of, shown)), shown[-1].id if len(found) > limit else None

    async def of_case(self, actor: Actor, case: CaseId) -> tuple[ReferralView, ...]:
        scope = actor.scope(Act.see_referrals)
        its = await self._views.cases.case(scope, case)
        found = await self._views.referrals.of_case(scope, case)
        await self._trail.saw(Look(actor.id, its.centre, "saw_referrals", case, its.client_id))
        return tuple(map(ReferralView.of, found))

    async def steps(self, actor: Actor, id: ReferralId) -> tuple[StepView, ...]:
        scope = actor.scope(Act.see_referrals)
        referral = await self._views.referrals.referral(scope, id)
        found = await self._views.referrals.steps(scope, id)
        await self._trail.saw(Look(actor.id, referral.centre, "saw_referral_steps", id, referral.client_id))
        return tuple(map(StepView.of, found))
