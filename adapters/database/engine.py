"""Opens the database: the transactions, the views, the trail, the post room and the ledger over one driver."""

from dataclasses import dataclass

from adapters.database.audit import GroupTrail, SqlLedger
from adapters.database.cases import SqlCaseViews
from adapters.database.clients import SqlClientViews
from adapters.database.consent import SqlConsentViews
from adapters.database.counselling import SqlCounsellingViews
from adapters.database.identity import SqlSessionViews
from adapters.database.lanes import Driver, driver_for
from adapters.database.outbox import SqlOutbox
from adapters.database.referrals import SqlReferralViews
from adapters.database.reporting import SqlReportingViews
from adapters.database.screening import SqlScreeningViews
from adapters.database.work import SqlWorks
from domain.chance import Clock, Ids
from domain.ports import Views
from domain.secrecy import KeyVault


@dataclass(frozen=True, slots=True)
class Database:
    driver: Driver
    work: SqlWorks
    views: Views
    trail: GroupTrail
    ledger: SqlLedger
    outbox: SqlOutbox


def open_database(url: str, vault: KeyVault, clock: Clock, ids: Ids, *, size: int = 10) -> Database:
    """Nothing is connected until it is first used, inside the running loop."""
    driver = driver_for(url, size=size)
    return Database(
        driver=driver,
        work=SqlWorks(driver, vault, clock, ids),
        views=Views(
            sessions=SqlSessionViews(driver, vault),
            clients=SqlClientViews(driver, vault),
            consents=SqlConsentViews(driver, vault),
            cases=SqlCaseViews(driver, vault),
            counselling=SqlCounsellingViews(driver, vault),
            screenings=SqlScreeningViews(driver, vault),
            referrals=SqlReferralViews(driver, vault),
            reporting=SqlReportingViews(driver, vault),
        ),
        trail=GroupTrail(driver, vault, clock, ids),
        ledger=SqlLedger(driver, vault),
        outbox=SqlOutbox(driver, vault, ids),
    )
