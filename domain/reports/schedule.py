"""Reports that the worker makes after each period, for whoever asked for them.

Decision. Context: a report that is made when a period has ended must be there once, whatever is restarted, and a mail travels through
machines of others. Choice: what was made last stands with the subscription, which is held while the file is put beside it, so that of two
workers one finds it done; the file is sealed for the house and gone after some weeks; subscribers fetch it here, signed in, and the mail
says only that there is one. Whoever may no longer see the report gets none. Price: a mail that was sent in the moment of a crash is sent
again, under the same id.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.errors import Invalid
from domain.events import Event, Tell
from domain.identity import Act, Actor, Scope, Staff
from domain.partners.channels import Mail, mailbox
from domain.reports.built_in import ReportCode
from domain.reports.made import Wanted
from domain.reports.period import Cycle, Period, before, latest, period_of
from domain.reports.sheet import FileKind
from domain.values import CentreCode, Language, StaffId

KEPT_FOR = timedelta(days=60)
MAIL_TRIED_FOR = timedelta(days=1)
MOST_SUBSCRIBED = 30
"""By one person; files that nobody fetches help nobody."""
AT_ONCE = 24
"""So far back is looked for periods that were missed while no worker ran."""


class TooManySubscribed(Invalid):
    """So many reports are made for you already that nobody reads them all."""

    next = "End those that you no longer read."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSubscribed(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportEnded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMade(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody subscribes to. `mail_to` is where a mail goes that says there is one; nowhere where it is empty."""

    report: ReportCode
    cycle: Cycle
    outside: bool
    project: UUID | None = None
    kind: FileKind = FileKind.excel
    language: Language = Language.english
    mail_to: str = ""


@dataclass(slots=True)
class ReportSchedule:
    """One subscription. `made_for` is the last period whose file was made."""

    id: UUID
    centre: CentreCode
    owner: StaffId
    report: ReportCode
    cycle: Cycle
    outside: bool
    project: UUID | None
    kind: FileKind
    language: Language
    mail_to: str
    begun_at: datetime
    made_for: str = ""
    version: int = 1

    @classmethod
    def begin(
        cls, id: UUID, centre: CentreCode, asked: Asked, *, by: Actor, at: datetime, today: date
    ) -> tuple["ReportSchedule", ReportSubscribed]:
        """Raises NotAnAddress, and what `Wanted.check` raises."""
        made = cls(
            id,
            centre,
            StaffId(by.id),
            asked.report,
            asked.cycle,
            asked.outside,
            asked.project,
            asked.kind,
            asked.language,
            mailbox(asked.mail_to),
            at,
        )
        made.wanted(latest(asked.cycle, today)).check(today)
        return made, ReportSubscribed(at=at, by=by.id, centre=centre, subject=id, note=asked.report)

    def wanted(self, period: Period) -> Wanted:
        return Wanted(self.report, period, self.outside, self.project, (self.centre,))

    def due(self, today: date) -> Period | None:
        """The next one to be made: the last that is over for a new subscription, then each that ended since, the earliest first."""
        if not self.made_for:
            return latest(self.cycle, today)
        done = period_of(self.made_for)
        return next((one for one in reversed(before(self.cycle, today, AT_ONCE)) if one.first > done.last), None)

    def may(self, owner: Staff) -> bool:
        """Whether whoever subscribed may still see it."""
        actor = Actor(owner.id, owner.role, owner.centres)
        return owner.active and self.centre in owner.centres and actor.may(Act.build_report)

    def made(self, file: "ReportFile", *, by: Actor) -> ReportMade:
        self.made_for = file.period
        tell = Tell(staff=self.owner, kind="report_ready", subject=file.id)
        return ReportMade(
            at=file.made_at, by=by.id, centre=self.centre, subject=file.id, note=f"{self.report} {file.period}", tells=(tell,)
        )

    def end(self, *, by: Actor, at: datetime) -> ReportEnded:
        return ReportEnded(at=at, by=by.id, centre=self.centre, subject=self.id, note=self.report)


@dataclass(slots=True)
class ReportFile:
    """`content` is the file in base 64. `mail_to` is empty once the mail has left, or where none is wanted."""

    id: UUID
    centre: CentreCode
    schedule_id: UUID
    owner: StaffId
    report: ReportCode
    period: str
    name: str
    media_type: str
    language: Language
    made_at: datetime
    expires_on: date
    mail_to: str
    content: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class FileLine:
    id: UUID
    period: str
    name: str
    made_at: datetime
    expires_on: date


@dataclass(frozen=True, slots=True)
class Subscription:
    """One's own, with its files, the latest first."""

    id: UUID
    centre: CentreCode
    report: ReportCode
    title: str
    cycle: Cycle
    outside: bool
    project: UUID | None
    kind: FileKind
    language: Language
    mailed: bool
    files: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True)
class Fetched:
    name: str
    media_type: str
    content: bytes


class ScheduleRecords(Protocol):
    """Those of the asker in the scope; `every` and what the worker asks for are of all."""

    async def mine(self, scope: Scope) -> list[ReportSchedule]: ...
    async def one(self, scope: Scope, id: UUID) -> ReportSchedule:
        """Held. Raises NotFound."""
        ...

    async def every(self) -> list[ReportSchedule]: ...
    async def hold(self, id: UUID) -> ReportSchedule | None:
        """None where it was ended meanwhile."""
        ...

    async def add(self, schedule: ReportSchedule) -> None: ...
    async def save(self, schedule: ReportSchedule) -> None: ...
    async def remove(self, schedule: ReportSchedule) -> None: ...

    async def lines(self, scope: Scope) -> list[tuple[UUID, ReportCode, FileLine]]:
        """With the subscription and report of each, the latest first."""
        ...

    async def file(self, scope: Scope, id: UUID) -> ReportFile:
        """Raises NotFound."""
        ...

    async def put(self, file: ReportFile) -> None: ...
    async def to_mail(self, since: datetime) -> list[tuple[UUID, ReportCode, Language, str, datetime]]:
        """Files made since then whose mail has not left: their id, report and language, where to, and when they were made."""
        ...

    async def mailed(self, id: UUID) -> None:
        """Forgets where to."""
        ...

    async def clear(self, today: date) -> int:
        """Removes what has expired. How many."""
        ...


class ReportMailWriter(Protocol):
    def report_ready(self, to: str, report: ReportCode, language: Language, url: str, id: str) -> Mail:
        """No figure, no period: only that there is one, and where."""
        ...
