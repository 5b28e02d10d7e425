"""One transaction with every store in it: rows, outbox, notices and trail are written together or not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from adapters.database.account import SqlGuesses, SqlPasskeys
from adapters.database.attachments import SqlAttachments
from adapters.database.audit import ADD_ENTRY, marked
from adapters.database.cases import SqlCases
from adapters.database.clients import SqlClients, SqlContacts
from adapters.database.consent import SqlConsents
from adapters.database.counselling import SqlCounselling
from adapters.database.deliveries import SqlPost
from adapters.database.desk import SqlImported, SqlNotices, once, tell
from adapters.database.disclosures import SqlDisclosures
from adapters.database.evidence import SqlEvidence
from adapters.database.exports import SqlExports
from adapters.database.grants import SqlGrants
from adapters.database.groups import SqlGroups
from adapters.database.holidays import SqlHolidays
from adapters.database.identity import SqlSignIns, SqlStaff
from adapters.database.inbox import SqlInbox
from adapters.database.incoming import SqlIncoming
from adapters.database.journeys import settle
from adapters.database.keys import Keys
from adapters.database.lanes import EVERYWHERE, Driver, Lane, centres_setting
from adapters.database.links import SqlLinks
from adapters.database.moving import SqlTransfers
from adapters.database.outbox import desk_asks, lay
from adapters.database.outreach import SqlOutreach
from adapters.database.partners import SqlPartners
from adapters.database.plans import SqlPlans
from adapters.database.policy import SqlPolicyNotes
from adapters.database.projects import SqlProjects
from adapters.database.questions import SqlSavedQuestions
from adapters.database.recruitment import SqlJobs
from adapters.database.referrals import SqlReferrals
from adapters.database.reintegration import SqlReviews
from adapters.database.report_schedules import SqlSchedules
from adapters.database.reporting import loose
from adapters.database.sandboxes import SqlSandbox
from adapters.database.schema import moment
from adapters.database.screening import SqlScreenings
from adapters.database.statements import Prepared
from adapters.database.tally import Tally
from domain.account import GuessRecords
from domain.attachments import AttachmentRecords
from domain.audit import Entry, GrantRecords
from domain.case_doors import CaseRecords
from domain.cases import Loose
from domain.chance import Clock, Ids
from domain.clients import ClientRecords
from domain.consent import ConsentRecords
from domain.contacts import ContactRecords
from domain.counselling import CounsellingRecords
from domain.delivery import MessageRecords
from domain.disclosures import DisclosureRecords
from domain.events import Event
from domain.evidence.doors import EvidenceRecords
from domain.exports.doors import ExportRecords
from domain.identity import PARTNER_SIDE, Actor
from domain.incoming.doors import IncomingRecords
from domain.outreach import OutreachRecords
from domain.partners.directory import PartnerRecords
from domain.partners.holidays import HolidayRecords
from domain.passkeys import PasskeyRecords
from domain.plans.record import PlanRecords
from domain.policy.doors import PolicyRecords
from domain.ports import Delivered, Imported, Inbox, Notices, Once, SignInRecords, StaffRecords, Work
from domain.projects import ProjectRecords
from domain.recruitment import JobRecords
from domain.referrals.doors import ReferralRecords
from domain.referrals.group import GroupRecords
from domain.referrals.links import LinkRecords
from domain.referrals.sandbox import SandboxRecords
from domain.referrals.terms import Terms, terms
from domain.referrals.waiting import desk_mailed, word_to_desk
from domain.reintegration.doors import ReviewRecords
from domain.reports.saved import SavedRecords
from domain.reports.schedule import ScheduleRecords
from domain.screening import ScreeningRecords
from domain.secrecy import KeyVault
from domain.transfers.doors import TransferRecords
from domain.values import HOUSE, CaseId, ClientId, PartnerId

_NOW = Prepared(select(moment()))


class SqlWork:
    """`announce` writes the event's line of the trail, its message and its notices into this transaction."""

    def __init__(self, lane: Lane, actor: Actor, vault: KeyVault, clock: Clock, ids: Ids) -> None:
        self._lane, self._actor, self._vault, self._clock, self._ids = lane, actor, vault, clock, ids
        keys = self._keys = Keys(lane, vault)
        self.tally = Tally()
        self.staff: StaffRecords = SqlStaff(lane, vault)
        self.sign_ins: SignInRecords = SqlSignIns(lane, vault)
        self.passkeys: PasskeyRecords = SqlPasskeys(lane, vault)
        self.guesses: GuessRecords = SqlGuesses(lane, vault)
        self.contacts: ContactRecords = SqlContacts(lane, vault, keys, self.tally)
        self.outreach: OutreachRecords = SqlOutreach(lane, vault, self.tally)
        self.clients: ClientRecords = SqlClients(lane, vault, keys, self.tally)
        self.consents: ConsentRecords = SqlConsents(lane, vault, keys, self.tally)
        self.cases: CaseRecords = SqlCases(lane, vault, keys, self.tally)
        self.counselling: CounsellingRecords = SqlCounselling(lane, vault, keys, self.tally)
        self.attachments: AttachmentRecords = SqlAttachments(lane, vault, keys)
        self.plans: PlanRecords = SqlPlans(lane, vault, keys, self.tally)
        self.disclosures: DisclosureRecords = SqlDisclosures(lane, vault, keys, self.tally)
        self.reviews: ReviewRecords = SqlReviews(lane, vault, keys)
        self.jobs: JobRecords = SqlJobs(lane, vault, keys)
        self.incoming: IncomingRecords = SqlIncoming(lane, vault, keys, self.tally)
        self.screenings: ScreeningRecords = SqlScreenings(lane, vault, keys, self.tally)
        self.partners: PartnerRecords = SqlPartners(lane, vault)
        self.holidays: HolidayRecords = SqlHolidays(lane, vault)
        self.referrals: ReferralRecords = SqlReferrals(lane, vault, keys, self.tally)
        self.transfers: TransferRecords = SqlTransfers(lane, vault, keys, self.tally)
        self.groups: GroupRecords = SqlGroups(lane, vault)
        self.links: LinkRecords = SqlLinks(lane, vault)
        self.messages: MessageRecords = SqlPost(lane, ids)
        self.sandbox: SandboxRecords = SqlSandbox(lane, vault)
        self.grants: GrantRecords = SqlGrants(lane, vault, keys)
        self.inbox: Inbox = SqlInbox(lane, vault)
        self.notices: Notices = SqlNotices(lane)
        self.imported: Imported = SqlImported(lane)
        self._told_to_others(lane, vault)

    def _told_to_others(self, lane: Lane, vault: KeyVault) -> None:
        """What the house tells about its work, and what it is told for."""
        self.evidence: EvidenceRecords = SqlEvidence(lane, vault, self.tally)
        self.exports: ExportRecords = SqlExports(lane, vault)
        self.projects: ProjectRecords = SqlProjects(lane, vault)
        self.saved_questions: SavedRecords = SqlSavedQuestions(lane, vault)
        self.policy: PolicyRecords = SqlPolicyNotes(lane, vault)
        self.report_schedules: ScheduleRecords = SqlSchedules(lane, vault)

    def announce(self, event: Event) -> None:
        entry = Entry(
            self._ids.new(),
            event.centre,
            event.at,
            event.by,
            event.action,
            event.subject,
            event.client,
            (),
            event.fields,
            event.note[:200],
            b"",
        )
        self._lane.later(ADD_ENTRY, marked(entry, self._vault))
        if event.outgoing is not None:
            lay(self._lane, self._vault, self._ids, event, event.outgoing)
        if event.tells:
            tell(self._lane, self._ids, event)

    async def once(self, asked: Once | Delivered | None, id: UUID) -> UUID | None:
        """A request sent again is answered from the record as it is now: that is a look at it, and stands in the trail as one."""
        if asked is None:
            return None
        now = self._clock.now()
        if isinstance(asked, Delivered):
            made = await self.inbox.made(asked, id)
        else:
            made = await once(self._lane, self._actor.id, asked, id, now)
        if made is not None:
            entry = Entry(self._ids.new(), HOUSE, now, self._actor.id, "answered_again", made, None, (), (), "", b"")
            self._lane.later(ADD_ENTRY, marked(entry, self._vault))
        return made

    async def tell_desk(self, said: Event, partner: PartnerId) -> None:
        word = word_to_desk(said)
        if word and await desk_asks(self._lane, partner, word):
            self.announce(desk_mailed(said, partner, word))

    async def now(self) -> datetime:
        at: datetime = (await self._lane.rows(_NOW, {}))[0][0]
        return at

    async def terms(self, partner: PartnerId, service: UUID | None, on: date) -> Terms:
        its = await self.partners.get(partner)
        services = await self.partners.services(partner) if service is not None else []
        found = next((one for one in services if one.id == service), None)
        return terms(its, found, await self.partners.agreements(partner), await self.holidays.all(), on)

    async def loose(self, case: CaseId) -> Loose:
        return await loose(self._lane, case)

    async def erase_key(self, client: ClientId) -> None:
        await self._keys.destroy(client)


class SqlWorks:
    """Makes transactions: `async with works(actor) as work`. A partner's system and the house reach every centre, by reference only."""

    def __init__(self, driver: Driver, vault: KeyVault, clock: Clock, ids: Ids) -> None:
        self._driver, self._vault, self._clock, self._ids = driver, vault, clock, ids

    @asynccontextmanager
    async def __call__(self, actor: Actor) -> AsyncIterator[Work]:
        async with self._driver.writing(_reach(actor)) as lane:
            work = SqlWork(lane, actor, self._vault, self._clock, self._ids)
            yield work
            await settle(lane, work.tally)

    @asynccontextmanager
    async def looking(self, actor: Actor) -> AsyncIterator[Work]:
        async with self._driver.reading(_reach(actor)) as lane:
            yield SqlWork(lane, actor, self._vault, self._clock, self._ids)


def _reach(actor: Actor) -> str:
    everywhere = actor.role in PARTNER_SIDE or not actor.centres
    return EVERYWHERE if everywhere else centres_setting(actor.centres)
