"""Reports made after each period: subscribing, fetching, and what the worker does in the first hours after a period has ended."""

from base64 import b64decode, b64encode
from datetime import date, datetime
from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.errors import Invalid, NotAllowed, NotFound, Refusal, Unavailable
from domain.identity import Act, Actor, Scope
from domain.partners.channels import Mailer
from domain.ports import Once, Work, Works
from domain.reports.built_in import REPORTS
from domain.reports.period import Period
from domain.reports.question import COUNTS_ONLY
from domain.reports.schedule import (
    KEPT_FOR,
    MAIL_TRIED_FOR,
    MOST_SUBSCRIBED,
    Asked,
    Fetched,
    FileLine,
    ReportFile,
    ReportMailWriter,
    ReportSchedule,
    Subscription,
    TooManySubscribed,
)
from domain.reports.sheet import BookFiles, TableFile
from domain.values import CentreCode, day_of
from service.usecases.reports.making import Reports

PLACE = "/reports/scheduled"


class ScheduledReports:
    def __init__(
        self,
        work: Works,
        trail: Trail,
        reports: Reports,
        files: BookFiles,
        mailer: Mailer,
        writer: ReportMailWriter,
        clock: Clock,
        ids: Ids,
        house: Actor,
        *,
        public_url: str,
        rehearsal: bool,
    ) -> None:
        """In a rehearsal the given clock says which day it is; in earnest the database's does."""
        self._work, self._trail, self._reports, self._files, self._mailer, self._writer = work, trail, reports, files, mailer, writer
        self._clock, self._ids, self._house, self._url, self._rehearsal = clock, ids, house, public_url.rstrip("/"), rehearsal

    async def begin(self, actor: Actor, once: Once | None, centre: CentreCode, asked: Asked) -> Subscription:
        """Raises NotAllowed for a centre out of reach, NotFound for a project that is none, TooManySubscribed, and what
        `ReportSchedule.begin` raises."""
        scope, id, at = actor.scope(Act.build_report).at(centre), self._ids.new(), self._clock.now()
        if actor.role in COUNTS_ONLY and not asked.outside:
            raise NotAllowed("You see counts without the people in them: choose the report as it leaves the house.")
        async with self._work(actor) as work:
            if (made := await work.once(once, id)) is not None:
                return _told(await work.report_schedules.one(scope, made), ())
            if len(await work.report_schedules.mine(scope)) >= MOST_SUBSCRIBED:
                raise TooManySubscribed()
            schedule, event = ReportSchedule.begin(id, centre, asked, by=actor, at=at, today=day_of(at))
            if asked.project and asked.project not in {one.id for one in await work.projects.all()}:
                raise NotFound()
            await work.report_schedules.add(schedule)
            work.announce(event)
        return _told(schedule, ())

    async def mine(self, actor: Actor) -> tuple[Subscription, ...]:
        """With the files that are there, the latest first."""
        scope = actor.scope(Act.build_report)
        async with self._work.looking(actor) as work:
            lines = await work.report_schedules.lines(scope)
            return tuple(
                _told(one, tuple(line for whose, _, line in lines if whose == one.id)) for one in await work.report_schedules.mine(scope)
            )

    async def end(self, actor: Actor, once: Once | None, id: UUID) -> None:
        """What was made stays until it expires. Raises NotFound."""
        async with self._work(actor) as work:
            if await work.once(once, id):
                return
            schedule = await work.report_schedules.one(actor.scope(Act.build_report), id)
            await work.report_schedules.remove(schedule)
            work.announce(schedule.end(by=actor, at=self._clock.now()))

    async def file(self, actor: Actor, id: UUID) -> Fetched:
        """Each fetching is a line of the trail. Raises NotFound, also once it has expired."""
        async with self._work.looking(actor) as work:
            file = await work.report_schedules.file(actor.scope(Act.build_report), id)
        if file.expires_on < day_of(self._clock.now()):
            raise NotFound()
        await self._trail.saw(Look(actor.id, file.centre, "fetched_report", file.id, note=f"{file.report} {file.period} scheduled"))
        return Fetched(file.name, file.media_type, b64decode(file.content))

    async def tend(self) -> int:
        """Makes what is due, sends the mails, removes what has expired. How much of it was done."""
        async with self._work.looking(self._house) as work:
            now = await self._now(work)
            due = [(one, period) for one in await work.report_schedules.every() if (period := one.due(day_of(now))) is not None]
        done = sum([await self._one(schedule, period, now) for schedule, period in due])
        return done + await self._mails(now) + await self._clear(day_of(now))

    async def _now(self, work: Work) -> datetime:
        return self._clock.now() if self._rehearsal else await work.now()

    async def _one(self, schedule: ReportSchedule, period: Period, now: datetime) -> int:
        """Counted and written outside any transaction; whoever comes second finds it done."""
        if not await self._may(schedule):
            return await self._over(schedule, now)
        scope = Scope((schedule.centre,), schedule.owner)
        try:
            report = await self._reports.counted(self._house, scope, schedule.wanted(period))
            table = await self._files.made(self._reports.book(report, schedule.kind, schedule.language), schedule.kind)
        except Refusal:
            return 0  # a printer that is busy: tried again with the next round, and holds up no other
        async with self._work(self._house) as work:
            held = await work.report_schedules.hold(schedule.id)
            if held is None or held.due(day_of(now)) != period:
                return 0
            file = self._file(held, period, table, now)
            await work.report_schedules.put(file)
            work.announce(held.made(file, by=self._house))
            await work.report_schedules.save(held)
        return 1

    def _file(self, schedule: ReportSchedule, period: Period, table: TableFile, now: datetime) -> ReportFile:
        return ReportFile(
            self._ids.new(),
            schedule.centre,
            schedule.id,
            schedule.owner,
            schedule.report,
            period.name,
            table.name,
            table.media_type,
            schedule.language,
            now,
            day_of(now + KEPT_FOR),
            schedule.mail_to,
            b64encode(b"".join(table.pieces)).decode(),
        )

    async def _may(self, schedule: ReportSchedule) -> bool:
        async with self._work.looking(self._house) as work:
            owner = next((one for one in await work.staff.all() if one.id == schedule.owner), None)
        return owner is not None and schedule.may(owner)

    async def _over(self, schedule: ReportSchedule, now: datetime) -> int:
        async with self._work(self._house) as work:
            held = await work.report_schedules.hold(schedule.id)
            if held is not None:
                await work.report_schedules.remove(held)
                work.announce(held.end(by=self._house, at=now))
        return 1

    async def _mails(self, now: datetime) -> int:
        """A mail that cannot leave is tried again for a day; the notice is there all the while."""
        async with self._work.looking(self._house) as work:
            waiting = await work.report_schedules.to_mail(now - MAIL_TRIED_FOR)
        sent = 0
        for id, report, language, to, _ in waiting:
            try:
                await self._mailer.send(self._writer.report_ready(to, report, language, f"{self._url}{PLACE}", str(id)))
            except Unavailable:
                continue
            except Invalid:
                pass  # nobody has that address: there is no use in trying again
            async with self._work(self._house) as work:
                await work.report_schedules.mailed(id)
            sent += 1
        return sent

    async def _clear(self, today: date) -> int:
        async with self._work(self._house) as work:
            return await work.report_schedules.clear(today)


def _told(it: ReportSchedule, files: tuple[FileLine, ...]) -> Subscription:
    title = REPORTS[it.report].title
    return Subscription(it.id, it.centre, it.report, title, it.cycle, it.outside, it.project, it.kind, it.language, bool(it.mail_to), files)
