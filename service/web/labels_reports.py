"""What the codes of reports are called on a page."""

from collections.abc import Mapping
from enum import StrEnum

from domain.reports.dimensions import Dimension
from domain.reports.measures import Counts, Sure
from domain.reports.period import Cycle
from domain.reports.sheet import FileKind
from service.web.catalogue import mark

OF_REPORTS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Dimension: {
        "month": mark("Month"),
        "quarter": mark("Quarter"),
        "year": mark("Year"),
        "centre": mark("Centre"),
        "sex": mark("Gender"),
        "age": mark("Age, in bands"),
        "province": mark("Province"),
        "district": mark("District"),
        "migration_stage": mark("Where they stand in migration"),
        "case_kind": mark("Kind of the case"),
        "risk": mark("Risk"),
        "stage": mark("Stage"),
        "outcome": mark("Outcome"),
        "country": mark("Country they mean to go to, or come back from"),
        "counsellor": mark("Counsellor"),
        "partner": mark("Partner"),
        "service": mark("Service"),
        "channel": mark("Channel"),
        "topic": mark("Topic"),
        "urgency": mark("Urgency"),
        "state": mark("State"),
        "instrument": mark("Questionnaire"),
        "round": mark("How long after return"),
        "event": mark("Kind of event"),
        "project": mark("Project"),
        "decline_code": mark("Why it was declined"),
    },
    Counts: {
        "people": mark("Counts people, each once"),
        "attendances": mark("Counts attendances, not people"),
        "contacts": mark("Counts contacts, not people"),
        "cases": mark("Counts cases"),
        "sessions": mark("Counts sessions, not people"),
        "topics": mark("Counts topics, not sessions or people"),
        "screenings": mark("Counts screenings, not people"),
        "plans": mark("Counts plans"),
        "reviews": mark("Counts reviews, not people"),
        "referrals": mark("Counts referrals, not people"),
        "events": mark("Counts events"),
        "tasks": mark("Counts tasks"),
    },
    Cycle: {"month": mark("Month"), "quarter": mark("Quarter"), "year": mark("Year")},
    FileKind: {"xlsx": mark("Excel"), "csv": mark("CSV"), "pdf": mark("PDF")},
    Sure: {"exact": mark("exact"), "at_least": mark("at least: there may be more")},
}
FIELDS_OF_REPORTS: Mapping[str, str] = {
    "begin": mark("From month"),
    "end": mark("To month"),
    "weeks": mark("Weeks"),
    "bands": mark("Bands of age"),
    "splits": mark("Split by"),
    "shared_with": mark("Shared with"),
    "period": mark("Period"),
    "project": mark("Project"),
    "mail_to": mark("Mail address"),
}
NOTICES_OF_REPORTS: Mapping[str, str] = {"report_ready": mark("A report that you asked for is made")}
