"""The doors of the house taken together: one transaction with every store in it, and the ways to look without one."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from domain.account import GuessRecords
from domain.arrivals import ArrivalViews
from domain.attachments import AttachmentRecords, AttachmentViews
from domain.audit import GrantRecords, GrantViews
from domain.case_doors import CaseRecords, CaseViews
from domain.cases import Loose
from domain.clients import ClientRecords, ClientViews
from domain.consent import Consent, ConsentRecords
from domain.contacts import ContactRecords
from domain.counselling import CounsellingRecords, CounsellingViews
from domain.delivery import MessageRecords
from domain.demo import Dossier
from domain.disclosures import DisclosureRecords, DisclosureViews
from domain.events import Event
from domain.evidence.doors import EvidenceRecords, EvidenceViews
from domain.exports.doors import ExportRecords, ExportViews
from domain.figures.doors import FigureViews, UseViews, WatchViews
from domain.identity import Actor, Role, Scope, Staff
from domain.incoming.doors import IncomingRecords, IncomingViews
from domain.outreach import OutreachRecords, OutreachViews
from domain.partners.directory import PartnerRecords
from domain.partners.holidays import HolidayRecords
from domain.partners.hours import Opening
from domain.partners.published import PublicationViews
from domain.passkeys import PasskeyRecords
from domain.plans.record import PlanRecords, PlanViews
from domain.policy.doors import PolicyRecords, PolicyViews
from domain.projects import ProjectRecords, ProjectViews
from domain.recruitment import JobRecords, JobViews
from domain.referrals.doors import PartnerQueueViews, ReferralRecords, ReferralViews
from domain.referrals.group import GroupRecords
from domain.referrals.links import LinkRecords
from domain.referrals.sandbox import SandboxRecords
from domain.referrals.terms import Terms
from domain.reintegration.doors import ReviewRecords, ReviewViews
from domain.reporting import BoardViews, Notice, ReportingViews
from domain.reports.question import MeasureViews
from domain.reports.saved import SavedRecords
from domain.reports.schedule import ScheduleRecords
from domain.screening import ScreeningRecords, ScreeningViews
from domain.sessions import Live, SignIn
from domain.transfers.doors import TransferRecords, TransferViews
from domain.values import CaseId, CentreCode, ClientId, PartnerId, StaffId


@dataclass(frozen=True, slots=True)
class Once:
    """An idempotency key with the fingerprint of what was sent under it, on one route by one principal."""

    key: str
    route: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Delivered:
    """A signed message that was verified, by its sender and delivery id: another proof that something is asked once, and kept for good.
    `headers` are those that are kept with it."""

    sender: Actor
    partner: PartnerId
    delivery: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Centre:
    """`hours` are those of its desk, by which it answers what partners send."""

    code: CentreCode
    name: str
    phone: str = ""
    serves: bool = True
    hours: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class NewsItem:
    """A signed message from a partner, stored once under its delivery id before anything is done with it."""

    partner: PartnerId
    delivery: str
    headers: dict[str, str]
    body: bytes


class StaffRecords(Protocol):
    async def get(self, id: StaffId) -> Staff: ...
    async def by_username(self, username: str) -> Staff | None: ...
    async def add(self, staff: Staff) -> None: ...
    async def save(self, staff: Staff) -> None: ...
    async def admins(self) -> list[Staff]:
        """The active ones, held until the transaction ends: of two that remove each other the second finds itself the last."""
        ...

    async def with_role(self, centre: CentreCode, *roles: Role) -> tuple[StaffId, ...]: ...
    async def of_partner(self, partner: PartnerId) -> list[Staff]: ...
    async def called(self, id: StaffId) -> str:
        """Their name, without holding their record."""
        ...

    async def all(self) -> list[Staff]: ...
    async def add_centre(self, centre: Centre) -> None: ...
    async def set_hours(self, centre: CentreCode, hours: tuple[Opening, ...]) -> None: ...
    async def centres(self) -> list[Centre]: ...
    async def centre(self, code: CentreCode) -> Centre: ...


class SignInRecords(Protocol):
    async def add(self, sign_in: SignIn) -> None: ...
    async def get(self, id: UUID) -> SignIn: ...
    async def save(self, sign_in: SignIn) -> None: ...
    async def end_family(self, family: UUID, at: datetime) -> None: ...
    async def end_all(self, principal: UUID, at: datetime) -> None: ...
    async def end_one(self, principal: UUID, id: UUID, at: datetime) -> bool:
        """False where this one has no such session."""
        ...

    async def end_others(self, principal: UUID, but: UUID, at: datetime) -> None: ...
    async def seen(self, id: UUID, at: datetime) -> None: ...
    async def open_of(self, principal: UUID) -> list[SignIn]: ...
    async def latest(self) -> dict[UUID, datetime]:
        """When each of the staff signed in last."""
        ...

    async def last_two(self, principal: UUID) -> tuple[datetime, ...]:
        """When somebody signed in last and the time before."""
        ...


class Inbox(Protocol):
    async def take(self, item: NewsItem) -> bool:
        """Stores the item; False when its delivery id was stored before."""
        ...

    async def made(self, asked: Delivered, id: UUID) -> UUID | None:
        """As `Work.once`: of a message that is worked through in this transaction, which record it made, and nothing of what it said."""
        ...

    async def open(self, limit: int) -> list[NewsItem]:
        """Items not yet worked through, oldest first, held until the transaction ends."""
        ...

    async def done(self, item: NewsItem, *, fault: str = "") -> None: ...


class Notices(Protocol):
    async def of(self, staff: StaffId, limit: int) -> list[Notice]:
        """What this person has not read, the latest first."""
        ...

    async def read_by(self, staff: StaffId, limit: int) -> list[Notice]:
        """What they have read, the last of it first."""
        ...

    async def read(self, staff: StaffId, ids: Sequence[UUID], at: datetime) -> int:
        """Marks these; how many of them are this person's and were not read before."""
        ...


class Imported(Protocol):
    async def take(self, centre: CentreCode, fingerprints: dict[bytes, UUID]) -> frozenset[bytes]:
        """Remembers these rows of a register and tells which of them are new; rows seen before are not made again."""
        ...


class BulkRecords(Protocol):
    """The way in for many made-up clients at once: the same seals, tokens and figures as in normal use, no line of the trail for each."""

    async def reserve(self, numbers: Mapping[tuple[CentreCode, str], int]) -> None:
        """The last number given out in each centre, by kind (C client, K case)."""
        ...

    async def put(self, dossiers: Sequence[Dossier], tokens: Sequence[frozenset[int]]) -> None:
        """All of them, each with their search tokens, in one transaction."""
        ...


class Work(Protocol):
    """One transaction, every store in it. Leaving normally commits rows, outbox and trail together; leaving by an error keeps none."""

    staff: StaffRecords
    sign_ins: SignInRecords
    passkeys: PasskeyRecords
    guesses: GuessRecords
    contacts: ContactRecords
    outreach: OutreachRecords
    clients: ClientRecords
    consents: ConsentRecords
    cases: CaseRecords
    counselling: CounsellingRecords
    attachments: AttachmentRecords
    plans: PlanRecords
    disclosures: DisclosureRecords
    evidence: EvidenceRecords
    exports: ExportRecords
    projects: ProjectRecords
    reviews: ReviewRecords
    jobs: JobRecords
    incoming: IncomingRecords
    screenings: ScreeningRecords
    partners: PartnerRecords
    holidays: HolidayRecords
    referrals: ReferralRecords
    transfers: TransferRecords
    groups: GroupRecords
    links: LinkRecords
    messages: MessageRecords
    sandbox: SandboxRecords
    saved_questions: SavedRecords
    policy: PolicyRecords
    report_schedules: ScheduleRecords
    grants: GrantRecords
    inbox: Inbox
    notices: Notices
    imported: Imported

    def announce(self, event: Event) -> None: ...

    async def once(self, once: Once | Delivered | None, id: UUID) -> UUID | None:
        """None for a first request, which may go on and make record `id`; else the id of the record that this key made before.

        Parallel requests with one key wait for each other here. Raises KeyReused for another body under the key.
        """
        ...

    async def tell_desk(self, said: Event, partner: PartnerId) -> None:
        """A mail to the desk of this partner, where what was said calls for one, it has a lead and a mailbox, and none waits already."""
        ...

    async def now(self) -> datetime:
        """The database's clock: what is due is judged by it, whatever the clocks of the workers say."""
        ...

    async def terms(self, partner: PartnerId, service: UUID | None, on: date) -> Terms:
        """By which clock this partner answers what starts on this day, for one of its services or none. Raises NotFound."""
        ...

    async def loose(self, case: CaseId) -> Loose:
        """What is still open in a case, over all that hangs on it."""
        ...

    async def erase_key(self, client: ClientId) -> None:
        """Destroys the client's data key, and with it all that was sealed under it, here and in every backup without its key."""
        ...


class Works(Protocol):
    """Where transactions come from: `async with self._work(actor) as work`."""

    def __call__(self, actor: Actor) -> AbstractAsyncContextManager[Work]: ...

    def looking(self, actor: Actor) -> AbstractAsyncContextManager[Work]:
        """The same stores outside any transaction, for looking only: nothing written here is kept."""
        ...


class SessionViews(Protocol):
    async def live(self, session: UUID) -> Live | None:
        """The session with who it belongs to, if neither has ended; asked on every request."""
        ...


class ConsentViews(Protocol):
    async def of_client(self, scope: Scope, client: ClientId) -> list[Consent]: ...

    async def ending(self, scope: Scope, first: date, last: date, limit: int) -> list[Consent]:
        """Not withdrawn, and valid until one of these days: the soonest first."""
        ...


@dataclass(frozen=True, slots=True)
class Views:
    """The second path: questions answered straight from rows, without loading records, each with its scope first."""

    sessions: SessionViews
    clients: ClientViews
    outreach: OutreachViews
    consents: ConsentViews
    grants: GrantViews
    cases: CaseViews
    counselling: CounsellingViews
    attachments: AttachmentViews
    plans: PlanViews
    disclosures: DisclosureViews
    evidence: EvidenceViews
    policy: PolicyViews
    exports: ExportViews
    projects: ProjectViews
    reviews: ReviewViews
    jobs: JobViews
    incoming: IncomingViews
    screenings: ScreeningViews
    referrals: ReferralViews
    partner_queue: PartnerQueueViews
    transfers: TransferViews
    reporting: ReportingViews
    board: BoardViews
    figures: FigureViews
    measures: MeasureViews
    watch: WatchViews
    use: UseViews
    arrivals: ArrivalViews
    publication: PublicationViews
