"""What the codes of evidence are called on a page."""

from collections.abc import Mapping
from enum import StrEnum

from domain.evidence.columns import Column
from domain.evidence.release import Shape
from domain.evidence.request import RequestState, RequestStep
from service.web.catalogue import mark

OF_EVIDENCE: Mapping[type[StrEnum], Mapping[str, str]] = {
    Column: {
        "gender": mark("Gender"),
        "age": mark("Age, in bands"),
        "province": mark("Province"),
        "migration_stage": mark("Where they stand in migration"),
        "registered": mark("Quarter of registration"),
        "case_kind": mark("Kind of the latest case"),
        "risk": mark("Risk of the latest case"),
        "outcome": mark("Outcome of the latest case"),
    },
    RequestState: {
        "asked": mark("Waits for the data-protection officer"),
        "approved": mark("Approved"),
        "refused": mark("Refused"),
        "ended": mark("Ended"),
    },
    RequestStep: {
        "approve": mark("Approve the request"),
        "refuse": mark("Refuse the request"),
        "end": mark("End the approval"),
    },
    Shape: {"lines": mark("Extract: one line a person"), "table": mark("Table of counts"), "synthetic": mark("Synthetic data")},
}
NOTICES_OF_EVIDENCE: Mapping[str, str] = {
    "research_asked": mark("Evidence is asked for; you decide"),
    "research_approved": mark("Your request for evidence is approved"),
    "research_refused": mark("Your request for evidence is refused"),
    "research_ended": mark("The approval of your request for evidence has ended"),
}
FIELDS_OF_EVIDENCE: Mapping[str, str] = {
    "who": mark("Who asks?"),
    "organisation": mark("Organisation"),
    "purpose": mark("What is it for?"),
    "ground": mark("Agreement or law it rests on"),
    "columns": mark("Columns"),
    "first": mark("From quarter"),
    "last": mark("To quarter"),
    "expires_on": mark("Last day of the approval"),
}
