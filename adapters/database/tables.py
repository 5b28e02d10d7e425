"""Every table of the schema in one list, for migrations, guards and the tests that go through all of them."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from adapters.database import (
    access,
    account,
    attachments,
    audit,
    cases,
    clients,
    consent,
    counselling,
    desk,
    disclosures,
    evidence,
    exports,
    figures,
    groups,
    holidays,
    identity,
    inbox,
    incoming,
    journeys,
    keys,
    links,
    outbox,
    outreach,
    partners,
    plans,
    projects,
    questions,
    referrals,
    sandbox,
    screening,
    transfers,
    watched,
)

MODULES = (
    access,
    account,
    attachments,
    audit,
    cases,
    clients,
    consent,
    counselling,
    desk,
    disclosures,
    evidence,
    exports,
    figures,
    groups,
    holidays,
    identity,
    inbox,
    incoming,
    journeys,
    keys,
    links,
    outbox,
    outreach,
    partners,
    plans,
    questions,
    projects,
    referrals,
    sandbox,
    screening,
    transfers,
    watched,
)
METADATA: MetaData = SQLModel.metadata


def of_a_centre() -> list[str]:
    """The tables whose rows belong to a centre: row-level security covers each of them."""
    return sorted(table.name for table in METADATA.tables.values() if "centre" in table.c and table.name != "centre")
