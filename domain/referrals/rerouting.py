"""Who else could help when a partner did not: services of the same kind for this client, without those that were tried."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from domain.clients import Client
from domain.partners.hours import open_state
from domain.partners.search import Match, Offer, Wanted, needs, search
from domain.referrals.record import Referral
from domain.values import PartnerId, ReferralId


def tried(of_case: Sequence[Referral], id: ReferralId) -> frozenset[PartnerId]:
    """The partners of every referral of the case that is tied to this one by `replaces`, before it or after it."""
    ties = [{one.id, one.replaces} for one in of_case if one.replaces is not None]
    chain: set[ReferralId | None] = {id}
    while more := [tie for tie in ties if tie & chain and not tie <= chain]:
        chain.update(*more)
    return frozenset(one.partner_id for one in of_case if one.id in chain)


def wanted(offers: Sequence[Offer], failed: Referral, client: Client, today: date) -> Wanted:
    """The kind of help is read from the service that failed, or from all that its partner offers where none was named."""
    its = [one.service for one in offers if one.partner.id == failed.partner_id]
    named = [one for one in its if one.id == failed.service_id] or its
    need = needs(*(text for one in named for text in (one.name, one.offers)))
    return Wanted(need, client.district or "", client.gender, client.age(today), client.migration_stage)


def alternatives(offers: Iterable[Offer], asked: Wanted, without: frozenset[PartnerId], at: datetime) -> tuple[Match, ...]:
    """The best first; what is full comes last, and before it what is closed at this moment."""
    found = search((one for one in offers if one.partner.id not in without), asked)

    def rank(match: Match) -> tuple[bool, bool]:
        state = open_state(match.offer.service.hours or match.offer.partner.hours, at)
        return match.room == 0, state is not None and not state.open

    return tuple(sorted(found, key=rank))
