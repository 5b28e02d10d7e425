"""Dashboards: figures kept with the writes, within the reader's reach."""

from domain.chance import Clock
from domain.figures import partners
from domain.figures.caseload import CaseloadDashboard
from domain.figures.funnel import FunnelDashboard
from domain.figures.partners import PartnerDashboard
from domain.figures.use import UseDashboard
from domain.figures.workload import WorkloadDashboard
from domain.identity import Act, Actor, Role, Scope
from domain.periods import months_until, quarters_until
from domain.ports import Views
from domain.reporting import Names, ReferralDashboard
from domain.reports.question import COUNTS_ONLY
from domain.values import CentreCode


class Reporting:
    def __init__(self, views: Views, clock: Clock) -> None:
        self._views, self._clock = views, clock

    def _scope(self, actor: Actor, centre: CentreCode | None) -> Scope:
        return actor.scope(Act.see_dashboards).at(centre)

    async def known(self, actor: Actor) -> Names:
        """The names behind ids: colleagues of the actor's centres, everybody's for the administrator, and partners. Which of a partner's
        people it was is told to whoever reads the trail; to others it was the partner."""
        actor.check(Act.see_colleagues)
        known, partners = await self._views.reporting.known(), actor.may(Act.see_partners)
        staff = known.staff(None if actor.role is Role.admin else frozenset(actor.centres))
        return Names(staff, known.partners if partners else {}, known.taking if partners else (), known.outside, actor.may(Act.see_trail))

    async def caseload(self, actor: Actor, centre: CentreCode | None, first: str | None, last: str | None) -> CaseloadDashboard:
        """Months are `2026-11`; the last twelve unless a period is asked for."""
        at = self._clock.now()
        return await self._views.figures.caseload(self._scope(actor, centre), at, *months_until(at, first, last))

    async def funnel(self, actor: Actor, centre: CentreCode | None, first: str | None, last: str | None) -> FunnelDashboard:
        """Months as for the caseload."""
        at = self._clock.now()
        return await self._views.figures.funnel(self._scope(actor, centre), at, *months_until(at, first, last))

    async def workload(self, actor: Actor, centre: CentreCode | None) -> WorkloadDashboard:
        return await self._views.figures.workload(self._scope(actor, centre), self._clock.now())

    async def use(self, actor: Actor, centre: CentreCode | None, weeks: int) -> UseDashboard:
        """People are named to those who may see them. Raises BadWeeks."""
        named = actor.role not in COUNTS_ONLY
        return await self._views.use.use(self._scope(actor, centre), self._clock.now(), weeks, named=named)

    async def partners(self, actor: Actor, centre: CentreCode | None, first: str | None, last: str | None) -> PartnerDashboard:
        """Quarters are `2026-Q4`; the last `partners.QUARTERS` unless a period is asked for."""
        at = self._clock.now()
        return await self._views.figures.partners(self._scope(actor, centre), at, *quarters_until(at, first, last, partners.QUARTERS))

    async def referrals(self, actor: Actor, centre: CentreCode | None) -> ReferralDashboard:
        return await self._views.figures.referrals(self._scope(actor, centre), self._clock.now())
