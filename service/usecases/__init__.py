"""What can be asked of the service: one class a capability, one transaction a call, knowing only the domain."""

from dataclasses import dataclass

from service.usecases.aftercare import Aftercare
from service.usecases.appointments import Appointments
from service.usecases.arrivals import Arrivals
from service.usecases.attachments import Attachments
from service.usecases.audit import Audit
from service.usecases.board import Boards
from service.usecases.cases import Cases
from service.usecases.clients import Clients
from service.usecases.consent import Consents
from service.usecases.counselling import Counselling
from service.usecases.delivery import Delivery
from service.usecases.demo import Demo
from service.usecases.disclosures import Disclosures
from service.usecases.endpoints import Endpoints
from service.usecases.evidence import Evidence
from service.usecases.exports import Exports
from service.usecases.groups import Groups
from service.usecases.holidays import Holidays
from service.usecases.identity import Account, Identity, PartnerStaff, Passkeys, StaffDesk
from service.usecases.incoming import IncomingReferrals
from service.usecases.keeping import Keeping
from service.usecases.lapses import Lapses
from service.usecases.links import Links
from service.usecases.notices import News
from service.usecases.outreach import Outreach
from service.usecases.papers import Papers
from service.usecases.partner_desk import PartnerDesk
from service.usecases.partner_side import PartnerSide
from service.usecases.partners import Alternatives, HiddenAddresses, Partners, Renewals
from service.usecases.plans import Plans
from service.usecases.policy import PolicyNotes
from service.usecases.projects import Projects
from service.usecases.publication import Published
from service.usecases.questions import Questions
from service.usecases.recruitment import Recruitment
from service.usecases.referrals import Referrals
from service.usecases.registers import Registers
from service.usecases.reintegration import Reintegration
from service.usecases.reporting import Reporting
from service.usecases.reports import Reports, ScheduledReports
from service.usecases.samples import Samples
from service.usecases.sandbox import Sandbox
from service.usecases.sheets import SheetFiles
from service.usecases.transfers import Transfers
from service.usecases.watching import Watching


@dataclass(frozen=True, slots=True)
class UseCases:
    """The same object serves HTTP, pages, commands and the worker."""

    identity: Identity
    account: Account
    passkeys: Passkeys
    staff: StaffDesk
    clients: Clients
    outreach: Outreach
    news: News
    consents: Consents
    cases: Cases
    counselling: Counselling
    attachments: Attachments
    plans: Plans
    disclosures: Disclosures
    evidence: Evidence
    policy: PolicyNotes
    exports: Exports
    projects: Projects
    reintegration: Reintegration
    recruitment: Recruitment
    incoming: IncomingReferrals
    referrals: Referrals
    transfers: Transfers
    groups: Groups
    aftercare: Aftercare
    appointments: Appointments
    partners: Partners
    published: Published
    alternatives: Alternatives
    hidden_addresses: HiddenAddresses
    renewals: Renewals
    holidays: Holidays
    papers: Papers
    sheets: SheetFiles
    partner_side: PartnerSide
    partner_desk: PartnerDesk
    partner_staff: PartnerStaff
    links: Links
    sandbox: Sandbox
    endpoints: Endpoints
    lapses: Lapses
    delivery: Delivery
    reporting: Reporting
    questions: Questions
    reports: Reports
    scheduled_reports: ScheduledReports
    watching: Watching
    arrivals: Arrivals
    board: Boards
    audit: Audit
    samples: Samples
    demo: Demo
    registers: Registers
    keeping: Keeping
