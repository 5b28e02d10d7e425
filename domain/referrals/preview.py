"""What would leave for a partner now and what would stay, by the rule the packet itself is made by; nothing has left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.cases import Case
from domain.consent import Consent, ConsentView, shared_with, sharing
from domain.partners.agreements import Agreement, agreed, asks_approval
from domain.partners.directory import Partner
from domain.referrals.packet import Behind, Part, parts
from domain.referrals.record import Allowed, needs_approval
from domain.values import FieldGroup, PartnerId, day_of


@dataclass(frozen=True, slots=True)
class Preview:
    """What this partner would see of the person now and what stays here, under which consents and agreements; nothing has left."""

    partner: PartnerId
    parts: tuple[Part, ...]
    consents: tuple[ConsentView, ...]
    agreements: tuple[Agreement, ...]
    approval_needed: bool


def previewed(
    behind: Behind,
    case: Case,
    partner: Partner,
    consents: Sequence[Consent],
    agreements: Sequence[Agreement],
    groups: tuple[FieldGroup, ...],
    at: datetime,
) -> Preview:
    today = day_of(at)
    in_force = [one for one in agreements if one.in_force(today)]
    may = Allowed(shared_with(partner.id, consents, at), agreed(in_force, today))
    return Preview(
        partner.id,
        parts(groups, behind, may),
        tuple(map(ConsentView.of, sharing(partner.id, consents, at))),
        tuple(in_force),
        needs_approval(partner.kind, case.sensitivity, child=behind.client.is_child(today), agreement=asks_approval(in_force, today)),
    )
