"""The figures and screens that draw on several capabilities: the case sheet, my day, and the supervisor's dashboard."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from domain.attachments import AttachmentView
from domain.case_doors import CaseLine, CaseView
from domain.cases import Case
from domain.clients import Client, ClientView
from domain.consent import Consent, ConsentView
from domain.counselling import MyTask, NoteView, SessionView, TaskView
from domain.identity import Scope
from domain.incoming.doors import IncomingWaits
from domain.partners.agreements import Agreement
from domain.partners.directory import Partner, PartnerKind, Service
from domain.plans.record import PlanLine, PlanView
from domain.referrals.doors import ReferralView
from domain.referrals.history import StepTaken
from domain.referrals.record import Referral
from domain.referrals.steps import Urgency
from domain.screening import Screening, ScreeningView
from domain.transfers.doors import TransferLine
from domain.values import CaseId, CentreCode, ClientId, PartnerId, ReferralId, StaffId


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """One screen: everything about one case that its reader may see, newest first. `plan` is its latest version; while that is under way,
    `plan_in_force` is the one that is worked on meanwhile."""

    case: CaseView
    client: ClientView
    sessions: tuple[SessionView, ...]
    notes: tuple[NoteView, ...]
    screenings: tuple[ScreeningView, ...]
    plan: PlanView | None
    plan_in_force: PlanView | None
    referrals: tuple[ReferralView, ...]
    tasks: tuple[TaskView, ...]
    consents: tuple[ConsentView, ...]
    attachments: tuple[AttachmentView, ...]


@dataclass(frozen=True, slots=True)
class ClientFile:
    """A person with their cases, newest first, and consents, oldest first."""

    client: ClientView
    cases: tuple[CaseView, ...]
    consents: tuple[ConsentView, ...]


@dataclass(frozen=True, slots=True)
class ReferralFile:
    """A referral with what stands behind it: the person, what they consented to, what the partner signed. `history` is oldest first;
    `assigned` is whether the case is the reader's own."""

    referral: Referral
    history: tuple[StepTaken, ...]
    case: Case
    client: Client
    consents: tuple[Consent, ...]
    screenings: tuple[Screening, ...]
    partner: Partner
    agreements: tuple[Agreement, ...]
    service: str
    assigned: bool
    serves: Service | None = None
    """The service as a whole, where one was chosen."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a case's timeline, from the trail: when, who, what; no words of the client."""

    at: datetime
    by: UUID
    what: str
    subject: UUID | None
    note: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a colleague, a partner or the clock did that concerns this member of staff."""

    id: UUID
    kind: str
    subject: UUID
    at: datetime
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MyDay:
    """The lists hold the first of what the counts count, the oldest first. Counting stops at `counselling.MOST_COUNTED`."""

    today: date
    due: tuple[MyTask, ...]
    due_count: int
    overdue: tuple[MyTask, ...]
    overdue_count: int
    cases_due: tuple[CaseLine, ...]
    cases_due_count: int
    waiting_for_partner: int
    waiting_for_supervisor: int
    needs_my_answer: int
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class ReferralDashboard:
    centres: tuple[CentreCode, ...]
    as_of: datetime
    by_state: dict[str, int]
    overdue_answers: int
    deliveries_waiting: int


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A colleague or a partner by name, for the ids that stand in records. Only a partner has a `kind`; `of` is whose people somebody is
    one of."""

    id: UUID
    name: str
    active: bool
    centres: tuple[CentreCode, ...] = ()
    kind: PartnerKind | None = None
    of: UUID | None = None


class Directory:
    """Everybody who works here and every partner, as they were read together. Whom each centre knows is sorted out once."""

    def __init__(self, known: Iterable[Known]) -> None:
        every = tuple(known)
        self._staff = {one.id: one for one in every if one.kind is None and one.of is None}
        self.outside: Mapping[UUID, Known] = {one.id: one for one in every if one.of is not None}
        """The people of partners."""
        self.partners: Mapping[UUID, Known] = {one.id: one for one in every if one.kind is not None}
        self.taking: tuple[Known, ...] = tuple(sorted((one for one in self.partners.values() if one.active), key=lambda one: one.name))
        """The partners that take referrals, by name."""
        self._near: dict[frozenset[CentreCode], Mapping[UUID, Known]] = {}

    def staff(self, near: frozenset[CentreCode] | None) -> Mapping[UUID, Known]:
        """The colleagues of these centres; all of them for None."""
        if near is None:
            return self._staff
        if near not in self._near:
            self._near[near] = {id: one for id, one in self._staff.items() if not near.isdisjoint(one.centres)}
        return self._near[near]


@dataclass(frozen=True, slots=True)
class Names:
    """The names somebody may see behind the ids of a record. An id that stands in neither list is somebody of another centre, or of a
    partner."""

    staff: Mapping[UUID, Known]
    partners: Mapping[UUID, Known]
    taking: tuple[Known, ...]
    """The partners that take referrals, by name."""
    outside: Mapping[UUID, Known] = field(default_factory=dict)
    """The people of partners: told by their partner's name."""
    persons: bool = False
    """Whether the reader is told which of a partner's people it was."""

    def of_staff(self, id: UUID) -> str:
        return self.staff[id].name if id in self.staff else ""

    def of_partner(self, id: UUID | None) -> str:
        return self.partners[id].name if id is not None and id in self.partners else ""

    def of_anybody(self, id: UUID) -> str:
        if (one := self.outside.get(id)) is not None:
            return f"{one.name} ({self.of_partner(one.of)})" if self.persons else self.of_partner(one.of)
        return self.of_staff(id) or self.of_partner(id)


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """A referral that waits for a second person, since it was submitted."""

    id: ReferralId
    case_id: CaseId
    case_number: str
    centre: CentreCode
    client_id: ClientId
    partner: str
    urgency: Urgency
    made_by: StaffId
    since: datetime


@dataclass(frozen=True, slots=True)
class LateLine:
    """How many referrals one partner has let run past their time, and since when the longest."""

    partner: PartnerId
    name: str
    n: int
    since: datetime


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """One counsellor's cases past their day: how many, and the longest overdue of them."""

    counsellor: StaffId
    name: str
    n: int
    cases: tuple[CaseLine, ...]


@dataclass(frozen=True, slots=True)
class UndecidedLine:
    """A screening with strong signs on which nobody has decided."""

    id: UUID
    case_id: CaseId
    case_number: str
    centre: CentreCode
    client_id: ClientId
    instrument: str
    screened_by: StaffId
    screened_at: datetime


Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Section(Generic[Line]):
    """The first lines of a list, and how long the whole of it is."""

    lines: tuple[Line, ...]
    n: int


@dataclass(frozen=True, slots=True)
class ExportWaits:
    """An export about people that waits for a second person."""

    id: UUID
    number: str
    centre: CentreCode
    asked_by: StaffId
    since: datetime


@dataclass(frozen=True, slots=True)
class Board:
    """What waits for whoever answers for a centre, the longest waiting first. `unheld` are open cases whose counsellor has left."""

    as_of: datetime
    approvals: Section[ApprovalLine]
    unheld: Section[CaseLine]
    overdue: Section[OverdueLine]
    late: Section[LateLine]
    undecided: Section[UndecidedLine]
    plans: Section[PlanLine]
    transfers: Section[TransferLine]
    incoming: Section[IncomingWaits]
    exports: Section[ExportWaits]


class BoardViews(Protocol):
    async def board(self, scope: Scope, at: datetime, today: date, limit: int) -> Board:
        """At most `limit` lines of each section; a handful of statements, however much waits."""
        ...


class ReportingViews(Protocol):
    async def known(self) -> Directory:
        """Everybody who works here and every partner: two small tables, asked as one."""
        ...

    async def sheet(self, scope: Scope, case: CaseId) -> CaseSheet: ...
    async def opened(self, scope: Scope, case: CaseId) -> tuple[CaseSheet, bool]:
        """The sheet, and whether the case is assigned to whoever asks."""
        ...

    async def client_file(self, scope: Scope, client: ClientId) -> ClientFile: ...
    async def referral_file(self, scope: Scope, referral: ReferralId) -> ReferralFile: ...
    async def timeline(self, scope: Scope, case: CaseId, limit: int) -> list[Happening]: ...
    async def my_day(self, scope: Scope, staff: StaffId, today: date, most: int) -> MyDay: ...
