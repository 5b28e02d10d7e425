"""Who is there before the made-up people come: the staff of the sample house, and the partners with agreements."""

from dataclasses import dataclass
from datetime import datetime

from domain.identity import Actor
from domain.partners.directory import PartnerKind
from domain.referrals.record import Allowed
from domain.values import CentreCode, FieldGroup, PartnerId


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Those of one centre."""

    centre: CentreCode
    counsellors: tuple[Actor, ...]
    supervisor: Actor


@dataclass(frozen=True, slots=True)
class Partnered:
    """A partner that may be referred to: `groups` is what its agreement lets leave, from `since` on."""

    id: PartnerId
    key: str
    kind: PartnerKind
    groups: tuple[FieldGroup, ...]
    system: Actor
    since: datetime

    @property
    def allowed(self) -> Allowed:
        """Made-up clients consent to all that the agreement covers."""
        return Allowed(frozenset(self.groups), frozenset(self.groups))


@dataclass(frozen=True, slots=True)
class Cast:
    """`centres` in the order of their codes; `partners` by key; `house` acts where a clock or a rule does."""

    centres: tuple[Colleagues, ...]
    partners: dict[str, Partnered]
    house: Actor
