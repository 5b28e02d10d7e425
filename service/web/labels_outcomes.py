"""What the codes are called of how people fare."""

from collections.abc import Mapping
from enum import StrEnum

from domain.recruitment import Paid
from domain.reintegration.reviews import Known, Reached, Round
from service.web.catalogue import mark

OF_OUTCOMES: Mapping[type[StrEnum], Mapping[str, str]] = {
    Round: {"m3": mark("After 3 months"), "m6": mark("After 6 months"), "m12": mark("After 12 months")},
    Reached: {
        "reached": mark("Reached"),
        "withdrew": mark("Did not wish to go on"),
        "lost_contact": mark("Contact lost"),
        "abroad_again": mark("Has gone abroad again"),
    },
    Paid: {
        "savings": mark("Own savings"),
        "family_loan": mark("Loan from family or friends"),
        "lender": mark("Loan from a lender"),
        "sold_assets": mark("Sold land, gold or other things"),
        "wage_advance": mark("Taken from wages later"),
        "employer": mark("Paid by the employer"),
        "not_known": mark("Not known"),
    },
    Known: {"yes": mark("Yes"), "no": mark("No"), "unknown": mark("Not known")},
}
