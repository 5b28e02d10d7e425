"""A group referred in one act: looked at beforehand, referred in one transaction, and looked at again."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.audit import Trail, looks
from domain.cases import Case
from domain.chance import Clock, Ids
from domain.clients import Client
from domain.consent import shared_with
from domain.errors import NotFound, Refusal
from domain.identity import Act, Actor, Role
from domain.partners.agreements import agreed, asks_approval
from domain.partners.directory import Partner
from domain.ports import Once, Views, Work, Works
from domain.referrals.group import (
    Became,
    GroupAsked,
    GroupLine,
    GroupRefused,
    GroupView,
    Member,
    OutOfReach,
    check_offered,
    group_of,
    leave,
)
from domain.referrals.history import StepTaken
from domain.referrals.record import Allowed, Referral, needs_approval
from domain.referrals.terms import Terms
from domain.values import CaseId, CentreCode, ClientId, FieldGroup, ReferralId, StaffId, day_of


@dataclass(frozen=True, slots=True)
class Known:
    case: Case
    client: Client


@dataclass(frozen=True, slots=True)
class Ready:
    """A group before it is referred; `out_of_reach` counts those left out. `agreed` is what an agreement in force lets leave."""

    partner: Partner
    members: tuple[Member, ...]
    agreed: tuple[FieldGroup, ...]
    out_of_reach: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a group, with the cases that its writer can still see."""

    view: GroupView
    known: dict[CaseId, Known]


@dataclass(frozen=True, slots=True)
class Held:
    """What is the same for each case of a group, or held for it until the transaction ends."""

    partner: Partner
    terms: Terms
    under: Allowed
    shares: dict[ClientId, frozenset[FieldGroup]]
    approvers: dict[CentreCode, tuple[StaffId, ...]]


class Groups:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids

    async def ready(self, actor: Actor, cases: tuple[CaseId, ...], partner: str) -> Ready:
        """Raises NobodyChosen, GroupTooLarge, PartnerPaused; NotFound for a partner."""
        its = group_of(cases)
        known, at = await self._known(actor, its), self._clock.now()
        async with self._work.looking(actor) as work:
            whom = await work.partners.named(partner)
            check_offered(whom, None, ())
            under = await self._under(work, whom, at)
            members = [await self._member(work, actor, one, whom, under, at) for one in known.values()]
        await self._looked(actor, known)
        return Ready(whom, tuple(members), tuple(one for one in FieldGroup if one in under.agreed), len(its) - len(known))

    @staticmethod
    async def _under(work: Work, partner: Partner, at: datetime) -> Allowed:
        """What agreements let this partner see of anybody, before a consent is looked at."""
        agreements = await work.partners.agreements(partner.id)
        return Allowed(frozenset(), agreed(agreements, day_of(at)), asks_approval(agreements, day_of(at)))

    @staticmethod
    async def _member(work: Work, actor: Actor, its: Known, partner: Partner, under: Allowed, at: datetime) -> Member:
        consents = await work.consents.of_client(actor.scope(Act.see_consent), its.case.client_id)
        shared = shared_with(partner.id, consents, at) & under.agreed
        child = its.client.is_child(day_of(at))
        asked = needs_approval(partner.kind, its.case.sensitivity, child=child, agreement=under.approval)
        return Member(its.case.id, its.case.number, its.client.names, tuple(one for one in FieldGroup if one in shared), asked)

    async def refer(self, actor: Actor, once: Once | None, asked: GroupAsked) -> GroupView:
        """One referral for each case that may go; nothing for the others. Raises what `ready` raises, NoSuchService."""
        its, at = group_of(asked.cases), self._clock.now()
        known = await self._known(actor, its)
        group = self._ids.new()
        async with self._work(actor) as work:
            if made := await work.once(once, group):
                return GroupView.of(await work.groups.lines(made, StaffId(actor.id)))
            partner = await work.partners.named(asked.partner)
            check_offered(partner, asked.service, await work.partners.services(partner.id) if asked.service else ())
            held = await self._held(work, actor, partner, asked.service, known, at)
            blank = {
                one: GroupLine(
                    self._ids.new(),
                    group,
                    known[one].case.centre if one in known else actor.centres[0],
                    one,
                    partner.id,
                    StaffId(actor.id),
                    at,
                    Became.sent,
                )
                for one in its
            }
            # Referrals are held in the order of their clients, as their consents were.
            order = sorted(its, key=lambda one: (known[one].case.client_id.int if one in known else 0, one.int))
            lines = {one: await self._one(work, actor, blank[one], known.get(one), asked, held) for one in order}
            for one in its:
                await work.groups.add(lines[one])
        return GroupView.of([lines[one] for one in its])

    async def _held(
        self, work: Work, actor: Actor, partner: Partner, service: UUID | None, known: dict[CaseId, Known], at: datetime
    ) -> Held:
        """Consents first, then referrals, as a withdrawal takes them; clients in one order, so that two groups cannot wait in a circle."""
        scope, shares = actor.scope(Act.see_consent), dict[ClientId, frozenset[FieldGroup]]()
        for client in sorted({one.case.client_id for one in known.values()}):
            shares[client] = shared_with(partner.id, await work.consents.of_client(scope, client), at)
        centres = sorted({one.case.centre for one in known.values()})
        return Held(
            partner,
            await work.terms(partner.id, service, day_of(at)),
            await self._under(work, partner, at),
            shares,
            {one: await work.staff.with_role(one, Role.supervisor, Role.centre_manager) for one in centres},
        )

    async def _one(self, work: Work, actor: Actor, line: GroupLine, known: Known | None, asked: GroupAsked, held: Held) -> GroupLine:
        if known is None:
            return line.refused(OutOfReach())
        at, partner = line.made_at, held.partner
        try:
            case = await work.cases.look(actor.scope(Act.make_referral), line.case_id)
        except NotFound:
            return line.refused(OutOfReach())
        open_ones = await work.referrals.open_to(case.client_id, partner.id)
        referral, drafted = Referral.draft(
            ReferralId(self._ids.new()),
            self._ids.reference(),
            case,
            partner=partner.id,
            kind=partner.kind,
            service=asked.service,
            reason=asked.reason,
            urgency=asked.urgency,
            field_groups=asked.field_groups,
            child=known.client.is_child(day_of(at)),
            by=actor,
            at=at,
        )
        may = replace(held.under, consented=held.shares.get(case.client_id, frozenset()))
        try:
            moved = leave(referral, open_ones, by=actor, at=at, allowed=may, approvers=held.approvers[case.centre], terms=held.terms)
        except Refusal as refusal:
            work.announce(GroupRefused(at=at, by=actor.id, centre=case.centre, subject=case.id, client=case.client_id, note=refusal.rule))
            return line.refused(refusal)
        await work.referrals.add(referral)
        work.announce(drafted)
        await work.referrals.step(StepTaken.of(self._ids.new(), referral, moved, "desk"))
        work.announce(moved)
        await work.tell_desk(moved, referral.partner_id)
        return line.made(referral)

    async def result(self, actor: Actor, group: UUID) -> Result:
        """For whoever referred it. Raises NotFound for somebody else's, and for none."""
        actor.check(Act.make_referral)
        async with self._work.looking(actor) as work:
            lines = await work.groups.lines(group, StaffId(actor.id))
        if not lines:
            raise NotFound()
        known = await self._known(actor, tuple(one.case_id for one in lines))
        await self._looked(actor, known)
        return Result(GroupView.of(lines), known)

    async def _known(self, actor: Actor, cases: tuple[CaseId, ...]) -> dict[CaseId, Known]:
        """Those in reach; the others are alike to this reader, whether they exist or not."""
        scope, found = actor.scope(Act.make_referral), dict[CaseId, Known]()
        for id in cases:
            try:
                case = await self._views.cases.case(scope, id)
                found[id] = Known(case, await self._views.clients.client(actor.scope(Act.see_client), case.client_id))
            except NotFound:
                continue
        return found

    async def _looked(self, actor: Actor, known: dict[CaseId, Known]) -> None:
        await self._trail.saw(*looks(actor.id, "saw_group", (one.case for one in known.values())))
