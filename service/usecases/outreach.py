"""Planning outreach sessions, counting who came, and taking down those who sign up."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.contacts import ContactView, Said
from domain.errors import Stale
from domain.identity import Act, Actor
from domain.outreach import HOLDERS, NotOfThisCentre, OutreachSession, OutreachView, Plan
from domain.ports import Once, Views, Work, Works
from domain.projects import Basis, by_default
from domain.values import CentreCode, ContactId, OutreachId, StaffId, day_of


class Outreach:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids

    def _today(self) -> date:
        return day_of(self._clock.now())

    async def plan(
        self, actor: Actor, once: Once | None, plan: Plan, held_by: StaffId | None = None, centre: CentreCode | None = None
    ) -> OutreachView:
        """Held by whoever adds it unless a colleague is named. Raises what `OutreachSession.plan` raises, and NotOfThisCentre."""
        scope, id = actor.scope(Act.hold_outreach), OutreachId(self._ids.new())
        async with self._work(actor) as work:
            if made := await work.once(once, id):
                return await self._viewed(work, await work.outreach.look(scope, OutreachId(made)))
            at, here, holder = self._clock.now(), actor.own_centre(centre), held_by or StaffId(actor.id)
            if holder != actor.id:
                await self._colleague(work, here, holder)
            session, planned = OutreachSession.plan(id, here, plan, holder, by=actor, at=at, today=self._today())
            await work.outreach.add(session)
            standing = await work.projects.standing(here, Basis.outreach)
            if shares := by_default(standing, session.day):
                await work.projects.share_session(session, shares)
            work.announce(planned)
        return OutreachView.of(session, 0)

    @staticmethod
    async def _colleague(work: Work, centre: CentreCode, wanted: StaffId) -> None:
        if wanted not in await work.staff.with_role(centre, *HOLDERS):
            raise NotOfThisCentre(field="held_by")

    @staticmethod
    async def _viewed(work: Work, session: OutreachSession) -> OutreachView:
        return OutreachView.of(session, await work.outreach.sign_ups(session.id))

    async def page(self, actor: Actor, limit: int, after: UUID | None = None) -> tuple[tuple[OutreachView, ...], UUID | None]:
        """The latest day first, those to come before all; at most `limit`, and the place to go on from."""
        found = await self._views.outreach.page(actor.scope(Act.see_outreach), limit + 1, after)
        shown = tuple(_shown(actor, OutreachView.of(session, sign_ups)) for session, sign_ups in found[:limit])
        return shown, shown[-1].id if len(found) > limit else None

    async def get(self, actor: Actor, id: OutreachId) -> OutreachView:
        return _shown(actor, OutreachView.of(*await self._views.outreach.session(actor.scope(Act.see_outreach), id)))

    async def change(self, actor: Actor, id: OutreachId, seen: int, changes: dict[str, object]) -> OutreachView:
        """Sets fields of the plan, `held_by` and the counts. Raises what `OutreachSession.change` raises; Stale with the present view."""
        async with self._work(actor) as work:
            session = await work.outreach.get(actor.scope(Act.hold_outreach), id)
            if session.version == seen:
                holder = changes.get("held_by", session.held_by)
                if holder != session.held_by:
                    await self._colleague(work, session.centre, StaffId(holder))  # type: ignore[arg-type]
                changed = session.change(changes, by=actor, at=self._clock.now(), today=self._today())
                await work.outreach.save(session)
                work.announce(changed)
                return await self._viewed(work, session)
        raise Stale(await self.get(actor, id))

    async def sign_up(self, actor: Actor, once: Once | None, session_id: OutreachId, said: Said, minutes: int = 0) -> ContactView:
        """A contact of this session. Raises NotFound, NothingSaid."""
        scope, id = actor.scope(Act.add_contact), ContactId(self._ids.new())
        async with self._work(actor) as work:
            session = await work.outreach.look(scope, session_id)
            if made := await work.once(once, id):
                return ContactView.of(await work.contacts.get(scope, ContactId(made)))
            at = self._clock.now()
            contact = session.sign_up(id, said, minutes, by=actor, at=at)
            await work.contacts.add(contact)
            work.announce(contact.added(actor, at))
        return ContactView.of(contact)

    async def sign_ups(self, actor: Actor, id: OutreachId) -> tuple[ContactView, ...]:
        """Raises NotFound for a session out of scope, so that an empty list never hides one."""
        scope = actor.scope(Act.add_contact)
        await self._views.outreach.session(scope, id)
        found = await self._views.outreach.sign_ups(scope, id)
        await self._trail.saw(*[Look(actor.id, contact.centre, "saw_contact", contact.id) for contact in found])
        return tuple(map(ContactView.of, found))


def _shown(actor: Actor, view: OutreachView) -> OutreachView:
    """Whoever holds no sessions is shown what they were and how many came; the note is for those who do."""
    return view if actor.may(Act.hold_outreach) else replace(view, note="")
