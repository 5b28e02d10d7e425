"""Writing in a case: sessions, notes, tasks, and screenings with the decision that a person takes on them."""

from datetime import date, datetime
from uuid import UUID

from domain import reference
from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.counselling import COUNSELS, Note, NoteView, Session, SessionChannel, SessionView, Task, TaskView
from domain.errors import Invalid
from domain.identity import Act, Actor
from domain.plans.content import ActionStep
from domain.ports import Once, Views, Works
from domain.screening import Answer, Finding, Screening, ScreeningView
from domain.values import CaseId, StaffId, day_of


class Counselling:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids

    async def add_note(self, actor: Actor, once: Once | None, case_id: CaseId, text: str) -> NoteView:
        at, id = self._clock.now(), self._ids.new()
        scope = actor.scope(Act.write_in_case)
        async with self._work(actor) as work:
            made = await work.once(once, id)
            if made is None:
                case = await work.cases.look(scope, case_id)
                note, added = Note.write(id, case, text, by=actor, at=at)
                await work.counselling.add_note(note)
                work.announce(added)
                return NoteView.of(note)
        return NoteView.of(await self._views.counselling.note(scope, made))

    async def add_session(
        self,
        actor: Actor,
        once: Once | None,
        case_id: CaseId,
        *,
        channel: SessionChannel,
        minutes: int,
        topics: tuple[str, ...],
        note: str,
        follow_up_on: date | None,
        held_at: datetime | None = None,
    ) -> SessionView:
        """A promised follow-up becomes the day on which something is due in the case."""
        at, id = self._clock.now(), self._ids.new()
        scope = actor.scope(Act.write_in_case)
        async with self._work(actor) as work:
            made = await work.once(once, id)
            if made is None:
                case = await work.cases.get(scope, case_id)
                session = Session(
                    id,
                    case.centre,
                    case.client_id,
                    case.id,
                    channel,
                    minutes,
                    topics,
                    note,
                    held_at or at,
                    StaffId(actor.id),
                    at,
                    follow_up_on,
                )
                held = session.held(actor, at)
                await work.counselling.add_session(session)
                work.announce(held)
                if follow_up_on and (case.next_due is None or follow_up_on < case.next_due or case.next_due < day_of(at)):
                    work.announce(case.change(by=actor, at=at, next_due=follow_up_on))
                    await work.cases.save(case)
                return SessionView.of(session)
        return SessionView.of(await self._views.counselling.session(scope, made))

    async def add_task(
        self, actor: Actor, once: Once | None, case_id: CaseId, *, title: str, due_on: date, assignee: StaffId | None
    ) -> TaskView:
        at, id = self._clock.now(), self._ids.new()
        scope = actor.scope(Act.write_in_case)
        async with self._work(actor) as work:
            made = await work.once(once, id)
            if made is None:
                case = await work.cases.look(scope, case_id)
                if assignee and assignee != actor.id and assignee not in await work.staff.with_role(case.centre, *COUNSELS):
                    raise Invalid("This person does not work at the centre of the case.", field="assignee")
                task = Task(id, case.centre, case.client_id, case.id, title, due_on, assignee or StaffId(actor.id), at)
                await work.counselling.add_task(task)
                work.announce(task.added(actor, at))
                return TaskView.of(task)
        return TaskView.of(await self._views.counselling.task(scope, made))

    async def finish_task(self, actor: Actor, id: UUID) -> TaskView:
        """Where it is an action of the plan in force, that is done too. Raises AlreadyDone."""
        at = self._clock.now()
        async with self._work(actor) as work:
            task = await work.counselling.task(actor.scope(Act.write_in_case), id)
            done = task.finish(by=actor, at=at)
            await work.counselling.save_task(task)
            work.announce(done)
            for plan in await work.plans.live(task.case_id):
                if plan.waits_for(task.id):
                    work.announce(plan.act(task.id, ActionStep.finish, by=actor, at=at))
                    await work.plans.save(plan)
        return TaskView.of(task)

    async def sessions(self, actor: Actor, case: CaseId) -> tuple[SessionView, ...]:
        found = await self._views.counselling.sessions(actor.scope(Act.see_case), case)
        await self._saw(actor, case, "saw_sessions")
        return tuple(map(SessionView.of, found))

    async def notes(self, actor: Actor, case: CaseId) -> tuple[NoteView, ...]:
        found = await self._views.counselling.notes(actor.scope(Act.see_case), case)
        await self._saw(actor, case, "saw_notes")
        return tuple(map(NoteView.of, found))

    async def tasks(self, actor: Actor, case: CaseId) -> tuple[TaskView, ...]:
        found = await self._views.counselling.tasks(actor.scope(Act.see_case), case)
        await self._saw(actor, case, "saw_tasks")
        return tuple(map(TaskView.of, found))

    async def screenings(self, actor: Actor, case: CaseId) -> tuple[ScreeningView, ...]:
        found = await self._views.screenings.of_case(actor.scope(Act.see_case), case)
        await self._saw(actor, case, "saw_screenings")
        return tuple(map(ScreeningView.of, found))

    async def _saw(self, actor: Actor, id: CaseId, action: str) -> None:
        """Raises NotFound for a case out of scope, so that an empty list never hides one."""
        case = await self._views.cases.case(actor.scope(Act.see_case), id)
        await self._trail.saw(Look(actor.id, case.centre, action, id, case.client_id))

    async def screen(self, actor: Actor, once: Once | None, case_id: CaseId, code: str, answers: dict[str, Answer]) -> ScreeningView:
        """Raises NotFound for an instrument that does not exist, UnknownQuestion."""
        instrument = reference.instrument(code)
        at, id = self._clock.now(), self._ids.new()
        scope = actor.scope(Act.screen)
        async with self._work(actor) as work:
            made = await work.once(once, id)
            if made is None:
                case = await work.cases.look(scope, case_id)
                screening, done = Screening.take(id, case, instrument, answers, by=actor, at=at)
                await work.screenings.add(screening)
                work.announce(done)
                return ScreeningView.of(screening)
        return ScreeningView.of(await self._views.screenings.screening(scope, made))

    async def decide(self, actor: Actor, id: UUID, finding: Finding, why: str) -> ScreeningView:
        """What a person makes of the indication. Raises AlreadyDecided."""
        at = self._clock.now()
        async with self._work(actor) as work:
            screening = await work.screenings.get(actor.scope(Act.decide_screening), id)
            decided = screening.decide(finding, why, by=actor, at=at)
            await work.screenings.save(screening)
            work.announce(decided)
        return ScreeningView.of(screening)
