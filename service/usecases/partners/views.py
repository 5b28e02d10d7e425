"""What is shown of a partner: in lists, at the referral desk, and to the administrator."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.partners.channels import ChannelKind, CodesBy, Mailbox
from domain.partners.directory import Agreement, Endpoint, Partner, PartnerKind, Service
from domain.partners.hours import OpenState, open_state
from domain.partners.search import Match
from domain.values import Language, PartnerId


@dataclass(frozen=True, slots=True)
class PartnerView:
    id: PartnerId
    key: str
    name: str
    kind: PartnerKind
    adapter: str
    active: bool
    verified: bool
    source: str
    channels: tuple[ChannelKind, ...]
    version: int

    @classmethod
    def of(cls, it: Partner) -> "PartnerView":
        return cls(it.id, it.key, it.name, it.kind, it.adapter, it.active, it.verified, it.source, it.channels, it.version)


@dataclass(frozen=True, slots=True)
class ServiceFound:
    """A service that may fit, with how it fits. What is None is not known, or was not asked."""

    service: Service
    partner: PartnerView
    ours_waiting: int
    """Live referrals of the reader's own centres."""
    agreement: bool
    agreement_to: date | None
    near: str | None
    fits: bool | None
    speaks: bool | None
    room: int | None
    open: OpenState | None

    @classmethod
    def of(cls, it: Match, at: datetime) -> "ServiceFound":
        offer = it.offer
        return cls(
            offer.service,
            PartnerView.of(offer.partner),
            offer.ours,
            offer.agreement,
            offer.agreement_to,
            it.near.name if it.near is not None else None,
            it.fits,
            it.speaks,
            it.room,
            open_state(offer.service.hours, at),
        )


@dataclass(frozen=True, slots=True)
class EndpointState:
    """Where notices go. The secret is nobody's but the partner's; until `rotating_until` the one before it signs too."""

    url: str
    disabled: bool
    paused: bool
    rotating_until: datetime | None
    version: int

    @classmethod
    def of(cls, it: Endpoint, at: datetime) -> "EndpointState":
        rotating = it.retiring_until if it.retiring and it.retiring_until and at < it.retiring_until else None
        return cls(it.url, it.disabled_at is not None, it.paused_at is not None, rotating, it.version)


@dataclass(frozen=True, slots=True)
class MailboxView:
    """Where links for an agency go, and its registered contact."""

    address: str
    codes_by: CodesBy
    codes_to: str
    language: Language
    version: int

    @classmethod
    def of(cls, it: Mailbox) -> "MailboxView":
        return cls(it.address, it.codes_by, it.codes_to, it.language, it.version)


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """One partner in the list of all. `endpoint` is None where no address is set; `troubled` counts messages of the last week that
    could not be delivered so far."""

    partner: PartnerView
    services: int
    agreement: bool
    agreement_to: date | None
    endpoint: EndpointState | None
    troubled: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a partner's system signs in with. The secret is shown when it is made, and never again."""

    id: PartnerId
    client_id: str
    client_secret: str | None


def in_force(agreements: list[Agreement], on: date) -> tuple[bool, date | None]:
    """Whether one is, and until when: the longest counts, one without an end has none."""
    force = [one for one in agreements if one.in_force(on)]
    ends = [one.valid_to for one in force if one.valid_to is not None]
    return bool(force), max(ends) if ends and len(ends) == len(force) else None
