"""Who comes in and who works here: signing in and staying in, one's own account, passkeys, the staff."""

from service.usecases.identity.account import Account
from service.usecases.identity.partner_staff import PartnerStaff
from service.usecases.identity.passkeys import Passkeys
from service.usecases.identity.sessions import Sessions
from service.usecases.identity.signing_in import IDLE, Identity
from service.usecases.identity.staff import StaffDesk
from service.usecases.identity.told import (
    HOUSE_ACTOR,
    AccountView,
    Hired,
    Issued,
    Me,
    Offer,
    Pass,
    PasskeyView,
    SecondFactor,
    SessionView,
    StaffDetail,
    StaffLine,
    StaffView,
    Visitor,
)
from service.usecases.identity.tries import Tries

__all__ = [
    "HOUSE_ACTOR",
    "IDLE",
    "Account",
    "AccountView",
    "Hired",
    "Identity",
    "Issued",
    "Me",
    "Offer",
    "PartnerStaff",
    "Pass",
    "PasskeyView",
    "Passkeys",
    "SecondFactor",
    "SessionView",
    "Sessions",
    "StaffDesk",
    "StaffDetail",
    "StaffLine",
    "StaffView",
    "Tries",
    "Visitor",
]
