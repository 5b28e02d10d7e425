"""The mail by which whoever leads a partner's desk hears that something waits there: that, a link to the sign-in, and nothing else.

Decision. Context: a partner's people come in when they come in; a referral in their queue has a clock. Choice: the mail goes to the
partner's own mailbox, which an administrator set and which is for its office, and to no address of a person: this house knows none of
anybody who signs in, and a second list of addresses would have to be kept true. It says neither whom nor which; it leaves in the
transaction that made it due, and only where an active lead and a mailbox are there. While one waits to be carried no second of its kind
is made, so that a flight referred in one act is one mail; where mail is the partner's first way, the mail with the link says it already.
Price: an office in which the lead does not read that mailbox hears by other ways.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.events import Event, Outgoing
from domain.referrals.happened import ReferralLate
from domain.values import PartnerId

WAITS, HALF, LATE = "desk.waits", "desk.reminder", "desk.late"
DESK_MAILS = frozenset({WAITS, HALF, LATE})
_AFTER: Mapping[str, str] = {"referral.sent": WAITS, "referral.answered": WAITS, "referral.reminder": HALF}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskMailed(Event):
    pass


def word_to_desk(said: Event) -> str | None:
    """Which mail this calls for, if it calls for one."""
    if isinstance(said, ReferralLate):
        return LATE
    return _AFTER.get(said.outgoing.kind) if said.outgoing else None


def desk_mailed(said: Event, partner: PartnerId, word: str) -> DeskMailed:
    """About the partner and no referral: of whatever else waits, none is held up by it."""
    outgoing = Outgoing(partner=partner, kind=word, subject=partner, body={})
    return DeskMailed(at=said.at, by=said.by, centre=said.centre, subject=partner, note=word, outgoing=outgoing)
