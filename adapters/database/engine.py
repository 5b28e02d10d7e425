"""Opens the database: the transactions, the views, the trail, the post room and the ledger over one driver."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from adapters.database.arrivals import SqlArrivalViews
from adapters.database.attachments import SqlAttachmentViews
from adapters.database.audit import GroupTrail, SqlLedger
from adapters.database.board import SqlBoardViews
from adapters.database.bulk import SqlBulk
from adapters.database.cases import SqlCaseViews
from adapters.database.clients import SqlClientViews
from adapters.database.consent import SqlConsentViews
from adapters.database.counselling import SqlCounsellingViews
from adapters.database.dashboards import SqlFigureViews
from adapters.database.deliveries import SqlPostRoom
from adapters.database.disclosures import SqlDisclosureViews
from adapters.database.evidence import SqlEvidenceViews
from adapters.database.exports import SqlExportViews
from adapters.database.grants import SqlGrantViews
from adapters.database.identity import SqlSessionViews
from adapters.database.incoming import SqlIncomingViews
from adapters.database.lanes import Driver
from adapters.database.measures import SqlMeasureViews
from adapters.database.outreach import SqlOutreachViews
from adapters.database.partner_queue import SqlPartnerQueueViews
from adapters.database.plans import SqlPlanViews
from adapters.database.policy import SqlPolicyViews
from adapters.database.postgres import PostgresDriver
from adapters.database.projects import SqlProjectViews
from adapters.database.publication import SqlPublicationViews
from adapters.database.recruitment import SqlJobViews
from adapters.database.referrals import SqlReferralViews
from adapters.database.reintegration import SqlReviewViews
from adapters.database.reporting import SqlReportingViews
from adapters.database.screening import SqlScreeningViews
from adapters.database.sqlite import SqliteDriver
from adapters.database.transfers import SqlTransferViews
from adapters.database.use import SqlUseViews
from adapters.database.watching import SqlWatchViews
from adapters.database.work import SqlWorks
from domain.chance import Clock, Ids
from domain.delivery import Schedule
from domain.errors import Invalid
from domain.ports import Views
from domain.secrecy import KeyVault


@dataclass(frozen=True, slots=True)
class Database:
    driver: Driver
    work: SqlWorks
    views: Views
    trail: GroupTrail
    ledger: SqlLedger
    outbox: SqlPostRoom
    bulk: SqlBulk


def driver_for(url: str, *, size: int = 10) -> Driver:
    """`sqlite:///var/mrc.db` or `postgresql://user@host/name`."""
    kind = urlsplit(url).scheme.split("+")[0]
    if kind == "postgresql":
        return PostgresDriver(url, size=size)
    if kind == "sqlite":
        path = Path(url.split("///", 1)[1])
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteDriver(path)
    raise Invalid(f"MRC_DATABASE_URL names a database we do not know: {kind}.", next="Use sqlite:///… or postgresql://…")


def open_database(url: str, vault: KeyVault, clock: Clock, ids: Ids, *, size: int = 10, schedule: Schedule | None = None) -> Database:
    """Nothing is connected until it is first used, inside the running loop."""
    driver = driver_for(url, size=size)
    return Database(
        driver=driver,
        work=SqlWorks(driver, vault, clock, ids),
        views=Views(
            sessions=SqlSessionViews(driver),
            clients=SqlClientViews(driver, vault),
            outreach=SqlOutreachViews(driver, vault),
            consents=SqlConsentViews(driver, vault),
            grants=SqlGrantViews(driver, vault),
            cases=SqlCaseViews(driver, vault),
            counselling=SqlCounsellingViews(driver, vault),
            attachments=SqlAttachmentViews(driver, vault),
            plans=SqlPlanViews(driver, vault),
            disclosures=SqlDisclosureViews(driver, vault),
            evidence=SqlEvidenceViews(driver, vault),
            policy=SqlPolicyViews(driver, vault),
            exports=SqlExportViews(driver, vault),
            projects=SqlProjectViews(driver, vault),
            reviews=SqlReviewViews(driver, vault),
            jobs=SqlJobViews(driver, vault),
            incoming=SqlIncomingViews(driver, vault),
            screenings=SqlScreeningViews(driver, vault),
            referrals=SqlReferralViews(driver, vault),
            partner_queue=SqlPartnerQueueViews(driver, vault),
            transfers=SqlTransferViews(driver, vault),
            reporting=SqlReportingViews(driver, vault),
            board=SqlBoardViews(driver, vault),
            figures=SqlFigureViews(driver),
            measures=SqlMeasureViews(driver),
            watch=SqlWatchViews(driver, vault),
            use=SqlUseViews(driver),
            arrivals=SqlArrivalViews(driver, vault),
            publication=SqlPublicationViews(driver, vault),
        ),
        trail=GroupTrail(driver, vault, clock, ids),
        ledger=SqlLedger(driver, vault),
        outbox=SqlPostRoom(driver, vault, ids, schedule or Schedule()),
        bulk=SqlBulk(driver, vault),
    )
