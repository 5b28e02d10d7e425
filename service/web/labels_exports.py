"""What the codes of exports are called on a page and in a file."""

from collections.abc import Mapping
from enum import StrEnum

from domain.exports.columns import ExportColumn, Subject, Tells
from domain.exports.record import ExportState, ExportStep
from service.web.catalogue import mark

OF_EXPORTS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Subject: {"cases": mark("Cases"), "clients": mark("Clients"), "referrals": mark("Referrals")},
    Tells: {
        "internal": mark("about the work"),
        "personal": mark("who somebody is"),
        "sensitive": mark("what befell somebody"),
    },
    ExportColumn: {
        "centre": mark("Centre"),
        "month": mark("Month of opening, registration or referral"),
        "stage": mark("Stage"),
        "closed_month": mark("Month of closing"),
        "next_due": mark("Next due day"),
        "counsellor": mark("Counsellor"),
        "partner": mark("Partner"),
        "state": mark("State"),
        "urgency": mark("Urgency"),
        "sent_month": mark("Month of sending"),
        "answered_month": mark("Month of the answer"),
        "number": mark("Number of the record"),
        "client_number": mark("Number of the client"),
        "name": mark("Name"),
        "name_urdu": mark("Name in Urdu"),
        "phone": mark("Telephone, where ringing is safe"),
        "cnic": mark("CNIC"),
        "gender": mark("Gender"),
        "birth_year": mark("Year of birth"),
        "district": mark("District"),
        "migration_stage": mark("Where they stand in migration"),
        "case_kind": mark("Kind of the case"),
        "risk": mark("Risk"),
        "outcome": mark("Outcome"),
    },
    ExportState: {
        "asked": mark("Waits for a second person"),
        "approved": mark("Approved"),
        "refused": mark("Refused"),
        "withdrawn": mark("Withdrawn"),
    },
    ExportStep: {
        "approve": mark("Approve the export"),
        "refuse": mark("Refuse the export"),
        "withdraw": mark("Withdraw the export"),
    },
}
NOTICES_OF_EXPORTS: Mapping[str, str] = {
    "export_asked": mark("An export with personal data is asked for; you may decide"),
    "export_approved": mark("Your export is approved: fetch it within 24 hours"),
    "export_refused": mark("Your export is refused"),
}
