"""The desk of the referrals: a counsellor of Islamabad with a client and a case."""

from tests.referrals.conftest import Desk as Desk
from tests.referrals.conftest import desk as desk
