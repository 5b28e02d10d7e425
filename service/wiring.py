"""The only place that knows which adapter stands behind which port."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.database import keeping, migrate
from adapters.database.engine import Database, open_database
from adapters.database.erasing import SqlEraser
from adapters.database.recount import SqlFigureKeeper
from adapters.database.rewrapping import SqlRewrapper
from adapters.files.cleaner import ApartCleaner
from adapters.identity.codes import TotpCodes
from adapters.identity.passkeys import WebAuthnCeremony
from adapters.identity.passwords import ArgonPasswords
from adapters.identity.tokens import JoseTokens
from adapters.mail.channel import MailChannel
from adapters.mail.smtp import FolderMailer, NoMailer, Server, SmtpMailer
from adapters.papers.calendar import ICalendar
from adapters.papers.printer import ApartPrinter
from adapters.papers.tray import LetterTray
from adapters.partners.registry import installed
from adapters.partners.registry import names as adapters_installed
from adapters.partners.transport import HttpCarrier
from adapters.partners.webhook import WebhookChannel
from adapters.registers.files import read_mapping, read_path
from adapters.registers.report import report
from adapters.sheets.locked import AesLocker
from adapters.sheets.writer import TableWriter
from adapters.system.archive import FileLedger, SealedArchives
from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from adapters.system.synthesizer import PacSynthesizer
from adapters.system.vault import FileVault
from domain.chance import Clock, Ids
from domain.partners.channels import ChannelKind, Channels, Mailer
from service.settings import Settings
from service.usecases import UseCases
from service.usecases.aftercare import Aftercare
from service.usecases.appointments import Appointments
from service.usecases.arrivals import Arrivals
from service.usecases.attachments import Attachments
from service.usecases.audit import Audit
from service.usecases.board import Boards
from service.usecases.cases import Cases
from service.usecases.clients import Clients, search_keys
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
from service.usecases.identity import HOUSE_ACTOR, Account, Identity, PartnerStaff, Passkeys, Sessions, StaffDesk, Tries
from service.usecases.incoming import IncomingReferrals
from service.usecases.keeping import Backups, Erasure, Founding, Keeping, Keyring
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
from service.web.mails import PageMailWriter
from service.web.report_book import PageReportWriter
from service.web.typeset import PageTypesetter

# For commands, which name no adapter.
read_register, register_mapping, register_report = read_path, read_mapping, report
__all__ = ["House", "adapters_installed", "new_keys", "read_register", "register_mapping", "register_report", "upgrade", "wire"]


@dataclass(frozen=True, slots=True)
class House:
    """The wired service: its use cases, the parts commands need by hand, and how to close it."""

    settings: Settings
    usecases: UseCases
    database: Database
    vault: FileVault
    ids: Ids
    close: Callable[[], Awaitable[None]]


def wire(settings: Settings, *, clock: Clock | None = None, ids: Ids | None = None) -> House:
    """Once per process. Raises KeyFileRefused, AdapterRefused; connects to nothing yet."""
    rehearsal = clock is not None
    clock, ids = clock or SystemClock(), ids or SystemIds()
    vault = FileVault(settings.keys, clock, may_create=not settings.production)
    database = open_database(settings.database_url, vault, clock, ids, size=settings.pool_size, schedule=settings.schedule)
    translators = installed(settings.partners)
    carrier = HttpCarrier(allow_local=bool(settings.allow_local_receivers), deadline=settings.delivery_deadline)
    passwords, codes, cleaner, printer = ArgonPasswords(), TotpCodes(), ApartCleaner(), ApartPrinter()
    mailer, writer = _mailer(settings, clock), PageMailWriter()
    channels: Channels = {
        ChannelKind.webhook: WebhookChannel(carrier, translators),
        ChannelKind.email: MailChannel(mailer, writer),
        ChannelKind.letter: LetterTray(),
    }
    tokens = JoseTokens(vault.signing, clock.now, issuer="mrc-casework", audience="mrc-casework")
    work, views, trail = database.work, database.views, database.trail
    factors, tries, samples = settings.second_factors, Tries(work, passwords, clock), not settings.production
    sessions = Sessions(work, views, vault, clock, ids, factors)

    sandbox = Sandbox(work, clock, ids, HOUSE_ACTOR, rehearsal=rehearsal)
    sheets, reports = SheetFiles(TableWriter(), PageTypesetter(), printer), Reports(work, views, trail, PageReportWriter(), clock)

    async def close() -> None:
        await carrier.aclose()
        passwords.close()
        cleaner.close()
        printer.close()
        await database.driver.close()

    usecases = UseCases(
        identity=Identity(work, sessions, tries, tokens, passwords, codes, vault, clock, ids, factors, samples_allowed=samples),
        account=Account(work, tries, passwords, codes, clock),
        passkeys=Passkeys(work, sessions, tries, WebAuthnCeremony(), vault, clock, ids, samples_allowed=samples),
        staff=StaffDesk(work, passwords, vault, clock, ids, samples_allowed=samples),
        clients=Clients(work, views, trail, vault, clock, ids),
        outreach=Outreach(work, views, trail, clock, ids),
        news=News(work, clock),
        consents=Consents(work, views, trail, clock, ids),
        cases=Cases(work, views, trail, clock, ids),
        counselling=Counselling(work, views, trail, clock, ids),
        attachments=Attachments(work, views, trail, vault, cleaner, clock, ids),
        plans=Plans(work, views, trail, clock, ids),
        disclosures=Disclosures(work, views, trail, clock, ids),
        evidence=Evidence(work, views, trail, PacSynthesizer(), clock, ids),
        policy=PolicyNotes(work, views, trail, PageTypesetter(), printer, clock, ids),
        exports=Exports(work, views, trail, vault, TableWriter(), AesLocker(), clock, ids),
        projects=Projects(work, views, trail, clock, ids),
        reintegration=Reintegration(work, views, trail, clock, ids),
        recruitment=Recruitment(work, views, trail, clock, ids),
        incoming=IncomingReferrals(work, views, trail, clock, ids, HOUSE_ACTOR, kept=settings.incoming_keeping, rehearsal=rehearsal),
        referrals=Referrals(work, views, trail, clock, ids),
        transfers=Transfers(work, views, trail, clock, ids, HOUSE_ACTOR, rehearsal=rehearsal),
        groups=Groups(work, views, trail, clock, ids),
        aftercare=Aftercare(work, trail, clock),
        appointments=Appointments(work, views, trail, ICalendar(), clock),
        papers=Papers(work, views, trail, PageTypesetter(), printer, clock),
        sheets=sheets,
        partners=Partners(work, views, database.outbox, passwords, clock, ids),
        published=Published(views.publication),
        links=Links(work, views, trail, vault, mailer, writer, clock, ids, public_url=settings.public_url),
        delivery=Delivery(
            work,
            database.outbox,
            settings.schedule,
            channels,
            vault,
            clock,
            ids,
            HOUSE_ACTOR,
            public_url=settings.public_url,
            rehearsal=rehearsal,
        ),
        partner_side=PartnerSide(work, views, trail, carrier, translators, clock, ids, sandbox=sandbox),
        partner_desk=PartnerDesk(work, views, clock),
        partner_staff=PartnerStaff(work, passwords, vault, clock, ids, samples_allowed=samples),
        sandbox=sandbox,
        endpoints=Endpoints(work, database.outbox, carrier, clock, ids),
        lapses=Lapses(work, translators, clock, ids, HOUSE_ACTOR, rehearsal=rehearsal),
        alternatives=Alternatives(work, views, trail, clock),
        hidden_addresses=HiddenAddresses(work, trail),
        renewals=Renewals(work, clock, HOUSE_ACTOR, rehearsal=rehearsal),
        holidays=Holidays(work, clock, ids),
        reporting=Reporting(views, clock),
        questions=Questions(work, views, trail, clock, ids),
        reports=reports,
        scheduled_reports=ScheduledReports(
            work,
            trail,
            reports,
            sheets,
            mailer,
            writer,
            clock,
            ids,
            HOUSE_ACTOR,
            public_url=settings.public_url,
            rehearsal=rehearsal,
        ),
        watching=Watching(views, trail, clock),
        arrivals=Arrivals(views, trail),
        audit=Audit(work, views, database.ledger, trail, clock, ids),
        board=Boards(views, trail, clock),
        samples=Samples(work, passwords, clock, ids, HOUSE_ACTOR),
        demo=Demo(work, database.bulk, vault, search_keys, clock, HOUSE_ACTOR),
        registers=Registers(work, views, vault, clock, ids, search_keys),
        keeping=_keeping(settings, database, vault, clock, ids),
    )
    return House(settings, usecases, database, vault, ids, close)


def _mailer(settings: Settings, clock: Clock) -> Mailer:
    if settings.smtp_host:
        its = settings
        server = Server(its.smtp_host, its.smtp_port, its.smtp_security, its.smtp_user, its.smtp_password.get_secret_value())
        return SmtpMailer(server, settings.mail_from, clock.now)
    return NoMailer() if settings.production else FolderMailer(settings.mail_folder, clock.now)


def _keeping(settings: Settings, database: Database, vault: FileVault, clock: Clock, ids: Ids) -> Keeping:
    store = keeping.SqlStorehouse(database.driver, vault)
    eraser = SqlEraser(database.driver, vault, settings.migrate_url or settings.database_url)
    erasures = FileLedger((settings.data_dir, settings.heads), clock)
    return Keeping(
        store,
        keeping.expected_revision,
        Backups(store, SealedArchives(vault), database.ledger, eraser, erasures, clock, ids, HOUSE_ACTOR),
        Erasure(eraser, erasures, clock, ids),
        Keyring(vault, SqlRewrapper(database.driver, vault)),
        Founding(database.work, clock),
        SqlFigureKeeper(database.driver),
    )


def new_keys(settings: Settings) -> None:
    """The key file of a house that has none."""
    FileVault(settings.keys, SystemClock(), may_create=True)


def upgrade(settings: Settings) -> None:
    """Brings the database to the present schema, as its owner."""
    migrate.upgrade(settings.migrate_url or settings.database_url, app_role=settings.app_role or None)
