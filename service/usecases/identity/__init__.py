"""Who comes in and who works here: signing in and staying in, one's own account, the staff."""

from service.usecases.identity.account import Account
from service.usecases.identity.signing_in import IDLE, Identity
from service.usecases.identity.staff import StaffDesk
from service.usecases.identity.told import HOUSE_ACTOR, Issued, Me, Pass, SecondFactor, StaffView, Visitor

__all__ = ["HOUSE_ACTOR", "IDLE", "Account", "Identity", "Issued", "Me", "Pass", "SecondFactor", "StaffDesk", "StaffView", "Visitor"]
