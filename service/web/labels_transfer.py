"""What the codes of transfers between centres are called on a page."""

from collections.abc import Mapping
from enum import StrEnum

from domain.transfers.doors import Direction
from domain.transfers.extract import AgeBand
from domain.transfers.steps import TransferState, TransferStep
from service.web.catalogue import mark

OF_TRANSFERS: Mapping[type[StrEnum], Mapping[str, str]] = {
    TransferState: {
        "requested": mark("Waits for an answer"),
        "accepted": mark("Accepted"),
        "refused": mark("Refused"),
        "withdrawn": mark("Withdrawn"),
        "expired": mark("Expired without an answer"),
    },
    TransferStep: {
        "accept": mark("Take the client"),
        "refuse": mark("Refuse the transfer"),
        "withdraw": mark("Withdraw the transfer"),
        "expire": mark("Expired without an answer"),
    },
    Direction: {"received": mark("Asked of us"), "sent": mark("Asked by us")},
    AgeBand: {
        "child": mark("Under 18"),
        "young": mark("18 to 24"),
        "adult": mark("25 to 59"),
        "older": mark("60 and over"),
        "age_unknown": mark("Age not known"),
    },
}
NOTICES_OF_TRANSFERS: Mapping[str, str] = {
    "transfer_came": mark("Another centre asks you to take a client"),
    "transfer_reminder": mark("Half the time to answer another centre is over"),
    "transfer_late": mark("Another centre waits longer than it should for our answer"),
    "transfer_unanswered": mark("Another centre has not answered your transfer in time"),
    "transfer_accepted": mark("Another centre has taken your client"),
    "transfer_refused": mark("Another centre has refused your transfer"),
    "transfer_expired": mark("Your transfer has expired without an answer"),
}
